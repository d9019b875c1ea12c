/* SPDX-License-Identifier: Apache-2.0
 *
 * One code point after the other. See utf16.h.
 */
#include "plugin/files/utf16.h"

#include <string.h>

enum { NOT_A_CHARACTER = 0xFFFD };

bool utf16_begins(struct utf16 *u, const char mark[static 2])
{
    const bool little = memcmp(mark, "\xFF\xFE", 2) == 0;
    u->big_endian = memcmp(mark, "\xFE\xFF", 2) == 0;
    u->in_at = u->in_n = u->out_at = u->out_n = 0;
    return little || u->big_endian;
}

/* At least two bytes in in[], if the text has as many; returns how many there are. */
static size_t fill(struct utf16 *u)
{
    if (u->in_n - u->in_at >= 2)
        return u->in_n - u->in_at;
    memmove(u->in, u->in + u->in_at, u->in_n - u->in_at);
    u->in_n -= u->in_at;
    u->in_at = 0;
    for (size_t n = 1; u->in_n < 2 && n > 0; u->in_n += n)
        n = u->read(u->ctx, (char *)u->in + u->in_n, sizeof u->in - u->in_n);
    return u->in_n;
}

static uint32_t unit_at(const struct utf16 *u)
{
    const uint8_t *p = u->in + u->in_at;
    return u->big_endian ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);
}

/* The next code point; false at the end. */
static bool next_point(struct utf16 *u, uint32_t *ret)
{
    const size_t left = fill(u);
    if (left < 2) {
        u->in_at = u->in_n;
        *ret = NOT_A_CHARACTER;
        return left > 0;
    }
    *ret = unit_at(u);
    u->in_at += 2;
    if (*ret < 0xD800 || *ret >= 0xE000)
        return true;
    const uint32_t high = *ret;
    *ret = NOT_A_CHARACTER;
    if (high >= 0xDC00 || fill(u) < 2)
        return true;
    const uint32_t low = unit_at(u);
    if (low < 0xDC00 || low >= 0xE000)
        return true; /* what follows is a character of its own */
    u->in_at += 2;
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static void encode(struct utf16 *u, uint32_t point)
{
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    const size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; point >>= 6)
        u->out[i] = (char)(0x80 | (point & 0x3F));
    u->out[0] = (char)(leads[n] | point);
    u->out_at = 0;
    u->out_n = n;
}

size_t utf16_read(struct utf16 *u, char *to, size_t cap)
{
    for (size_t n = 0; n < cap;) {
        uint32_t point;
        if (u->out_at == u->out_n) {
            if (!next_point(u, &point))
                return n;
            encode(u, point);
        }
        to[n++] = u->out[u->out_at++];
    }
    return cap;
}
