/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of what an event can be, as `spoor parse`, findings, metrics and the docs write them.
 * A value without a name is not printed. Values outside the lists have none.
 */
#include "parsers/values/event.h"

static const char *const kind_names[KIND_N] = {
    [KIND_SIGN_IN] = "sign_in",
    [KIND_MFA] = "mfa",
    [KIND_TOKEN_USE] = "token_use",
    [KIND_MAIL_ACCESS] = "mail_access",
    [KIND_MAILBOX_RULE] = "mailbox_rule",
    [KIND_MAILBOX_FORWARDING] = "mailbox_forwarding",
    [KIND_MAILBOX_PERMISSION] = "mailbox_permission",
    [KIND_TRANSPORT_RULE] = "transport_rule",
    [KIND_ACCOUNT_CHANGE] = "account_change",
    [KIND_RISK] = "risk",
};

static const char *const outcome_names[OUTCOME_N] = {
    [OUTCOME_UNKNOWN] = "unknown",
    [OUTCOME_SUCCESS] = "success",
    [OUTCOME_FAILURE] = "failure",
    [OUTCOME_INTERRUPTED] = "interrupted",
};

static const char *const reason_class_names[REASON_N] = {
    [REASON_OK] = "ok",
    [REASON_WRONG_PASSWORD] = "wrong_password",
    [REASON_UNKNOWN_USER] = "unknown_user",
    [REASON_LOCKED] = "locked",
    [REASON_DISABLED] = "disabled",
    [REASON_PASSWORD_OK] = "password_ok",
    [REASON_MFA_DENIED] = "mfa_denied",
    [REASON_INTERRUPT] = "interrupt",
    [REASON_TOKEN] = "token",
    [REASON_CLIENT] = "client",
    [REASON_THROTTLED] = "throttled",
    [REASON_DEVICE_CODE] = "device_code",
    [REASON_FAULT] = "fault",
    [REASON_UNKNOWN] = "unknown",
    [REASON_UNSAID] = "unknown",
};

static const char *const factor_names[FACTOR_N] = {
    [FACTOR_SINGLE] = "single",
    [FACTOR_MULTI] = "multi",
    [FACTOR_UNKNOWN] = "unknown",
};

static const char *const control_names[CONTROL_N] = {
    [CONTROL_FACTOR] = "factor",     [CONTROL_ENROLMENT] = "enrolment",
    [CONTROL_POLICY] = "policy",     [CONTROL_DEVICE] = "device",
    [CONTROL_LOCATION] = "location", [CONTROL_RISK] = "risk",
    [CONTROL_PASSWORD] = "password", [CONTROL_ASSIGNMENT] = "assignment",
    [CONTROL_CONSENT] = "consent",
};

static const char *const change_names[CHANGE_N] = {
    [CHANGE_FACTOR_ADDED] = "factor_added",
    [CHANGE_FACTOR_CHANGED] = "factor_changed",
    [CHANGE_FACTOR_REMOVED] = "factor_removed",
    [CHANGE_FACTOR_OFF] = "factor_off",
    [CHANGE_RECOVERY] = "recovery",
    [CHANGE_PASSWORD] = "password",
    [CHANGE_SESSIONS] = "sessions",
    [CHANGE_DEVICE] = "device",
    [CHANGE_CONSENT] = "consent",
    [CHANGE_GRANT] = "grant",
    [CHANGE_CREDENTIAL] = "credential",
    [CHANGE_ROLE] = "role",
    [CHANGE_ROLE_REMOVED] = "role_removed",
    [CHANGE_ACCOUNT] = "account",
    [CHANGE_MAIL_RULE] = "mail_rule",
    [CHANGE_MAIL_FORWARDING] = "mail_forwarding",
    [CHANGE_MAIL_PERMISSION] = "mail_permission",
    [CHANGE_MAIL_FLOW] = "mail_flow",
};

static const char *const legacy_names[LEGACY_N] = {
    [LEGACY_ACTIVESYNC] = "activesync",
    [LEGACY_AUTODISCOVER] = "autodiscover",
    [LEGACY_EWS] = "ews",
    [LEGACY_IMAP] = "imap",
    [LEGACY_MAPI] = "mapi",
    [LEGACY_OUTLOOK] = "outlook",
    [LEGACY_POP] = "pop",
    [LEGACY_POWERSHELL] = "powershell",
    [LEGACY_SMTP] = "smtp",
    [LEGACY_OTHER] = "other",
    [LEGACY_UNNAMED] = "unnamed",
};

const char *event_kind_name(enum event_kind kind)
{
    return (unsigned)kind < KIND_N ? kind_names[kind] : NULL;
}

const char *event_outcome_name(enum event_outcome outcome)
{
    return (unsigned)outcome < OUTCOME_N ? outcome_names[outcome] : NULL;
}

const char *event_reason_name(enum event_reason reason)
{
    return (unsigned)reason < REASON_N ? reason_class_names[reason] : NULL;
}

const char *event_factor_name(enum event_factor factor)
{
    return (unsigned)factor < FACTOR_N ? factor_names[factor] : NULL;
}

bool event_reason_is_guess(enum event_reason reason)
{
    return reason == REASON_WRONG_PASSWORD || reason == REASON_UNSAID;
}

const char *event_control_name(enum event_control control)
{
    return (unsigned)control < CONTROL_N ? control_names[control] : NULL;
}

const char *event_change_name(enum event_change change)
{
    return (unsigned)change < CHANGE_N ? change_names[change] : NULL;
}

const char *event_legacy_name(enum event_legacy legacy)
{
    return (unsigned)legacy < LEGACY_N ? legacy_names[legacy] : NULL;
}
