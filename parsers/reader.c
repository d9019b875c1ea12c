/* SPDX-License-Identifier: Apache-2.0
 *
 * A message, opened: values one after the other, batches element by element, each record given to
 * the parser that recognises it. What is broken is reported and skipped at the next line that looks
 * like a beginning, so that it takes as few neighbours along as possible.
 */
#include "parsers/envelopes.h"
#include "parsers/record.h"
#include "parsers/text.h"

#include <stdlib.h>

/* A record's texts, decoded from strings within strings and lower-cased, stay below ARENA_RECORD;
 * when less is left after a record, the sink is told to finish and the arena begins again. */
enum { ARENA_BYTES = 16 << 20, ARENA_RECORD = 8 << 20 };

struct reader {
    struct json doc;
    struct arena *arena;
    struct record record;
    struct reader_counts counts;
    const struct paths_parser *envelopes, *parsers, *parsers_end;
    struct paths paths;

    const struct record_sink *sink; /* of the message being read, as all below */
    struct slice message;
    uint32_t index;
    bool full;         /* READER_EVENTS_MAX reached */
    bool broken;       /* after a break: commas and closing brackets belong to what was reported */
    size_t read_twice; /* bytes looked at again after breaks */
};

static size_t offset_of(const struct reader *reader, const char *at)
{
    return (size_t)(at - reader->message.ptr);
}

static void give_bad(struct reader *reader, enum bad_reason reason, size_t offset)
{
    reader->counts.records++;
    reader->counts.bad[reason]++;
    reader->sink->bad(reader->sink->ctx, reason, offset, reader->index++);
}

/* False if there is no room for one more; the first one refused is reported. */
static bool has_room(struct reader *reader, size_t offset)
{
    if (!reader->full && reader->index >= READER_EVENTS_MAX) {
        reader->full = true;
        give_bad(reader, BAD_TOO_MANY, offset);
    }
    return !reader->full;
}

static bool is_utf8(struct slice text)
{
    uint32_t code = 0;
    for (size_t n; text.len > 0; text.ptr += n, text.len -= n) {
        n = 1;
        if ((uint8_t)*text.ptr >= 0x80) {
            n = text_utf8_next(text, &code);
            if (n == 1)
                return false;
        }
    }
    return true;
}

/* The texts that people and programs outside choose freely. */
static bool has_broken_text(const struct event *ev)
{
    return !is_utf8(ev->user) || !is_utf8(ev->user_agent) || !is_utf8(ev->client) ||
           !is_utf8(ev->app) || !is_utf8(ev->device) || !is_utf8(ev->mail.rule);
}

static void give_event(struct reader *reader, struct event *ev)
{
    reader->counts.records++;
    reader->counts.events++;
    reader->counts.unknown_codes += ev->reason == REASON_UNKNOWN && ev->code.len > 0;
    reader->counts.invalid_utf8 += has_broken_text(ev);
    ev->index = reader->index++;
    reader->sink->event(reader->sink->ctx, ev);
}

static const struct paths_parser *recognise(struct reader *reader)
{
    struct record *record = &reader->record;
    for (const struct paths_parser *p = reader->parsers; p < reader->parsers_end; p++) {
        if (!record_has_sign(record, p))
            continue;
        record_use(record, p);
        if (p->parser->claims == NULL || p->parser->claims(record))
            return p;
    }
    return NULL;
}

static void parse_record(struct reader *reader, const struct parser *parser, size_t offset)
{
    struct event ev = {.source = parser->name, .offset = offset};
    enum parse_answer answer = parser->parse(&reader->record, &ev);
    if (reader->doc.starved) {
        give_bad(reader, BAD_TOO_LARGE, offset);
    } else if (answer == PARSE_EVENT) {
        give_event(reader, &ev);
    } else if (answer == PARSE_IGNORED) {
        reader->counts.records++;
        reader->counts.ignored++;
        reader->sink->ignored(reader->sink->ctx, reader->index++);
    } else {
        give_bad(reader, answer == PARSE_NO_TIME ? BAD_NO_TIME : BAD_TIME, offset);
    }
}

/* Bytes from the start of the message; for text inside a string that was opened, that string's. */
static size_t node_offset(const struct reader *reader, uint32_t node, size_t outside)
{
    const struct json_node *at = &reader->doc.nodes[node];
    uintptr_t text = (uintptr_t)at->text, begin = (uintptr_t)reader->message.ptr;
    if (text < begin || text >= begin + reader->message.len)
        return outside;
    return text - begin - (at->type == JSON_STRING);
}

