/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims as rows of three MAX words: the gravest severity, the greatest rank and the newest time
 * that were reported, and one OR word of suppressions counted. Whoever changes a word reports;
 * whoever finds it as great already does not.
 */
#include "plugin/findings/claims.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_SEVERITY, SAID_RANK, SAID_TIME, SAID_SUPPRESSED, CLAIM_FIELDS_N };

static const struct field fields[CLAIM_FIELDS_N] = {
    [SAID_SEVERITY] = MAX_FIELD("severity", 0, 1),
    [SAID_RANK] = MAX_FIELD("rank", 1, 1), /* log2 of the rank, + 1 */
    [SAID_TIME] = MAX_FIELD("time", 2, 1), /* number of the interval, + 1 */
    [SAID_SUPPRESSED] = OR_FIELD("suppressed", 3, 1),
};

/* A claim outlives its finding's longest bucket by little: it is only a hint. */
static const struct layout layout = {
    "claims", 64, 1, 8, fields, CLAIM_FIELDS_N, 8ll * 24 * 3600 * 1000, false};

struct claims {
    struct table *table;
    int64_t interval_ms;
};

struct claims *claims_new(size_t rows, int64_t interval_ms)
{
    struct claims *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->interval_ms = interval_ms;
    c->table = table_new(&layout, rows);
    if (!c->table) {
        free(c);
        return NULL;
    }
    return c;
}

size_t claims_bytes(size_t rows)
{
    return sizeof(struct claims) + table_bytes(&layout, rows);
}

void claims_free(struct claims *c)
{
    if (!c)
        return;
    table_free(c->table);
    free(c);
}

struct table *claims_table(struct claims *c)
{
    return c->table;
}

/* The uid is a keyed hash already; half of it is the key. */
static uint64_t key_of(const uint8_t uid[static FINDING_UID_BYTES])
{
    uint64_t key;
    memcpy(&key, uid, sizeof key);
    return key;
}

static uint64_t time_word(const struct claims *c, int64_t at_ms)
{
    return (uint64_t)(at_ms / c->interval_ms) + 1;
}

static uint64_t rank_word(double rank)
{
    uint64_t log2 = 1;
    for (uint64_t n = rank > 0 ? (uint64_t)rank : 0; n > 0; n >>= 1)
        log2++;
    return log2;
}

bool claims_due(struct claims *c, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                enum severity at_least)
{
    uint32_t row = table_find(c->table, key_of(uid));
    if (row == TABLE_NONE)
        return true;
    return word_load(row_words(c->table, row, &fields[SAID_TIME])) < time_word(c, at_ms) ||
           word_load(row_words(c->table, row, &fields[SAID_SEVERITY])) < (uint64_t)at_least;
}

bool claims_take(struct claims *c, const struct report *report)
{
    uint32_t minute = (uint32_t)(report->at_ms / 60000);
    uint32_t row = table_row(c->table, key_of(report->uid), minute, true);
    if (row == TABLE_NONE)
        return true; /* no memory of it: better said twice than not at all */
    /* All three, so that one report moves all its words; a contended one is said, not lost. */
    bool graver = row_merge(c->table, row, &fields[SAID_SEVERITY], 0,
                            (uint64_t)report->verdict.severity) != WORD_SAME;
    bool more = row_merge(c->table, row, &fields[SAID_RANK], 0, rank_word(report->verdict.rank)) !=
                WORD_SAME;
    bool later =
        row_merge(c->table, row, &fields[SAID_TIME], 0, time_word(c, report->at_ms)) != WORD_SAME;
    return graver || more || later;
}

bool claims_take_held(struct claims *c, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                      enum suppression reason)
{
    uint32_t row = table_row(c->table, key_of(uid), (uint32_t)(at_ms / 60000), false);
    return row == TABLE_NONE || row_merge(c->table, row, &fields[SAID_SUPPRESSED], 0,
                                          1ull << (unsigned)reason) == WORD_CHANGED;
}
