/* SPDX-License-Identifier: Apache-2.0
 *
 * Spray evaluation; see the header. An event at t belongs to every window that ends in [t, t + W],
 * so all of them are asked that may hold more than the one that ends at t: none while events come
 * in order, and after a late event those it completes. A window belongs to the day on which it
 * ends. So which findings there are does not depend on the order of arrival.
 *
 * Sources of the numbers: Microsoft Sentinel's rule starts at 5 users in 20 minutes and keeps
 * sources whose failed users exceed the successful ones; Elastic's at 15 in 15 minutes; Splunk's at
 * 10 to 30 in 5 minutes. Halving for quiet networks gives back the sensitivity that a common number
 * costs.
 */
#include "detectors/spray/spray.h"

#include "detectors/known/crowd.h"
#include "parsers/values/timestamp.h"

#include <math.h>

enum { SLOW_LEAST = 5 };

static unsigned by_size(const struct spray_options *o, enum spray_shape shape, unsigned size)
{
    static const unsigned size_unknown[] = {[SPRAY_FAST] = 5, [SPRAY_SLOW] = 8, [SPRAY_WIDE] = 15};
    if (size == CROWD_UNKNOWN)
        return size_unknown[shape];
    double half = (double)size / 2, logs = (shape == SPRAY_WIDE ? 4 : 2) * log2((double)size);
    double t = ceil(half < logs ? half : logs), scale = shape == SPRAY_WIDE ? 1 : 0;
    double floor = (double)o->size_floor * (1 + scale / 2);
    double ceiling = (double)o->size_ceiling * (1 + scale);
    t = t < floor ? ceil(floor) : t;
    t = t > ceiling ? ceiling : t;
    return shape == SPRAY_SLOW && t < SLOW_LEAST ? SLOW_LEAST : (unsigned)t;
}

unsigned spray_threshold(const struct spray_options *o, enum spray_shape shape, unsigned size,
                         bool quiet)
{
    unsigned t = o->min_users > 0 ? (unsigned)o->min_users : by_size(o, shape, size);
    if (!quiet)
        return t;
    double halved = ceil((double)t * o->quiet_factor), floor = (double)o->size_floor;
    return (unsigned)(halved > floor ? halved : floor);
}

static unsigned table_of(enum spray_shape shape)
{
    return shape == SPRAY_FAST ? WINDOWS_SOURCE : WINDOWS_NETWORK;
}

struct spray_limit spray_limit(const struct detection *d, enum spray_shape shape, uint32_t row,
                               int64_t day)
{
    const struct windows *w = d->windows;
    const struct spray_options *o = d->options;
    unsigned table = table_of(shape);
    uint64_t tenant = word_load(row_words(w->table[table], row, &source_fields[SOURCE_TENANT]));
    struct rung rung = ladder_labelled(w, table, row);
    struct spray_limit l = {.size = crowd_tenant_size(w, tenant, d->tenant->users, day * DAY_MS)};
    if (shape != SPRAY_WIDE) { /* a fingerprint comes from everywhere */
        l.established = crowd_established(w, tenant, crowd_net(w, &rung), l.size, day * DAY_MS,
                                          &l.egress_users);
        l.quiet = ladder_is_quiet(rung.network) && l.egress_users == 0;
    }
    l.base = l.threshold = spray_threshold(o, shape, l.size, l.quiet);
    double share = ceil(o->egress_share * l.egress_users);
    if (l.established && share > l.base)
        l.threshold = (unsigned)share;
    return l;
}

static unsigned count_about(const struct windows *w, enum spray_shape shape, uint32_t row,
                            unsigned set, unsigned ring, unsigned units, int64_t end_ms,
                            bool *ret_about)
{
    struct distinct_count n = windows_count(w, table_of(shape), row, set, ring, units, end_ms);
    *ret_about = distinct_is_about(n);
    return n.n;
}

static unsigned count(const struct windows *w, enum spray_shape shape, uint32_t row, unsigned set,
                      unsigned ring, unsigned units, int64_t end_ms)
{
    bool about;
    return count_about(w, shape, row, set, ring, units, end_ms, &about);
}

/* Keeps the window with the most users tried; one that fires beats one that does not. */
static void keep_best(struct spray *best, const struct spray *s)
{
    bool shared = best->shared || s->shared, egress = best->egress || s->egress;
    if (s->fires != best->fires ? s->fires : s->tried > best->tried)
        *best = *s;
    best->shared = shared;
    best->egress = egress;
}

/* The ends to ask: the last moments of sub-windows, from first_ms to last_ms by step_ms. */
struct ends {
    int64_t first_ms, last_ms, step_ms;
};

static int64_t newest_ms(const struct windows *w, unsigned table, uint32_t row)
{
    return (int64_t)word_load(row_words(w->table[table], row, &source_fields[SOURCE_LAST]));
}

