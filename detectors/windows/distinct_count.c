/* SPDX-License-Identifier: Apache-2.0
 *
 * How many: exactly from the pairs where they are all still there, else the estimate over registers
 * and pairs together. Wait-free: reads only.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/distinct_inside.h"
#include "detectors/windows/hll.h"

/* The pairs of a row as read once. */
struct pairs {
    uint64_t pair[DISTINCT_EXACT_MAX];
    unsigned n;
    uint64_t oldest_sub; /* sub-window of ring 0; meaningful if all words are taken */
};

static void pairs_read(struct pairs *p, const struct word *w, unsigned words)
{
    p->n = 0;
    p->oldest_sub = UINT64_MAX;
    for (unsigned i = 0; i < words; i++) {
        uint64_t v = word_load(&w[i]);
        if (v == 0)
            continue;
        p->pair[p->n++] = v;
        uint64_t sub = v >> PAIR_HASH_BITS;
        p->oldest_sub = sub < p->oldest_sub ? sub : p->oldest_sub;
    }
}

/* A window: sub-windows first..last of a ring. */
struct window {
    unsigned ring;
    uint64_t first, last;
};

static bool inside(const struct distinct_pool *pool, const struct window *win, uint64_t pair)
{
    uint64_t sub = distinct_sub(pool, win->ring, pair >> PAIR_HASH_BITS);
    return sub >= win->first && sub <= win->last;
}

static uint32_t count_pairs(const struct distinct_pool *pool, const struct window *win,
                            const struct pairs *p)
{
    uint32_t n = 0;
    uint64_t seen[DISTINCT_EXACT_MAX];
    for (unsigned i = 0; i < p->n; i++) {
        uint64_t hash = p->pair[i] << PAIR_SUB_BITS;
        bool known = !inside(pool, win, p->pair[i]);
        for (unsigned k = 0; k < n && !known; k++)
            known = seen[k] == hash;
        if (!known)
            seen[n++] = hash;
    }
    return n;
}

static void unpack(uint8_t *registers, uint64_t word)
{
    for (unsigned lane = 0; lane < LANES; lane++)
        registers[lane] = word >> lane * RANK_BITS & 0x3f;
}

static void fold_pair(uint8_t *registers, uint64_t pair)
{
    uint32_t low = (uint32_t)pair, index = pair >> 32 & 0xff;
    uint8_t rank = low ? (uint8_t)(__builtin_clz(low) + 1) : RANK_MAX;
    registers[index] = rank > registers[index] ? rank : registers[index];
}

static uint32_t estimate(const struct distinct_pool *pool, uint32_t block, const struct window *win,
                         const struct pairs *p)
{
    uint8_t registers[REGISTERS];
    uint64_t folded[RANKS_WORDS] = {0}, units = pool->shape.units[win->ring];
    for (uint64_t sub = win->first; sub <= win->last; sub++) {
        const struct word *w = distinct_unit(pool, block, win->ring, sub % units);
        uint64_t turn = sub / units & TURN_MASK;
        for (unsigned i = 0; i < RANKS_WORDS; i++) {
            uint64_t word = word_load(&w[i]);
            if (word >> TURN_SHIFT == turn)
                folded[i] = word_max_of_ranks(folded[i], word);
        }
    }
    for (unsigned i = 0; i < RANKS_WORDS; i++)
        unpack(&registers[i * LANES], folded[i]);
    for (unsigned i = 0; i < p->n; i++)
        if (inside(pool, win, p->pair[i]))
            fold_pair(registers, p->pair[i]);
    double n = hll_estimate(registers, REGISTERS, RANK_MAX);
    return n < UINT32_MAX ? (uint32_t)(n + 0.5) : UINT32_MAX;
}

struct distinct_count distinct_count(const struct distinct_pool *pool, const struct table *table,
                                     uint32_t row, const struct field *field, unsigned set,
                                     unsigned ring, unsigned units, int64_t time_ms)
{
    struct distinct_count none = {0, true, false};
    if (ring >= DISTINCT_RINGS || pool->shape.unit_ms[ring] == 0 || units == 0 ||
        time_ms < EPOCH_MS)
        return none;
    unsigned most = pool->shape.units[ring];
    uint64_t back = (units < most ? units : most) - 1;
    uint64_t last = (uint64_t)((time_ms - EPOCH_MS) / pool->shape.unit_ms[ring]);
    struct window win = {ring, last > back ? last - back : 0, last};
    uint64_t index = word_load(distinct_index(pool, row, set));
    struct pairs p;
    pairs_read(&p, row_words(table, row, field), field->words);
    uint32_t block = (uint32_t)index - 1;
    bool whole =
        p.n == field->words ? p.oldest_sub < win.first * pool->ratio[ring] : block == NO_BLOCK;
    bool lossy = !whole && (index & INDEX_LOSSY);
    if (whole || block == NO_BLOCK)
        return (struct distinct_count){count_pairs(pool, &win, &p), !lossy, lossy};
    return (struct distinct_count){estimate(pool, block, &win, &p), false, lossy};
}
