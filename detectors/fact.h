/* SPDX-License-Identifier: Apache-2.0
 *
 * A fact word: something that happened to a user once, told by time, circumstances and what it was.
 *
 *   | seconds since 2015, 32 | flags 5 | hash of what it was 27 |      a TOP field without payload
 *
 * The newest few are kept; a predicate reads those of its bucket.
 */
#ifndef DETECTORS_FACT_H
#define DETECTORS_FACT_H

#include "detectors/finding.h"
#include "detectors/table.h"

enum fact_flag {
    FACT_HOSTING = 1 << 0,        /* from a hosting or vpn network */
    FACT_FEED = 1 << 1,           /* from a network of a feed */
    FACT_STRANGE_COUNTRY = 1 << 2 /* from a country other than those the user is known for */
};

uint64_t fact_word(int64_t time_ms, unsigned flags, uint64_t what_hash);

/* What the facts of a field and one more (0: none) say about [from_ms, to_ms): how many different,
 * which flags, when. The one more is the event in hand, which newer ones may have kept out. */
struct fact_summary {
    unsigned n, flags;
    int64_t first_ms, last_ms;
};
struct fact_summary fact_read(const struct table *table, uint32_t row, const struct field *field,
                              uint64_t own, int64_t from_ms, int64_t to_ms);

#endif