/* Windows of `units` sub-windows, of which the row keeps `kept`; nobody is tried after the newest.
 */
static struct ends ends_of(int64_t newest, int64_t time_ms, int64_t day, int64_t step_ms,
                           unsigned units, unsigned kept)
{
    int64_t low = day * DAY_MS, high = low + DAY_MS - 1;
    int64_t oldest = newest - (int64_t)(kept - 1) * step_ms;
    if (time_ms > 0) {
        int64_t latest = time_ms + (int64_t)(units - 1) * step_ms;
        low = time_ms > low ? time_ms : low;
        high = latest < high ? latest : high;
    }
    low = oldest > low ? oldest : low;
    high = newest < high ? newest : high;
    return (struct ends){(low / step_ms + 1) * step_ms - 1, (high / step_ms + 1) * step_ms - 1,
                         step_ms};
}

enum { FAST_UNITS = 6, FAST_KEPT = 12, HOURS = 24, HOURS_KEPT = 25, DAYS = 14, DAYS_KEPT = 15 };
#define FAST_UNIT_MS (5 * MINUTE_MS)

static struct spray fast_window(const struct windows *w, uint32_t row, int64_t end_ms,
                                const struct spray_limit *l)
{
    struct spray s = {.threshold = l->threshold, .end_ms = end_ms};
    s.window_ms = FAST_UNITS * FAST_UNIT_MS;
    s.tried = count_about(w, SPRAY_FAST, row, SET_TRIED, 0, FAST_UNITS, end_ms, &s.tried_about);
    if (s.tried < l->base || count(w, SPRAY_FAST, row, SET_TRIED, 0, 1, end_ms) == 0)
        return s;
    /* `ok` is kept by the hour: one or two of them cover the half hour. */
    unsigned hours = (unsigned)(end_ms / HOUR_MS - (end_ms - s.window_ms + 1) / HOUR_MS) + 1;
    s.ok = count_about(w, SPRAY_FAST, row, SET_OK, 0, hours, end_ms, &s.ok_about);
    s.shared = s.tried <= s.ok;
    s.egress = !s.shared && s.tried < l->threshold;
    s.fires = !s.shared && !s.egress;
    return s;
}

/* The windows that end where an exact pair of the row stands, however long ago: of a source that
 * tries few they are all there, and other workers may be hours ahead in a quiet topic. */
static void fast_pairs(const struct windows *w, uint32_t row, int64_t time_ms, int64_t day,
                       const struct spray_limit *l, struct spray *best)
{
    const struct field *field = &source_fields[SET_TRIED];
    const struct word *pairs = row_words(w->table[WINDOWS_SOURCE], row, field);
    int64_t kept_ms = newest_ms(w, WINDOWS_SOURCE, row) - (FAST_KEPT - 1) * FAST_UNIT_MS;
    for (unsigned i = 0; i < field->words; i++) {
        int64_t begin = distinct_pair_ms(word_load(&pairs[i]), FAST_UNIT_MS);
        int64_t end = begin + FAST_UNIT_MS - 1;
        if (begin < 0 || end >= kept_ms || end / DAY_MS != day ||
            (time_ms > 0 && (end < time_ms || begin >= time_ms + FAST_UNITS * FAST_UNIT_MS)))
            continue;
        struct spray s = fast_window(w, row, end, l);
        keep_best(best, &s);
    }
}

