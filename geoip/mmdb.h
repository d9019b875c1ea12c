/* SPDX-License-Identifier: Apache-2.0
 *
 * One MaxMind DB file while it is being loaded: opened, its whole search tree walked with every
 * bound checked, and the few fields spoor uses read from the two schemas in use: MaxMind's (GeoIP2,
 * GeoLite2) and the flat one of ip-location-db. The file is open only until geoip/flat.c has what
 * it needs, so one that is replaced or cut later cannot hurt a running process. Format:
 * maxmind.github.io/MaxMind-DB. Thread: any, before start; one thread per struct mmdb.
 */
#ifndef GEOIP_MMDB_H
#define GEOIP_MMDB_H

#include "config/diag.h"
#include "parsers/values/ip.h"
#include "parsers/values/slice.h"

#include <stdint.h>

enum {
    MMDB_FILE_MAX = INT32_MAX, /* bytes; longer is refused */
    MMDB_TEXT_MAX = 128        /* bytes of one name; longer is cut at a code point */
};

struct mmdb;

/* What a city record says. Slices point into the file. */
struct mmdb_city {
    char country[3];           /* upper case; "" not given */
    struct slice city, region; /* UTF-8; region: the name, else the ISO code */
    bool has_position;
    int32_t lat_e6, lon_e6; /* millionths of a degree */
    uint16_t radius_km;     /* 0: not given */
};

struct mmdb_as {
    uint32_t asn; /* 0: not given */
    struct slice name;
};

/* NULL: the file is missing, damaged or not such a database, and diag says why. */
struct mmdb *mmdb_open(const char *file, struct diag *diag);
void mmdb_close(struct mmdb *mmdb);

/* Calls visit for every network that has a record, first IPv4, then IPv6, each in ascending order;
 * a record is named by its offset. The aliases of the IPv4 networks inside IPv6 (6to4, Teredo,
 * mapped) are left out: see ip_embedded. 0; -EBADMSG when the tree is damaged (told to diag); or
 * what visit returned, if not 0. */
int mmdb_walk(const struct mmdb *mmdb, struct diag *diag,
              int (*visit)(void *ctx, const struct prefix *prefix, uint32_t record), void *ctx);

/* 0, or -EBADMSG when the record is damaged (told to diag). What it does not give stays empty. */
int mmdb_city(const struct mmdb *mmdb, uint32_t record, struct diag *diag,
              struct mmdb_city *ret_city);
int mmdb_as(const struct mmdb *mmdb, uint32_t record, struct diag *diag, struct mmdb_as *ret_as);

/* The record the library itself finds for an address; false for none. For checking. */
bool mmdb_find(const struct mmdb *mmdb, const struct ip *ip, uint32_t *ret_record);

uint32_t mmdb_nodes(const struct mmdb *mmdb);
const char *mmdb_type(const struct mmdb *mmdb); /* as the file calls itself */

#endif
