/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes of unknown records: what is new, what is most frequent, what a flood of inventions does.
 */
#include "plugin/unknowns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct unknowns *unknowns;
static struct unknown rows[UNKNOWNS_MAX];

static int set_up(void **state)
{
    (void)state;
    unknowns = unknowns_new();
    return unknowns == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    unknowns_free(unknowns);
    return 0;
}

static bool take(unsigned number)
{
    struct reader_shape shape = {.hash = number};
    snprintf(shape.example, sizeof shape.example, "{k%u}", number);
    return unknowns_take(unknowns, &shape);
}

static void test_new_once_and_sorted(void **state)
{
    (void)state;
    assert_int_equal(unknowns_list(unknowns, rows), 0);
    assert_true(take(1));
    assert_true(take(2));
    assert_false(take(2));
    assert_true(take(3));
    assert_false(take(2));
    assert_false(take(3));
    assert_int_equal(unknowns_list(unknowns, rows), 3);
    static const unsigned order[] = {2, 3, 1};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rows[i].shape.hash, order[i]);
        assert_int_equal(rows[i].seen, 3 - i);
    }
    assert_string_equal(rows[0].shape.example, "{k2}");
}

/* What is frequent stays, the sum of all counts is exact, and the log is told of no more. */
static void test_a_flood_of_inventions(void **state)
{
    (void)state;
    unsigned told = 0;
    for (unsigned i = 0; i < 1000; i++) {
        told += take(1000 + i);
        told += take(7);
    }
    assert_int_equal(told, UNKNOWNS_MAX);
    assert_int_equal(unknowns_list(unknowns, rows), UNKNOWNS_MAX);
    assert_int_equal(rows[0].shape.hash, 7);
    assert_int_equal(rows[0].seen, 1000);
    uint64_t sum = 0;
    for (unsigned i = 0; i < UNKNOWNS_MAX; i++)
        sum += rows[i].seen;
    assert_int_equal(sum, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_once_and_sorted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_flood_of_inventions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
