/* SPDX-License-Identifier: Apache-2.0
 *
 * The contexts of a session: from where, by what program and how it was used. Shared by
 * session_replay, session_user_agent and long_session. Fed by successes only.
 *
 * A context does not fit one word with its time: an exact identity takes all 64 bits, the time of
 * its first use 20 more, and a word of word.h has no join that keeps a minimum without a maximum
 * as wide beside it. So it is two words of two TOP fields that rank alike:
 *
 *   contexts  | identity 64, mixed |                      no payload
 *   spans     | top 23 bits of it, plus 1: 24 | first 20 | last 20 |    SPAN, half hours since 2015
 *
 *   identity  | system 22 | latitude 8 | longitude 9 | radius 2 | agent kind 3 | OS 3 |
 *             | family 7 | class 3 | device 6 | refresh 1 |
 *
 * The identity is put through a keyed bijection: rank is chance, nobody can choose addresses that
 * push another context out, and reading a word gives all of it back. The mixed words' order is the
 * order of their top bits, so what one field keeps, the other does. Two of twelve contexts share a
 * span once in 100,000 sessions; their first uses are then taken as one.
 *
 * Weeks: | week since 1970, 24 | first second 20 | last second 20 |, SPAN: the newest few.
 *
 * Capacity: the CONTEXTS_MAX greatest of a session are kept; the event in hand is compared with
 * them whether or not its own is kept. Pure functions and merges; any thread.
 */
#ifndef DETECTORS_SESSION_CONTEXT_H
#define DETECTORS_SESSION_CONTEXT_H

#include "detectors/known/baseline.h"
#include "detectors/known/learning.h"

enum { CONTEXTS_MAX = 12, CONTEXT_SPAN_BITS = 40, WEEK_SPAN_BITS = 40, WEEK_DAYS = 7 };
enum { CONTEXT_SLOT_MS = 30 * 60 * 1000, CONTEXT_RADIUS_MAX_KM = 200 };

#define CONTEXT_SPANS_FIELD(name_, first_, words_)                                                 \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_SPAN, .payload_bits = CONTEXT_SPAN_BITS                                 \
    }
#define WEEKS_FIELD(name_, first_, words_)                                                         \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_SPAN, .payload_bits = WEEK_SPAN_BITS                                    \
    }

enum session_flag {
    SESSION_MULTI = 1 << 0,
    SESSION_SINGLE = 1 << 1,
    SESSION_ADMIN = 1 << 2,  /* of an administrator, by the config */
    SESSION_SERVICE = 1 << 3 /* of a service account */
};
unsigned context_flags(const struct windows *w, uint32_t row);

enum context_class {
    CONTEXT_UNKNOWN,
    CONTEXT_ISP,
    CONTEXT_MOBILE,
    CONTEXT_HOSTING,
    CONTEXT_VPN,
    CONTEXT_TRUSTED
};

struct context {
    uint32_t asn;     /* 0: not known; above 2^22 (private use): folded */
    bool has_place;   /* the database knows the city to 200 km */
    double lat, lon;  /* of the cell, 0.7 degrees wide */
    double radius_km; /* 50, 100 or 200: at most so far off */
    uint32_t agent;   /* user_agent_class */
    enum context_class net;
    uint8_t device;            /* of a managed one, 6 bits; 0: none */
    bool refresh;              /* not an interactive sign-in */
    int64_t first_ms, last_ms; /* to the half hour; 0 if not known */
    uint64_t word;             /* as kept in `contexts` */
};

uint64_t context_word(const struct windows *w, const struct context *c);
struct context context_of_word(const struct windows *w, uint64_t word);
uint64_t context_span(uint64_t word, int64_t time_ms);
uint64_t week_word(int64_t time_ms);

/* Touches and feeds the row of the event's session; once for all three detectors. */
void context_plan(const struct windows *w, struct sighting *s);
void context_update(struct windows *w, const struct sighting *s);

/* The row; TABLE_NONE: the event has none. */
uint32_t context_row(const struct windows *w, const struct sighting *s);

/* False: the event says nothing about where its session is used. */
bool context_of_event(const struct windows *w, const struct sighting *s, struct context *ret);

/* The contexts of a row with their first and last uses; returns how many. */
unsigned context_read(const struct windows *w, uint32_t row,
                      struct context ret[static CONTEXTS_MAX]);

/* True if one of the session's users is known for it, as of the cut of time_ms. */
bool context_familiar(const struct windows *w, uint32_t row, enum baseline_kind kind, uint64_t what,
                      int64_t time_ms);

/* Who learns of a session: the user of it who has been known longest. */
struct learner context_learner(const struct windows *w, uint32_t row);

/* Used where, and by what, none of the session's users is known, in no trusted network and on no
 * managed device. *ret_excuse: what excuses it, if anything but familiarity does. */
bool context_is_strange(const struct windows *w, uint32_t row, const struct context *c,
                        int64_t time_ms, enum suppression *ret_excuse);

/* Kilometres between two contexts, all uncertainty taken off; 0 if a place is not known. */
double context_km_min(const struct context *a, const struct context *b);

/* First or last use of a session in a week (detector buckets of 7 days); false: not kept. */
bool context_week(const struct windows *w, uint32_t row, const struct field *field, int64_t week,
                  int64_t *ret_first_ms, int64_t *ret_last_ms);
int64_t context_first_ms(const struct windows *w, uint32_t row, unsigned field); /* -1: never */

bool context_is_hosting(const struct context *c); /* or a commercial vpn */

/* --- detectors that judge pairs of contexts --- */

/* Judges an unordered pair; fills everything but words and times, and since_ms only if the later
 * first use is not it. */
typedef struct verdict (*context_predicate)(const struct detection *d, uint32_t row,
                                            const struct context *x, const struct context *y);

/* All pairs with the event's own context; and all pairs of a row again. One finding per session and
 * week of the later first use. verdict.words: the two contexts, the one told as `after` first. */
void context_judge(const struct detection *d, const struct sighting *s, context_predicate pair);
bool context_recheck(const struct detection *d, const struct report *report, context_predicate pair,
                     struct verdict *ret_verdict);

/* Subject, user and addresses of a finding. */
void context_describe(const struct detection *d, const struct report *report, struct finding *f);
/* " Two users had it: ...", or "". */
enum { CONTEXT_USERS_MAX = 180 };
void context_users(const struct finding *f, char text[static CONTEXT_USERS_MAX]);
/* A context in words: where it was, by the address of the session that fits; and its agent. */
enum { CONTEXT_TEXT_MAX = 96 };
void context_where(const struct context *c, const struct finding *f,
                   char text[static CONTEXT_TEXT_MAX]);
void context_agent(const struct context *c, char text[static CONTEXT_TEXT_MAX]);

#endif
