/* SPDX-License-Identifier: Apache-2.0
 *
 * Google Workspace activities: the Reports API (one activity, several events), the same as shippers
 * flatten it (one event at the top) and Cloud Logging (the events in protoPayload.metadata). Each
 * event is a record of its own.
 *
 * Sources: Google for Developers, "Reports API: Activities" and "Login Audit Activity Events",
 * "SAML", "Token" and "Admin" event references; Google Cloud, "Google Workspace audit logging",
 * read 2025.
 */
#include "parsers/formats/google.h"

#include "parsers/reader/formats.h"
#include "parsers/values/timestamp.h"

#define EVENT(name) offsetof(struct event, name)
#define META        "^protoPayload.metadata."

const struct parser_path google_paths[GOOGLE_PATHS_N] = {
    [GOOGLE_KIND] = {"^kind", 0},
    [GOOGLE_ID_NAME] = {"^id.applicationName", 0},
    [GOOGLE_NAME_OR_EVENTS] = {"^events / ^name", 0},
    [GOOGLE_PAYLOAD] = {"^protoPayload", 0},
    [GOOGLE_BESIDE] = {"^logName / ^insertId / ^timestamp / ^resource / ^protoPayload.serviceName",
                       0},
    [GOOGLE_SERVICE] = {"^protoPayload.serviceName", 0},
    [GOOGLE_ACTS] = {"^events / " META "event", 0},
    [GOOGLE_TIME] = {"^id.time / ^timestamp / " META "activityId.timeUsec", 0},
    [GOOGLE_TENANT] = {"^id.customerId / ^ownerDomain", 0},
    [GOOGLE_RESOURCE] = {"^protoPayload.resourceName", 0},
    [GOOGLE_USER] = {"^actor.email / ^protoPayload.authenticationInfo.principalEmail", 0},
    [GOOGLE_PROFILE] = {"^actor.profileId", 0},
    [GOOGLE_IP] = {"^ipAddress / ^protoPayload.requestMetadata.callerIp", 0},
    [GOOGLE_METHOD] = {"^protoPayload.methodName", 0},
    [GOOGLE_QUALIFIER] = {"^id.uniqueQualifier", 0},
    [GOOGLE_INSERT_ID] = {"^insertId", 0},
    [GOOGLE_PARAMETERS] = {"parameters[] / parameter[] / ^events.parameters[]", 0},
    [GOOGLE_VALUE] = {"value", 0},
    [GOOGLE_BOOL] = {"boolValue", 0},
    [GOOGLE_INT] = {"intValue", 0},
    [GOOGLE_MULTI] = {"multiValue", 0},
    /* Shippers that write a record for each event leave an object where the list was. */
    [GOOGLE_OPERATION] = {"name / eventName / ^events.name", EVENT(operation)},
};

/* Google's number of the organisation. */
static struct slice organisation_of(struct slice resource)
{
    struct slice mark = SLICE("organizations/");
    for (size_t i = 0; i + mark.len < resource.len; i++) {
        if (!slice_starts_nocase((struct slice){resource.ptr + i, resource.len - i}, mark))
            continue;
        struct slice number = {resource.ptr + i + mark.len, 0};
        const char *end = resource.ptr + resource.len;
        while (number.ptr + number.len < end && number.ptr[number.len] >= '0' &&
               number.ptr[number.len] <= '9')
            number.len++;
        return number.len > 0 ? number : (struct slice){NULL, 0};
    }
    return (struct slice){NULL, 0};
}

static struct slice tenant_of(const struct record *record)
{
    struct slice tenant = record_text(record, GOOGLE_TENANT);
    return tenant.ptr != NULL ? tenant : organisation_of(record_text(record, GOOGLE_RESOURCE));
}

/* The actor; a warning is about the account it names, whoever caused it. */
static struct slice user_of(const struct record *record, enum event_kind kind)
{
    struct slice actor = record_lower(record, GOOGLE_USER);
    struct slice affected =
        record_lowered(record, google_parameter(record, SLICE("affected_email_address")));
    bool warned = kind == KIND_RISK || actor.ptr == NULL;
    struct slice user = warned && affected.ptr != NULL ? affected : actor;
    return user.ptr != NULL ? user : record_text(record, GOOGLE_PROFILE);
}

