/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of formats: a golden input taken apart. Its keys turned round and upper-cased, which
 * must change nothing; each member left out in turn, whose effect stands in a file of its own
 * (NAME.deleted), one line for each member that matters. Inputs are well-formed JSON without
 * escapes in keys.
 */
#ifndef TESTS_UNIT_MUTATING_H
#define TESTS_UNIT_MUTATING_H

#include "tests/unit/reading.h"

struct mutation {
    struct reading *in;
    struct slice message;
    char *whole;    /* what the message prints as it is */
    char *out;      /* text being made */
    size_t out_len; /* bytes of it */
};

enum { MUTATING_OUT_MAX = 1 << 18, MUTATING_PATH_MAX = 256 };

static inline const char *json_blank(const char *p)
{
    while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* Behind the value at p. */
static inline const char *json_behind(const char *p)
{
    int depth = 0;
    do {
        if (*p == '"') {
            for (p++; *p != '"'; p++)
                p += *p == '\\';
        } else if (*p == '{' || *p == '[') {
            depth++;
        } else if (*p == '}' || *p == ']') {
            depth--;
        }
        p++;
    } while (depth > 0 ||
             (p[-1] != '"' && p[-1] != '}' && p[-1] != ']' && strchr(",}] \n\r\t", *p) == NULL));
    return p;
}

/* The text of one member or element, without the comma behind it. */
struct json_span {
    const char *begin, *value, *end;
};

enum { JSON_SPANS_MAX = 128 };

/* The members of an object or elements of an array; returns how many. */
static inline size_t json_spans(const char *p, struct json_span *spans)
{
    bool object = *p == '{';
    size_t n = 0;
    for (p = json_blank(p + 1); *p != '}' && *p != ']'; p = json_blank(p)) {
        assert_true(n < JSON_SPANS_MAX);
        struct json_span *span = &spans[n++];
        span->begin = span->value = p;
        if (object)
            span->value = json_blank(json_blank(json_behind(p)) + 1);
        span->end = p = json_behind(span->value);
        p = json_blank(p);
        p += *p == ',';
    }
    return n;
}

static inline void mutation_put(struct mutation *m, const char *text, size_t len)
{
    assert_true(m->out_len + len < MUTATING_OUT_MAX);
    memcpy(m->out + m->out_len, text, len);
    m->out_len += len;
    m->out[m->out_len] = '\0';
}

/* Writes a value with the members of every object in the opposite order and keys in capitals. */
static inline void mutation_turn(struct mutation *m, const char *p)
{
    if (*p != '{' && *p != '[') {
        mutation_put(m, p, (size_t)(json_behind(p) - p));
        return;
    }
    struct json_span *spans = calloc(JSON_SPANS_MAX, sizeof(*spans));
    size_t n = json_spans(p, spans);
    mutation_put(m, p, 1);
    for (size_t i = 0; i < n; i++) {
        const struct json_span *span = &spans[*p == '{' ? n - 1 - i : i];
        if (i > 0)
            mutation_put(m, ",", 1);
        for (const char *k = span->begin; k < span->value; k++) {
            char c = *k >= 'a' && *k <= 'z' ? (char)(*k - 'a' + 'A') : *k;
            mutation_put(m, &c, 1);
        }
        mutation_turn(m, span->value);
    }
    mutation_put(m, *p == '{' ? "}" : "]", 1);
    free(spans);
}

static inline struct mutation mutation_of(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "tests/data/%s.json", name);
    struct slice file = reading_file(path);
    assert_non_null(file.ptr);
    char *text = calloc(1, file.len + 1);
    memcpy(text, file.ptr, file.len);
    free((void *)(uintptr_t)file.ptr);
    struct mutation m = {.in = reading_new(NULL), .message = {text, strlen(text)}};
    m.out = calloc(1, MUTATING_OUT_MAX);
    reading_read(m.in, m.message);
    m.whole = reading_print(m.in);
    return m;
}

static inline void mutation_done(struct mutation *m)
{
    reading_done(m->in);
    free((void *)(uintptr_t)m->message.ptr);
    free(m->whole);
    free(m->out);
}

/* Order and case of keys mean nothing. */
static inline void expect_keys_indifferent(const char *name)
{
    struct mutation m = mutation_of(name);
    size_t ignored = m.in->ignored_n, bads = m.in->bads_n;
    assert_true(m.in->next_index > 0);
    mutation_turn(&m, json_blank(m.message.ptr));
    reading_read(m.in, (struct slice){m.out, m.out_len});
    assert_int_equal(m.in->ignored_n, ignored);
    assert_int_equal(m.in->bads_n, bads);
    char *got = reading_print(m.in);
    assert_string_equal(got, m.whole);
    free(got);
    mutation_done(&m);
}

