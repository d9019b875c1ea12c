/* SPDX-License-Identifier: Apache-2.0
 *
 * How Okta, Google, AWS, Duo and OpenSSH tell what Entra tells by a number.
 */
#include "plugin/records/dice.h"
#include "plugin/records/template.h"

enum { OF_ACCOUNT = 21, OF_ACCESS_KEY };

#define FIELD(name) static void put_##name(const struct writing *w)

static bool passed(const struct writing *w)
{
    return w->act->code == CODE_OK;
}

/* --- Okta --- */

FIELD(okta_type)
{
    pen_string(w->to, w->act->kind == ACT_OKTA_SESSION  ? "user.session.start"
                      : w->act->kind == ACT_OKTA_FACTOR ? "user.authentication.auth_via_mfa"
                                                        : "user.authentication.sso");
}

FIELD(okta_message)
{
    pen_string(w->to, w->act->kind == ACT_OKTA_SESSION  ? "User login to Okta"
                      : w->act->kind == ACT_OKTA_FACTOR ? "Authentication of user via MFA"
                                                        : "User single sign on to app");
}

FIELD(okta_result)
{
    pen_string(w->to, passed(w) ? "SUCCESS" : "FAILURE");
}

FIELD(okta_reason)
{
    pen_string(w->to, passed(w)                      ? "null"
                      : w->act->code == CODE_LOCKED  ? "\"LOCKED_OUT\""
                      : w->act->code == CODE_EXPIRED ? "\"PASSWORD_EXPIRED\""
                                                     : "\"INVALID_CREDENTIALS\"");
}

FIELD(okta_factor)
{
    if (w->act->kind == ACT_OKTA_FACTOR)
        pen_lit(w->to, "\"factor\":\"OKTA_VERIFY_PUSH\",");
}

FIELD(okta_target)
{
    if (w->act->kind != ACT_OKTA_APP)
        return;
    pen_lit(w->to, "{\"id\":\"");
    pen_string(w->to, w->act->app->id);
    pen_lit(w->to, "\",\"type\":\"AppInstance\",\"alternateId\":\"");
    pen_string(w->to, w->act->app->name);
    pen_lit(w->to, "\",\"displayName\":\"");
    pen_string(w->to, w->act->app->name);
    pen_lit(w->to, "\",\"detailEntry\":{\"signOnModeType\":\"SAML_2_0\"}}");
}

/* --- Google --- */

FIELD(qualifier)
{
    pen_number(w->to, (int64_t)w->act->id);
}

FIELD(google_name)
{
    pen_string(w->to, passed(w) ? "login_success" : "login_failure");
}

FIELD(google_challenge)
{
    pen_string(w->to, w->act->multi ? "google_prompt" : "password");
}

FIELD(google_failure)
{
    if (passed(w))
        return;
    pen_lit(w->to, "{\"name\":\"login_failure_type\",\"value\":\"");
    pen_string(w->to, w->act->code == CODE_DISABLED ? "login_failure_account_disabled"
                      : w->act->code == CODE_DENIED ? "login_failure_access_code_disallowed"
                                                    : "login_failure_invalid_password");
    pen_lit(w->to, "\"},");
}

/* --- AWS --- */

FIELD(account)
{
    pen_number(w->to,
               (int64_t)(UINT64_C(100000000000) +
                         dice_mix(w->act->person->org->key, OF_ACCOUNT) % UINT64_C(899999999999)));
}

FIELD(access_key)
{
    uint64_t bits = dice_mix(w->act->id, OF_ACCESS_KEY);
    char key[16];

    for (size_t i = 0; i < sizeof key; i++, bits >>= 4)
        key[i] = "ABCDEFGHKLMNPQR7"[bits & 15];
    pen_put(w->to, key, sizeof key);
}

FIELD(aws_result)
{
    pen_string(w->to, passed(w) ? "Success" : "Failure");
}

FIELD(aws_error)
{
    if (!passed(w))
        pen_lit(w->to, "\"errorMessage\":\"Failed authentication\",");
}

/* A failure with a second factor means that the factor was wrong. */
FIELD(aws_mfa)
{
    const bool asked = passed(w) ? w->act->multi : w->act->code == CODE_DENIED;

    pen_string(w->to, asked ? "Yes" : "No");
}

/* --- Duo --- */

FIELD(duo_factor)
{
    pen_string(w->to, w->act->code == CODE_LOCKED ? "not_available" : "duo_push");
}

FIELD(duo_result)
{
    pen_string(w->to, passed(w) ? "success" : "denied");
}

FIELD(duo_reason)
{
    pen_string(w->to, passed(w)                     ? "user_approved"
                      : w->act->code == CODE_LOCKED ? "locked_out"
                      : w->act->ignored             ? "no_response"
                                                    : "user_cancelled");
}

/* --- OpenSSH --- */

FIELD(ssh_verb)
{
    pen_string(w->to, passed(w) ? "Accepted" : "Failed");
}

FIELD(ssh_invalid)
{
    if (w->act->code == CODE_NO_USER)
        pen_lit(w->to, "invalid user ");
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, put_##name                                                                          \
    }

const struct field fields_vendors[] = {
    ROW(okta_type),        ROW(okta_message),   ROW(okta_result), ROW(okta_reason),
    ROW(okta_factor),      ROW(okta_target),    ROW(qualifier),   ROW(google_name),
    ROW(google_challenge), ROW(google_failure), ROW(account),     ROW(access_key),
    ROW(aws_result),       ROW(aws_error),      ROW(aws_mfa),     ROW(duo_factor),
    ROW(duo_result),       ROW(duo_reason),     ROW(ssh_verb),    ROW(ssh_invalid),
    {NULL, NULL}};
