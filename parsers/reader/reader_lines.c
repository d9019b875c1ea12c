/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines and counted frames of a text: what stands before them, and the record of a line, or a text
 * in it.
 */
#include "parsers/reader/line.h"
#include "parsers/reader/reader_inside.h"
#include "parsers/syslog/syslog.h"
#include "parsers/values/text.h"
#include "parsers/values/timestamp.h"

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
    origin->dated = false;
    reader_year(reader, syslog->time);
    reader_text(reader, (struct text){.bytes = syslog->payload,
                                      .offset = reader_offset(reader, syslog->payload.ptr),
                                      .envelopes = envelopes,
                                      .exact = reader->text->exact,
                                      .outermost = reader->text->outermost,
                                      .line = line});
    reader->record.reference_ms = outer_reference_ms;
}

/* Of CEF and LEEF the record begins behind the header, of any other line with it. */
void reader_frame(struct reader *reader, struct slice frame)
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
    if (syslog.time.ptr != NULL && !(outer.dated && timestamp_is_syslog(syslog.time)))
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
    reader_record_over(reader);
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

const char *reader_behind_line(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    return stop != NULL ? stop + 1 : end;
}

/* A line that begins with white space, a quote, a comma or a closing bracket goes on with the JSON
 * of the one before; behind any other line it is one of its own. */
const char *reader_line(struct reader *reader, const char *at)
{
    const char *stop = reader_text_end(reader), *end = reader_behind_line(at, stop);
    if (end < stop && memchr(" \t\",}]", *end, 6) != NULL &&
        may_go_on((struct slice){at, (size_t)(end - at)})) {
        while (end < stop && memchr(" \t\",}]", *end, 6) != NULL)
            end = reader_behind_line(end, stop);
    }
    reader_frame(reader, (struct slice){at, (size_t)(end - at)});
    return end;
}

/* Frames of RFC 6587, each with its length before it. A wrong length loses the rest, for there is
 * no other mark of where a frame begins. */
const char *reader_counted(struct reader *reader, const char *at)
{
    const char *end = reader_text_end(reader);
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
            reader_bad(reader, reader_reason(reader, (struct json_fault){BAD_TRUNCATED, end}),
                       reader_offset(reader, end));
            return end;
        }
        if (!counted || (text_trim(after).len > 0 && !syslog_count(after, &ignore, &ignore))) {
            reader_bad(reader, BAD_HEADER, reader_offset(reader, at));
            return end;
        }
        reader_frame(reader, (struct slice){at + head, len});
        at = next;
        while (at < end && text_trim(after).len == 0)
            at = end;
    }
    return end;
}
