/* SPDX-License-Identifier: Apache-2.0
 *
 * From a value on the tape to the records in it. Recognise first: only an object that no parser
 * claims is held against the list of envelopes, so that an event which happens to have a member
 * `message` is never torn open.
 */
#include "parsers/reader/reader_inside.h"
#include "parsers/values/text.h"

/* Reads an object or array of the tape once more, as a text of its own: then all names at its top
 * are kept, and a batch in it is handed out element by element. */
static void read_again(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    const struct json_node *at = &reader->doc.nodes[node];
    bool exact = reader_node_offset(reader, node, SIZE_MAX) != SIZE_MAX;
    reader_text(reader, (struct text){.bytes = {at->text, at->len},
                                      .offset = offset,
                                      .envelopes = envelopes,
                                      .exact = exact});
}

/* A text in a string is an envelope as well. What a program wrote is one line, whatever somebody
 * talked it into writing. */
static void read_string(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    struct slice text = text_bare(json_node_text(&reader->doc, node));
    if (reader->doc.starved) {
        reader_bad(reader, BAD_TOO_LARGE, offset);
    } else if (text.len == 0) {
        reader_unknown(reader, node, offset);
    } else {
        reader_text(reader, (struct text){.bytes = text,
                                          .offset = offset,
                                          .envelopes = envelopes + 1,
                                          .line = reader->record.origin.program.ptr != NULL});
    }
}

/* ---- envelopes ---- */

/* The object that a node is, or holds in a string, with its wanted members on the tape; 0 if none.
 * A member that nobody asked for was skipped; its text is read now. */
static uint32_t object_in(struct reader *reader, uint32_t node)
{
    struct json *doc = &reader->doc;
    const struct json_node *at = &doc->nodes[node];
    uint32_t object = json_open(doc, node);
    if (object == node && at->key == 0 && at->next == node + 1 && at->len > 2) {
        struct json_value value = json_read(doc, (struct slice){at->text, at->len}, NULL);
        object = value.fault.reason == BAD_N ? value.root : 0;
    }
    return object != 0 && doc->nodes[object].type == JSON_OBJECT ? object : 0;
}

static const struct paths_parser *recognise_in(struct reader *reader, uint32_t node)
{
    uint32_t object = object_in(reader, node);
    if (object == 0)
        return NULL;
    record_open(&reader->record, object);
    return reader_recognise(reader);
}

static void read_known(struct reader *reader, const struct paths_parser *parser, size_t offset,
                       unsigned envelopes);

/* If the payload of an envelope with an ordinary word for a name is somebody's record, reads it. */
static bool read_recognised(struct reader *reader, const struct payload *payload,
                            unsigned envelopes)
{
    if (payload->node == 0)
        return false;
    const struct paths_parser *parser = recognise_in(reader, payload->node);
    if (parser == NULL || envelopes >= READER_ENVELOPES_MAX)
        return false;
    reader_use_origin(reader, payload);
    read_known(reader, parser, payload->offset, envelopes + 1);
    return true;
}

/* An array and the envelope that it is in are one envelope, as where batches are streamed. */
static void read_payload(struct reader *reader, const struct payload *payload, unsigned envelopes)
{
    uint8_t type = reader->doc.nodes[payload->node].type;
    reader_use_origin(reader, payload);
    if (type == JSON_STRING)
        read_string(reader, payload->node, payload->offset, envelopes + 1);
    else
        reader_node(reader, payload->node, payload->offset, envelopes + (type == JSON_OBJECT),
                    false);
}

/* The one member that is somebody's record: {"integration":"okta","okta":{...}}. Not the body of
 * another format, which may well look like a record by itself. */
static bool read_named(struct reader *reader, uint32_t object, size_t offset, unsigned envelopes)
{
    const struct json_node *nodes = reader->doc.nodes;
    struct payload found = {0};
    unsigned n = 0;
    for (uint32_t i = object + 1; i < nodes[object].next; i = nodes[i].next) {
        uint32_t nodes_n = reader->doc.n;
        if (nodes[i].type == JSON_OBJECT && nodes[i].name != NULL &&
            !reader->bodies[nodes[i].key] && recognise_in(reader, i) != NULL) {
            found = (struct payload){.node = i, .offset = reader_node_offset(reader, i, offset)};
            n++;
        }
        reader->doc.n = nodes_n;
    }
    return n == 1 && read_recognised(reader, &found, envelopes);
}

