/* SPDX-License-Identifier: Apache-2.0
 *
 * Fact words: what is read back, by time, and that the event in hand counts once.
 */
#include "detectors/fact.h"

#include "detectors/windows.h"

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
    const struct windows_sizes sizes = {8, 8, 8, 8, 8, 1};
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

static void add(int64_t time_ms, unsigned flags, uint64_t what)
{
    row_merge(windows->table[WINDOWS_USER], row, field, 0, fact_word(time_ms, flags, what));
}

static struct fact_summary facts(uint64_t own, int64_t from_ms, int64_t to_ms)
{
    return fact_read(windows->table[WINDOWS_USER], row, field, own, from_ms, to_ms);
}

static void test_range(void **state)
{
    (void)state;
    add(T0, FACT_HOSTING, 1);
    add(T0 + DAY, FACT_FEED, 2);
    add(T0 + DAY, FACT_FEED, 2);
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
        add(T0 + i * DAY, 0, 5);
    add(T0, FACT_HOSTING, 5);
    assert_int_equal(facts(0, T0, T0 + 9 * DAY).flags, 0);
    struct fact_summary f = facts(fact_word(T0, FACT_HOSTING, 5), T0, T0 + 9 * DAY);
    assert_true(f.n == 4 && f.flags == FACT_HOSTING && f.first_ms == T0);
    assert_int_equal(facts(fact_word(T0 + DAY, 0, 5), T0, T0 + 9 * DAY).n, 3); /* known already */
    assert_int_equal(facts(fact_word(T0, FACT_HOSTING, 5), T0 + 1, T0 + 9 * DAY).n, 3);
}

static void test_bounds(void **state)
{
    (void)state;
    assert_true(fact_word(0, 31, 7) != 0); /* never empty */
    assert_true(fact_word(T0, 0, 1) != fact_word(T0, 0, 2));
    assert_true(fact_word(T0 + 1000, 0, 0) > fact_word(T0, 31, ~0ull)); /* the newest rank first */
    add(T0, 31, ~0ull);
    assert_int_equal(facts(0, T0, T0 + 1).flags, 31);
    assert_int_equal(facts(0, T0, T0 + 1).first_ms, T0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
