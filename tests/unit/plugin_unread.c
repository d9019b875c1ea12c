/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes of records that became no event: what is new, what is most frequent, what a flood of inventions does.
 */
#include "plugin/path/unread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct unread *unread;
static struct unread_shape rows[UNREAD_MAX];

static int set_up(void **state)
{
    (void)state;
    unread = unread_new();
    return unread == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    unread_free(unread);
    return 0;
}

static bool take(unsigned number)
{
    struct reader_shape shape = {.hash = number};
    snprintf(shape.example, sizeof shape.example, "{k%u}", number);
    return unread_take(unread, &shape);
}

static void test_new_once_and_sorted(void **state)
{
    (void)state;
    assert_int_equal(unread_list(unread, UNREAD_UNKNOWN, rows), 0);
    assert_true(take(1));
    assert_true(take(2));
    assert_false(take(2));
    assert_true(take(3));
    assert_false(take(2));
    assert_false(take(3));
    assert_int_equal(unread_list(unread, UNREAD_UNKNOWN, rows), 3);
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
    assert_int_equal(told, UNREAD_MAX);
    assert_int_equal(unread_list(unread, UNREAD_UNKNOWN, rows), UNREAD_MAX);
    assert_int_equal(rows[0].shape.hash, 7);
    assert_int_equal(rows[0].seen, 1000);
    uint64_t sum = 0;
    for (unsigned i = 0; i < UNREAD_MAX; i++)
        sum += rows[i].seen;
    assert_int_equal(sum, 2000);
}

/* However many are not ours, what is unknown stays listed. */
static void test_each_kind_has_its_table(void **state)
{
    (void)state;
    struct reader_shape shape = {.hash = 7, .format = "okta"};
    assert_true(take(7));
    assert_true(unread_take(unread, &shape));
    for (shape.hash = 100; shape.hash < 1000; shape.hash++)
        unread_take(unread, &shape);
    assert_int_equal(unread_list(unread, UNREAD_NOT_OURS, rows), UNREAD_MAX);
    assert_string_equal(rows[0].shape.format, "okta");
    assert_int_equal(unread_list(unread, UNREAD_UNKNOWN, rows), 1);
    assert_true(rows[0].shape.hash == 7 && rows[0].seen == 1 && rows[0].shape.format == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_once_and_sorted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_kind_has_its_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_flood_of_inventions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
