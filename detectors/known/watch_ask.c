/* SPDX-License-Identifier: Apache-2.0
 *
 * How watch rows are asked: sets of a window, the ends of windows worth asking, pushes, kinds.
 */
#include "detectors/known/watch.h"

#include "parsers/values/timestamp.h"

enum { RING0_KEPT = 12, RING1_KEPT = 25 };

static int64_t push_ms(uint64_t word)
{
    return (int64_t)(word >> WATCH_PUSH_ID_BITS) * 1000;
}

struct distinct_count watch_count(const struct windows *w, uint32_t row, unsigned set,
                                  unsigned ring, unsigned units, int64_t end_ms)
{
    return windows_count(w, WINDOWS_WATCH, row, set, ring, units, end_ms);
}

static unsigned add_end(int64_t at_ms, int64_t unit_ms, int64_t day, unsigned n,
                        int64_t ends[static WATCH_ENDS_MAX])
{
    int64_t end = (at_ms / unit_ms + 1) * unit_ms - 1;
    if (end / DAY_MS != day || n == WATCH_ENDS_MAX)
        return n;
    for (unsigned i = 0; i < n; i++)
        if (ends[i] == end)
            return n;
    ends[n] = end;
    return n + 1;
}

unsigned watch_ends(const struct windows *w, uint32_t row, unsigned set, unsigned newest,
                    int64_t pair_ms, int64_t unit_ms, int64_t day,
                    int64_t ends[static WATCH_ENDS_MAX])
{
    const struct table *t = w->table[WINDOWS_WATCH];
    const struct word *pairs = row_words(t, row, &watch_fields[set]);
    int64_t last_ms = (int64_t)word_load(row_words(t, row, &watch_fields[WATCH_FAILED]) + newest);
    int64_t kept = unit_ms == HOUR_MS ? RING1_KEPT : RING0_KEPT;
    unsigned n = 0;
    for (unsigned i = 0; i < watch_fields[set].words; i++) {
        int64_t at_ms = distinct_pair_ms(word_load(&pairs[i]), pair_ms);
        if (at_ms >= 0)
            n = add_end(at_ms, unit_ms, day, n, ends);
    }
    for (int64_t k = 0; k < kept && last_ms > 0; k++)
        n = add_end(last_ms - k * unit_ms, unit_ms, day, n, ends);
    return n;
}

static unsigned pushes_in(const struct windows *w, uint32_t row, int field_number, int64_t end_ms,
                          int64_t window_ms)
{
    const struct field *field = &watch_fields[field_number];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        int64_t at_ms = push_ms(word_load(&words[i]));
        n += at_ms > end_ms - window_ms && at_ms <= end_ms;
    }
    return n;
}

struct watch_pushes watch_pushes(const struct windows *w, uint32_t row, int64_t end_ms,
                                 int64_t window_ms)
{
    struct watch_pushes pushes = {.sent = pushes_in(w, row, WATCH_PUSHES, end_ms, window_ms)};
    if (pushes.sent > 0)
        pushes.approved = pushes_in(w, row, WATCH_ANSWERS, end_ms, window_ms);
    return pushes;
}

unsigned watch_push_ends(const struct windows *w, uint32_t row, int64_t unit_ms, int64_t day,
                         int64_t ends[static WATCH_ENDS_MAX])
{
    const struct field *field = &watch_fields[WATCH_PUSHES];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        if (word != 0)
            n = add_end(push_ms(word), unit_ms, day, n, ends);
    }
    return n;
}

unsigned watch_kinds(const struct windows *w, uint32_t row, int64_t day)
{
    const struct field *field = &watch_fields[WATCH_KINDS];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    unsigned kinds = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        if ((int64_t)(word >> 16) == day)
            kinds |= word & 0xFFFF;
    }
    return kinds;
}
