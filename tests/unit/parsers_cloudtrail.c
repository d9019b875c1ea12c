/* SPDX-License-Identifier: Apache-2.0
 *
 * CloudTrail: golden files in every shape, and a test for each thing these records mislead with.
 */
#include "tests/unit/reshape.h"

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

/* One record; what is given later in `more` wins over what stands here. */
static void read_act(const char *service, const char *name, const char *more)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "{'eventVersion':'1.08','eventTime':'2025-03-04T05:06:07Z','eventSource':'%s."
             "amazonaws.com','eventName':'%s','awsRegion':'us-east-1','eventID':'e'%s%s}",
             service, name, *more ? "," : "", more);
    reading_json(in, text);
}

static const struct event *act(const char *service, const char *name, const char *more)
{
    read_act(service, name, more);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void expect_ignored(const char *service, const char *name, const char *more)
{
    read_act(service, name, more);
    assert_int_equal(in->ignored_n, 1);
    assert_int_equal(in->next_index, 1);
}

#define USER    "'userIdentity':{'type':'IAMUser','userName':'Anna'}"
#define FAILED  "'responseElements':{'ConsoleLogin':'Failure'}"
#define SUCCESS "'responseElements':{'ConsoleLogin':'Success'}"

static const struct event *console(const char *more)
{
    return act("signin", "ConsoleLogin", more);
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"cloudtrail/console", "cloudtrail/identity_center"};
    static const char *const calls[] = {"cloudtrail/sts_iam"};
    expect_all_shapes(calls, 1, true);
    EXPECT_ALL_SHAPES(names);
}

static void test_result_of_the_console_is_in_response_elements(void **state)
{
    (void)state;
    assert_int_equal(console(SUCCESS)->reason, REASON_OK);
    assert_true(console(SUCCESS)->password_valid);
    assert_int_equal(console(FAILED)->outcome, OUTCOME_FAILURE);
    assert_int_equal(console(FAILED)->reason, REASON_UNSAID);
    /* No result is never a success, neither is the result of another act. */
    assert_int_equal(console("'responseElements':null")->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(console("'responseElements':{'ConsoleLogin':'Perhaps'}")->outcome,
                     OUTCOME_UNKNOWN);
    assert_int_equal(console("'responseElements':'Success'")->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(console("'errorMessage':'Failed authentication'")->reason,
                     REASON_WRONG_PASSWORD);
}

static void test_why_a_console_sign_in_failed(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum event_reason reason;
        bool password_valid;
    } rows[] = {
        {"'errorMessage':'Failed authentication'", REASON_WRONG_PASSWORD, false},
        {"'errorMessage':'Failed authentication','additionalEventData':{'MFAUsed':'No'}",
         REASON_WRONG_PASSWORD, false},
        {"'errorMessage':'Failed authentication','additionalEventData':{'MFAUsed':'Yes'}",
         REASON_MFA_DENIED, true},
        {"'errorMessage':'No username found in supplied account'", REASON_UNKNOWN_USER, false},
        {"'errorMessage':'Failed authentication',"
         "'userIdentity':{'type':'IAMUser','userName':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
         REASON_UNKNOWN_USER, false},
        {"'errorMessage':'Something new'", REASON_UNSAID, false},
        {"'errorMessage':'Your account is blocked'", REASON_UNKNOWN, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), FAILED ",%s", rows[i].more);
        assert_int_equal(console(text)->reason, rows[i].reason);
        assert_int_equal(in->events[0].password_valid, rows[i].password_valid);
        assert_int_equal(in->events[0].outcome, OUTCOME_FAILURE);
    }
}

static void test_a_hidden_user_is_absent(void **state)
{
    (void)state;
    expect_absent(console(FAILED
                          ",'userIdentity':{'type':'IAMUser','userName':'HIDDEN_DUE_TO_SECURITY_"
                          "REASONS'}")
                      ->user);
}

