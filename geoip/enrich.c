/* SPDX-License-Identifier: Apache-2.0
 *
 * The second stage of an event's path: asks the flattened databases and the operator's networks
 * about its address. All thinking was done at load; here are a few look-ups and copies.
 */
#include "geoip/enrich.h"

#include "geoip/facts.h"
#include "geoip/flat.h"

#include <stdlib.h>
#include <string.h>

struct enricher {
    const struct networks *networks; /* borrowed */
    struct facts *facts;
    struct flat **city, **as;
    size_t city_n, as_n;
};

/* Opens all files of one kind, so that one run tells all that are bad. */
static struct flat **load_all(const char *const *files, size_t n, enum flat_kind kind,
                              const struct facts *facts, struct diag *diag)
{
    struct flat **flats = calloc(n + 1, sizeof(struct flat *));
    if (!flats)
        diag_error(diag, (struct diag_place){0}, "out of memory");
    for (size_t i = 0; flats && i < n; i++)
        flats[i] = flat_load(files[i], kind, facts, diag);
    return flats;
}

struct enricher *enricher_new(const struct enricher_sources *sources,
                              const struct networks *networks, struct diag *diag)
{
    size_t errors = diag_errors(diag);
    struct enricher *enricher = calloc(1, sizeof(*enricher));
    if (!enricher) {
        diag_error(diag, (struct diag_place){0}, "out of memory");
        return NULL;
    }
    enricher->networks = networks;
    enricher->facts = facts_new(sources->asn_classes, diag);
    if (enricher->facts) {
        enricher->city = load_all(sources->city, sources->city_n, FLAT_CITY, enricher->facts, diag);
        enricher->as = load_all(sources->asn, sources->asn_n, FLAT_AS, enricher->facts, diag);
        enricher->city_n = sources->city_n;
        enricher->as_n = sources->asn_n;
    }
    if (diag_errors(diag) > errors) {
        enricher_free(enricher);
        return NULL;
    }
    return enricher;
}

void enricher_free(struct enricher *enricher)
{
    if (!enricher)
        return;
    for (size_t i = 0; enricher->city && i < enricher->city_n; i++)
        flat_free(enricher->city[i]);
    for (size_t i = 0; enricher->as && i < enricher->as_n; i++)
        flat_free(enricher->as[i]);
    free(enricher->city);
    free(enricher->as);
    facts_free(enricher->facts);
    free(enricher);
}

size_t enricher_bytes(const struct enricher *enricher)
{
    size_t bytes = sizeof(*enricher) + facts_bytes(enricher->facts);
    for (size_t i = 0; i < enricher->city_n; i++)
        bytes += flat_bytes(enricher->city[i]);
    for (size_t i = 0; i < enricher->as_n; i++)
        bytes += flat_bytes(enricher->as[i]);
    return bytes;
}

static void find_place(const struct enricher *enricher, const struct ip *ip, struct place *place)
{
    for (size_t i = 0; i < enricher->city_n; i++) {
        const struct flat_city *city = flat_city(enricher->city[i], ip);
        if (!city)
            continue;
        place->known = city->known;
        place->city_level = city->city_level;
        place->lat = city->lat_e6 / 1e6;
        place->lon = city->lon_e6 / 1e6;
        place->radius_km = city->radius_km;
        memcpy(place->country, city->country, 2);
        place->city = flat_text(enricher->city[i], city->city);
        place->region = flat_text(enricher->city[i], city->region);
        return;
    }
}

static void find_as(const struct enricher *enricher, const struct ip *ip,
                    struct enriched_event *out)
{
    for (size_t i = 0; i < enricher->as_n; i++) {
        const struct flat_as *as = flat_as(enricher->as[i], ip);
        if (!as)
            continue;
        out->asn = as->asn;
        out->as_name = flat_text(enricher->as[i], as->name);
        out->network = (enum network_class)as->network;
        break;
    }
    enum network_class by_prefix = facts_prefix_class(enricher->facts, ip);
    if (by_prefix != NETWORK_UNKNOWN)
        out->network = by_prefix;
}

/* Everything but ev. A special address has no place and no system, yet may be in a trusted network.
 */
static void fill(const struct enricher *enricher, const struct ip *ip, struct enriched_event *out)
{
    out->place = (struct place){.city = "", .region = ""};
    out->asn = 0;
    out->as_name = "";
    out->network = NETWORK_UNKNOWN;
    out->sets = 0;
    out->usable_ip = false;
    if (!ip)
        return;
    struct ip origin = ip_embedded(ip);
    out->sets = networks_find(enricher->networks, &origin, NULL);
    if (!ip_equal(ip, &origin)) /* a feed may also name the transition address itself */
        out->sets |= networks_find(enricher->networks, ip, NULL);
    bool special = ip_is_special(&origin);
    if (!special) {
        find_place(enricher, &origin, &out->place);
        find_as(enricher, &origin, out);
    }
    if (out->sets >> NETWORKS_TRUSTED & 1)
        out->network = NETWORK_OFFICE;
    out->usable_ip = !special && out->network != NETWORK_BACKEND;
}

void enrich(const struct enricher *enricher, const struct event *ev, struct enriched_event *ret_out)
{
    ret_out->ev = *ev;
    fill(enricher, ev->has_ip ? &ev->ip : NULL, ret_out);
}

void enrich_ip(const struct enricher *enricher, const struct ip *ip, struct enriched_event *ret_out)
{
    memset(&ret_out->ev, 0, sizeof(ret_out->ev));
    ret_out->ev.has_ip = true;
    ret_out->ev.ip = *ip;
    fill(enricher, ip, ret_out);
}