static bool looks_like_json(const struct reader *reader, uint32_t node)
{
    if (reader->doc.nodes[node].type >= JSON_OBJECT)
        return true;
    struct slice text = text_trim(record_raw(&reader->record, node));
    return text.len > 0 && (*text.ptr == '{' || *text.ptr == '[');
}

/* The payload of the envelope that the record is, 0 if it is none. *offset is the record's, and
 * then the payload's: of a string that is known only before it is decoded. */
static uint32_t envelope_payload(struct reader *reader, size_t *offset)
{
    struct record *record = &reader->record;
    for (size_t i = 0; i < envelopes_n; i++) {
        const struct paths_parser *envelope = &reader->envelopes[i];
        if (!record_has_sign(record, envelope))
            continue;
        record_use(record, envelope);
        if (envelope->parser->claims != NULL && !envelope->parser->claims(record))
            continue;
        uint32_t payload = record_find(record, ENVELOPE_PAYLOAD);
        size_t inner = payload != 0 ? node_offset(reader, payload, *offset) : 0;
        if (payload == 0 || !looks_like_json(reader, payload))
            continue;
        *offset = inner;
        struct slice time = record_text(record, ENVELOPE_TIME);
        if (time.ptr != NULL)
            record->envelope_time = time;
        return payload;
    }
    return 0;
}

static void read_node(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes);

static void read_entries(struct reader *reader, uint32_t list, size_t offset, unsigned envelopes)
{
    const struct json_node *nodes = reader->doc.nodes;
    for (uint32_t i = list + 1; i < nodes[list].next && !reader->full; i = nodes[i].next)
        read_node(reader, i, node_offset(reader, i, offset), envelopes);
}

/* An object that is a record, or an envelope around some. */
static void read_object(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    struct slice outer_time = reader->record.envelope_time;
    record_open(&reader->record, node);
    const struct paths_parser *parser = recognise(reader);
    uint32_t payload = parser == NULL ? envelope_payload(reader, &offset) : 0;
    if (parser != NULL)
        parse_record(reader, parser->parser, offset);
    else if (payload != 0)
        read_node(reader, payload, offset, envelopes + 1);
    else
        give_bad(reader, BAD_UNKNOWN_FORMAT, offset);
    reader->record.envelope_time = outer_time;
}

/* JSON in a string is an envelope as well. */
static void read_string(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    uint32_t opened = json_open(&reader->doc, node);
    if (opened != 0)
        read_node(reader, opened, offset, envelopes + 1);
    else
        give_bad(reader, looks_like_json(reader, node) ? BAD_NOT_JSON : BAD_UNKNOWN_FORMAT, offset);
}

/* A value on the tape. Calls itself, through its kinds, once per envelope: READER_ENVELOPES_MAX
 * deep at most. */
static void read_node(struct reader *reader, uint32_t node, size_t offset, unsigned envelopes)
{
    struct json *doc = &reader->doc;
    uint8_t type = doc->nodes[node].type;
    uint32_t nodes_n = doc->n;
    if (envelopes <= READER_ENVELOPES_MAX && type == JSON_ARRAY)
        read_entries(reader, node, offset, envelopes + 1);
    else if (!has_room(reader, offset))
        return;
    else if (envelopes > READER_ENVELOPES_MAX)
        give_bad(reader, BAD_TOO_DEEP, offset);
    else if (type == JSON_OBJECT)
        read_object(reader, node, offset, envelopes);
    else if (type == JSON_STRING)
        read_string(reader, node, offset, envelopes);
    else
        give_bad(reader, BAD_UNKNOWN_FORMAT, offset);
    doc->n = nodes_n; /* strings opened as JSON */
}

/* After the last use of a record's texts by a parser. */
static void record_over(struct reader *reader)
{
    reader->doc.starved = false;
    if (arena_left(reader->arena) >= ARENA_RECORD)
        return;
    reader->sink->flush(reader->sink->ctx);
    arena_reset(reader->arena);
}

/* An array outermost is a batch. One in an object is if that is the payload of an envelope, and the
 * object is not already recognised as a record. */
static bool on_opens(void *ctx, uint32_t root, uint16_t key)
{
    struct reader *reader = ctx;
    struct record *record = &reader->record;
    if (key == 0)
        return true;
    for (size_t i = 0; i < ENVELOPES_STREAMED; i++) {
        const struct paths_parser *envelope = &reader->envelopes[i];
        const struct path_compiled *path = &reader->paths.paths[envelope->first];
        if (reader->paths.steps[reader->paths.alternatives[path->first].first].key != key)
            continue;
        record_open(record, root);
        record->root_at[key] = (uint16_t)(root + 1);
        return record_has_sign(record, envelope) && recognise(reader) == NULL;
    }
    return false;
}

