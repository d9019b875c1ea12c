/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON -> struct read_finding over the parsers' tape. A field that is missing or of another type
 * than expected is absent; only what no text can do without is an error: a JSON object, the
 * detector's name, the id.
 */
#include "plugin/finding_read.h"

#include "detectors/detectors.h"
#include "parsers/json.h"

#include <stdio.h>
#include <stdlib.h>

struct finding_reader {
    struct keys keys;
    struct json doc;
    struct arena *arena;
    char why[160];
};

/* Every key that `member` is asked for. */
static const char *const vocabulary[] = {
    "activity_id",  "activity_name", "actor",
    "analytic",     "api",           "app",
    "app_id",       "attacks",       "autonomous_system",
    "cidr",         "city",          "class_uid",
    "client",       "code",          "commands",
    "confidence",   "confidence_id", "counts",
    "country",      "data",          "desc",
    "device",       "end_time",      "estimates",
    "detector",     "event_id",      "evidences",
    "factor",       "feed",          "finding_info",
    "http_request", "index",         "ip",
    "kafka",        "location",      "metadata",
    "name",         "network_class", "networks",
    "number",       "offset",        "operation",
    "partition",    "port",          "protocol",
    "provisional",  "radius_km",     "reason",
    "session",      "severity_id",   "source",
    "spoor",        "src_endpoint",  "stage",
    "start_time",   "status",        "status_id",
    "subject",      "subject_type",  "suppressed",
    "tactic",       "technique",     "tenant_uid",
    "thresholds",   "time",          "timeline",
    "title",        "title_ja",      "token_id",
    "topic",        "uid",           "units",
    "unmapped",     "user",          "destination",
    "held_back",    "type",          "related_events",
    "user_agent",   "exposure",      "first_time",
    "last_time",    "names",         "note",
    "protocols",    "state",         "users",
    "what",         "within_min",
};

struct finding_reader *finding_reader_new(unsigned findings)
{
    struct finding_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++)
        keys_add(&reader->keys, slice_of(vocabulary[i]));
    reader->arena = arena_new((size_t)findings * FINDING_LINE_MAX);
    if (!reader->arena || !json_init(&reader->doc, &reader->keys, reader->arena)) {
        arena_free(reader->arena);
        free(reader);
        return NULL;
    }
    return reader;
}

void finding_reader_free(struct finding_reader *reader)
{
    if (!reader)
        return;
    json_done(&reader->doc);
    arena_free(reader->arena);
    free(reader);
}

void finding_reader_reset(struct finding_reader *reader)
{
    arena_reset(reader->arena);
}

/* --- the tape: node 0 is kept empty and means "none", the record is node ROOT --- */

enum { ROOT = 1 };

static uint32_t member(const struct finding_reader *r, uint32_t object, const char *name)
{
    const struct json_node *nodes = r->doc.nodes;
    uint16_t key = keys_find(&r->keys, name, strlen(name));
    if (nodes[object].type != JSON_OBJECT)
        return 0;
    for (uint32_t i = nodes[object].child; i != 0 && i < nodes[object].next; i = nodes[i].next)
        if (nodes[i].key == key)
            return i;
    return 0;
}

static struct slice node_text(struct finding_reader *r, uint32_t node)
{
    unsigned type = r->doc.nodes[node].type;
    if (node == 0 || (type != JSON_STRING && type != JSON_NUMBER))
        return (struct slice){0};
    return json_node_text(&r->doc, node);
}

static struct slice text(struct finding_reader *r, uint32_t object, const char *name)
{
    return node_text(r, member(r, object, name));
}

/* A whole number of at most 15 digits, else 0. */
static int64_t number(struct finding_reader *r, uint32_t object, const char *name)
{
    struct slice digits = text(r, object, name);
    int64_t value = 0;
    if (digits.len > 15)
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return 0;
        value = value * 10 + (digits.ptr[i] - '0');
    }
    return value;
}

