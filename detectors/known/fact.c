/* SPDX-License-Identifier: Apache-2.0
 *
 * Fact words; see the header.
 */
#include "detectors/known/fact.h"

#include "detectors/known/baseline.h"
#include "parsers/values/timestamp.h"

enum { MINUTE_SHIFT = 37, FLAGS_SHIFT = 33, COUNTRY_SHIFT = 23, TOKEN_BITS = 23 };

/* Two letters as 5 bits each, A is 1; anything else is no country. */
static uint64_t pack_country(const char country[static 3])
{
    if (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')
        return 0;
    return (uint64_t)(country[0] - 'A' + 1) << 5 | (uint64_t)(country[1] - 'A' + 1);
}

uint64_t fact_word(const struct fact *fact)
{
    int64_t minute = fact->time_ms / MINUTE_MS;
    if (minute < 1)
        minute = 1; /* an empty word is 0 */
    return (uint64_t)minute << MINUTE_SHIFT | (uint64_t)(fact->flags & 15) << FLAGS_SHIFT |
           pack_country(fact->country) << COUNTRY_SHIFT | fact->token >> (64 - TOKEN_BITS);
}

struct fact fact_of_word(uint64_t word)
{
    struct fact fact = {.time_ms = (int64_t)(word >> MINUTE_SHIFT) * MINUTE_MS,
                        .flags = (unsigned)(word >> FLAGS_SHIFT) & 15,
                        .token = word << (64 - TOKEN_BITS)};
    unsigned country = (unsigned)(word >> COUNTRY_SHIFT) & 1023;
    if (country != 0) {
        fact.country[0] = (char)('A' + (country >> 5) - 1);
        fact.country[1] = (char)('A' + (country & 31) - 1);
    }
    return fact;
}

static void add(const struct windows *w, uint32_t row, const struct fact_query *q, uint64_t word,
                struct fact_summary *sum)
{
    struct fact fact = fact_of_word(word);
    if (word == 0 || fact.time_ms < q->from_ms || fact.time_ms >= q->to_ms)
        return;
    unsigned days = baseline_token_days(w, row, fact.token, fact.time_ms);
    if (days >= q->familiar_days) {
        sum->familiar++;
        return;
    }
    sum->flags |= fact.flags;
    sum->days = days > sum->days ? days : sum->days;
    sum->strange_country |= baseline_strange_country(w, row, fact.country, fact.time_ms);
    if (sum->n++ == 0)
        sum->first_ms = sum->last_ms = fact.time_ms;
    if (fact.time_ms < sum->first_ms)
        sum->first_ms = fact.time_ms;
    if (fact.time_ms > sum->last_ms)
        sum->last_ms = fact.time_ms;
}

struct fact_summary fact_read(const struct windows *w, uint32_t row, const struct fact_query *q)
{
    struct fact_summary sum = {0};
    const struct word *words = row_words(w->table[WINDOWS_USER], row, q->field);
    uint64_t own = q->own;
    for (unsigned i = 0; i < q->field->words; i++) {
        uint64_t word = word_load(&words[i]);
        if (word == own)
            own = 0;
        add(w, row, q, word, &sum);
    }
    add(w, row, q, own, &sum);
    return sum;
}

bool fact_is_kept(const struct windows *w, uint32_t row, const struct field *field, uint64_t word)
{
    const struct word *words = row_words(w->table[WINDOWS_USER], row, field);
    for (unsigned i = 0; i < field->words; i++)
        if (word_load(&words[i]) == word)
            return true;
    return false;
}
