/* SPDX-License-Identifier: Apache-2.0
 *
 * A text, cut up: JSON values one after the other, lines, counted frames; batches element by
 * element. What is broken is reported and skipped at the next line that looks like a beginning, so
 * that it takes as few neighbours along as possible.
 */
#include "parsers/line.h"
#include "parsers/reader_inside.h"
#include "parsers/syslog.h"
#include "parsers/text.h"

/* A record's texts, decoded from strings within strings and lower-cased, stay below this; when less
 * is left after a record, the sink is told to finish and the arena begins again. */
enum { ARENA_RECORD = 8 << 20 };

size_t reader_offset(const struct reader *reader, const char *at)
{
    const struct text *text = reader->text;
    return text->offset + (text->exact ? (size_t)(at - text->bytes.ptr) : 0);
}

static const char *text_end(const struct reader *reader)
{
    return reader->text->bytes.ptr + reader->text->bytes.len;
}

/* After the last use of a record's texts by a parser. */
static void record_over(struct reader *reader)
{
    reader->doc.starved = false;
    if (!reader->text->outermost || arena_left(reader->arena) >= ARENA_RECORD)
        return;
    reader->sink->flush(reader->sink->ctx);
    arena_reset(reader->arena);
}

/* ---- JSON ---- */

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
        return record_has_sign(record, envelope) && reader_recognise(reader) == NULL;
    }
    return false;
}

/* The input ends where the message ends; a string that ends too early is not JSON. */
static enum bad_reason reason_in(const struct reader *reader, struct json_fault fault)
{
    bool cut = fault.reason == BAD_TRUNCATED && !reader->text->exact;
    return cut ? BAD_NOT_JSON : fault.reason;
}

static bool on_element(void *ctx, uint32_t node, const char *text, struct json_fault fault)
{
    struct reader *reader = ctx;
    size_t offset = reader_offset(reader, text);
    if (fault.reason == BAD_N)
        reader_node(reader, node, offset, reader->text->envelopes + 1, true);
    else if (reader_has_room(reader, offset))
        reader_bad(reader, reason_in(reader, fault), reader_offset(reader, fault.at));
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
    const char *end = text_end(reader);
    size_t again = (size_t)(value->end - begin);
    reader->text->broken = true;
    if (!value->streamed && reader->read_twice + again <= reader->message_len) {
        reader->read_twice += again;
        return next_start(begin + 1, end);
    }
    return next_start(value->end > begin + 1 ? value->end - 1 : begin + 1, end);
}

/* Reads one value of the text; returns where to go on. */
static const char *read_value(struct reader *reader, const char *begin)
{
    const char *end = text_end(reader);
    const struct json_stream stream = {reader, on_opens, on_element};
    reader->doc.n = reader->text->first;
    struct json_value value =
        json_read(&reader->doc, (struct slice){begin, (size_t)(end - begin)}, &stream);
    if (reader->full)
        return end;
    if (value.fault.reason != BAD_N) {
        if (reader_has_room(reader, reader_offset(reader, begin)))
            reader_bad(reader, reason_in(reader, value.fault),
                       reader_offset(reader, value.fault.at));
    } else if (!value.streamed) {
        reader_node(reader, value.root, reader_offset(reader, begin), reader->text->envelopes,
                    true);
    }
    record_over(reader);
    if (value.complete)
        return value.end;
    return value.fault.reason == BAD_TRUNCATED ? end : behind_break(reader, begin, &value);
}

/* ---- lines ---- */

