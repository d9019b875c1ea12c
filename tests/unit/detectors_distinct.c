/* SPDX-License-Identifier: Apache-2.0
 *
 * Distinct counts: exact while few, within four sigma when many, the same whatever the order, the
 * split or the way through records.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/hll.h"
#include "tests/unit/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define NOW INT64_C(1795000000000)

static const struct field set_fields[2] = {DISTINCT_FIELD("users", 0), DISTINCT_FIELD("nets", 12)};
static const struct field *const sets[2] = {&set_fields[0], &set_fields[1]};
static const struct layout layout = {
    .name = "test", .id = 1, .version = 1, .words_n = 24, .fields = set_fields, .fields_n = 2};
static const struct distinct_shape shape = {{5 * MINUTE, HOUR}, {6, 24}};

/* A table of a few rows with its pool. */
struct fixture {
    struct table *table;
    struct distinct_pool *pool;
};

static struct fixture fixture_new(size_t blocks)
{
    struct fixture f = {table_new(&layout, 64), distinct_pool_new(&shape, blocks)};
    assert_true(distinct_pool_attach(f.pool, f.table, sets, 2));
    return f;
}

static void fixture_free(struct fixture *f)
{
    table_free(f->table);
    distinct_pool_free(f->pool);
}

static uint32_t row_of(struct fixture *f, uint64_t key)
{
    return table_row(f->table, key, (uint32_t)(NOW / MINUTE), false);
}

static void add(struct fixture *f, uint32_t row, uint64_t element, int64_t time_ms)
{
    uint64_t hash = element * 2 + 1;
    distinct_add(f->pool, f->table, row, sets[0], 0, random_next(&hash), time_ms);
}

static struct distinct_count count(struct fixture *f, uint32_t row, unsigned ring, unsigned units,
                                   int64_t time_ms)
{
    return distinct_count(f->pool, f->table, row, sets[0], 0, ring, units, time_ms);
}