static void test_mfa_used_no_with_saml_says_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum event_factor factor;
    } rows[] = {
        {USER ",'additionalEventData':{'MFAUsed':'Yes'}", FACTOR_MULTI},
        {USER ",'additionalEventData':{'MFAUsed':'No'}", FACTOR_SINGLE},
        {USER ",'additionalEventData':null", FACTOR_UNKNOWN},
        {USER ",'additionalEventData':{'MFAUsed':'No','SamlProviderArn':'arn:x'}", FACTOR_UNKNOWN},
        {"'userIdentity':{'type':'AssumedRole'},'additionalEventData':{'MFAUsed':'No'}",
         FACTOR_UNKNOWN},
        {"'userIdentity':{'type':'IdentityCenterUser'},'additionalEventData':{'MFAUsed':'No'}",
         FACTOR_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(console(rows[i].more)->factor, rows[i].factor);
}

static void test_who_by_type_of_identity(void **state)
{
    (void)state;
    static const struct {
        const char *identity, *user; /* NULL: absent */
    } rows[] = {
        {"'type':'IAMUser','userName':'Anna'", "anna"},
        {"'type':'Root','userName':'alias'", "root"},
        {"'type':'AssumedRole','arn':'arn:aws:sts::1:assumed-role/R/Anna@c.com'", "anna@c.com"},
        {"'type':'AssumedRole','userName':'R','principalId':'AROA:Bert'", "bert"},
        {"'type':'AssumedRole','arn':'arn:aws:sts::1:assumed-role/','principalId':'AROA:Bert'",
         "bert"},
        {"'type':'AssumedRole','arn':'nothing','principalId':'AROA'", NULL},
        {"'type':'FederatedUser','arn':'arn:aws:sts::1:federated-user/Bob'", "bob"},
        {"'type':'SAMLUser','userName':'A@b'", "a@b"},
        {"'type':'IdentityCenterUser','accountId':'1'", "x@y"},
        {"'type':'Unknown','userName':'u'", "u"},
        {"'type':'AWSAccount','principalId':'AIDA'", "x@y"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), "'userIdentity':{%s},'additionalEventData':{'UserName':'X@y'}",
                 rows[i].identity);
        if (rows[i].user == NULL)
            expect_absent(console(text)->user);
        else
            expect_text(console(text)->user, rows[i].user);
    }
}

static void test_services_of_aws_are_no_address(void **state)
{
    (void)state;
    static const char *const none[] = {"AWS Internal", "ec2.amazonaws.com", "0.0.0.0",
                                       "203.000.113.07", ""};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "'sourceIPAddress':'%s'", none[i]);
        expect_ip(console(text), NULL);
    }
    expect_ip(console("'sourceIPAddress':'2001:DB8::7'"), "2001:db8::7");
}

static void test_a_step_that_passed_is_no_sign_in_that_did(void **state)
{
    (void)state;
#define STEP(credential, result)                                                                   \
    "'additionalEventData':{'CredentialType':'" credential                                         \
    "'},'serviceEventDetails':{'CredentialVerification':'" result "'}"
    static const struct {
        const char *name, *more;
        enum event_kind kind;
        enum event_outcome outcome;
        enum event_reason reason;
    } rows[] = {
        {"CheckMfa", "'responseElements':{'CheckMfa':'Success'}", KIND_MFA, OUTCOME_INTERRUPTED,
         REASON_PASSWORD_OK},
        {"CheckMfa", "'responseElements':{'CheckMfa':'Failure'}", KIND_MFA, OUTCOME_FAILURE,
         REASON_MFA_DENIED},
        {"CredentialChallenge", "'serviceEventDetails':{'CredentialChallenge':'Success'}",
         KIND_SIGN_IN, OUTCOME_INTERRUPTED, REASON_INTERRUPT},
        {"CredentialVerification", STEP("PASSWORD", "Success"), KIND_SIGN_IN, OUTCOME_INTERRUPTED,
         REASON_PASSWORD_OK},
        {"CredentialVerification", STEP("PASSWORD", "Failure"), KIND_SIGN_IN, OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD},
        {"CredentialVerification", STEP("TOTP", "Success"), KIND_MFA, OUTCOME_SUCCESS, REASON_OK},
        {"CredentialVerification", STEP("WEBAUTHN", "Failure"), KIND_MFA, OUTCOME_FAILURE,
         REASON_MFA_DENIED},
        {"CredentialVerification", STEP("EXTERNAL_IDP", "Success"), KIND_SIGN_IN,
         OUTCOME_INTERRUPTED, REASON_INTERRUPT},
        {"CredentialVerification", STEP("EXTERNAL_IDP", "Failure"), KIND_SIGN_IN, OUTCOME_FAILURE,
         REASON_UNKNOWN},
        {"UserAuthentication", "'serviceEventDetails':{'UserAuthentication':'Success'}",
         KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK},
        {"SwitchRole", "'responseElements':{'SwitchRole':'Success'}", KIND_SIGN_IN, OUTCOME_SUCCESS,
         REASON_OK},
        {"SwitchRole", "'serviceEventDetails':null", KIND_SIGN_IN, OUTCOME_UNKNOWN, REASON_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = act("signin", rows[i].name, rows[i].more);
        assert_int_equal(ev->kind, rows[i].kind);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->denial, ev->reason == REASON_MFA_DENIED ? DENIAL_CODE : DENIAL_ABSENT);
    }
}

