/* SPDX-License-Identifier: Apache-2.0
 *
 * Elastic Common Schema: events of the category authentication, whoever shipped them, with nested
 * or flat keys. Where event.original holds a record of a format known here, that format reads it
 * and nothing of the ECS part is kept.
 *
 * Sources: Elastic, "ECS field reference" and "ECS categorization fields", 8.x; Winlogbeat's
 * security module for winlog.event_data; read 2025.
 */
#include "parsers/codes/failure.h"
#include "parsers/codes/logon_status.h"
#include "parsers/codes/microsoft.h"
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/inside.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

enum {
    ECS_EVENT,
    ECS_DATASET,
    ECS_ORIGINAL,
    ECS_WINDOWS,
    ECS_TIME,
    ECS_CATEGORY,
    ECS_TYPE,
    ECS_OUTCOME,
    ECS_MAIL,
    ECS_USER_NAME,
    ECS_USER_DOMAIN,
    ECS_USER_ID,
    ECS_IP,
    ECS_RELATED_IP,
    ECS_PORT,
    ECS_SUB_STATUS,
    ECS_STATUS,
    ECS_WHY,
    ECS_SSH_EVENT,
    ECS_SSH_METHOD,
    ECS_FILL, /* from here on straight into struct event */
    ECS_CODE = ECS_FILL,
    ECS_TENANT,
    ECS_USER_AGENT,
    ECS_APP,
    ECS_EVENT_ID,
    ECS_HOST,
    ECS_ACTION,
    ECS_PATHS_N
};

/* Nested, or one name with dots. */
#define BOTH(name) name " / '" name "'"

static const struct parser_path paths[ECS_PATHS_N] = {
    [ECS_EVENT] = {"event", 0},
    [ECS_DATASET] = {BOTH("event.dataset"), 0},
    [ECS_ORIGINAL] = {BOTH("event.original"), 0},
    [ECS_WINDOWS] = {"winlog.event_id", 0},
    [ECS_TIME] = {"@timestamp", 0},
    [ECS_CATEGORY] = {BOTH("event.category"), 0},
    [ECS_TYPE] = {BOTH("event.type"), 0},
    [ECS_OUTCOME] = {BOTH("event.outcome"), 0},
    [ECS_MAIL] = {BOTH("user.email"), 0},
    [ECS_USER_NAME] = {BOTH("user.name"), 0},
    [ECS_USER_DOMAIN] = {BOTH("user.domain"), 0},
    [ECS_USER_ID] = {BOTH("user.id"), 0},
    [ECS_IP] = {BOTH("source.ip") " / " BOTH("client.ip"), 0},
    [ECS_RELATED_IP] = {BOTH("related.ip"), 0},
    [ECS_PORT] = {BOTH("source.port"), 0},
    [ECS_SUB_STATUS] = {"winlog.event_data.SubStatus", 0},
    [ECS_STATUS] = {"winlog.event_data.Status", 0},
    /* Of the vendor's code, where the module of a vendor keeps it; then of words. */
    [ECS_WHY] = {"azure.signinlogs.properties.status.error_code / azure.signinlogs.result_type / "
                 "o365.audit.ErrorNumber / o365.audit.LogonError / okta.outcome.reason / "
                 "google_workspace.login.failure_type / winlog.logon.failure.sub_status / "
                 "winlog.logon.failure.reason / " BOTH("event.reason") " / " BOTH("error.message"),
                 0},
    [ECS_SSH_EVENT] = {BOTH("system.auth.ssh.event"), 0},
    [ECS_SSH_METHOD] = {BOTH("system.auth.ssh.method"), 0},
    [ECS_CODE] = {BOTH("event.code") " / " BOTH("error.code"), EVENT(code)},
    [ECS_TENANT] = {BOTH("organization.id") " / " BOTH("cloud.account.id"), EVENT(tenant)},
    [ECS_USER_AGENT] = {BOTH("user_agent.original"), EVENT(user_agent)},
    [ECS_APP] = {BOTH("service.name") " / " BOTH("event.provider"), EVENT(app)},
    [ECS_EVENT_ID] = {BOTH("event.id"), EVENT(event_id)},
    /* Where the event happened; shippers leave out their own for what they fetched elsewhere. */
    [ECS_HOST] = {BOTH("host.hostname") " / " BOTH("host.name"), EVENT(host)},
    [ECS_ACTION] = {BOTH("event.action"), EVENT(operation)},
};

