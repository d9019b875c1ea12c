/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes an event of a story as the record that a vendor would have logged for it: a sign-in as an
 * Entra diagnostic record, a step of a second factor as one of Auth0, or as OCSF where it says no
 * reason, the use of a token as Graph activity, acts on mail as Microsoft 365 audit records. So
 * each story also runs from bytes, through the parsers.
 */
#ifndef TESTS_SCENARIO_RECORDS_H
#define TESTS_SCENARIO_RECORDS_H

#include "parsers/values/event.h"
#include "parsers/values/timestamp.h"
#include "plugin/base/json_write.h"

#include <string.h>

enum { RECORD_TEXT_MAX = 8192 };

static inline void record_when(struct json_out *out, const char *key, int64_t time_ms)
{
    char text[TIMESTAMP_TEXT_MAX];
    timestamp_format(time_ms, text);
    json_member_text(out, key, text);
}

static inline void record_address(struct json_out *out, const char *key, const struct event *ev)
{
    char text[IP_TEXT_MAX];
    if (!ev->has_ip)
        return;
    ip_format(&ev->ip, text);
    json_member_text(out, key, text);
}

static inline const char *record_denial(enum event_denial denial)
{
    static const char *const details[] = {
        [DENIAL_ABSENT] = NULL,
        [DENIAL_REFUSED] = "MFA denied; user declined the authentication",
        [DENIAL_TIMEOUT] = "MFA denied; user did not respond to mobile app notification",
        [DENIAL_FRAUD] = "MFA denied; Fraud reported by the user",
        [DENIAL_CODE] = "MFA denied; wrong verification code entered"};
    return details[denial];
}

static inline const char *record_access(enum event_access access)
{
    static const char *const names[] = {[ACCESS_ABSENT] = NULL,
                                        [ACCESS_SUCCESS] = "success",
                                        [ACCESS_FAILURE] = "failure",
                                        [ACCESS_NOT_APPLIED] = "notApplied",
                                        [ACCESS_REPORT_ONLY] = "reportOnlyFailure"};
    return names[access];
}

static inline void record_device(struct json_out *out, const struct event *ev)
{
    json_key(out, "deviceDetail");
    json_begin_object(out);
    json_member_string(out, "deviceId", ev->device);
    if (ev->managed_device)
        json_member_bool(out, "isManaged", true);
    json_end_object(out);
}

static inline void record_status(struct json_out *out, const struct event *ev)
{
    json_key(out, "status");
    json_begin_object(out);
    json_member_string(out, "errorCode", ev->code.len ? ev->code : SLICE("0"));
    json_member_text(out, "additionalDetails", record_denial(ev->denial));
    json_end_object(out);
}

static inline void record_entra(struct json_out *out, const struct event *ev)
{
    bool alone = ev->interactive == TRI_FALSE;
    record_when(out, "time", ev->time_ms + 90000); /* shipped later */
    json_member_text(out, "category", alone ? "NonInteractiveUserSignInLogs" : "SignInLogs");
    json_member_text(out, "operationName", "Sign-in activity");
    json_member_string(out, "tenantId", ev->tenant);
    record_address(out, "callerIpAddress", ev);
    json_key(out, "properties");
    json_begin_object(out);
    json_member_string(out, "id", ev->event_id);
    record_when(out, "createdDateTime", ev->time_ms);
    json_member_string(out, "userPrincipalName", ev->user);
    record_address(out, "ipAddress", ev);
    record_status(out, ev);
    json_member_string(out, "clientAppUsed", ev->client);
    json_member_string(out, "userAgent", ev->user_agent);
    json_member_string(out, "appId", ev->app_id);
    json_member_string(out, "appDisplayName", ev->app);
    record_device(out, ev);
    json_member_bool(out, "isInteractive", !alone);
    if (ev->factor != FACTOR_ABSENT)
        json_member_text(out, "authenticationRequirement",
                         ev->factor == FACTOR_MULTI ? "multiFactorAuthentication"
                                                    : "singleFactorAuthentication");
    json_member_string(out, "authenticationProtocol", ev->protocol);
    json_member_text(out, "conditionalAccessStatus", record_access(ev->access));
    json_member_string(out, "sessionId", ev->session);
    json_end_object(out);
}

