/* SPDX-License-Identifier: Apache-2.0
 *
 * Packing and reading of the place word; the layout is drawn in places.h.
 */
#include "detectors/windows/places.h"

#include <math.h>

enum {
    SLOT_AT = 48,
    LAT_AT = 37,
    LON_AT = 25,
    RADIUS_AT = 22,
    NET_AT = 20,
    DEVICE_AT = 12,
    FIRST_AT = 6,
    STEPS = 64,
    LON_CELLS = 3600,
    COUNTRY = 7,
    SLOTS_QUARTER = 1 << 14
};
_Static_assert(PLACE_STEP_MS *STEPS == PLACE_SLOT_MS, "a slot is a whole number of steps");

static const double radius_km[8] = {10, 25, 50, 100, 200, 500, 1000, 1000};

static uint64_t bits(uint64_t word, unsigned at, unsigned n)
{
    return word >> at & ((UINT64_C(1) << n) - 1);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static uint64_t radius_class(const struct place_fact *fact)
{
    if (!fact->city_level || !(fact->radius_km > 0))
        return COUNTRY;
    uint64_t c = 0;
    while (c < COUNTRY && fact->radius_km > radius_km[c])
        c++;
    return c;
}

/* Tenths of a degree from -180, wrapped: 180 E and 180 W are one meridian and one number. */
static uint64_t lon_cell(double lon)
{
    double turns = lon / 360;
    double cell = round((lon - 360 * floor(turns + 0.5) + 180) * 10);
    return cell >= LON_CELLS || cell < 0 ? 0 : (uint64_t)cell;
}

uint64_t place_make(const struct place_fact *fact, int64_t time_ms)
{
    if (!isfinite(fact->lat) || !isfinite(fact->lon))
        return 0;
    int64_t slot = floor_div(time_ms, PLACE_SLOT_MS);
    uint64_t step = (uint64_t)(time_ms - slot * PLACE_SLOT_MS) / PLACE_STEP_MS;
    double lat = fact->lat < -90 ? -90 : fact->lat > 90 ? 90 : fact->lat;
    return ((uint64_t)slot & 0xffff) << SLOT_AT | ((uint64_t)round((lat + 90) * 10) + 1) << LAT_AT |
           lon_cell(fact->lon) << LON_AT | radius_class(fact) << RADIUS_AT |
           ((uint64_t)fact->net & 3) << NET_AT | (uint64_t)fact->device << DEVICE_AT |
           step << FIRST_AT | step;
}

/* Slots from near_ms to the word, as a serial number: -2^15 to 2^15 - 1. */
static int64_t slots_away(uint64_t word, int64_t near_ms)
{
    return (int16_t)(uint16_t)((word >> SLOT_AT) - (uint64_t)floor_div(near_ms, PLACE_SLOT_MS));
}

int64_t place_slot_ms(uint64_t word, int64_t near_ms)
{
    return (floor_div(near_ms, PLACE_SLOT_MS) + slots_away(word, near_ms)) * PLACE_SLOT_MS;
}

int64_t place_first_ms(uint64_t word, int64_t near_ms)
{
    return place_slot_ms(word, near_ms) + (int64_t)bits(word, FIRST_AT, 6) * PLACE_STEP_MS;
}

int64_t place_last_ms(uint64_t word, int64_t near_ms)
{
    return place_slot_ms(word, near_ms) + (int64_t)(bits(word, 0, 6) + 1) * PLACE_STEP_MS - 1;
}

bool place_is_near(uint64_t word, int64_t near_ms)
{
    int64_t away = slots_away(word, near_ms);
    return word != 0 && away <= SLOTS_QUARTER && away >= -SLOTS_QUARTER;
}

double place_lat(uint64_t word)
{
    return ((double)bits(word, LAT_AT, 11) - 1) / 10 - 90;
}

double place_lon(uint64_t word)
{
    return (double)bits(word, LON_AT, 12) / 10 - 180;
}

enum place_class place_net(uint64_t word)
{
    return (enum place_class)bits(word, NET_AT, 2);
}

uint8_t place_device(uint64_t word)
{
    return (uint8_t)bits(word, DEVICE_AT, 8);
}

unsigned place_radius_class(uint64_t word)
{
    return (unsigned)bits(word, RADIUS_AT, 3);
}

double place_radius_km(uint64_t word)
{
    return radius_km[place_radius_class(word)];
}

bool place_is_country(uint64_t word)
{
    return place_radius_class(word) == COUNTRY;
}

uint64_t place_identity(uint64_t word)
{
    return bits(word, DEVICE_AT, SLOT_AT - DEVICE_AT);
}

uint64_t place_cell(uint64_t word)
{
    return bits(word, LON_AT, SLOT_AT - LON_AT) << 2 | bits(word, NET_AT, 2);
}
