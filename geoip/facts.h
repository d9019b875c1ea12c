/* SPDX-License-Identifier: Apache-2.0
 *
 * Three small tables that the binary carries (geoip/embed.c): where each country is and how large,
 * and what kind of network some autonomous systems and some prefixes are. Read once, then
 * immutable.
 */
#ifndef GEOIP_FACTS_H
#define GEOIP_FACTS_H

#include "config/diag.h"
#include "geoip/network_class.h"
#include "parsers/values/ip.h"
#include "parsers/values/slice.h"

#include <stdint.h>

enum { FACTS_ROWS_MAX = 1 << 20 };

struct country {
    char code[3];           /* ISO 3166 alpha-2 */
    int32_t lat_e6, lon_e6; /* its middle, millionths of a degree */
    uint16_t radius_km;     /* of a circle of its area */
};

struct facts;

/* Reads the tables; asn_classes is a file to read in place of the built-in one, or NULL. Every bad
 * row is an error at FILE:LINE:COL; NULL then. */
struct facts *facts_new(const char *asn_classes, struct diag *diag);
void facts_free(struct facts *facts);

/* NULL if it is not in the table. */
const struct country *facts_country(const struct facts *facts, const char code[static 2]);
enum network_class facts_class(const struct facts *facts, uint32_t asn);

/* By the longest listed prefix around the address, where a system is shared by networks of several
 * kinds: outweighs facts_class. NETWORK_UNKNOWN: none is listed. Thread: any. */
enum network_class facts_prefix_class(const struct facts *facts, const struct ip *ip);

size_t facts_bytes(const struct facts *facts);

/* The built-in texts, from geoip/embed.c. */
struct slice facts_countries_text(void);
struct slice facts_asn_classes_text(void);
struct slice facts_prefixes_text(void);

#endif
