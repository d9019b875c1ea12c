/* SPDX-License-Identifier: Apache-2.0
 *
 * Reuse of evicted rows by quiescent states, and the slow sweep. A row's way back:
 *
 *   live -> dying (its meta) -> tomb -> condemned -> [every reader was between batches]
 *        -> cleared -> free
 *
 * A reader inside a batch may still hold the row's number or an old picture of its bucket; so
 * nothing returns to a former value until all readers that were inside have left. Thread: the one
 * maintenance thread, apart from table_epoch_enter and _leave.
 */
#include "detectors/windows/table.h"
#include "detectors/windows/table_inside.h"

enum { SWEEP_PARTS = 128 };

struct table_epochs {
    _Alignas(LINE) struct word now;
    struct {
        _Alignas(LINE) struct word inside; /* the epoch at entry; 0: outside. Writer: its reader */
    } readers[TABLE_READERS];
};

struct table_epochs *table_epochs_new(void)
{
    struct table_epochs *epochs = table_alloc(sizeof *epochs);
    if (epochs)
        word_store(&epochs->now, 1);
    return epochs;
}

void table_epochs_free(struct table_epochs *epochs)
{
    table_release(epochs, sizeof *epochs);
}

/* seq_cst: either the collector sees that we are inside, or we see its tombs. */
void table_epoch_enter(struct table_epochs *epochs, unsigned reader)
{
    word_store(&epochs->readers[reader].inside, word_load(&epochs->now));
}

void table_epoch_leave(struct table_epochs *epochs, unsigned reader)
{
    word_store(&epochs->readers[reader].inside, 0);
}

/* Begins a new epoch and returns it: readers that enter from now on see what was done before. */
uint64_t table_epochs_advance(struct table_epochs *epochs)
{
    uint64_t now = word_load(&epochs->now);
    while (!word_cas(&epochs->now, &now, now + 1)) /* ends: one collector per table, few tables */
        ;
    return now + 1;
}

bool table_epochs_passed(const struct table_epochs *epochs, uint64_t epoch)
{
    for (unsigned i = 0; i < TABLE_READERS; i++) {
        uint64_t inside = word_load(&epochs->readers[i].inside);
        if (inside != 0 && inside < epoch)
            return false;
    }
    return true;
}

/* The numbers of freed rows rise from KEY_FREED; 2^48 of them last longer than any process. */
static void clear_row(struct table *t, uint32_t row)
{
    struct head *head = &t->heads[row / BUCKET];
    for (unsigned i = 0; i < t->hooks_n; i++)
        if (t->hooks[i].clear)
            t->hooks[i].clear(t->hooks[i].ctx, row);
    for (size_t i = 0; i < t->words_n; i++)
        word_store(&t->words[row * t->words_n + i], 0);
    word_clear(&t->dirty[row / 64], UINT64_C(1) << row % 64);
    word_store(&head->meta[row % BUCKET], 0);
    word_store(&head->key[row % BUCKET], KEY_FREED + t->freed++);
}

static void clear_condemned(struct table *t)
{
    for (uint32_t n = 0; n < (t->buckets + 63) / 64; n++) {
        for (uint64_t bits = t->condemned[n]; bits; bits &= bits - 1) {
            uint32_t bucket = n * 64 + (uint32_t)__builtin_ctzll(bits);
            for (uint32_t i = 0; i < BUCKET; i++)
                if (word_load(&t->heads[bucket].key[i]) == KEY_CONDEMNED)
                    clear_row(t, bucket * BUCKET + i);
        }
        t->condemned[n] = 0;
    }
}

/* Tombs to condemned; true if there was one. Nobody else changes a tomb. */
static bool condemn(struct table *t)
{
    bool any = false;
    for (uint32_t n = 0; n < (t->buckets + 63) / 64; n++) {
        if (word_load(&t->tombs[n]) == 0)
            continue;
        t->condemned[n] = word_exchange(&t->tombs[n], 0);
        for (uint64_t bits = t->condemned[n]; bits; bits &= bits - 1) {
            struct head *head = &t->heads[n * 64 + (uint32_t)__builtin_ctzll(bits)];
            for (unsigned i = 0; i < BUCKET; i++) {
                uint64_t tomb = KEY_TOMB;
                any |= word_cas(&head->key[i], &tomb, KEY_CONDEMNED);
            }
        }
    }
    return any;
}

/* A wrapped slot a quarter of the range away is emptied before it could look new again. */
static void guard_row(struct table *t, uint32_t row)
{
    for (unsigned i = 0; i < t->hooks_n; i++)
        if (t->hooks[i].guard)
            t->hooks[i].guard(t->hooks[i].ctx, row);
    for (size_t n = 0; n < t->layout->fields_n; n++) {
        const struct field *f = &t->layout->fields[n];
        struct word *w = row_words(t, row, f);
        for (unsigned i = 0; i < f->words && f->slot_min; i++) {
            uint64_t v = word_load(&w[i]);
            if (table_is_stale(t, f, v))
                word_cas(&w[i], &v, 0);
        }
    }
}

static void sweep_row(struct table *t, uint32_t row, uint32_t minute)
{
    struct head *head = &t->heads[row / BUCKET];
    uint64_t key = word_load(&head->key[row % BUCKET]), meta = word_load(&head->meta[row % BUCKET]);
    if (key == KEY_TOMB) { /* its evictor stopped before it set the bucket's bit */
        word_or(&t->tombs[row / BUCKET / 64], UINT64_C(1) << row / BUCKET % 64);
        return;
    }
    if (!key_is_live(key) || meta == 0)
        return;
    if (meta & META_DYING) { /* or before it made the tomb */
        table_bury(t, row, key);
        return;
    }
    int64_t age_min = (int64_t)minute - (uint32_t)meta;
    if (t->layout->ttl_ms > 0 && age_min * 60000 > t->layout->ttl_ms)
        table_kill(t, row, key, meta, EXPIRED);
    else if (t->guarding)
        guard_row(t, row);
}

/* Looks at one bucket. A pass that guards begins whenever event time has gone on by a week: far
 * more often than every eighth of the shortest range (5 months), for next to nothing. */
static void sweep_next(struct table *t, uint32_t minute)
{
    if (t->sweep == 0) {
        uint32_t now = table_watermark(t);
        t->guarding = now - t->guarded >= TABLE_GUARD_MIN;
        t->guarded = t->guarding ? now : t->guarded;
    }
    for (uint32_t i = 0; i < BUCKET; i++)
        sweep_row(t, t->sweep * BUCKET + i, minute);
    t->sweep = (t->sweep + 1) % t->buckets;
}

void table_collect(struct table *t, struct table_epochs *epochs, uint32_t minute)
{
    if (t->grace != 0 && table_epochs_passed(epochs, t->grace)) {
        clear_condemned(t);
        t->grace = 0;
    }
    for (uint32_t n = 0; n < t->buckets / SWEEP_PARTS + 1; n++)
        sweep_next(t, minute);
    if (t->grace == 0 && condemn(t))
        t->grace = table_epochs_advance(epochs);
}
