/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON -> struct read_finding over the parsers' tape. A field that is missing or of another type
 * than expected is absent; only what no text can do without is an error: a JSON object, the
 * detector's name, the id.
 */
#include "plugin/finding_read.h"

#include "detectors/detectors.h"
#include "plugin/finding_read_inside.h"

#include <stdio.h>
#include <stdlib.h>

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
    "what",         "within_min",    "dst_endpoint",
    "hostname",
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

uint32_t read_member(const struct finding_reader *r, uint32_t object, const char *name)
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

struct slice read_node_text(struct finding_reader *r, uint32_t node)
{
    unsigned type = r->doc.nodes[node].type;
    if (node == 0 || (type != JSON_STRING && type != JSON_NUMBER))
        return (struct slice){0};
    return json_node_text(&r->doc, node);
}

struct slice read_text(struct finding_reader *r, uint32_t object, const char *name)
{
    return read_node_text(r, read_member(r, object, name));
}

/* A whole number of at most 15 digits, else 0. */
int64_t read_number(struct finding_reader *r, uint32_t object, const char *name)
{
    struct slice digits = read_text(r, object, name);
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
uint32_t read_first(const struct finding_reader *r, uint32_t array)
{
    const struct json_node *node = &r->doc.nodes[array];
    if (array == 0 || node->type != JSON_ARRAY || node->child == 0 || node->child >= node->next)
        return 0;
    return node->child;
}

uint32_t read_next(const struct finding_reader *r, uint32_t array, uint32_t node)
{
    uint32_t next = r->doc.nodes[node].next;
    return next < r->doc.nodes[array].next ? next : 0;
}

unsigned read_texts(struct finding_reader *r, uint32_t array, struct slice *ret, unsigned max,
                    unsigned *ret_total)
{
    unsigned n = 0, total = 0;
    for (uint32_t i = read_first(r, array); i != 0; i = read_next(r, array, i)) {
        struct slice item = read_node_text(r, i);
        if (!item.ptr)
            continue;
        total++;
        if (n < max)
            ret[n++] = item;
    }
    *ret_total = total;
    return n;
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
        *fields[i].to = read_text(r, data, fields[i].name);
    e->time_ms = read_number(r, data, "time");
    uint32_t kafka = read_member(r, data, "kafka");
    e->topic = read_text(r, kafka, "topic");
    e->partition = read_text(r, kafka, "partition");
    e->offset = read_text(r, kafka, "offset");
    e->index = read_text(r, kafka, "index");
}

static void read_evidence(struct finding_reader *r, uint32_t node, struct read_evidence *e)
{
    uint32_t end = read_member(r, node, "src_endpoint");
    uint32_t place = read_member(r, end, "location"), as = read_member(r, end, "autonomous_system");
    *e = (struct read_evidence){0};
    e->user = read_text(r, read_member(r, read_member(r, node, "actor"), "user"), "name");
    e->ip = read_text(r, end, "ip");
    if (!e->ip.ptr)
        e->ip = read_text(r, end, "name");
    e->port = read_text(r, end, "port");
    e->city = read_text(r, place, "city");
    e->country = read_text(r, place, "country");
    e->as_number = read_text(r, as, "number");
    e->as_name = read_text(r, as, "name");
    e->host = read_text(r, read_member(r, node, "dst_endpoint"), "hostname");
    e->device = read_text(r, read_member(r, node, "device"), "uid");
    e->user_agent = read_text(r, read_member(r, node, "http_request"), "user_agent");
    e->operation = read_text(r, read_member(r, node, "api"), "operation");
    read_data(r, read_member(r, node, "data"), e);
}

static void read_evidences(struct finding_reader *r, struct read_finding *f)
{
    uint32_t list = read_member(r, ROOT, "evidences");
    for (uint32_t i = read_first(r, list); i != 0; i = read_next(r, list, i)) {
        f->evidences_total++;
        if (f->evidences_n < READ_EVIDENCES_MAX)
            read_evidence(r, i, &f->evidences[f->evidences_n++]);
    }
}

static void read_attacks(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = read_first(r, list); i != 0 && f->attacks_n < READ_ATTACKS_MAX;
         i = read_next(r, list, i)) {
        uint32_t technique = read_member(r, i, "technique"), tactic = read_member(r, i, "tactic");
        f->attacks[f->attacks_n++] =
            (struct read_attack){read_text(r, technique, "uid"), read_text(r, technique, "name"),
                                 read_text(r, tactic, "uid"), read_text(r, tactic, "name")};
    }
}

static void read_spoor(struct finding_reader *r, uint32_t spoor, struct read_finding *f)
{
    uint32_t provisional = read_member(r, spoor, "provisional"),
             feed = read_member(r, spoor, "feed");
    f->title_ja = read_text(r, spoor, "title_ja");
    f->subject = read_text(r, spoor, "subject");
    f->subject_type = read_text(r, spoor, "subject_type");
    f->suppressed = read_text(r, spoor, "suppressed");
    uint32_t held = read_member(r, spoor, "held_back");
    f->held = held && r->doc.nodes[held].type == JSON_TRUE;
    f->provisional = provisional && r->doc.nodes[provisional].type == JSON_TRUE;
    f->destination = read_text(r, spoor, "destination");
    f->feed_name = read_text(r, feed, "name");
    f->feed_cidr = read_text(r, feed, "cidr");
    f->users.n = read_texts(r, read_member(r, spoor, "users"), f->users.items, READ_NAMES_MAX,
                            &f->users.total);
    f->networks.n = read_texts(r, read_member(r, spoor, "networks"), f->networks.items,
                               READ_NAMES_MAX, &f->networks.total);
    f->commands_n = read_texts(r, read_member(r, spoor, "commands"), f->commands, READ_COMMANDS_MAX,
                               &f->commands_total);
    read_steps(r, read_member(r, spoor, "timeline"), f);
    read_measures(r, spoor, f);
    read_user_total(f);
    read_points(r, read_member(r, spoor, "exposure"), f);
}

static void read_record(struct finding_reader *r, uint32_t info, struct read_finding *f)
{
    uint32_t metadata = read_member(r, ROOT, "metadata");
    f->severity = read_number(r, ROOT, "severity_id");
    f->status = read_number(r, ROOT, "status_id");
    f->confidence = read_number(r, ROOT, "confidence_id");
    f->activity = read_number(r, ROOT, "activity_id");
    f->activity_name = read_text(r, ROOT, "activity_name");
    f->status_name = read_text(r, ROOT, "status");
    f->confidence_name = read_text(r, ROOT, "confidence");
    f->first_ms = read_number(r, ROOT, "start_time");
    f->last_ms = read_number(r, ROOT, "end_time");
    f->tenant = read_text(r, metadata, "tenant_uid");
    f->revision = read_text(r, metadata, "uid");
    f->uid = read_text(r, info, "uid");
    f->title = read_text(r, info, "title");
    f->desc = read_text(r, info, "desc");
    read_attacks(r, read_member(r, info, "attacks"), f);
    read_related(r, read_member(r, info, "related_events"), f);
    read_evidences(r, f);
    read_spoor(r, read_member(r, read_member(r, ROOT, "unmapped"), "spoor"), f);
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
    uint32_t info = read_member(r, ROOT, "finding_info");
    struct slice name = read_text(r, read_member(r, info, "analytic"), "uid");
    if (read_number(r, ROOT, "class_uid") != 2004 || !name.ptr)
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
