/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: where a user was, one half hour and one place in a 64-bit word. Of all events of a user
 *   in one place and half hour the first and the last suffice: any other event is then either within
 *   a quarter hour of one of them, or one of them is its nearest neighbour. Pure functions; any
 *   thread. The words live in a TOP field with SPAN payload: the K newest.
 *
 *   | slot 16 | latitude 11 | longitude 12 | radius 3 | class 2 | device 8 | first 6 | last 6 |
 *     ------------------------- identity --------------------------------   --- payload ----
 *
 * slot: half hours since 1970, modulo 2^16 (3.7 years; read near a time that is known). Latitude
 * and longitude: the nearest tenth of a degree; latitude counts from 1, so no place is ever 0
 * (empty). first, last: 64ths of the slot, 28.125 s each.
 */
#ifndef DETECTORS_WINDOWS_PLACES_H
#define DETECTORS_WINDOWS_PLACES_H

#include "detectors/windows/table.h"

enum {
    PLACE_SLOT_MS = 30 * 60 * 1000,
    PLACE_STEP_MS = PLACE_SLOT_MS / 64, /* of first and last */
    PLACE_SPAN_BITS = 12,
    PLACE_CELL_KM = 16 /* diagonal of a cell at the equator, rounded up */
};

enum place_class { PLACE_ISP, PLACE_MOBILE, PLACE_HOSTING, PLACE_TRUSTED };

/* The field of the `words` newest places. */
#define PLACES_FIELD(name_, first_, words_)                                                        \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_SPAN, .payload_bits = PLACE_SPAN_BITS, .slot_min = 30                   \
    }

struct place_fact {
    double lat, lon; /* degrees; beyond the range they are clamped (lat) or wrapped (lon) */
    float radius_km; /* 0: not given */
    bool city_level; /* false: only the country is known */
    enum place_class net;
    uint8_t device; /* hash of a managed device; 0: none */
};

/* The word of an event; never 0. A position that is not a number gives 0. */
uint64_t place_make(const struct place_fact *fact, int64_t time_ms);

/* All times of a word are read near `near_ms`, the event time in hand. */
int64_t place_slot_ms(uint64_t word, int64_t near_ms);  /* start of the half hour */
int64_t place_first_ms(uint64_t word, int64_t near_ms); /* not after the first event */
int64_t place_last_ms(uint64_t word, int64_t near_ms);  /* not before the last event */

/* False: empty, or further than a quarter of the slots' range (11 months) from near_ms: to be read
 * as empty. */
bool place_is_near(uint64_t word, int64_t near_ms);

double place_lat(uint64_t word); /* of the cell's centre */
double place_lon(uint64_t word);
enum place_class place_net(uint64_t word);
uint8_t place_device(uint64_t word);

/* Radius class 0 to 7, and the most km a place of this class may be off: 10, 25, 50, 100, 200, 500,
 * 1000; the last is country or unknown or more: 1000. */
unsigned place_radius_class(uint64_t word);
double place_radius_km(uint64_t word);
bool place_is_country(uint64_t word);

/* Cell, radius class, net and device: the same for the same place at another time. Never 0. */
uint64_t place_identity(uint64_t word);
/* Cell and net class only: for familiar tokens. Never 0. */
uint64_t place_cell(uint64_t word);

#endif
