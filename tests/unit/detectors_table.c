/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables by one thread: finding, merging, eviction, grace, expiry, dirty marks, wrapped time. Many
 * threads: tests/model/table.c and tests/stress/words.c.
 */
#include "detectors/windows/table.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { F_MAX, F_OR, F_TOP, F_TOKEN, F_PLACE };

static const struct field fields[] = {
    {.name = "max", .first = 0, .words = 2, .join = JOIN_MAX},
    {.name = "or", .first = 2, .words = 1, .join = JOIN_OR},
    {.name = "top", .first = 3, .words = 3, .join = JOIN_TOP},
    {.name = "token",
     .first = 6,
     .words = 4,
     .join = JOIN_TOP,
     .payload = PAYLOAD_OR,
     .payload_bits = 8},
    {.name = "place",
     .first = 10,
     .words = 4,
     .join = JOIN_TOP,
     .payload = PAYLOAD_SPAN,
     .payload_bits = 12,
     .slot_min = 30},
    {.name = "ranks", .first = 14, .words = 2, .join = JOIN_RANKS},
};

static const struct layout layout = {.name = "test",
                                     .id = 1,
                                     .version = 1,
                                     .words_n = 16,
                                     .fields = fields,
                                     .fields_n = sizeof fields / sizeof *fields,
                                     .ttl_ms = 86400000};

/* One bucket, so that every key competes. */
struct one_bucket {
    struct table *table;
    struct table_epochs *epochs;
};

static struct one_bucket one_bucket(void)
{
    return (struct one_bucket){table_new(&layout, 8), table_epochs_new()};
}

static void one_bucket_free(struct one_bucket *b)
{
    table_free(b->table);
    table_epochs_free(b->epochs);
}

static void finds_what_it_made(void **state)
{
    (void)state;
    struct table *t = table_new(&layout, 1000);
    assert_int_equal(table_rows(t), 1000);
    assert_true(table_bytes(&layout, 1000) >= 1000 * (16 * 8 + 16));
    uint64_t seed = 1;
    for (uint64_t key = 0; key < 300; key++) {
        uint64_t k = key < 10 ? key : random_next(&seed); /* 0, 1, 2 are as good as any */
        assert_int_equal(table_find(t, k), TABLE_NONE);
        uint32_t row = table_row(t, k, 100, false);
        if (row == TABLE_NONE)
            continue;
        assert_int_equal(table_row(t, k, 90, key % 2), row);
        assert_int_equal(table_find(t, k), row);
        assert_int_equal(table_key(t, row), table_lawful_key(k));
        assert_int_equal(table_minute(t, row), 100);
        assert_int_equal(table_promoted(t, row), key % 2);
        assert_int_equal((uintptr_t)row_words(t, row, &fields[F_MAX]) % 64, 0);
    }
    assert_int_equal(table_watermark(t), 100);
    table_free(t);
}

static void finds_by_a_part_of_the_key(void **state)
{
    (void)state;
    struct layout pointed = layout;
    pointed.pointed = true;
    struct table *t = table_new(&pointed, 4096);
    uint64_t seed = 3;
    for (int i = 0; i < 1000; i++) {
        uint64_t key = i < 8 ? (uint64_t)i << 50 | 77 << i : random_next(&seed);
        assert_int_equal(table_find_part(t, table_part(key)), TABLE_NONE);
        uint32_t row = table_row(t, key, 100, false);
        if (row == TABLE_NONE)
            continue;
        assert_int_equal(table_find(t, key), row);
        assert_int_equal(table_find_part(t, table_part(key)), row);
    }
    assert_true(table_counts(t).evicted + table_counts(t).refused < 20); /* keys still spread */
    table_free(t);
}

static void merges_and_marks(void **state)
{
    (void)state;
    struct table *t = table_new(&layout, 800);
    uint32_t row = table_row(t, 77, 1, false), cursor = 0, dirty;
    assert_false(table_take_dirty(t, &cursor, &dirty));
    assert_int_equal(row_merge(t, row, &fields[F_MAX], 1, 5), WORD_CHANGED);
    assert_int_equal(row_merge(t, row, &fields[F_MAX], 1, 4), WORD_SAME);
    cursor = 0;
    assert_true(table_take_dirty(t, &cursor, &dirty));
    assert_int_equal(dirty, row);
    assert_false(table_take_dirty(t, &cursor, &dirty));
    assert_int_equal(row_merge(t, row, &fields[F_OR], 0, 6), WORD_CHANGED);
    assert_int_equal(row_merge(t, row, &fields[F_TOP], 0, 9), WORD_CHANGED);
    uint64_t words[16];
    row_copy(t, row, words);
    assert_int_equal(words[1], 5);
    assert_int_equal(words[2], 6);
    assert_int_equal(words[3], 9);
    cursor = 0;
    assert_true(table_take_dirty(t, &cursor, &dirty));
    table_free(t);
}

