/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders in which the events of a story arrive: by their time, reversed within each day, or
 * shuffled by so much lateness. Owned by the caller, who frees.
 */
#ifndef TESTS_SCENARIO_ORDER_H
#define TESTS_SCENARIO_ORDER_H

#include "tests/scenario/run.h"
#include "tests/unit/random.h"

struct arrival {
    int64_t key_ms;
    uint64_t tie;
    size_t event;
};

static inline int by_arrival(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->key_ms != y->key_ms)
        return x->key_ms < y->key_ms ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

enum order { IN_ORDER, REVERSED, SHUFFLED };

/* Each event of the story `times` times; none arrives more than late_ms behind a newer one. */
static inline size_t *make_order(const struct story *st, enum order kind, uint64_t seed,
                                 size_t times, int64_t late_ms)
{
    size_t n = st->events_n * times, *order = calloc(n, sizeof *order);
    struct arrival *arrivals = calloc(n, sizeof *arrivals);
    if (!order || !arrivals)
        abort();
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < st->events_n; i++)
        first_ms = st->events[i].time_ms < first_ms ? st->events[i].time_ms : first_ms;
    for (size_t i = 0; i < n; i++) {
        int64_t at_ms = st->events[i / times].time_ms - first_ms;
        struct arrival *a = &arrivals[i];
        a->event = i / times;
        a->key_ms = at_ms;
        a->tie = i;
        if (kind == REVERSED) {
            a->key_ms = at_ms / DAY_MS * DAY_MS + DAY_MS - at_ms % DAY_MS;
            a->tie = n - i;
        } else if (kind == SHUFFLED) {
            a->key_ms = at_ms + (int64_t)random_below(&seed, (uint64_t)late_ms);
            a->tie = random_next(&seed);
        }
    }
    qsort(arrivals, n, sizeof *arrivals, by_arrival);
    for (size_t i = 0; i < n; i++)
        order[i] = arrivals[i].event;
    free(arrivals);
    return order;
}

#endif