static void test_errors_of_sts(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum event_reason reason;
    } rows[] = {{"AccessDenied", REASON_CLIENT},
                {"AccessDeniedException", REASON_CLIENT},
                {"ExpiredTokenException", REASON_TOKEN},
                {"IDPCommunicationError", REASON_FAULT},
                {"IDPRejectedClaimException", REASON_TOKEN},
                {"InvalidIdentityToken", REASON_TOKEN},
                {"MalformedPolicyDocumentException", REASON_CLIENT},
                {"PackedPolicyTooLargeException", REASON_CLIENT},
                {"RegionDisabledException", REASON_CLIENT},
                {"RequestExpired", REASON_CLIENT},
                {"ThrottlingException", REASON_THROTTLED},
                {"Whatever", REASON_UNKNOWN}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "'errorCode':'%s'", rows[i].code);
        const struct event *ev = act("sts", "AssumeRole", text);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        assert_int_equal(ev->reason, rows[i].reason);
        expect_text(ev->code, rows[i].code);
        assert_int_equal(ev->interactive, TRI_FALSE);
    }
    assert_int_equal(act("sts", "GetSessionToken", "")->outcome, OUTCOME_SUCCESS);
    assert_false(in->events[0].password_valid);
}

static void test_factor_of_a_session(void **state)
{
    (void)state;
#define SESSION(word)                                                                              \
    "'userIdentity':{'sessionContext':{'attributes':{'mfaAuthenticated':" word "}}}"
    assert_int_equal(act("sts", "AssumeRole", SESSION("'true'"))->factor, FACTOR_MULTI);
    assert_int_equal(act("sts", "AssumeRole", SESSION("'false'"))->factor, FACTOR_UNKNOWN);
    assert_int_equal(act("sts", "AssumeRole", "'userIdentity':null")->factor, FACTOR_UNKNOWN);
}

static void test_what_is_not_ours(void **state)
{
    (void)state;
    expect_ignored("sts", "AssumeRole", "'userIdentity':{'type':'AWSService'}");
    expect_ignored("sts", "GetCallerIdentity", USER);
    expect_ignored("ec2", "ConsoleLogin", USER); /* another service's act of the same name */
    expect_ignored("iam", "CreateAccessKey", "'eventType':'AwsCloudTrailInsight'");
    expect_ignored("iam", "ListUsers", "'eventTime':'...'"); /* not looked at further */
    /* The notifications of S3 look alike. */
    reading_json(in, "{'Records':[{'eventVersion':'2.1','eventSource':'aws:s3','awsRegion':'x',"
                     "'eventTime':'2025-03-04T05:06:07Z','eventName':'ObjectCreated:Put',"
                     "'userIdentity':{'principalId':'x'},'s3':{}}]}");
    assert_int_equal(in->ignored_n, 1);
    assert_int_equal(in->next_index, 1);
}