/* "loginFailure" of google.login.LoginService.loginFailure. */
static struct slice method_of(const struct record *record)
{
    struct slice method = record_text(record, GOOGLE_METHOD);
    for (size_t i = method.len; i > 0; i--)
        if (method.ptr[i - 1] == '.')
            return (struct slice){method.ptr + i, method.len - i};
    return method;
}

/* id "/" number of the event; an activity has one id for all its events. */
static struct slice numbered(const struct record *record, struct slice id)
{
    char digits[10];
    size_t n = 0;
    uint32_t act = record->act;
    do
        digits[sizeof(digits) - ++n] = (char)('0' + act % 10);
    while ((act /= 10) > 0);
    char *to = arena_text(record->doc->arena, id.len + 1 + n);
    if (to == NULL) {
        record->doc->starved = true;
        return (struct slice){NULL, 0};
    }
    memcpy(to, id.ptr, id.len);
    to[id.len] = '/';
    memcpy(to + id.len + 1, digits + sizeof(digits) - n, n);
    return text_cut((struct slice){to, id.len + 1 + n}, READER_TEXT_MAX);
}

static struct slice event_id_of(const struct record *record)
{
    bool entry = record->body != record->root;
    struct slice id = record_text(record, GOOGLE_QUALIFIER);
    if (id.ptr != NULL)
        return entry ? numbered(record, id) : id;
    id = record_text(record, GOOGLE_INSERT_ID);
    return id.ptr != NULL && record->act > 0 ? numbered(record, id) : id;
}

static bool is_activity(struct slice kind)
{
    return vendor_has_word(kind, SLICE("#reports#activity")) ||
           slice_equal_nocase(kind, SLICE("audit#activity"));
}

static bool claims(const struct record *record)
{
    uint32_t payload = record_node(record, GOOGLE_PAYLOAD);
    if (payload != 0 && record->doc->nodes[payload].type == JSON_OBJECT &&
        record_find(record, GOOGLE_BESIDE) != 0)
        return true;
    return is_activity(record_text(record, GOOGLE_KIND)) ||
           (record_find(record, GOOGLE_ID_NAME) != 0 &&
            record_find(record, GOOGLE_NAME_OR_EVENTS) != 0);
}

static uint32_t acts(const struct record *record)
{
    uint32_t list = record_node(record, GOOGLE_ACTS);
    return list != 0 && record->doc->nodes[list].type == JSON_ARRAY ? list : 0;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, GOOGLE_OPERATION, GOOGLE_OPERATION + 1, ev);
    if (ev->operation.ptr == NULL && record->body == record->root)
        ev->operation = method_of(record);
    if (!google_judge(record, ev))
        return PARSE_IGNORED;
    ev->tenant = tenant_of(record);
    ev->user = user_of(record, ev->kind);
    ev->event_id = event_id_of(record);
    record_ip(record, GOOGLE_IP, ev);
    return record_time(record, GOOGLE_TIME, ev);
}

const struct parser parser_google = {
    .name = "google",
    .summary = "Google Workspace: Reports API activities, Cloud Logging login events",
    .signs = (const char *const[]){"kind", "id events|name", "protoPayload", NULL},
    .paths = google_paths,
    .paths_n = GOOGLE_PATHS_N,
    .claims = claims,
    .acts = acts,
    .tells = {GOOGLE_ID_NAME, GOOGLE_OPERATION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MFA | 1 << KIND_ACCOUNT_CHANGE | 1 << KIND_RISK |
             1 << KIND_MAILBOX_FORWARDING,
    .fields = "tenant user ip port outcome reason code app_id app protocol device factor "
              "operation event_id",
    .example = "{\"kind\":\"admin#reports#activity\",\"id\":{\"time\":\"2025-03-04T05:06:07.123Z\","
               "\"applicationName\":\"login\",\"customerId\":\"C01\",\"uniqueQualifier\":\"-7\"},"
               "\"actor\":{\"email\":\"anna@contoso.com\"},\"ipAddress\":\"203.0.113.7\","
               "\"events\":[{\"name\":\"login_failure\"}]}",
    .page = "https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login",
};
