/* SPDX-License-Identifier: Apache-2.0
 *
 * The look-up table behind networks and databases. A look-up is one load of the first level and a
 * short search whose steps compile to conditional moves: random addresses would mispredict every
 * branch.
 */
#include "geoip/intervals.h"

#include "geoip/intervals_inside.h"
#include "geoip/settle.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct intervals *intervals_new(void)
{
    return calloc(1, sizeof(struct intervals));
}

void intervals_free(struct intervals *intervals)
{
    if (!intervals)
        return;
    for (int family = 0; family < 2; family++)
        free(intervals->building[family].of);
    free(intervals->v4);
    free(intervals->level4);
    free(intervals->v6);
    free(intervals->level6);
    free(intervals->refine);
    free(intervals->groups);
    free(intervals);
}

int intervals_grow(void **items, size_t n, size_t *cap, size_t item_bytes)
{
    if (n < *cap)
        return 0;
    size_t want = *cap ? *cap * 2 : 64;
    void *more = reallocarray(*items, want, item_bytes);
    if (!more)
        return -ENOMEM;
    *items = more;
    *cap = want;
    return 0;
}

static uint64_t load64(const uint8_t *bytes)
{
    uint64_t n;
    memcpy(&n, bytes, sizeof(n));
    return be64toh(n);
}

int intervals_add(struct intervals *intervals, const struct prefix *prefix, uint32_t value)
{
    assert(!intervals->frozen && value && value <= INTERVALS_VALUE_MAX && prefix->bits <= 128);
    bool v4 = prefix->bits >= 96 && ip_is_v4(&prefix->ip);
    struct entries *to = &intervals->building[v4 ? 0 : 1];
    struct entry entry = {.hi = load64(prefix->ip.bytes),
                          .lo = load64(prefix->ip.bytes + 8),
                          .value = value,
                          .bits = prefix->bits};
    if (v4)
        entry = (struct entry){.hi = entry.lo << 32, .value = value, .bits = prefix->bits - 96u};
    if (to->n >= INTERVALS_PREFIXES_MAX)
        return -ENOSPC;
    void *items = to->of;
    int err = intervals_grow(&items, to->n, &to->cap, sizeof(entry));
    to->of = items;
    if (!err)
        to->of[to->n++] = entry;
    return err;
}

/* --- looking up ---------------------------------------------------------------------------------
 */

static uint32_t find_v4(const struct intervals *intervals, uint32_t key)
{
    const uint32_t *level = &intervals->level4[key >> (32 - intervals->bits4)];
    const struct range4 *at = &intervals->v4[level[0]];
    for (size_t n = (size_t)(level[1] - level[0]) + 1; n > 1;) {
        size_t half = n / 2;
        at += at[half].start <= key ? half : 0;
        n -= half;
    }
    return at->value;
}

/* The last of n ranges that starts at or before the key; the first always does. */
static const struct range6 *search6(const struct range6 *at, size_t n, uint64_t key)
{
    while (n > 1) {
        size_t half = n / 2;
        at += range6_start(&at[half]) <= key ? half : 0;
        n -= half;
    }
    return at;
}

static uint32_t find_v6(const struct intervals *intervals, uint64_t key, uint64_t low)
{
    const uint32_t *level = intervals->level6;
    size_t first = 0, last = level[0];
    if (key >= unicast_end) {
        first = level[(size_t)1 << intervals->bits6];
        last = intervals->v6_n - 1;
    } else if (key >= unicast_start) {
        level += (key - unicast_start) >> (61 - intervals->bits6);
        first = level[0];
        last = level[1];
    }
    uint32_t value = search6(&intervals->v6[first], last - first + 1, key)->value;
    if (value & INTERVALS_REFINE) {
        const uint32_t *group = &intervals->groups[value & ~INTERVALS_REFINE];
        value = search6(&intervals->refine[group[0]], group[1] - group[0], low)->value;
    }
    return value;
}

uint32_t intervals_find(const struct intervals *intervals, const struct ip *ip)
{
    uint64_t low = load64(ip->bytes + 8);
    return ip_is_v4(ip) ? find_v4(intervals, (uint32_t)low)
                        : find_v6(intervals, load64(ip->bytes), low);
}

size_t intervals_bytes(const struct intervals *intervals)
{
    size_t bytes = sizeof(*intervals);
    for (int family = 0; family < 2; family++)
        bytes += intervals->building[family].cap * sizeof(struct entry);
    if (!intervals->frozen)
        return bytes;
    bytes += settled_bytes(intervals->v4_n * sizeof(struct range4));
    bytes += settled_bytes(intervals->v6_n * sizeof(struct range6));
    bytes += settled_bytes(intervals->refine_n * sizeof(struct range6));
    bytes += settled_bytes((intervals->groups_n + 1) * sizeof(uint32_t));
    bytes += settled_bytes((((size_t)1 << intervals->bits4) + 1) * sizeof(uint32_t));
    return bytes + settled_bytes((((size_t)1 << intervals->bits6) + 1) * sizeof(uint32_t));
}

size_t intervals_ranges(const struct intervals *intervals)
{
    return intervals->v4_n + intervals->v6_n + intervals->refine_n;
}
