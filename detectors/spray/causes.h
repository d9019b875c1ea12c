/* SPDX-License-Identifier: Apache-2.0
 *
 * What another finding rests on: the spray whose network or tool an event came from, the feed that
 * lists its address. Told as subjects and days, since a finding's id follows from them; which of
 * those findings there are only the speaker knows. Thread: the speaker's.
 */
#ifndef DETECTORS_SPRAY_CAUSES_H
#define DETECTORS_SPRAY_CAUSES_H

#include "detectors/frame/detector.h"

/* Adds the causes of a finding's events: sprays at most memory_ms before or after each, feeds of
 * its day. Beyond FINDING_CAUSES_MAX the rest is left out. */
void causes_of_events(const struct detection *d, struct finding *f, int64_t memory_ms);

/* The subject of cidr_match's findings about a feed, by its number among the networks. */
uint64_t cidr_match_subject(const struct detection *d, uint64_t tenant_hash, int set);

extern const struct detector detector_password_spray, detector_cidr_match;

#endif
