/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of kinds, outcomes, reasons, factors, controls, changes and protocols, in the order of
 * their enums: each one exactly as the docs have it, and nothing outside the lists.
 */
#include "parsers/values/event.h"

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
    static const char *const controls[] = {NULL,         "factor",   "enrolment", "policy",
                                           "device",     "location", "risk",      "password",
                                           "assignment", "consent"};
    static const char *const changes[] = {NULL,
                                          "factor_added",
                                          "factor_changed",
                                          "factor_removed",
                                          "factor_off",
                                          "recovery",
                                          "password",
                                          "sessions",
                                          "device",
                                          "consent",
                                          "grant",
                                          "credential",
                                          "role",
                                          "role_removed",
                                          "account",
                                          "mail_rule",
                                          "mail_forwarding",
                                          "mail_permission",
                                          "mail_flow"};
    static const char *const legacy[] = {NULL,         "activesync", "autodiscover", "ews",
                                         "imap",       "mapi",       "outlook",      "pop",
                                         "powershell", "smtp",       "other",        "unnamed"};
    EACH(controls, event_control_name, CONTROL_N);
    EACH(changes, event_change_name, CHANGE_N);
    EACH(legacy, event_legacy_name, LEGACY_N);
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
