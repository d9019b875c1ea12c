/* SPDX-License-Identifier: Apache-2.0
 *
 * What source, network and feed rows count, and how an event is written into them.
 */
#ifndef DETECTORS_FRAME_TRIED_H
#define DETECTORS_FRAME_TRIED_H

#include "detectors/frame/ladder.h"

/* How a sign-in counts for a spray: it tried a user's password, it succeeded, it only shows that a
 * password was right (a second factor was refused, an interruption), or none of these (a stale
 * token, a client without its secret, a throttled request, the broker's chatter). Whatever shows a
 * right password is a hit. */
enum tried_class { TRIED_NOT, TRIED_USER, TRIED_OK, TRIED_HIT };
enum tried_class tried_class_of(const struct sighting *s);

/* The user as an element of sets and as the key of its name: the top 40 bits of its hash. */
uint64_t tried_user(const struct sighting *s);
uint64_t tried_user_of(uint64_t user_hash);

/* A user as evidence: | day since 1970, 16 | ~user 40 | 0 8 |, a word of a TOP field without
 * payload. Of the newest day the users with the smallest hashes are kept: a sample that does not
 * depend on who came first. And the key of the user's name, back. */
uint64_t tried_sample_word(int64_t time_ms, uint64_t user);
uint64_t tried_sample_user(uint64_t word);

/* Writes label, marks, hits, users, addresses and names: all but the sets. TRIED_OK and TRIED_HIT
 * write only the label and the hit: most sign-ins succeed, and their sources are of interest only
 * beside attacks. */
void tried_update(struct windows *w, unsigned table, uint32_t row, const struct sighting *s,
                  const struct rung *rung, uint64_t fp);

/* Distinct users whose password was right in [from_ms, to_ms), of the newest TRIED_HITS. */
unsigned tried_hits(const struct windows *w, unsigned table, uint32_t row, int64_t from_ms,
                    int64_t to_ms);

/* Is the key among those that a row remembers in a field of keys, such as SOURCE_CHILDREN? */
bool tried_has_child(const struct windows *w, unsigned table, uint32_t row, int field_number,
                     uint64_t key);

/* Lists users tried and hit, and addresses, of these days (numbers since 1970) into a finding;
 * where newer ones have taken the place of all of them, what there is. */
struct tried_days {
    int64_t first, last;
};
void tried_describe(const struct windows *w, unsigned table, uint32_t row,
                    const struct enricher *enricher, struct tried_days days, struct finding *f);

#endif
