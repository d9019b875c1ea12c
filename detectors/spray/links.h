/* SPDX-License-Identifier: Apache-2.0
 *
 * Ties facts of users to attacks on networks. What ties is written down as a word of the user's
 * watch row by whoever sees it last: the fact's own event, when the network is a suspect already;
 * or the try that makes the network a suspect, for the users whose passwords were right there
 * before. So a predicate later reads the watch row alone, and the order of arrival does not matter.
 *
 * Only networks without an honest crowd tie (hosting, vpn, unknown), and tools only where nobody
 * could have answered a prompt: an office that was sprayed from inside, or two colleagues who
 * mistype in one hotel, make nobody a victim. A source remembers its newest TRIED_HITS right
 * passwords; older ones are tied no more.
 */
#ifndef DETECTORS_SPRAY_LINKS_H
#define DETECTORS_SPRAY_LINKS_H

#include "detectors/known/watch.h"

struct links_query {
    int from, to;       /* fields of the watch row: the facts, and those that are tied */
    bool mine;          /* the event in hand is such a fact itself */
    unsigned min_tried; /* not 0: a fact is tied by tries of its own user, too, from a source that
                           has tried so many users of the tenant */
    int64_t memory_ms;  /* longest time between an attack and a fact */
};

enum { LINKS_MAX = 160 }; /* users: more than the hits of all suspects of an event */

/* May the event tie anything? If it is a fact of a user's row; or if it tried somebody, even one
 * who has no row because there is no such user: it may be the try that makes its network a suspect.
 */
bool links_concern(const struct sighting *s);

/* Ties what the event in hand ties. Returns the watch rows that hold a tied fact because of it. */
unsigned links_make(struct windows *w, const struct sighting *s, const struct links_query *q,
                    uint32_t rows[static LINKS_MAX]);

/* Does anything that ties facts of the row still stand? What a spray ties falls with it: when its
 * window is over and more users have succeeded there than were tried. A source that is forgotten
 * stands. */
bool links_stand(const struct windows *w, uint32_t row);

/* Is the event from a network or tool that password_spray has found spraying, within memory? */
bool links_suspect(const struct windows *w, const struct sighting *s, int64_t memory_ms);

/* True if the field holds the fact, whatever its hours. */
bool links_holds(const struct windows *w, uint32_t row, int field, uint64_t fact);

#endif
