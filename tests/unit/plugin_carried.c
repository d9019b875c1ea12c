/* SPDX-License-Identifier: Apache-2.0
 *
 * Which formats a topic carries is remembered by its name and told once.
 */
#include "plugin/path/carried.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_each_format_of_a_topic_is_new_once(void **state)
{
    (void)state;
    struct carried *carried = carried_new();
    const char again[] = "one";
    assert_true(carried_take(carried, "one", "entra"));
    assert_false(carried_take(carried, "one", "entra"));
    assert_true(carried_take(carried, "one", "okta"));
    assert_true(carried_take(carried, "two", "okta"));
    assert_false(carried_take(carried, again, "okta"));
    assert_false(carried_take(carried, again, "entra"));
    assert_false(carried_take(carried, "one", "no such format"));
    carried_free(carried);
}

static void test_more_topics_than_there_is_room_for(void **state)
{
    (void)state;
    static char names[CARRIED_MAX + 1][16];
    struct carried *carried = carried_new();
    for (unsigned i = 0; i <= CARRIED_MAX; i++) {
        snprintf(names[i], sizeof names[i], "topic-%u", i);
        assert_int_equal(carried_take(carried, names[i], "cef"), i < CARRIED_MAX);
    }
    assert_false(carried_take(carried, names[CARRIED_MAX], "cef"));
    assert_true(carried_take(carried, names[0], "leef"));
    carried_free(carried);
}

static void test_a_format_without_events_is_said_once(void **state)
{
    (void)state;
    struct carried *carried = carried_new();
    carried_take(carried, "one", "okta");
    for (int i = 1; i <= 3 * CARRIED_IGNORED; i++) {
        assert_int_equal(carried_ignore(carried, "one", "entra"), i == CARRIED_IGNORED);
        assert_false(carried_ignore(carried, "one", "okta")); /* it had an event */
        assert_false(carried_ignore(carried, "one", "no such format"));
    }
    for (int i = 1; i < CARRIED_IGNORED; i++)
        assert_false(carried_ignore(carried, "two", "entra"));
    assert_true(carried_take(carried, "two", "entra"));
    assert_false(carried_ignore(carried, "two", "entra"));
    carried_free(carried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_format_of_a_topic_is_new_once),
        cmocka_unit_test(test_a_format_without_events_is_said_once),
        cmocka_unit_test(test_more_topics_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
