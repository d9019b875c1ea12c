/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding, making and evicting rows; see table.h for the promises.
 *
 * No key ever has two rows: rows become free in a known order (a free key word holds the number of
 * its freeing), an inserter acts on an atomic picture of the bucket (two equal readings; values
 * never return while a reader is inside, see table_collect.c) and takes the row that has been free
 * longest. Two inserters of one key therefore want the same row, and one CAS fails.
 * tests/model/table.c.
 */
#include "detectors/windows/table.h"

#include "detectors/windows/table_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

#define PART_MASK ((UINT64_C(1) << TABLE_PART_BITS) - 1)

void *table_alloc(size_t bytes)
{
    if (bytes < HUGE_PAGE) {
        size_t whole = (bytes + LINE - 1) / LINE * LINE;
        void *memory = aligned_alloc(LINE, whole ? whole : LINE);
        if (memory)
            memset(memory, 0, whole);
        return memory;
    }
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void table_release(void *memory, size_t bytes)
{
    if (memory && bytes >= HUGE_PAGE)
        munmap(memory, bytes);
    else
        free(memory);
}

/* The sizes of the five arrays of a table. */
struct sizes {
    uint32_t buckets;
    size_t heads, words, dirty, tombs;
};

static struct sizes sizes_of(const struct layout *layout, size_t rows)
{
    size_t buckets = rows ? (rows + BUCKET - 1) / BUCKET : 1;
    return (struct sizes){(uint32_t)buckets, buckets * sizeof(struct head),
                          buckets * BUCKET * layout->words_n * sizeof(struct word),
                          (buckets * BUCKET + 63) / 64 * sizeof(struct word),
                          (buckets + 63) / 64 * sizeof(struct word)};
}

size_t table_bytes(const struct layout *layout, size_t rows)
{
    struct sizes s = sizes_of(layout, rows);
    return sizeof(struct table) + s.heads + s.words + s.dirty + 2 * s.tombs;
}

struct table *table_new(const struct layout *layout, size_t rows)
{
    if (rows >= TABLE_NONE - BUCKET)
        return NULL;
    struct table *t = table_alloc(sizeof *t);
    if (!t)
        return NULL;
    struct sizes s = sizes_of(layout, rows);
    t->layout = layout;
    t->buckets = s.buckets;
    t->rows = s.buckets * BUCKET;
    t->words_n = layout->words_n;
    t->key_bits = layout->pointed ? PART_MASK : UINT64_MAX;
    t->heads = table_alloc(s.heads);
    t->words = table_alloc(s.words);
    t->dirty = table_alloc(s.dirty);
    t->tombs = table_alloc(s.tombs);
    t->condemned = table_alloc(s.tombs);
    if (t->heads && t->words && t->dirty && t->tombs && t->condemned)
        return t;
    table_free(t);
    return NULL;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    struct sizes s = sizes_of(t->layout, t->rows);
    table_release(t->heads, s.heads);
    table_release(t->words, s.words);
    table_release(t->dirty, s.dirty);
    table_release(t->tombs, s.tombs);
    table_release(t->condemned, s.tombs);
    table_release(t, sizeof *t);
}

uint64_t table_lawful_key(uint64_t key)
{
    return key < KEY_LEAST ? key | UINT64_C(1) << 62 : key;
}

/* Multiplying first spreads keys that are no hashes, such as the small numbers of tests. */
static uint32_t bucket_of(const struct table *t, uint64_t key)
{
    key &= t->key_bits;
    return (uint32_t)(((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) * t->buckets >> 32);
}

void table_prefetch(const struct table *t, uint64_t key)
{
    const struct head *head = &t->heads[bucket_of(t, table_lawful_key(key))];
    __builtin_prefetch(&head->key, 0, 3);
    __builtin_prefetch(&head->meta, 1, 3);
}

uint32_t table_find(const struct table *t, uint64_t key)
{
    key = table_lawful_key(key);
    uint32_t bucket = bucket_of(t, key);
    for (uint32_t i = 0; i < BUCKET; i++)
        if (word_load(&t->heads[bucket].key[i]) == key)
            return bucket * BUCKET + i;
    return TABLE_NONE;
}

uint64_t table_part(uint64_t key)
{
    return table_lawful_key(key) & PART_MASK;
}

uint32_t table_find_part(const struct table *t, uint64_t part)
{
    assert(t->layout->pointed);
    uint32_t bucket = bucket_of(t, part);
    for (uint32_t i = 0; i < BUCKET; i++) {
        uint64_t key = word_load(&t->heads[bucket].key[i]);
        if (key_is_live(key) && (key & PART_MASK) == part)
            return bucket * BUCKET + i;
    }
    return TABLE_NONE;
}

/* One reading of a bucket's keys. */
struct view {
    uint64_t key[BUCKET];
    unsigned found, oldest_free; /* BUCKET: none */
    unsigned free_n, tombs_n;
};

static void view_read(struct view *v, const struct head *head, uint64_t key)
{
    v->found = v->oldest_free = BUCKET;
    v->free_n = v->tombs_n = 0;
    for (unsigned i = 0; i < BUCKET; i++) {
        uint64_t k = v->key[i] = word_load(&head->key[i]);
        if (k == key) {
            v->found = i;
            return;
        }
        if (!key_is_free(k)) {
            v->tombs_n += !key_is_live(k);
            continue;
        }
        v->free_n++;
        if (v->oldest_free == BUCKET || k < v->key[v->oldest_free])
            v->oldest_free = i;
    }
}

static bool view_is_still(const struct view *v, const struct head *head)
{
    for (unsigned i = 0; i < BUCKET; i++)
        if (word_load(&head->key[i]) != v->key[i])
            return false;
    return true;
}

/* Raises minute and promotion. False: the row is being evicted. The loop ends because a meta only
 * rises; past the bound the row merely looks older than it is. */
static bool touch(struct word *meta, uint32_t minute, bool promote)
{
    uint64_t old = word_load(meta);
    for (int i = 0; i < WORD_TRIES; i++) {
        if (old & META_DYING)
            return false;
        uint64_t newest = (uint32_t)old > minute ? (uint32_t)old : minute;
        uint64_t next =
            META_TOUCHED | (old & META_PROMOTED) | (promote ? META_PROMOTED : 0) | newest;
        if (next == old || word_cas(meta, &old, next))
            return true;
    }
    return true;
}

/* A dying row's key becomes a tomb; the collector finds it by the bucket's bit. */
void table_bury(struct table *t, uint32_t row, uint64_t key)
{
    word_cas(&t->heads[row / BUCKET].key[row % BUCKET], &key, KEY_TOMB);
    uint32_t bucket = row / BUCKET;
    word_or(&t->tombs[bucket / 64], UINT64_C(1) << bucket % 64);
}

/* Evicts a row if its meta is still the given one: nobody promoted or refreshed it meanwhile. */
bool table_kill(struct table *t, uint32_t row, uint64_t key, uint64_t meta, enum table_count why)
{
    if (!word_cas(&t->heads[row / BUCKET].meta[row % BUCKET], &meta, meta | META_DYING))
        return false;
    word_count(&t->counts[why]);
    table_bury(t, row, key);
    return true;
}

/* The higher, the more worth keeping: dead by time is 0. */
static uint64_t rank_of(const struct table *t, uint64_t meta)
{
    int64_t age_min = (int64_t)word_load(&t->minute) - (uint32_t)meta;
    bool dead = t->layout->ttl_ms > 0 && age_min * 60000 > t->layout->ttl_ms;
    return dead ? 0 : 1 + (meta & (META_PROMOTED | UINT32_MAX));
}

struct victim {
    unsigned at; /* BUCKET: none */
    uint64_t key, meta, rank;
};

/* A row whose meta is 0 is being made at this moment and is nobody's victim. */
static struct victim victim_of(const struct table *t, const struct head *head, unsigned except)
{
    struct victim worst = {.at = BUCKET, .rank = UINT64_MAX};
    for (unsigned i = 0; i < BUCKET; i++) {
        uint64_t key = word_load(&head->key[i]);
        if (i == except || !key_is_live(key))
            continue;
        uint64_t meta = word_load(&head->meta[i]);
        if (meta == 0 || (meta & META_DYING))
            continue;
        uint64_t rank = rank_of(t, meta);
        if (rank < worst.rank)
            worst = (struct victim){i, key, meta, rank};
    }
    return worst;
}

/* Tries a few times: a victim that is touched meanwhile is none. */
static void make_room(struct table *t, uint32_t bucket, unsigned except)
{
    for (int i = 0; i < BUCKET; i++) {
        struct victim v = victim_of(t, &t->heads[bucket], except);
        if (v.at == BUCKET || table_kill(t, bucket * BUCKET + v.at, v.key, v.meta, EVICTED))
            return;
    }
}

uint32_t table_row(struct table *t, uint64_t key, uint32_t minute, bool promote)
{
    key = table_lawful_key(key);
    word_max(&t->minute, minute);
    uint32_t bucket = bucket_of(t, key);
    struct head *head = &t->heads[bucket];
    struct view v;
    for (int i = 0; i < WORD_TRIES; i++) {
        view_read(&v, head, key);
        if (v.found < BUCKET) {
            if (touch(&head->meta[v.found], minute, promote))
                return bucket * BUCKET + v.found;
            table_bury(t, bucket * BUCKET + v.found, key);
            continue;
        }
        if (v.free_n == 0) {
            if (v.tombs_n == 0)
                make_room(t, bucket, BUCKET);
            word_count(&t->counts[REFUSED]);
            return TABLE_NONE;
        }
        unsigned at = v.oldest_free;
        if (!view_is_still(&v, head) || !word_cas(&head->key[at], &v.key[at], key))
            continue;
        word_count(&t->counts[INSERTED]);
        touch(&head->meta[at], minute, promote);
        if (v.free_n == 1 && v.tombs_n == 0)
            make_room(t, bucket, at);
        return bucket * BUCKET + at;
    }
    word_count(&t->counts[CONTENDED]);
    return TABLE_NONE;
}

bool table_admits(const struct table *t, uint64_t key, uint32_t minute, bool promoted)
{
    struct view v;
    key = table_lawful_key(key);
    const struct head *head = &t->heads[bucket_of(t, key)];
    view_read(&v, head, key);
    if (v.found < BUCKET || v.free_n > 1)
        return true;
    struct victim worst = victim_of(t, head, BUCKET);
    uint64_t rank = rank_of(t, (promoted ? META_PROMOTED : 0) | minute);
    return v.free_n == 1 && (v.tombs_n > 0 || worst.at == BUCKET || rank > worst.rank);
}
