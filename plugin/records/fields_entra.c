/* SPDX-License-Identifier: Apache-2.0
 *
 * What only Entra's records have. Texts of codes are those of Microsoft's documentation ("Entra
 * authentication and authorization error codes").
 */
#include "plugin/records/dice.h"
#include "plugin/records/policies.h"
#include "plugin/records/template.h"

enum { OF_HOME = 11 };

static const struct reason {
    int32_t code;
    const char *failure, *additional;
} reasons[] = {
    {CODE_OK, NULL, "MFA requirement satisfied by claim in the token"},
    {CODE_NO_USER,
     "The user account does not exist in the directory. To sign into this application, the account "
     "must be added to the directory.",
     "The account doesn't exist in this tenant."},
    {CODE_LOCKED,
     "The account is locked, you've tried to sign in too many times with an incorrect user ID or "
     "password.",
     "The user is blocked due to repeated sign-in attempts."},
    {CODE_EXPIRED, "The password is expired.", "The user's password is expired."},
    {CODE_DISABLED, "The user account is disabled.",
     "The account has been disabled by an administrator."},
    {CODE_NO_SESSION, "Session information is not sufficient for single-sign-on.",
     "The user is not signed in."},
    {CODE_MFA_WANTED, "Strong Authentication is required.",
     "The user must complete MFA to continue."},
    {CODE_MFA_POLICY,
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must use multi-factor authentication to access the resource.",
     "MFA required in Microsoft Entra ID"},
    {CODE_ENROL,
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must enroll in multi-factor authentication.",
     "The user must enroll for MFA."},
    {CODE_KNOWN_DEVICE, "Device authentication is required.",
     "This is an expected part of the login flow."},
    {CODE_WRONG, "Error validating credentials due to invalid username or password.",
     "The user didn't enter the right credentials. It's expected to see some number of these "
     "errors in your logs due to users making mistakes."},
    {CODE_TOKEN_OLD,
     "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
     "The user changed or reset the password."},
    {CODE_KEEP, "This occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
     "This is an expected part of the login flow, where a user is asked if they want to remain "
     "signed into this browser."},
    {CODE_CONSENT, "The user or administrator has not consented to use the application.",
     "Send an interactive authorization request for this user and resource."},
    {CODE_BLOCKED, "Access has been blocked by Conditional Access policies.",
     "The access policy does not allow token issuance."},
    {CODE_DENIED, "Authentication failed during strong authentication request.",
     "MFA denied; user declined the authentication"},
    {CODE_TOKEN_EXPIRED,
     "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional "
     "Access.",
     "The token expired."},
    {CODE_DEVICE_CODE, "Authorization is pending. Continue polling.",
     "OAuth 2.0 device flow error."},
};

static const struct reason *reason_of(int32_t code)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].code == code)
            return &reasons[i];
    return &reasons[0];
}

#define FIELD(name) static void put_##name(const struct writing *w)

static bool is_interactive(const struct writing *w)
{
    return w->act->kind == ACT_SIGN_IN;
}

/* The password was checked and right. */
static bool password_passed(const struct act *act)
{
    static const int32_t after[] = {CODE_OK,         CODE_EXPIRED, CODE_MFA_WANTED,
                                    CODE_MFA_POLICY, CODE_ENROL,   CODE_KEEP,
                                    CODE_CONSENT,    CODE_BLOCKED, CODE_DENIED};

    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        if (act->code == after[i])
            return true;
    return false;
}

FIELD(category)
{
    pen_string(w->to, is_interactive(w) ? "SignInLogs" : "NonInteractiveUserSignInLogs");
}

FIELD(interactive)
{
    pen_string(w->to, is_interactive(w) ? "true" : "false");
}

FIELD(description)
{
    if (w->act->code == CODE_OK)
        return;
    pen_lit(w->to, "\"resultDescription\":\"");
    pen_string(w->to,
               reason_of(w->act->code)->failure ? reason_of(w->act->code)->failure : "Other.");
    pen_lit(w->to, "\",");
}

FIELD(status_texts)
{
    const struct act *act = w->act;
    const struct reason *reason = reason_of(act->code);

    if (act->code != CODE_OK) {
        pen_lit(w->to, ",\"failureReason\":\"");
        pen_string(w->to, reason->failure ? reason->failure : "Other.");
        pen_lit(w->to, "\"");
    } else if (!act->claimed) {
        return;
    }
    pen_lit(w->to, ",\"additionalDetails\":\"");
    pen_string(w->to, act->code == CODE_DENIED && act->ignored
                          ? "MFA denied; user did not respond to mobile app notification"
                          : reason->additional);
    pen_lit(w->to, "\"");
}

FIELD(client)
{
    pen_string(w->to, w->act->client);
}

FIELD(protocol)
{
    pen_string(w->to, w->act->protocol);
}

FIELD(token)
{
    pen_string(w->to, w->act->token);
}

FIELD(transfer)
{
    pen_string(w->to, strcmp(w->act->protocol, "deviceCode") == 0 ? "deviceCodeFlow" : "none");
}

