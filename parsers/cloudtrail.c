/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS CloudTrail: console sign-ins, IAM Identity Center, STS tokens, and IAM calls that change how
 * an account can be used. Everything else that happens in AWS is not ours, nor are the
 * notifications of S3, which look alike.
 *
 * Sources: AWS CloudTrail User Guide, "AWS Management Console sign-in events" and "CloudTrail
 * userIdentity element"; IAM Identity Center User Guide, "Understanding IAM Identity Center sign-in
 * events"; STS API Reference, "Errors" of AssumeRole and its like; read 2025.
 */
#include "parsers/formats.h"
#include "parsers/microsoft.h"
#include "parsers/reason.h"
#include "parsers/record.h"
#include "parsers/text.h"

#define EVENT(name) offsetof(struct event, name)

enum {
    CT_SOURCE,
    CT_EVENT_TYPE,
    CT_TIME,
    CT_IDENTITY,
    CT_USER_NAME,
    CT_ARN,
    CT_PRINCIPAL,
    CT_IP,
    CT_RESULT,
    CT_ERROR_CODE,
    CT_ERROR_MESSAGE,
    CT_MFA_USED,
    CT_SAML,
    CT_MFA_SESSION,
    CT_CREDENTIAL,
    CT_FILL, /* from here on straight into struct event */
    CT_NAME = CT_FILL,
    CT_TENANT,
    CT_CODE,
    CT_USER_AGENT,
    CT_TOKEN,
    CT_EVENT_ID,
    CT_PATHS_N
};

static const struct parser_path paths[CT_PATHS_N] = {
    [CT_SOURCE] = {"eventSource", 0},
    [CT_EVENT_TYPE] = {"eventType", 0},
    [CT_TIME] = {"eventTime", 0},
    [CT_IDENTITY] = {"userIdentity.type", 0},
    [CT_USER_NAME] = {"userIdentity.userName / additionalEventData.UserName", 0},
    [CT_ARN] = {"userIdentity.arn", 0},
    [CT_PRINCIPAL] = {"userIdentity.principalId", 0},
    [CT_IP] = {"sourceIPAddress", 0},
    [CT_RESULT] = {"responseElements.ConsoleLogin / responseElements.GetSigninToken / "
                   "responseElements.SwitchRole / responseElements.CheckMfa / "
                   "responseElements.UserAuthentication / serviceEventDetails.UserAuthentication / "
                   "responseElements.CredentialChallenge / "
                   "serviceEventDetails.CredentialChallenge / "
                   "responseElements.CredentialVerification / "
                   "serviceEventDetails.CredentialVerification",
                   0},
    [CT_ERROR_CODE] = {"errorCode", 0},
    [CT_ERROR_MESSAGE] = {"errorMessage", 0},
    [CT_MFA_USED] = {"additionalEventData.MFAUsed", 0},
    [CT_SAML] = {"additionalEventData.SamlProviderArn", 0},
    [CT_MFA_SESSION] = {"userIdentity.sessionContext.attributes.mfaAuthenticated", 0},
    [CT_CREDENTIAL] = {"additionalEventData.CredentialType", 0},
    [CT_NAME] = {"eventName", EVENT(operation)},
    [CT_TENANT] = {"recipientAccountId / userIdentity.accountId", EVENT(tenant)},
    [CT_CODE] = {"errorCode / errorMessage", EVENT(code)},
    [CT_USER_AGENT] = {"userAgent", EVENT(user_agent)},
    [CT_TOKEN] = {"responseElements.credentials.accessKeyId / userIdentity.accessKeyId",
                  EVENT(token_id)},
    /* AssumeRole is recorded in both accounts: two eventIDs, one sharedEventID. */
    [CT_EVENT_ID] = {"sharedEventID / eventID", EVENT(event_id)},
};

enum act { CONSOLE, ROLE, CHECK_MFA, AUTHENTICATED, CHALLENGE, VERIFICATION, STS, IAM };

static const struct operation {
    const char *name, *service;
    enum act act;
} operations[] = {
    {"ConsoleLogin", "signin.", CONSOLE},
    {"GetSigninToken", "signin.", ROLE},
    {"SwitchRole", "signin.", ROLE},
    {"CheckMfa", "signin.", CHECK_MFA},
    {"UserAuthentication", "signin.", AUTHENTICATED},
    {"CredentialChallenge", "signin.", CHALLENGE},
    {"CredentialVerification", "signin.", VERIFICATION},
    {"AssumeRole", "sts.", STS},
    {"AssumeRoleWithSAML", "sts.", STS},
    {"AssumeRoleWithWebIdentity", "sts.", STS},
    {"AssumeRoot", "sts.", STS},
    {"GetFederationToken", "sts.", STS},
    {"GetSessionToken", "sts.", STS},
    {"CreateLoginProfile", "iam.", IAM},
    {"UpdateLoginProfile", "iam.", IAM},
    {"CreateAccessKey", "iam.", IAM},
    {"DeactivateMFADevice", "iam.", IAM},
    {"CreateVirtualMFADevice", "iam.", IAM},
    {"EnableMFADevice", "iam.", IAM},
    {"AttachUserPolicy", "iam.", IAM},
    {"CreateUser", "iam.", IAM},
    {"ChangePassword", "iam.", IAM},
};