/* A victim is never promoted, else the oldest; the row just made is none. */
static void evicts_by_rank(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    for (uint64_t key = 1; key <= 7; key++)
        assert_int_not_equal(table_row(b.table, key, 1000 - (uint32_t)key, key != 3 && key != 4),
                             TABLE_NONE);
    assert_int_equal(table_counts(b.table).evicted, 0);
    assert_int_not_equal(table_row(b.table, 8, 1, false), TABLE_NONE); /* the last free row */
    assert_int_equal(table_counts(b.table).evicted, 1);
    assert_int_equal(table_find(b.table, 4), TABLE_NONE);
    assert_int_not_equal(table_find(b.table, 3), TABLE_NONE);
    assert_int_not_equal(table_find(b.table, 8), TABLE_NONE);
    assert_int_equal(table_row(b.table, 9, 2000, true), TABLE_NONE); /* its grace has not passed */
    assert_int_equal(table_counts(b.table).refused, 1);
    for (int i = 0; i < 2; i++)
        table_collect(b.table, b.epochs, 1000);
    assert_int_not_equal(table_row(b.table, 9, 1000, true), TABLE_NONE);
    assert_int_equal(table_find(b.table, 8), TABLE_NONE); /* oldest of 3 and 8 */
    assert_int_equal(table_counts(b.table).live, 7);
    one_bucket_free(&b);
}

static void dead_rows_go_first(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    table_row(b.table, 1, 1, true);
    for (uint64_t key = 2; key <= 8; key++)
        table_row(b.table, key, 2000, false);
    assert_int_equal(table_find(b.table, 1), TABLE_NONE); /* a day passed: promoted or not */
    one_bucket_free(&b);
}

static void records_must_beat_the_victim(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    for (uint64_t key = 1; key <= 6; key++)
        table_row(b.table, key, 500 + (uint32_t)key, key > 1);
    assert_true(table_admits(b.table, 99, 1, false)); /* two rows are free */
    table_row(b.table, 7, 507, true);
    assert_true(table_admits(b.table, 3, 0, false));
    assert_false(table_admits(b.table, 99, 500, false));
    assert_true(table_admits(b.table, 99, 502, false));
    assert_true(table_admits(b.table, 99, 1, true));
    one_bucket_free(&b);
}

static uint32_t cleared_row;

static void on_clear(void *ctx, uint32_t row)
{
    assert_ptr_equal(ctx, &cleared_row);
    cleared_row = row;
}

/* A reader inside holds the row's reuse back, and only that. */
static void grace_waits_for_readers(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    table_add_hooks(b.table, &(struct table_hooks){.clear = on_clear, .ctx = &cleared_row});
    cleared_row = TABLE_NONE;
    table_epoch_enter(b.epochs, 0);
    uint32_t victim = table_row(b.table, 1, 1, false);
    row_merge(b.table, victim, &fields[F_OR], 0, 1);
    for (uint64_t key = 2; key <= 8; key++)
        table_row(b.table, key, 1000, false);
    assert_int_equal(table_key(b.table, victim), 0);
    for (int i = 0; i < 5; i++) {
        table_epoch_enter(b.epochs, 1);
        table_collect(b.table, b.epochs, 1000);
        table_epoch_leave(b.epochs, 1);
    }
    assert_int_equal(word_load(row_words(b.table, victim, &fields[F_OR])), 1);
    assert_int_equal(cleared_row, TABLE_NONE);
    table_epoch_enter(b.epochs, 0); /* the next batch */
    table_collect(b.table, b.epochs, 1000);
    assert_int_equal(cleared_row, victim);
    assert_int_equal(word_load(row_words(b.table, victim, &fields[F_OR])), 0);
    assert_int_equal(table_row(b.table, 9, 1000, false), victim);
    one_bucket_free(&b);
}

static void the_dead_expire(void **state)
{
    (void)state;
    struct table *t = table_new(&layout, 4096);
    struct table_epochs *epochs = table_epochs_new();
    for (uint64_t key = 1; key <= 500; key++)
        table_row(t, key, key % 2 ? 10 : 1450, true);
    uint64_t live = table_counts(t).live;
    for (int i = 0; i < 200; i++)
        table_collect(t, epochs, 1455);
    assert_int_equal(table_counts(t).expired, 250);
    assert_int_equal(table_counts(t).live, live - 250);
    assert_int_equal(table_find(t, 1), TABLE_NONE);
    assert_int_not_equal(table_find(t, 2), TABLE_NONE);
    table_free(t);
    table_epochs_free(epochs);
}

static uint64_t place(uint64_t minute, uint64_t cell, uint64_t step)
{
    return (minute / 30 & 0xffff) << 48 | cell << 12 | step << 6 | step;
}

