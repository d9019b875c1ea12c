/* SPDX-License-Identifier: Apache-2.0
 *
 * Each evidence is what the schema can name (actor, endpoint, device, request, operation) and, in
 * `data`, what it cannot: times, result codes, token ids and where the event stands in Kafka.
 */
#include "plugin/findings/finding_evidence.h"

#include <string.h>

static void member(struct json_out *out, const char *key, const char *text)
{
    if (text)
        json_member_string(out, key, slice_of(text));
}

static void open_member(struct json_out *out, const char *key)
{
    json_key(out, key);
    json_begin_object(out);
}

enum { OBSERVABLE_IP = 2, OBSERVABLE_USER = 4, OBSERVABLE_SUBNET = 12, OBSERVABLE_USER_AGENT = 16 };

/* An object with one text; left out when that is empty. */
static void object_of(struct json_out *out, const char *key, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    open_member(out, key);
    member(out, name, text);
    json_end_object(out);
}

void finding_address_text(const struct finding_address *a, char text[static PREFIX_TEXT_MAX])
{
    if (a->prefix_bits == 128) {
        ip_format(&a->ip, text);
        return;
    }
    struct prefix prefix = ip_network(&a->ip, a->prefix_bits);
    prefix_format(&prefix, text);
}

/* The schema wants a country or city in a location; bare coordinates go to data. */
static bool has_location(const struct finding_address *a)
{
    return a->country[0] != '\0' || a->city[0] != '\0';
}

static void write_location(struct json_out *out, const struct finding_address *a)
{
    if (has_location(a)) {
        open_member(out, "location");
        member(out, "city", a->city);
        member(out, "country", a->country);
        if (a->has_place) {
            json_key(out, "lat");
            json_fixed(out, a->lat, 4);
            json_key(out, "long");
            json_fixed(out, a->lon, 4);
        }
        json_end_object(out);
    }
    if (a->asn != 0) {
        open_member(out, "autonomous_system");
        json_member_i64(out, "number", a->asn);
        member(out, "name", a->as_name);
        json_end_object(out);
    }
}

/* Free data about an address: what kind of network, how sure the place is. */
static void write_address_data(struct json_out *out, const struct finding_address *a)
{
    if (a->network != NETWORK_UNKNOWN)
        member(out, "network_class", network_class_name(a->network));
    if (a->has_place && a->radius_km > 0) {
        json_key(out, "radius_km");
        json_fixed(out, a->radius_km, 1);
    }
}

static const struct finding_address *address_of(const struct finding *f, const struct ip *ip)
{
    for (unsigned i = 0; i < f->addresses_n; i++)
        if (f->addresses[i].prefix_bits == 128 && ip_equal(&f->addresses[i].ip, ip))
            return &f->addresses[i];
    return NULL;
}

static void write_endpoint(struct json_out *out, const struct witness *w,
                           const struct finding_address *a)
{
    char text[IP_TEXT_MAX];
    ip_format(&w->ip, text);
    open_member(out, "src_endpoint");
    member(out, "ip", text);
    if (w->port != 0)
        json_member_i64(out, "port", w->port);
    if (a)
        write_location(out, a);
    json_end_object(out);
}

static void write_kafka(struct json_out *out, const struct event_ref *ref)
{
    if (!ref->topic)
        return;
    open_member(out, "kafka");
    member(out, "topic", ref->topic);
    json_member_i64(out, "partition", ref->partition);
    json_member_i64(out, "offset", ref->offset);
    json_member_i64(out, "index", ref->index);
    json_end_object(out);
}

static void write_data(struct json_out *out, const struct witness *w,
                       const struct finding_address *a)
{
    open_member(out, "data");
    member(out, "event_id", w->event_id);
    json_member_i64(out, "time", w->time_ms);
    member(out, "source", w->source);
    member(out, "reason", event_reason_name(w->reason));
    member(out, "code", w->code);
    member(out, "session", w->session);
    member(out, "token_id", w->token_id);
    member(out, "app", w->app);
    member(out, "app_id", w->app_id);
    member(out, "client", w->client);
    member(out, "protocol", w->protocol);
    member(out, "factor", event_factor_name(w->factor));
    if (a)
        write_address_data(out, a);
    write_kafka(out, &w->ref);
    json_end_object(out);
}

