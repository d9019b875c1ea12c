/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a sign-in failed, by free text: what names a reason has it, what speaks of something else is
 * no guess, and everything else is a failure without a reason.
 */
#include "parsers/codes/failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum event_reason reason;
    } rows[] = {
        {"Unknown user name or bad password.", REASON_WRONG_PASSWORD},
        {"INVALID_CREDENTIALS", REASON_WRONG_PASSWORD},
        {"login_failure_invalid_password", REASON_WRONG_PASSWORD},
        {"No such user", REASON_UNKNOWN_USER},
        {"sslvpn_login_unknown_user", REASON_UNKNOWN_USER},
        {"0xc000006a", REASON_WRONG_PASSWORD},
        {"Account locked out", REASON_LOCKED},
        {"account disabled", REASON_DISABLED},
        {"Password has expired", REASON_PASSWORD_OK},
        {"50126", REASON_WRONG_PASSWORD},
        {"AADSTS50126: Error validating credentials", REASON_WRONG_PASSWORD},
        {"700082", REASON_TOKEN},
        /* Another reason than a password. */
        {"Account expired", REASON_UNKNOWN},
        {"ACCOUNT_EXPIRED", REASON_UNKNOWN},
        {"User is inactive", REASON_UNKNOWN},
        {"Denied by policy 7", REASON_UNKNOWN},
        {"not allowed from this country", REASON_UNKNOWN},
        {"client certificate missing", REASON_UNKNOWN},
        {"server timeout", REASON_UNKNOWN},
        {"0xC000018C", REASON_UNKNOWN},
        {"123456789", REASON_UNKNOWN},
        {"AADSTS99999999: new", REASON_UNKNOWN},
        /* No reason at all, in whatever words. */
        {"", REASON_UNSAID},
        {"Login failed", REASON_UNSAID},
        {"LOGIN_FAILED", REASON_UNSAID},
        {"An account failed to log on", REASON_UNSAID},
        {"Anmeldung fehlgeschlagen", REASON_UNSAID},
        {"authentication failure", REASON_UNSAID},
        {"401", REASON_UNSAID},
        {"AADSTS", REASON_UNSAID},
        {"0", REASON_UNSAID},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reason reason = failure_of_text(slice_of(rows[i].text));
        if (reason.reason != rows[i].reason)
            fail_msg("%s: %d", rows[i].text, (int)reason.reason);
        assert_int_equal(reason.outcome, OUTCOME_FAILURE);
        assert_int_equal(reason.password_valid, reason.reason == REASON_PASSWORD_OK);
    }
    assert_int_equal(failure_of_text((struct slice){NULL, 0}).reason, REASON_UNSAID);
}

static void test_only_these_are_guesses(void **state)
{
    (void)state;
    for (int reason = 0; reason < REASON_N; reason++)
        assert_int_equal(event_reason_is_guess((enum event_reason)reason),
                         reason == REASON_WRONG_PASSWORD || reason == REASON_UNSAID);
}

/* What stands behind the first bytes decides nothing. */
static void test_long_text(void **state)
{
    (void)state;
    char text[1024];
    memset(text, 'x', sizeof(text));
    memcpy(text + sizeof(text) - 7, " policy", 7);
    assert_int_equal(failure_of_text((struct slice){text, sizeof(text)}).reason, REASON_UNSAID);
    memcpy(text, "policy ", 7);
    assert_int_equal(failure_of_text((struct slice){text, sizeof(text)}).reason, REASON_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_only_these_are_guesses),
        cmocka_unit_test(test_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
