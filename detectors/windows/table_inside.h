/* SPDX-License-Identifier: Apache-2.0
 *
 * What table.c, table_merge.c and table_collect.c share; nobody else includes this.
 *
 * Each field's writer: `heads`, `words`, `dirty`, `tombs`, `minute`, `counts`: anybody, as words;
 * `condemned` and after: the collector alone; the rest is constant after
 * table_new.
 */
#ifndef DETECTORS_WINDOWS_TABLE_INSIDE_H
#define DETECTORS_WINDOWS_TABLE_INSIDE_H

#include "detectors/windows/table.h"

#define META_DYING    (UINT64_C(1) << 63)
#define META_TOUCHED  (UINT64_C(1) << 62)
#define META_PROMOTED (UINT64_C(1) << 32)
#define KEY_LEAST     (UINT64_C(1) << 48)

enum { BUCKET = 8, KEY_TOMB = 1, KEY_CONDEMNED = 2, KEY_FREED = 3, LINE = 64 };
enum table_count { INSERTED, EVICTED, EXPIRED, REFUSED, CONTENDED, COUNTS_N };

struct head {
    struct word key[BUCKET];
    struct word meta[BUCKET];
};
_Static_assert(sizeof(struct head) == 2 * LINE, "a bucket's head is two cache lines");

struct table {
    const struct layout *layout;
    uint32_t buckets, rows;
    uint64_t key_bits; /* which bits of a key choose its bucket */
    size_t words_n;
    struct head *heads;
    struct word *words;
    struct word *dirty; /* a bit per row */
    struct word *tombs; /* a bit per bucket: look for tombs here */
    struct table_hooks hooks[TABLE_HOOKS_MAX];
    unsigned hooks_n;

    _Alignas(LINE) struct word minute; /* watermark */
    _Alignas(LINE) struct word counts[COUNTS_N];

    _Alignas(LINE) uint64_t *condemned; /* a bit per bucket */
    uint64_t grace;   /* the epoch that ends the running grace period; 0: none runs */
    uint64_t freed;   /* how many rows were ever freed */
    uint32_t sweep;   /* next bucket to look at */
    uint32_t guarded; /* watermark at the last pass that emptied wrapped words */
    bool guarding;    /* this pass is one */
};

static inline bool key_is_live(uint64_t key)
{
    return key >= KEY_LEAST;
}

static inline bool key_is_free(uint64_t key)
{
    return key == 0 || (key >= KEY_FREED && key < KEY_LEAST);
}

/* Memory of at least one cache line, zeroed; huge pages where the system has them. */
void *table_alloc(size_t bytes);
void table_release(void *memory, size_t bytes);

void table_bury(struct table *table, uint32_t row, uint64_t key);
bool table_kill(struct table *table, uint32_t row, uint64_t key, uint64_t meta,
                enum table_count why);
bool table_is_stale(const struct table *table, const struct field *field, uint64_t word);
bool table_epochs_passed(const struct table_epochs *epochs, uint64_t epoch);
uint64_t table_epochs_advance(struct table_epochs *epochs);

#endif