/* The nodes of an array, one after the other: first, then next while not 0. */
static uint32_t first_of(const struct finding_reader *r, uint32_t array)
{
    const struct json_node *node = &r->doc.nodes[array];
    if (array == 0 || node->type != JSON_ARRAY || node->child == 0 || node->child >= node->next)
        return 0;
    return node->child;
}

static uint32_t next_of(const struct finding_reader *r, uint32_t array, uint32_t node)
{
    uint32_t next = r->doc.nodes[node].next;
    return next < r->doc.nodes[array].next ? next : 0;
}

static unsigned texts(struct finding_reader *r, uint32_t array, struct slice *ret, unsigned max,
                      unsigned *ret_total)
{
    unsigned n = 0, total = 0;
    for (uint32_t i = first_of(r, array); i != 0; i = next_of(r, array, i)) {
        struct slice item = node_text(r, i);
        if (!item.ptr)
            continue;
        total++;
        if (n < max)
            ret[n++] = item;
    }
    *ret_total = total;
    return n;
}

/* --- measures: the names are the detectors' own, so no vocabulary has them --- */

/* Reads the next `"name":value` of a flat object of numbers or plain strings, as text that is known
 * to be JSON. False at the end, or at anything else. */
static bool next_pair(struct slice *rest, struct slice *ret_name, struct slice *ret_value)
{
    const char *p = rest->ptr, *end = rest->ptr + rest->len, *name, *value;
    while (p < end && *p != '"')
        p++;
    if (p >= end)
        return false;
    for (name = ++p; p < end && *p != '"' && *p != '\\';)
        p++;
    if (p >= end || *p != '"')
        return false;
    *ret_name = (struct slice){name, (size_t)(p - name)};
    for (p++; p < end && (*p == ' ' || *p == ':' || *p == '"');)
        p++;
    for (value = p; p < end && !strchr("\",}{[\\ ", *p);)
        p++;
    if (p >= end || *p == '{' || *p == '[' || *p == '\\')
        return false;
    *ret_value = (struct slice){value, (size_t)(p - value)};
    if (*p == '"')
        p++;
    *rest = (struct slice){p, (size_t)(end - p)};
    return true;
}

static struct slice flat_object(struct finding_reader *r, uint32_t object, const char *name)
{
    uint32_t node = member(r, object, name);
    if (node == 0 || r->doc.nodes[node].type != JSON_OBJECT)
        return (struct slice){0};
    return json_node_text(&r->doc, node);
}

static struct slice lookup(struct slice object, struct slice name)
{
    struct slice key, value;
    while (object.len > 0 && next_pair(&object, &key, &value))
        if (slice_equal(key, name))
            return value;
    return (struct slice){0};
}

static void read_measures(struct finding_reader *r, uint32_t spoor, struct read_finding *f)
{
    struct slice counts = flat_object(r, spoor, "counts");
    struct slice thresholds = flat_object(r, spoor, "thresholds");
    struct slice units = flat_object(r, spoor, "units");
    struct slice estimates[MEASURES_MAX];
    unsigned total, n = texts(r, member(r, spoor, "estimates"), estimates, MEASURES_MAX, &total);
    struct read_measure m;
    while (f->measures_n < MEASURES_MAX && counts.len > 0 &&
           next_pair(&counts, &m.name, &m.value)) {
        m.threshold = lookup(thresholds, m.name);
        m.unit = lookup(units, m.name);
        m.estimated = false;
        for (unsigned i = 0; i < n; i++)
            m.estimated |= slice_equal(estimates[i], m.name);
        f->measures[f->measures_n++] = m;
    }
}

int64_t read_whole(struct slice number)
{
    int64_t value = 0;
    size_t i = 0;
    for (; i < number.len && i < 13 && number.ptr[i] >= '0' && number.ptr[i] <= '9'; i++)
        value = value * 10 + (number.ptr[i] - '0');
    return i < 13 ? value : 0;
}

