/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing and asking familiar tokens; the layout is drawn in tokens.h.
 */
#include "detectors/windows/tokens.h"

enum { DAY_2015 = 16436, EPOCH_AT = 55, KEY_AT = 32, KEY_BITS = 23, EPOCHS = 1 << 9 };

/* Never 0, so that epoch 0 has identities too. */
static uint64_t short_key(uint64_t key)
{
    uint64_t k = key >> (64 - KEY_BITS);
    return k ? k : 1;
}

static int64_t floor_day(int64_t time_ms)
{
    return time_ms / TOKEN_DAY_MS - (time_ms % TOKEN_DAY_MS < 0);
}

enum word_result tokens_add(struct table *table, uint32_t row, const struct field *field,
                            uint64_t key, int64_t time_ms)
{
    int64_t day = floor_day(time_ms) - DAY_2015;
    if (day < 0 || day / TOKEN_EPOCH_DAYS >= EPOCHS)
        return WORD_DROPPED;
    uint64_t epoch = (uint64_t)day / TOKEN_EPOCH_DAYS;
    uint64_t bit = UINT64_C(1) << day % TOKEN_EPOCH_DAYS;
    return row_merge(table, row, field, 0, epoch << EPOCH_AT | short_key(key) << KEY_AT | bit);
}

/* The days of one word that lie in [from, to), both counted from 2015. */
static uint32_t days_within(uint64_t word, int64_t from, int64_t to)
{
    int64_t start = (int64_t)(word >> EPOCH_AT) * TOKEN_EPOCH_DAYS;
    int64_t low = from - start, high = to - start;
    low = low < 0 ? 0 : low > TOKEN_EPOCH_DAYS ? TOKEN_EPOCH_DAYS : low;
    high = high < 0 ? 0 : high > TOKEN_EPOCH_DAYS ? TOKEN_EPOCH_DAYS : high;
    uint64_t mask = ((UINT64_C(1) << high) - 1) & ~((UINT64_C(1) << low) - 1);
    return (uint32_t)(word & mask);
}

unsigned tokens_days(const struct table *table, uint32_t row, const struct field *field,
                     uint64_t key, int64_t from_day, int64_t to_day)
{
    const struct word *w = row_words(table, row, field);
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t v = word_load(&w[i]);
        if ((v >> KEY_AT & ((1u << KEY_BITS) - 1)) == short_key(key))
            n += (unsigned)__builtin_popcount(
                days_within(v, from_day - DAY_2015, to_day - DAY_2015));
    }
    return n;
}

/* Words of the same epoch share days: a day counts at the first word that has it. */
unsigned tokens_active_days(const struct table *table, uint32_t row, const struct field *field,
                            int64_t from_day, int64_t to_day)
{
    const struct word *w = row_words(table, row, field);
    uint64_t seen[WORD_TOP_MAX];
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t v = seen[i] = word_load(&w[i]);
        uint32_t days = days_within(v, from_day - DAY_2015, to_day - DAY_2015);
        for (unsigned k = 0; k < i && days != 0; k++)
            if (seen[k] >> EPOCH_AT == v >> EPOCH_AT)
                days &= ~(uint32_t)seen[k];
        n += (unsigned)__builtin_popcount(days);
    }
    return n;
}

bool tokens_familiar_at(const struct table *table, uint32_t row, const struct field *field,
                        uint64_t key, int64_t cut_day)
{
    return tokens_days(table, row, field, key, cut_day - TOKEN_LOOK_BACK, cut_day) >=
           TOKEN_FAMILIAR_DAYS;
}
