/* SPDX-License-Identifier: Apache-2.0
 *
 * Crowds: the users of a tenant who have one thing in common, by the day, for a fortnight. All who
 * succeed at all are one (how large is the tenant?); all who succeed from one network another (is
 * it an office's egress?); so are those who do without a second factor, and so on. One row each:
 * distinct users, first and last, a few names.
 *
 * Counts that speak against an attack are read before the cut (baseline.h): the fortnight that ends
 * with it. What is older than the fortnight, or late by more than a day, is not counted.
 */
#ifndef DETECTORS_CROWD_H
#define DETECTORS_CROWD_H

#include "detectors/detector.h"

/* What the users of a row have in common. Numbers are part of keys: never reused. */
enum crowd_kind {
    CROWD_ALL = 1, /* a successful sign-in */
    CROWD_NET = 2  /* one from the network `what`: ladder_net */
};

enum { CROWD_DAYS = 14 };

uint64_t crowd_key(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what);

/* Asks for a row (sighting_touch), and adds the event's user to it. */
uint8_t crowd_touch(const struct windows *w, struct sighting *s, enum crowd_kind kind,
                    uint64_t what);
void crowd_add(struct windows *w, const struct sighting *s, uint8_t touch);

/* CROWD_ALL and CROWD_NET, of successes; before the detectors plan and update. */
void crowd_plan(const struct windows *w, struct sighting *s);
void crowd_update(struct windows *w, const struct sighting *s);

/* Distinct users in the fortnight before the cut of time_ms; 0 too if there is no such row. */
unsigned crowd_before(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                      uint64_t what, int64_t time_ms);

/* When the first of them was seen, ms; INT64_MAX: there is no such row. */
int64_t crowd_first_ms(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                       uint64_t what);

#endif
