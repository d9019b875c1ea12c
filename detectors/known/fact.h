/* SPDX-License-Identifier: Apache-2.0
 *
 * A fact word: something that happened to a user once, told by time, circumstances and what it was.
 *
 *   | minute since 1970, 27 | flags 4 | country 10 | token 23 |      a TOP field without payload
 *
 * The newest few are kept; a predicate reads those of its bucket. The token is that of the user's
 * baseline (tokens.h), so whether the user was known for it can be asked again from words alone: a
 * baseline that arrives after the fact excuses it all the same.
 */
#ifndef DETECTORS_KNOWN_FACT_H
#define DETECTORS_KNOWN_FACT_H

#include "detectors/windows/windows.h"
#include "detectors/words/finding.h"

enum fact_flag {
    FACT_HOSTING = 1 << 0, /* from a hosting or vpn network */
    FACT_FEED = 1 << 1     /* from a network of a feed */
};

struct fact {
    int64_t time_ms;
    unsigned flags;
    char country[3]; /* "" unknown */
    uint64_t token;  /* baseline_token; its top 23 bits are kept */
};
uint64_t fact_word(const struct fact *fact); /* never 0 */
struct fact fact_of_word(uint64_t word);

/* What the facts of a field say about [from_ms, to_ms). `own`, if not 0, is the event in hand,
 * which newer ones may have kept out of the field; it counts once. */
struct fact_query {
    const struct field *field;
    uint64_t own;
    unsigned familiar_days; /* days before its cut that make a fact's token familiar */
    int64_t from_ms, to_ms;
};
struct fact_summary {
    unsigned n;           /* facts the user was not known for */
    unsigned familiar;    /* facts the user was known for */
    unsigned flags;       /* of those counted in n, as the next four */
    unsigned days;        /* the most of the thirty before its cut that one of them was done on */
    bool strange_country; /* from a country other than those the user is known for */
    int64_t first_ms, last_ms;
};
struct fact_summary fact_read(const struct windows *w, uint32_t row, const struct fact_query *q);

/* True if the field still holds the word: what it said can be asked again. */
bool fact_is_kept(const struct windows *w, uint32_t row, const struct field *field, uint64_t word);

#endif
