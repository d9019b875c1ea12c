/* SPDX-License-Identifier: Apache-2.0
 *
 * Familiar tokens against a list of days that keeps everything.
 */
#include "detectors/windows/tokens.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { TODAY = 20775, DAYS = 100, KEYS = 3 };

static const struct field field = TOKENS_FIELD("familiar", 0, 16);
static const struct layout layout = {
    .name = "t", .id = 1, .version = 1, .words_n = 16, .fields = &field, .fields_n = 1};

static uint64_t key_of(uint64_t n)
{
    return (n + 1) << 50;
}

static void days_as_in_the_model(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 500; round++) {
        struct table *t = table_new(&layout, 8);
        uint32_t row = table_row(t, 1, 1, false);
        bool seen[KEYS][DAYS] = {0};
        for (int i = 0; i < 60; i++) {
            uint64_t key = random_below(&seed, KEYS), day = random_below(&seed, DAYS);
            seen[key][day] = true;
            int64_t ms = (int64_t)random_below(&seed, TOKEN_DAY_MS);
            tokens_add(t, row, &field, key_of(key), (int64_t)(TODAY + day) * TOKEN_DAY_MS + ms);
        }
        for (int i = 0; i < 20; i++) {
            uint64_t from = random_below(&seed, DAYS),
                     to = from + random_below(&seed, DAYS - from + 1);
            unsigned n = 0, any = 0;
            for (uint64_t d = from; d < to; d++) {
                n += seen[1][d];
                any += seen[0][d] || seen[1][d] || seen[2][d];
            }
            int64_t a = TODAY + (int64_t)from, b = TODAY + (int64_t)to;
            assert_int_equal(tokens_days(t, row, &field, key_of(1), a, b), n);
            assert_int_equal(tokens_active_days(t, row, &field, a, b), any);
        }
        table_free(t);
    }
}

/* Three of the thirty days before the cut; the day of the cut does not count. */
static void familiar_at_a_cut(void **state)
{
    (void)state;
    struct table *t = table_new(&layout, 8);
    uint32_t row = table_row(t, 1, 1, false);
    static const int64_t days[] = {TODAY - 30, TODAY - 29, TODAY - 1, TODAY};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(tokens_add(t, row, &field, key_of(1), days[i] * TOKEN_DAY_MS),
                         WORD_CHANGED);
        assert_int_equal(tokens_add(t, row, &field, key_of(1), days[i] * TOKEN_DAY_MS), WORD_SAME);
    }
    assert_true(tokens_familiar_at(t, row, &field, key_of(1), TODAY));
    assert_false(tokens_familiar_at(t, row, &field, key_of(1), TODAY - 1));
    assert_true(tokens_familiar_at(t, row, &field, key_of(1), TODAY + 1)); /* 29, 1 and today */
    assert_false(tokens_familiar_at(t, row, &field, key_of(1), TODAY + 2));
    assert_false(tokens_familiar_at(t, row, &field, key_of(2), TODAY));
    table_free(t);
}

static void limits(void **state)
{
    (void)state;
    struct table *t = table_new(&layout, 8);
    uint32_t row = table_row(t, 1, 1, false);
    const int64_t day_2015 = 16436;
    assert_int_equal(tokens_add(t, row, &field, 1, day_2015 * TOKEN_DAY_MS - 1), WORD_DROPPED);
    assert_int_equal(tokens_add(t, row, &field, 1, -1), WORD_DROPPED);
    assert_int_equal(tokens_add(t, row, &field, 1, INT64_MAX), WORD_DROPPED);
    assert_int_equal(tokens_add(t, row, &field, 0, day_2015 * TOKEN_DAY_MS), WORD_CHANGED);
    assert_int_equal(tokens_days(t, row, &field, 0, day_2015, day_2015 + 1), 1);
    assert_int_equal(tokens_days(t, row, &field, 0, INT32_MIN, INT32_MAX), 1);
    assert_int_equal(tokens_days(t, row, &field, 0, day_2015 + 1, day_2015), 0);
    table_free(t);
}

/* The rank never changes: merging three rows in any order keeps the same sixteen words. */
static void full_fields_merge(void **state)
{
    (void)state;
    uint64_t seed = 2, words[16];
    struct table *t = table_new(&layout, 8);
    uint32_t a = table_row(t, 1, 1, false), b = table_row(t, 2, 1, false),
             all = table_row(t, 3, 1, false);
    for (int i = 0; i < 2000; i++) {
        uint64_t key = key_of(random_below(&seed, 30));
        int64_t ms = (int64_t)(TODAY + random_below(&seed, 70)) * TOKEN_DAY_MS;
        tokens_add(t, random_below(&seed, 2) ? a : b, &field, key, ms);
        tokens_add(t, all, &field, key, ms);
    }
    row_copy(t, a, words);
    row_merge_all(t, b, words);
    for (uint64_t k = 0; k < 30; k++)
        for (int64_t day = TODAY; day < TODAY + 70; day++)
            assert_int_equal(tokens_days(t, b, &field, key_of(k), day, day + 1),
                             tokens_days(t, all, &field, key_of(k), day, day + 1));
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_as_in_the_model),
        cmocka_unit_test(familiar_at_a_cut),
        cmocka_unit_test(limits),
        cmocka_unit_test(full_fields_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
