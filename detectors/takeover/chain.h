/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the stages of one takeover meet: a row a user, whatever else the verdicts are about
 * (sessions, mailboxes, networks). It keeps no copy of a verdict but a pointer to it: kill_chain
 * asks the detector again, so a verdict that a late baseline takes back leaves the chain, too, and
 * it does not matter what came first.
 *
 *   pointer: | day since 2015 on which the bucket begins, 14 | chain_role.id 5 | table_part 45 |
 *   fact:    | day since 2015, 14 | enum chain_fact 5 | 0, 11 | first second 17 | last second 17 |
 *
 * Facts are what no detector says alone. A row is made by a verdict or a fact; kept before others
 * only if a verdict needed a right password or a success, as tries may name invented users. A field
 * keeps its newest days. Thread: any worker; reading also the speaker.
 */
#ifndef DETECTORS_TAKEOVER_CHAIN_H
#define DETECTORS_TAKEOVER_CHAIN_H

#include "detectors/frame/detector.h"
#include "detectors/spray/links.h"

enum { CHAIN_SPAN_BITS = 34 };

/* In words: numbers are never reused. */
enum chain_fact {
    CHAIN_FACT_NONE,
    CHAIN_FACT_HOSTING, /* success from a hosting or vpn network, of a user known for others */
    CHAIN_FACT_FEED,    /* success from a listed network */
    CHAIN_FACT_FACTOR,  /* a second factor added, changed or switched off */
    CHAIN_FACT_DEVICE,
    CHAIN_FACT_CONSENT, /* for an application, or a credential of one */
    CHAIN_FACT_APP,     /* what people do every day: an application allowed for oneself */
    CHAIN_FACT_ROLE,
    CHAIN_FACT_PASSWORD,
    CHAIN_FACT_RULE,    /* an inbox rule that moves or deletes, innocent alone */
    CHAIN_FACT_FORWARD, /* mail sent outside: when, to the second */
    CHAIN_FACTS_N
};

/* Rows that the judging of one event touched: those of all users that its verdicts are about. Two
 * detectors tie up to LINKS_MAX users each; the rest is the event's own. */
enum { CHAIN_ROWS_MAX = 2 * LINKS_MAX + 48 };
struct chain_rows {
    uint32_t rows[CHAIN_ROWS_MAX];
    unsigned n;
};
void chain_rows_add(struct chain_rows *touched, uint32_t row);

/* The row's key, from the top 40 bits of the user's hash. */
uint64_t chain_key(const struct windows *w, uint64_t user40);

/* Points the rows of everybody a verdict is about to it, and notes them in d->chains. For verdicts
 * that fire and are not suppressed. */
void chain_note(const struct detection *d, const struct sighting *s, uint64_t subject,
                int64_t bucket);

/* What the event says alone; and about whom: the actor, and the mailbox's owner. */
enum { CHAIN_USERS_MAX = 2 };
enum chain_fact chain_fact_of(const struct windows *w, const struct sighting *s);
unsigned chain_fact_users(const struct windows *w, const struct sighting *s,
                          uint64_t ret_users[static CHAIN_USERS_MAX]);
void chain_fact_keep(struct windows *w, const struct sighting *s, uint64_t user40,
                     enum chain_fact fact);

/* --- reading --- */

struct chain_item {
    enum chain_stage stage;
    bool weak; /* says nothing beside another weak one */
    int64_t first_ms, last_ms, grain_ms;
    const char *what;
    const struct detector *detector; /* NULL: a fact */
    uint64_t subject;                /* of the verdict */
    int64_t bucket;
};

enum { CHAIN_ITEMS_MAX = 40 };
struct chain_view {
    struct chain_item items[CHAIN_ITEMS_MAX];
    unsigned n;
    bool unsure; /* a verdict cannot be asked any more, or older words may have left the row */
};

/* Could there be an access and an act on it? Cheap: most rows say no. */
bool chain_is_worth(const struct windows *w, uint32_t row);

/* Stages from access on; and those before it. A verdict is weak if its detector calls it Medium or
 * less. */
void chain_read(const struct detection *d, uint32_t row, struct chain_view *ret);
void chain_read_before(const struct detection *d, uint32_t row, struct chain_view *view);

#endif
