/* SPDX-License-Identifier: Apache-2.0
 *
 * A message, read: its life from bytes to sink. Where texts are cut into values and lines is
 * reader_text.c, where objects are opened until a record is found reader_wrappers.c.
 */
#include "parsers/reader/beside.h"
#include "parsers/reader/reader_inside.h"
#include "parsers/values/text.h"

#include <stdlib.h>

enum { ARENA_BYTES = 16 << 20 };

void reader_bad(struct reader *reader, enum bad_reason reason, size_t offset)
{
    if (reader->trying && reason == BAD_UNKNOWN_FORMAT)
        return;
    reader->trying = false;
    reader->counts.records++;
    reader->counts.bad[reason]++;
    reader->sink->bad(reader->sink->ctx, reason, offset, reader->index++);
}

void reader_unknown(struct reader *reader, uint32_t node, size_t offset)
{
    shape_of_node(&reader->shape, &reader->doc, node);
    reader_bad(reader, BAD_UNKNOWN_FORMAT, offset);
}

bool reader_has_room(struct reader *reader, size_t offset)
{
    if (!reader->full && reader->index >= READER_EVENTS_MAX) {
        reader->full = true;
        reader_bad(reader, BAD_TOO_MANY, offset);
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
    reader->trying = false;
    reader->counts.records++;
    reader->counts.events++;
    reader->counts.unknown_codes += ev->reason == REASON_UNKNOWN && ev->code.len > 0;
    reader->counts.invalid_utf8 += has_broken_text(ev);
    ev->index = reader->index++;
    reader->sink->event(reader->sink->ctx, ev);
}

const struct paths_parser *reader_recognise(struct reader *reader)
{
    struct record *record = &reader->record;
    for (const struct paths_parser *p = record->parsers; p < record->parsers_end; p++) {
        if (!record_has_sign(record, p))
            continue;
        record_use(record, p);
        if (p->parser->claims == NULL || p->parser->claims(record))
            return p;
    }
    return NULL;
}

static void parse_act(struct reader *reader, const struct parser *parser, size_t offset)
{
    const struct json_node *root = &reader->doc.nodes[reader->record.root];
    struct event ev = {.source = parser->name, .record = {root->text, root->len}, .offset = offset};
    enum parse_answer answer = parser->parse(&reader->record, &ev);
    if (reader->doc.starved) {
        reader_bad(reader, BAD_TOO_LARGE, offset);
    } else if (answer == PARSE_EVENT) {
        give_event(reader, &ev);
    } else if (answer == PARSE_IGNORED) {
        reader->trying = false;
        reader->counts.records++;
        reader->counts.ignored++;
        reader->sink->ignored(reader->sink->ctx, reader->index++);
    } else {
        reader_bad(reader, answer == PARSE_NO_TIME ? BAD_NO_TIME : BAD_TIME, offset);
    }
}

void reader_parse(struct reader *reader, const struct parser *parser, size_t offset)
{
    struct record *record = &reader->record;
    uint32_t acts = parser->acts != NULL ? parser->acts(record) : 0;
    if (acts == 0) {
        parse_act(reader, parser, offset);
        return;
    }
    uint32_t act = 0;
    for (uint32_t pos = 0, i; (i = record_entry(record, acts, &pos)) != 0;) {
        if (!reader_has_room(reader, offset))
            return;
        record_act(record, i, act++);
        parse_act(reader, parser, offset);
        if (reader->doc.starved)
            return; /* the rest has no room either and is part of that error */
    }
}

static bool is_gzip(struct slice text)
{
    return text.len >= 2 && (uint8_t)text.ptr[0] == 0x1F && (uint8_t)text.ptr[1] == 0x8B;
}

/* Makes *text what is in its gzip members. The room is shared by the messages of a batch; when it
 * is used up the sink is told to finish with the earlier ones. */
static bool inflate(struct reader *reader, struct text *text)
{
    enum bad_reason reason = BAD_N;
    size_t n = 0;
    bool again = text->envelopes == 0 && reader->inflated_n > 0;
    for (;; again = false) {
        char *to = reader->inflated + reader->inflated_n;
        size_t left = READER_MESSAGE_MAX - reader->inflated_n;
        const struct inflater *by = &reader->inflater;
        if (by->inflate(by->ctx, text->bytes, to, left, &n, &reason)) {
            reader->inflated_n += n;
            text->bytes = (struct slice){to, n};
            text->envelopes++;
            return true;
        }
        if (reason != BAD_TOO_LARGE || !again)
            break;
        reader->sink->flush(reader->sink->ctx);
        reader->inflated_n = 0;
    }
    reader_bad(reader, reason, reason == BAD_TOO_LARGE ? 0 : n);
    return false;
}

void reader_read(struct reader *reader, struct slice message, const struct record_sink *sink)
{
    struct text text = {.bytes = message, .exact = true, .outermost = true, .first = 1};
    reader->counts.messages++;
    reader->sink = sink;
    reader->text = NULL;
    reader->message_len = message.len;
    reader->index = 0;
    reader->read_twice = reader->resumed = 0;
    reader->full = false;
    reader->trying = false;
    reader->record.origin = (struct origin){0};
    reader->doc.n = 1; /* node 0 stands for "none" */
    if (message.len > READER_MESSAGE_MAX) {
        reader_bad(reader, BAD_TOO_LARGE, 0);
        return;
    }
    while (reader->inflated != NULL && is_gzip(text.bytes)) {
        if (text.envelopes == READER_ENVELOPES_MAX) {
            reader_bad(reader, BAD_TOO_DEEP, 0);
            return;
        }
        if (!inflate(reader, &text))
            return;
    }
    reader->message_len = text.bytes.len;
    reader_text(reader, text);
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
    reader->beside = paths_compile(&reader->paths, &beside);
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        paths_compile(&reader->paths, *p);
        if ((*p)->body != NULL)
            reader->bodies[keys_add(&reader->paths.keys, slice_of((*p)->body))] = true;
    }
    reader->arena = arena_new(ARENA_BYTES);
    if (!json_init(&reader->doc, &reader->paths.keys, reader->arena) || reader->arena == NULL) {
        reader_free(reader);
        return NULL;
    }
    reader->record =
        (struct record){.doc = &reader->doc, .paths = &reader->paths, .counts = &reader->counts};
    reader_bind(reader, only);
    return reader;
}

