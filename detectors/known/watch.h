/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a user at whose door somebody else may be: networks he was tried from, networks
 * he succeeded from, passwords that were right and then stopped, prompts. One row a user and
 * tenant, shared by brute_force, mfa_fatigue, password_confirmed and success_after_spray.
 *
 * Rows are made by failures, on probation, so that invented names evict themselves; and by
 * successes from networks the user is not known for, so that it does not matter which came first.
 * A success from a known, trusted or managed place writes nothing here.
 *
 *   fact:  | day since 2015, 14 | net 16 | system 10 | tool 6 | flags 8 | first hour 5 | last 5 |
 *
 * Facts of a day that are alike otherwise join by widening; a row keeps the newest eight of a kind.
 */
#ifndef DETECTORS_KNOWN_WATCH_H
#define DETECTORS_KNOWN_WATCH_H

#include "detectors/known/learning.h"

enum watch_flag {
    WATCH_QUIET = 1 << 0,   /* hosting, vpn or unknown network: no honest crowd */
    WATCH_HOSTING = 1 << 1, /* hosting or vpn */
    WATCH_SILENT = 1 << 2,  /* ropc or legacy: nobody could have answered a prompt */
    WATCH_ENROL = 1 << 3,   /* of a stopped one: a second factor can be enrolled */
    WATCH_WRONG = 1 << 3,   /* of a tried one: the password was wrong */
    WATCH_EGRESS = 1 << 3,  /* of a success: from the tenant's established egress; crowd.h */
    WATCH_MULTI = 1 << 4,   /* with a second factor */
    WATCH_FEED = 1 << 5,    /* from a network of a feed */
    WATCH_STRANGE = 1 << 6, /* from a country the user is not known for, though known for others */
    WATCH_KNOWN = 1 << 7    /* trusted, managed, or a network the user is known for */
};

/* What was seen on a day, the payload of WATCH_KINDS. */
enum watch_kind {
    PROMPT_REFUSED = 1 << 0, /* a prompt was refused, or the record does not tell how it failed */
    PROMPT_FRAUD = 1 << 1,   /* the user reported it */
    PROMPT_STRANGER = 1 << 2 /* a prompt from a network the user is not known for */
};

struct watch_fact {
    int64_t first_ms, last_ms; /* whole hours */
    unsigned net, system, tool, flags;
};
struct watch_fact watch_fact_of(uint64_t word);
uint64_t watch_fact_word(const struct windows *w, const struct sighting *s);

/* Touches the row, as baseline_plan does; after it. */
void watch_plan(struct windows *w, struct sighting *s);
void watch_update(struct windows *w, const struct sighting *s);

/* The event's row; TABLE_NONE: it has none. And the row's key, from the user's hash: the subject of
 * findings. user40: tried_user. */
uint32_t watch_row(const struct sighting *s);
uint64_t watch_key(const struct windows *w, uint64_t user40);

/* Does the event count as a failed guess; as a right password that was stopped; as a prompt? */
bool watch_is_guess(const struct event *ev);
bool watch_is_confirmed(const struct event *ev);
bool watch_is_denial(const struct event *ev);

/* Is it a success with a second factor, be it a step before the sign-in? */
bool watch_is_approval(const struct event *ev);

/* Asks one set of a row for the window of `units` sub-windows of a ring that ends at end_ms. */
struct distinct_count watch_count(const struct windows *w, uint32_t row, unsigned set,
                                  unsigned ring, unsigned units, int64_t end_ms);

/* The ends of windows worth asking on a day, as last moments of sub-windows of unit_ms (those of
 * ring 0 or hours): those of the exact pairs of a set, whose sub-windows are pair_ms, and those
 * back from its newest that the ring still keeps. Returns how many. newest: word 0 (failures) or 1
 * (denials) of WATCH_FAILED. */
enum { WATCH_ENDS_MAX = 64 };
unsigned watch_ends(const struct windows *w, uint32_t row, unsigned set, unsigned newest,
                    int64_t pair_ms, int64_t unit_ms, int64_t day,
                    int64_t ends[static WATCH_ENDS_MAX]);

/* Pushes sent in (end_ms - window_ms, end_ms], and how many of them were answered by a success with
 * a second factor; both from places that the user is not known for, of each the newest twelve. */
enum { WATCH_PUSH_ID_BITS = 24 }; /* of a word: | second since 1970, 40 | id 24 | */
struct watch_pushes {
    unsigned sent, approved;
};
struct watch_pushes watch_pushes(const struct windows *w, uint32_t row, int64_t end_ms,
                                 int64_t window_ms);

/* The ends of windows of unit_ms on a day in which a push was sent; returns how many. */
unsigned watch_push_ends(const struct windows *w, uint32_t row, int64_t unit_ms, int64_t day,
                         int64_t ends[static WATCH_ENDS_MAX]);

/* The bits of WATCH_KINDS for a day. */
unsigned watch_kinds(const struct windows *w, uint32_t row, int64_t day);

/* The name of a row's user; returns its length, 0 if it is not known any more. */
size_t watch_name(const struct windows *w, uint32_t row, char name[static 64]);

/* Fills the subject of a finding about a watch row: by the name of its user, as the event in hand
 * may be another user's. */
void watch_describe(const struct detection *d, const struct report *report, struct finding *f);

/* Who learns of a watch row: its user, who may never have succeeded. */
struct learner watch_learner(const struct windows *w, uint32_t row);

/* Why the event's own place excuses it, or SUPPRESSED_NOT; and the same for an event of any kind.
 */
enum suppression watch_excuse(const struct sighting *s);
enum suppression watch_excuse_of(const struct windows *w, const struct sighting *s);

#endif
