/* SPDX-License-Identifier: Apache-2.0
 *
 * The predicate of impossible travel, and why it does not depend on order:
 *
 *   within one half hour   far enough apart that no gap inside it would do, whatever the times are
 *   across half hours      the gap between the true end points, as the words' spans give it; the
 *                          spans only widen, so the gap only shrinks
 *
 * A place word's radius is an upper bound of its class, and MaxMind's radius is a 67 % circle,
 * so 1.5 of both radii and a cell's diagonal come off the distance before anything is called
 * impossible.
 */
#include "detectors/travel/travel.h"

#include "detectors/windows/places.h"
#include "geoip/distance.h"

static double radius(const struct travel_options *o, uint64_t place)
{
    double km = place_radius_km(place);
    return place_net(place) == PLACE_MOBILE && km < o->mobile_radius_km ? o->mobile_radius_km : km;
}

struct leg travel_leg(const struct travel_options *o, uint64_t a, uint64_t b, int64_t near_ms)
{
    struct leg leg = {0};
    if (place_slot_ms(a, near_ms) > place_slot_ms(b, near_ms)) {
        uint64_t earlier = b;
        b = a;
        a = earlier;
    }
    bool same_slot = place_slot_ms(a, near_ms) == place_slot_ms(b, near_ms);
    int64_t gap_ms = place_first_ms(b, near_ms) - place_last_ms(a, near_ms) + 2 * PLACE_STEP_MS;
    leg.gap_ms = same_slot ? 0 : gap_ms < 60000 ? 60000 : gap_ms;
    /* No two places are further apart than half the globe: most pairs end here, unmeasured. */
    if ((double)leg.gap_ms / 3.6e6 * o->max_speed_kmh > 20100)
        return leg;
    leg.km = distance_km(place_lat(a), place_lon(a), place_lat(b), place_lon(b));
    leg.km_min =
        DISTANCE_SAFE * leg.km - o->radius_factor * (radius(o, a) + radius(o, b)) - PLACE_CELL_KM;
    if (leg.km_min < 0)
        leg.km_min = 0;
    double hours = same_slot ? PLACE_SLOT_MS / 3.6e6 : (double)leg.gap_ms / 3.6e6;
    leg.kmh = leg.km_min / hours;
    leg.far = leg.km_min > o->min_distance_km && leg.kmh > o->max_speed_kmh;
    leg.first_ms = place_first_ms(a, near_ms);
    leg.last_ms = place_last_ms(b, near_ms);
    if (same_slot && place_first_ms(b, near_ms) < leg.first_ms)
        leg.first_ms = place_first_ms(b, near_ms);
    if (same_slot && place_last_ms(a, near_ms) > leg.last_ms)
        leg.last_ms = place_last_ms(a, near_ms);
    return leg;
}
