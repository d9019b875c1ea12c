/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of reading: gives a message to a reader and keeps what comes out. Texts of events point
 * into the reader's memory and the message, so both stay until reading_done.
 */
#ifndef TESTS_UNIT_READING_H
#define TESTS_UNIT_READING_H

#include "parsers/reader/parser.h"
#include "plugin/findings/event_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

enum { READING_KEPT = 256, READING_FILE_MAX = 1 << 20 };

struct reading {
    struct reader *reader;
    struct record_sink sink;
    struct event events[READING_KEPT]; /* the first so many */
    struct {
        enum bad_reason reason;
        size_t offset;
        uint32_t index;
    } bads[READING_KEPT];
    size_t events_n, bads_n, ignored_n, flushes_n;
    uint32_t next_index;
    char *text; /* of reading_json */
    size_t text_len;
};

static inline void reading_on_event(void *ctx, const struct event *ev)
{
    struct reading *in = ctx;
    assert_int_equal(ev->index, in->next_index++);
    if (in->events_n < READING_KEPT)
        in->events[in->events_n] = *ev;
    in->events_n++;
}

static inline void reading_on_ignored(void *ctx, uint32_t index)
{
    struct reading *in = ctx;
    assert_int_equal(index, in->next_index++);
    in->ignored_n++;
}

static inline void reading_on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    struct reading *in = ctx;
    assert_int_equal(index, in->next_index++);
    if (in->bads_n < READING_KEPT) {
        in->bads[in->bads_n].reason = reason;
        in->bads[in->bads_n].offset = offset;
        in->bads[in->bads_n].index = index;
    }
    in->bads_n++;
}

static inline void reading_on_flush(void *ctx)
{
    ((struct reading *)ctx)->flushes_n++;
}

/* Reads one message; counts start again, and the sum rule is checked. */
static inline void reading_read(struct reading *in, struct slice message)
{
    in->events_n = in->bads_n = in->ignored_n = in->flushes_n = 0;
    in->next_index = 0;
    in->sink = (struct record_sink){in, reading_on_event, reading_on_ignored, reading_on_bad,
                                    reading_on_flush};
    uint64_t before = reader_counts(in->reader)->records;
    reader_reset(in->reader);
    reader_read(in->reader, message, &in->sink);
    uint64_t records = reader_counts(in->reader)->records - before;
    assert_int_equal(records, in->events_n + in->ignored_n + in->bads_n);
}

static inline struct reading *reading_new(const struct parser *only)
{
    struct reading *in = calloc(1, sizeof(*in));
    assert_non_null(in);
    in->reader = reader_new(only);
    assert_non_null(in->reader);
    return in;
}

static inline void reading_done(struct reading *in)
{
    reader_free(in->reader);
    free(in->text);
    free(in);
}

/* Reads a text written with ' for ", to be legible in C. */
static inline void reading_json(struct reading *in, const char *text)
{
    size_t len = strlen(text);
    free(in->text);
    in->text_len = len;
    in->text = malloc(len ? len : 1); /* exact: a sanitizer sees reading behind it */
    assert_non_null(in->text);
    for (size_t i = 0; i < len; i++)
        in->text[i] = text[i] == '\'' ? '"' : text[i];
    reading_read(in, (struct slice){in->text, len});
}

/* The one event of a text. */
static inline const struct event *reading_event(struct reading *in, const char *text)
{
    reading_json(in, text);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

/* The one error of a text. */
static inline void reading_expect_bad(struct reading *in, const char *text, enum bad_reason reason,
                                      size_t offset)
{
    reading_json(in, text);
    assert_int_equal(in->bads_n, 1);
    assert_string_equal(bad_reason_name(in->bads[0].reason), bad_reason_name(reason));
    assert_int_equal(in->bads[0].offset, offset);
}

static inline void expect_text(struct slice text, const char *expected)
{
    assert_true(text.ptr != NULL || text.len == 0);
    char got[8192];
    assert_true(text.len < sizeof(got));
    if (text.len > 0)
        memcpy(got, text.ptr, text.len);
    got[text.len] = '\0';
    assert_string_equal(got, expected);
}

static inline void expect_absent(struct slice text)
{
    assert_null(text.ptr);
    assert_int_equal(text.len, 0);
}

static inline void expect_ip(const struct event *ev, const char *expected)
{
    char text[IP_TEXT_MAX];
    assert_int_equal(ev->has_ip, expected != NULL);
    if (expected != NULL) {
        ip_format(&ev->ip, text);
        assert_string_equal(text, expected);
    }
}

/* A whole file, exactly as large as its text; ptr NULL if there is none. The caller frees. */
static inline struct slice reading_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return (struct slice){NULL, 0};
    char *buffer = malloc(READING_FILE_MAX);
    size_t len = fread(buffer, 1, READING_FILE_MAX, file);
    fclose(file);
    char *text = malloc(len ? len : 1);
    memcpy(text, buffer, len);
    free(buffer);
    return (struct slice){text, len};
}