/* A failure without a reason: Entra always gives one. */
static inline void record_ocsf(struct json_out *out, const struct event *ev)
{
    json_member_i64(out, "class_uid", 3002);
    json_member_i64(out, "activity_id", 1);
    json_member_i64(out, "time", ev->time_ms);
    json_member_i64(out, "status_id", 2);
    json_key(out, "metadata");
    json_begin_object(out);
    json_member_string(out, "uid", ev->event_id);
    json_member_string(out, "tenant_uid", ev->tenant);
    json_end_object(out);
    json_key(out, "user");
    json_begin_object(out);
    json_member_string(out, "name", ev->user);
    json_end_object(out);
    json_key(out, "src_endpoint");
    json_begin_object(out);
    record_address(out, "ip", ev);
    json_end_object(out);
}

/* A step of a second factor. */
static inline void record_auth0(struct json_out *out, const struct event *ev)
{
    json_member_string(out, "log_id", ev->event_id);
    json_key(out, "data");
    json_begin_object(out);
    record_when(out, "date", ev->time_ms);
    json_member_text(out, "type",
                     ev->prompted                     ? "gd_send_pn"
                     : ev->outcome == OUTCOME_SUCCESS ? "gd_auth_succeed"
                                                      : "gd_auth_rejected");
    record_address(out, "ip", ev);
    json_member_string(out, "user_name", ev->user);
    json_member_string(out, "tenant_name", ev->tenant);
    json_member_string(out, "log_id", ev->event_id);
    json_end_object(out);
}

static inline void record_graph(struct json_out *out, const struct event *ev)
{
    record_when(out, "time", ev->time_ms + 90000);
    json_member_text(out, "category", "MicrosoftGraphActivityLogs");
    json_member_string(out, "tenantId", ev->tenant);
    json_key(out, "properties");
    json_begin_object(out);
    record_when(out, "timeGenerated", ev->time_ms);
    json_member_string(out, "requestId", ev->event_id);
    json_member_text(out, "requestMethod", "GET");
    json_member_text(out, "requestUri", "https://graph.microsoft.com/v1.0/me/messages");
    json_member_i64(out, "responseStatusCode", 200);
    json_member_string(out, "userId", ev->user);
    json_member_string(out, "C_Sid", ev->session);
    json_member_string(out, "appId", ev->app_id);
    json_member_string(out, "userAgent", ev->user_agent);
    record_address(out, "ipAddress", ev);
    json_end_object(out);
}

/* A change of an account, by its user. */
static inline void record_audit(struct json_out *out, const struct event *ev)
{
    record_when(out, "time", ev->time_ms + 90000);
    json_member_text(out, "category", "AuditLogs");
    json_member_string(out, "operationName", ev->operation);
    json_member_string(out, "tenantId", ev->tenant);
    json_key(out, "properties");
    json_begin_object(out);
    json_member_string(out, "id", ev->event_id);
    record_when(out, "activityDateTime", ev->time_ms);
    json_member_string(out, "activityDisplayName", ev->operation);
    json_member_text(out, "result", ev->outcome == OUTCOME_SUCCESS ? "success" : "failure");
    json_key(out, "initiatedBy");
    json_begin_object(out);
    json_key(out, "user");
    json_begin_object(out);
    json_member_string(out, "userPrincipalName", ev->user);
    record_address(out, "ipAddress", ev);
    json_end_object(out);
    json_end_object(out);
    json_end_object(out);
}

/* --- Microsoft 365 --- */

static inline void record_parameter(struct json_out *out, const char *name, struct slice value)
{
    json_begin_object(out);
    json_member_text(out, "Name", name);
    json_key(out, "Value");
    json_string(out, value);
    json_end_object(out);
}

static inline void record_list(struct json_out *out, const char *name, const struct slice *items,
                               uint8_t n)
{
    char text[2048];
    size_t len = 0;
    for (uint8_t i = 0; i < n && len + items[i].len + 1 < sizeof text; i++) {
        if (i > 0)
            text[len++] = ';';
        memcpy(text + len, items[i].ptr, items[i].len);
        len += items[i].len;
    }
    if (n > 0)
        record_parameter(out, name, (struct slice){text, len});
}

