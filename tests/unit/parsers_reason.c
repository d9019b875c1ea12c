/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of result codes against a list of its own, written from the specification class by
 * class: same codes, same class, same outcome, nothing more and nothing less.
 */
#include "parsers/codes/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* Per class: the codes. A + marks "the password was right", a ~ "interrupted". */
static const struct {
    enum event_reason reason;
    const char *codes;
} expected[] = {
    {REASON_OK, "+0"},
    {REASON_WRONG_PASSWORD, "50126 50056 50064"},
    {REASON_UNKNOWN_USER, "50034 51004 50014 16003 50059 50128 90002"},
    {REASON_LOCKED, "50053"},
    {REASON_DISABLED, "50057"},
    {REASON_PASSWORD_OK, "+50055 +50144 +~50072 +~50079 +~50074 +~50076 +~50158 +53000 +53001 "
                         "+53002 +53003 +50131 +50005 +530031 +530032 +530035 +53004 +53011 "
                         "+50105 +~50129 +50155 +50135 +50142"},
    {REASON_MFA_DENIED, "+500121"},
    {REASON_INTERRUPT, "~50058 ~50097 +~50125 ~50127 +~50140 ~50168 ~50187 +~50199 ~51006 +~65001 "
                       "+~65004 ~16000 ~16001"},
    {REASON_TOKEN, "70000 70008 70043 700082 700084 50132 50133 50173 50078 50089 50013 500133 "
                   "54005"},
    {REASON_CLIENT, "700016 70001 700011 7000215 7000218 7000222 700027 70002 65002 500011 50001 "
                    "50011 50194 70011 70003 650057"},
    {REASON_THROTTLED, "90055 50196 90033 50087 50088"},
    {REASON_DEVICE_CODE, "~70016 ~70018 ~70019"},
    {REASON_FAULT, "20001 20012 40008 50000 50008 50012 80001 80002 80005 80007 80010 80013 80014 "
                   "81004 81005 81006 81007 81008 81009 81010 81011 81012 1000000"},
};

static void test_tables_ascend(void **state)
{
    (void)state;
    for (size_t i = 1; i < reason_codes_n; i++)
        assert_true(reason_codes[i - 1].code < reason_codes[i].code);
    for (size_t i = 1; i < reason_names_n; i++)
        assert_true(strcmp(reason_names[i - 1].name, reason_names[i].name) < 0);
}

static void test_every_code(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        for (const char *at = expected[i].codes; *at != '\0'; at += strspn(at, " ")) {
            bool valid = *at == '+';
            at += valid;
            bool interrupted = *at == '~';
            at += interrupted;
            size_t length = strspn(at, "0123456789");
            struct reason r = reason_of_microsoft_code((struct slice){at, length});
            enum event_outcome outcome = expected[i].reason == REASON_OK ? OUTCOME_SUCCESS
                                         : interrupted                   ? OUTCOME_INTERRUPTED
                                                                         : OUTCOME_FAILURE;
            if (r.reason != expected[i].reason || r.outcome != outcome || r.password_valid != valid)
                fail_msg("%.*s: class %d outcome %d password %d", (int)length, at, (int)r.reason,
                         (int)r.outcome, r.password_valid);
            at += length;
            n++;
        }
    }
    assert_int_equal(n, reason_codes_n);
}

static void expect_code(struct slice code, enum event_reason reason, enum event_outcome outcome)
{
    struct reason r = reason_of_microsoft_code(code);
    assert_int_equal(r.reason, reason);
    assert_int_equal(r.outcome, outcome);
    assert_false(r.password_valid);
}

static void test_codes_no_table_knows(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "1",     "99999999", "-1",         "50126x",     "x",
        "5 126", "50126.0",  "4294967296", "4295017422", "184467440737095516160"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        expect_code(slice_of(unknown[i]), REASON_UNKNOWN, OUTCOME_FAILURE);
    expect_code((struct slice){0}, REASON_NONE, OUTCOME_UNKNOWN);
    expect_code(SLICE("  "), REASON_NONE, OUTCOME_UNKNOWN);
    expect_code(SLICE(" 50126 "), REASON_WRONG_PASSWORD, OUTCOME_FAILURE);
}

