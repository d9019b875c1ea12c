/* SPDX-License-Identifier: Apache-2.0
 *
 * What the records of all vendors have: times, ids, people, addresses, places.
 */
#include "plugin/records/dice.h"
#include "plugin/records/template.h"

/* Keys of a thing's several ids. */
enum { OF_CORRELATION = 1, OF_PRINCIPAL, OF_HASH };

#define FIELD(name) static void put_##name(const struct writing *w)
#define ACT_TEXT(name, expression)                                                                 \
    FIELD(name)                                                                                    \
    {                                                                                              \
        pen_string(w->to, expression);                                                             \
    }

static const struct network *told(const struct writing *w)
{
    return w->act->told ? w->act->told : w->act->network;
}

static const struct person *other(const struct writing *w)
{
    return w->act->other ? w->act->other : w->act->person;
}

ACT_TEXT(name, w->act->person->name)
ACT_TEXT(upn, w->act->person->upn)
ACT_TEXT(other_name, other(w)->name)
ACT_TEXT(other_upn, other(w)->upn)
ACT_TEXT(org, w->act->person->org->name)
ACT_TEXT(domain, w->act->person->org->domain)
ACT_TEXT(agent, w->act->agent->text)
ACT_TEXT(os, w->act->device ? w->act->device->os : w->act->agent->os)
ACT_TEXT(app, w->act->app->name)
ACT_TEXT(app_id, w->act->app->id)
ACT_TEXT(resource, w->act->resource->name)
ACT_TEXT(resource_id, w->act->resource->id)
ACT_TEXT(what, w->act->what)
ACT_TEXT(country, told(w)->country)
ACT_TEXT(city, told(w)->city)
ACT_TEXT(region, told(w)->region)
ACT_TEXT(holder, w->act->network->holder)

FIELD(sent_ticks)
{
    pen_ticks(w->to, w->sent_ms, w->act->id);
}

FIELD(at_ticks)
{
    pen_ticks(w->to, w->act->at_ms, w->act->id);
}

FIELD(at_seconds)
{
    pen_seconds(w->to, w->act->at_ms);
}

FIELD(at_millis)
{
    pen_millis(w->to, w->act->at_ms);
}

FIELD(at_epoch)
{
    pen_number(w->to, w->act->at_ms / 1000);
}

FIELD(id)
{
    pen_guid(w->to, w->act->id);
}

FIELD(correlation)
{
    pen_guid(w->to, dice_mix(w->act->id, OF_CORRELATION));
}

FIELD(token_id)
{
    pen_token(w->to, w->act->id);
}

FIELD(session)
{
    if (w->act->session)
        pen_guid(w->to, w->act->session);
}

FIELD(session_hex)
{
    pen_hex(w->to, w->act->session, 16);
}

FIELD(person_id)
{
    pen_guid(w->to, w->act->person->key);
}

FIELD(person_hex)
{
    pen_hex(w->to, w->act->person->key, 14);
}

FIELD(person_key)
{
    pen_hex(w->to, w->act->person->key, 16);
}

FIELD(person_number)
{
    pen_number(w->to, (int64_t)(10000 + w->act->person->key % 89999));
}

FIELD(other_id)
{
    pen_guid(w->to, other(w)->key);
}

FIELD(tenant)
{
    pen_guid(w->to, w->act->person->org->key);
}

FIELD(org_hex)
{
    pen_hex(w->to, w->act->person->org->key, 7);
}

FIELD(ip)
{
    pen_ip(w->to, &w->act->ip);
}

FIELD(ip_version)
{
    pen_string(w->to, ip_is_v4(&w->act->ip) ? "V4" : "V6");
}

FIELD(ip_and_port)
{
    const bool v6 = !ip_is_v4(&w->act->ip);

    if (v6)
        pen_lit(w->to, "[");
    pen_ip(w->to, &w->act->ip);
    if (v6)
        pen_lit(w->to, "]");
    pen_lit(w->to, ":");
    pen_number(w->to, w->act->port);
}

FIELD(port)
{
    pen_number(w->to, w->act->port);
}

FIELD(lat)
{
    pen_degrees(w->to, told(w)->lat_e6);
}

FIELD(lon)
{
    pen_degrees(w->to, told(w)->lon_e6);
}

FIELD(asn)
{
    pen_number(w->to, w->act->network->asn);
}

FIELD(code)
{
    pen_number(w->to, w->act->code);
}

FIELD(device_hash)
{
    const uint64_t key = w->act->device ? w->act->device->key : w->act->session;

    pen_hex(w->to, dice_mix(key, OF_HASH), 16);
}

FIELD(resource_principal)
{
    pen_guid(w->to, dice_mix(w->act->person->org->key, OF_PRINCIPAL));
}

FIELD(processing)
{
    pen_number(w->to, (int64_t)(60 + w->act->id % 400));
}

/* The first word of "Edge 133.0.0". */
FIELD(browser_type)
{
    const char *name = w->act->agent->browser;

    pen_put(w->to, name, strcspn(name, " "));
}

FIELD(browser_upper)
{
    for (const char *c = w->act->agent->browser; *c && *c != ' '; c++) {
        const char upper = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        pen_put(w->to, &upper, 1);
    }
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, put_##name                                                                          \
    }

const struct field fields_common[] = {ROW(name),
                                      ROW(upn),
                                      ROW(other_name),
                                      ROW(other_upn),
                                      ROW(org),
                                      ROW(domain),
                                      ROW(agent),
                                      ROW(os),
                                      ROW(app),
                                      ROW(app_id),
                                      ROW(resource),
                                      ROW(resource_id),
                                      ROW(what),
                                      ROW(country),
                                      ROW(city),
                                      ROW(region),
                                      ROW(holder),
                                      ROW(sent_ticks),
                                      ROW(at_ticks),
                                      ROW(at_seconds),
                                      ROW(at_millis),
                                      ROW(at_epoch),
                                      ROW(id),
                                      ROW(correlation),
                                      ROW(token_id),
                                      ROW(session),
                                      ROW(session_hex),
                                      ROW(person_id),
                                      ROW(person_hex),
                                      ROW(person_key),
                                      ROW(person_number),
                                      ROW(other_id),
                                      ROW(tenant),
                                      ROW(org_hex),
                                      ROW(ip),
                                      ROW(ip_version),
                                      ROW(ip_and_port),
                                      ROW(port),
                                      ROW(lat),
                                      ROW(lon),
                                      ROW(asn),
                                      ROW(code),
                                      ROW(device_hash),
                                      ROW(processing),
                                      ROW(browser_type),
                                      ROW(browser_upper),
                                      ROW(resource_principal),
                                      {NULL, NULL}};