static void write_witness(struct json_out *out, const struct finding *f, const struct witness *w)
{
    const struct finding_address *a = w->has_ip ? address_of(f, &w->ip) : NULL;
    json_begin_object(out);
    if (w->user[0] != '\0') {
        open_member(out, "actor");
        object_of(out, "user", "name", w->user);
        json_end_object(out);
    }
    if (w->has_ip)
        write_endpoint(out, w, a);
    if (w->device[0] != '\0') {
        open_member(out, "device");
        member(out, "uid", w->device);
        json_member_i64(out, "type_id", 0);
        json_end_object(out);
    }
    object_of(out, "dst_endpoint", "hostname", w->host);
    object_of(out, "http_request", "user_agent", w->user_agent);
    object_of(out, "api", "operation", w->operation);
    write_data(out, w, a);
    json_end_object(out);
}

static bool witnessed(const struct finding *f, const struct finding_address *a)
{
    for (unsigned i = 0; i < f->witnesses_n; i++)
        if (f->witnesses[i].has_ip && a->prefix_bits == 128 &&
            ip_equal(&f->witnesses[i].ip, &a->ip))
            return true;
    return false;
}

static void write_address(struct json_out *out, const struct finding_address *a)
{
    char text[PREFIX_TEXT_MAX];
    finding_address_text(a, text);
    json_begin_object(out);
    open_member(out, "src_endpoint");
    if (a->prefix_bits == 128)
        member(out, "ip", text);
    else
        member(out, "name", text);
    write_location(out, a);
    json_end_object(out);
    open_member(out, "data");
    if (a->prefix_bits != 128)
        member(out, "network", text);
    if (a->time_ms != 0)
        json_member_i64(out, "time", a->time_ms);
    write_address_data(out, a);
    json_end_object(out);
    json_end_object(out);
}

void finding_evidences(struct json_out *out, const struct finding *f)
{
    if (f->witnesses_n == 0 && f->addresses_n == 0)
        return;
    json_key(out, "evidences");
    json_begin_array(out);
    for (unsigned i = 0; i < f->witnesses_n; i++)
        write_witness(out, f, &f->witnesses[i]);
    for (unsigned i = 0; i < f->addresses_n; i++)
        if (!witnessed(f, &f->addresses[i]))
            write_address(out, &f->addresses[i]);
    json_end_array(out);
}

static void write_observable(struct json_out *out, const char *name, int type, const char *caption,
                             const char *value)
{
    json_begin_object(out);
    json_member_text(out, "name", name);
    json_member_i64(out, "type_id", type);
    json_member_text(out, "type", caption);
    json_member_text(out, "value", value);
    json_end_object(out);
}

static bool agent_seen(const struct finding *f, unsigned i)
{
    for (unsigned j = 0; j < i; j++)
        if (strcmp(f->witnesses[j].user_agent, f->witnesses[i].user_agent) == 0)
            return true;
    return f->witnesses[i].user_agent[0] == '\0';
}

void finding_observables(struct json_out *out, const struct finding *f)
{
    char text[PREFIX_TEXT_MAX];
    json_key(out, "observables");
    json_begin_array(out);
    for (unsigned i = 0; i < f->addresses_n; i++) {
        const struct finding_address *a = &f->addresses[i];
        finding_address_text(a, text);
        if (a->prefix_bits == 128)
            write_observable(out, "evidences.src_endpoint.ip", OBSERVABLE_IP, "IP Address", text);
        else
            write_observable(out, "evidences.data.network", OBSERVABLE_SUBNET, "Subnet", text);
    }
    for (unsigned i = 0; i < f->users_n; i++)
        write_observable(out, "unmapped.spoor.users", OBSERVABLE_USER, "User Name", f->users[i]);
    for (unsigned i = 0; i < f->networks_n; i++)
        if (strchr(f->networks[i], '/'))
            write_observable(out, "unmapped.spoor.networks", OBSERVABLE_SUBNET, "Subnet",
                             f->networks[i]);
    for (unsigned i = 0; i < f->witnesses_n; i++)
        if (!agent_seen(f, i))
            write_observable(out, "evidences.http_request.user_agent", OBSERVABLE_USER_AGENT,
                             "HTTP User-Agent", f->witnesses[i].user_agent);
    json_end_array(out);
}
