/* SPDX-License-Identifier: Apache-2.0
 *
 * What source, network and feed rows count, and how an event is written into them.
 */
#ifndef DETECTORS_TRIED_H
#define DETECTORS_TRIED_H

#include "detectors/ladder.h"

/* How a sign-in counts for a spray: it tried a user's password, it succeeded, or neither (a stale
 * token, a client without its secret, a throttled request, the broker's chatter). A password that
 * was right is a hit; TRIED_OK is one too. */
enum tried_class { TRIED_NOT, TRIED_USER, TRIED_OK };
enum tried_class tried_class_of(const struct sighting *s);

/* The user as an element of sets and as the key of its name: the top 40 bits of its hash. */
uint64_t tried_user(const struct sighting *s);
uint64_t tried_user_of(uint64_t user_hash);

/* Writes label, marks, hits, users, addresses and names: all but the sets. A success writes only
 * the label and its hit: most sign-ins succeed, and their sources are of interest only beside
 * attacks. */
void tried_update(struct windows *w, unsigned table, uint32_t row, const struct sighting *s,
                  const struct rung *rung, uint64_t fp);

/* Distinct users whose password was right in [from_ms, to_ms), of the newest eight hits. */
unsigned tried_hits(const struct windows *w, unsigned table, uint32_t row, int64_t from_ms,
                    int64_t to_ms);

/* Lists users tried and hit, and addresses, into a finding. */
void tried_describe(const struct windows *w, unsigned table, uint32_t row,
                    const struct enricher *enricher, struct finding *f);

#endif