/* The record of a line that some parser of lines takes. */
static void read_fields(struct reader *reader, const struct syslog *syslog, size_t offset)
{
    struct line line = {.doc = &reader->doc,
                        .text = syslog->payload,
                        .tag = syslog->tag,
                        .host = reader->record.origin.host};
    const struct record *record = &reader->record;
    reader->doc.n = reader->text->first;
    uint32_t root = line_begin(&reader->doc, line.text);
    for (const struct paths_parser *p = record->parsers; p < record->parsers_end; p++) {
        if (p->parser->line == NULL)
            continue;
        enum line_answer answer = root != 0 ? p->parser->line(&line) : LINE_OPENED;
        if (answer == LINE_OTHER)
            continue;
        if (reader->doc.starved) {
            reader_bad(reader, BAD_TOO_LARGE, offset);
        } else if (answer == LINE_BAD_HEADER) {
            reader_bad(reader, BAD_HEADER, offset);
        } else {
            line_end(&reader->doc, root);
            record_open(&reader->record, root);
            record_use(&reader->record, p);
            reader_parse(reader, p->parser, offset);
        }
        return;
    }
    /* A line with a header is whole and nobody's; without one it is no line that we know of. */
    bool nobodys = syslog->header || syslog->kind == SYSLOG_CEF || !reader->text->exact;
    shape_of_line(&reader->shape, syslog->tag);
    reader_bad(reader, nobodys ? BAD_UNKNOWN_FORMAT : BAD_NOT_JSON, offset);
}

/* What stands behind a header and is a text of its own: JSON, frames, or a line that a relay took
 * up, which is then in the text of that relay. */
static void read_inner(struct reader *reader, const struct syslog *syslog, unsigned envelopes)
{
    bool line = syslog->kind == SYSLOG_LINE;
    struct origin *origin = &reader->record.origin;
    int64_t outer_reference_ms = reader->record.reference_ms;
    origin->program = line ? syslog->tag : (struct slice){NULL, 0};
    origin->process = line && syslog->process;
    reader_year(reader, syslog->time);
    reader_text(reader, (struct text){.bytes = syslog->payload,
                                      .offset = reader_offset(reader, syslog->payload.ptr),
                                      .envelopes = envelopes,
                                      .exact = reader->text->exact,
                                      .outermost = reader->text->outermost,
                                      .line = line});
    reader->record.reference_ms = outer_reference_ms;
}

/* One line or counted frame. Of CEF and LEEF the record begins behind the header, of any other line
 * with it. */
static void read_frame(struct reader *reader, struct slice frame)
{
    size_t offset = reader_offset(reader, frame.ptr);
    const struct origin outer = reader->record.origin;
    struct syslog syslog;
    if (!reader_has_room(reader, offset))
        return;
    if (!syslog_read(frame, &outer, &syslog)) {
        reader_bad(reader, BAD_HEADER, offset);
        return;
    }
    if (syslog.time.ptr != NULL)
        reader->record.origin.time = syslog.time;
    if (syslog.host.ptr != NULL)
        reader->record.origin.host = syslog.host;
    unsigned envelopes = reader->text->envelopes + syslog.header;
    if (syslog.kind != SYSLOG_TEXT && syslog.kind != SYSLOG_CEF) {
        read_inner(reader, &syslog, envelopes);
    } else if (envelopes > READER_ENVELOPES_MAX) {
        reader_bad(reader, BAD_TOO_DEEP, offset);
    } else if (frame.len > READER_RECORD_MAX && syslog.header) {
        reader_bad(reader, BAD_TOO_LARGE, offset);
    } else {
        if (syslog.kind == SYSLOG_CEF)
            offset = reader_offset(reader, syslog.payload.ptr);
        read_fields(reader, &syslog, offset);
    }
    reader->record.origin = outer;
    record_over(reader);
}

/* JSON is sometimes sent over several lines: may this one, by itself, be the first of them? */
static bool may_go_on(struct slice line)
{
    struct syslog syslog;
    if (!syslog_read(line, NULL, &syslog) || syslog.kind == SYSLOG_JSON)
        return true;
    struct slice text = syslog.payload;
    if (syslog.kind != SYSLOG_TEXT || text.len == 0)
        return false;
    if (syslog.at_once)
        return text.len == 1 && (*text.ptr == '{' || *text.ptr == '[');
    return memchr(text.ptr, '{', text.len) != NULL || memchr(text.ptr, '[', text.len) != NULL;
}

static const char *behind_line(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    return stop != NULL ? stop + 1 : end;
}

/* A line that begins with white space, a quote, a comma or a closing bracket goes on with the JSON
 * of the one before; behind any other line it is one of its own. */
