/* SPDX-License-Identifier: Apache-2.0
 *
 * Learning: a tenant or user that has not been seen for long enough to say what is usual. What is
 * found meanwhile is told all the same, with low confidence and, where the specification says so,
 * lower severity; the finding says that, and why. Microsoft learns for 7 days in Defender for Cloud
 * Apps, and for 14 days or 10 sign-ins in Entra ID Protection.
 *
 * A function of words and event time. First sights only move back, active days and the time of the
 * last evidence only grow: learning ends once, whatever the order of events, and verdicts join by
 * maximum. A row that was evicted is young again: severity is lowered once more, never raised.
 * Thread: any.
 */
#ifndef DETECTORS_KNOWN_LEARNING_H
#define DETECTORS_KNOWN_LEARNING_H

#include "detectors/known/crowd.h"

enum { LEARNING_DAYS = CROWD_KNOWN_DAYS, LEARNING_ACTIVE_DAYS = 3 };

/* What the option `learning` may be; a detector that only lowers confidence has no `full`. */
enum learning_mode { LEARNING_OFF, LEARNING_LOW, LEARNING_FULL };

/* Whose learning lowers severity, as bits. */
enum { LEARNING_TENANT = 1, LEARNING_USER = 2 };

struct learner {
    uint64_t tenant_hash;
    bool has_user;       /* a baseline of the user is part of the predicate */
    uint32_t user_row;   /* TABLE_NONE: nobody has seen the user succeed */
    int64_t tenant_days; /* 0: LEARNING_DAYS */
    unsigned lowers;     /* LEARNING_ bits; 0: severity stays */
    enum severity to;    /* ... to this, where it is higher */
};

/* The learner of a row of users; TABLE_NONE: of a user without one. */
struct learner learning_user(const struct windows *w, uint64_t tenant_hash, uint32_t user_row);

/* Is the user, or the tenant, at time_ms? The mode is that of d's options. */
bool learning_is(const struct detection *d, const struct learner *l, unsigned who, int64_t time_ms);

/* Lowers a verdict that fires as of its last evidence, and writes down how long tenant and user
 * have been known beside what is asked, counted up to that. */
void learning_lower(const struct detection *d, const struct learner *l, struct verdict *v);

/* Adds a sentence to the finding if its verdict was lowered. */
void learning_tell(struct finding *f);

#endif
