/* SPDX-License-Identifier: Apache-2.0
 *
 * One event to one JSON object. The order of the members is the order of the docs; nothing is
 * computed here. A result class says why a sign-in or factor step ended, so other kinds have none.
 */
#include "plugin/findings/event_json.h"

#include "parsers/values/timestamp.h"

static void write_address(struct json_out *out, const struct event *ev)
{
    char text[IP_TEXT_MAX];
    if (!ev->has_ip)
        return;
    size_t n = ip_format(&ev->ip, text);
    json_member_string(out, "ip", (struct slice){text, n});
    if (ev->port != 0)
        json_member_i64(out, "port", ev->port);
}

static const char *reason_of(const struct event *ev)
{
    bool asked = ev->kind == KIND_SIGN_IN || ev->kind == KIND_MFA;
    return asked ? event_reason_name(ev->reason) : NULL;
}

void event_json(struct json_out *out, const struct event *ev)
{
    char time[TIMESTAMP_TEXT_MAX];
    size_t time_n = timestamp_format(ev->time_ms, time);
    json_begin_object(out);
    json_member_string(out, "time", (struct slice){time, time_n});
    json_member_text(out, "source", ev->source);
    json_member_text(out, "kind", event_kind_name(ev->kind));
    json_member_string(out, "tenant", ev->tenant);
    json_member_string(out, "user", ev->user);
    write_address(out, ev);
    json_member_string(out, "host", ev->host);
    json_member_text(out, "outcome", event_outcome_name(ev->outcome));
    json_member_text(out, "reason", reason_of(ev));
    json_member_string(out, "code", ev->code);
    json_member_text(out, "control", event_control_name(ev->control));
    json_member_string(out, "app_id", ev->app_id);
    json_member_string(out, "app", ev->app);
    json_member_string(out, "client", ev->client);
    json_member_string(out, "protocol", ev->protocol);
    json_member_text(out, "legacy", event_legacy_name(ev->legacy));
    json_member_string(out, "user_agent", ev->user_agent);
    json_member_string(out, "session", ev->session);
    json_member_string(out, "token_id", ev->token_id);
    json_member_string(out, "device", ev->device);
    json_member_text(out, "factor", event_factor_name(ev->factor));
    if (ev->interactive != TRI_ABSENT)
        json_member_bool(out, "interactive", ev->interactive == TRI_TRUE);
    json_member_string(out, "operation", ev->operation);
    json_member_text(out, "change", event_change_name(ev->change));
    json_member_string(out, "event_id", ev->event_id);
    json_end_object(out);
}

void event_json_bad(struct json_out *out, const char *reason, size_t offset)
{
    json_begin_object(out);
    json_member_text(out, "error", reason);
    json_key(out, "offset");
    json_number_u64(out, offset);
    json_end_object(out);
}
