/* SPDX-License-Identifier: Apache-2.0
 *
 * What distinct.c, distinct_pool.c and distinct_count.c share; nobody else includes this.
 */
#ifndef DETECTORS_WINDOWS_DISTINCT_INSIDE_H
#define DETECTORS_WINDOWS_DISTINCT_INSIDE_H

#include "detectors/windows/distinct.h"

#include <assert.h>

#define EPOCH_MS    INT64_C(1420070400000) /* 2015-01-01T00:00:00Z */
#define INDEX_LOSSY (UINT64_C(1) << 32)
#define NO_BLOCK    UINT32_MAX
#define PART_DENSE  0x8000u

enum { PAIR_SUB_BITS = 24, PAIR_HASH_BITS = 40 };
enum { RANKS_WORDS = 32, LANES = 8, RANK_BITS = 6, REGISTERS = 256, RANK_MAX = 33 };
enum { TURN_SHIFT = 48, TURN_MASK = 0xffff, TURN_QUARTER = 1 << 14 };

struct distinct_pool {
    struct distinct_shape shape;
    uint32_t units, blocks;
    uint64_t ratio[DISTINCT_RINGS]; /* sub-windows of ring 0 in one of this ring */
    uint64_t coverage;              /* of the longer ring, in sub-windows of ring 0 */

    struct table *table; /* from distinct_pool_attach, as are the next four */
    const struct field *sets[DISTINCT_SETS];
    unsigned sets_n;
    size_t index_bytes;
    struct word *index; /* per row and set: | lossy 1 | block + 1, 32 | */

    struct word *words; /* blocks */
    struct word *dirty; /* per block, a bit per sub-window */
    struct word *next;  /* per block: the free list behind it, + 1; 0 ends it */

    _Alignas(64) struct word free; /* | tag 32 | block + 1, 32 |: the tag counts the changes */
    _Alignas(64) struct word saturated;
    struct word taken, given;
};

static inline struct word *distinct_index(const struct distinct_pool *pool, uint32_t row,
                                          unsigned set)
{
    assert(row < table_rows(pool->table));
    return &pool->index[(size_t)row * DISTINCT_SETS + set];
}

static inline uint32_t distinct_block(const struct distinct_pool *pool, uint32_t row, unsigned set)
{
    return (uint32_t)word_load(distinct_index(pool, row, set)) - 1;
}

uint32_t distinct_take(struct distinct_pool *pool); /* a clean block, or NO_BLOCK */
void distinct_give(struct distinct_pool *pool, uint32_t block);
void distinct_guard(void *ctx, uint32_t row);
void distinct_leave(void *ctx, uint32_t row, const struct field *field, uint64_t out);

bool distinct_pair(const struct distinct_pool *pool, uint64_t element, int64_t time_ms,
                   uint64_t *ret);
uint64_t distinct_sub(const struct distinct_pool *pool, unsigned ring, uint64_t sub0);
struct word *distinct_unit(const struct distinct_pool *pool, uint32_t block, unsigned ring,
                           uint64_t at);

#endif
