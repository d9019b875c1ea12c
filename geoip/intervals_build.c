/* SPDX-License-Identifier: Apache-2.0
 *
 * Flattening: one sweep over the sorted prefixes with a stack of those that are open, whose
 * boundaries become ranges; then the first level. Before the first event only.
 */
#include "geoip/intervals_inside.h"
#include "geoip/settle.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

typedef unsigned __int128 u128;

enum { LEVEL_BITS_MIN = 8, LEVEL_BITS_MAX = 20, NESTED_MAX = 130 };

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
    int err = intervals_grow(&items, to->v4_n, &to->v4_cap, sizeof(*to->v4));
    to->v4 = items;
    if (!err)
        to->v4[to->v4_n++] = (struct range4){start, value};
    return err;
}

static int push_range6(struct range6 **ranges, size_t *n, size_t *cap, uint64_t start,
                       uint32_t value)
{
    void *items = *ranges;
    int err = intervals_grow(&items, *n, cap, sizeof(**ranges));
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

/* Turns the /64 `key` into a group that starts with the value in force there. */
static int open_group(struct sweep *sweep, uint64_t key)
{
    struct intervals *to = sweep->to;
    void *items = to->groups;
    int err = intervals_grow(&items, to->groups_n, &to->groups_cap, sizeof(*to->groups));
    to->groups = items;
    if (err)
        return err;
    uint32_t marked = INTERVALS_REFINE | (uint32_t)to->groups_n;
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

/* --- building: the sweep ------------------------------------------------------------------------
 */

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

/* --- first level --------------------------------------------------------------------------------
 */

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
        uint64_t key =
            v4 ? (uint64_t)i << (32 - bits) : unicast_start + ((uint64_t)i << (61 - bits));
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
    if (intervals_grow(&items, intervals->groups_n, &intervals->groups_cap,
                       sizeof(*intervals->groups)))
        return -ENOMEM;
    intervals->groups = items;
    intervals->groups[intervals->groups_n] = (uint32_t)intervals->refine_n;

    intervals->v4 = settle(intervals->v4, intervals->v4_n * sizeof(*intervals->v4));
    intervals->v6 = settle(intervals->v6, intervals->v6_n * sizeof(*intervals->v6));
    intervals->refine = settle(intervals->refine, intervals->refine_n * sizeof(*intervals->refine));
    intervals->groups =
        settle(intervals->groups, (intervals->groups_n + 1) * sizeof(*intervals->groups));
    intervals->bits4 = level_bits(intervals->v4_n);
    intervals->bits6 = level_bits(intervals->v6_n);
    intervals->level4 = make_level(intervals, true, intervals->bits4);
    intervals->level6 = make_level(intervals, false, intervals->bits6);
    if (!intervals->level4 || !intervals->level6)
        return -ENOMEM;
    size_t level4_n = ((size_t)1 << intervals->bits4) + 1,
           level6_n = ((size_t)1 << intervals->bits6) + 1;
    intervals->level4 = settle(intervals->level4, level4_n * sizeof(*intervals->level4));
    intervals->level6 = settle(intervals->level6, level6_n * sizeof(*intervals->level6));
    return 0;
}
