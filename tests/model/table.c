/* SPDX-License-Identifier: Apache-2.0
 *
 * Interleavings of inserting, evicting and reusing rows of one bucket. Right: no key ever has two
 * rows, and no row holds a word of another key. Seeded bugs: inserting into any free row without
 * the second look, clearing without a grace period.
 */
#include "detectors/windows/table.h"
#include "detectors/windows/table_inside.h"
#include "tests/model/explore.h"

static const struct field bits = {.name = "bits", .first = 0, .words = 1, .join = JOIN_OR};
static const struct layout layout = {
    .name = "model", .id = 1, .version = 1, .words_n = 8, .fields = &bits, .fields_n = 1};

/* Key n writes bit n and nothing else. */
enum { NEW = 20, OTHER = 21, VICTIM = 1 };

static struct table *table;
static struct table_epochs *epochs;
static uint64_t saw[2];

static void setup_empty(void)
{
    table_free(table);
    table_epochs_free(epochs);
    table = table_new(&layout, 8);
    epochs = table_epochs_new();
    saw[0] = saw[1] = 0;
}

static void use(uint64_t key)
{
    uint32_t row = table_row(table, key, 100 + (uint32_t)key, false);
    if (row != TABLE_NONE)
        row_merge(table, row, &bits, 0, UINT64_C(1) << key);
}

static void fill(uint64_t n)
{
    for (uint64_t key = VICTIM; key <= n; key++)
        use(key);
}

static void setup_7(void)
{
    setup_empty();
    fill(7);
}

/* Seven rows, and a tomb whose grace period has passed: the next collection frees it. */
static void setup_freeing(void)
{
    setup_7();
    use(8);
    table_collect(table, epochs, 0);
}

/* A key's row becomes a tomb by hand, as by expiry, and its grace period passes. */
static void bury(uint64_t key)
{
    uint32_t row = table_find(table, key);
    table_kill(table, row, table_lawful_key(key), word_load(&table->heads[0].meta[row]), EXPIRED);
    table_collect(table, epochs, 0);
}

/* The last row is free, and the second will be. */
static void setup_freeing_another(void)
{
    setup_7();
    bury(2);
}

/* No row is free; the first and the second will be, one after the other. */
static void setup_freeing_two(void)
{
    setup_7();
    use(8); /* evicts 1 */
    bury(2);
}

static void inside(unsigned reader, uint64_t key)
{
    table_epoch_enter(epochs, reader);
    use(key);
    table_epoch_leave(epochs, reader);
}

static void new_0(void)
{
    inside(0, NEW);
}

static void new_1(void)
{
    inside(1, NEW);
}

static void other_1(void)
{
    inside(1, OTHER);
}

static void victim_1(void)
{
    inside(1, VICTIM);
}

static void collect(void)
{
    table_collect(table, epochs, 0);
}

static void collect_twice(void)
{
    collect();
    collect();
}

/* No key twice; the words of a live row are its key's, or none. */
static bool lawful(void)
{
    bool good = true;
    for (uint32_t i = 0; i < BUCKET; i++) {
        uint64_t key = table_key(table, i), words = word_load(row_words(table, i, &bits));
        for (uint32_t k = 0; k < i && key; k++)
            good &= table_key(table, k) != key;
        for (uint64_t n = 0; n < 64 && key; n++)
            good &= !(words >> n & 1) || key == table_lawful_key(n);
    }
    return good;
}

static bool new_is_there(void)
{
    uint32_t row = table_find(table, NEW);
    return lawful() && row != TABLE_NONE &&
           word_load(row_words(table, row, &bits)) == UINT64_C(1) << NEW;
}

static bool both_are_there(void)
{
    return new_is_there() && table_find(table, OTHER) != TABLE_NONE;
}

/* Insert, join, evaluate: one of two threads sees both bits in the one row. */
static void join_and_look(unsigned n)
{
    uint32_t row = table_row(table, NEW, 1, false);
    row_merge(table, row, &bits, 0, UINT64_C(1) << n);
    saw[n] = word_load(row_words(table, row, &bits));
}

static void join_0(void)
{
    join_and_look(0);
}

static void join_1(void)
{
    join_and_look(1);
}

static bool one_saw_both(void)
{
    return saw[0] == 3 || saw[1] == 3;
}

/* --- seeded bugs --- */

static void bad_insert(unsigned reader)
{
    table_epoch_enter(epochs, reader);
    uint64_t key = table_lawful_key(NEW);
    for (uint32_t i = 0; i < BUCKET; i++) {
        uint64_t seen = word_load(&table->heads[0].key[i]);
        if (seen == key)
            break;
        if (key_is_free(seen) && word_cas(&table->heads[0].key[i], &seen, key))
            break;
    }
    table_epoch_leave(epochs, reader);
}

static void bad_insert_0(void)
{
    bad_insert(0);
}

static void bad_insert_1(void)
{
    bad_insert(1);
}

/* Frees every tomb at once. */
static void bad_collect(void)
{
    for (uint32_t i = 0; i < BUCKET; i++) {
        if (word_load(&table->heads[0].key[i]) != KEY_TOMB)
            continue;
        word_store(row_words(table, i, &bits), 0);
        word_store(&table->heads[0].meta[i], 0);
        word_store(&table->heads[0].key[i], KEY_FREED);
    }
}

static void evict_and_reuse(void)
{
    inside(0, NEW); /* evicts VICTIM */
    bad_collect();
    inside(0, OTHER);
}

int main(void)
{
    static const struct explore_case cases[] = {
        {"insert, join, evaluate", setup_empty, {join_0, join_1}, one_saw_both, 3, false},
        {"two insert one key", setup_empty, {new_0, new_1}, new_is_there, 3, false},
        {"two insert two keys", setup_empty, {new_0, other_1}, both_are_there, 3, false},
        {"the last row, twice", setup_7, {new_0, other_1}, lawful, 3, false},
        {"tomb, grace, clear", setup_7, {new_0, victim_1, collect_twice}, lawful, 2, false},
        {"a row becomes free meanwhile", setup_freeing, {new_0, new_1, collect}, lawful, 2, false},
        {"a second row becomes free",
         setup_freeing_another,
         {new_0, new_1, collect},
         new_is_there,
         2,
         false},
        {"two rows become free", setup_freeing_two, {new_0, new_1, collect}, lawful, 2, false},
        {"inserting without a second look",
         setup_freeing_another,
         {bad_insert_0, bad_insert_1, collect},
         lawful,
         2,
         true},
        {"clearing without a grace period", setup_7, {evict_and_reuse, victim_1}, lawful, 2, true},
    };
    return explore_all(cases, sizeof cases / sizeof *cases);
}
