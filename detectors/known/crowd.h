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
#ifndef DETECTORS_KNOWN_CROWD_H
#define DETECTORS_KNOWN_CROWD_H

#include "detectors/frame/ladder.h"

/* What the users of a row have in common. Numbers are part of keys: never reused. */
enum crowd_kind {
    CROWD_ALL = 1, /* a successful sign-in */
    CROWD_NET = 2, /* one from the network `what`: crowd_net */
    /* of exposure.h */
    CROWD_SIGN_INS = 16, /* no users: what was seen in the bucket `what` */
    CROWD_MULTI = 17,    /* a success with a second factor */
    CROWD_SINGLE = 18,   /* one without, or nothing enrolled to give one */
    CROWD_UNTOLD = 19,   /* one whose record does not say */
    CROWD_CLI = 20,      /* one by a command line of Azure */
    CROWD_ROPC = 21,     /* one by nothing but a password */
    CROWD_LEAKED = 22,   /* the provider found the password among leaked ones */
    CROWD_LEGACY = 23,   /* one by the legacy protocol `what`, 0: by any */
    CROWD_REPORT = 24    /* one that a policy in report-only mode looked on at */
};

enum { CROWD_DAYS = 14, CROWD_UNKNOWN = 0 };
enum { CROWD_KNOWN_DAYS = 7 }; /* what a tenant must be known for; learning.h says why */

uint64_t crowd_key(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what);

/* Asks for a row (sighting_touch), and adds the event's user to it. True: the user is new among the
 * few whose names are listed; give windows_name the name if this row's are to be told. */
uint8_t crowd_touch(const struct windows *w, struct sighting *s, enum crowd_kind kind,
                    uint64_t what);
bool crowd_add(struct windows *w, const struct sighting *s, uint8_t touch);

/* CROWD_ALL and CROWD_NET, of successes: the network of an address (v4 /24, v6 /48) and the rungs
 * of the ladder around it, each a crowd of its own. Before the detectors plan and update. */
void crowd_plan(const struct windows *w, struct sighting *s);
void crowd_update(struct windows *w, const struct sighting *s);

/* Distinct users in the fortnight before the cut of time_ms; 0 too if there is no such row. */
unsigned crowd_before(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                      uint64_t what, int64_t time_ms);

/* The row; TABLE_NONE: there is none. Distinct users in the `days` days that end before to_ms. */
uint32_t crowd_row(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what);
struct distinct_count crowd_count(const struct windows *w, uint32_t row, int64_t to_ms,
                                  unsigned days);
/* What a rung is as a network; those finer than /24 or /48 are that one. */
uint64_t crowd_net(const struct windows *w, const struct rung *rung);

/* How many users a tenant has, as its threshold asks: `configured`, or those before the cut of a
 * tenant that has been known for CROWD_KNOWN_DAYS; else CROWD_UNKNOWN. */
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
