/* SPDX-License-Identifier: Apache-2.0
 *
 * Spray evaluation; see the header. An event at t belongs to every window that ends in [t, t + W], so
 * several ends are asked: then a late event completes the older window it belongs to, and the verdict
 * does not depend on the order of arrival.
 *
 * Sources of the numbers: Microsoft Sentinel's rule starts at 5 users in 20 minutes and keeps sources
 * whose failed users exceed the successful ones; Elastic's at 15 in 15 minutes; Splunk's at 10 to 30
 * in 5 minutes. Halving for quiet networks gives back the sensitivity that a common number costs.
 */
#include "detectors/spray.h"

#include "detectors/baseline.h"
#include "detectors/tokens.h"

#define MINUTE_MS (60ll * 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

unsigned spray_threshold(const struct spray_options *o, enum spray_shape shape, bool quiet)
{
    static const unsigned size_unknown[] = {[SPRAY_FAST] = 5, [SPRAY_SLOW] = 8, [SPRAY_WIDE] = 15};
    unsigned t = o->min_users > 0 ? (unsigned)o->min_users : size_unknown[shape];
    if (!quiet)
        return t;
    double halved = (double)t * o->quiet_factor;
    unsigned floor = (unsigned)o->size_floor, up = (unsigned)halved + (halved > (unsigned)halved);
    return up > floor ? up : floor;
}

static unsigned table_of(enum spray_shape shape)
{
    return shape == SPRAY_FAST ? WINDOWS_SOURCE : WINDOWS_NETWORK;
}

/* Days before the cut of time_ms on which anybody succeeded from here. */
static unsigned ok_days(const struct windows *w, enum spray_shape shape, uint32_t row,
                        int64_t time_ms)
{
    int64_t cut = baseline_cut(time_ms);
    return tokens_active_days(w->table[table_of(shape)], row, &source_fields[SOURCE_OK_DAYS],
                              cut - TOKEN_LOOK_BACK, cut);
}

static bool is_quiet(const struct windows *w, enum spray_shape shape, uint32_t row, int64_t time_ms)
{
    enum network_class n = ladder_labelled(w, table_of(shape), row).network;
    return (n == NETWORK_HOSTING || n == NETWORK_VPN || n == NETWORK_UNKNOWN) &&
           ok_days(w, shape, row, time_ms) == 0;
}

static unsigned count(const struct windows *w, enum spray_shape shape, uint32_t row, unsigned set,
                      unsigned ring, unsigned units, int64_t end_ms)
{
    return windows_count(w, table_of(shape), row, set, ring, units, end_ms).n;
}

/* Keeps the window with the most users tried; one that fires beats one that does not. */
static void keep_best(struct spray *best, const struct spray *s)
{
    if (s->fires != best->fires ? s->fires : s->tried > best->tried) {
        bool shared = best->shared;
        *best = *s;
        best->shared |= shared;
    }
    best->shared |= s->shared;
}

static struct spray fast(const struct windows *w, const struct spray_options *o, uint32_t row,
                         int64_t time_ms)
{
    enum { UNIT_MS = 5 * MINUTE_MS, UNITS = 6 };
    struct spray best = {0};
    unsigned t = spray_threshold(o, SPRAY_FAST, is_quiet(w, SPRAY_FAST, row, time_ms));
    /* All these windows together hold no more than the hour around the event: mostly too little. */
    if (count(w, SPRAY_FAST, row, SET_TRIED, 0, 2 * UNITS - 1, time_ms + (UNITS - 1) * UNIT_MS) < t)
        return best;
    for (unsigned i = 0; i < UNITS; i++) {
        struct spray s = {.threshold = t, .window_ms = UNITS * UNIT_MS,
                          .end_ms = time_ms + i * UNIT_MS};
        s.tried = count(w, SPRAY_FAST, row, SET_TRIED, 0, UNITS, s.end_ms);
        if (s.tried >= t) {
            /* `ok` is kept by the hour: one or two of them cover the half hour. */
            int64_t begin = (s.end_ms / UNIT_MS - (UNITS - 1)) * UNIT_MS;
            unsigned hours = (unsigned)(s.end_ms / HOUR_MS - begin / HOUR_MS) + 1;
            s.ok = count(w, SPRAY_FAST, row, SET_OK, 0, hours, s.end_ms);
            s.fires = s.tried > s.ok;
            s.shared = !s.fires;
        }
        keep_best(&best, &s);
    }
    return best;
}

