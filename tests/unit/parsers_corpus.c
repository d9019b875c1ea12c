/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples of third parties, read from beside the repository where they are; none is part of it.
 * Each row says how many events, ignored and bad records a file has, and what one of the events
 * says.
 */
#include "tests/unit/reading.h"

#define ROOT "../shared/corpus/"

struct sample {
    const char *file;
    size_t events, ignored, bads;
    size_t which;          /* event */
    const char *parts[12]; /* what its line must hold */
    const char *absent[8]; /* and must not */
};

#define AZURE    "panther-analysis/azure_signin_rules/"
#define M365     "panther-analysis/microsoft_rules/"
#define OKTA     "panther-analysis/okta_rules/"
#define ONELOGIN "panther-analysis/onelogin_rules/"
#define DUO      "panther-analysis/duo_rules/"
#define AUTH0    "panther-analysis/auth0_rules/"
#define GSUITE   "panther-analysis/gsuite_activityevent_rules/"
#define STREAM   "streamalert/rules/"

static const struct sample samples[] = {
    {"microsoft-docs/signin-log-schema-sample.json",
     1,
     0,
     0,
     0,
     {"\"time\":\"2019-03-12T16:02:15.552Z\"", "\"source\":\"entra\"", "\"kind\":\"sign_in\"",
      "\"code\":\"50140\"", "\"outcome\":\"interrupted\"", "\"reason\":\"interrupt\"",
      "\"factor\":\"multi\"", "\"interactive\":true"},
     {"\"user\"", "\"ip\"", "\"user_agent\""}},
    {"microsoft-docs/audit-records-3.json", 0, 1, 0, 0, {0}, {0}},
    {"microsoft-docs/graph-signin-list-response.json",
     1,
     0,
     0,
     0,
     {"\"source\":\"entra_graph\"", "\"outcome\":\"success\"", "\"code\":\"0\""},
     {"\"tenant\"", "\"session\"", "\"device\""}},
    {AZURE "azure_failed_signins.ndjson",
     2,
     0,
     0,
     0,
     {"\"code\":\"7000215\"", "\"outcome\":\"failure\"", "\"reason\":\"client\"",
      "\"time\":\"2023-07-26T22:58:30.983Z\""},
     {"\"user\""}},
    {AZURE "azure_device_code_broker_client.ndjson",
     2,
     0,
     0,
     1,
     {"\"outcome\":\"success\"", "\"interactive\":false", "\"protocol\":\"deviceCode\""},
     {0}},
    {AZURE "azure_high_risk_signin.ndjson", 2, 0, 0, 0, {"\"interactive\":true"}, {0}},
    {AZURE "azure_vscode_oauth_phishing.ndjson", 2, 0, 0, 0, {"\"interactive\":false"}, {0}},
    {AZURE "azure_policy_changed.ndjson", 0, 3, 0, 0, {0}, {0}},
    {M365 "microsoft365_brute_force_login_by_user.ndjson",
     2,
     0,
     0,
     0,
     {"\"outcome\":\"failure\"", "\"reason\":\"wrong_password\""},
     {0}},
    {M365 "microsoft365_brute_force_login_by_user.ndjson",
     2,
     0,
     0,
     1,
     {"\"outcome\":\"success\""},
     {0}},
    {M365 "microsoft365_mfa_disabled.ndjson", 2, 0, 0, 0, {"\"kind\":\"account_change\""}, {0}},
    {M365 "microsoft365_external_sharing.ndjson", 0, 5, 0, 0, {0}, {0}},
    {"plaso/microsoft_audit_log.jsonl",
     1,
     3,
     0,
     0,
     {"\"kind\":\"sign_in\"", "\"outcome\":\"success\""},
     {"\"ip\""}},
    {"plaso/aws_cloudtrail.jsonl", 0, 6, 0, 0, {0}, {0}}, /* LookupEvents */
    {STREAM "classifier/cloudtrail/cloudtrail_events.json", 0, 1, 0, 0, {0}, {0}},
    {STREAM "community/cloudwatch_events/cloudtrail_mfa_policy_abuse_attempt.json",
     4,
     0,
     0,
     0,
     {"\"source\":\"cloudtrail\"", "\"kind\":\"account_change\""},
     {0}},
    /* Headers without a year: the CyberArk logon is ours and has no readable time. */
    {"sc4s/cyberark.log", 0, 2, 1, 0, {0}, {0}},
    {"sc4s/leef.log", 0, 8, 0, 0, {0}, {0}},
    {"sc4s/cisco_ise.log", 0, 0, 6, 0, {0}, {0}},
    {"sc4s/dell_rsa_secureid.log", 0, 0, 3, 0, {0}, {0}},
    {"otrf-security-datasets/GoldenSAMLADFSMailAccess/OfficeActivityEvents.json",
     1,
     0,
     0,
     0,
     {"\"source\":\"o365\"", "\"kind\":\"mail_access\"", "\"ip\":", "\"event_id\":\"699e0b10"},
     {"\"tenant\""}},
    {OKTA "okta_account_support_access.ndjson",
     1,
     1,
     0,
     0,
     {"\"outcome\":\"unknown\""},
     {"\"reason\""}},
    {OKTA "okta_admin_disabled_mfa.ndjson", 1, 1, 0, 0, {"\"kind\":\"sign_in\""}, {0}},
    {OKTA "okta_admin_role_assigned.ndjson",
     2,
     0,
     0,
     0,
     {"\"kind\":\"account_change\"", "\"user\":\"jack@acme.io\"",
      "\"time\":\"2020-11-25T21:27:03.496Z\""},
     {"\"reason\"", "\"session\""}},
    {OKTA "okta_api_key_created.ndjson",
     1,
     0,
     0,
     0,
     {"\"operation\":\"system.api_token.create\""},
     {"\"ip\""}},
    {OKTA "okta_idp_signin.ndjson",
     2,
     0,
     0,
     0,
     {"\"kind\":\"mfa\"", "\"reason\":\"mfa_denied\"", "\"code\":\"INVALID_CREDENTIALS\"",
      "\"time\":\"2022-06-22T18:18:29.015Z\""},
     {0}},
    {OKTA "okta_idp_signin.ndjson",
     2,
     0,
     0,
     1,
     {"\"kind\":\"sign_in\"", "\"reason\":\"ok\""},
     {"\"code\""}},
    {OKTA "okta_login_signal.ndjson",
     2,
     1,
     0,
     1,
     {"\"outcome\":\"failure\"", "\"reason\":\"unknown\""},
     {"\"code\""}},
    {OKTA "okta_new_behavior_accessing_admin_console.ndjson", 0, 4, 0, 0, {0}, {0}},
    {OKTA "okta_password_accessed.ndjson", 0, 3, 0, 0, {0}, {0}},
    {OKTA "okta_rate_limits.ndjson",
     1,
     4,
     0,
     0,
     {"\"operation\":\"group.privilege.grant\"", "\"outcome\":\"failure\""},
     {0}},
    {OKTA "okta_sso_to_aws.ndjson", 0, 0, 2, 0, {0}, {0}}, /* no time */
    {OKTA "okta_user_account_locked.ndjson",
     2,
     0,
     0,
     0,
     {"\"reason\":\"locked\"", "\"code\":\"LOCKED_OUT\""},
     {0}},
    {OKTA "okta_user_mfa_reset.ndjson", 0, 1, 1, 0, {0}, {0}},
    {ONELOGIN "onelogin_login.ndjson", 0, 0, 2, 0, {0}, {0}}, /* no time in any of them */
    {ONELOGIN "onelogin_password_changed.ndjson", 0, 1, 2, 0, {0}, {0}},
    {ONELOGIN "onelogin_remove_authentication_factor.ndjson", 0, 0, 2, 0, {0}, {0}},
    {ONELOGIN "onelogin_user_account_locked.ndjson", 0, 0, 4, 0, {0}, {0}},
    {STREAM "community/onelogin/onelogin_events_assumed_role.json",
     1,
     1,
     0,
     0,
     {"\"source\":\"onelogin\"", "\"operation\":\"assume\"", "\"tenant\":\"1234\"",
      "\"event_id\":\"123\""},
     {"\"ip\""}},
    {DUO "duo_admin_bypass_code_created.ndjson",
     1,
     1,
     0,
     0,
     {"\"kind\":\"account_change\""},
     {"\"reason\""}},
    {DUO "duo_admin_create_admin.ndjson",
     1,
     1,
     0,
     0,
     {"\"ip\":\"1.2.3.4\"", "\"factor\":\"multi\""},
     {0}},
    {DUO "duo_admin_lockout.ndjson",
     3,
     0,
     0,
     0,
     {"\"reason\":\"locked\"", "\"outcome\":\"failure\""},
     {"\"ip\""}},
    {DUO "duo_admin_policy_updated.ndjson", 1, 1, 0, 0, {"\"operation\":\"admin_login\""}, {0}},
    {DUO "duo_user_bypass_code_used.ndjson", 0, 0, 3, 0, {0}, {0}}, /* no time */
    {STREAM "community/duo_authentication/duo_fraud.json",
     2,
     0,
     0,
     0,
     {"\"reason\":\"mfa_denied\"", "\"code\":\"FRAUD\"", "\"ip\":\"12.123.123.12\"",
      "\"time\":\"2017-09-13T15:28:19.000Z\""},
     {0}},
    {AUTH0 "auth0_leaked_password_login_attempt.ndjson",
     1,
     0,
     0,
     0,
     {"\"kind\":\"risk\"", "\"ip\":\"2601:140:9702:ee80:9049:1f55:0:e970\"",
      "\"outcome\":\"unknown\""},
     {"\"reason\""}},
    {AUTH0 "auth0_new_admin_invited.ndjson", 2, 0, 0, 0, {"\"code\":\"signup_pwd_leak\""}, {0}},
    {AUTH0 "auth0_mfa_policy_disabled.ndjson", 0, 2, 0, 0, {0}, {0}}, /* sapi */
    {AUTH0 "auth0_custom_role_created.ndjson", 0, 4, 0, 0, {0}, {0}},
    {GSUITE "gsuite_login_type.ndjson",
     1,
     1,
     2,
     0,
     {"\"source\":\"google\"", "\"code\":\"SUCCESS_URI\"", "\"time\":\"2022-05-26T15:26:09.421Z\"",
      "\"ip\":\"10.10.10.10\""},
     {0}},
    {GSUITE "gsuite_advanced_protection.ndjson", 0, 0, 2, 0, {0}, {0}}, /* ours, without a time */
    {GSUITE "gsuite_group_banned_user.ndjson", 0, 2, 0, 0, {0}, {0}},
    {GSUITE "gsuite_leaked_password.ndjson", 0, 1, 2, 0, {0}, {0}},
    {GSUITE "gsuite_two_step_verification.ndjson", 0, 0, 2, 0, {0}, {0}},
    {GSUITE "gsuite_user_suspended.ndjson", 0, 0, 3, 0, {0}, {0}},
    {STREAM "classifier/gsuite/gsuite_reports.json", 0, 1, 0, 0, {0}, {0}},
};

