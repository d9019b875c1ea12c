/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting in a row: one stamp that does not fit begins anew, so hosts in several zones, or a queue
 * that is hours behind, are not taken for one zone.
 */
#include "plugin/path/skew.h"

#include "parsers/values/timestamp.h"

#include <stdint.h>
#include <stdio.h>

#define HALF_HOUR_MS (HOUR_MS / 2)
#define EARLY_MS     (2 * MINUTE_MS)
#define LATE_MS      (10 * MINUTE_MS)

enum { FARTHEST = 28 }; /* half hours: +14:00 */

/* East of UTC is positive: the stamp is then later than the arrival. 0: none, or no such gap. */
static int half_hours_of(const struct event *ev)
{
    if (!ev->zoneless || ev->received_ms == 0)
        return 0;
    int64_t gap_ms = ev->received_ms - ev->time_ms + EARLY_MS;
    int64_t bin = gap_ms / HALF_HOUR_MS - (gap_ms % HALF_HOUR_MS < 0);
    if (gap_ms - bin * HALF_HOUR_MS > EARLY_MS + LATE_MS || bin < -FARTHEST || bin > FARTHEST)
        return 0;
    return (int)-bin;
}

static size_t place_of(struct skew *skew, const char *topic)
{
    size_t i = 0;
    while (i < SKEW_TOPICS && skew->topics[i].topic != topic && skew->topics[i].agreed > 0)
        i++;
    i %= SKEW_TOPICS;
    if (skew->topics[i].topic != topic) {
        skew->topics[i].topic = topic;
        skew->topics[i].told = false;
        skew->topics[i].agreed = 0;
    }
    return i;
}

bool skew_take(struct skew *skew, const char *topic, const struct event *ev,
               char text[static SKEW_TEXT_MAX])
{
    if (!ev->zoneless || ev->received_ms == 0)
        return false;
    int half_hours = half_hours_of(ev);
    size_t i = place_of(skew, topic);
    if (half_hours != skew->topics[i].half_hours)
        skew->topics[i].agreed = 0;
    skew->topics[i].half_hours = (int16_t)half_hours;
    if (skew->topics[i].agreed < SKEW_STAMPS)
        skew->topics[i].agreed++;
    if (half_hours == 0 || skew->topics[i].agreed < SKEW_STAMPS || skew->topics[i].told)
        return false;
    skew->topics[i].told = true;
    unsigned minutes = (unsigned)(half_hours < 0 ? -half_hours : half_hours) * 30;
    snprintf(text, SKEW_TEXT_MAX, "%c%02u:%02u", half_hours < 0 ? '-' : '+', minutes / 60 % 100,
             minutes % 60);
    return true;
}
