/* SPDX-License-Identifier: Apache-2.0
 *
 * What a user is known for: tokens of places, countries, programs and protocols, one bit a day,
 * written by every success. Read as of a cut-off before the event: an intruder is not familiar
 * because he was here an hour ago, and a late event does not change a verdict. All detectors share
 * one user row.
 */
#ifndef DETECTORS_KNOWN_BASELINE_H
#define DETECTORS_KNOWN_BASELINE_H

#include "detectors/frame/detector.h"

enum baseline_kind {
    BASELINE_PLACE,   /* the identity of a place word: cell and class */
    BASELINE_COUNTRY, /* two letters */
    BASELINE_ROPC,   /* autonomous system, application, agent class of a password-only token request
                      */
    BASELINE_LEGACY, /* protocol and autonomous system of a legacy sign-in */
    BASELINE_ASN,    /* autonomous system */
    BASELINE_AGENT   /* class of the user agent; 0 where there is none */
};

/* The first day that is too young for a verdict at time_ms: the day before its own, and one more
 * for records that may come a day late. Office 365 audit records do. */
int64_t baseline_cut(int64_t time_ms);

/* Touches the user's row for a success; nothing for anything else. Before the detectors plan. */
void baseline_plan(const struct windows *w, struct sighting *s);

/* Writes tenant, first sight and tokens into the user's row. */
void baseline_update(struct windows *w, const struct sighting *s);

/* The user's row; TABLE_NONE if the event has none or the table refused it. */
uint32_t baseline_row(const struct sighting *s);

/* What the kinds are made of for this event. */
uint64_t baseline_ropc(const struct windows *w, const struct sighting *s);
uint64_t baseline_legacy(const struct windows *w, const struct enriched_event *e);
uint64_t baseline_country(const char country[static 3]);
uint32_t baseline_asn(uint32_t asn); /* in 22 bits: as it is, unless for private use */

/* When the user was first seen to succeed, ms, INT64_MAX: not yet written; and the days before the
 * cut of time_ms on which he was, as far as the row remembers: never fewer for a later time. */
int64_t baseline_first_ms(const struct windows *w, uint32_t row);
unsigned baseline_active_days(const struct windows *w, uint32_t row, int64_t time_ms);

/* True if the user came from this network (ladder_net) on three of the 30 days before the cut. */
bool baseline_known_net(const struct windows *w, uint32_t row, uint64_t net, int64_t time_ms);

/* The token of a thing of a kind; and on how many of the 30 days before the cut of time_ms the user
 * is known to have done it. */
uint64_t baseline_token(const struct windows *w, enum baseline_kind kind, uint64_t what);
unsigned baseline_token_days(const struct windows *w, uint32_t row, uint64_t token,
                             int64_t time_ms);

/* True if the user did this on at least `days` of the 30 days that end two days before time_ms. */
bool baseline_familiar(const struct windows *w, uint32_t row, enum baseline_kind kind,
                       uint64_t what, int64_t time_ms, unsigned days);

/* True if the user is known at that cut, and not for this autonomous system. */
bool baseline_strange_asn(const struct windows *w, uint32_t row, uint32_t asn, int64_t time_ms);

/* True if the user is known for any country at that cut and this is none of them. */
bool baseline_strange_country(const struct windows *w, uint32_t row, const char country[static 3],
                              int64_t time_ms);

#endif