static struct slice load(const char *file)
{
    char path[256];
    snprintf(path, sizeof(path), ROOT "%s", file);
    struct slice message = reading_file(path);
    if (message.ptr == NULL) {
        print_message("%s is not there\n", path);
        skip();
    }
    return message;
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        const struct sample *sample = &samples[i];
        struct slice message = load(sample->file);
        struct reading *in = reading_new(NULL);
        reading_read(in, message);
        assert_int_equal(in->events_n, sample->events);
        assert_int_equal(in->ignored_n, sample->ignored);
        assert_int_equal(in->bads_n, sample->bads);
        char *all = reading_print(in), *line = all;
        for (size_t k = 0; k < sample->which; k++)
            line = strchr(line, '\n') + 1;
        if (strchr(line, '\n') != NULL)
            *strchr(line, '\n') = '\0';
        for (size_t k = 0; k < 12 && sample->parts[k] != NULL; k++)
            if (strstr(line, sample->parts[k]) == NULL)
                fail_msg("%s: no %s in %s", sample->file, sample->parts[k], line);
        for (size_t k = 0; k < 8 && sample->absent[k] != NULL; k++)
            if (strstr(line, sample->absent[k]) != NULL)
                fail_msg("%s: %s in %s", sample->file, sample->absent[k], line);
        free(all);
        free((void *)(uintptr_t)message.ptr);
        reading_done(in);
    }
}

/* The first `cut` bytes of a sample give a beginning of what the whole gives. */
static void test_cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct slice message = load(samples[i].file);
        struct reading *in = reading_new(NULL);
        reading_read(in, message);
        char *whole = reading_print(in);
        for (size_t cut = 0; cut < message.len; cut += 7) {
            reading_read(in, (struct slice){message.ptr, cut});
            char *part = reading_print(in);
            assert_int_equal(strncmp(part, whole, strlen(part)), 0);
            free(part);
        }
        free(whole);
        free((void *)(uintptr_t)message.ptr);
        reading_done(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_cut_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
