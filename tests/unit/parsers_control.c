/* SPDX-License-Identifier: Apache-2.0
 *
 * Every code that proves a password says which control stopped it, by number and by name alike;
 * and what proves none has no control.
 */
#include "parsers/codes/control.h"
#include "parsers/codes/logon_status.h"
#include "parsers/codes/microsoft.h"
#include "parsers/codes/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static enum event_control control_of(const char *code, struct reason reason)
{
    struct event ev = {.code = slice_of(code)};
    microsoft_judge(reason, &ev);
    return ev.control;
}

static void expect(const char *code, struct reason reason)
{
    enum event_control control = control_of(code, reason);
    bool stopped = reason.reason == REASON_PASSWORD_OK || reason.reason == REASON_MFA_DENIED;
    if (stopped != (control != CONTROL_ABSENT) && reason.reason != REASON_INTERRUPT)
        fail_msg("%s: %s", code, control == CONTROL_ABSENT ? "no control" : "a control");
}

static void test_every_row(void **state)
{
    (void)state;
    char code[16];
    for (size_t i = 0; i < reason_codes_n; i++) {
        snprintf(code, sizeof code, "%u", (unsigned)reason_codes[i].code);
        expect(code, reason_codes[i].reason);
    }
    for (size_t i = 0; i < reason_names_n; i++)
        expect(reason_names[i].name, reason_names[i].reason);
    for (size_t i = 0; i < logon_statuses_n; i++)
        expect(logon_statuses[i].name, logon_statuses[i].reason);
}

static void test_numbers_and_names_agree(void **state)
{
    (void)state;
    static const struct {
        const char *code, *name;
        enum event_control control;
    } rows[] = {{"50074", "UserStrongAuthClientAuthNRequiredInterrupt", CONTROL_FACTOR},
                {"50079", "UserStrongAuthEnrollmentRequiredInterrupt", CONTROL_ENROLMENT},
                {" 53003 ", "BlockedByConditionalAccess", CONTROL_POLICY},
                {"53000", "devicenotcompliant", CONTROL_DEVICE},
                {"53004", "ProofUpBlockedDueToRisk", CONTROL_RISK},
                {"50055", "InvalidPasswordExpiredPassword", CONTROL_PASSWORD},
                {"50105", "EntitlementGrantsNotFound", CONTROL_ASSIGNMENT},
                {"65001", "DelegationDoesNotExist", CONTROL_CONSENT},
                {"0xc0000224", "PASSWORD_EXPIRED", CONTROL_PASSWORD},
                {"50126", "InvalidPassword", CONTROL_ABSENT},
                {"5300", "", CONTROL_ABSENT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(control_of_code(slice_of(rows[i].code)), rows[i].control);
        assert_int_equal(control_of_code(slice_of(rows[i].name)), rows[i].control);
    }
}

static void test_only_what_was_stopped(void **state)
{
    (void)state;
    struct event ev = {
        .code = SLICE("53003"), .reason = REASON_UNKNOWN, .outcome = OUTCOME_FAILURE};
    assert_int_equal(control_of_event(&ev), CONTROL_ABSENT);
    ev.password_valid = true;
    assert_int_equal(control_of_event(&ev), CONTROL_POLICY);
    ev.outcome = OUTCOME_SUCCESS;
    assert_int_equal(control_of_event(&ev), CONTROL_ABSENT);
    ev = (struct event){.reason = REASON_MFA_DENIED, .outcome = OUTCOME_FAILURE};
    assert_int_equal(control_of_event(&ev), CONTROL_FACTOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_row),
                                       cmocka_unit_test(test_numbers_and_names_agree),
                                       cmocka_unit_test(test_only_what_was_stopped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
