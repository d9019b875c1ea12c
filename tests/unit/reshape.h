/* SPDX-License-Identifier: Apache-2.0
 *
 * Golden inputs written another way: members in reverse order, keys in upper case, one member less.
 * The first two may change nothing; the third may take fields away or have them fall back, but
 * whatever an event says must then still stand in the message.
 */
#ifndef TESTS_UNIT_RESHAPE_H
#define TESTS_UNIT_RESHAPE_H

#include "tests/unit/reading.h"

enum { RESHAPE_DEPTH = 32, RESHAPE_MEMBERS = 256 };

struct reshape {
    const char *at;
    char *out;
    size_t len, skip, seen; /* member to leave out, members seen; skip SIZE_MAX: none */
    bool reverse, upper;
};

static inline void reshape_put(struct reshape *r, const char *text, size_t len)
{
    memcpy(r->out + r->len, text, len);
    r->len += len;
}

static inline const char *reshape_string_end(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

static inline void reshape_value(struct reshape *r, int depth);

/* Members are written one behind the other first and put in order afterwards. */
static inline void reshape_object(struct reshape *r, int depth)
{
    size_t starts[RESHAPE_MEMBERS + 1], n = 0, first = ++r->len;
    r->out[first - 1] = '{';
    for (r->at++; *r->at != '}'; r->at += *r->at == ',') {
        bool skipped = r->seen++ == r->skip;
        assert_true(n < RESHAPE_MEMBERS);
        starts[n] = r->len;
        const char *end = reshape_string_end(r->at);
        reshape_put(r, r->at, (size_t)(end - r->at));
        for (size_t i = starts[n]; r->upper && i < r->len; i++)
            r->out[i] = (char)(r->out[i] >= 'a' && r->out[i] <= 'z' ? r->out[i] - 32 : r->out[i]);
        reshape_put(r, ":", 1);
        r->at = end + 1;
        reshape_value(r, depth + 1);
        if (skipped)
            r->len = starts[n];
        else
            n++;
    }
    r->at++;
    starts[n] = r->len;
    char *copy = malloc(r->len - first + 1);
    memcpy(copy, r->out + first, r->len - first);
    r->len = first;
    for (size_t i = 0; i < n; i++) {
        size_t which = r->reverse ? n - 1 - i : i;
        reshape_put(r, ",", i > 0);
        reshape_put(r, copy + starts[which] - first, starts[which + 1] - starts[which]);
    }
    free(copy);
    reshape_put(r, "}", 1);
}

static inline void reshape_value(struct reshape *r, int depth)
{
    assert_true(depth < RESHAPE_DEPTH);
    const char *from = r->at;
    if (*r->at == '{') {
        reshape_object(r, depth);
        return;
    }
    if (*r->at == '[') {
        reshape_put(r, r->at++, 1);
        while (*r->at != ']') {
            reshape_value(r, depth + 1);
            if (*r->at == ',')
                reshape_put(r, r->at++, 1);
        }
        reshape_put(r, r->at++, 1);
        return;
    }
    r->at = *from == '"' ? reshape_string_end(from) : from + strcspn(from, ",]}\n");
    reshape_put(r, from, (size_t)(r->at - from));
}

/* A message written again, without blanks; the caller frees. How many members it has: *ret_n. */
static inline struct slice reshape(struct slice message, struct reshape how, size_t *ret_n)
{
    char *text = calloc(1, message.len + 1);
    memcpy(text, message.ptr, message.len);
    how.at = text;
    how.out = malloc(message.len * 2 + 16);
    while (*how.at != '\0') {
        reshape_value(&how, 0);
        while (*how.at == '\n')
            reshape_put(&how, how.at++, 1);
    }
    *ret_n = how.seen;
    free(text);
    return (struct slice){how.out, how.len};
}

static inline struct slice reshape_golden(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "tests/data/%s.json", name);
    struct slice message = reading_file(path);
    assert_non_null(message.ptr);
    return message;
}

