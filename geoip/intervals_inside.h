/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of struct intervals, for the two files that make it: geoip/intervals.c takes prefixes
 * and answers, geoip/intervals_build.c flattens. Nobody else includes this.
 */
#ifndef GEOIP_INTERVALS_INSIDE_H
#define GEOIP_INTERVALS_INSIDE_H

#include "geoip/intervals.h"

/* A prefix while building: IPv4 keys fill the top 32 bits, so that both families sweep alike. */
struct entry {
    uint64_t hi, lo;
    uint32_t value, bits; /* an outer prefix sorts before the inner ones that start where it does */
};

struct entries {
    struct entry *of;
    size_t n, cap;
};

struct range4 {
    uint32_t start, value;
};

/* 12 bytes, so the 64-bit start is in two halves. */
struct range6 {
    uint32_t start_hi, start_lo, value;
};

/* Marks a value that is the number of a group. At most 2^26 prefixes a family make at most 2^27
 * ranges and groups, so both fit beside the mark. */
#define INTERVALS_REFINE (UINT32_C(1) << 31)

/* All global unicast addresses are in 2000::/3; the first level divides only that. */
static const uint64_t unicast_start = UINT64_C(0x2000) << 48, unicast_end = UINT64_C(0x4000) << 48;

struct intervals {
    struct entries building[2]; /* IPv4, IPv6 */
    bool frozen;

    struct range4 *v4;
    uint32_t *level4; /* [i]: the last range that starts at or before i << shift4 */
    size_t v4_n, v4_cap;
    unsigned bits4;

    struct range6 *v6;
    uint32_t *level6; /* the same from unicast_start on */
    size_t v6_n, v6_cap;
    unsigned bits6;

    struct range6 *refine; /* ranges of lower halves; each group begins with lower half 0 */
    size_t refine_n, refine_cap;
    uint32_t *groups; /* group g is refine[groups[g]] to refine[groups[g + 1]] */
    size_t groups_n, groups_cap;
};

static inline uint64_t range6_start(const struct range6 *range)
{
    return (uint64_t)range->start_hi << 32 | range->start_lo;
}

/* Makes room for one more item. 0 or -ENOMEM. */
int intervals_grow(void **items, size_t n, size_t *cap, size_t item_bytes);

#endif
