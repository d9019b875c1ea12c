/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking up zones. A zone has some two steps a year; a table of hosts is what somebody wrote into
 * a config by hand, so it is gone through from the top.
 */
#include "parsers/values/zone.h"

/* The step that a moment of UTC lies in. */
static size_t step_at(const struct zone *zone, int64_t utc_ms)
{
    size_t low = 0, high = zone->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->steps[middle].from_ms <= utc_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The step whose offset, taken off, leads into the step itself; of two the earlier. Where there is
 * none the clock skipped that hour. */
int64_t zone_to_utc(const struct zone *zone, int64_t local_ms)
{
    const int64_t day_ms = 24 * 60 * 60 * 1000;
    if (zone == NULL || zone->n == 0)
        return local_ms;
    size_t first = step_at(zone, local_ms - day_ms), last = step_at(zone, local_ms + day_ms);
    for (size_t i = first; i <= last; i++) {
        int64_t utc_ms = local_ms - zone->steps[i].offset_ms;
        if (step_at(zone, utc_ms) == i)
            return utc_ms;
    }
    return local_ms - zone->steps[first].offset_ms;
}

const struct zone *zones_of(const struct zones *zones, struct slice host)
{
    if (zones == NULL)
        return NULL;
    for (size_t i = 0; host.len > 0 && i < zones->hosts_n; i++)
        if (slice_equal_nocase(host, slice_of(zones->hosts[i].host)))
            return zones->hosts[i].zone;
    return zones->other;
}
