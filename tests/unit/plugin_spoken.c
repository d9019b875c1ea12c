/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/spoken: after a restart a finding goes on where it was: no second Create, numbers that
 * rise, and nothing that was just said.
 */
#include "plugin/kafka/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char uid[] = "97f7421ef9a844aeffaf3321e2d5dafd";

static struct finding *finding(enum activity activity, double users)
{
    static struct finding f;

    memset(&f, 0, sizeof f);
    memcpy(f.uid, uid, sizeof uid);
    f.activity = activity;
    f.verdict.severity = SEVERITY_HIGH;
    f.verdict.measures[0].value = users;
    f.verdict.measures_n = 1;
    return &f;
}

static void test_numbers_rise_within_one_process(void **state)
{
    struct spoken *spoken = spoken_new();
    struct finding *f = finding(ACTIVITY_CREATE, 4);

    (void)state;
    assert_true(spoken_next(spoken, f));
    assert_int_equal(f->activity, ACTIVITY_CREATE);
    assert_int_equal(f->sequence, 0);
    f = finding(ACTIVITY_UPDATE, 8);
    assert_true(spoken_next(spoken, f));
    assert_int_equal(f->sequence, 1);
    spoken_free(spoken);
}

static void test_a_restart_says_nothing_twice(void **state)
{
    struct spoken *spoken = spoken_new();
    struct finding *f = finding(ACTIVITY_CREATE, 8);

    (void)state;
    spoken_note(spoken, uid, 0, 1);
    spoken_note(spoken, uid, 1, spoken_digest(f));
    spoken_note(spoken, uid, 0, 2); /* an older record, read later: another partition's pace */
    assert_false(spoken_next(spoken, f));
    f = finding(ACTIVITY_CREATE, 16);
    assert_true(spoken_next(spoken, f));
    assert_int_equal(f->activity, ACTIVITY_UPDATE);
    assert_int_equal(f->sequence, 2);
    spoken_free(spoken);
}

static void test_a_close_is_always_said(void **state)
{
    struct spoken *spoken = spoken_new();
    struct finding *f = finding(ACTIVITY_CLOSE, 8);

    (void)state;
    spoken_note(spoken, uid, 0, spoken_digest(f));
    assert_true(spoken_next(spoken, f));
    assert_int_equal(f->activity, ACTIVITY_CLOSE);
    assert_int_equal(f->sequence, 1);
    spoken_free(spoken);
}

static void test_full_is_said_again_not_lost(void **state)
{
    struct spoken *spoken = spoken_new();
    struct finding *f;

    (void)state;
    for (unsigned i = 0; i <= SPOKEN_MAX / 2; i++) {
        f = finding(ACTIVITY_CREATE, 4);
        snprintf(f->uid, sizeof f->uid, "%016x%016x", i * 2654435761u, i + 1);
        assert_true(spoken_next(spoken, f));
        assert_int_equal(f->activity, ACTIVITY_CREATE);
    }
    assert_true(spoken_next(spoken, f)); /* the one too many: not remembered */
    assert_int_equal(f->activity, ACTIVITY_CREATE);
    spoken_free(spoken);
}

static void test_asking_remembers_nothing(void **state)
{
    struct spoken *spoken = spoken_new();

    (void)state;
    assert_false(spoken_knows(spoken, uid));
    assert_false(spoken_knows(spoken, uid));
    assert_true(spoken_next(spoken, finding(ACTIVITY_CREATE, 4)));
    assert_true(spoken_knows(spoken, uid));
    assert_false(spoken_knows(spoken, "97f7421ef9a844aeffaf3321e2d5dafe"));
    spoken_free(spoken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_rise_within_one_process),
        cmocka_unit_test(test_a_restart_says_nothing_twice),
        cmocka_unit_test(test_a_close_is_always_said),
        cmocka_unit_test(test_full_is_said_again_not_lost),
        cmocka_unit_test(test_asking_remembers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