static bool on_element(void *ctx, uint32_t node, const char *text, struct json_fault fault)
{
    struct reader *reader = ctx;
    size_t offset = offset_of(reader, text);
    if (fault.reason == BAD_N)
        read_node(reader, node, offset, 1);
    else if (has_room(reader, offset))
        give_bad(reader, fault.reason, offset_of(reader, fault.at));
    record_over(reader);
    return !reader->full;
}

/* The next line that begins like a message, after a break. */
static const char *next_start(const char *from, const char *end)
{
    while (from < end && (from = memchr(from, '\n', (size_t)(end - from))) != NULL) {
        from++;
        if (from < end && (*from == '{' || *from == '[' || *from == '<'))
            return from;
    }
    return end;
}

/* Where to go on after a value that broke. A batch has given its elements: go on behind the break.
 * A single object may have swallowed lines after its own that are good; they are looked at again,
 * but no more than once each on average, or an outsider could have us read forever. */
static const char *behind_break(struct reader *reader, const char *begin,
                                const struct json_value *value)
{
    const char *end = reader->message.ptr + reader->message.len;
    size_t again = (size_t)(value->end - begin);
    reader->broken = true;
    if (!value->streamed && reader->read_twice + again <= reader->message.len) {
        reader->read_twice += again;
        return next_start(begin + 1, end);
    }
    return next_start(value->end > begin + 1 ? value->end - 1 : begin + 1, end);
}

/* Reads one value of the message; returns where to go on. */
static const char *read_value(struct reader *reader, const char *begin)
{
    const char *end = reader->message.ptr + reader->message.len;
    const struct json_stream stream = {reader, on_opens, on_element};
    reader->doc.n = 1; /* node 0 stands for "none" */
    struct json_value value =
        json_read(&reader->doc, (struct slice){begin, (size_t)(end - begin)}, &stream);
    if (reader->full)
        return end;
    if (value.fault.reason != BAD_N) {
        if (has_room(reader, offset_of(reader, begin)))
            give_bad(reader, value.fault.reason, offset_of(reader, value.fault.at));
    } else if (!value.streamed) {
        read_node(reader, value.root, offset_of(reader, begin), 0);
    }
    record_over(reader);
    if (value.complete)
        return value.end;
    return value.fault.reason == BAD_TRUNCATED ? end : behind_break(reader, begin, &value);
}

static bool is_between(const struct reader *reader, char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' ||
           (reader->broken && (c == ',' || c == ']' || c == '}'));
}

void reader_read(struct reader *reader, struct slice message, const struct record_sink *sink)
{
    reader->counts.messages++;
    reader->sink = sink;
    reader->message = message;
    reader->index = 0;
    reader->read_twice = 0;
    reader->full = reader->broken = false;
    if (message.len > READER_MESSAGE_MAX) {
        give_bad(reader, BAD_TOO_LARGE, 0);
        return;
    }
    const char *at = message.ptr, *end = message.ptr + message.len;
    if (message.len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at < end && !reader->full) {
        if (is_between(reader, *at)) {
            at++;
        } else if (*at == '{' || *at == '[') {
            at = read_value(reader, at);
        } else {
            if (has_room(reader, offset_of(reader, at)))
                give_bad(reader, BAD_NOT_JSON, offset_of(reader, at));
            at = next_start(at, end);
        }
    }
}

struct reader *reader_new(const struct parser *only)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return NULL;
    paths_init(&reader->paths);
    reader->envelopes = reader->paths.parsers;
    for (size_t i = 0; i < envelopes_n; i++)
        paths_compile(&reader->paths, &envelopes_all[i]);
    reader->parsers = reader->envelopes + envelopes_n;
    for (const struct parser *const *p = parsers_all; *p != NULL; p++)
        if (only == NULL || *p == only)
            paths_compile(&reader->paths, *p);
    reader->parsers_end = reader->paths.parsers + reader->paths.parsers_n;
    if (only != NULL && only->carries != NULL) /* behind the end: found inside records only */
        paths_compile(&reader->paths, only->carries);
    reader->arena = arena_new(ARENA_BYTES);
    if (!json_init(&reader->doc, &reader->paths.keys, reader->arena) || reader->arena == NULL) {
        reader_free(reader);
        return NULL;
    }
    reader->record =
        (struct record){.doc = &reader->doc, .paths = &reader->paths, .counts = &reader->counts};
    return reader;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    json_done(&reader->doc);
    arena_free(reader->arena);
    free(reader);
}

void reader_reset(struct reader *reader)
{
    arena_reset(reader->arena);
}

const struct reader_counts *reader_counts(const struct reader *reader)
{
    return &reader->counts;
}