static void refuses_bad_shapes(void **state)
{
    (void)state;
    static const struct distinct_shape bad[] = {
        {{0, HOUR}, {6, 24}},  {{SECOND, 0}, {6, 0}},      {{5 * MINUTE, 7 * MINUTE}, {6, 24}},
        {{MINUTE, 0}, {0, 0}}, {{MINUTE, HOUR}, {40, 25}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(distinct_pool_new(&bad[i], 4));
    assert_int_equal(distinct_pool_bytes(&shape, 10) - distinct_pool_bytes(&shape, 9),
                     30 * 256 + 16);
}

static void exact_up_to_twelve(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    for (uint64_t n = 1; n <= 12; n++) {
        add(&f, row, n, NOW);
        add(&f, row, n, NOW);
        struct distinct_count c = count(&f, row, 0, 6, NOW);
        assert_true(c.n == n && c.exact && !c.saturated);
        c = count(&f, row, 1, 24, NOW);
        assert_true(c.n == n && c.exact);
    }
    assert_int_equal(distinct_pool_counts(f.pool).used, 0);
    fixture_free(&f);
}

/* One element in several sub-windows is one; the window decides what is counted, at both its ends.
 */
static void windows_have_edges(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    const int64_t start = NOW / HOUR * HOUR; /* aligned */
    for (int i = 0; i < 6; i++)
        add(&f, row, 1, start + i * 5 * MINUTE);
    add(&f, row, 2, start);
    add(&f, row, 3, start + 5 * MINUTE - 1);
    add(&f, row, 4, start + 5 * MINUTE);
    assert_int_equal(count(&f, row, 0, 6, start + 29 * MINUTE).n, 4);
    assert_int_equal(count(&f, row, 0, 5, start + 29 * MINUTE).n, 2);
    assert_int_equal(count(&f, row, 0, 1, start).n, 3);
    assert_int_equal(count(&f, row, 0, 6, start - 1).n, 0);
    assert_int_equal(count(&f, row, 1, 1, start + 59 * MINUTE).n, 4);
    assert_int_equal(count(&f, row, 1, 1, start + 60 * MINUTE).n, 0);
    fixture_free(&f);
}

/* A busy day does not make old pairs a reason for a block: they are outranked. */
static void old_pairs_are_outranked(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    for (uint64_t n = 0; n < 12; n++)
        add(&f, row, n, NOW - 48 * HOUR);
    for (uint64_t n = 0; n < 12; n++)
        add(&f, row, 100 + n, NOW);
    assert_int_equal(distinct_pool_counts(f.pool).used, 0);
    assert_int_equal(count(&f, row, 1, 24, NOW).n, 12);
    add(&f, row, 999, NOW);
    assert_int_equal(distinct_pool_counts(f.pool).used, 1);
    fixture_free(&f);
}

/* Dense, yet few in the window asked for: still exact when all of them are among the newest pairs.
 */
static void dense_rows_count_small_windows_exactly(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    for (uint64_t n = 0; n < 500; n++)
        add(&f, row, n, NOW - HOUR);
    for (uint64_t n = 0; n < 7; n++)
        add(&f, row, 1000 + n, NOW);
    struct distinct_count c = count(&f, row, 0, 6, NOW);
    assert_true(c.n == 7 && c.exact);
    c = count(&f, row, 1, 2, NOW);
    assert_true(!c.exact && c.n > 380 && c.n < 640);
    fixture_free(&f);
}

/* Many rows of n elements, fed in random sub-windows: bias and spread. Sigma of p = 8: 6.5 %. */
static void accuracy(void **state)
{
    (void)state;
    static const unsigned sizes[] = {13, 20, 50, 200, 2000, 20000};
    uint64_t seed = 4;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        double n = sizes[s], worst = 0, sum = 0;
        unsigned rounds = n > 2000 ? 20 : 60;
        for (unsigned round = 0; round < rounds; round++) {
            struct fixture f = fixture_new(2);
            uint32_t row = row_of(&f, 1);
            for (uint64_t i = 0; i < sizes[s]; i++)
                add(&f, row, random_next(&seed), NOW - (int64_t)random_below(&seed, 20) * MINUTE);
            double off = count(&f, row, 0, 6, NOW).n / n - 1;
            worst = fabs(off) > worst ? fabs(off) : worst;
            sum += off;
            double slow = count(&f, row, 1, 24, NOW).n / n - 1;
            assert_true(fabs(slow - off) < 1e-9); /* both rings saw the same */
            fixture_free(&f);
        }
        assert_true(worst < 4 * 0.065);
        assert_true(fabs(sum / rounds) < 4 * 0.065 / sqrt(rounds));
    }
}

static void estimator_alone(void **state)
{
    (void)state;
    uint8_t registers[256] = {0};
    assert_true(hll_estimate(registers, 256, 33) == 0);
    registers[7] = 3;
    assert_int_equal((int)(hll_estimate(registers, 256, 33) + 0.5), 1);
    memset(registers, 63, sizeof registers); /* beyond what a lawful writer makes */
    assert_true(isinf(hll_estimate(registers, 256, 33)) || hll_estimate(registers, 256, 33) > 1e9);
}

/* What a row says of each window, for comparing rows. */
static void fingerprint(struct fixture *f, uint32_t row, uint32_t ret[10])
{
    for (unsigned i = 0; i < 5; i++) {
        ret[i] = count(f, row, 0, 6, NOW - (int64_t)i * 5 * MINUTE).n;
        ret[5 + i] = count(f, row, 1, 1 + 5 * i, NOW).n;
    }
}

static void order_does_not_matter(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (unsigned round = 0; round < 300; round++) {
        struct fixture f = fixture_new(8);
        uint64_t n = 1 + random_below(&seed, 60);
        struct {
            uint64_t element;
            int64_t time_ms;
        } events[60], swap;
        for (uint64_t i = 0; i < n; i++) {
            events[i].element = random_below(&seed, 40);
            events[i].time_ms = NOW - (int64_t)random_below(&seed, 23 * 60) * MINUTE;
        }
        uint32_t want[10], got[10];
        for (uint64_t order = 0; order < 4; order++) {
            uint32_t row = row_of(&f, 1 + order);
            for (uint64_t i = 0; i < n; i++) {
                add(&f, row, events[i].element, events[i].time_ms);
                if (random_below(&seed, 3) == 0)
                    add(&f, row, events[i].element, events[i].time_ms);
            }
            fingerprint(&f, row, order ? got : want);
            if (order)
                assert_memory_equal(got, want, sizeof want);
            for (uint64_t i = n - 1; i > 0; i--) {
                uint64_t k = random_below(&seed, i + 1);
                swap = events[i];
                events[i] = events[k];
                events[k] = swap;
            }
        }
        fixture_free(&f);
    }
}

static struct fixture *other;
static uint32_t other_row;

static void merge_part(void *ctx, uint16_t part, const uint64_t words[static 32])
{
    ++*(unsigned *)ctx;
    assert_true(distinct_merge(other->pool, other->table, other_row, part, words));
}

/* Sends all of `from`'s row to `other`. */
static unsigned publish(struct fixture *from, uint32_t row)
{
    unsigned parts = 0;
    uint64_t words[24];
    row_copy(from->table, row, words);
    row_merge_all(other->table, other_row, words);
    distinct_take_dirty(from->pool, from->table, row, merge_part, &parts);
    return parts;
}

/* dense(A u B) = dense(A) + dense(B), and exact(A) + exact(B) turns dense when it must. */
static void instances_agree(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (unsigned round = 0; round < 300; round++) {
        struct fixture a = fixture_new(4), b = fixture_new(4), all = fixture_new(4);
        uint32_t ra = row_of(&a, 1), rb = row_of(&b, 1), r = row_of(&all, 1), want[10], got[10];
        for (uint64_t n = random_below(&seed, 80); n > 0; n--) {
            uint64_t element = random_below(&seed, 50);
            int64_t time_ms = NOW - (int64_t)random_below(&seed, 23 * 60) * MINUTE;
            bool to_a = random_below(&seed, 3) == 0;
            add(to_a ? &a : &b, to_a ? ra : rb, element, time_ms);
            add(&all, r, element, time_ms);
        }
        other = &b;
        other_row = rb;
        publish(&a, ra);
        fingerprint(&all, r, want);
        fingerprint(&b, rb, got);
        assert_memory_equal(got, want, sizeof want);
        other = &a;
        other_row = ra;
        publish(&b, rb);
        fingerprint(&a, ra, got);
        assert_memory_equal(got, want, sizeof want);
        for (int i = 0; i < 3; i++) { /* echoes die out */
            other = &b, other_row = rb, publish(&a, ra);
            other = &a, other_row = ra, publish(&b, rb);
        }
        other = &b;
        other_row = rb;
        assert_int_equal(publish(&a, ra), 0);
        fixture_free(&a);
        fixture_free(&b);
        fixture_free(&all);
    }
}

/* The windows topic after compaction: the last record of each key. */
static struct {
    bool row, part[2][24];
    uint64_t words[24], registers[2][24][32];
} topic;
static struct fixture *peers[2];
static uint32_t peer_rows[2];
static unsigned publisher;

static void publish_part(void *ctx, uint16_t part, const uint64_t words[static 32])
{
    (void)ctx;
    unsigned ring = part >> 12 & 1, at = part & 0xfff, peer = !publisher;
    topic.part[ring][at] = true;
    memcpy(topic.registers[ring][at], words, sizeof topic.registers[ring][at]);
    distinct_merge(peers[peer]->pool, peers[peer]->table, peer_rows[peer], part, words);
}

/* One interval of one instance: what is marked, and nothing else; the other merges and repairs. */
static bool interval(unsigned me)
{
    uint32_t cursor = 0, row;
    bool any = false;
    publisher = me;
    while (table_take_dirty(peers[me]->table, &cursor, &row)) {
        row_copy(peers[me]->table, row, topic.words);
        topic.row = any = true;
        if (row_merge_all(peers[!me]->table, peer_rows[!me], topic.words))
            table_mark_dirty(peers[!me]->table, peer_rows[!me]);
        distinct_take_dirty(peers[me]->pool, peers[me]->table, row, publish_part, NULL);
    }
    return any;
}

static void recover(struct fixture *f, uint32_t row)
{
    if (topic.row)
        row_merge_all(f->table, row, topic.words);
    for (unsigned ring = 0; ring < 2; ring++)
        for (unsigned at = 0; at < 24; at++)
            if (topic.part[ring][at])
                assert_true(distinct_merge(f->pool, f->table, row,
                                           (uint16_t)(0x8000 | ring << 12 | at),
                                           topic.registers[ring][at]));
}

/* Two instances and a topic: when all is quiet, the last records alone give back everything. */
static void last_records_hold_everything(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned round = 0; round < 300; round++) {
        struct fixture a = fixture_new(4), b = fixture_new(4), all = fixture_new(4),
                       late = fixture_new(4);
        uint32_t r = row_of(&all, 1), rl = row_of(&late, 1), want[10], got[10];
        memset(&topic, 0, sizeof topic);
        peers[0] = &a, peers[1] = &b;
        peer_rows[0] = row_of(&a, 1), peer_rows[1] = row_of(&b, 1);
        for (uint64_t n = random_below(&seed, 60); n > 0; n--) {
            uint64_t element = random_below(&seed, 40);
            int64_t time_ms = NOW - (int64_t)random_below(&seed, 23 * 60) * MINUTE;
            unsigned to = random_below(&seed, 2) != 0;
            add(peers[to], peer_rows[to], element, time_ms);
            add(&all, r, element, time_ms);
            if (random_below(&seed, 8) == 0)
                interval((unsigned)random_below(&seed, 2));
        }
        unsigned intervals = 0;
        for (bool busy = true; busy; intervals++) {
            busy = interval(0);
            busy |= interval(1);
            assert_true(intervals < 10);
        }
        recover(&late, rl);
        fingerprint(&all, r, want);
        fingerprint(&late, rl, got);
        assert_memory_equal(got, want, sizeof want);
        for (unsigned i = 0; i < 2; i++) {
            fingerprint(peers[i], peer_rows[i], got);
            assert_memory_equal(got, want, sizeof want);
        }
        fixture_free(&a);
        fixture_free(&b);
        fixture_free(&all);
        fixture_free(&late);
    }
}

