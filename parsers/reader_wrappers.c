/* SPDX-License-Identifier: Apache-2.0
 *
 * From a value on the tape to the records in it. Recognise first: only an object that no parser
 * claims is held against the list of envelopes, so that an event which happens to have a member
 * `message` is never torn open.
 */
#include "parsers/beside.h"
#include "parsers/reader_inside.h"
#include "parsers/syslog.h"
#include "parsers/text.h"
#include "parsers/timestamp.h"

/* Bytes from the start of the message; for text inside a string that was opened, that string's.
 * Ask before the string is decoded: what is decoded stands elsewhere. */
static size_t node_offset(const struct reader *reader, uint32_t node, size_t outside)
{
    const struct json_node *at = &reader->doc.nodes[node];
    const struct text *text = reader->text;
    uintptr_t here = (uintptr_t)at->text, begin = (uintptr_t)text->bytes.ptr;
    if (!text->exact || at->opened > 0 || here < begin || here >= begin + text->bytes.len)
        return outside;
    return reader_offset(reader, at->text) - (at->type == JSON_STRING);
}

/* Reads an object or array of the tape once more, as a text of its own: then all names at its top
 * are kept, and a batch in it is handed out element by element. */
static void read_again(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    const struct json_node *at = &reader->doc.nodes[node];
    bool exact = node_offset(reader, node, SIZE_MAX) != SIZE_MAX;
    reader_text(reader, (struct text){.bytes = {at->text, at->len},
                                      .offset = offset,
                                      .envelopes = envelopes,
                                      .exact = exact});
}

/* Could a string be a message? Ordinary words such as `message` hold prose more often than not; but
 * where a program is named beside it, it is what that program wrote. */
static bool looks_like_message(struct slice text, struct slice program)
{
    struct syslog syslog;
    size_t head, len;
    text = text_bare(text);
    if (text.len < 2)
        return false;
    if (*text.ptr == '{' || *text.ptr == '[' || program.ptr != NULL || syslog_is_cef(text) ||
        syslog_count(text, &head, &len))
        return true;
    return syslog_read(text, NULL, &syslog) && syslog.header;
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

struct payload {
    uint32_t node; /* 0: none */
    size_t offset;
    struct origin origin;
};

/* journald writes a text that has control characters as an array of its bytes: makes it a string
 * again. Numbers that are no bytes are nobody's text. */
static void join_bytes(struct reader *reader, uint32_t node)
{
    struct json_node *nodes = reader->doc.nodes, *array = &nodes[node];
    uint32_t n = 0, byte = 0, first = node + 1;
    if (array->type != JSON_ARRAY || first == array->next || nodes[first].type != JSON_NUMBER)
        return;
    char *text = arena_text(reader->arena, array->next - first);
    reader->doc.starved |= text == NULL;
    for (uint32_t i = first; text != NULL && i < array->next; i = nodes[i].next) {
        struct slice number = {nodes[i].text, nodes[i].len};
        if (nodes[i].type == JSON_NUMBER && text_number(number, UINT8_MAX, &byte))
            text[n++] = (char)byte;
    }
    array->type = JSON_STRING;
    array->text = text;
    array->len = n;
}

/* What the envelope of the list with this number holds, if the record is one. */
static struct payload payload_of(struct reader *reader, size_t i, size_t offset)
{
    const struct paths_parser *envelope = &reader->envelopes[i];
    struct record *record = &reader->record;
    struct payload payload = {0};
    if (!record_has_sign(record, envelope))
        return payload;
    record_use(record, envelope);
    if (envelope->parser->claims != NULL && !envelope->parser->claims(record))
        return payload;
    uint32_t node = record_find(record, ENVELOPE_PAYLOAD);
    if (node == 0 || reader->doc.nodes[node].type < JSON_STRING)
        return payload;
    payload.node = node;
    payload.offset = node_offset(reader, node, offset);
    struct slice time = record_text(record, ENVELOPE_TIME);
    if (i >= ENVELOPES_LINES)
        payload.origin = beside_read(record, reader->beside);
    if (i < ENVELOPES_TELLING)
        payload.origin.time = time;
    if (i >= ENVELOPES_TELLING)
        join_bytes(reader, node);
    return payload;
}

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

void reader_year(struct reader *reader, struct slice time)
{
    struct record *record = &reader->record;
    int64_t time_ms;
    if (record->reference_ms == 0 && time.ptr != NULL && timestamp_parse(time, &time_ms))
        record->reference_ms = time_ms;
}

/* What an envelope does not say is as it was around it, but for who wrote the line: the envelope's
 * own, or nobody known. */
static void use_origin(struct reader *reader, const struct payload *payload)
{
    struct origin *origin = &reader->record.origin;
    const struct origin *inner = &payload->origin;
    origin->program = inner->program;
    origin->process = inner->process;
    if (inner->host.ptr != NULL)
        origin->host = inner->host;
    if (inner->time.ptr != NULL)
        origin->time = inner->time;
    if (inner->zone.ptr != NULL)
        origin->zone = inner->zone;
    reader_year(reader, inner->time);
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
    use_origin(reader, payload);
    read_known(reader, parser, payload->offset, envelopes + 1);
    return true;
}

/* An array and the envelope that it is in are one envelope, as where batches are streamed. */
static void read_payload(struct reader *reader, const struct payload *payload, unsigned envelopes)
{
    uint8_t type = reader->doc.nodes[payload->node].type;
    use_origin(reader, payload);
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
            found = (struct payload){.node = i, .offset = node_offset(reader, i, offset)};
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
        struct payload payload = payload_of(reader, i, offset);
        if (payload.node == 0)
            continue;
        if (read_recognised(reader, &payload, envelopes))
            return true;
        record_open(&reader->record, object); /* again, after the payload */
        uint8_t type = reader->doc.nodes[payload.node].type;
        if (first.node == 0 &&
            (type >= JSON_OBJECT || looks_like_message(json_node_text(&reader->doc, payload.node),
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
        struct payload payload = payload_of(reader, i, offset);
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
        struct payload payload = payload_of(reader, i, offset);
        if (payload.node == 0 || reader->doc.nodes[payload.node].type != JSON_STRING ||
            !looks_like_message(json_node_text(&reader->doc, payload.node), payload.origin.program))
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
    struct payload original = payload_of(reader, ENVELOPES_ORIGINAL, offset);
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
             looks_like_message(json_node_text(doc, node), reader->record.origin.program))
        read_string(reader, node, offset, envelopes);
    else
        reader_unknown(reader, node, offset);
    doc->n = nodes_n; /* strings opened as JSON, objects read again */
}
