/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of kinds, outcomes, reasons and factors, in the order of their enums: each one exactly
 * as the docs have it, and nothing outside the lists.
 */
#include "parsers/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define EACH(names, function, n)                                                                   \
    do {                                                                                           \
        assert_int_equal(sizeof(names) / sizeof *(names), n);                                      \
        for (unsigned i = 0; i < (n); i++) {                                                       \
            if ((names)[i])                                                                        \
                assert_string_equal(function(i), (names)[i]);                                      \
            else                                                                                   \
                assert_null(function(i));                                                          \
        }                                                                                          \
        assert_null(function(n));                                                                  \
    } while (0)

static void test_names(void **state)
{
    (void)state;
    static const char *const kinds[] = {"sign_in",
                                        "mfa",
                                        "token_use",
                                        "mail_access",
                                        "mailbox_rule",
                                        "mailbox_forwarding",
                                        "mailbox_permission",
                                        "transport_rule",
                                        "account_change",
                                        "risk"};
    static const char *const outcomes[] = {"unknown", "success", "failure", "interrupted"};
    static const char *const reasons[] = {
        NULL,          "ok",         "wrong_password", "unknown_user", "locked", "disabled",
        "password_ok", "mfa_denied", "interrupt",      "token",        "client", "throttled",
        "device_code", "fault",      "unknown",        "unknown"};
    static const char *const factors[] = {NULL, "single", "multi", "unknown"};
    EACH(kinds, event_kind_name, KIND_N);
    EACH(outcomes, event_outcome_name, OUTCOME_N);
    EACH(reasons, event_reason_name, REASON_N);
    EACH(factors, event_factor_name, FACTOR_N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
