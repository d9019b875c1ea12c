/* SPDX-License-Identifier: Apache-2.0
 *
 * The look-up table behind networks and databases. Building sweeps the sorted prefixes once with a
 * stack of those that are open; looking up is one load of the first level and a short search whose
 * steps compile to conditional moves: random addresses would mispredict every branch.
 */
#include "geoip/intervals.h"

#include "geoip/settle.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 u128;

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
#define REFINE (UINT32_C(1) << 31)

enum { LEVEL_BITS_MIN = 8, LEVEL_BITS_MAX = 20, NESTED_MAX = 130 };

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

/* Makes room for one more item. */
static int grow(void **items, size_t n, size_t *cap, size_t item_bytes)
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
    struct entry entry = {.hi = load64(prefix->ip.bytes), .lo = load64(prefix->ip.bytes + 8),
                          .value = value, .bits = prefix->bits};
    if (v4)
        entry = (struct entry){.hi = entry.lo << 32, .value = value, .bits = prefix->bits - 96u};
    if (to->n >= INTERVALS_PREFIXES_MAX)
        return -ENOSPC;
    void *items = to->of;
    int err = grow(&items, to->n, &to->cap, sizeof(entry));
    to->of = items;
    if (!err)
        to->of[to->n++] = entry;
    return err;
}

/* --- building: where the sweep's boundaries go ------------------------------------------------ */

/* The boundaries come in ascending order; of several with one start the last is meant. */
struct sweep {
    struct intervals *to;
    bool v4;
    u128 start; /* pending boundary */
    uint32_t value;
    uint32_t written; /* value of the last boundary written */
    bool open;        /* v6: the newest range is a refine group */
    uint64_t open_key;
    int err;
};

static int push_v4(struct intervals *to, uint32_t start, uint32_t value)
{
    void *items = to->v4;
    int err = grow(&items, to->v4_n, &to->v4_cap, sizeof(*to->v4));
    to->v4 = items;
    if (!err)
        to->v4[to->v4_n++] = (struct range4){start, value};
    return err;
}

static int push_range6(struct range6 **ranges, size_t *n, size_t *cap, uint64_t start, uint32_t value)
{
    void *items = *ranges;
    int err = grow(&items, *n, cap, sizeof(**ranges));
    *ranges = items;
    if (!err)
        (*ranges)[(*n)++] = (struct range6){(uint32_t)(start >> 32), (uint32_t)start, value};
    return err;
}

static int push_v6(struct intervals *to, uint64_t start, uint32_t value)
{
    return push_range6(&to->v6, &to->v6_n, &to->v6_cap, start, value);
}

static int push_refine(struct intervals *to, uint64_t start, uint32_t value)
{
    return push_range6(&to->refine, &to->refine_n, &to->refine_cap, start, value);
}

static uint64_t range6_start(const struct range6 *range)
{
    return (uint64_t)range->start_hi << 32 | range->start_lo;
}

/* Turns the /64 `key` into a group that starts with the value in force there. */
static int open_group(struct sweep *sweep, uint64_t key)
{
    struct intervals *to = sweep->to;
    void *items = to->groups;
    int err = grow(&items, to->groups_n, &to->groups_cap, sizeof(*to->groups));
    to->groups = items;
    if (err)
        return err;
    uint32_t marked = REFINE | (uint32_t)to->groups_n;
    to->groups[to->groups_n++] = (uint32_t)to->refine_n;
    if (range6_start(&to->v6[to->v6_n - 1]) == key)
        to->v6[to->v6_n - 1].value = marked;
    else if ((err = push_v6(to, key, marked)))
        return err;
    sweep->open = true;
    sweep->open_key = key;
    return push_refine(to, 0, sweep->written);
}

static int write_v6(struct sweep *sweep, uint64_t key, uint64_t low, uint32_t value)
{
    int err = 0;
    if (sweep->open && key != sweep->open_key) {
        sweep->open = false;
        if (low || key != sweep->open_key + 1) /* what follows the group before this boundary */
            err = push_v6(sweep->to, sweep->open_key + 1, sweep->written);
    }
    if (!err && low && !sweep->open)
        err = open_group(sweep, key);
    if (err)
        return err;
    return low ? push_refine(sweep->to, low, value) : push_v6(sweep->to, key, value);
}

static void write_pending(struct sweep *sweep)
{
    bool first = sweep->v4 ? sweep->to->v4_n == 0 : sweep->to->v6_n == 0;
    if (sweep->err || (!first && sweep->value == sweep->written))
        return;
    uint64_t hi = (uint64_t)(sweep->start >> 64);
    sweep->err = sweep->v4 ? push_v4(sweep->to, (uint32_t)(hi >> 32), sweep->value)
                           : write_v6(sweep, hi, (uint64_t)sweep->start, sweep->value);
    sweep->written = sweep->value;
}

static void boundary(struct sweep *sweep, u128 start, uint32_t value)
{
    if (start != sweep->start)
        write_pending(sweep);
    sweep->start = start;
    sweep->value = value;
}

/* --- building: the sweep ------------------------------------------------------------------------ */

static u128 entry_key(const struct entry *entry)
{
    return (u128)entry->hi << 64 | entry->lo;
}

static int entry_compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->hi != y->hi)
        return x->hi < y->hi ? -1 : 1;
    if (x->lo != y->lo)
        return x->lo < y->lo ? -1 : 1;
    return (x->bits > y->bits) - (x->bits < y->bits);
}