int64_t read_hours(const struct read_measure *measure)
{
    int64_t minutes = read_whole(measure->value);
    bool exact = !memchr(measure->value.ptr, '.', measure->value.len);
    return slice_equal(measure->unit, SLICE("min")) && exact && minutes >= 120 && minutes % 60 == 0
               ? minutes / 60
               : 0;
}

/* The list of users is a sample; how many there were is a measure. */
static void count_users(struct read_finding *f)
{
    for (unsigned i = 0; i < f->measures_n; i++) {
        const struct read_measure *m = &f->measures[i];
        int64_t value = read_whole(m->value);
        if (!slice_equal(m->name, SLICE("tried_users")) && !slice_equal(m->name, SLICE("users")))
            continue;
        if (f->users.n > 0 && value > f->users.total && value < INT32_MAX)
            f->users.total = (unsigned)value;
    }
}

/* --- the objects of the record --- */

static void read_data(struct finding_reader *r, uint32_t data, struct read_evidence *e)
{
    const struct {
        const char *name;
        struct slice *to;
    } fields[] = {
        {"event_id", &e->event_id},
        {"source", &e->source},
        {"reason", &e->reason},
        {"code", &e->code},
        {"session", &e->session},
        {"token_id", &e->token_id},
        {"app", &e->app},
        {"app_id", &e->app_id},
        {"client", &e->client},
        {"protocol", &e->protocol},
        {"factor", &e->factor},
        {"network_class", &e->network_class},
        {"radius_km", &e->radius_km},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i].to = text(r, data, fields[i].name);
    e->time_ms = number(r, data, "time");
    uint32_t kafka = member(r, data, "kafka");
    e->topic = text(r, kafka, "topic");
    e->partition = text(r, kafka, "partition");
    e->offset = text(r, kafka, "offset");
    e->index = text(r, kafka, "index");
}

static void read_evidence(struct finding_reader *r, uint32_t node, struct read_evidence *e)
{
    uint32_t end = member(r, node, "src_endpoint");
    uint32_t place = member(r, end, "location"), as = member(r, end, "autonomous_system");
    *e = (struct read_evidence){0};
    e->user = text(r, member(r, member(r, node, "actor"), "user"), "name");
    e->ip = text(r, end, "ip");
    if (!e->ip.ptr)
        e->ip = text(r, end, "name");
    e->port = text(r, end, "port");
    e->city = text(r, place, "city");
    e->country = text(r, place, "country");
    e->as_number = text(r, as, "number");
    e->as_name = text(r, as, "name");
    e->device = text(r, member(r, node, "device"), "uid");
    e->user_agent = text(r, member(r, node, "http_request"), "user_agent");
    e->operation = text(r, member(r, node, "api"), "operation");
    read_data(r, member(r, node, "data"), e);
}

static void read_evidences(struct finding_reader *r, struct read_finding *f)
{
    uint32_t list = member(r, ROOT, "evidences");
    for (uint32_t i = first_of(r, list); i != 0; i = next_of(r, list, i)) {
        f->evidences_total++;
        if (f->evidences_n < READ_EVIDENCES_MAX)
            read_evidence(r, i, &f->evidences[f->evidences_n++]);
    }
}

static void read_attacks(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = first_of(r, list); i != 0 && f->attacks_n < READ_ATTACKS_MAX;
         i = next_of(r, list, i)) {
        uint32_t technique = member(r, i, "technique"), tactic = member(r, i, "tactic");
        f->attacks[f->attacks_n++] =
            (struct read_attack){text(r, technique, "uid"), text(r, technique, "name"),
                                 text(r, tactic, "uid"), text(r, tactic, "name")};
    }
}

/* Events have a type and an id; findings say why they are here. */
static void read_related(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = first_of(r, list); i != 0 && f->related_n < READ_RELATED_MAX;
         i = next_of(r, list, i)) {
        struct read_related related = {text(r, i, "uid"), text(r, i, "type"), text(r, i, "desc")};
        if (related.uid.len > 0 && related.why.len > 0)
            f->related[f->related_n++] = related;
    }
}

