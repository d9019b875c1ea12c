/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done to a row once it is found: reading, merging by the layout's joins, and the marks of
 * what changed. Order of the marks, never another: CAS the word, mark the row, finish the message;
 * the publisher takes the mark and then reads the words.
 */
#include "detectors/windows/table.h"
#include "detectors/windows/table_inside.h"

#include <assert.h>

enum { SLOT_SHIFT = 48, QUARTER = 1 << 14 };

const struct layout *table_layout(const struct table *t)
{
    return t->layout;
}

size_t table_rows(const struct table *t)
{
    return t->rows;
}

/* Every way to a row leads through here. TABLE_NONE is no row, and what lies behind the table is
 * somebody else's memory. */
static void must_be_row(const struct table *t, uint32_t row)
{
    assert(row < t->rows);
}

static uint64_t meta_of(const struct table *t, uint32_t row)
{
    must_be_row(t, row);
    return word_load(&t->heads[row / BUCKET].meta[row % BUCKET]);
}

uint64_t table_key(const struct table *t, uint32_t row)
{
    must_be_row(t, row);
    uint64_t key = word_load(&t->heads[row / BUCKET].key[row % BUCKET]);
    return key_is_live(key) ? key : 0;
}

uint32_t table_minute(const struct table *t, uint32_t row)
{
    return (uint32_t)meta_of(t, row);
}

bool table_promoted(const struct table *t, uint32_t row)
{
    return meta_of(t, row) & META_PROMOTED;
}

uint32_t table_watermark(const struct table *t)
{
    return (uint32_t)word_load(&t->minute);
}

struct word *row_words(const struct table *t, uint32_t row, const struct field *field)
{
    must_be_row(t, row);
    return &t->words[row * t->words_n + field->first];
}

void table_mark_dirty(struct table *t, uint32_t row)
{
    must_be_row(t, row);
    word_or(&t->dirty[row / 64], UINT64_C(1) << row % 64);
}

/* A wrapped time slot further than a quarter of its range from the watermark says nothing. */
bool table_is_stale(const struct table *t, const struct field *field, uint64_t word)
{
    if (field->slot_min == 0 || word == 0)
        return false;
    uint32_t now = table_watermark(t) / field->slot_min;
    int16_t away = (int16_t)(uint16_t)((word >> SLOT_SHIFT) - now);
    return away > QUARTER || away < -QUARTER;
}

static enum word_result merge_top(struct table *t, uint32_t row, const struct field *f,
                                  uint64_t value)
{
    if (table_is_stale(t, f, value))
        return WORD_DROPPED;
    uint64_t out;
    struct top_kind kind = {f->words, f->payload_bits, f->payload, f->slot_min != 0};
    enum word_result result = word_top_out(row_words(t, row, f), &kind, value, &out);
    for (unsigned i = 0; out != 0 && i < t->hooks_n; i++)
        if (t->hooks[i].leave)
            t->hooks[i].leave(t->hooks[i].ctx, row, f, out);
    return result;
}

static enum word_result merge_one(struct table *t, uint32_t row, const struct field *f, unsigned at,
                                  uint64_t value)
{
    struct word *w = row_words(t, row, f) + at;
    enum word_result result = WORD_SAME;
    switch (f->join) {
    case JOIN_MAX:
        result = word_max(w, value);
        break;
    case JOIN_OR:
        result = word_or(w, value);
        break;
    case JOIN_RANKS:
        result = word_ranks(w, value);
        break;
    case JOIN_TOP:
        result = merge_top(t, row, f, value);
        break;
    }
    if (result == WORD_CONTENDED)
        word_count(&t->counts[CONTENDED]);
    return result;
}

enum word_result row_merge(struct table *t, uint32_t row, const struct field *field, unsigned at,
                           uint64_t value)
{
    assert(at < field->words);
    enum word_result result = merge_one(t, row, field, at, value);
    if (result == WORD_CHANGED)
        table_mark_dirty(t, row);
    return result;
}

/* A foreign word has no message that would come again: more patience, still bounded. */
static void merge_foreign(struct table *t, uint32_t row, const struct field *f, unsigned at,
                          uint64_t value)
{
    for (int i = 0; i < WORD_TRIES && value != 0; i++)
        if (merge_one(t, row, f, at, value) != WORD_CONTENDED)
            return;
}

/* Is one of our words missing from theirs? In a TOP positions mean nothing. */
static bool holds_more(const struct word *ours, const struct field *f, const uint64_t *theirs)
{
    for (unsigned i = 0; i < f->words; i++) {
        uint64_t w = word_load(&ours[i]);
        bool there = w == 0 || w == theirs[i];
        for (unsigned k = 0; k < f->words && f->join == JOIN_TOP && !there; k++)
            there = w == theirs[k];
        if (!there)
            return true;
    }
    return false;
}

bool row_merge_all(struct table *t, uint32_t row, const uint64_t *words)
{
    bool more = false;
    for (size_t n = 0; n < t->layout->fields_n; n++) {
        const struct field *f = &t->layout->fields[n];
        for (unsigned i = 0; i < f->words; i++)
            merge_foreign(t, row, f, i, words[f->first + i]);
        more |= holds_more(row_words(t, row, f), f, words + f->first);
    }
    return more;
}

void row_copy(const struct table *t, uint32_t row, uint64_t *ret_words)
{
    must_be_row(t, row);
    const struct word *w = &t->words[row * t->words_n];
    for (size_t i = 0; i < t->words_n; i++)
        ret_words[i] = word_load(&w[i]);
}

bool table_take_dirty(struct table *t, uint32_t *cursor, uint32_t *ret_row)
{
    while (*cursor < t->rows) {
        uint32_t at = *cursor;
        uint64_t marks = word_load(&t->dirty[at / 64]) >> at % 64;
        if (marks == 0) {
            *cursor = (at / 64 + 1) * 64;
            continue;
        }
        at += (uint32_t)__builtin_ctzll(marks);
        word_clear(&t->dirty[at / 64], UINT64_C(1) << at % 64);
        *cursor = at + 1;
        *ret_row = at;
        return true;
    }
    return false;
}

bool table_add_hooks(struct table *t, const struct table_hooks *hooks)
{
    if (t->hooks_n == TABLE_HOOKS_MAX)
        return false;
    t->hooks[t->hooks_n++] = *hooks;
    return true;
}

struct table_counts table_counts(const struct table *t)
{
    struct table_counts c = {0};
    c.evicted = word_counted(&t->counts[EVICTED]);
    c.expired = word_counted(&t->counts[EXPIRED]);
    c.refused = word_counted(&t->counts[REFUSED]);
    c.contended = word_counted(&t->counts[CONTENDED]);
    c.inserted = word_counted(&t->counts[INSERTED]);
    c.live = c.inserted - c.evicted - c.expired;
    return c;
}
