/* SPDX-License-Identifier: Apache-2.0
 *
 * A database flattened for look-up: a table of intervals whose value is the number of a compact
 * record, each different record and name kept once. A look-up in the database
 * itself, with the fields of its record, costs several times as much (tests/bench/geoip.c).
 * Immutable once made. What when full: at most INTERVALS_PREFIXES_MAX networks and 1 GiB of
 * records; more is refused.
 */
#ifndef GEOIP_FLAT_H
#define GEOIP_FLAT_H

#include "geoip/facts.h"
#include "parsers/values/ip.h"

#include <stdint.h>

enum flat_kind { FLAT_CITY, FLAT_AS };

/* Names are offsets for flat_text. */
struct flat_city {
    int32_t lat_e6, lon_e6;
    uint32_t city, region;
    uint16_t radius_km; /* 0: not given */
    char country[2];    /* NUL NUL: not given */
    uint16_t known;     /* has lat and lon */
    uint16_t city_level;
};

struct flat_as {
    uint32_t asn, name;
    uint32_t network; /* enum network_class by the facts */
};

struct flat;

/* Opens, checks and flattens a file, then closes it. A sample of its networks is compared with what
 * the library finds. NULL: diag says why. */
struct flat *flat_load(const char *file, enum flat_kind kind, const struct facts *facts,
                       struct diag *diag);
void flat_free(struct flat *flat);
size_t flat_bytes(const struct flat *flat);
size_t flat_networks(const struct flat *flat); /* as counted in the file */

/* NULL if the database has nothing for the address. Only for the kind that was loaded.
 * Thread: any. */
const struct flat_city *flat_city(const struct flat *flat, const struct ip *ip);
const struct flat_as *flat_as(const struct flat *flat, const struct ip *ip);
const char *flat_text(const struct flat *flat, uint32_t name);

#endif
