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

#include "detectors/ladder.h"

/* What the users of a row have in common. Numbers are part of keys: never reused. */
enum crowd_kind {
    CROWD_ALL = 1, /* a successful sign-in */
    CROWD_NET = 2  /* one from the network `what`: crowd_net */
};

enum { CROWD_DAYS = 14, CROWD_UNKNOWN = 0 };

uint64_t crowd_key(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what);

/* Asks for a row (sighting_touch), and adds the event's user to it. */
uint8_t crowd_touch(const struct windows *w, struct sighting *s, enum crowd_kind kind,
                    uint64_t what);
void crowd_add(struct windows *w, const struct sighting *s, uint8_t touch);

/* CROWD_ALL and CROWD_NET, of successes: the network of an address (v4 /24, v6 /48) and the rungs
 * of the ladder around it, each a crowd of its own. Before the detectors plan and update. */
void crowd_plan(const struct windows *w, struct sighting *s);
void crowd_update(struct windows *w, const struct sighting *s);

/* Distinct users in the fortnight before the cut of time_ms; 0 too if there is no such row. */
unsigned crowd_before(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                      uint64_t what, int64_t time_ms);

/* What a rung is as a network; those finer than /24 or /48 are that one. */
uint64_t crowd_net(const struct windows *w, const struct rung *rung);

/* How many users a tenant has, as its threshold asks: `configured`, or those before the cut of a
 * tenant that has been known for LEARNING_DAYS (learning.h); else CROWD_UNKNOWN. */
unsigned crowd_tenant_size(const struct windows *w, uint64_t tenant_hash, int64_t configured,
                           int64_t time_ms);

/* An established egress: so many users succeeded from the network before the cut that it is an
 * office, a campus, or where everybody lives: at least 5 and 2 % of the tenant. *ret_users, which
 * may be NULL, is their number in any case. */
bool crowd_established(const struct windows *w, uint64_t tenant_hash, uint64_t net, unsigned size,
                       int64_t time_ms, unsigned *ret_users);

/* When the first of them was seen, ms; INT64_MAX: there is no such row. */
int64_t crowd_first_ms(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                       uint64_t what);

#endif