static bool is_object(const struct record *record, uint32_t node)
{
    return node != 0 && record->doc->nodes[node].type == JSON_OBJECT;
}

/* Not the collector's {"event":"text"}, no event of Windows that nobody has given a category, and
 * nothing whose original another format can read. */
static bool claims(const struct record *record)
{
    if (record_find(record, ECS_WINDOWS) != 0 && record_find(record, ECS_CATEGORY) == 0)
        return false;
    bool flat = record_find(record, ECS_CATEGORY) != 0 || record_find(record, ECS_ACTION) != 0;
    struct record original;
    return (is_object(record, record_find(record, ECS_EVENT)) || flat) &&
           !record_inside(record, ECS_ORIGINAL, NULL, &original);
}

/* What a shipper sends to a server that is to take it apart: no category yet. */
static bool hollow(const struct record *record)
{
    return record_node(record, ECS_CATEGORY) == 0;
}

/* A word, or a list that has it. */
static bool has_word(const struct record *record, unsigned path, struct slice word)
{
    uint32_t list = record_node(record, path);
    if (list == 0 || record->doc->nodes[list].type != JSON_ARRAY)
        return slice_equal_nocase(record_text(record, path), word);
    for (uint32_t pos = 0, i; (i = record_entry(record, list, &pos)) != 0;)
        if (slice_equal_nocase(text_trim(record_raw(record, i)), word))
            return true;
    return false;
}

static bool contains_nocase(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (slice_starts_nocase((struct slice){text.ptr + i, text.len - i}, word))
            return true;
    return false;
}

static bool says_one_of(struct slice action, const char *const *words)
{
    for (; *words != NULL; words++)
        if (contains_nocase(action, slice_of(*words)))
            return true;
    return false;
}

/* The beginning of a session, or, as many modules write it, information on how an attempt ended.
 * Logging off has the category as well, and so has what PAM does with credentials around a sign-in
 * (the audit daemon's acquired-credentials); without a type the action must at least not say that.
 */
static bool is_sign_in(const struct record *record, struct slice action)
{
    static const char *const in[] = {"login", "logon", "sign-in", NULL};
    static const char *const out[] = {"logout", "log-out",  "logged-out",
                                      "logoff", "sign-out", NULL};
    static const char *const around[] = {"acquired-",   "disposed-", "refreshed-", "changed-",
                                         "negotiated-", "ended-",    NULL};
    if (!has_word(record, ECS_CATEGORY, SLICE("authentication")))
        return false;
    if (record_node(record, ECS_TYPE) == 0)
        return !says_one_of(action, out);
    if (has_word(record, ECS_TYPE, SLICE("start")) || says_one_of(action, in))
        return true;
    struct slice outcome = record_text(record, ECS_OUTCOME);
    bool ended = slice_equal_nocase(outcome, SLICE("success")) ||
                 slice_equal_nocase(outcome, SLICE("failure"));
    return ended && has_word(record, ECS_TYPE, SLICE("info")) &&
           !has_word(record, ECS_TYPE, SLICE("end")) && !says_one_of(action, out) &&
           !says_one_of(action, around);
}

static struct slice user_of(const struct record *record)
{
    struct slice user = record_lower(record, ECS_MAIL);
    if (user.ptr != NULL)
        return user;
    user = record_account(record, record_text(record, ECS_USER_NAME),
                          record_text(record, ECS_USER_DOMAIN));
    return user.ptr != NULL ? user : record_lower(record, ECS_USER_ID);
}