FIELD(device_detail)
{
    const struct device *device = w->act->device;

    pen_lit(w->to, "\"deviceId\":\"");
    if (device)
        pen_guid(w->to, device->key);
    pen_lit(w->to, "\",\"displayName\":\"");
    pen_string(w->to, device ? device->name : "");
    pen_lit(w->to, "\",\"operatingSystem\":\"");
    pen_string(w->to, device ? device->os : w->act->agent->os);
    pen_lit(w->to, "\",\"browser\":\"");
    pen_string(w->to, w->act->agent->browser);
    pen_lit(w->to, "\",\"isCompliant\":");
    pen_string(w->to, device && device->compliant ? "true" : "false");
    pen_lit(w->to, ",\"isManaged\":");
    pen_string(w->to, device && device->managed ? "true" : "false");
    pen_lit(w->to, ",\"trustType\":\"");
    pen_string(w->to, device ? device->trust : "");
    pen_lit(w->to, "\"");
}

FIELD(access)
{
    static const char *const words[] = {"notApplied", "success", "failure", "reportOnlyFailure"};

    pen_string(w->to, words[w->act->access]);
}

FIELD(policies)
{
    pen_slice(w->to, policies_text(w->policies, w->act->person->org->policies, w->act->access));
}

FIELD(mfa_detail)
{
    if (w->act->multi && !w->act->claimed && is_interactive(w))
        pen_lit(w->to, "\"authMethod\":\"Mobile app notification\",\"authDetail\":\"\"");
}

FIELD(is_cae)
{
    pen_string(w->to, !is_interactive(w) && w->act->id % 3 == 0 ? "True" : "False");
}

FIELD(credential)
{
    pen_string(w->to, is_interactive(w) ? "none" : "clientAssertion");
}

FIELD(requirement)
{
    pen_string(w->to, w->act->multi ? "multiFactorAuthentication" : "singleFactorAuthentication");
}

FIELD(requirement_policies)
{
    if (w->act->multi)
        pen_lit(w->to, "{\"requirementProvider\":\"multiConditionalAccess\",\"detail\":"
                       "\"Conditional Access\"}");
}

FIELD(user_type)
{
    pen_string(w->to, w->act->person->guest ? "Guest" : "Member");
}

FIELD(cross_tenant)
{
    pen_string(w->to, w->act->person->guest ? "b2bCollaboration" : "none");
}

FIELD(home_tenant)
{
    const struct person *person = w->act->person;

    pen_guid(w->to, person->guest ? dice_mix(person->key, OF_HOME) : person->org->key);
}

static void step(const struct writing *w, const char *method, const char *detail, bool passed,
                 const char *result, const char *requirement)
{
    pen_lit(w->to, "{\"authenticationStepDateTime\":\"");
    pen_ticks(w->to, w->act->at_ms, w->act->id);
    pen_lit(w->to, "+00:00\",\"authenticationMethod\":\"");
    pen_string(w->to, method);
    if (*detail) {
        pen_lit(w->to, "\",\"authenticationMethodDetail\":\"");
        pen_string(w->to, detail);
    }
    pen_lit(w->to, "\",\"succeeded\":");
    pen_string(w->to, passed ? "true" : "false");
    pen_lit(w->to, ",\"authenticationStepResultDetail\":\"");
    pen_string(w->to, result);
    pen_lit(w->to, "\",\"authenticationStepRequirement\":\"");
    pen_string(w->to, requirement);
    pen_lit(w->to, "\",\"StatusSequence\":0,\"RequestSequence\":1}");
}

/* A claim in a token, or a password and, where it was asked for, the telephone. */
FIELD(steps)
{
    const struct act *act = w->act;

    if (act->claimed || (!is_interactive(w) && strcmp(act->protocol, "ropc") != 0)) {
        if (act->code == CODE_OK)
            step(w, "Previously satisfied", "", true,
                 act->multi ? "MFA requirement satisfied by claim in the token"
                            : "First factor requirement satisfied by claim in the token",
                 act->multi ? "Multifactor authentication" : "Primary authentication");
        return;
    }
    if (act->code == CODE_NO_USER || act->code == CODE_NO_SESSION)
        return;
    const bool right = password_passed(act);
    step(w, "Password", "Password Hash Sync", right,
         right ? "Correct password"
               : "Invalid username or password or Invalid on-premise username or password.",
         "Primary authentication");
    if (!act->multi || (act->code != CODE_OK && act->code != CODE_DENIED))
        return;
    pen_lit(w->to, ",");
    step(w, "Mobile app notification", "Microsoft Authenticator", act->code == CODE_OK,
         act->code == CODE_OK ? "MFA completed in Azure AD"
         : act->ignored       ? "MFA denied; user did not respond to mobile app notification"
                              : "MFA denied; user declined the authentication",
         "Multifactor authentication");
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, put_##name                                                                          \
    }

const struct field fields_entra[] = {
    ROW(category),      ROW(interactive),  ROW(description), ROW(status_texts),
    ROW(client),        ROW(protocol),     ROW(token),       ROW(transfer),
    ROW(device_detail), ROW(access),       ROW(policies),    ROW(mfa_detail),
    ROW(is_cae),        ROW(credential),   ROW(requirement), ROW(requirement_policies),
    ROW(user_type),     ROW(cross_tenant), ROW(home_tenant), ROW(steps),
    {NULL, NULL}};
