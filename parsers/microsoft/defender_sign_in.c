/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, table references IdentityLogonEvents, AADSignInEventsBeta and
 * EntraIdSignInEvents, read 2025. FailureReason as Defender for Identity prints it.
 */
#include "parsers/codes/failure.h"
#include "parsers/codes/logon_status.h"
#include "parsers/codes/microsoft.h"
#include "parsers/codes/reason.h"
#include "parsers/microsoft/defender.h"

#define FAILED(class)  REASON_##class, OUTCOME_FAILURE, false
#define STOPPED(class) REASON_##class, OUTCOME_FAILURE, true

static const struct reason_name failures[] = {
    {"AccountDisabled", {FAILED(DISABLED)}},
    {"AccountExpired", {FAILED(DISABLED)}},
    {"AccountLocked", {FAILED(LOCKED)}},
    {"InvalidUserNameOrPassword", {FAILED(WRONG_PASSWORD)}},
    {"OldPassword", {FAILED(WRONG_PASSWORD)}}, /* one that was right once */
    {"PasswordExpired", {STOPPED(PASSWORD_OK)}},
    {"UnknownUser", {FAILED(UNKNOWN_USER)}},
    {"WrongPassword", {FAILED(WRONG_PASSWORD)}},
};

static struct slice user_of(const struct record *record, bool by_name)
{
    struct slice user = record_lower(record, DEFENDER_UPN);
    if (user.ptr == NULL && by_name)
        user = record_joined(record, record_text(record, DEFENDER_NAME),
                             record_text(record, DEFENDER_DOMAIN));
    return user.ptr != NULL ? user : record_lower(record, DEFENDER_OBJECT_ID);
}

/* The envelope's. TenantId of a bare row is the workspace. */
static struct slice tenant_of(const struct record *record)
{
    return record->body != record->root ? record_lower(record, DEFENDER_TENANT)
                                        : (struct slice){NULL, 0};
}

/* The column may list several addresses; then none of them is the client's for certain. */
static void fill_ip(const struct record *record, struct event *ev)
{
    uint32_t list = record_node(record, DEFENDER_IP), pos = 0;
    bool many =
        list != 0 && record_entry(record, list, &pos) != 0 && record_entry(record, list, &pos) != 0;
    struct slice text = record_text(record, DEFENDER_IP);
    for (size_t i = 0; i < text.len; i++)
        many |= text.ptr[i] == ',' || text.ptr[i] == ';';
    if (many)
        return;
    record_ip(record, DEFENDER_IP, ev);
    if (ev->has_ip && ev->port == 0)
        ev->port = record_port(record, DEFENDER_PORT);
}

static struct reason logon_failure(struct slice why)
{
    struct reason reason;
    const size_t n = sizeof(failures) / sizeof(failures[0]);
    return reason_of_name(failures, n, why, &reason) ? reason : failure_of_text(why);
}

static bool judge_logon(struct event *ev)
{
    struct reason reason = {REASON_UNKNOWN, OUTCOME_FAILURE, false};
    if (slice_equal_nocase(ev->operation, SLICE("LogonSuccess")))
        reason = (struct reason){REASON_OK, OUTCOME_SUCCESS, true};
    else if (slice_equal_nocase(ev->operation, SLICE("LogonAttempted")))
        reason = (struct reason){REASON_INTERRUPT, OUTCOME_INTERRUPTED, false};
    else if (slice_equal_nocase(ev->operation, SLICE("LogonFailed")))
        reason = logon_failure(ev->code);
    else
        return false;
    microsoft_judge(reason, ev);
    return true;
}

enum parse_answer defender_logon(const struct record *record, struct event *ev)
{
    record_fill(record, DEFENDER_ACTION, DEFENDER_FAILURE + 1, ev);
    if (!judge_logon(ev))
        return PARSE_IGNORED;
    ev->kind = KIND_SIGN_IN;
    ev->tenant = tenant_of(record);
    ev->user = user_of(record, true);
    fill_ip(record, ev);
    record_fill(record, DEFENDER_LOGON_PROTOCOL, DEFENDER_LOGON_HOST + 1, ev);
    /* "Failed logon" does not say of which type it would have been. */
    if (ev->client.ptr != NULL && !slice_starts_nocase(ev->client, SLICE("Failed")))
        ev->interactive =
            slice_starts_nocase(ev->client, SLICE("Interactive")) ? TRI_TRUE : TRI_FALSE;
    return record_time(record, DEFENDER_TIME, ev);
}