/* Slots wrap every 3.7 years: newer still wins across the edge; what is a year off says nothing. */
static void wrapped_time(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    const uint32_t edge = 65536u * 30 * 15;
    uint32_t row = table_row(b.table, 1, edge - 60, false);
    const struct field *f = &fields[F_PLACE];
    for (uint32_t i = 0; i < 5; i++)
        row_merge(b.table, row, f, 0, place(edge - 60 + 30 * i, 1, 1));
    uint64_t words[16], newest = place(edge + 60, 1, 1);
    row_copy(b.table, row, words);
    bool there = false;
    for (unsigned i = 10; i < 14; i++) {
        there |= words[i] == newest;
        assert_int_not_equal(words[i], place(edge - 60, 1, 1)); /* the oldest gave way */
    }
    assert_true(there);
    assert_int_equal(row_merge(b.table, row, f, 0, place(edge - 365 * 1440, 1, 1)), WORD_DROPPED);
    table_row(b.table, 1, edge + 365 * 1440, false);
    for (int i = 0; i < 3; i++)
        table_collect(b.table, b.epochs, edge + 365 * 1440);
    row_copy(b.table, row, words);
    for (unsigned i = 10; i < 14; i++)
        assert_int_equal(words[i], 0);
    one_bucket_free(&b);
}

/* --- merging whole rows --- */

static void random_update(struct table *t, uint32_t row, uint64_t *seed)
{
    const struct field *f = &fields[random_below(seed, layout.fields_n)];
    uint64_t v = 1 + random_below(seed, 40);
    if (f->join == JOIN_TOP && f->payload != PAYLOAD_NONE)
        v = f->slot_min ? place(30 * v, 1 + v % 3, random_below(seed, 64))
                        : v << 8 | random_below(seed, 256);
    if (f->join == JOIN_RANKS)
        v = v % 4 << 48 | random_below(seed, 4096);
    row_merge(t, row, f, (unsigned)random_below(seed, f->words) * (f->join != JOIN_TOP), v);
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Positions inside a TOP mean nothing. */
static void canonical(const struct table *t, uint32_t row, uint64_t *ret)
{
    row_copy(t, row, ret);
    for (size_t i = 0; i < layout.fields_n; i++)
        if (fields[i].join == JOIN_TOP)
            qsort(ret + fields[i].first, fields[i].words, sizeof *ret, by_value);
}

/* The same updates, some of them twice, split over three rows that are then merged in any order,
 * give the row that saw all. Who was merged into holds more than an empty record, not than its
 * equal. */
static void rows_merge_like_events(void **state)
{
    (void)state;
    uint64_t seed = 9, words[16], a[16], b[16];
    for (unsigned round = 0; round < 4000; round++) {
        struct table *t = table_new(&layout, 8);
        uint32_t rows[3], all = table_row(t, 4, 60, false);
        for (unsigned i = 0; i < 3; i++)
            rows[i] = table_row(t, 1 + i, 60, false);
        for (unsigned i = 0; i < 30; i++) {
            uint64_t update = random_next(&seed), same = update, again = update;
            random_update(t, rows[update % 3], &update);
            random_update(t, all, &same);
            if (i % 5 == 0)
                random_update(t, rows[i % 3], &again);
        }
        for (unsigned i = 1; i < 3; i++) {
            row_copy(t, rows[(round + i) % 3], words);
            row_merge_all(t, rows[round % 3], words);
        }
        canonical(t, rows[round % 3], a);
        canonical(t, all, b);
        assert_memory_equal(a, b, sizeof a);
        row_copy(t, rows[round % 3], words);
        assert_false(row_merge_all(t, all, words));
        memset(words, 0, sizeof words);
        assert_true(row_merge_all(t, all, words));
        table_free(t);
    }
}

static unsigned left_n;
static uint64_t left_word;

static void on_leave(void *ctx, uint32_t row, const struct field *field, uint64_t word)
{
    (void)ctx;
    (void)row;
    assert_ptr_equal(field, &fields[F_TOP]);
    left_n++;
    left_word = word;
}

static void what_leaves_is_told(void **state)
{
    (void)state;
    struct one_bucket b = one_bucket();
    table_add_hooks(b.table, &(struct table_hooks){.leave = on_leave});
    uint32_t row = table_row(b.table, 1, 1, false);
    for (uint64_t v = 10; v < 13; v++)
        row_merge(b.table, row, &fields[F_TOP], 0, v);
    assert_int_equal(left_n, 0);
    row_merge(b.table, row, &fields[F_TOP], 0, 20);
    assert_int_equal(left_word, 10);
    row_merge(b.table, row, &fields[F_TOP], 0, 3);
    assert_int_equal(left_word, 3);
    assert_int_equal(left_n, 2);
    one_bucket_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_it_made),
        cmocka_unit_test(finds_by_a_part_of_the_key),
        cmocka_unit_test(merges_and_marks),
        cmocka_unit_test(evicts_by_rank),
        cmocka_unit_test(dead_rows_go_first),
        cmocka_unit_test(records_must_beat_the_victim),
        cmocka_unit_test(grace_waits_for_readers),
        cmocka_unit_test(the_dead_expire),
        cmocka_unit_test(wrapped_time),
        cmocka_unit_test(rows_merge_like_events),
        cmocka_unit_test(what_leaves_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
