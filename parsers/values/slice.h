/* SPDX-License-Identifier: Apache-2.0
 *
 * Borrowed bytes: a pointer and a length. Nothing here owns memory and nothing is NUL-terminated.
 * All text of an event is a slice of the message it came in, or of the worker's arena.
 */
#ifndef PARSERS_VALUES_SLICE_H
#define PARSERS_VALUES_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* ptr may be NULL only when len is 0: that is the absent value. A present empty text has a pointer.
 */
struct slice {
    const char *ptr;
    size_t len;
};

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* ASCII lower case of one byte; other bytes are unchanged, whatever the locale. */
static inline char slice_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal apart from ASCII case. */
static inline bool slice_equal_nocase(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (slice_lower(a.ptr[i]) != slice_lower(b.ptr[i]))
            return false;
    return true;
}

/* Begins with `prefix`, apart from ASCII case. */
static inline bool slice_starts_nocase(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_equal_nocase((struct slice){s.ptr, prefix.len}, prefix);
}

#endif
