/* SPDX-License-Identifier: Apache-2.0
 *
 * Open Cybersecurity Schema Framework: Authentication (class 3002), and those activities of Account
 * Change (3001) that touch passwords, factors and policies. Other classes are not ours, our own
 * findings (2004) among them. Versions 1.0 to 1.x differ in optional objects only.
 *
 * Source: OCSF schema browser, classes "Authentication" and "Account Change", read 2025.
 */
#include "parsers/codes/control.h"
#include "parsers/codes/failure.h"
#include "parsers/codes/microsoft.h"
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

enum {
    OCSF_CLASS,
    OCSF_ACTIVITY,
    OCSF_TIME,
    OCSF_USER,
    OCSF_ACTOR,
    OCSF_IP,
    OCSF_PORT,
    OCSF_STATUS_ID,
    OCSF_STATUS,
    OCSF_STATUS_DETAIL,
    OCSF_IS_MFA,
    OCSF_LOGON_TYPE,
    OCSF_FILL, /* from here on straight into struct event */
    OCSF_TENANT = OCSF_FILL,
    OCSF_CODE,
    OCSF_PROTOCOL,
    OCSF_APP,
    OCSF_USER_AGENT,
    OCSF_SESSION,
    OCSF_DEVICE,
    OCSF_HOST,
    OCSF_EVENT_ID,
    OCSF_OPERATION,
    OCSF_PATHS_N
};

#define USER  "user.email_addr / user.name / user.uid"
#define ACTOR "actor.user.email_addr / actor.user.name / actor.user.uid"

static const struct parser_path paths[OCSF_PATHS_N] = {
    [OCSF_CLASS] = {"class_uid", 0},
    [OCSF_ACTIVITY] = {"activity_id", 0},
    [OCSF_TIME] = {"time / time_dt / metadata.original_time", 0},
    [OCSF_USER] = {USER " / actor.user.name", 0},
    [OCSF_ACTOR] = {ACTOR " / " USER, 0}, /* of an account change: who made it */
    [OCSF_IP] = {"src_endpoint.ip", 0},
    [OCSF_PORT] = {"src_endpoint.port", 0},
    [OCSF_STATUS_ID] = {"status_id", 0},
    [OCSF_STATUS] = {"status", 0},
    [OCSF_STATUS_DETAIL] = {"status_detail", 0},
    [OCSF_IS_MFA] = {"is_mfa", 0},
    [OCSF_LOGON_TYPE] = {"logon_type_id", 0},
    [OCSF_TENANT] = {"metadata.tenant_uid / cloud.account.uid / actor.user.account.uid",
                     EVENT(tenant)},
    [OCSF_CODE] = {"status_code / status_detail", EVENT(code)},
    [OCSF_PROTOCOL] = {"auth_protocol", EVENT(protocol)},
    [OCSF_APP] = {"service.name / dst_endpoint.svc_name", EVENT(app)},
    [OCSF_USER_AGENT] = {"http_request.user_agent", EVENT(user_agent)},
    [OCSF_SESSION] = {"session.uid", EVENT(session)},
    [OCSF_DEVICE] = {"device.uid / device.hostname", EVENT(device)},
    /* Not `device`, which is the client's as often. */
    [OCSF_HOST] = {"dst_endpoint.hostname / dst_endpoint.name", EVENT(host)},
    [OCSF_EVENT_ID] = {"metadata.uid", EVENT(event_id)},
    [OCSF_OPERATION] = {"activity_name / api.operation", EVENT(operation)},
};

static bool is(const struct record *record, unsigned path, const char *word)
{
    return slice_equal_nocase(record_text(record, path), slice_of(word));
}

static bool is_one_of(const struct record *record, unsigned path, const char *const *words)
{
    for (; *words != NULL; words++)
        if (is(record, path, *words))
            return true;
    return false;
}

/* By the number; by the word where it is neither 1 nor 2. */
static enum event_outcome outcome_of(const struct record *record)
{
    if (is(record, OCSF_STATUS_ID, "1"))
        return OUTCOME_SUCCESS;
    if (is(record, OCSF_STATUS_ID, "2"))
        return OUTCOME_FAILURE;
    if (is(record, OCSF_STATUS, "Success"))
        return OUTCOME_SUCCESS;
    return is(record, OCSF_STATUS, "Failure") ? OUTCOME_FAILURE : OUTCOME_UNKNOWN;
}

static struct reason reason_of(const struct record *record, enum event_outcome outcome)
{
    if (outcome == OUTCOME_SUCCESS)
        return (struct reason){REASON_OK, OUTCOME_SUCCESS, true};
    if (outcome == OUTCOME_UNKNOWN)
        return (struct reason){REASON_NONE, OUTCOME_UNKNOWN, false};
    struct reason reason = failure_of_text(record_text(record, OCSF_CODE));
    if (reason.reason == REASON_UNSAID)
        reason = failure_of_text(record_text(record, OCSF_STATUS_DETAIL));
    return reason;
}

