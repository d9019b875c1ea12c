/* SPDX-License-Identifier: Apache-2.0
 *
 * Where everything stands in a finding's record, as tables of rows; and what is worked out of it.
 * The writer is finding_json.c.
 */
#include "plugin/pages/finding_read_inside.h"

#define COUNT_OF(list)       (sizeof(list) / sizeof *(list))
#define ELEMENTS(type, list) COUNT_OF(((struct type *)0)->list)

/* --- rows --- */

#define ROW(kind, type, path, member)                                                              \
    {                                                                                              \
        path, ROW_##kind, offsetof(struct type, member),                                           \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define TEXTS(type, path, member, n, total)                                                        \
    {                                                                                              \
        path, ROW_TEXTS, offsetof(struct type, member),                                            \
        {                                                                                          \
            offsetof(struct type, n), total, ELEMENTS(type, member), sizeof(struct slice), 0, NULL \
        }                                                                                          \
    }
#define OBJECTS(type, path, member, n, total, shape, keep)                                         \
    {                                                                                              \
        path, ROW_OBJECTS, offsetof(struct type, member),                                          \
        {                                                                                          \
            offsetof(struct type, n), total, ELEMENTS(type, member),                               \
                sizeof *((struct type *)0)->member, shape, keep                                    \
        }                                                                                          \
    }

static const struct row head[] = {
    ROW(NUMBER, read_head, "class_uid", class_uid),
    ROW(TEXT, read_head, "finding_info.analytic.uid", detector),
};

/* Related events have a type and an id; findings say why they are here. */
static bool says_why(const void *element)
{
    const struct read_related *related = element;
    return related->uid.len > 0 && related->why.len > 0;
}

#define F(kind, path, member) ROW(kind, read_finding, path, member)
#define TOTAL(member)         offsetof(struct read_finding, member)
static const struct row finding[] = {
    F(NUMBER, "severity_id", severity),
    F(NUMBER, "status_id", status),
    F(NUMBER, "confidence_id", confidence),
    F(NUMBER, "activity_id", activity),
    F(TEXT, "activity_name", activity_name),
    F(TEXT, "status", status_name),
    F(TEXT, "confidence", confidence_name),
    F(NUMBER, "start_time", first_ms),
    F(NUMBER, "end_time", last_ms),
    F(TEXT, "metadata.tenant_uid", tenant),
    F(TEXT, "metadata.uid", revision),
    F(TEXT, "finding_info.uid", uid),
    F(TEXT, "finding_info.title", title),
    F(TEXT, "finding_info.desc", desc),
    F(TEXT, "unmapped.spoor.title_ja", title_ja),
    F(TEXT, "unmapped.spoor.subject", subject),
    F(TEXT, "unmapped.spoor.subject_type", subject_type),
    F(TEXT, "unmapped.spoor.suppressed", suppressed),
    F(TRUE, "unmapped.spoor.held_back", held),
    F(TRUE, "unmapped.spoor.provisional", provisional),
    F(TEXT, "unmapped.spoor.destination", destination),
    F(TEXT, "unmapped.spoor.feed.name", feed_name),
    F(TEXT, "unmapped.spoor.feed.cidr", feed_cidr),
    TEXTS(read_finding, "unmapped.spoor.users", users.items, users.n, TOTAL(users.total)),
    TEXTS(read_finding, "unmapped.spoor.networks", networks.items, networks.n,
          TOTAL(networks.total)),
    TEXTS(read_finding, "unmapped.spoor.commands", commands, commands_n, TOTAL(commands_total)),
    OBJECTS(read_finding, "evidences", evidences, evidences_n, TOTAL(evidences_total),
            SHAPE_EVIDENCE, NULL),
    OBJECTS(read_finding, "finding_info.attacks", attacks, attacks_n, 0, SHAPE_ATTACK, NULL),
    OBJECTS(read_finding, "finding_info.related_events", related, related_n, 0, SHAPE_RELATED,
            says_why),
    OBJECTS(read_finding, "unmapped.spoor.timeline", steps, steps_n, 0, SHAPE_STEP, NULL),
    OBJECTS(read_finding, "unmapped.spoor.exposure", points, points_n, 0, SHAPE_POINT, NULL),
};

/* The names of measures are the detectors' own: "[]" keeps the members whatever they are called. */
static const struct row measures[] = {
    ROW(NODE, read_measures, "unmapped.spoor.counts[]", counts),
    ROW(NODE, read_measures, "unmapped.spoor.thresholds[]", thresholds),
    ROW(NODE, read_measures, "unmapped.spoor.units[]", units),
    ROW(NODE, read_measures, "unmapped.spoor.estimates", estimates),
};

#define E(kind, path, member) ROW(kind, read_evidence, path, member)
static const struct row evidence[] = {
    E(NUMBER, "data.time", time_ms),
    E(TEXT, "actor.user.name", user),
    E(TEXT, "src_endpoint.ip / src_endpoint.name", ip),
    E(TEXT, "src_endpoint.port", port),
    E(TEXT, "src_endpoint.location.city", city),
    E(TEXT, "src_endpoint.location.country", country),
    E(TEXT, "src_endpoint.autonomous_system.number", as_number),
    E(TEXT, "src_endpoint.autonomous_system.name", as_name),
    E(TEXT, "dst_endpoint.hostname", host),
    E(TEXT, "device.uid", device),
    E(TEXT, "http_request.user_agent", user_agent),
    E(TEXT, "api.operation", operation),
    E(TEXT, "data.event_id", event_id),
    E(TEXT, "data.source", source),
    E(TEXT, "data.reason", reason),
    E(TEXT, "data.code", code),
    E(TEXT, "data.session", session),
    E(TEXT, "data.token_id", token_id),
    E(TEXT, "data.app", app),
    E(TEXT, "data.app_id", app_id),
    E(TEXT, "data.client", client),
    E(TEXT, "data.protocol", protocol),
    E(TEXT, "data.factor", factor),
    E(TEXT, "data.network_class", network_class),
    E(TEXT, "data.radius_km", radius_km),
    E(TEXT, "data.kafka.topic", topic),
    E(TEXT, "data.kafka.partition", partition),
    E(TEXT, "data.kafka.offset", offset),
    E(TEXT, "data.kafka.index", index),
};

static const struct row attack[] = {
    ROW(TEXT, read_attack, "technique.uid", technique),
    ROW(TEXT, read_attack, "technique.name", name),
    ROW(TEXT, read_attack, "tactic.uid", tactic),
    ROW(TEXT, read_attack, "tactic.name", tactic_name),
};

static const struct row related[] = {
    ROW(TEXT, read_related, "uid", uid),
    ROW(TEXT, read_related, "type", type),
    ROW(TEXT, read_related, "desc", why),
};

static const struct row step[] = {
    ROW(NUMBER, read_step, "time", time_ms),
    ROW(NUMBER, read_step, "end_time", end_ms),
    ROW(NUMBER, read_step, "within_min", within_min),
    ROW(TEXT, read_step, "stage", stage),
    ROW(TEXT, read_step, "what", what),
    ROW(TEXT, read_step, "detector", detector),
    ROW(TEXT, read_step, "uid", uid),
};

static const struct row point[] = {
    ROW(TEXT, read_point, "name", name),
    ROW(TEXT, read_point, "note", note),
    ROW(STATE, read_point, "state", state),
    ROW(COUNT, read_point, "users", users),
    ROW(NUMBER, read_point, "first_time", first_ms),
    ROW(NUMBER, read_point, "last_time", last_ms),
    TEXTS(read_point, "names", names, names_n, 0),
    OBJECTS(read_point, "protocols", protocols, protocols_n, 0, SHAPE_PROTOCOL, NULL),
};

static const struct row protocol[] = {
    ROW(TEXT, read_protocol, "name", name),
    ROW(TEXT, read_protocol, "users", users),
};

const struct shape finding_shapes[SHAPES_N] = {
    [SHAPE_HEAD] = {head, COUNT_OF(head)},
    [SHAPE_FINDING] = {finding, COUNT_OF(finding)},
    [SHAPE_MEASURES] = {measures, COUNT_OF(measures)},
    [SHAPE_EVIDENCE] = {evidence, COUNT_OF(evidence)},
    [SHAPE_ATTACK] = {attack, COUNT_OF(attack)},
    [SHAPE_RELATED] = {related, COUNT_OF(related)},
    [SHAPE_STEP] = {step, COUNT_OF(step)},
    [SHAPE_POINT] = {point, COUNT_OF(point)},
    [SHAPE_PROTOCOL] = {protocol, COUNT_OF(protocol)},
};

/* --- what is worked out of them --- */

static struct slice lookup(struct finding_reader *r, uint32_t object, struct slice name)
{
    struct record_item item;
    for (uint32_t pos = 0; record_next(&r->record, object, &pos, &item);)
        if (slice_equal(item.name, name))
            return read_node_text(r, item.value);
    return (struct slice){0};
}

static bool is_listed(struct finding_reader *r, uint32_t list, struct slice name)
{
    for (uint32_t pos = 0, i; (i = record_entry(&r->record, list, &pos)) != 0;)
        if (slice_equal(read_node_text(r, i), name))
            return true;
    return false;
}

void read_measures(struct finding_reader *r, const struct read_measures *from,
                   struct read_finding *f)
{
    struct record_item item;
    for (uint32_t pos = 0;
         f->measures_n < MEASURES_MAX && record_next(&r->record, from->counts, &pos, &item);) {
        struct read_measure *m = &f->measures[f->measures_n];
        *m = (struct read_measure){
            item.name, read_node_text(r, item.value), lookup(r, from->thresholds, item.name),
            lookup(r, from->units, item.name), is_listed(r, from->estimates, item.name)};
        f->measures_n += m->value.ptr != NULL;
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

/* The list of users is a sample; how many there were is a measure. And users stand in several
 * points: those of the largest are at least so many. */
void read_user_total(struct read_finding *f)
{
    for (unsigned i = 0; i < f->measures_n && f->users.n > 0; i++) {
        const struct read_measure *m = &f->measures[i];
        int64_t value = read_whole(m->value);
        if (!slice_equal(m->name, SLICE("tried_users")) && !slice_equal(m->name, SLICE("users")))
            continue;
        if (value > f->users.total && value < INT32_MAX)
            f->users.total = (unsigned)value;
    }
    for (unsigned i = 0; i < f->points_n && f->users.n > 0; i++)
        if (f->points[i].users > f->users.total)
            f->users.total = f->points[i].users;
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