void reader_bind(struct reader *reader, const struct parser *only)
{
    const struct paths_parser *first = reader->beside + 1;
    const struct paths_parser *end = reader->paths.parsers + reader->paths.parsers_n;
    while (only != NULL && first->parser != only)
        first++;
    reader->record.parsers = first;
    reader->record.parsers_end = only != NULL ? first + 1 : end;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    json_done(&reader->doc);
    arena_free(reader->arena);
    free(reader->inflated);
    free(reader);
}

bool reader_use_inflater(struct reader *reader, const struct inflater *inflater)
{
    reader->inflater = *inflater;
    reader->inflated = malloc(READER_MESSAGE_MAX);
    return reader->inflated != NULL;
}

void reader_reference(struct reader *reader, int64_t reference_ms)
{
    reader->record.reference_ms = reference_ms;
}

void reader_zones(struct reader *reader, const struct zones *zones)
{
    reader->record.zones = zones;
}

const struct reader_shape *reader_shape(const struct reader *reader)
{
    return &reader->shape;
}

void reader_ignored_shape(struct reader *reader, struct reader_shape *ret)
{
    /* The arena may be full here; that takes nothing from the acts of the record still to come. */
    bool starved = reader->doc.starved;
    shape_of_ignored(ret, &reader->record);
    reader->doc.starved = starved;
}

void reader_reset(struct reader *reader)
{
    arena_reset(reader->arena);
    reader->inflated_n = 0;
}

const struct reader_counts *reader_counts(const struct reader *reader)
{
    return &reader->counts;
}