/* Interactive, RemoteInteractive, CachedInteractive of Windows; 0 and 99 say nothing. */
static enum event_tri interactive_of(const struct record *record)
{
    uint32_t type = 0;
    if (!text_number(record_text(record, OCSF_LOGON_TYPE), 98, &type) || type == 0)
        return TRI_ABSENT;
    return type == 2 || type == 10 || type == 11 ? TRI_TRUE : TRI_FALSE;
}

static enum event_legacy legacy_of(struct slice protocol)
{
    static const struct {
        const char *begins;
        enum event_legacy legacy;
    } words[] = {{"Basic", LEGACY_UNNAMED},
                 {"IMAP", LEGACY_IMAP},
                 {"POP", LEGACY_POP},
                 {"SMTP", LEGACY_SMTP}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_starts_nocase(protocol, slice_of(words[i].begins)))
            return words[i].legacy;
    return LEGACY_NOT;
}

/* Logon, authentication ticket, service ticket, pre-authentication; not the two ways of logging
 * off. */
static enum parse_answer sign_in(const struct record *record, struct event *ev)
{
    if (!is_one_of(record, OCSF_ACTIVITY, (const char *const[]){"1", "3", "4", "6", NULL}))
        return PARSE_IGNORED;
    ev->kind = KIND_SIGN_IN;
    ev->user = record_lower(record, OCSF_USER);
    microsoft_judge(reason_of(record, outcome_of(record)), ev);
    enum event_tri multi = record_bool(record, OCSF_IS_MFA);
    ev->factor = multi == TRI_TRUE    ? FACTOR_MULTI
                 : multi == TRI_FALSE ? FACTOR_SINGLE
                                      : FACTOR_ABSENT;
    ev->interactive = interactive_of(record);
    ev->legacy = legacy_of(ev->protocol);
    if (ev->control == CONTROL_ABSENT && ev->reason == REASON_PASSWORD_OK)
        ev->control = control_of_code(record_text(record, OCSF_STATUS_DETAIL));
    return record_time(record, OCSF_TIME, ev);
}

/* Password change and reset, policy attached and detached, factor enabled and disabled. */
static enum parse_answer account_change(const struct record *record, struct event *ev)
{
    static const struct change_name changes[] = {
        {"3", CHANGE_PASSWORD},     {"4", CHANGE_PASSWORD},      {"7", CHANGE_ROLE},
        {"8", CHANGE_ROLE_REMOVED}, {"10", CHANGE_FACTOR_ADDED}, {"11", CHANGE_FACTOR_REMOVED},
    };
    ev->change = vendor_change_of(changes, sizeof(changes) / sizeof(changes[0]),
                                  record_text(record, OCSF_ACTIVITY));
    if (ev->change == CHANGE_ABSENT)
        return PARSE_IGNORED;
    ev->kind = KIND_ACCOUNT_CHANGE;
    ev->user = record_lower(record, OCSF_ACTOR);
    ev->outcome = outcome_of(record);
    return record_time(record, OCSF_TIME, ev);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    bool change = is(record, OCSF_CLASS, "3001");
    if (!change && !is(record, OCSF_CLASS, "3002"))
        return PARSE_IGNORED;
    record_fill(record, OCSF_FILL, OCSF_PATHS_N, ev);
    record_ip(record, OCSF_IP, ev);
    if (ev->port == 0)
        ev->port = record_port(record, OCSF_PORT);
    return change ? account_change(record, ev) : sign_in(record, ev);
}

const struct parser parser_ocsf = {
    .name = "ocsf",
    .summary = "OCSF: Authentication (3002), password, factor and policy changes (3001)",
    .signs = (const char *const[]){"class_uid category_uid|type_uid|metadata", NULL},
    .paths = paths,
    .paths_n = OCSF_PATHS_N,
    .tells = {OCSF_CLASS, OCSF_ACTIVITY},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "tenant user ip port host outcome reason code app protocol user_agent session device "
              "factor interactive operation event_id",
    .example = "{\"class_uid\":3002,\"category_uid\":3,\"activity_id\":1,\"time\":1741064767123,"
               "\"metadata\":{\"version\":\"1.1.0\",\"uid\":\"ev1\"},"
               "\"user\":{\"name\":\"anna@contoso.com\"},"
               "\"src_endpoint\":{\"ip\":\"203.0.113.7\"},\"status_id\":2,"
               "\"status_detail\":\"INVALID_CREDENTIALS\"}",
    .page = "https://schema.ocsf.io/1.1.0/classes/authentication",
};