static enum point_state state_of(struct slice name)
{
    for (int i = 0; i < POINT_STATES_N; i++)
        if (slice_equal(name, slice_of(point_state_name((enum point_state)i))))
            return (enum point_state)i;
    return POINT_UNKNOWN;
}

static void read_protocols(struct finding_reader *r, uint32_t list, struct read_point *p)
{
    for (uint32_t i = first_of(r, list); i != 0 && p->protocols_n < POINT_PROTOCOLS_MAX;
         i = next_of(r, list, i)) {
        p->protocols[p->protocols_n].name = text(r, i, "name");
        p->protocols[p->protocols_n++].users = text(r, i, "users");
    }
}

/* Users stand in several points; those of the largest are at least so many. */
static void read_points(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = first_of(r, list); i != 0 && f->points_n < POINTS_MAX;
         i = next_of(r, list, i)) {
        struct read_point *p = &f->points[f->points_n++];
        int64_t users = number(r, i, "users");
        unsigned total = 0;
        *p = (struct read_point){.name = text(r, i, "name"),
                                 .note = text(r, i, "note"),
                                 .state = state_of(text(r, i, "state")),
                                 .users = users < UINT32_MAX ? (unsigned)users : UINT32_MAX,
                                 .first_ms = number(r, i, "first_time"),
                                 .last_ms = number(r, i, "last_time")};
        p->names_n = texts(r, member(r, i, "names"), p->names, POINT_USERS_MAX, &total);
        read_protocols(r, member(r, i, "protocols"), p);
        if (f->users.n > 0 && p->users > f->users.total)
            f->users.total = p->users;
    }
}

const struct read_point *finding_point(const struct read_finding *f, const char *name)
{
    for (unsigned i = 0; i < f->points_n; i++)
        if (slice_equal(f->points[i].name, slice_of(name)))
            return &f->points[i];
    return NULL;
}

bool finding_applies(const struct read_finding *f)
{
    for (unsigned i = 0; i < f->points_n; i++)
        if (f->points[i].state == POINT_YES)
            return true;
    return f->points_n == 0;
}

static void read_steps(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = first_of(r, list); i != 0 && f->steps_n < READ_STEPS_MAX;
         i = next_of(r, list, i))
        f->steps[f->steps_n++] = (struct read_step){.time_ms = number(r, i, "time"),
                                                    .end_ms = number(r, i, "end_time"),
                                                    .within_min = number(r, i, "within_min"),
                                                    .stage = text(r, i, "stage"),
                                                    .what = text(r, i, "what"),
                                                    .detector = text(r, i, "detector"),
                                                    .uid = text(r, i, "uid")};
}

static void read_spoor(struct finding_reader *r, uint32_t spoor, struct read_finding *f)
{
    uint32_t provisional = member(r, spoor, "provisional"), feed = member(r, spoor, "feed");
    f->title_ja = text(r, spoor, "title_ja");
    f->subject = text(r, spoor, "subject");
    f->subject_type = text(r, spoor, "subject_type");
    f->suppressed = text(r, spoor, "suppressed");
    uint32_t held = member(r, spoor, "held_back");
    f->held = held && r->doc.nodes[held].type == JSON_TRUE;
    f->provisional = provisional && r->doc.nodes[provisional].type == JSON_TRUE;
    f->destination = text(r, spoor, "destination");
    f->feed_name = text(r, feed, "name");
    f->feed_cidr = text(r, feed, "cidr");
    f->users.n =
        texts(r, member(r, spoor, "users"), f->users.items, READ_NAMES_MAX, &f->users.total);
    f->networks.n = texts(r, member(r, spoor, "networks"), f->networks.items, READ_NAMES_MAX,
                          &f->networks.total);
    f->commands_n =
        texts(r, member(r, spoor, "commands"), f->commands, READ_COMMANDS_MAX, &f->commands_total);
    read_steps(r, member(r, spoor, "timeline"), f);
    read_measures(r, spoor, f);
    count_users(f);
    read_points(r, member(r, spoor, "exposure"), f);
}