/* The events as `spoor parse` prints them, a line each; the caller frees. */
static inline char *reading_print(const struct reading *in)
{
    size_t cap = EVENT_JSON_MAX + 65536, len = 0;
    char *all = calloc(1, cap);
    char *line = malloc(EVENT_JSON_MAX);
    for (size_t i = 0; i < in->events_n && i < READING_KEPT; i++) {
        struct json_out out = json_begin(line, EVENT_JSON_MAX);
        event_json(&out, &in->events[i]);
        assert_true(json_complete(&out));
        assert_true(len + out.len + 2 < cap);
        memcpy(all + len, out.ptr, out.len);
        len += out.len;
        all[len++] = '\n';
    }
    all[len] = '\0';
    free(line);
    return all;
}

/* tests/data/NAME.json, or of a format of lines NAME.log; ptr NULL if there is neither. */
static inline struct slice reading_golden(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "tests/data/%s.json", name);
    struct slice message = reading_file(path);
    snprintf(path, sizeof(path), "tests/data/%s.log", name);
    return message.ptr != NULL ? message : reading_file(path);
}

/* What reading_golden gives, read and printed, must be tests/data/NAME.expected. */
static inline void expect_golden(const char *name)
{
    char path[256];
    struct reading *in = reading_new(NULL);
    struct slice message = reading_golden(name);
    assert_non_null(message.ptr);
    snprintf(path, sizeof(path), "tests/data/%s.expected", name);
    struct slice expected = reading_file(path);
    assert_non_null(expected.ptr);
    reading_read(in, message);
    char *got = reading_print(in);
    char *want = calloc(1, expected.len + 1);
    memcpy(want, expected.ptr, expected.len);
    assert_string_equal(got, want);
    free((void *)(uintptr_t)message.ptr);
    free((void *)(uintptr_t)expected.ptr);
    free(want);
    free(got);
    reading_done(in);
}

/* Flips every byte of a message: the sums must be right (reading_read checks) and it must end. */
static inline void expect_flips_end(struct reading *in, struct slice message)
{
    char *text = malloc(message.len);
    memcpy(text, message.ptr, message.len);
    for (size_t i = 0; i < message.len; i++) {
        static const uint8_t masks[] = {0x01, 0x20, 0x80, 0xFF};
        for (size_t m = 0; m < sizeof(masks); m++) {
            text[i] = (char)(text[i] ^ masks[m]);
            reading_read(in, (struct slice){text, message.len});
            assert_true(in->events_n + in->bads_n + in->ignored_n > 0);
            text[i] = (char)(text[i] ^ masks[m]);
        }
    }
    free(text);
}

/* Cuts a message at every byte, and flips. No event of what is left may differ from one of the
 * whole. Nothing ends a line, so that the last of `lines` may say anything, but those before it may
 * not. */
static inline void expect_cuts(const char *name, bool lines)
{
    struct reading *in = reading_new(NULL);
    struct slice message = reading_golden(name);
    assert_non_null(message.ptr);
    reading_read(in, message);
    char *whole = reading_print(in);
    for (size_t cut = 1; cut < message.len; cut++) {
        char *text = malloc(cut);
        memcpy(text, message.ptr, cut);
        reading_read(in, (struct slice){text, cut});
        char *part = reading_print(in);
        size_t same = strlen(part);
        same -= lines && same > 0;
        while (lines && same > 0 && part[same - 1] != '\n')
            same--;
        assert_int_equal(strncmp(part, whole, same), 0);
        free(part);
        free(text);
    }
    expect_flips_end(in, message);
    free(whole);
    free((void *)(uintptr_t)message.ptr);
    reading_done(in);
}

static inline void expect_sturdy(const char *name)
{
    expect_cuts(name, false);
}

static inline void expect_sturdy_lines(const char *name)
{
    expect_cuts(name, true);
}

#endif