enum parse_answer defender_device_logon(const struct record *record, struct event *ev)
{
    const struct logon_type *type = logon_type_of(record_text(record, DEFENDER_LOGON_TYPE));
    struct slice name = record_text(record, DEFENDER_NAME);
    record_ip(record, DEFENDER_REMOTE_IP, ev);
    record_fill(record, DEFENDER_ACTION, DEFENDER_FAILURE + 1, ev);
    if (type == NULL || !logon_is_remote(ev) || logon_of_a_machine(name) || !judge_logon(ev))
        return PARSE_IGNORED;
    ev->kind = KIND_SIGN_IN;
    ev->tenant = tenant_of(record);
    ev->user = record_lower(record, DEFENDER_UPN);
    if (ev->user.ptr == NULL)
        ev->user = record_account(record, name, record_text(record, DEFENDER_DOMAIN));
    ev->port = record_port(record, DEFENDER_REMOTE_PORT);
    ev->host = record_text(record, DEFENDER_LOGON_DEVICE);
    ev->interactive = type->interactive ? TRI_TRUE : TRI_FALSE;
    record_fill(record, DEFENDER_LOGON_PROTOCOL, DEFENDER_LOGON_ID + 1, ev);
    return record_time(record, DEFENDER_TIME, ev);
}

/* A list as text: ["interactiveUser"]. */
static enum event_tri interactive_of(const struct record *record)
{
    uint32_t list = record_node(record, DEFENDER_LOGON_TYPE), pos = 0;
    struct slice type = record_text(record, DEFENDER_LOGON_TYPE);
    if (list != 0 && record->doc->nodes[list].type == JSON_ARRAY)
        type = record_raw(record, record_entry(record, list, &pos));
    if (type.len == 0)
        return TRI_ABSENT;
    return slice_equal_nocase(type, SLICE("interactiveUser")) ? TRI_TRUE : TRI_FALSE;
}

/* Policies applied, failed, not applied. */
static enum event_access access_of(struct slice status)
{
    if (status.len != 1 || *status.ptr < '0' || *status.ptr > '2')
        return ACCESS_ABSENT;
    static const enum event_access accesses[] = {ACCESS_SUCCESS, ACCESS_FAILURE,
                                                 ACCESS_NOT_APPLIED};
    return accesses[*status.ptr - '0'];
}

static enum parse_answer entra(const struct record *record, struct event *ev)
{
    ev->kind = KIND_SIGN_IN;
    ev->tenant = tenant_of(record);
    fill_ip(record, ev);
    record_fill(record, DEFENDER_ERROR, DEFENDER_ERROR + 1, ev);
    record_fill(record, DEFENDER_PROTOCOL, DEFENDER_ID + 1, ev);
    microsoft_judge(reason_of_microsoft_code(ev->code), ev);
    ev->access = access_of(record_text(record, DEFENDER_ACCESS));
    return record_time(record, DEFENDER_TIME, ev);
}

enum parse_answer defender_sign_in(const struct record *record, struct event *ev)
{
    enum parse_answer answer = entra(record, ev);
    ev->user = user_of(record, false);
    ev->program = microsoft_is_program(ev->user);
    ev->factor = microsoft_factor(record_text(record, DEFENDER_REQUIREMENT));
    ev->interactive = interactive_of(record);
    if (ev->interactive == TRI_ABSENT && slice_equal_nocase(ev->protocol, SLICE("OAuth2:Token")))
        ev->interactive = TRI_FALSE;
    ev->managed_device = record_bool(record, DEFENDER_MANAGED) == TRI_TRUE ||
                         record_bool(record, DEFENDER_COMPLIANT) == TRI_TRUE;
    ev->ropc = microsoft_is_ropc_agent(ev->user_agent) ||
               (slice_equal_nocase(ev->protocol, SLICE("OAuth2:Token")) &&
                microsoft_is_password_check(ev->reason));
    ev->legacy = microsoft_legacy(ev->client, ev->user_agent);
    return answer;
}

enum parse_answer defender_principal(const struct record *record, struct event *ev)
{
    enum parse_answer answer = entra(record, ev);
    ev->device = (struct slice){NULL, 0};
    ev->interactive = TRI_FALSE;
    return answer;
}
