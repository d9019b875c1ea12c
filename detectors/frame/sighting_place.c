/* SPDX-License-Identifier: Apache-2.0
 *
 * Places of sign-ins; see the header.
 */
#include "detectors/frame/sighting_place.h"

#include "detectors/windows/places.h"

/* For a city without a radius, as the free databases give them: most radii that are given for
 * cities are below it, and 1.5 of it on both sides takes 600 km off a distance. */
#define CITY_RADIUS_KM 200.0f

static enum place_class class_of(const struct sighting *s)
{
    if (sighting_vouched(s) != SUPPRESSED_NOT)
        return PLACE_TRUSTED;
    switch (s->e->network) {
    case NETWORK_MOBILE:
        return PLACE_MOBILE;
    case NETWORK_HOSTING:
    case NETWORK_VPN:
        return PLACE_HOSTING;
    default:
        return PLACE_ISP;
    }
}

static uint64_t make_place(const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    if (!e->place.known)
        return 0;
    struct place_fact fact = {.lat = e->place.lat,
                              .lon = e->place.lon,
                              .radius_km = e->place.city_level && e->place.radius_km <= 0
                                               ? CITY_RADIUS_KM
                                               : e->place.radius_km,
                              .city_level = e->place.city_level,
                              .net = class_of(s)};
    if (e->ev.managed_device && e->ev.device.len > 0) {
        uint8_t hash =
            0; /* one of 255 values is enough: it only excuses, and both ends must agree */
        for (size_t i = 0; i < e->ev.device.len; i++)
            hash = (uint8_t)(hash * 31 + (uint8_t)slice_lower(e->ev.device.ptr[i]));
        fact.device = hash ? hash : 1;
    }
    return place_make(&fact, e->ev.time_ms);
}

uint64_t sighting_place(const struct sighting *s)
{
    enum network_class network = s->e->network;
    bool says_nothing =
        network == NETWORK_RELAY || network == NETWORK_SATELLITE || network == NETWORK_SASE;
    return !s->e->usable_ip || says_nothing ? 0 : make_place(s);
}

uint64_t sighting_nowhere(const struct sighting *s, enum suppression *ret_why)
{
    static const enum suppression why[NETWORK_N] = {[NETWORK_RELAY] = SUPPRESSED_RELAY,
                                                    [NETWORK_SASE] = SUPPRESSED_RELAY,
                                                    [NETWORK_SATELLITE] = SUPPRESSED_SATELLITE,
                                                    [NETWORK_BACKEND] = SUPPRESSED_BACKEND};
    *ret_why = why[s->e->network];
    return *ret_why != SUPPRESSED_NOT && s->e->ev.has_ip ? make_place(s) : 0;
}