static const struct reason no_result = {REASON_NONE, OUTCOME_UNKNOWN, false};
static const struct reason passed = {REASON_OK, OUTCOME_SUCCESS, true};
static const struct reason issued = {REASON_OK, OUTCOME_SUCCESS, false};
static const struct reason asked = {REASON_INTERRUPT, OUTCOME_INTERRUPTED, false};
static const struct reason password_ok = {REASON_PASSWORD_OK, OUTCOME_INTERRUPTED, true};
static const struct reason wrong_password = {REASON_WRONG_PASSWORD, OUTCOME_FAILURE, false};
static const struct reason unknown_user = {REASON_UNKNOWN_USER, OUTCOME_FAILURE, false};
static const struct reason mfa_denied = {REASON_MFA_DENIED, OUTCOME_FAILURE, true};
static const struct reason unknown = {REASON_UNKNOWN, OUTCOME_FAILURE, false};

/* errorCode and errorMessage, by their beginnings: newer records append "Exception". */
static const struct reason_name errors[] = {
    {"AccessDenied", {REASON_CLIENT, OUTCOME_FAILURE, false}},
    {"ExpiredToken", {REASON_TOKEN, OUTCOME_FAILURE, false}},
    {"Failed authentication", {REASON_WRONG_PASSWORD, OUTCOME_FAILURE, false}},
    {"IDPCommunicationError", {REASON_FAULT, OUTCOME_FAILURE, false}},
    {"IDPRejectedClaim", {REASON_TOKEN, OUTCOME_FAILURE, false}},
    {"InvalidIdentityToken", {REASON_TOKEN, OUTCOME_FAILURE, false}},
    {"MalformedPolicyDocument", {REASON_CLIENT, OUTCOME_FAILURE, false}},
    {"No username found in supplied account", {REASON_UNKNOWN_USER, OUTCOME_FAILURE, false}},
    {"PackedPolicyTooLarge", {REASON_CLIENT, OUTCOME_FAILURE, false}},
    {"RegionDisabled", {REASON_CLIENT, OUTCOME_FAILURE, false}},
    {"RequestExpired", {REASON_CLIENT, OUTCOME_FAILURE, false}},
    {"Throttling", {REASON_THROTTLED, OUTCOME_FAILURE, false}},
};

static const struct operation *operation_of(struct slice name, struct slice source)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (slice_equal_nocase(name, slice_of(operations[i].name)) &&
            slice_starts_nocase(source, slice_of(operations[i].service)))
            return &operations[i];
    return NULL;
}

static bool is(const struct record *record, unsigned path, const char *word)
{
    return slice_equal_nocase(record_text(record, path), slice_of(word));
}

/* What stands behind the last `mark`; absent if there is none. */
static struct slice behind_last(struct slice text, char mark)
{
    const char *at = text.len > 0 ? memrchr(text.ptr, mark, text.len) : NULL;
    if (at == NULL)
        return (struct slice){NULL, 0};
    struct slice rest = {at + 1, (size_t)(text.ptr + text.len - at - 1)};
    return text_is_null(rest) ? (struct slice){NULL, 0} : rest;
}

/* Typed where a user name belongs, often a password: AWS hides what is no user's name. */
static bool is_hidden(const struct record *record)
{
    return is(record, CT_USER_NAME, "HIDDEN_DUE_TO_SECURITY_REASONS");
}

/* A session's name, often a mail address, ends the ARN of an assumed role. */
static struct slice user_of(const struct record *record)
{
    if (is(record, CT_IDENTITY, "Root"))
        return SLICE("root");
    if (is(record, CT_IDENTITY, "AssumedRole") || is(record, CT_IDENTITY, "FederatedUser")) {
        struct slice session = behind_last(record_text(record, CT_ARN), '/');
        if (session.ptr == NULL)
            session = behind_last(record_text(record, CT_PRINCIPAL), ':');
        return record_lowered(record, session);
    }
    return is_hidden(record) ? (struct slice){NULL, 0} : record_lower(record, CT_USER_NAME);
}

/* A credential of IAM Identity Center that is a second factor. */
static bool is_factor(const struct record *record)
{
    static const char *const factors[] = {"TOTP", "WEBAUTHN", "RESYNC_TOTP", "EMAIL_OTP"};
    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
        if (is(record, CT_CREDENTIAL, factors[i]))
            return true;
    return false;
}

