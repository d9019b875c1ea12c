/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a finding's record that are lists or tables of their own: measures, related
 * findings, points of the applicability check, steps of a takeover.
 */
#include "plugin/finding_read_inside.h"

#include "detectors/detectors.h"

#include <stdio.h>
#include <stdlib.h>

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
    uint32_t node = read_member(r, object, name);
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

void read_measures(struct finding_reader *r, uint32_t spoor, struct read_finding *f)
{
    struct slice counts = flat_object(r, spoor, "counts");
    struct slice thresholds = flat_object(r, spoor, "thresholds");
    struct slice units = flat_object(r, spoor, "units");
    struct slice estimates[MEASURES_MAX];
    unsigned total,
        n = read_texts(r, read_member(r, spoor, "estimates"), estimates, MEASURES_MAX, &total);
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
void read_user_total(struct read_finding *f)
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

/* Events have a type and an id; findings say why they are here. */
void read_related(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = read_first(r, list); i != 0 && f->related_n < READ_RELATED_MAX;
         i = read_next(r, list, i)) {
        struct read_related related = {read_text(r, i, "uid"), read_text(r, i, "type"),
                                       read_text(r, i, "desc")};
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
    for (uint32_t i = read_first(r, list); i != 0 && p->protocols_n < POINT_PROTOCOLS_MAX;
         i = read_next(r, list, i)) {
        p->protocols[p->protocols_n].name = read_text(r, i, "name");
        p->protocols[p->protocols_n++].users = read_text(r, i, "users");
    }
}

/* Users stand in several points; those of the largest are at least so many. */
void read_points(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = read_first(r, list); i != 0 && f->points_n < POINTS_MAX;
         i = read_next(r, list, i)) {
        struct read_point *p = &f->points[f->points_n++];
        int64_t users = read_number(r, i, "users");
        unsigned total = 0;
        *p = (struct read_point){.name = read_text(r, i, "name"),
                                 .note = read_text(r, i, "note"),
                                 .state = state_of(read_text(r, i, "state")),
                                 .users = users < UINT32_MAX ? (unsigned)users : UINT32_MAX,
                                 .first_ms = read_number(r, i, "first_time"),
                                 .last_ms = read_number(r, i, "last_time")};
        p->names_n = read_texts(r, read_member(r, i, "names"), p->names, POINT_USERS_MAX, &total);
        read_protocols(r, read_member(r, i, "protocols"), p);
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

void read_steps(struct finding_reader *r, uint32_t list, struct read_finding *f)
{
    for (uint32_t i = read_first(r, list); i != 0 && f->steps_n < READ_STEPS_MAX;
         i = read_next(r, list, i))
        f->steps[f->steps_n++] = (struct read_step){.time_ms = read_number(r, i, "time"),
                                                    .end_ms = read_number(r, i, "end_time"),
                                                    .within_min = read_number(r, i, "within_min"),
                                                    .stage = read_text(r, i, "stage"),
                                                    .what = read_text(r, i, "what"),
                                                    .detector = read_text(r, i, "detector"),
                                                    .uid = read_text(r, i, "uid")};
}