static void test_times(void **state)
{
    (void)state;
    reading_expect_bad(in,
                       "{'eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin',"
                       "'awsRegion':'x','eventTime':'...'}",
                       BAD_NO_TIME, 0);
    reading_expect_bad(in,
                       "{'eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin',"
                       "'awsRegion':'x','eventTime':'soon'}",
                       BAD_TIME, 0);
    assert_int_equal(console("'eventTime':'2025-03-04 05:06:07'")->time_ms, 1741064767000);
}

static void test_one_id_where_two_accounts_record_one_act(void **state)
{
    (void)state;
    expect_text(act("sts", "AssumeRole", "'sharedEventID':'shared'")->event_id, "shared");
    expect_text(act("sts", "AssumeRole", "")->event_id, "e");
}

static void test_token(void **state)
{
    (void)state;
    const char *both = "'responseElements':{'credentials':{'accessKeyId':'NEW'}},"
                       "'userIdentity':{'accessKeyId':'OLD'}";
    expect_text(act("sts", "AssumeRole", both)->token_id, "NEW");
    expect_text(act("sts", "AssumeRole", "'userIdentity':{'accessKeyId':'OLD'}")->token_id, "OLD");
    expect_absent(act("sts", "AssumeRole", "'requestParameters':'text'")->token_id);
}

static void test_account_changes_have_no_reason(void **state)
{
    (void)state;
    static const char *const names[] = {
        "CreateLoginProfile",     "UpdateLoginProfile", "CreateAccessKey",  "DeactivateMFADevice",
        "CreateVirtualMFADevice", "EnableMFADevice",    "AttachUserPolicy", "CreateUser",
        "ChangePassword"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct event *ev = act("iam", names[i], "'errorCode':'AccessDenied'");
        assert_int_equal(ev->kind, KIND_ACCOUNT_CHANGE);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        assert_int_equal(ev->reason, REASON_NONE);
        assert_int_equal(ev->factor, FACTOR_ABSENT);
        assert_int_equal(ev->interactive, TRI_ABSENT);
        assert_int_equal(act("iam", names[i], "")->outcome, OUTCOME_SUCCESS);
    }
    const struct event *ev =
        act("signin", "PasswordUpdated", "'responseElements':{'PasswordUpdated':'Success'}");
    assert_int_equal(ev->kind, KIND_ACCOUNT_CHANGE);
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    assert_int_equal(ev->reason, REASON_NONE);
    ev = act("signin", "PasswordUpdated", "'responseElements':{'PasswordUpdated':'Failure'}");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
}

static void test_in_the_envelopes_of_aws(void **state)
{
    (void)state;
#define INNER                                                                                      \
    "{'eventVersion':'1','eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin',"         \
    "'awsRegion':'x','eventTime':'2025-03-04T05:06:07Z'}"
    static const char *const forms[] = {
        "{'Records':[" INNER "]}",
        "[" INNER "]",
        "{'version':'0','id':'x','detail-type':'AWS Console Sign In via CloudTrail',"
        "'source':'aws.signin','time':'2025-03-04T05:06:09Z','detail':" INNER "}",
        "{'messageType':'DATA_MESSAGE','logEvents':[{'id':'1','message':" INNER "}]}",
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct event *ev = reading_event(in, forms[i]);
        assert_string_equal(ev->source, "cloudtrail");
        assert_int_equal(ev->time_ms, 1741064767000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_result_of_the_console_is_in_response_elements),
        cmocka_unit_test(test_why_a_console_sign_in_failed),
        cmocka_unit_test(test_a_hidden_user_is_absent),
        cmocka_unit_test(test_mfa_used_no_with_saml_says_nothing),
        cmocka_unit_test(test_who_by_type_of_identity),
        cmocka_unit_test(test_services_of_aws_are_no_address),
        cmocka_unit_test(test_a_step_that_passed_is_no_sign_in_that_did),
        cmocka_unit_test(test_errors_of_sts),
        cmocka_unit_test(test_factor_of_a_session),
        cmocka_unit_test(test_what_is_not_ours),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_one_id_where_two_accounts_record_one_act),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_account_changes_have_no_reason),
        cmocka_unit_test(test_in_the_envelopes_of_aws),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