/* Where ordinary words are envelopes, what is recognised comes before what only looks openable. */
static bool read_ordinary(struct reader *reader, uint32_t object, size_t offset, unsigned envelopes)
{
    struct payload first = {0};
    for (size_t i = ENVELOPES_TELLING; i < envelopes_n; i++) {
        struct payload payload = reader_payload(reader, i, offset);
        if (payload.node == 0)
            continue;
        if (read_recognised(reader, &payload, envelopes))
            return true;
        record_open(&reader->record, object); /* again, after the payload */
        uint8_t type = reader->doc.nodes[payload.node].type;
        if (first.node == 0 &&
            (type >= JSON_OBJECT ||
             reader_looks_like_message(json_node_text(&reader->doc, payload.node),
                                       payload.origin.program)))
            first = payload;
    }
    if (read_named(reader, object, offset, envelopes))
        return true;
    if (first.node != 0)
        read_payload(reader, &first, envelopes);
    return first.node != 0;
}

static bool read_envelope(struct reader *reader, uint32_t object, size_t offset, unsigned envelopes)
{
    for (size_t i = 0; i < ENVELOPES_TELLING; i++) {
        struct payload payload = reader_payload(reader, i, offset);
        if (payload.node == 0)
            continue;
        read_payload(reader, &payload, envelopes);
        return true;
    }
    return read_ordinary(reader, object, offset, envelopes);
}

/* ---- values ---- */

/* A record that says nothing of itself, as shippers make of what their server was to take apart, is
 * what it carries, if anybody knows that. */
static bool read_carried(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    bool outer = reader->trying;
    for (size_t i = ENVELOPES_ORIGINAL; i <= ENVELOPES_MESSAGE; i++) {
        record_open(&reader->record, node);
        struct payload payload = reader_payload(reader, i, offset);
        if (payload.node == 0 || reader->doc.nodes[payload.node].type != JSON_STRING ||
            !reader_looks_like_message(json_node_text(&reader->doc, payload.node),
                                       payload.origin.program))
            continue;
        reader->trying = true;
        read_payload(reader, &payload, envelopes);
        bool known = !reader->trying;
        reader->trying = outer && !known;
        if (known)
            return true;
    }
    return false;
}

/* The record that is open, which is its parser's. */
static void read_known(struct reader *reader, const struct paths_parser *parser, size_t offset,
                       unsigned envelopes)
{
    struct record *record = &reader->record;
    if (parser->parser->hollow != NULL && parser->parser->hollow(record)) {
        const struct origin outer = record->origin;
        int64_t outer_reference_ms = record->reference_ms;
        uint32_t root = record->root;
        if (read_carried(reader, root, offset, envelopes))
            return;
        record->origin = outer;
        record->reference_ms = outer_reference_ms;
        record_open(record, root);
        record_use(record, parser);
    }
    reader_parse(reader, parser->parser, offset);
}

/* An object that somebody's parser takes: the vendor's own record before a shipper's rewriting of
 * it, and what is carried before nothing. */
static bool read_record(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    record_open(&reader->record, node);
    struct payload original = reader_payload(reader, ENVELOPES_ORIGINAL, offset);
    if (read_recognised(reader, &original, envelopes))
        return true;
    if (original.node != 0)
        record_open(&reader->record, node);
    const struct paths_parser *parser = reader_recognise(reader);
    if (parser == NULL)
        return false;
    read_known(reader, parser, offset, envelopes);
    return true;
}

/* An object that is a record, or an envelope around some. */
static void read_object(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes,
                        bool whole)
{
    const struct origin outer = reader->record.origin;
    int64_t outer_reference_ms = reader->record.reference_ms;
    if (!read_record(reader, node, offset, envelopes)) {
        if (!whole)
            read_again(reader, node, offset, envelopes);
        else if (!read_envelope(reader, node, offset, envelopes))
            reader_unknown(reader, node, offset);
    }
    reader->record.origin = outer;
    reader->record.reference_ms = outer_reference_ms;
}

void reader_node(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes,
                 bool whole)
{
    struct json *doc = &reader->doc;
    uint8_t type = doc->nodes[node].type;
    uint32_t nodes_n = doc->n;
    if (envelopes <= READER_ENVELOPES_MAX && type == JSON_ARRAY)
        read_again(reader, node, offset, envelopes);
    else if (!reader_has_room(reader, offset))
        return;
    else if (envelopes > READER_ENVELOPES_MAX)
        reader_bad(reader, BAD_TOO_DEEP, offset);
    else if (type == JSON_OBJECT)
        read_object(reader, node, offset, envelopes, whole);
    else if (type == JSON_STRING &&
             reader_looks_like_message(json_node_text(doc, node), reader->record.origin.program))
        read_string(reader, node, offset, envelopes);
    else
        reader_unknown(reader, node, offset);
    doc->n = nodes_n; /* strings opened as JSON, objects read again */
}
