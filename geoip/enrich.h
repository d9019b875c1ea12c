/* SPDX-License-Identifier: Apache-2.0
 *
 * struct event -> struct enriched_event: the place, autonomous system and network sets of the
 * event's address. Everything here is immutable once made, so all workers share one enricher.
 */
#ifndef GEOIP_ENRICH_H
#define GEOIP_ENRICH_H

#include "config/diag.h"
#include "geoip/network_class.h"
#include "geoip/networks.h"
#include "parsers/values/event.h"

#include <stdint.h>

/* Where an address is. Strings live as long as the enricher. */
struct place {
    double lat, lon;    /* degrees; valid only if known */
    float radius_km;    /* 67 % circle the database gives; 0: not given */
    bool known;         /* lat and lon are valid */
    bool city_level;    /* false: only the country is known and lat, lon are its centre */
    char country[3];    /* ISO 3166 alpha-2, NUL-terminated; "" unknown */
    const char *city;   /* UTF-8, NUL-terminated; "" unknown; never NULL */
    const char *region; /* "" unknown; never NULL */
};

struct enriched_event {
    struct event ev;
    struct place place;
    uint32_t asn;        /* 0: not known */
    const char *as_name; /* "" unknown; never NULL; lives as long as the enricher */
    enum network_class network;
    uint64_t sets; /* which of the operator's networks and feeds cover the address */
    bool
        usable_ip; /* has an address that says something about the user: not special, not backend */
};

struct enricher;

/* Files to open; arrays of paths, in order: the first that knows an address answers. */
struct enricher_sources {
    const char *const *city;
    size_t city_n;
    const char *const *asn;
    size_t asn_n;
    const char *asn_classes; /* NULL: the built-in list */
};

/* Opens and flattens all databases. A missing, damaged or foreign file is an error in diag that
 * names the file and the reason; NULL then. `networks` is frozen, borrowed, and must live longer.
 */
struct enricher *enricher_new(const struct enricher_sources *sources,
                              const struct networks *networks, struct diag *diag);
void enricher_free(struct enricher *enricher);
size_t enricher_bytes(const struct enricher *enricher);

/* Fills *ret_out from the event. Never fails: what is not known stays empty. Allocates nothing.
 * Thread: any. */
void enrich(const struct enricher *enricher, const struct event *ev,
            struct enriched_event *ret_out);

/* The same for a bare address, for evidence. */
void enrich_ip(const struct enricher *enricher, const struct ip *ip,
               struct enriched_event *ret_out);

#endif
