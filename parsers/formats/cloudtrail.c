/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS CloudTrail: console sign-ins, IAM Identity Center, STS tokens, and IAM calls that change how
 * an account can be used. Everything else that happens in AWS is not ours, nor are the
 * notifications of S3, which look alike.
 *
 * Sources: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity
 * element"; IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"; read 2025.
 */
#include "parsers/formats/cloudtrail.h"

#include "parsers/codes/microsoft.h"
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

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
                   "serviceEventDetails.CredentialVerification / "
                   "responseElements.PasswordUpdated",
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

static const struct operation {
    const char *name, *service;
    enum cloudtrail_act act;
} operations[] = {
    {"ConsoleLogin", "signin.", CT_CONSOLE},
    {"GetSigninToken", "signin.", CT_ROLE},
    {"SwitchRole", "signin.", CT_ROLE},
    {"CheckMfa", "signin.", CT_CHECK_MFA},
    {"UserAuthentication", "signin.", CT_AUTHENTICATED},
    {"CredentialChallenge", "signin.", CT_CHALLENGE},
    {"CredentialVerification", "signin.", CT_VERIFICATION},
    {"PasswordUpdated", "signin.", CT_ACCOUNT}, /* the root user's */
    {"AssumeRole", "sts.", CT_STS},
    {"AssumeRoleWithSAML", "sts.", CT_STS},
    {"AssumeRoleWithWebIdentity", "sts.", CT_STS},
    {"AssumeRoot", "sts.", CT_STS},
    {"GetFederationToken", "sts.", CT_STS},
    {"GetSessionToken", "sts.", CT_STS},
    {"CreateLoginProfile", "iam.", CT_IAM},
    {"UpdateLoginProfile", "iam.", CT_IAM},
    {"CreateAccessKey", "iam.", CT_IAM},
    {"DeactivateMFADevice", "iam.", CT_IAM},
    {"CreateVirtualMFADevice", "iam.", CT_IAM},
    {"EnableMFADevice", "iam.", CT_IAM},
    {"AttachUserPolicy", "iam.", CT_IAM},
    {"CreateUser", "iam.", CT_IAM},
    {"ChangePassword", "iam.", CT_IAM},
};

static const struct change_name changes[] = {
    {"CreateLoginProfile", CHANGE_PASSWORD},  {"UpdateLoginProfile", CHANGE_PASSWORD},
    {"ChangePassword", CHANGE_PASSWORD},      {"PasswordUpdated", CHANGE_PASSWORD},
    {"CreateAccessKey", CHANGE_CREDENTIAL},   {"CreateVirtualMFADevice", CHANGE_FACTOR_ADDED},
    {"EnableMFADevice", CHANGE_FACTOR_ADDED}, {"DeactivateMFADevice", CHANGE_FACTOR_OFF},
    {"AttachUserPolicy", CHANGE_ROLE},        {"CreateUser", CHANGE_ACCOUNT},
};

static const struct operation *operation_of(struct slice name, struct slice source)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (slice_equal_nocase(name, slice_of(operations[i].name)) &&
            slice_starts_nocase(source, slice_of(operations[i].service)))
            return &operations[i];
    return NULL;
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

/* A session's name, often a mail address, ends the ARN of an assumed role. */
static struct slice user_of(const struct record *record)
{
    if (cloudtrail_is(record, CT_IDENTITY, "Root"))
        return SLICE("root");
    if (cloudtrail_is(record, CT_IDENTITY, "AssumedRole") ||
        cloudtrail_is(record, CT_IDENTITY, "FederatedUser")) {
        struct slice session = behind_last(record_text(record, CT_ARN), '/');
        if (session.ptr == NULL)
            session = behind_last(record_text(record, CT_PRINCIPAL), ':');
        return record_lowered(record, session);
    }
    return cloudtrail_is_hidden(record) ? (struct slice){NULL, 0}
                                        : record_lower(record, CT_USER_NAME);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, CT_FILL, CT_PATHS_N, ev);
    const struct operation *operation = operation_of(ev->operation, record_text(record, CT_SOURCE));
    if (operation == NULL || cloudtrail_is(record, CT_EVENT_TYPE, "AwsCloudTrailInsight") ||
        (operation->act == CT_STS && cloudtrail_is(record, CT_IDENTITY, "AWSService")))
        return PARSE_IGNORED;
    enum cloudtrail_act act = operation->act;
    bool change = act == CT_IAM || act == CT_ACCOUNT;
    ev->kind = change                                   ? KIND_ACCOUNT_CHANGE
               : cloudtrail_is_factor_step(record, act) ? KIND_MFA
                                                        : KIND_SIGN_IN;
    ev->user = user_of(record);
    record_ip(record, CT_IP, ev);
    microsoft_judge(cloudtrail_judge(record, act), ev);
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial = DENIAL_CODE; /* AWS asks for codes and keys, nobody is prompted */
    if (ev->reason == REASON_PASSWORD_OK)
        ev->control = CONTROL_FACTOR; /* the step that comes after the password */
    if (change) {
        ev->change = vendor_change_of(changes, sizeof(changes) / sizeof(changes[0]), ev->operation);
        ev->control = CONTROL_ABSENT;
        ev->reason = REASON_NONE;
        return record_time(record, CT_TIME, ev);
    }
    ev->factor = cloudtrail_factor(record, act);
    bool typed = act == CT_CONSOLE || act == CT_CHECK_MFA || act == CT_AUTHENTICATED ||
                 act == CT_VERIFICATION;
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
    .tells = {CT_SOURCE, CT_NAME},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MFA | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "tenant user ip port outcome reason code user_agent token_id factor interactive "
              "operation event_id",
    .example = "{\"eventVersion\":\"1.08\",\"eventTime\":\"2025-03-04T05:06:07Z\","
               "\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"ConsoleLogin\","
               "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"203.0.113.7\","
               "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"anna\"},"
               "\"errorMessage\":\"Failed authentication\","
               "\"responseElements\":{\"ConsoleLogin\":\"Failure\"},\"eventID\":\"e1\"}",
    .page = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
            "cloudtrail-event-reference-aws-console-sign-in-events.html",
};
