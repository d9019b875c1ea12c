/* SPDX-License-Identifier: Apache-2.0
 *
 * Two places no traveller could join: the arithmetic of impossible_travel, on place words alone.
 * Pure functions; any thread.
 */
#ifndef DETECTORS_TRAVEL_TRAVEL_H
#define DETECTORS_TRAVEL_TRAVEL_H

#include "detectors/frame/detector.h"

struct travel_options {
    bool enabled;
    struct shared_options shared;
    double min_distance_km, max_speed_kmh, radius_factor, mobile_radius_km;
    int unfamiliar_hosting; /* 0: not reported; 1: reported as Medium */
};

struct leg {
    bool far;                  /* nobody travels like this */
    double km;                 /* between the cells' centres, by the great circle */
    double km_min;             /* at least so far, all uncertainty taken off */
    int64_t gap_ms;            /* at most so long between them; 0: within the same half hour */
    double kmh;                /* km_min over the gap, of at least a minute */
    int64_t first_ms, last_ms; /* from the earlier end to the later one */
};

/* Judges an unordered pair of place words, whose times are read near near_ms. */
struct leg travel_leg(const struct travel_options *o, uint64_t a, uint64_t b, int64_t near_ms);

#endif
