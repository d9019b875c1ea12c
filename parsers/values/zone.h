/* SPDX-License-Identifier: Apache-2.0
 *
 * Local time, for stamps that name no zone. A zone is a list of steps, made at the start from
 * the machine's time zone database (plugin/path/zone_load.h); here it is only looked up. Immutable, any thread.
 *
 *   steps  | since ever: +01:00 | since 2025-03-30T01:00Z: +02:00 | since 2025-10-26T01:00Z: ... |
 */
#ifndef PARSERS_VALUES_ZONE_H
#define PARSERS_VALUES_ZONE_H

#include "parsers/values/slice.h"

#include <stddef.h>
#include <stdint.h>

struct zone_step {
    int64_t from_ms;   /* UTC; the first one's is INT64_MIN */
    int64_t offset_ms; /* east of UTC */
};

struct zone {
    const struct zone_step *steps; /* ascending, at least one */
    size_t n;
};

/* Which zone the stamps of which host are in. */
struct zones {
    const struct zone *other; /* of hosts not named; NULL: UTC */
    const struct zone_host *hosts;
    size_t hosts_n;
};

struct zone_host {
    const char *host; /* ASCII case ignored */
    const struct zone *zone;
};

/* A local time as UTC, both in ms since 1970. In the hour that a clock shows twice it is the first
 * time; in the hour that it skips, as if it had not been set yet. zone NULL: the time itself. */
int64_t zone_to_utc(const struct zone *zone, int64_t local_ms);

/* The zone of a host; zones NULL: NULL. */
const struct zone *zones_of(const struct zones *zones, struct slice host);

#endif