static struct reason failure_of(const struct record *record, enum act act)
{
    struct reason reason = unknown;
    const size_t n = sizeof(errors) / sizeof(errors[0]);
    if (!reason_of_name(errors, n, record_text(record, CT_ERROR_MESSAGE), &reason))
        (void)reason_of_name(errors, n, record_text(record, CT_ERROR_CODE), &reason);
    if (act == CHECK_MFA)
        return mfa_denied;
    if (act == VERIFICATION)
        return is_factor(record)                       ? mfa_denied
               : is(record, CT_CREDENTIAL, "PASSWORD") ? wrong_password
                                                       : reason;
    if (act == CONSOLE && is_hidden(record))
        return unknown_user;
    if (reason.reason == REASON_WRONG_PASSWORD && is(record, CT_MFA_USED, "Yes"))
        return mfa_denied;
    return reason;
}

/* A step that succeeded is not a sign-in that did: Identity Center ends with UserAuthentication,
 * and CheckMfa comes before ConsoleLogin. */
static struct reason success_of(const struct record *record, enum act act)
{
    switch (act) {
    case CHECK_MFA:
        return password_ok;
    case CHALLENGE:
        return asked;
    case VERIFICATION:
        return is_factor(record)                       ? passed
               : is(record, CT_CREDENTIAL, "PASSWORD") ? password_ok
                                                       : asked;
    case CONSOLE:
    case AUTHENTICATED:
        return passed;
    default:
        return issued; /* no password is looked at */
    }
}

static struct reason judge(const struct record *record, enum act act)
{
    bool failed = record_find(record, CT_CODE) != 0 && record_node(record, CT_CODE) != 0;
    if (act == STS || act == IAM)
        return failed ? failure_of(record, act) : success_of(record, act);
    if (is(record, CT_RESULT, "Success"))
        return success_of(record, act);
    return failed || is(record, CT_RESULT, "Failure") ? failure_of(record, act) : no_result;
}

/* MFAUsed "No" of whoever signed in elsewhere only says that it was not asked at AWS. */
static enum event_factor factor_of(const struct record *record, enum act act)
{
    if (act == STS)
        return record_bool(record, CT_MFA_SESSION) == TRI_TRUE ? FACTOR_MULTI : FACTOR_UNKNOWN;
    if (is(record, CT_MFA_USED, "Yes"))
        return FACTOR_MULTI;
    bool elsewhere = record_node(record, CT_SAML) != 0 || is(record, CT_IDENTITY, "AssumedRole") ||
                     is(record, CT_IDENTITY, "IdentityCenterUser");
    return is(record, CT_MFA_USED, "No") && !elsewhere ? FACTOR_SINGLE : FACTOR_UNKNOWN;
}

static enum event_kind kind_of(const struct record *record, enum act act)
{
    bool step = act == CHECK_MFA || (act == VERIFICATION && is_factor(record));
    return act == IAM ? KIND_ACCOUNT_CHANGE : step ? KIND_MFA : KIND_SIGN_IN;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, CT_FILL, CT_PATHS_N, ev);
    const struct operation *operation = operation_of(ev->operation, record_text(record, CT_SOURCE));
    if (operation == NULL || is(record, CT_EVENT_TYPE, "AwsCloudTrailInsight") ||
        (operation->act == STS && is(record, CT_IDENTITY, "AWSService")))
        return PARSE_IGNORED;
    enum act act = operation->act;
    ev->kind = kind_of(record, act);
    ev->user = user_of(record);
    record_ip(record, CT_IP, ev);
    microsoft_judge(judge(record, act), ev);
    if (act == IAM) {
        ev->reason = REASON_NONE;
        return record_time(record, CT_TIME, ev);
    }
    ev->factor = factor_of(record, act);
    bool typed = act == CONSOLE || act == CHECK_MFA || act == AUTHENTICATED || act == VERIFICATION;
    ev->interactive = typed ? TRI_TRUE : TRI_FALSE;
    return record_time(record, CT_TIME, ev);
}

const struct parser parser_cloudtrail = {
    .name = "cloudtrail",
    .summary = "AWS CloudTrail: console, Identity Center and STS sign-ins, IAM account changes",
    .signs = (const char *const[]){"eventVersion eventSource|eventName "
                                   "userIdentity|awsRegion|eventID",
                                   "eventSource eventName userIdentity|awsRegion|eventID", NULL},
    .paths = paths,
    .paths_n = CT_PATHS_N,
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MFA | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "tenant user ip outcome reason code user_agent token_id factor interactive operation "
              "event_id",
    .example = "{\"eventVersion\":\"1.08\",\"eventTime\":\"2025-03-04T05:06:07Z\","
               "\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"ConsoleLogin\","
               "\"eventType\":\"AwsConsoleSignIn\",\"sourceIPAddress\":\"203.0.113.7\","
               "\"userIdentity\":{\"type\":\"IAMUser\",\"accountId\":\"123456789012\","
               "\"userName\":\"anna\"},\"responseElements\":{\"ConsoleLogin\":\"Failure\"}}",
    .page = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
            "cloudtrail-event-reference-aws-console-sign-in-events.html",
};
