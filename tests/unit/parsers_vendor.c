/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking up vendors' words: exact, by their beginning, by a word inside.
 */
#include "parsers/codes/vendor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct vendor_act acts[] = {
    {"a.b.exact", KIND_MFA, VENDOR_SILENT, TRI_ABSENT, false},
    {"a.b.*", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
};

static const struct reason_name names[] = {
    {"locked", VENDOR_FAILED(LOCKED)},
    {"*policy*", VENDOR_STOPPED(PASSWORD_OK)},
    {"code_*", VENDOR_ASKED(INTERRUPT)},
};

static void test_acts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int row; /* -1: none */
    } rows[] = {{"a.b.exact", 0}, {"A.B.Exact", 0}, {"a.b.exactly", 1}, {"a.b.", 1}, {"a.b", -1},
                {"xa.b.c", -1},   {"", -1}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct vendor_act *act = vendor_act_of(acts, 2, slice_of(rows[i].name));
        assert_ptr_equal(act, rows[i].row < 0 ? NULL : &acts[rows[i].row]);
    }
    assert_null(vendor_act_of(acts, 2, (struct slice){NULL, 0}));
    assert_null(vendor_act_of(acts, 0, SLICE("a.b.exact")));
}

static void test_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum event_reason reason; /* NONE: not found */
    } rows[] = {{"LOCKED", REASON_LOCKED},
                {"locked ", REASON_NONE},
                {"The policy says", REASON_PASSWORD_OK},
                {"policy", REASON_PASSWORD_OK},
                {"polic", REASON_NONE},
                {"code_7", REASON_INTERRUPT},
                {"a code_7", REASON_NONE},
                {"", REASON_NONE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reason reason = {REASON_NONE, OUTCOME_UNKNOWN, false};
        bool found = vendor_reason_of(names, 3, slice_of(rows[i].name), &reason);
        assert_int_equal(found, rows[i].reason != REASON_NONE);
        assert_int_equal(reason.reason, rows[i].reason);
    }
    struct reason kept = {REASON_OK, OUTCOME_SUCCESS, true};
    assert_false(vendor_reason_of(names, 3, (struct slice){NULL, 0}, &kept));
    assert_int_equal(kept.reason, REASON_OK);
}

static void test_judge(void **state)
{
    (void)state;
    struct event ev = {0};
    vendor_judge((struct reason)VENDOR_STOPPED(MFA_DENIED), &ev);
    assert_int_equal(ev.reason, REASON_MFA_DENIED);
    assert_int_equal(ev.outcome, OUTCOME_FAILURE);
    assert_true(ev.password_valid);
    vendor_judge((struct reason)VENDOR_DONE(OK), &ev);
    assert_int_equal(ev.outcome, OUTCOME_SUCCESS);
    assert_false(ev.password_valid);
}

static void test_words(void **state)
{
    (void)state;
    assert_true(vendor_has_word(SLICE("abc"), SLICE("BC")));
    assert_true(vendor_has_word(SLICE("abc"), SLICE("abc")));
    assert_false(vendor_has_word(SLICE("abc"), SLICE("abcd")));
    assert_false(vendor_has_word((struct slice){NULL, 0}, SLICE("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_acts),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