/* Order and case of keys change nothing. */
static inline void expect_any_order_and_case(const char *name)
{
    struct slice message = reshape_golden(name);
    struct reading *in = reading_new(NULL);
    reading_read(in, message);
    char *whole = reading_print(in);
    assert_true(in->events_n > 0);
    for (int form = 1; form < 4; form++) {
        size_t n;
        struct reshape how = {.skip = SIZE_MAX, .reverse = form & 1, .upper = form & 2};
        struct slice other = reshape(message, how, &n);
        reading_read(in, other);
        char *got = reading_print(in);
        assert_string_equal(got, whole);
        free(got);
        free((void *)(uintptr_t)other.ptr);
    }
    free(whole);
    free((void *)(uintptr_t)message.ptr);
    reading_done(in);
}

static inline bool reshape_holds(struct slice message, struct slice text)
{
    for (size_t i = 0; i + text.len <= message.len; i++)
        if (slice_starts_nocase((struct slice){message.ptr + i, message.len - i}, text))
            return true;
    return false;
}

/* A text of an event stands in the message; "name@domain" may be made of two. */
static inline void reshape_expect_said(struct slice message, struct slice text)
{
    const char *at = text.len > 0 ? memchr(text.ptr, '@', text.len) : NULL;
    if (reshape_holds(message, text) || slice_equal(text, SLICE("root")))
        return;
    assert_non_null(at);
    size_t name = (size_t)(at - text.ptr);
    assert_true(reshape_holds(message, (struct slice){text.ptr, name}));
    assert_true(reshape_holds(message, (struct slice){at + 1, text.len - name - 1}));
}

static inline void reshape_expect_event(struct slice message, const struct event *ev)
{
    const struct slice texts[] = {
        ev->tenant,   ev->user,      ev->code,           ev->app_id,     ev->app,
        ev->client,   ev->protocol,  ev->session,        ev->token_id,   ev->device,
        ev->event_id, ev->operation, ev->correlation_id, ev->user_agent, ev->resource_id,
        ev->host};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        reshape_expect_said(message, texts[i]);
    if (ev->has_ip) {
        char text[IP_TEXT_MAX];
        ip_format(&ev->ip, text);
        reshape_expect_said(message, slice_of(text));
    }
}

/* Each member left out in turn: nothing is made up, and nothing becomes a success, but in a format
 * where success is that no error is recorded. */
static inline void expect_never_invented(const char *name, bool silence_is_success)
{
    struct slice message = reshape_golden(name);
    struct reading *in = reading_new(NULL);
    reading_read(in, message);
    size_t members = 1, successes = 0, records = in->next_index;
    for (size_t i = 0; i < in->events_n; i++)
        successes += in->events[i].outcome == OUTCOME_SUCCESS;
    for (size_t skip = 0; skip < members; skip++) {
        struct slice other = reshape(message, (struct reshape){.skip = skip}, &members);
        reading_read(in, other);
        size_t now = 0;
        for (size_t i = 0; i < in->events_n; i++) {
            reshape_expect_event(other, &in->events[i]);
            now += in->events[i].outcome == OUTCOME_SUCCESS;
        }
        assert_true(in->next_index <= records);
        assert_true(now <= successes || silence_is_success);
        free((void *)(uintptr_t)other.ptr);
    }
    assert_true(members > 1);
    free((void *)(uintptr_t)message.ptr);
    reading_done(in);
}

/* All that must hold for a golden file of any format. */
static inline void expect_all_shapes(const char *const *names, size_t n, bool silence_is_success)
{
    for (size_t i = 0; i < n; i++) {
        expect_golden(names[i]);
        expect_sturdy(names[i]);
        expect_any_order_and_case(names[i]);
        expect_never_invented(names[i], silence_is_success);
    }
}

#define EXPECT_ALL_SHAPES(names) expect_all_shapes(names, sizeof(names) / sizeof((names)[0]), false)

#endif
