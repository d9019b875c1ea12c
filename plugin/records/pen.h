/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes written one after the other into a buffer that never grows, and the few forms of values
 * that records have. What does not fit is left out and remembered in `full`. Any thread.
 */
#ifndef PLUGIN_RECORDS_PEN_H
#define PLUGIN_RECORDS_PEN_H

#include "parsers/values/ip.h"
#include "parsers/values/slice.h"

#include <stdint.h>

struct pen {
    char *ptr;
    size_t len, max;
    bool full; /* something did not fit */
};

static inline void pen_put(struct pen *to, const char *bytes, size_t len)
{
    if (len > to->max - to->len) {
        to->full = true;
        return;
    }
    memcpy(to->ptr + to->len, bytes, len);
    to->len += len;
}

/* A literal; a string; a slice. */
#define pen_lit(to, literal) pen_put(to, literal, sizeof(literal) - 1)
static inline void pen_string(struct pen *to, const char *string)
{
    pen_put(to, string, strlen(string));
}
static inline void pen_slice(struct pen *to, struct slice slice)
{
    pen_put(to, slice.ptr, slice.len);
}

void pen_number(struct pen *to, int64_t number);
void pen_hex(struct pen *to, uint64_t bits, unsigned digits); /* the last so many digits */
void pen_ip(struct pen *to, const struct ip *ip);

/* The GUID that a key stands for (version 4), and its 16 bytes in base64url as Entra writes the
 * number of a token: the fields of a GUID are little endian there. */
void pen_guid(struct pen *to, uint64_t key);
void pen_token(struct pen *to, uint64_t key);

/* Millionths of a degree as a decimal with at most five digits. */
void pen_degrees(struct pen *to, int32_t e6);

/* Times, without a zone: 2025-03-04T05:06:07, with three, or with seven decimals (of which the last
 * four come from `key`). */
void pen_seconds(struct pen *to, int64_t ms);
void pen_millis(struct pen *to, int64_t ms);
void pen_ticks(struct pen *to, int64_t ms, uint64_t key);

#endif