static struct spray fast(const struct detection *d, uint32_t row, int64_t time_ms, int64_t day)
{
    const struct windows *w = d->windows;
    struct spray best = {0};
    int64_t newest = newest_ms(w, WINDOWS_SOURCE, row);
    struct ends ends = ends_of(newest, time_ms, day, FAST_UNIT_MS, FAST_UNITS, FAST_KEPT);
    struct spray_limit l = spray_limit(d, SPRAY_FAST, row, day);
    fast_pairs(w, row, time_ms, day, &l, &best);
    /* No window holds more than all that is kept, and that is mostly too little. */
    if (count(w, SPRAY_FAST, row, SET_TRIED, 0, FAST_KEPT, newest) < l.base)
        return best;
    for (int64_t end = ends.first_ms; end <= ends.last_ms; end += ends.step_ms) {
        struct spray s = fast_window(w, row, end, &l);
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
    s.tried = count_about(w, shape, row, SET_TRIED, ring, units, end_ms, &s.tried_about);
    if (s.tried < threshold || count(w, shape, row, SET_TRIED, ring, 1, end_ms) == 0)
        return s;
    s.addresses =
        count_about(w, shape, row, SET_ADDRESSES, ring, units, end_ms, &s.addresses_about);
    /* Kept by the day: these two cover 24 hours. */
    s.ok = count_about(w, shape, row, SET_OK, 0, 2, end_ms, &s.ok_about);
    unsigned least = shape == SPRAY_WIDE ? (s.tried + 2) / 3 : (s.tried + 3) / 4;
    if (s.addresses < (least > 3 ? least : 3))
        return s;
    s.fires = s.tried > s.ok;
    s.shared = !s.fires;
    return s;
}

/* The newest windows of established egress, which never fires: were it not established, would it?
 */
static struct spray slow_held(const struct windows *w, uint32_t row, unsigned base, int64_t day)
{
    struct spray held = {0};
    int64_t end = newest_ms(w, WINDOWS_NETWORK, row);
    for (unsigned ring = 0; ring < 2 && end / DAY_MS == day; ring++)
        held.egress |= slow_window(w, SPRAY_SLOW, row, ring, ring ? DAYS : HOURS, end, base).fires;
    return held;
}

static struct spray slow(const struct detection *d, uint32_t row, int64_t time_ms, int64_t day)
{
    const struct windows *w = d->windows;
    struct spray best = {0};
    struct spray_limit l = spray_limit(d, SPRAY_SLOW, row, day);
    if (l.established)
        return slow_held(w, row, l.base, day);
    if (count(w, SPRAY_SLOW, row, SET_TRIED, 1, DAYS_KEPT, newest_ms(w, WINDOWS_NETWORK, row)) <
        l.base)
        return best;
    for (unsigned ring = 0; ring < 2; ring++) {
        unsigned units = ring == 0 ? HOURS : DAYS;
        struct ends ends =
            ends_of(newest_ms(w, WINDOWS_NETWORK, row), time_ms, day, ring == 0 ? HOUR_MS : DAY_MS,
                    units, ring == 0 ? HOURS_KEPT : DAYS_KEPT);
        for (int64_t end = ends.first_ms; end <= ends.last_ms; end += ends.step_ms) {
            struct spray s = slow_window(w, SPRAY_SLOW, row, ring, units, end, l.base);
            keep_best(&best, &s);
        }
    }
    return best;
}

/* The most users of this fingerprint tried on one day before the cut. */
static unsigned usual_day(const struct windows *w, uint32_t row, int64_t time_ms)
{
    unsigned most = 0;
    for (int64_t back = 2; back < DAYS; back++) {
        unsigned n = count(w, SPRAY_WIDE, row, SET_TRIED, 1, 1, time_ms - back * DAY_MS);
        most = n > most ? n : most;
    }
    return most;
}

static struct spray wide(const struct detection *d, uint32_t row, int64_t time_ms, int64_t day)
{
    const struct windows *w = d->windows;
    const struct spray_options *o = d->options;
    struct spray best = {0};
    unsigned t = spray_limit(d, SPRAY_WIDE, row, day).threshold;
    if (count(w, SPRAY_WIDE, row, SET_TRIED, 0, HOURS_KEPT, newest_ms(w, WINDOWS_NETWORK, row)) < t)
        return best;
    struct ends ends =
        ends_of(newest_ms(w, WINDOWS_NETWORK, row), time_ms, day, HOUR_MS, HOURS, HOURS_KEPT);
    for (int64_t end = ends.first_ms; end <= ends.last_ms; end += ends.step_ms) {
        struct spray s = slow_window(w, SPRAY_WIDE, row, 0, HOURS, end, t);
        if (s.fires) {
            unsigned hours = count(w, SPRAY_WIDE, row, SET_USER_HOURS, 0, HOURS, end);
            s.fires = hours <= s.tried * (unsigned)o->tries_per_user &&
                      s.tried >= 3 * usual_day(w, row, end);
        }
        keep_best(&best, &s);
    }
    return best;
}

struct spray spray_evaluate(const struct detection *d, enum spray_shape shape, uint32_t row,
                            int64_t time_ms, int64_t day)
{
    if (shape == SPRAY_FAST)
        return fast(d, row, time_ms, day);
    return shape == SPRAY_SLOW ? slow(d, row, time_ms, day) : wide(d, row, time_ms, day);
}

int64_t spray_last_day(const struct windows *w, unsigned table, uint32_t row, int64_t time_ms)
{
    int64_t newest = newest_ms(w, table, row), latest = time_ms + (DAYS - 1) * DAY_MS;
    if (newest <= time_ms)
        return time_ms / DAY_MS;
    return (newest < latest ? newest : latest) / DAY_MS;
}

int64_t spray_memory_ms(enum spray_shape shape)
{
    if (shape == SPRAY_FAST)
        return (FAST_KEPT - FAST_UNITS) * FAST_UNIT_MS;
    return shape == SPRAY_WIDE ? (HOURS_KEPT - HOURS) * HOUR_MS : (DAYS_KEPT - DAYS) * DAY_MS;
}