static void count_part(void *ctx, uint16_t part, const uint64_t words[static 32])
{
    (void)part;
    (void)words;
    ++*(unsigned *)ctx;
}

/* Records that cross: the newer one displaces a pair that is in no other record. It goes into the
 * registers, and these must be published although merging a record marks no row. */
static void crossing_records(void **state)
{
    (void)state;
    struct fixture a = fixture_new(4), b = fixture_new(4);
    uint32_t ra = row_of(&a, 1), rb = row_of(&b, 1), cursor = 0, row;
    add(&a, ra, 1, NOW - 5 * MINUTE);
    for (uint64_t n = 0; n < 12; n++)
        add(&b, rb, 100 + n, NOW);
    assert_true(table_take_dirty(a.table, &cursor, &row));
    uint64_t words[24];
    row_copy(b.table, rb, words);
    assert_false(row_merge_all(a.table, ra, words));
    unsigned parts = 0;
    cursor = 0;
    assert_true(table_take_dirty(a.table, &cursor, &row));
    distinct_take_dirty(a.pool, a.table, row, count_part, &parts);
    assert_true(parts > 0);
    assert_in_range(count(&a, ra, 0, 6, NOW).n, 12, 14);
    fixture_free(&a);
    fixture_free(&b);
}

static void foreign_parts_are_checked(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    uint64_t words[32] = {0};
    assert_false(distinct_merge(f.pool, f.table, row, 0, words));           /* the row itself */
    assert_false(distinct_merge(f.pool, f.table, row, 0x8000 | 6, words));  /* ring 0 has 6 */
    assert_false(distinct_merge(f.pool, f.table, row, 0x9000 | 24, words)); /* ring 1 has 24 */
    assert_false(distinct_merge(f.pool, f.table, row, 0x8000 | 2 << 13, words)); /* two sets */
    assert_true(distinct_merge(f.pool, f.table, row, 0x9000 | 23, words));
    for (unsigned i = 0; i < 32; i++)
        words[i] = UINT64_MAX; /* turn 65535 is years away: no effect */
    assert_true(distinct_merge(f.pool, f.table, row, 0x8000, words));
    add(&f, row, 1, NOW);
    assert_int_equal(count(&f, row, 0, 6, NOW).n, 1);
    fixture_free(&f);
}

