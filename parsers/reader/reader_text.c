/* SPDX-License-Identifier: Apache-2.0
 *
 * A text, cut up: JSON values one after the other; batches element by element; lines and counted
 * frames, whose part is reader_lines.c. What is broken is reported and skipped at the next line
 * that looks like a beginning, so that it takes as few neighbours along as possible.
 */
#include "parsers/reader/reader_inside.h"
#include "parsers/syslog/syslog.h"
#include "parsers/values/text.h"

/* A record's texts, decoded from strings within strings and lower-cased, stay below this; when less
 * is left after a record, the sink is told to finish and the arena begins again. */
enum { ARENA_RECORD = 8 << 20 };

size_t reader_offset(const struct reader *reader, const char *at)
{
    const struct text *text = reader->text;
    return text->offset + (text->exact ? (size_t)(at - text->bytes.ptr) : 0);
}

const char *reader_text_end(const struct reader *reader)
{
    return reader->text->bytes.ptr + reader->text->bytes.len;
}

void reader_record_over(struct reader *reader)
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

enum bad_reason reader_reason(const struct reader *reader, struct json_fault fault)
{
    bool cut = fault.reason == BAD_TRUNCATED && !reader->text->exact;
    return cut ? BAD_NOT_JSON : fault.reason;
}

bool reader_element(struct reader *reader, uint32_t node, const char *text, struct json_fault fault)
{
    size_t offset = reader_offset(reader, text);
    if (fault.reason == BAD_N)
        reader_node(reader, node, offset, reader->text->envelopes + 1, true);
    else if (reader_has_room(reader, offset))
        reader_bad(reader, reader_reason(reader, fault), reader_offset(reader, fault.at));
    reader_record_over(reader);
    return !reader->full;
}

static bool on_element(void *ctx, uint32_t node, const char *text, struct json_fault fault)
{
    return reader_element(ctx, node, text, fault);
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

/* Where to go on after a value that broke. A batch has given its elements, and gives those behind
 * the break that are certain; if none are, the next line that looks like a beginning may be one.
 * A single object may have swallowed lines after its own that are good; they are looked at again,
 * but no more than once each on average, or an outsider could have us read forever. */
static const char *behind_break(struct reader *reader, const char *begin,
                                const struct json_value *value)
{
    const char *end = reader_text_end(reader);
    size_t again = (size_t)(value->end - begin);
    reader->text->broken = true;
    if (!value->streamed && reader->read_twice + again <= reader->message_len) {
        reader->read_twice += again;
        return next_start(begin + 1, end);
    }
    const char *next = next_start(value->end > begin + 1 ? value->end - 1 : begin + 1, end);
    const char *resumed = value->stream_depth != 0 ? reader_resume(reader, value, next) : NULL;
    return resumed != NULL ? resumed : next;
}

/* Reads one value of the text; returns where to go on. */
static const char *read_value(struct reader *reader, const char *begin)
{
    const char *end = reader_text_end(reader);
    const struct json_stream stream = {reader, on_opens, on_element};
    reader->doc.n = reader->text->first;
    struct json_value value =
        json_read(&reader->doc, (struct slice){begin, (size_t)(end - begin)}, &stream);
    if (reader->full)
        return end;
    if (value.fault.reason != BAD_N) {
        if (reader_has_room(reader, reader_offset(reader, begin)))
            reader_bad(reader, reader_reason(reader, value.fault),
                       reader_offset(reader, value.fault.at));
    } else if (!value.streamed) {
        reader_node(reader, value.root, reader_offset(reader, begin), reader->text->envelopes,
                    true);
    }
    reader_record_over(reader);
    if (value.complete)
        return value.end;
    return value.fault.reason == BAD_TRUNCATED ? end : behind_break(reader, begin, &value);
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
    const char *stop = reader_behind_line(at, end);
    return text_bare((struct slice){at, (size_t)(stop - at)}).len == 1;
}

static void read_all(struct reader *reader)
{
    const char *begin = reader->text->bytes.ptr, *end = reader_text_end(reader), *at = begin;
    size_t head, len;
    if (syslog_count((struct slice){at, (size_t)(end - at)}, &head, &len))
        at = reader_counted(reader, at);
    while (at < end && !reader->full) {
        if (is_between(reader, *at, at == begin)) {
            at++;
        } else if (*at == '{' || *at == '[' || (*at == '"' && is_string(at, end))) {
            at = read_value(reader, at);
        } else if (begins_line(*at)) {
            at = reader_line(reader, at);
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
        reader_frame(reader, text.bytes);
    } else if (text.bytes.len > 0) {
        read_all(reader);
    }
    reader->doc.n = text.first;
    reader->text = outer;
}