/* Databases are walked in order: those need no sorting. */
static void sort_entries(struct entries *entries)
{
    for (size_t i = 1; i < entries->n; i++)
        if (entry_compare(&entries->of[i - 1], &entries->of[i]) > 0) {
            qsort(entries->of, entries->n, sizeof(*entries->of), entry_compare);
            return;
        }
}

struct open_prefix {
    u128 key, last;
    uint32_t value, bits;
};

static int flatten(struct intervals *intervals, bool v4, intervals_combine *combine, void *ctx)
{
    struct entries *entries = &intervals->building[v4 ? 0 : 1];
    struct open_prefix stack[NESTED_MAX]; /* [0] is "nothing"; one of each length at most */
    size_t depth = 1;
    stack[0] = (struct open_prefix){.last = ~(u128)0};
    struct sweep sweep = {.to = intervals, .v4 = v4};

    sort_entries(entries);
    for (size_t i = 0; i < entries->n && !sweep.err; i++) {
        const struct entry *entry = &entries->of[i];
        u128 key = entry_key(entry);
        while (stack[depth - 1].last < key) {
            depth--;
            boundary(&sweep, stack[depth].last + 1, stack[depth - 1].value);
        }
        struct open_prefix *outer = &stack[depth - 1];
        uint32_t value = combine ? combine(ctx, outer->value, entry->value) : entry->value;
        if (!value)
            return -ENOMEM;
        if (depth == 1 || outer->key != key || outer->bits != entry->bits)
            depth++;
        u128 rest = entry->bits ? ((u128)1 << (128 - entry->bits)) - 1 : ~(u128)0;
        stack[depth - 1] = (struct open_prefix){key, key | rest, value, entry->bits};
        boundary(&sweep, key, value);
    }
    for (; depth > 1; depth--)
        if (stack[depth - 1].last != ~(u128)0)
            boundary(&sweep, stack[depth - 1].last + 1, stack[depth - 2].value);
    write_pending(&sweep);
    if (!sweep.err && !v4 && sweep.open && sweep.open_key != UINT64_MAX)
        sweep.err = push_v6(intervals, sweep.open_key + 1, sweep.written);
    free(entries->of);
    *entries = (struct entries){0};
    return sweep.err;
}

/* --- first level -------------------------------------------------------------------------------- */

/* A bucket for every two to four ranges. */
static unsigned level_bits(size_t ranges)
{
    unsigned bits = LEVEL_BITS_MIN;
    while (bits < LEVEL_BITS_MAX && ((size_t)4 << bits) < ranges)
        bits++;
    return bits;
}

static uint64_t start_at(const struct intervals *intervals, bool v4, size_t i)
{
    return v4 ? intervals->v4[i].start : range6_start(&intervals->v6[i]);
}

static uint32_t *make_level(const struct intervals *intervals, bool v4, unsigned bits)
{
    size_t buckets = (size_t)1 << bits, n = v4 ? intervals->v4_n : intervals->v6_n, last = 0;
    uint32_t *level = malloc((buckets + 1) * sizeof(*level));
    if (!level)
        return NULL;
    for (size_t i = 0; i <= buckets; i++) {
        uint64_t key = v4 ? (uint64_t)i << (32 - bits) : unicast_start + ((uint64_t)i << (61 - bits));
        while (last + 1 < n && start_at(intervals, v4, last + 1) <= key)
            last++;
        level[i] = (uint32_t)last;
    }
    return level;
}

int intervals_freeze(struct intervals *intervals, intervals_combine *combine, void *ctx)
{
    assert(!intervals->frozen);
    intervals->frozen = true;
    int err = flatten(intervals, true, combine, ctx);
    if (!err)
        err = flatten(intervals, false, combine, ctx);
    if (err)
        return err;
    void *items = intervals->groups;
    if (grow(&items, intervals->groups_n, &intervals->groups_cap, sizeof(*intervals->groups)))
        return -ENOMEM;
    intervals->groups = items;
    intervals->groups[intervals->groups_n] = (uint32_t)intervals->refine_n;

    intervals->v4 = settle(intervals->v4, intervals->v4_n * sizeof(*intervals->v4));
    intervals->v6 = settle(intervals->v6, intervals->v6_n * sizeof(*intervals->v6));
    intervals->refine = settle(intervals->refine, intervals->refine_n * sizeof(*intervals->refine));
    intervals->groups = settle(intervals->groups, (intervals->groups_n + 1) * sizeof(*intervals->groups));
    intervals->bits4 = level_bits(intervals->v4_n);
    intervals->bits6 = level_bits(intervals->v6_n);
    intervals->level4 = make_level(intervals, true, intervals->bits4);
    intervals->level6 = make_level(intervals, false, intervals->bits6);
    if (!intervals->level4 || !intervals->level6)
        return -ENOMEM;
    size_t level4_n = ((size_t)1 << intervals->bits4) + 1, level6_n = ((size_t)1 << intervals->bits6) + 1;
    intervals->level4 = settle(intervals->level4, level4_n * sizeof(*intervals->level4));
    intervals->level6 = settle(intervals->level6, level6_n * sizeof(*intervals->level6));
    return 0;
}

/* --- looking up --------------------------------------------------------------------------------- */

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
    if (value & REFINE) {
        const uint32_t *group = &intervals->groups[value & ~REFINE];
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