/* An event a year late must not look like the future to a ring that wraps. */
static void years_late(void **state)
{
    (void)state;
    struct fixture f = fixture_new(4);
    uint32_t row = row_of(&f, 1);
    for (uint64_t n = 0; n < 200; n++)
        add(&f, row, n, NOW);
    uint32_t before = count(&f, row, 0, 6, NOW).n;
    for (uint64_t n = 0; n < 200; n++)
        for (int64_t year = 1; year < 12; year++)
            add(&f, row, n, NOW - year * 365 * 24 * HOUR);
    assert_int_equal(count(&f, row, 0, 6, NOW).n, before);
    assert_int_equal(distinct_add(f.pool, f.table, row, sets[0], 0, 1, 0), WORD_DROPPED); /* 1970 */
    /* and three years on, the ring's old words look like the future, were they still there */
    struct table_epochs *epochs = table_epochs_new();
    int64_t later = NOW;
    for (int month = 0; month < 36; month++) {
        later += INT64_C(30) * 24 * HOUR;
        table_row(f.table, 1, (uint32_t)(later / MINUTE), false);
        for (int i = 0; i < 8; i++)
            table_collect(f.table, epochs, 0);
    }
    for (uint64_t n = 0; n < 200; n++)
        add(&f, row, n, later);
    assert_int_equal(count(&f, row, 0, 6, later).n, before);
    table_epochs_free(epochs);
    fixture_free(&f);
}