static inline void record_rule(struct json_out *out, const struct event *ev)
{
    const struct event_mail *mail = &ev->mail;
    const char *to = mail->as_attachment ? "ForwardAsAttachmentTo"
                     : mail->redirects   ? "RedirectTo"
                                         : "ForwardTo";
    if (mail->rule.ptr)
        record_parameter(out, "Name", mail->rule);
    record_list(out, to, mail->destinations, mail->destinations_n);
    record_list(out, "SubjectOrBodyContainsWords", mail->words, mail->words_n);
    if (mail->folder.len)
        record_parameter(out, "MoveToFolder", mail->folder);
    if (mail->deletes)
        record_parameter(out, "DeleteMessage", SLICE("True"));
    if (mail->marks_read)
        record_parameter(out, "MarkAsRead", SLICE("True"));
    if (mail->stops)
        record_parameter(out, "StopProcessingRules", SLICE("True"));
    if (mail->narrowed)
        record_parameter(out, "HasAttachment", SLICE("True"));
}

static inline void record_parameters(struct json_out *out, const struct event *ev)
{
    const struct event_mail *mail = &ev->mail;
    json_key(out, "Parameters");
    json_begin_array(out);
    if (mail->mailbox.len)
        record_parameter(out, ev->kind == KIND_MAILBOX_RULE ? "Mailbox" : "Identity",
                         mail->mailbox);
    if (ev->kind == KIND_MAILBOX_RULE)
        record_rule(out, ev);
    else if (ev->kind == KIND_TRANSPORT_RULE && mail->destinations_n > 0)
        record_list(out, "BlindCopyTo", mail->destinations, mail->destinations_n);
    else if (ev->kind == KIND_TRANSPORT_RULE)
        record_parameter(out, "AutoForwardEnabled",
                         mail->forwards ? SLICE("True") : SLICE("False"));
    else if (mail->destinations_n > 0)
        record_list(out, "ForwardingSmtpAddress", mail->destinations, mail->destinations_n);
    else
        record_parameter(out, "ForwardingSmtpAddress", SLICE(""));
    json_end_array(out);
}

static inline const char *record_operation(const struct event *ev)
{
    switch (ev->kind) {
    case KIND_MAIL_ACCESS:
        return "MailItemsAccessed";
    case KIND_MAILBOX_FORWARDING:
        return "Set-Mailbox";
    case KIND_TRANSPORT_RULE:
        return ev->mail.destinations_n > 0 ? "New-TransportRule" : "Set-RemoteDomain";
    default:
        return ev->mail.removed ? "Remove-InboxRule"
               : ev->mail.made  ? "New-InboxRule"
                                : "Set-InboxRule";
    }
}

static inline void record_o365(struct json_out *out, const struct event *ev)
{
    bool read = ev->kind == KIND_MAIL_ACCESS;
    record_when(out, "CreationTime", ev->time_ms);
    json_member_string(out, "Id", ev->event_id);
    json_member_text(out, "Operation", record_operation(ev));
    json_member_string(out, "OrganizationId", ev->tenant);
    json_member_i64(out, "RecordType", read ? 50 : 1);
    json_member_text(out, "ResultStatus", ev->outcome == OUTCOME_SUCCESS ? "True" : "False");
    json_member_text(out, "Workload", "Exchange");
    json_member_i64(out, "UserType", ev->mail.by_admin ? 2 : 0);
    json_member_string(out, "UserId", ev->user);
    record_address(out, read ? "ClientIPAddress" : "ClientIP", ev);
    json_member_string(out, "SessionId", ev->session);
    if (read)
        json_member_string(out, "ActorInfoString", ev->user_agent);
    else
        record_parameters(out, ev);
}

/* The record; false: there is none for events of this kind. */
static inline bool record_text_of(const struct event *ev, char text[static RECORD_TEXT_MAX],
                                  size_t *ret_len)
{
    struct json_out out = json_begin(text, RECORD_TEXT_MAX);
    json_begin_object(&out);
    if (ev->kind == KIND_SIGN_IN && ev->reason == REASON_UNSAID)
        record_ocsf(&out, ev);
    else if (ev->kind == KIND_SIGN_IN)
        record_entra(&out, ev);
    else if (ev->kind == KIND_MFA)
        record_auth0(&out, ev);
    else if (ev->kind == KIND_TOKEN_USE)
        record_graph(&out, ev);
    else if (ev->kind == KIND_ACCOUNT_CHANGE)
        record_audit(&out, ev);
    else if (ev->kind == KIND_MAIL_ACCESS || ev->kind == KIND_MAILBOX_RULE ||
             ev->kind == KIND_MAILBOX_FORWARDING || ev->kind == KIND_TRANSPORT_RULE)
        record_o365(&out, ev);
    else
        return false;
    json_end_object(&out);
    *ret_len = out.len;
    return json_complete(&out);
}

#endif
