/* SPDX-License-Identifier: Apache-2.0
 *
 * Adding to a set: exact words first, registers once they overflow. The estimate is in
 * distinct_count.c, the pool of blocks in distinct_pool.c.
 *
 * Whoever makes a row dense: takes a block, sets the index by CAS (the loser gives its block back),
 * folds the exact pairs in. Whoever adds writes the pair first and reads the index afterwards, so
 * one of the two sees the other (seq_cst) and no pair is forgotten. tests/model/distinct.c.
 */
#include "detectors/windows/distinct.h"

#include "detectors/windows/distinct_inside.h"

bool distinct_pair(const struct distinct_pool *pool, uint64_t element, int64_t time_ms,
                   uint64_t *ret)
{
    if (time_ms < EPOCH_MS)
        return false;
    uint64_t sub = (uint64_t)((time_ms - EPOCH_MS) / pool->shape.unit_ms[0]);
    uint64_t hash = element >> PAIR_SUB_BITS;
    *ret = sub << PAIR_HASH_BITS | (hash ? hash : 1);
    return sub >> PAIR_SUB_BITS == 0;
}

uint64_t distinct_sub(const struct distinct_pool *pool, unsigned ring, uint64_t sub0)
{
    return sub0 / pool->ratio[ring];
}

struct word *distinct_unit(const struct distinct_pool *pool, uint32_t block, unsigned ring,
                           uint64_t at)
{
    size_t unit = (ring ? pool->shape.units[0] : 0) + at;
    return &pool->words[(block * pool->units + unit) * RANKS_WORDS];
}

static void mark_unit(struct distinct_pool *pool, uint32_t block, unsigned ring, uint64_t at)
{
    word_or(&pool->dirty[block], UINT64_C(1) << ((ring ? pool->shape.units[0] : 0) + at));
}

int64_t distinct_pair_ms(uint64_t pair, int64_t unit_ms)
{
    return pair ? EPOCH_MS + (int64_t)(pair >> PAIR_HASH_BITS) * unit_ms : -1;
}

/* Puts a pair into both rings of a block. */
static enum word_result feed(struct distinct_pool *pool, uint32_t block, uint64_t pair)
{
    enum word_result result = WORD_SAME;
    uint32_t low = (uint32_t)pair, index = pair >> 32 & 0xff;
    uint64_t rank = low ? (unsigned)__builtin_clz(low) + 1 : 33;
    for (unsigned ring = 0; ring < DISTINCT_RINGS && pool->shape.unit_ms[ring]; ring++) {
        uint64_t sub = distinct_sub(pool, ring, pair >> PAIR_HASH_BITS);
        uint64_t units = pool->shape.units[ring], at = sub % units;
        uint64_t value =
            (sub / units & TURN_MASK) << TURN_SHIFT | rank << RANK_BITS * (index % LANES);
        enum word_result r =
            word_ranks(&distinct_unit(pool, block, ring, at)[index / LANES], value);
        if (r == WORD_CHANGED)
            mark_unit(pool, block, ring, at);
        if (r == WORD_CONTENDED || result == WORD_SAME)
            result = r;
    }
    return result;
}

static uint64_t newest_of(const struct word *pairs, const struct field *field)
{
    uint64_t newest = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t v = word_load(&pairs[i]);
        newest = v > newest ? v : newest;
    }
    return newest;
}

/* Would this pair still be counted, seen from the newest one? One that would not is late, and must
 * not reach the registers: years too late, it would look like the future there. */
static bool covered(const struct distinct_pool *pool, uint64_t newest, uint64_t pair)
{
    return newest <= pair || (newest >> PAIR_HASH_BITS) - (pair >> PAIR_HASH_BITS) < pool->coverage;
}

/* The row's block, taken and filled if it has none. NO_BLOCK: the pool is empty; the row remembers
 * that pairs were lost. */
static uint32_t raise(struct distinct_pool *pool, uint32_t row, unsigned set,
                      const struct field *field, const struct word *pairs)
{
    struct word *index = distinct_index(pool, row, set);
    uint64_t seen = word_load(index);
    while ((uint32_t)seen == 0) { /* ends: the index changes at most twice */
        uint32_t block = distinct_take(pool);
        if (block == NO_BLOCK && (uint32_t)(seen = word_load(index)) != 0)
            break; /* the last block is ours after all */
        if (block == NO_BLOCK) {
            word_count(&pool->saturated);
            word_or(index, INDEX_LOSSY);
            return NO_BLOCK;
        }
        if (word_cas(index, &seen, (seen & INDEX_LOSSY) | (block + 1))) {
            uint64_t newest = newest_of(pairs, field);
            for (unsigned i = 0; i < field->words; i++) {
                uint64_t v = word_load(&pairs[i]);
                if (v != 0 && covered(pool, newest, v))
                    feed(pool, block, v);
            }
            table_mark_dirty(pool->table, row);
            return block;
        }
        distinct_give(pool, block);
    }
    return (uint32_t)seen - 1;
}

/* A pair left the exact words of a set: into the registers with it. Nobody would bring it again, so
 * with more patience than others; contended after that, it is lost, as told. */
