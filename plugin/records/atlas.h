/* SPDX-License-Identifier: Apache-2.0
 *
 * The networks that worlds take addresses from: data/atlas.tsv, an extract of free databases that
 * the binary carries. Each network lies in one place and one autonomous system by those databases,
 * and `generate -o` writes databases of exactly these. Read once, then immutable: any thread.
 */
#ifndef PLUGIN_RECORDS_ATLAS_H
#define PLUGIN_RECORDS_ATLAS_H

#include "parsers/values/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum network_kind {
    ATLAS_ISP, /* fixed lines: homes, and offices of the smaller companies */
    ATLAS_MOBILE,
    ATLAS_HOSTING,
    ATLAS_VPN,   /* commercial VPN egress */
    ATLAS_RELAY, /* iCloud Private Relay egress */
    ATLAS_SASE,
    ATLAS_SATELLITE,
    ATLAS_BACKEND, /* Microsoft's own servers */
    ATLAS_UNIVERSITY,
    ATLAS_KINDS
};

struct network {
    struct prefix prefix;
    uint32_t asn;
    enum network_kind kind;
    int32_t lat_e6, lon_e6; /* millionths of a degree */
    char country[3];
    const char *city, *region, *holder; /* UTF-8; live as long as the atlas */
    bool is_v6;
};

struct atlas;

/* NULL: out of memory, or the table is damaged. */
struct atlas *atlas_new(void);
void atlas_free(struct atlas *atlas);

size_t atlas_size(const struct atlas *atlas);
const struct network *atlas_at(const struct atlas *atlas, size_t i);

/* What is asked for; zero or NULL members are not asked about. */
struct atlas_wish {
    const char *country, *city;
    uint32_t asn;
    enum network_kind kind; /* always asked about */
    int version;            /* 4, 6 or 0 */
};

/* How many networks fit a wish, and the i-th of them in the order of the table; NULL for i beyond.
 * Both walk the whole table (900 rows): for the making of a world, not for each act. */
size_t atlas_count(const struct atlas *atlas, const struct atlas_wish *wish);
const struct network *atlas_pick(const struct atlas *atlas, const struct atlas_wish *wish,
                                 size_t i);

/* The network whose prefix this is; NULL if it is not in the table. */
const struct network *atlas_named(const struct atlas *atlas, const char *prefix);

/* The IPv6 network of the same system and city, or the IPv4 one; NULL if there is none. */
const struct network *atlas_twin(const struct atlas *atlas, const struct network *network);

/* The address number `which` of a network; the same number gives the same address. In IPv6 each
 * number is a /64 of its own with an interface id of its own; atlas_neighbour keeps the /64 of
 * `which` and takes another interface id (a telephone changes it all the time). */
struct ip atlas_address(const struct network *network, uint64_t which);
struct ip atlas_neighbour(const struct network *network, uint64_t which, uint64_t interface);

/* Great-circle km between the places of two networks. */
double atlas_km(const struct network *a, const struct network *b);

#endif
