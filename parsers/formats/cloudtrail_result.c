/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: AWS CloudTrail User Guide, "AWS Management Console sign-in events"; IAM Identity Center
 * User Guide, "Understanding IAM Identity Center sign-in events"; STS API Reference, "Errors" of
 * AssumeRole and its like; read 2025.
 */
#include "parsers/formats/cloudtrail.h"

#include "parsers/codes/failure.h"

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

bool cloudtrail_is(const struct record *record, unsigned path, const char *word)
{
    return slice_equal_nocase(record_text(record, path), slice_of(word));
}

bool cloudtrail_is_hidden(const struct record *record)
{
    return cloudtrail_is(record, CT_USER_NAME, "HIDDEN_DUE_TO_SECURITY_REASONS");
}

/* A credential of IAM Identity Center that is a second factor. */
static bool is_factor(const struct record *record)
{
    static const char *const factors[] = {"TOTP", "WEBAUTHN", "RESYNC_TOTP", "EMAIL_OTP"};
    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
        if (cloudtrail_is(record, CT_CREDENTIAL, factors[i]))
            return true;
    return false;
}

static struct reason failure_of(const struct record *record, enum cloudtrail_act act)
{
    struct reason reason = unknown;
    const size_t n = sizeof(errors) / sizeof(errors[0]);
    if (!reason_of_name(errors, n, record_text(record, CT_ERROR_MESSAGE), &reason))
        (void)reason_of_name(errors, n, record_text(record, CT_ERROR_CODE), &reason);
    if (act == CT_CHECK_MFA)
        return mfa_denied;
    if (act == CT_VERIFICATION)
        return is_factor(record)                                  ? mfa_denied
               : cloudtrail_is(record, CT_CREDENTIAL, "PASSWORD") ? wrong_password
                                                                  : reason;
    if (act == CT_CONSOLE && cloudtrail_is_hidden(record))
        return unknown_user;
    if (act == CT_CONSOLE && reason.reason == REASON_UNKNOWN)
        reason = failure_of_text(record_text(record, CT_ERROR_MESSAGE));
    if (reason.reason == REASON_WRONG_PASSWORD && cloudtrail_is(record, CT_MFA_USED, "Yes"))
        return mfa_denied;
    return reason;
}

/* A step that succeeded is not a sign-in that did: Identity Center ends with UserAuthentication,
 * and CheckMfa comes before ConsoleLogin. */
static struct reason success_of(const struct record *record, enum cloudtrail_act act)
{
    switch (act) {
    case CT_CHECK_MFA:
        return password_ok;
    case CT_CHALLENGE:
        return asked;
    case CT_VERIFICATION:
        return is_factor(record)                                  ? passed
               : cloudtrail_is(record, CT_CREDENTIAL, "PASSWORD") ? password_ok
                                                                  : asked;
    case CT_CONSOLE:
    case CT_AUTHENTICATED:
        return passed;
    default:
        return issued; /* no password is looked at */
    }
}

struct reason cloudtrail_judge(const struct record *record, enum cloudtrail_act act)
{
    bool failed = record_node(record, CT_CODE) != 0;
    if (act == CT_STS || act == CT_IAM)
        return failed ? failure_of(record, act) : success_of(record, act);
    if (cloudtrail_is(record, CT_RESULT, "Success"))
        return success_of(record, act);
    return failed || cloudtrail_is(record, CT_RESULT, "Failure") ? failure_of(record, act)
                                                                 : no_result;
}

/* MFAUsed "No" of whoever signed in elsewhere only says that it was not asked at AWS. */
enum event_factor cloudtrail_factor(const struct record *record, enum cloudtrail_act act)
{
    if (act == CT_STS)
        return record_bool(record, CT_MFA_SESSION) == TRI_TRUE ? FACTOR_MULTI : FACTOR_UNKNOWN;
    if (cloudtrail_is(record, CT_MFA_USED, "Yes"))
        return FACTOR_MULTI;
    bool elsewhere = record_node(record, CT_SAML) != 0 ||
                     cloudtrail_is(record, CT_IDENTITY, "AssumedRole") ||
                     cloudtrail_is(record, CT_IDENTITY, "IdentityCenterUser");
    return cloudtrail_is(record, CT_MFA_USED, "No") && !elsewhere ? FACTOR_SINGLE : FACTOR_UNKNOWN;
}

bool cloudtrail_is_factor_step(const struct record *record, enum cloudtrail_act act)
{
    return act == CT_CHECK_MFA || (act == CT_VERIFICATION && is_factor(record));
}
