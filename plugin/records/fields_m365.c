/* SPDX-License-Identifier: Apache-2.0
 *
 * What only the Microsoft 365 audit log has: how a sign-in is told there, and what a rule does.
 */
#include "plugin/records/template.h"

#define FIELD(name) static void put_##name(const struct writing *w)

/* "Stay signed in?" is logged as a sign-in with a number. */
static bool logged_in(const struct writing *w)
{
    return w->act->code == CODE_OK || w->act->code == CODE_KEEP;
}

FIELD(login_operation)
{
    pen_string(w->to, logged_in(w) ? "UserLoggedIn" : "UserLoginFailed");
}

FIELD(login_detail)
{
    pen_string(w->to, logged_in(w) ? "Success" : "UserError");
}

FIELD(login_request)
{
    pen_string(w->to, strcmp(w->act->protocol, "ropc") == 0 ? "OAuth2:Token"
                      : w->act->code == CODE_KEEP           ? "Kmsi:kmsi"
                      : w->act->claimed                     ? "OAuth2:Authorize"
                                                            : "Login:login");
}

FIELD(logon_error)
{
    static const struct {
        int32_t code;
        const char *name;
    } names[] = {{CODE_WRONG, "InvalidUserNameOrPassword"},
                 {CODE_EXPIRED, "InvalidPasswordExpiredPassword"},
                 {CODE_LOCKED, "IdsLocked"},
                 {CODE_NO_USER, "UserAccountNotFound"},
                 {CODE_DISABLED, "UserDisabled"},
                 {CODE_MFA_WANTED, "UserStrongAuthClientAuthNRequiredInterrupt"},
                 {CODE_MFA_POLICY, "UserStrongAuthClientAuthNRequired"},
                 {CODE_ENROL, "UserStrongAuthEnrollmentRequired"},
                 {CODE_DENIED, "AuthenticationFailedSasError"},
                 {CODE_BLOCKED, "BlockedByConditionalAccess"},
                 {CODE_CONSENT, "DelegationDoesNotExist"},
                 {CODE_NO_SESSION, "UserInformationNotProvided"},
                 {CODE_KEEP, "KmsiInterrupt"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == w->act->code) {
            pen_lit(w->to, ",\"LogonError\":\"");
            pen_string(w->to, names[i].name);
            pen_lit(w->to, "\"");
        }
}

FIELD(is_managed)
{
    const struct device *device = w->act->device;

    pen_string(w->to, device && device->managed && device->compliant ? "True" : "False");
}

/* 2: an administrator, who acts on somebody else's mailbox. */
FIELD(actor_type)
{
    pen_string(w->to, w->act->other ? "2" : "0");
}

FIELD(rule_operation)
{
    pen_string(w->to, w->act->kind == ACT_MAIL_FORWARD ? "Set-Mailbox"
                      : w->act->what                   ? w->act->what
                                                       : "New-InboxRule");
}

static const struct person *owner(const struct writing *w)
{
    return w->act->other ? w->act->other : w->act->person;
}

FIELD(mailbox_path)
{
    pen_lit(w->to, "EURPR04A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/");
    pen_string(w->to, w->act->person->org->domain);
    pen_lit(w->to, "/");
    pen_string(w->to, owner(w)->upn);
    if (w->act->kind == ACT_MAIL_RULE && w->act->mail->name) {
        pen_lit(w->to, "\\\\");
        pen_string(w->to, w->act->mail->name);
    }
}

static void parameter(const struct writing *w, const char *name, const char *before,
                      const char *value)
{
    if (!value)
        return;
    pen_lit(w->to, ",{\"Name\":\"");
    pen_string(w->to, name);
    pen_lit(w->to, "\",\"Value\":\"");
    pen_string(w->to, before);
    pen_string(w->to, value);
    pen_lit(w->to, "\"}");
}

FIELD(rule_parameters)
{
    const struct mail_change *mail = w->act->mail;

    if (w->act->kind == ACT_MAIL_FORWARD) {
        pen_lit(w->to, "{\"Name\":\"Identity\",\"Value\":\"");
        pen_string(w->to, owner(w)->upn);
        pen_lit(w->to, "\"}");
        parameter(w, "ForwardingSmtpAddress", "smtp:", mail->to);
        parameter(w, "DeliverToMailboxAndForward", "", "True");
        return;
    }
    pen_lit(w->to, "{\"Name\":\"AlwaysDeleteOutlookRulesBlob\",\"Value\":\"False\"}");
    parameter(w, "Force", "", "False");
    parameter(w, "Mailbox", "", w->act->other ? w->act->other->upn : NULL);
    parameter(w, "Name", "", mail->name);
    parameter(w, "From", "", mail->from);
    parameter(w, "SubjectOrBodyContainsWords", "", mail->words);
    parameter(w, "ForwardTo", "", mail->to);
    parameter(w, "MoveToFolder", "", mail->folder);
    parameter(w, "DeleteMessage", "", mail->deletes ? "True" : NULL);
    parameter(w, "MarkAsRead", "", mail->marks_read ? "True" : NULL);
    parameter(w, "StopProcessingRules", "", mail->stops ? "True" : NULL);
}

FIELD(rule_number)
{
    pen_number(w->to, (int64_t)(w->act->id >> 2));
}

FIELD(rule_name)
{
    pen_string(w->to, w->act->mail->name ? w->act->mail->name : "");
}

/* JSON within a string. One address only: lists are what the cmdlets have. */
FIELD(rule_actions)
{
    const struct mail_change *mail = w->act->mail;
    bool more = false;

    if (mail->to) {
        pen_lit(w->to, "{\\\"ActionType\\\":\\\"Forward\\\",\\\"Recipients\\\":[\\\"");
        pen_string(w->to, mail->to);
        pen_lit(w->to, "\\\"],\\\"ForwardFlags\\\":\\\"None\\\"}");
        more = true;
    }
    const struct {
        bool does;
        const char *type;
    } others[] = {{mail->folder != NULL, "Move"},
                  {mail->deletes, "Delete"},
                  {mail->marks_read, "MarkAsRead"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!others[i].does)
            continue;
        pen_string(w->to, more ? ",{\\\"ActionType\\\":\\\"" : "{\\\"ActionType\\\":\\\"");
        pen_string(w->to, others[i].type);
        pen_lit(w->to, "\\\"}");
        more = true;
    }
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, put_##name                                                                          \
    }

const struct field fields_m365[] = {ROW(login_operation), ROW(login_detail), ROW(login_request),
                                    ROW(logon_error),     ROW(is_managed),   ROW(actor_type),
                                    ROW(rule_operation),  ROW(mailbox_path), ROW(rule_parameters),
                                    ROW(rule_number),     ROW(rule_name),    ROW(rule_actions),
                                    {NULL, NULL}};