static enum word_result leave(struct distinct_pool *pool, uint32_t row, unsigned set,
                              const struct field *field, uint64_t out)
{
    const struct word *pairs = row_words(pool->table, row, field);
    if (!covered(pool, newest_of(pairs, field), out))
        return WORD_DROPPED;
    uint32_t block = raise(pool, row, set, field, pairs);
    if (block == NO_BLOCK)
        return WORD_DROPPED;
    enum word_result result = feed(pool, block, out);
    for (int i = 0; i < WORD_TRIES && result == WORD_CONTENDED; i++)
        result = feed(pool, block, out);
    if (result == WORD_CHANGED)
        table_mark_dirty(pool->table, row);
    return result;
}

void distinct_leave(void *ctx, uint32_t row, const struct field *field, uint64_t out)
{
    struct distinct_pool *pool = ctx;
    for (unsigned set = 0; set < pool->sets_n; set++)
        if (pool->sets[set] == field)
            leave(pool, row, set, field, out);
}

enum word_result distinct_add(struct distinct_pool *pool, struct table *table, uint32_t row,
                              const struct field *field, unsigned set, uint64_t element,
                              int64_t time_ms)
{
    uint64_t pair, out;
    if (!distinct_pair(pool, element, time_ms, &pair))
        return WORD_DROPPED;
    struct word *pairs = row_words(table, row, field);
    const struct top_kind kind = {.k = field->words};
    enum word_result result = word_top_out(pairs, &kind, pair, &out);
    enum word_result fed = WORD_SAME;
    if (out != 0)
        fed = leave(pool, row, set, field, out);
    uint32_t block = distinct_block(pool, row, set); /* after the pair was written, never before */
    if (block != NO_BLOCK && out != pair && fed != WORD_CONTENDED &&
        covered(pool, newest_of(pairs, field), pair))
        fed = feed(pool, block, pair);
    if (result == WORD_CONTENDED || fed == WORD_CONTENDED)
        return WORD_CONTENDED;
    if (result == WORD_CHANGED || fed == WORD_CHANGED) {
        table_mark_dirty(table, row);
        return WORD_CHANGED;
    }
    return result == WORD_DROPPED ? fed : result;
}

void distinct_take_dirty(struct distinct_pool *pool, const struct table *table, uint32_t row,
                         void (*take)(void *ctx, uint16_t part, const uint64_t words[static 32]),
                         void *ctx)
{
    (void)table;
    for (unsigned set = 0; set < DISTINCT_SETS; set++) {
        uint32_t block = distinct_block(pool, row, set);
        if (block == NO_BLOCK)
            continue;
        for (uint64_t marks = word_exchange(&pool->dirty[block], 0); marks; marks &= marks - 1) {
            unsigned unit = (unsigned)__builtin_ctzll(marks), first = pool->shape.units[0];
            unsigned ring = unit >= first, at = ring ? unit - first : unit;
            uint64_t words[RANKS_WORDS];
            const struct word *w = distinct_unit(pool, block, ring, at);
            for (unsigned i = 0; i < RANKS_WORDS; i++)
                words[i] = word_load(&w[i]);
            take(ctx, (uint16_t)(PART_DENSE | set << 13 | ring << 12 | at), words);
        }
    }
}

/* Is a turn within a quarter of its range of the watermark's? One that is not says nothing. */
static bool near(const struct distinct_pool *pool, unsigned ring, uint64_t word)
{
    int64_t now_ms = (int64_t)table_watermark(pool->table) * 60000 - EPOCH_MS;
    uint64_t turn = (uint64_t)(now_ms / pool->shape.unit_ms[ring]) / pool->shape.units[ring];
    int16_t away = (int16_t)(uint16_t)((word >> TURN_SHIFT) - turn);
    return away <= TURN_QUARTER && away >= -TURN_QUARTER;
}

void distinct_guard(void *ctx, uint32_t row)
{
    struct distinct_pool *pool = ctx;
    for (unsigned set = 0; set < pool->sets_n; set++) {
        uint32_t block = distinct_block(pool, row, set);
        struct word *w = block == NO_BLOCK ? NULL : distinct_unit(pool, block, 0, 0);
        for (uint32_t i = 0; w && i < pool->units * RANKS_WORDS; i++) {
            uint64_t v = word_load(&w[i]);
            if (v != 0 && !near(pool, i / RANKS_WORDS >= pool->shape.units[0], v))
                word_cas(&w[i], &v, 0);
        }
    }
}

bool distinct_merge(struct distinct_pool *pool, struct table *table, uint32_t row, uint16_t part,
                    const uint64_t words[static 32])
{
    unsigned set = part >> 13 & 3, ring = part >> 12 & 1, at = part & 0xfff;
    if (!(part & PART_DENSE) || set >= pool->sets_n || !pool->sets[set] ||
        pool->shape.unit_ms[ring] == 0 || at >= pool->shape.units[ring])
        return false;
    uint32_t block = raise(pool, row, set, pool->sets[set], row_words(table, row, pool->sets[set]));
    if (block == NO_BLOCK)
        return false;
    struct word *w = distinct_unit(pool, block, ring, at);
    bool more = false;
    for (unsigned i = 0; i < RANKS_WORDS; i++) {
        if (words[i] != 0 && !near(pool, ring, words[i]))
            continue;
        for (int k = 0; k < WORD_TRIES && word_ranks(&w[i], words[i]) == WORD_CONTENDED; k++)
            ;
        uint64_t ours = word_load(&w[i]);
        more |= word_join_ranks(words[i], ours) != words[i];
    }
    if (more) {
        mark_unit(pool, block, ring, at);
        table_mark_dirty(table, row);
    }
    return true;
}
