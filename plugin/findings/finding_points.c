/* SPDX-License-Identifier: Apache-2.0
 *
 * One object for each point: state, users, first and last, what could not be seen.
 */
#include "plugin/findings/finding_points.h"

static void write_names(struct json_out *out, const struct finding_point *p)
{
    json_key(out, "names");
    json_begin_array(out);
    for (unsigned i = 0; i < p->names_n; i++)
        json_text(out, p->names[i]);
    json_end_array(out);
}

static void write_protocols(struct json_out *out, const struct finding_point *p)
{
    json_key(out, "protocols");
    json_begin_array(out);
    for (unsigned i = 0; i < p->protocols_n; i++) {
        json_begin_object(out);
        json_member_text(out, "name", p->protocols[i].name);
        json_member_i64(out, "users", p->protocols[i].users);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_point(struct json_out *out, const struct finding_point *p)
{
    json_begin_object(out);
    json_member_text(out, "name", p->name);
    json_member_text(out, "state", point_state_name(p->state));
    if (p->users > 0) {
        json_member_i64(out, "users", p->users);
        write_names(out, p);
    }
    if (p->protocols_n > 0)
        write_protocols(out, p);
    if (p->first_ms > 0) {
        json_member_i64(out, "first_time", p->first_ms);
        json_member_i64(out, "last_time", p->last_ms);
    }
    if (p->note[0] != '\0')
        json_member_text(out, "note", p->note);
    json_end_object(out);
}

void finding_points(struct json_out *out, const struct finding *f)
{
    if (f->points_n == 0)
        return;
    json_key(out, "exposure");
    json_begin_array(out);
    for (unsigned i = 0; i < f->points_n; i++)
        write_point(out, &f->points[i]);
    json_end_array(out);
}
