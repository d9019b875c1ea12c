/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: a fixed table of rows of words, found by a 64-bit keyed hash. A layout tells what the
 *   words of a row are, and that alone is enough to update, merge, print, write and read back any
 *   row.
 * Who may call what at once: table_row, table_find, table_prefetch, row_* by any number of
 *   workers; table_collect by one maintenance thread at a time; table_take_dirty by the publisher;
 *   others before the threads start. Whoever holds a row number while others may evict is a reader
 *   (table_epoch_enter): workers, the replica, the publisher.
 * Progress: finding, inserting and updating are lock-free (a bounded probe of one bucket of 8).
 *   Reuse of an evicted row waits until every reader has been between batches once (table_epoch):
 *   a stalled worker delays reuse, never the others' work.
 * What when full: a bucket keeps one row free: taking the last one marks the bucket's victim for
 *   eviction. Victim: dead by time; else never promoted; else oldest; else lowest index; never the
 *   row just made. With no row free, table_row returns TABLE_NONE and counts `refused`.
 *   TABLE_NONE is no row: whoever hands it, or any number of no row, to a function that takes one
 *   ends the program by an assertion. tests/scenario/refused.c refuses every row once.
 * What may be lost: the words of an evicted row, and what is merged into it after it was chosen.
 * Bytes: rows * (8 * words_n + 16) + rows / 8 + rows / 32; table_bytes says exactly.
 *
 *   bucket  | 8 keys: one line | 8 metas: one line |
 *   meta    | dying 1 | touched 1 | 0, 29 | promoted 1 | minute 32 |
 *   key     1: tomb; 2: tomb whose grace period runs; else below 2^48: free (since when);
 *           from 2^48: the key of a row
 *   row i of bucket b: words_n words, 64-byte aligned when words_n is a multiple of 8
 */
#ifndef DETECTORS_WINDOWS_TABLE_H
#define DETECTORS_WINDOWS_TABLE_H

#include "detectors/windows/word.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One field of a row: `words` words from `first` that merge by one join. */
struct field {
    const char *name;
    uint16_t first, words;
    enum word_join join; /* MAX, OR: word by word; TOP: all of them one top-K */
    enum word_payload payload;
    uint8_t payload_bits;
    uint16_t slot_min; /* TOP only; not 0: the top 16 bits of a word are its minute / slot_min,
                          which wraps: see "Time that wraps" in detectors/README.md */
};

/* Fields of the plain kinds; places.h, tokens.h and distinct.h have those of theirs. */
#define MAX_FIELD(name_, first_, words_)                                                           \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_MAX                    \
    }
#define OR_FIELD(name_, first_, words_)                                                            \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_OR                     \
    }
#define TOP_FIELD(name_, first_, words_)                                                           \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP                    \
    }

struct layout {
    const char *name;
    uint8_t id;       /* in record keys: never reused for something else */
    uint8_t version;  /* raised whenever the fields change */
    uint16_t words_n; /* a multiple of 8 */
    const struct field *fields;
    size_t fields_n;
    int64_t ttl_ms; /* a row not touched for so long (event time) is dead */
    bool pointed;   /* words elsewhere hold parts of its keys: table_find_part */
};

struct table;
enum { TABLE_NONE = UINT32_MAX };

struct table *table_new(const struct layout *layout,
                        size_t rows); /* rows is rounded up; NULL: memory */
void table_free(struct table *table);
size_t table_bytes(const struct layout *layout, size_t rows); /* what table_new will allocate */
const struct layout *table_layout(const struct table *table);
size_t table_rows(const struct table *table);

/* Asks the processor for the bucket of a key, ahead of use. */
void table_prefetch(const struct table *table, uint64_t key);

/* A key as tables keep it: 64-bit hashes below 2^48 are moved (they mark free rows). All functions
 * here do this themselves; table_key returns the result. Idempotent. */
uint64_t table_lawful_key(uint64_t key);

/* The row of a key, made if absent. minute: event time in minutes, kept as the newest, by the row
 * and as the table's watermark: the caller bounds it first, or one bad clock makes all others old.
 * promote: the row is worth keeping (see "when full"). TABLE_NONE: refused, counted. */
uint32_t table_row(struct table *table, uint64_t key, uint32_t minute, bool promote);

