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
    CROWD_NET = 2, /* one from the network `what`: ladder_net */
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

enum { CROWD_DAYS = 14 };

uint64_t crowd_key(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what);

/* Asks for a row (sighting_touch), and adds the event's user to it. True: the user is new among the
 * few whose names are listed; give windows_name the name if this row's are to be told. */
uint8_t crowd_touch(const struct windows *w, struct sighting *s, enum crowd_kind kind,
                    uint64_t what);
bool crowd_add(struct windows *w, const struct sighting *s, uint8_t touch);

/* CROWD_ALL and CROWD_NET, of successes; before the detectors plan and update. */
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

/* When the first of them was seen, ms; INT64_MAX: there is no such row. */
int64_t crowd_first_ms(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                       uint64_t what);

#endif
