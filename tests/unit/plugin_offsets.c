/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/offsets: the commit stands before the first unfinished message, whatever the order; held
 * against a plain model; full and repeated are told apart.
 */
#include "plugin/kafka/offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_nothing_is_known_at_first(void **state)
{
    struct offsets *o = offsets_new("t", 3, 7, 8);

    (void)state;
    assert_string_equal(offsets_topic(o), "t");
    assert_int_equal(offsets_partition(o), 3);
    assert_int_equal(offsets_generation(o), 7);
    assert_int_equal(offsets_low(o), -1);
    offsets_start_at(o, 40);
    assert_int_equal(offsets_low(o), 40);
    offsets_free(o);
}

static void test_commit_stops_before_the_first_unfinished(void **state)
{
    struct offsets *o = offsets_new("t", 0, 1, 8);
    struct offsets_entry *e[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(offsets_append(o, 10 + 5 * i, NULL, &e[i]), OFFSETS_TAKEN);
    offsets_done(e[1]);
    offsets_done(e[2]);
    assert_int_equal(offsets_low(o), -1);
    assert_int_equal(offsets_unfinished(o), 1);
    offsets_done(e[0]);
    assert_int_equal(offsets_low(o), 21); /* after the last one, over the gaps */
    assert_int_equal(offsets_held(o), 0);
    offsets_free(o);
}

static void test_full_until_the_publisher_has_looked(void **state)
{
    struct offsets *o = offsets_new("t", 0, 1, 4);
    struct offsets_entry *first = NULL, *e;

    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(offsets_append(o, i, NULL, &e), OFFSETS_TAKEN);
        first = first ? first : e;
    }
    assert_int_equal(offsets_append(o, 4, NULL, &e), OFFSETS_FULL);
    offsets_done(first);
    assert_int_equal(offsets_append(o, 4, NULL, &e), OFFSETS_FULL);
    assert_int_equal(offsets_low(o), 1);
    assert_int_equal(offsets_append(o, 4, NULL, &e), OFFSETS_TAKEN);
    assert_ptr_equal(e, first); /* the place is used again, and is unfinished again */
    assert_int_equal(offsets_unfinished(o), 4);
    offsets_free(o);
}

static void test_an_offset_is_taken_once(void **state)
{
    struct offsets *o = offsets_new("t", 0, 1, 4);
    struct offsets_entry *e;

    (void)state;
    assert_int_equal(offsets_append(o, 5, NULL, &e), OFFSETS_TAKEN);
    assert_int_equal(offsets_append(o, 5, NULL, &e), OFFSETS_REPEATED);
    assert_int_equal(offsets_append(o, 4, NULL, &e), OFFSETS_REPEATED);
    assert_int_equal(offsets_append(o, 6, NULL, &e), OFFSETS_TAKEN);
    offsets_free(o);
}

/* Random appends, marks and looks against an array of flags. */
static void test_against_a_plain_model(void **state)
{
    enum { STEPS = 200000, CAPACITY = 64 };
    static int64_t offset_of[STEPS];
    static unsigned char done[STEPS];
    static struct offsets_entry *entries[STEPS];
    struct offsets *o = offsets_new("t", 0, 1, CAPACITY);
    size_t appended = 0, prefix = 0, looked = 0;
    uint64_t random = 42;
    int64_t next = 100;

    (void)state;
    for (size_t step = 0; step < STEPS; step++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const unsigned r = (unsigned)(random >> 40);
        if (r % 8 < 4) {
            struct offsets_entry *e;
            const enum offsets_answer answer = offsets_append(o, next, NULL, &e);
            assert_int_equal(answer, appended - looked < CAPACITY ? OFFSETS_TAKEN : OFFSETS_FULL);
            if (answer == OFFSETS_TAKEN) {
                offset_of[appended] = next;
                entries[appended++] = e;
                next += 1 + r / 8 % 3;
            }
        } else if (r % 8 < 7 && appended > prefix) {
            const size_t i = prefix + r / 8 % (appended - prefix);
            if (!done[i]) {
                done[i] = 1;
                offsets_done(entries[i]);
            }
        } else {
            assert_int_equal(offsets_low(o), prefix ? offset_of[prefix - 1] + 1 : -1);
            looked = prefix;
        }
        while (prefix < appended && done[prefix])
            prefix++;
    }
    assert_true(prefix > 1000);
    offsets_free(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known_at_first),
        cmocka_unit_test(test_commit_stops_before_the_first_unfinished),
        cmocka_unit_test(test_full_until_the_publisher_has_looked),
        cmocka_unit_test(test_an_offset_is_taken_once),
        cmocka_unit_test(test_against_a_plain_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
