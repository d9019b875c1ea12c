/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a sign-in was, as a word of places.h. Pure functions; any thread.
 */
#ifndef DETECTORS_FRAME_SIGHTING_PLACE_H
#define DETECTORS_FRAME_SIGHTING_PLACE_H

#include "detectors/frame/sighting.h"

/* The place word of a sign-in; 0: it has no place, or its address says nothing about the user (no
 * address, a private one, a relay, a satellite, Microsoft's own servers). */
uint64_t sighting_place(const struct sighting *s);

/* The place of an address that says nothing about the user, as if it did, and why it does not:
 * SUPPRESSED_RELAY, _SATELLITE or _BACKEND; 0: there is none. */
uint64_t sighting_nowhere(const struct sighting *s, enum suppression *ret_why);

#endif