/* Name as recorded, and the code that means the same: both must say the same. */
static const struct {
    const char *name, *code;
} names[] = {
    {"InvalidUserNameOrPassword", "50126"},
    {"InvalidPassword", "50056"},
    {"CredentialAuthenticationError", "50064"},
    {"UserAccountNotFound", "50034"},
    {"UserAccountNotInDirectory", "51004"},
    {"InvalidDomainName", "50128"},
    {"MissingTenantRealmAndNoUserInformationProvided", "50059"},
    {"IdsLocked", "50053"},
    {"UserDisabled", "50057"},
    {"InvalidPasswordExpiredPassword", "50055"},
    {"InvalidPasswordExpiredOnPremPassword", "50144"},
    {"UserStrongAuthEnrollmentRequiredInterrupt", "50072"},
    {"UserStrongAuthEnrollmentRequired", "50079"},
    {"UserStrongAuthClientAuthNRequired", "50074"},
    {"UserStrongAuthClientAuthNRequiredInterrupt", "50076"},
    {"ExternalSecurityChallenge", "50158"},
    {"DeviceNotCompliant", "53000"},
    {"DeviceNotDomainJoined", "53001"},
    {"ApplicationUsedIsNotAnApprovedApp", "53002"},
    {"BlockedByConditionalAccess", "53003"},
    {"BlockedByConditionalAccessOnSecurityPolicy", "530032"},
    {"ConditionalAccessFailed", "50131"},
    {"DevicePolicyError", "50005"},
    {"BlockedBySecurityDefaults", "530035"},
    {"ProofUpBlockedDueToRisk", "53004"},
    {"EntitlementGrantsNotFound", "50105"},
    {"DeviceIsNotWorkplaceJoined", "50129"},
    {"DeviceAuthenticationFailed", "50155"},
    {"AuthenticationFailedSasError", "500121"},
    {"UserInformationNotProvided", "50058"},
    {"DeviceAuthenticationRequired", "50097"},
    {"PasswordResetRegistrationRequiredInterrupt", "50125"},
    {"BrokerAppNotInstalled", "50127"},
    {"KmsiInterrupt", "50140"},
    {"CmsiInterrupt", "50199"},
    {"DelegationDoesNotExist", "65001"},
    {"UserDeclinedConsent", "65004"},
    {"SsoArtifactInvalidOrExpired", "50132"},
    {"SsoArtifactRevoked", "50133"},
    {"FreshTokenNeeded", "50173"},
    {"UserStrongAuthExpired", "50078"},
    {"ExpiredOrRevokedGrant", "70008"},
    {"ExpiredOrRevokedGrantInactiveToken", "700082"},
    {"FlowTokenExpired", "50089"},
    {"InvalidReplyTo", "50011"},
    {"UnauthorizedClient_DoesNotMatchRequest", "700016"},
    {"UnauthorizedClientAppNotFoundInOrgIdTenant", "700011"},
    {"InvalidResource", "50001"},
    {"InvalidResourceServicePrincipalNotFound", "500011"},
    {"LoopDetected", "50196"},
    {"AuthorizationPending", "70016"},
    {"BadVerificationCode", "70018"},
    {"CodeExpired", "70019"},
    {"FedMetadataInvalidTenantName", "20012"},
    {"OnPremisePasswordValidationTimeSkew", "80013"},
    {"DesktopSsoAuthenticationPackageNotSupported", "81005"},
    {"UserNotBoundError", "1000000"},
};

static void test_every_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct reason got, want = reason_of_microsoft_code(slice_of(names[i].code));
        if (!reason_of_logon_error(slice_of(names[i].name), &got))
            fail_msg("%s: unknown", names[i].name);
        if (got.reason != want.reason || got.outcome != want.outcome ||
            got.password_valid != want.password_valid)
            fail_msg("%s: class %d instead of %d", names[i].name, (int)got.reason,
                     (int)want.reason);
    }
    for (size_t i = 0; i < reason_names_n; i++) {
        bool tested = false;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            tested |= slice_starts_nocase(slice_of(names[k].name), slice_of(reason_names[i].name));
        if (!tested)
            fail_msg("%s: in the table, not in this test", reason_names[i].name);
    }
}

static void test_names_with_suffixes_and_others(void **state)
{
    (void)state;
    struct reason r = {REASON_FAULT, OUTCOME_SUCCESS, true};
    assert_false(reason_of_logon_error(SLICE("SomethingNew"), &r));
    assert_false(reason_of_logon_error(SLICE("IdsLock"), &r));
    assert_false(reason_of_logon_error((struct slice){0}, &r));
    assert_int_equal(r.reason, REASON_FAULT);
    assert_true(reason_of_logon_error(SLICE(" idslocked;more"), &r));
    assert_int_equal(r.reason, REASON_LOCKED);
    /* InvalidPassword is the beginning of it, and means the contrary. */
    assert_true(reason_of_logon_error(SLICE("InvalidPasswordExpiredPassword2"), &r));
    assert_int_equal(r.reason, REASON_PASSWORD_OK);
    assert_true(r.password_valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_ascend),
        cmocka_unit_test(test_every_code),
        cmocka_unit_test(test_codes_no_table_knows),
        cmocka_unit_test(test_every_name),
        cmocka_unit_test(test_names_with_suffixes_and_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
