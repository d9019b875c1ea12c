/* SPDX-License-Identifier: Apache-2.0
 *
 * Interleavings of additions to a set whose exact words are full, or nearly: the rise to registers.
 * Right: every element is in the pairs or in the registers, and one block is in use. Seeded bug:
 * the index read before the pair is written.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/distinct_inside.h"
#include "tests/model/explore.h"

static const struct field field = DISTINCT_FIELD("set", 0);
static const struct field *const sets[] = {&field};
static const struct layout layout = {
    .name = "model", .id = 1, .version = 1, .words_n = 16, .fields = &field, .fields_n = 1};
static const struct distinct_shape shape = {{300000, 0}, {2, 0}};

#define NOW INT64_C(1795000000000)

static struct table *table;
static struct distinct_pool *pool;
static uint32_t row;
static unsigned added;

/* Element n falls into register n, and its rank is 1: what the registers hold can be read off. */
static uint64_t element(uint64_t n)
{
    return n << 56 | UINT64_C(1) << 55;
}

static void add(uint64_t n)
{
    distinct_add(pool, table, row, &field, 0, element(n), NOW);
}

static void setup(unsigned n)
{
    table_free(table);
    distinct_pool_free(pool);
    table = table_new(&layout, 8);
    pool = distinct_pool_new(&shape, 3);
    distinct_pool_attach(pool, table, sets, 1);
    row = table_row(table, 1, (uint32_t)(NOW / 60000), false);
    for (added = 0; added < n; added++)
        add(10 + added);
}

static void setup_11(void)
{
    setup(11);
}

static void setup_12(void)
{
    setup(12);
}

static void setup_13(void)
{
    setup(13);
}

static void add_low(void)
{
    add(1);
}

static void add_high(void)
{
    add(99);
}

static void add_higher(void)
{
    add(100);
}

static bool is_counted(uint64_t n)
{
    struct word *pairs = row_words(table, row, &field);
    for (unsigned i = 0; i < DISTINCT_EXACT; i++)
        if (word_load(&pairs[i]) >> 32 % 64 && (word_load(&pairs[i]) >> 32 & 0xff) == n)
            return true;
    uint32_t block = distinct_block(pool, row, 0);
    if (block == NO_BLOCK)
        return false;
    uint64_t sub = (uint64_t)((NOW - EPOCH_MS) / shape.unit_ms[0]);
    uint64_t word = word_load(&distinct_unit(pool, block, 0, sub % 2)[n / LANES]);
    return word >> n % LANES * RANK_BITS & 0x3f;
}

static bool all_counted(uint64_t first, uint64_t second)
{
    bool good = is_counted(first) && is_counted(second);
    for (unsigned i = 0; i < added; i++)
        good &= is_counted(10 + i);
    return good && distinct_pool_counts(pool).used == (added + 2 > DISTINCT_EXACT);
}

static bool low_and_high(void)
{
    return all_counted(1, 99);
}

static bool both_high(void)
{
    return all_counted(99, 100);
}

static bool all_three(void)
{
    return all_counted(99, 100) && is_counted(1);
}

/* Reads the index first; whoever makes the row dense meanwhile has read the pairs already. */
static void bad_add(uint64_t n)
{
    uint32_t block = distinct_block(pool, row, 0);
    uint64_t pair, out;
    distinct_pair(pool, element(n), NOW, &pair);
    const struct top_kind kind = {.k = DISTINCT_EXACT};
    word_top_out(row_words(table, row, &field), &kind, pair, &out);
    if (out != 0 && block != NO_BLOCK)
        distinct_leave(pool, row, &field, out);
}

static void bad_add_low(void)
{
    bad_add(1);
}

int main(void)
{
    static const struct explore_case cases[] = {
        {"the twelfth and the thirteenth", setup_11, {add_high, add_higher}, both_high, 3, false},
        {"two raise", setup_12, {add_high, add_higher}, both_high, 2, false},
        {"two raise, one is outranked", setup_12, {add_low, add_high}, low_and_high, 3, false},
        {"dense already", setup_13, {add_high, add_higher}, both_high, 3, false},
        {"three raise", setup_12, {add_low, add_high, add_higher}, all_three, 2, false},
        {"the index before the pair", setup_12, {bad_add_low, add_high}, low_and_high, 3, true},
    };
    return explore_all(cases, sizeof cases / sizeof *cases);
}
