/* SPDX-License-Identifier: Apache-2.0
 *
 * Prefixes, nested or not, flattened into disjoint sorted ranges that answer in tens of ns
 * (tests/bench/networks.c).
 *
 *   built: 10.0.0.0/8 = A, 10.1.0.0/16 = B       first level       ranges, sorted by start
 *                                                 (by top bits)    start      value
 *   10.0.0.0 --------A---------                   ...              0.0.0.0    0 (nothing)
 *         10.1.0.0 ---B---                        00001010 ------> 10.0.0.0   A
 *                                                 00001011 --.     10.1.0.0   B
 *   The first level bounds a binary search          ...       \    10.2.0.0   A
 *   to the few ranges of one bucket.                           `-> 11.0.0.0   0
 *
 * IPv4 has 32-bit keys. IPv6 has keys of the upper 64 bits; a /64 cut up by longer prefixes has a
 * marked value, the number of a group in a second ("refine") array of lower halves.
 * Frozen, it is immutable: any thread may ask. A prefix of fewer than 96 bits covers IPv6 only,
 * even if it contains ::ffff:0:0/96.
 *
 * Bytes when frozen, n prefixes: at most 2n + 1 ranges of 8 (IPv4) or 12 (IPv6), and a first level
 * of less than 2 bytes a range (1 KiB at least). While building: 24 n, and as much again to sort.
 */
#ifndef GEOIP_INTERVALS_H
#define GEOIP_INTERVALS_H

#include "parsers/values/ip.h"

#include <stdint.h>

/* Values are 1 to INTERVALS_VALUE_MAX; 0 is "no prefix covers it". What when full: intervals_add
 * returns -ENOSPC. */
enum { INTERVALS_VALUE_MAX = 0x7fffffff, INTERVALS_PREFIXES_MAX = 1 << 26 };

struct intervals;

/* The value of a prefix with value `inner` inside one whose combined value is `outer` (0: inside
 * none; also called for the same prefix given twice). 0 on failure: intervals_freeze gives -ENOMEM.
 */
typedef uint32_t intervals_combine(void *ctx, uint32_t outer, uint32_t inner);

struct intervals *intervals_new(void); /* NULL: out of memory */
void intervals_free(struct intervals *intervals);

/* 0, -ENOMEM or -ENOSPC. Before intervals_freeze. */
int intervals_add(struct intervals *intervals, const struct prefix *prefix, uint32_t value);

/* Sorts and flattens. `combine` may be NULL: then the more specific, or later added, prefix wins.
 * 0 or -ENOMEM; on failure it can only be freed. */
int intervals_freeze(struct intervals *intervals, intervals_combine *combine, void *ctx);

/* The value of the address, 0 for none. Thread: any, after freeze. */
uint32_t intervals_find(const struct intervals *intervals, const struct ip *ip);

size_t intervals_bytes(const struct intervals *intervals);
size_t intervals_ranges(const struct intervals *intervals); /* of both families, after freeze */

#endif
