/* SPDX-License-Identifier: Apache-2.0
 *
 * Fact words; see the header.
 */
#include "detectors/fact.h"

#define EPOCH_S 1420070400ll /* 2015-01-01T00:00:00Z: seconds since then fit 32 bits until 2151 */

uint64_t fact_word(int64_t time_ms, unsigned flags, uint64_t what_hash)
{
    int64_t seconds = time_ms / 1000 - EPOCH_S;
    if (seconds < 1)
        seconds = 1; /* older than the epoch: the oldest there can be */
    return (uint64_t)seconds << 32 | (uint64_t)(flags & 31) << 27 | (what_hash & ((1u << 27) - 1));
}

struct fact_summary fact_read(const struct table *table, uint32_t row, const struct field *field,
                              uint64_t own, int64_t from_ms, int64_t to_ms)
{
    struct fact_summary facts = {0};
    const struct word *words = row_words(table, row, field);
    for (unsigned i = 0; i <= field->words; i++) {
        uint64_t word = i < field->words ? word_load(&words[i]) : own;
        if (i < field->words && word == own)
            own = 0;
        int64_t time_ms = ((int64_t)(word >> 32) + EPOCH_S) * 1000;
        if (word == 0 || time_ms < from_ms || time_ms >= to_ms)
            continue;
        facts.flags |= (unsigned)(word >> 27) & 31;
        if (facts.n++ == 0)
            facts.first_ms = facts.last_ms = time_ms;
        if (time_ms < facts.first_ms)
            facts.first_ms = time_ms;
        if (time_ms > facts.last_ms)
            facts.last_ms = time_ms;
    }
    return facts;
}