/* related.ip holds every address of the event, so it says who only if it holds one. */
static void fill_ip(const struct record *record, struct event *ev)
{
    record_ip(record, ECS_IP, ev);
    if (ev->has_ip) {
        ev->port = ev->port != 0 ? ev->port : record_port(record, ECS_PORT);
        return;
    }
    uint32_t list = record_node(record, ECS_RELATED_IP), pos = 0;
    bool one = list != 0 && record->doc->nodes[list].type != JSON_ARRAY;
    if (!one)
        one = record_entry(record, list, &pos) != 0 && record_entry(record, list, &pos) == 0;
    if (one)
        record_ip(record, ECS_RELATED_IP, ev);
}

/* A line of sshd that a pipeline has cut: a key that does not fit is no guess. */
static bool is_key(const struct record *record)
{
    struct slice method = record_text(record, ECS_SSH_METHOD);
    return method.ptr != NULL && !slice_equal_nocase(method, SLICE("password")) &&
           !slice_starts_nocase(method, SLICE("keyboard-interactive"));
}

static struct reason failure_of(const struct record *record)
{
    struct reason reason;
    static const unsigned from[] = {ECS_SUB_STATUS, ECS_STATUS, ECS_CODE};
    for (size_t i = 0; i < 3; i++)
        if (reason_of_logon_status(record_text(record, from[i]), &reason))
            return reason;
    struct slice why = record_text(record, ECS_WHY), ssh = record_text(record, ECS_SSH_EVENT);
    if (slice_equal_nocase(ssh, SLICE("Invalid")))
        return (struct reason)VENDOR_FAILED(UNKNOWN_USER);
    if (is_key(record))
        return (struct reason)VENDOR_FAILED(CLIENT);
    if (slice_equal_nocase(ssh, SLICE("Failed")))
        return (struct reason)VENDOR_FAILED(WRONG_PASSWORD);
    if (why.ptr == NULL && record_text(record, ECS_STATUS).ptr != NULL)
        why = record_text(record, ECS_STATUS); /* a status that the table does not know */
    return reason_of_logon_error(why, &reason) ? reason : failure_of_text(why);
}

static struct reason reason_of(const struct record *record)
{
    struct slice outcome = record_text(record, ECS_OUTCOME);
    if (slice_equal_nocase(outcome, SLICE("success")))
        return (struct reason){REASON_OK, OUTCOME_SUCCESS, true};
    if (!slice_equal_nocase(outcome, SLICE("failure")))
        return (struct reason){REASON_NONE, OUTCOME_UNKNOWN, false};
    return failure_of(record);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, ECS_FILL, ECS_PATHS_N, ev);
    if (!is_sign_in(record, ev->operation))
        return PARSE_IGNORED;
    ev->kind = KIND_SIGN_IN;
    ev->user = user_of(record);
    fill_ip(record, ev);
    microsoft_judge(reason_of(record), ev);
    return record_time(record, ECS_TIME, ev);
}

const struct parser parser_ecs = {
    .name = "ecs",
    .summary = "Elastic Common Schema: authentication events, nested or flat",
    .signs = (const char *const[]){"@timestamp event ecs|user|source|user.name|source.ip",
                                   "@timestamp event.category|event.action "
                                   "ecs|ecs.version|user|source|user.name|source.ip",
                                   NULL},
    .paths = paths,
    .paths_n = ECS_PATHS_N,
    .claims = claims,
    .hollow = hollow,
    .tells = {ECS_DATASET, ECS_CATEGORY, ECS_ACTION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields = "tenant user ip port host outcome reason code app user_agent operation event_id",
    .example = "{\"@timestamp\":\"2025-03-04T05:06:07.123Z\",\"ecs\":{\"version\":\"8.11.0\"},"
               "\"event\":{\"category\":[\"authentication\"],\"type\":[\"start\"],"
               "\"outcome\":\"failure\",\"id\":\"e1\"},"
               "\"user\":{\"email\":\"anna@contoso.com\"},"
               "\"source\":{\"ip\":\"203.0.113.7\"}}",
    .page = "https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html",
};
