/* SPDX-License-Identifier: Apache-2.0
 *
 * Fact words: what is read back, by time, and that the event in hand counts once.
 */
#include "detectors/known/fact.h"

#include "detectors/windows/tokens.h"
#include "detectors/windows/windows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY (INT64_C(86400000))
#define T0  (INT64_C(20600) * DAY)

static struct windows *windows;
static uint32_t row;
static const struct field *const field = &user_fields[USER_ROPC];

static int set_up(void **state)
{
    (void)state;
    const struct windows_sizes sizes = {8, 8, 8, 8, 8, 1, 8, 8};
    windows = windows_new(&sizes, (struct hash_key){1, 2});
    row = table_row(windows->table[WINDOWS_USER], UINT64_C(1) << 60, 1, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    windows_free(windows);
    return 0;
}

static uint64_t word(int64_t time_ms, unsigned flags, uint64_t token)
{
    return fact_word(&(struct fact){.time_ms = time_ms, .flags = flags, .token = token << 41});
}

static void add(uint64_t fact)
{
    row_merge(windows->table[WINDOWS_USER], row, field, 0, fact);
}

static struct fact_summary facts(uint64_t own, int64_t from_ms, int64_t to_ms)
{
    return fact_read(windows, row, &(struct fact_query){field, own, 3, from_ms, to_ms});
}

static void test_word(void **state)
{
    (void)state;
    const struct fact in = {T0 + 61000, FACT_HOSTING | FACT_FEED, "GB", 0xABCDE00000000000u};
    struct fact out = fact_of_word(fact_word(&in));
    assert_true(out.time_ms == T0 + 60000); /* the minute it began in */
    assert_int_equal(out.flags, in.flags);
    assert_string_equal(out.country, "GB");
    assert_true(out.token == (in.token & ~0ull << 41));
    assert_string_equal(fact_of_word(word(T0, 0, 1)).country, "");
    assert_true(word(0, 0, 0) != 0);                           /* never empty */
    assert_true(word(T0 + 60000, 0, 0) > word(T0, 15, ~0ull)); /* the newest rank first */
}

static void test_range(void **state)
{
    (void)state;
    add(word(T0, FACT_HOSTING, 1));
    add(word(T0 + DAY, FACT_FEED, 2));
    add(word(T0 + DAY, FACT_FEED, 2));
    struct fact_summary f = facts(0, T0, T0 + DAY);
    assert_true(f.n == 1 && f.flags == FACT_HOSTING && f.first_ms == T0 && f.last_ms == T0);
    f = facts(0, T0, T0 + DAY + 1);
    assert_true(f.n == 2 && f.flags == (FACT_HOSTING | FACT_FEED) && f.last_ms == T0 + DAY);
    assert_int_equal(facts(0, T0 + 1, T0 + DAY).n, 0);
}

/* Three newer facts keep an older one out; as the event in hand it still counts. */
static void test_own(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++)
        add(word(T0 + i * DAY, 0, 5));
    uint64_t old = word(T0, FACT_HOSTING, 5);
    add(old);
    assert_false(fact_is_kept(windows, row, field, old));
    assert_true(fact_is_kept(windows, row, field, word(T0 + DAY, 0, 5)));
    assert_int_equal(facts(0, T0, T0 + 9 * DAY).flags, 0);
    struct fact_summary f = facts(old, T0, T0 + 9 * DAY);
    assert_true(f.n == 4 && f.flags == FACT_HOSTING && f.first_ms == T0);
    assert_int_equal(facts(word(T0 + DAY, 0, 5), T0, T0 + 9 * DAY).n, 3); /* known already */
    assert_int_equal(facts(old, T0 + 1, T0 + 9 * DAY).n, 3);
}

/* A baseline that is learnt after the fact excuses it, on three days before its cut. */
static void test_familiar_later(void **state)
{
    (void)state;
    add(word(T0, 0, 5));
    for (int days = 1; days <= 3; days++) {
        tokens_add(windows->table[WINDOWS_USER], row, &user_fields[USER_TOKENS], 5ull << 41,
                   T0 - (days + 2) * DAY);
        struct fact_summary f = facts(0, T0, T0 + DAY);
        assert_int_equal(f.n, days < 3);
        assert_int_equal(f.familiar, days == 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),
        cmocka_unit_test_setup_teardown(test_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_familiar_later, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