static const char *read_line(struct reader *reader, const char *at)
{
    const char *stop = text_end(reader), *end = behind_line(at, stop);
    if (end < stop && memchr(" \t\",}]", *end, 6) != NULL &&
        may_go_on((struct slice){at, (size_t)(end - at)})) {
        while (end < stop && memchr(" \t\",}]", *end, 6) != NULL)
            end = behind_line(end, stop);
    }
    read_frame(reader, (struct slice){at, (size_t)(end - at)});
    return end;
}

/* Frames of RFC 6587, each with its length before it. A wrong length loses the rest, for there is
 * no other mark of where a frame begins. */
static const char *read_counted(struct reader *reader, const char *at)
{
    const char *end = text_end(reader);
    size_t head, len;
    while (at < end && !reader->full && reader_has_room(reader, reader_offset(reader, at))) {
        struct slice rest = {at, (size_t)(end - at)};
        bool counted = syslog_count(rest, &head, &len);
        const char *next = counted && len <= rest.len - head ? at + head + len : end;
        while (next < end && (*next == '\n' || *next == '\r' || *next == '\0'))
            next++; /* some senders end the line as well, and do not count that */
        struct slice after = {next, (size_t)(end - next)};
        size_t ignore;
        if (counted && len > rest.len - head) {
            reader_bad(reader, reason_in(reader, (struct json_fault){BAD_TRUNCATED, end}),
                       reader_offset(reader, end));
            return end;
        }
        if (!counted || (text_trim(after).len > 0 && !syslog_count(after, &ignore, &ignore))) {
            reader_bad(reader, BAD_HEADER, reader_offset(reader, at));
            return end;
        }
        read_frame(reader, (struct slice){at + head, len});
        at = next;
        while (at < end && text_trim(after).len == 0)
            at = end;
    }
    return end;
}

/* ---- the whole ---- */

/* A NUL ends messages of some senders, GELF over TCP by its specification. */
static bool is_between(const struct reader *reader, char c, bool first)
{
    return (c == '\0' && !first) || c == ' ' || c == '\n' || c == '\r' || c == '\t' ||
           (reader->text->broken && (c == ',' || c == ']' || c == '}'));
}

static bool begins_line(char c)
{
    return c == '<' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* A string alone on its line, as Kafka Connect writes a text: behind a quote may also be the rest
 * of something broken, or a row of CSV. */
static bool is_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"' && *at != '\n'; at++)
        at += *at == '\\';
    if (at >= end || *at != '"')
        return false;
    const char *stop = behind_line(at, end);
    return text_bare((struct slice){at, (size_t)(stop - at)}).len == 1;
}

static void read_all(struct reader *reader)
{
    const char *begin = reader->text->bytes.ptr, *end = text_end(reader), *at = begin;
    size_t head, len;
    if (syslog_count((struct slice){at, (size_t)(end - at)}, &head, &len))
        at = read_counted(reader, at);
    while (at < end && !reader->full) {
        if (is_between(reader, *at, at == begin)) {
            at++;
        } else if (*at == '{' || *at == '[' || (*at == '"' && is_string(at, end))) {
            at = read_value(reader, at);
        } else if (begins_line(*at)) {
            at = read_line(reader, at);
        } else {
            if (reader_has_room(reader, reader_offset(reader, at)))
                reader_bad(reader, BAD_NOT_JSON, reader_offset(reader, at));
            at = next_start(at, end);
        }
    }
}

void reader_text(struct reader *reader, struct text text)
{
    struct text *outer = reader->text;
    if (text.bytes.len > 0) { /* its end stays: a message is cut off where it ends */
        size_t before = (size_t)(text_bare(text.bytes).ptr - text.bytes.ptr);
        text.offset += text.exact ? before : 0;
        text.bytes = (struct slice){text.bytes.ptr + before, text.bytes.len - before};
    }
    text.first = reader->doc.n;
    reader->text = &text;
    if (text.bytes.len > 0 && text.envelopes > READER_ENVELOPES_MAX) {
        if (reader_has_room(reader, text.offset))
            reader_bad(reader, BAD_TOO_DEEP, text.offset);
    } else if (text.bytes.len > 0 && text.line) {
        read_frame(reader, text.bytes);
    } else if (text.bytes.len > 0) {
        read_all(reader);
    }
    reader->doc.n = text.first;
    reader->text = outer;
}
