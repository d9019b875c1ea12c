/* SPDX-License-Identifier: Apache-2.0
 *
 * Time marks: the join of first marks is the earliest, of last marks the latest; nothing is ever 0.
 */
#include "detectors/mark.h"
#include "detectors/word.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define Y2015 INT64_C(1420070400000)

static void first_and_last(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 2000; round++) {
        struct word first = {0}, last = {0};
        int64_t least = INT64_MAX, most = 0;
        for (int i = 0; i < 10; i++) {
            int64_t t = Y2015 + 1000 * (int64_t)(1 + random_below(&seed, 4000000000));
            uint32_t payload = (uint32_t)(t / 1000 * 7);
            word_max(&first, mark_first(t, payload));
            word_max(&last, mark_last(t, payload));
            least = t < least ? t : least;
            most = t > most ? t : most;
        }
        assert_int_equal(mark_first_ms(word_load(&first)), least);
        assert_int_equal(mark_last_ms(word_load(&last)), most);
        assert_int_equal(mark_first_payload(word_load(&first)), (uint32_t)(least / 1000 * 7));
        assert_int_equal(mark_last_payload(word_load(&last)), (uint32_t)(most / 1000 * 7));
    }
}

static void ends_are_clamped_and_never_empty(void **state)
{
    (void)state;
    static const int64_t times[] = {
        INT64_MIN, -1, 0, Y2015 - 1, Y2015, Y2015 + 999, Y2015 + INT64_C(9000000000000), INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        for (uint32_t payload = 0; payload < 2; payload++) {
            assert_int_not_equal(mark_last(times[i], payload - 1), 0);
            assert_int_not_equal(mark_first(times[i], payload - 1), 0);
        }
        assert_int_equal(mark_first_ms(mark_first(times[i], 3)),
                         mark_last_ms(mark_last(times[i], 3)));
    }
    assert_int_equal(mark_last_ms(mark_last(0, 0)), Y2015 + 1000);
    assert_int_equal(mark_last_ms(0), -1);
    assert_int_equal(mark_first_ms(0), -1);
    assert_int_equal(mark_first_payload(0), 0);
}

static void payload_breaks_ties(void **state)
{
    (void)state;
    int64_t t = Y2015 + 5000;
    assert_true(mark_last(t, 2) > mark_last(t, 1));
    assert_true(mark_first(t, 1) > mark_first(t, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_and_last),
        cmocka_unit_test(ends_are_clamped_and_never_empty),
        cmocka_unit_test(payload_breaks_ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