static void read_record(struct finding_reader *r, uint32_t info, struct read_finding *f)
{
    uint32_t metadata = member(r, ROOT, "metadata");
    f->severity = number(r, ROOT, "severity_id");
    f->status = number(r, ROOT, "status_id");
    f->confidence = number(r, ROOT, "confidence_id");
    f->activity = number(r, ROOT, "activity_id");
    f->activity_name = text(r, ROOT, "activity_name");
    f->status_name = text(r, ROOT, "status");
    f->confidence_name = text(r, ROOT, "confidence");
    f->first_ms = number(r, ROOT, "start_time");
    f->last_ms = number(r, ROOT, "end_time");
    f->tenant = text(r, metadata, "tenant_uid");
    f->revision = text(r, metadata, "uid");
    f->uid = text(r, info, "uid");
    f->title = text(r, info, "title");
    f->desc = text(r, info, "desc");
    read_attacks(r, member(r, info, "attacks"), f);
    read_related(r, member(r, info, "related_events"), f);
    read_evidences(r, f);
    read_spoor(r, member(r, member(r, ROOT, "unmapped"), "spoor"), f);
}

static const struct detector *detector_of(struct slice name)
{
    char copy[64];
    if (!name.ptr || name.len >= sizeof copy || memchr(name.ptr, '\0', name.len))
        return NULL;
    memcpy(copy, name.ptr, name.len);
    copy[name.len] = '\0';
    return detectors_find(copy);
}

static const char *unknown_detector(struct finding_reader *r, struct slice name)
{
    int n = 0;
    while (n < 40 && (size_t)n < name.len &&
           (name.ptr[n] == '_' || (name.ptr[n] >= 'a' && name.ptr[n] <= 'z')))
        n++;
    snprintf(r->why, sizeof r->why, "unknown detector \"%.*s\"; see `spoor list detectors`", n,
             name.ptr);
    return r->why;
}

static const char *not_json(struct finding_reader *r, struct slice line,
                            const struct json_value *value)
{
    size_t at = value->fault.at >= line.ptr && value->fault.at <= line.ptr + line.len
                    ? (size_t)(value->fault.at - line.ptr)
                    : 0;
    snprintf(r->why, sizeof r->why, "%s at byte %zu; expected a finding, one JSON object a line",
             bad_reason_name(value->fault.reason < BAD_N ? value->fault.reason : BAD_NOT_JSON), at);
    return r->why;
}

const char *finding_read(struct finding_reader *r, struct slice line, struct read_finding *ret)
{
    r->doc.nodes[0] = (struct json_node){.type = JSON_NULL, .next = ROOT};
    r->doc.n = ROOT;
    r->doc.starved = false;
    if (line.len == 0 || line.ptr[0] != '{')
        return "not_json at byte 0; expected a finding, one JSON object a line";
    struct json_value value = json_read(&r->doc, line, NULL);
    if (value.fault.reason != BAD_N || value.end != line.ptr + line.len) {
        if (value.fault.reason == BAD_N)
            value.fault.at = value.end;
        return not_json(r, line, &value);
    }
    uint32_t info = member(r, ROOT, "finding_info");
    struct slice name = text(r, member(r, info, "analytic"), "uid");
    if (number(r, ROOT, "class_uid") != 2004 || !name.ptr)
        return "no finding: class_uid 2004 and finding_info.analytic.uid are missing";
    *ret = (struct read_finding){.detector = detector_of(name)};
    if (!ret->detector)
        return unknown_detector(r, name);
    read_record(r, info, ret);
    if (!ret->uid.ptr || !ret->title.ptr)
        return "no finding: finding_info.uid or finding_info.title is missing";
    if (!ret->tenant.ptr) /* some products' records name none */
        ret->tenant = SLICE("");
    return r->doc.starved ? "too many escapes" : NULL;
}