static inline bool json_same(const struct json_span *a, const struct json_span *b)
{
    return a->end - a->begin == b->end - b->begin &&
           memcmp(a->begin, b->begin, (size_t)(a->end - a->begin)) == 0;
}

static inline const struct json_span *json_named(const struct json_span *spans, size_t n,
                                                 const struct json_span *like)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].value - spans[i].begin == like->value - like->begin &&
            memcmp(spans[i].begin, like->begin, (size_t)(like->value - like->begin)) == 0)
            return &spans[i];
    return NULL;
}

/* " -user" for what is gone, " user:"x"" for what is other; a line of events each. */
static inline void mutation_compare(struct mutation *m, const char *was, const char *is)
{
    struct json_span old[JSON_SPANS_MAX], new[JSON_SPANS_MAX];
    for (; *was != '\0' && *is != '\0'; was = strchr(was, '\n') + 1, is = strchr(is, '\n') + 1) {
        size_t old_n = json_spans(was, old), new_n = json_spans(is, new);
        for (size_t i = 0; i < old_n; i++) {
            if (json_named(new, new_n, &old[i]) != NULL)
                continue;
            mutation_put(m, " -", 2);
            mutation_put(m, old[i].begin + 1, (size_t)(old[i].value - old[i].begin) - 3);
        }
        for (size_t i = 0; i < new_n; i++) {
            const struct json_span *same = json_named(old, old_n, &new[i]);
            if (same != NULL && json_same(same, &new[i]))
                continue;
            mutation_put(m, " ", 1);
            mutation_put(m, new[i].begin, (size_t)(new[i].end - new[i].begin));
        }
    }
    if (*was != '\0')
        mutation_put(m, " fewer events", 13);
}

/* What the message without [from, to) does otherwise, as a line; nothing if it does not matter. */
static inline void mutation_without(struct mutation *m, const char *path, const char *from,
                                    const char *to)
{
    size_t head = (size_t)(from - m->message.ptr), begin = m->out_len;
    size_t tail = m->message.len - head - (size_t)(to - from);
    char *text = malloc(head + tail + 1);
    memcpy(text, m->message.ptr, head);
    memcpy(text + head, to, tail);
    reading_read(m->in, (struct slice){text, head + tail});
    char *got = reading_print(m->in);
    mutation_put(m, path, strlen(path));
    mutation_put(m, ":", 1);
    size_t said = m->out_len;
    for (size_t i = 0; i < m->in->bads_n; i++) {
        const char *reason = bad_reason_name(m->in->bads[i].reason);
        mutation_put(m, " !", 2);
        mutation_put(m, reason, strlen(reason));
    }
    for (size_t i = 0; i < m->in->ignored_n; i++)
        mutation_put(m, " ignored", 8);
    if (m->in->bads_n + m->in->ignored_n == 0)
        mutation_compare(m, m->whole, got);
    if (m->out_len == said)
        m->out[m->out_len = begin] = '\0';
    else
        mutation_put(m, "\n", 1);
    free(got);
    free(text);
}

static inline void mutation_walk(struct mutation *m, const char *p, const char *path)
{
    struct json_span *spans = calloc(JSON_SPANS_MAX, sizeof(*spans));
    size_t n = *p == '{' || *p == '[' ? json_spans(p, spans) : 0;
    for (size_t i = 0; i < n; i++) {
        char inner[MUTATING_PATH_MAX];
        const char *from = i + 1 < n || i == 0 ? spans[i].begin : spans[i - 1].end;
        const char *to = i + 1 < n ? spans[i + 1].begin : spans[i].end;
        if (*p == '[') {
            snprintf(inner, sizeof(inner), "%s[%zu]", path, i);
        } else {
            int len = (int)(json_behind(spans[i].begin) - spans[i].begin) - 2;
            snprintf(inner, sizeof(inner), "%s%s%.*s", path, *path ? "." : "", len,
                     spans[i].begin + 1);
        }
        mutation_without(m, inner, from, to);
        mutation_walk(m, spans[i].value, inner);
    }
    free(spans);
}

/* Nothing is invented for a member that is left out: tests/data/NAME.deleted says what each one
 * takes along, or what takes its place. The input is one record, all of whose acts are events. */
static inline void expect_deletions(const char *name)
{
    char path[256];
    struct mutation m = mutation_of(name);
    assert_true(m.in->events_n > 0);
    assert_int_equal(m.in->events_n, m.in->next_index);
    mutation_walk(&m, json_blank(m.message.ptr), "");
    snprintf(path, sizeof(path), "tests/data/%s.deleted", name);
    struct slice expected = reading_file(path);
    char *want = calloc(1, expected.len + 1);
    if (expected.ptr != NULL)
        memcpy(want, expected.ptr, expected.len);
    assert_string_equal(m.out, want);
    free((void *)(uintptr_t)expected.ptr);
    free(want);
    mutation_done(&m);
}

#endif