static void an_empty_pool_says_so(void **state)
{
    (void)state;
    struct fixture f = fixture_new(1);
    uint32_t first = row_of(&f, 1), second = row_of(&f, 2);
    for (uint64_t n = 0; n < 30; n++) {
        add(&f, first, n, NOW);
        add(&f, second, n, NOW);
    }
    struct distinct_count c = count(&f, second, 0, 6, NOW);
    assert_true(c.n == 12 && c.saturated && !c.exact);
    assert_false(count(&f, first, 0, 6, NOW).saturated);
    assert_true(distinct_pool_counts(f.pool).saturated > 0);
    fixture_free(&f);
}

/* Blocks of an evicted row come back, clean, after the grace period. */
static void eviction_returns_blocks(void **state)
{
    (void)state;
    struct fixture f = {table_new(&layout, 8), distinct_pool_new(&shape, 1)};
    assert_true(distinct_pool_attach(f.pool, f.table, sets, 2));
    struct table_epochs *epochs = table_epochs_new();
    uint32_t row = table_row(f.table, 1, 1, false);
    for (uint64_t n = 0; n < 30; n++)
        add(&f, row, n, NOW);
    for (uint64_t key = 2; key <= 8; key++)
        table_row(f.table, key, 1000, false);
    assert_int_equal(distinct_pool_counts(f.pool).used, 1);
    for (int i = 0; i < 2; i++)
        table_collect(f.table, epochs, 1000);
    assert_int_equal(distinct_pool_counts(f.pool).used, 0);
    row = table_row(f.table, 9, 1000, false);
    for (uint64_t n = 0; n < 13; n++)
        add(&f, row, 500 + n, NOW);
    assert_int_equal(distinct_pool_counts(f.pool).used, 1);
    assert_in_range(count(&f, row, 0, 6, NOW).n, 12, 14);
    fixture_free(&f);
    table_epochs_free(epochs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_shapes),
        cmocka_unit_test(exact_up_to_twelve),
        cmocka_unit_test(windows_have_edges),
        cmocka_unit_test(old_pairs_are_outranked),
        cmocka_unit_test(dense_rows_count_small_windows_exactly),
        cmocka_unit_test(accuracy),
        cmocka_unit_test(estimator_alone),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(instances_agree),
        cmocka_unit_test(crossing_records),
        cmocka_unit_test(last_records_hold_everything),
        cmocka_unit_test(foreign_parts_are_checked),
        cmocka_unit_test(years_late),
        cmocka_unit_test(an_empty_pool_says_so),
        cmocka_unit_test(eviction_returns_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
