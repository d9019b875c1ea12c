/* SPDX-License-Identifier: Apache-2.0
 *
 * The fixed pool of dense blocks. Free blocks are a stack of block numbers; the head carries a tag
 * that rises with each change, so a head seen twice is the same head (no ABA in 2^32 changes during
 * one CAS). Blocks in the stack are clean; they come back only after the row's grace period.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/distinct_inside.h"
#include "detectors/windows/table_inside.h"

static uint64_t head_after(uint64_t head, uint64_t block_1)
{
    return ((head >> 32) + 1) << 32 | block_1;
}

/* Both loops end: a CAS fails only because another thread took or gave a block. */
uint32_t distinct_take(struct distinct_pool *pool)
{
    uint64_t head = word_load(&pool->free);
    while ((uint32_t)head != 0) {
        uint32_t block = (uint32_t)head - 1;
        if (word_cas(&pool->free, &head, head_after(head, word_load(&pool->next[block])))) {
            word_count(&pool->taken);
            return block;
        }
    }
    return NO_BLOCK;
}

void distinct_give(struct distinct_pool *pool, uint32_t block)
{
    uint64_t head = word_load(&pool->free);
    do
        word_store(&pool->next[block], (uint32_t)head);
    while (!word_cas(&pool->free, &head, head_after(head, block + 1)));
    word_count(&pool->given);
}

static bool shape_is_lawful(const struct distinct_shape *s)
{
    if (s->unit_ms[0] < DISTINCT_UNIT_MIN_MS || s->units[0] == 0)
        return false;
    if (s->unit_ms[1] != 0 && (s->unit_ms[1] % s->unit_ms[0] != 0 || s->units[1] == 0))
        return false;
    return s->units[0] + (s->unit_ms[1] ? s->units[1] : 0) <= DISTINCT_DIRTY_UNITS;
}

static uint32_t units_of(const struct distinct_shape *s)
{
    return s->units[0] + (uint32_t)(s->unit_ms[1] ? s->units[1] : 0);
}

static size_t block_bytes(const struct distinct_shape *s)
{
    return units_of(s) * (size_t)RANKS_WORDS * sizeof(struct word);
}

size_t distinct_pool_bytes(const struct distinct_shape *shape, size_t blocks)
{
    return sizeof(struct distinct_pool) + blocks * (block_bytes(shape) + 2 * sizeof(struct word));
}

struct distinct_pool *distinct_pool_new(const struct distinct_shape *shape, size_t blocks)
{
    if (!shape_is_lawful(shape) || blocks >= NO_BLOCK - 1)
        return NULL;
    struct distinct_pool *pool = table_alloc(sizeof *pool);
    if (!pool)
        return NULL;
    pool->shape = *shape;
    pool->units = units_of(shape);
    pool->blocks = (uint32_t)blocks;
    for (unsigned ring = 0; ring < DISTINCT_RINGS && shape->unit_ms[ring]; ring++) {
        pool->ratio[ring] = (uint64_t)(shape->unit_ms[ring] / shape->unit_ms[0]);
        uint64_t covers = pool->ratio[ring] * shape->units[ring];
        pool->coverage = covers > pool->coverage ? covers : pool->coverage;
    }
    pool->words = table_alloc(blocks * block_bytes(shape));
    pool->dirty = table_alloc(blocks * sizeof(struct word));
    pool->next = table_alloc(blocks * sizeof(struct word));
    if (!pool->words || !pool->dirty || !pool->next) {
        distinct_pool_free(pool);
        return NULL;
    }
    for (uint32_t block = 0; block + 1 < blocks; block++)
        word_store(&pool->next[block], block + 2);
    word_store(&pool->free, blocks ? 1 : 0);
    return pool;
}

void distinct_pool_free(struct distinct_pool *pool)
{
    if (!pool)
        return;
    table_release(pool->words, pool->blocks * block_bytes(&pool->shape));
    table_release(pool->dirty, pool->blocks * sizeof(struct word));
    table_release(pool->next, pool->blocks * sizeof(struct word));
    table_release(pool->index, pool->index_bytes);
    table_release(pool, sizeof *pool);
}

static void on_clear(void *ctx, uint32_t row)
{
    distinct_release(ctx, row);
}

bool distinct_pool_attach(struct distinct_pool *pool, struct table *table,
                          const struct field *const *sets, unsigned sets_n)
{
    pool->index_bytes = table_rows(table) * DISTINCT_SETS * sizeof(struct word);
    pool->index = table_alloc(pool->index_bytes);
    if (!pool->index || sets_n > DISTINCT_SETS)
        return false;
    pool->table = table;
    pool->sets_n = sets_n;
    for (unsigned i = 0; i < sets_n; i++)
        pool->sets[i] = sets[i];
    return table_add_hooks(table,
                           &(struct table_hooks){on_clear, distinct_guard, distinct_leave, pool});
}

void distinct_release(struct distinct_pool *pool, uint32_t row)
{
    for (unsigned set = 0; set < DISTINCT_SETS; set++) {
        uint32_t block = (uint32_t)word_exchange(distinct_index(pool, row, set), 0) - 1;
        if (block == NO_BLOCK)
            continue;
        struct word *w = distinct_unit(pool, block, 0, 0);
        for (size_t i = 0; i < (size_t)pool->units * RANKS_WORDS; i++)
            word_store(&w[i], 0);
        word_store(&pool->dirty[block], 0);
        distinct_give(pool, block);
    }
}

struct distinct_pool_counts distinct_pool_counts(const struct distinct_pool *pool)
{
    uint64_t given = word_counted(&pool->given), taken = word_counted(&pool->taken);
    return (struct distinct_pool_counts){pool->blocks, taken - given,
                                         word_counted(&pool->saturated)};
}