/* One window of a network row: the last `units` of `ring` up to end_ms. */
static struct spray slow_window(const struct windows *w, enum spray_shape shape, uint32_t row,
                                unsigned ring, unsigned units, int64_t end_ms, unsigned threshold)
{
    struct spray s = {.threshold = threshold, .end_ms = end_ms};
    s.window_ms = (int64_t)units * (ring == 0 ? HOUR_MS : DAY_MS);
    s.tried = count(w, shape, row, SET_TRIED, ring, units, end_ms);
    if (s.tried < threshold)
        return s;
    s.addresses = count(w, shape, row, SET_ADDRESSES, ring, units, end_ms);
    s.ok = count(w, shape, row, SET_OK, 0, 2, end_ms); /* kept by the day: these two cover 24 h */
    unsigned least = shape == SPRAY_WIDE ? (s.tried + 2) / 3 : (s.tried + 3) / 4;
    if (s.addresses < (least > 3 ? least : 3))
        return s;
    s.fires = s.tried > s.ok;
    s.shared = !s.fires;
    return s;
}

/* The last end that can hold more than an earlier one: that of the newest event, within the span. */
static int64_t latest_end(const struct windows *w, uint32_t row, int64_t time_ms, int64_t span_ms)
{
    const struct word *last = row_words(w->table[WINDOWS_NETWORK], row, &source_fields[SOURCE_LAST]);
    int64_t last_ms = (int64_t)word_load(last);
    if (last_ms < time_ms)
        return time_ms;
    return last_ms < time_ms + span_ms ? last_ms : time_ms + span_ms;
}

static struct spray slow(const struct windows *w, const struct spray_options *o, uint32_t row,
                         int64_t time_ms)
{
    struct spray best = {0};
    if (ok_days(w, SPRAY_SLOW, row, time_ms) >= 3)
        return best; /* an established network of this tenant */
    unsigned t = spray_threshold(o, SPRAY_SLOW, is_quiet(w, SPRAY_SLOW, row, time_ms));
    int64_t newest = latest_end(w, row, time_ms, 13 * DAY_MS);
    if (count(w, SPRAY_SLOW, row, SET_TRIED, 1, 15, newest) < t)
        return best;
    for (unsigned ring = 0; ring < 2; ring++) {
        unsigned units = ring == 0 ? 24 : 14;
        int64_t span = (int64_t)(units - 1) * (ring == 0 ? HOUR_MS : DAY_MS);
        int64_t late = latest_end(w, row, time_ms, span);
        const int64_t ends[] = {time_ms, time_ms + (late - time_ms) / 2, late};
        for (unsigned i = 0; i < 3; i++) {
            struct spray s = slow_window(w, SPRAY_SLOW, row, ring, units, ends[i], t);
            keep_best(&best, &s);
        }
    }
    return best;
}

/* The most users of this fingerprint tried on one day before the cut. */
static unsigned usual_day(const struct windows *w, uint32_t row, int64_t time_ms)
{
    unsigned most = 0;
    for (int64_t back = 2; back < 14; back++) {
        unsigned n = count(w, SPRAY_WIDE, row, SET_TRIED, 1, 1, time_ms - back * DAY_MS);
        most = n > most ? n : most;
    }
    return most;
}

static struct spray wide(const struct windows *w, const struct spray_options *o, uint32_t row,
                         int64_t time_ms)
{
    struct spray best = {0};
    unsigned t = spray_threshold(o, SPRAY_WIDE, false);
    if (count(w, SPRAY_WIDE, row, SET_TRIED, 1, 2, latest_end(w, row, time_ms, 23 * HOUR_MS)) < t)
        return best;
    int64_t late = latest_end(w, row, time_ms, 23 * HOUR_MS);
    const int64_t ends[] = {time_ms, time_ms + (late - time_ms) / 2, late};
    for (unsigned i = 0; i < 3; i++) {
        struct spray s = slow_window(w, SPRAY_WIDE, row, 0, 24, ends[i], t);
        if (s.fires) {
            unsigned hours = count(w, SPRAY_WIDE, row, SET_USER_HOURS, 0, 24, ends[i]);
            s.fires = hours <= s.tried * (unsigned)o->tries_per_user &&
                      s.tried >= 3 * usual_day(w, row, time_ms);
        }
        keep_best(&best, &s);
    }
    return best;
}

struct spray spray_evaluate(const struct windows *w, const struct spray_options *o,
                            enum spray_shape shape, uint32_t row, int64_t time_ms)
{
    if (shape == SPRAY_FAST)
        return fast(w, o, row, time_ms);
    return shape == SPRAY_SLOW ? slow(w, o, row, time_ms) : wide(w, o, row, time_ms);
}