uint32_t table_find(const struct table *table, uint64_t key); /* TABLE_NONE: not there */
/* The same by the low TABLE_PART_BITS of a key, in a table whose layout is `pointed`: a pointer
 * that shares a word with other things. Two keys with one part: once in 2^45 pairs; then either. */
enum { TABLE_PART_BITS = 45 };
uint64_t table_part(uint64_t key);
uint32_t table_find_part(const struct table *table, uint64_t part);
uint64_t table_key(const struct table *table, uint32_t row); /* 0: free */
uint32_t table_minute(const struct table *table, uint32_t row);
bool table_promoted(const struct table *table, uint32_t row);
uint32_t table_watermark(const struct table *table); /* the newest minute table_row was told */

/* True if a record of another instance may make this key's row here: the key is there, or there is
 * room, or it ranks above the row it would evict. Merging never evicts better state. */
bool table_admits(const struct table *table, uint64_t key, uint32_t minute, bool promoted);

/* The words of a field. Valid until the caller's next table_epoch_enter. */
struct word *row_words(const struct table *table, uint32_t row, const struct field *field);

/* Asks the processor for a field's words, ahead of use: the second phase of a batch, once its rows
 * are known. */
static inline void row_prefetch(const struct table *table, uint32_t row, const struct field *field)
{
    __builtin_prefetch(row_words(table, row, field), 1, 3);
}

/* Merges a value into a field (for MAX, OR and RANKS into word `at` of it) and marks the row dirty
 * when something changed. WORD_DROPPED also for a time slot too far from the watermark. */
enum word_result row_merge(struct table *table, uint32_t row, const struct field *field,
                           unsigned at, uint64_t value);

/* Merges `words_n` foreign words into a row by the layout's joins. True if the row holds more than
 * they do afterwards (it should be published again). Does not mark the row dirty. */
bool row_merge_all(struct table *table, uint32_t row, const uint64_t *words);
void row_copy(const struct table *table, uint32_t row, uint64_t *ret_words);

/* --- reuse of evicted rows: quiescent states ---
 * A worker enters before it takes a batch and leaves before it blocks; between the two it may hold
 * row numbers. `reader` is its number, below TABLE_READERS. One call serves all tables of a run. */
enum { TABLE_READERS = 64 };
struct table_epochs;
struct table_epochs *table_epochs_new(void);
void table_epochs_free(struct table_epochs *epochs);
void table_epoch_enter(struct table_epochs *epochs, unsigned reader);
void table_epoch_leave(struct table_epochs *epochs, unsigned reader);

/* For a companion of the table (distinct.c), set before the threads start; each may be NULL.
 * `clear` is called by the collector for each row whose grace period is over; `guard` by the
 * collector for each live row once per TABLE_GUARD_MIN of event time: empty what is about to wrap;
 * `leave` by whoever merged, with each word that a TOP field did not keep. */
enum { TABLE_GUARD_MIN = 7 * 24 * 60 };
enum { TABLE_HOOKS_MAX = 4 };
struct table_hooks {
    void (*clear)(void *ctx, uint32_t row);
    void (*guard)(void *ctx, uint32_t row);
    void (*leave)(void *ctx, uint32_t row, const struct field *field, uint64_t word);
    void *ctx;
};
/* False: TABLE_HOOKS_MAX are set already. */
bool table_add_hooks(struct table *table, const struct table_hooks *hooks);

/* One step of maintenance: clears evicted rows whose grace period has passed, begins a new period.
 * minute: the watermark, for rows dead by time. Call often (every 100 ms); cost is proportional to
 * what was evicted, plus a slow sweep. Thread: one. */
void table_collect(struct table *table, struct table_epochs *epochs, uint32_t minute);

/* Takes the next dirty row at or after *cursor, clearing its mark first (so that a change made
 * while it is read marks it again). False when there is none; start with *cursor = 0. Thread:
 * publisher. */
bool table_take_dirty(struct table *table, uint32_t *cursor, uint32_t *ret_row);
void table_mark_dirty(struct table *table, uint32_t row);

struct table_counts {
    uint64_t live, inserted, evicted, refused, expired, contended;
};
struct table_counts table_counts(const struct table *table);

#endif
