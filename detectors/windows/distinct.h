/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: how many different things were seen in a window of event time. Exact up to
 *   DISTINCT_EXACT (element, sub-window) pairs, which are words of the row; above that the row takes
 *   a block of HyperLogLog registers (p = 8, Ertl's estimator, rms error 4 to 7 %) from a fixed pool.
 * Who may call what at once: everything, any number of workers.
 * Progress: lock-free. What when full: with the pool empty the row keeps its newest DISTINCT_EXACT
 *   pairs, and the count is "at least"; `saturated` is counted.
 * What may be late: between taking a block and moving the exact pairs into it a count may be low
 *   for a moment; whoever moved them evaluates afterwards.
 * Bytes: 8 * DISTINCT_EXACT in the row; 256 * (units of both rings) + 16 a block; 32 per row of the
 *   table for finding blocks, which distinct_pool_attach takes.
 *
 *   pair:   | sub-window since 2015, 24 | hash of the element 40 |    a TOP field without payload
 *   block:  ring 0: units[0] sub-windows of 32 RANKS words, ring 1: units[1] of them
 *   part:   | 1 | set 2 | ring 1 | position 12 |       names a sub-window of a block in record keys
 *
 * A pair that leaves the exact words while it is within coverage (the longer ring, back from the
 * newest pair) turns the row dense, and every pair that leaves a dense row goes into the registers:
 * so what was seen is always in one of the two, and a count folds both. A window that lies entirely
 * within the pairs still there is counted exactly, dense or not.
 */
#ifndef DETECTORS_WINDOWS_DISTINCT_H
#define DETECTORS_WINDOWS_DISTINCT_H

#include "detectors/windows/table.h"

enum { DISTINCT_EXACT = 12, DISTINCT_EXACT_MAX = 32, DISTINCT_RINGS = 2, DISTINCT_SETS = 4 };
enum { DISTINCT_UNIT_MIN_MS = 60000, DISTINCT_DIRTY_UNITS = 64 };

/* The field of a set: .first is where its DISTINCT_EXACT words begin. */
#define DISTINCT_FIELD(name_, first_)                                                              \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = DISTINCT_EXACT, .join = JOIN_TOP,             \
        .payload = PAYLOAD_NONE                                                                    \
    }

/* The time shape of a set. Ring 0 has the finest sub-windows; ring 1, if any, is a multiple. Exact
 * pairs carry the sub-window of ring 0. */
struct distinct_shape {
    int64_t unit_ms[DISTINCT_RINGS]; /* length of a sub-window; 0: no such ring */
    uint16_t units[DISTINCT_RINGS];  /* how many are kept */
};

struct distinct_pool; /* blocks of one shape, shared by the rows of one table */

/* NULL: no memory, or a shape that cannot be kept: a unit below a minute, ring 1 no multiple of
 * ring 0, more than DISTINCT_DIRTY_UNITS sub-windows in all. */
struct distinct_pool *distinct_pool_new(const struct distinct_shape *shape, size_t blocks);
void distinct_pool_free(struct distinct_pool *pool);
size_t distinct_pool_bytes(const struct distinct_shape *shape, size_t blocks);

/* Binds the pool to its table, before the threads start: blocks of an evicted row come back, and
 * pairs that leave a row by merging are kept. sets: the set fields of the row by their numbers, at
 * most DISTINCT_SETS; NULL for one that another pool of the same table keeps. False: no memory. */
bool distinct_pool_attach(struct distinct_pool *pool, struct table *table,
                          const struct field *const *sets, unsigned sets_n);

struct distinct_pool_counts {
    uint64_t blocks, used, saturated; /* saturated: a block was wanted and the pool was empty */
};
struct distinct_pool_counts distinct_pool_counts(const struct distinct_pool *pool);

/* The same with more exact words, at most DISTINCT_EXACT_MAX: where a threshold above
 * DISTINCT_EXACT has to be met exactly. */
#define DISTINCT_EXACT_FIELD(name_, first_, words_)                                                \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_NONE                                                                    \
    }

/* A set is a TOP field of such words; `set` is its number among the sets of the row
 * (0..3) which finds its block. element: a 64-bit hash, of which the top 40 bits count. All times
 * are event time in ms; before 2015 is dropped. The result is that of the exact words or the
 * registers, whichever changed: evaluate whatever it is. */
enum word_result distinct_add(struct distinct_pool *pool, struct table *table, uint32_t row,
                              const struct field *field, unsigned set, uint64_t element,
                              int64_t time_ms);

/* When the sub-window of ring 0 (unit_ms long) of an exact pair begins, ms; -1: the word is empty.
 */
int64_t distinct_pair_ms(uint64_t pair, int64_t unit_ms);

struct distinct_count {
    uint32_t n;
    bool exact;     /* counted, not estimated */
    bool saturated; /* at least n */
};

/* Not to be told as the number itself. */
static inline bool distinct_is_about(struct distinct_count count)
{
    return !count.exact || count.saturated;
}

/* Different elements in the `units` sub-windows of `ring` that end with the one that contains
 * time_ms. */
struct distinct_count distinct_count(const struct distinct_pool *pool, const struct table *table,
                                     uint32_t row, const struct field *field, unsigned set,
                                     unsigned ring, unsigned units, int64_t time_ms);

/* Dense contents as records, for publishing: calls `take` with 32 words for each sub-window that
 * changed since the last call. part: which set, ring and position. */
void distinct_take_dirty(struct distinct_pool *pool, const struct table *table, uint32_t row,
                         void (*take)(void *ctx, uint16_t part, const uint64_t words[static 32]),
                         void *ctx);
/* Merges such a record back, taking a block if the row has none. A part that holds more than the
 * record afterwards is marked dirty again. False: pool empty, or no such part. */
bool distinct_merge(struct distinct_pool *pool, struct table *table, uint32_t row, uint16_t part,
                    const uint64_t words[static 32]);

/* Which set of its row a part belongs to. */
static inline unsigned distinct_part_set(uint16_t part)
{
    return part >> 13 & 3;
}

/* Gives the row's blocks back; for table_collect's clearing. */
void distinct_release(struct distinct_pool *pool, uint32_t row);

#endif
