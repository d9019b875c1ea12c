/* SPDX-License-Identifier: Apache-2.0
 *
 * Nanoseconds per operation of the windows' core, one table. Each figure is the least of several
 * runs: noise only adds. Updates are wall time, the
 * rest is processor time. Compare on one machine, before and after a change.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/hash.h"
#include "tests/unit/random.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5, BATCH = 64, EVENTS = 1 << 20, ROWS = 1 << 20, USERS = 1 << 18 };

#define NOW INT64_C(1795000000000)

static const struct field fields[] = {
    DISTINCT_FIELD("users", 0),
    {.name = "places",
     .first = 16,
     .words = 8,
     .join = JOIN_TOP,
     .payload = PAYLOAD_SPAN,
     .payload_bits = 12},
    {.name = "marks", .first = 24, .words = 8, .join = JOIN_MAX},
};
static const struct field *const sets[] = {&fields[0]};
static const struct layout layout = {
    .name = "bench", .id = 1, .version = 1, .words_n = 32, .fields = fields, .fields_n = 3};
static const struct distinct_shape shape = {{300000, 3600000}, {6, 24}};

static struct table *table;
static struct distinct_pool *pool;
static uint64_t keys[EVENTS], values[EVENTS];
static volatile uint64_t sink;

static double now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Events from..to, in batches: prefetch all buckets, find all rows, prefetch their words, update.
 */
struct part {
    size_t from, to;
    bool prefetch, hot;
};

static void *update(void *arg)
{
    const struct part *p = arg;
    uint32_t rows[BATCH];
    for (size_t i = p->from; i < p->to; i += BATCH) {
        for (size_t k = 0; k < BATCH && p->prefetch; k++)
            table_prefetch(table, keys[i + k]);
        for (size_t k = 0; k < BATCH; k++) {
            rows[k] = table_row(table, p->hot ? 1 : keys[i + k], 1, false);
            if (p->prefetch && rows[k] != TABLE_NONE)
                row_prefetch(table, rows[k], &fields[2]);
        }
        for (size_t k = 0; k < BATCH; k++)
            if (rows[k] != TABLE_NONE)
                row_merge(table, rows[k], &fields[2], (unsigned)k % 8, values[i + k]);
    }
    return NULL;
}

static double updates(unsigned threads, bool prefetch, bool hot)
{
    double best = 1e18;
    for (int run = 0; run < RUNS; run++) {
        pthread_t thread[2];
        struct part part[2];
        double start = now_ns(CLOCK_MONOTONIC);
        for (unsigned i = 0; i < threads; i++) {
            part[i] =
                (struct part){EVENTS / threads * i, EVENTS / threads * (i + 1), prefetch, hot};
            pthread_create(&thread[i], NULL, update, &part[i]);
        }
        for (unsigned i = 0; i < threads; i++)
            pthread_join(thread[i], NULL);
        double ns = (now_ns(CLOCK_MONOTONIC) - start) / EVENTS;
        best = ns < best ? ns : best;
    }
    return best;
}

static void hash_32(size_t i)
{
    struct hash_key key = {1, 2};
    sink += hash_bytes(&key, &keys[i % 1024], 32);
}

static void max_word(size_t i)
{
    static struct word w[512];
    word_max(&w[i % 512], values[i]);
}

static void ranks_word(size_t i)
{
    static struct word w[32];
    word_ranks(&w[i % 32], 7ull << 48 | (1 + (values[i] & 7)) << 6 * (values[i] >> 8 & 7));
}

static void top_word(size_t i)
{
    static struct word w[64][8];
    word_top(w[i % 64], 8, values[i] | 1, PAYLOAD_SPAN, 12);
}

static uint32_t exact_row, dense_row;

static void add_dense(size_t i)
{
    distinct_add(pool, table, dense_row, sets[0], 0, values[i], NOW - (int64_t)(i % 20) * 60000);
}

static void add_again(size_t i)
{
    distinct_add(pool, table, exact_row, sets[0], 0, values[i % 12], NOW);
}

static void count_exact(size_t i)
{
    sink += distinct_count(pool, table, exact_row, sets[0], 0, 0, 6, NOW + (int64_t)(i & 1)).n;
}

static void count_fast(size_t i)
{
    sink += distinct_count(pool, table, dense_row, sets[0], 0, 0, 6, NOW + (int64_t)(i & 1)).n;
}

static void count_slow(size_t i)
{
    sink += distinct_count(pool, table, dense_row, sets[0], 0, 1, 24, NOW + (int64_t)(i & 1)).n;
}

static double each(void (*op)(size_t), size_t n)
{
    double best = 1e18;
    for (int run = 0; run < RUNS; run++) {
        double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; i < n; i++)
            op(i);
        double ns = (now_ns(CLOCK_THREAD_CPUTIME_ID) - start) / (double)n;
        best = ns < best ? ns : best;
    }
    return best;
}

static void line(const char *what, double ns)
{
    printf("  %-52s %9.1f\n", what, ns);
}

int main(void)
{
    table = table_new(&layout, ROWS);
    pool = distinct_pool_new(&shape, 64);
    if (!table || !pool || !distinct_pool_attach(pool, table, sets, 1))
        return 1;
    uint64_t seed = 1, user;
    for (size_t i = 0; i < EVENTS; i++) {
        user = random_below(&seed, USERS);
        keys[i] = random_next(&user);
        values[i] = random_next(&seed);
    }
    exact_row = table_row(table, 2, (uint32_t)(NOW / 60000), true);
    dense_row = table_row(table, 3, (uint32_t)(NOW / 60000), true);
    printf("windows, ns per operation (%d rows of %d bytes, %d keys)\n", ROWS, layout.words_n * 8,
           USERS);
    line("update, 1 thread", updates(1, false, false));
    line("update, 1 thread, prefetched by 64", updates(1, true, false));
    line("update, 2 threads (wall)", updates(2, false, false));
    line("update, 2 threads (wall), prefetched by 64", updates(2, true, false));
    line("update, 1 thread, one hot row", updates(1, false, true));
    line("update, 2 threads (wall), one hot row", updates(2, false, true));
    line("hash of 32 bytes", each(hash_32, EVENTS));
    line("max on one of 512 words", each(max_word, EVENTS));
    line("ranks on one of 32 words", each(ranks_word, EVENTS));
    line("top of 8", each(top_word, EVENTS));
    line("distinct: add, known, exact", each(add_again, EVENTS));
    line("distinct: add, dense, two rings", each(add_dense, EVENTS));
    line("distinct: count 12 exact", each(count_exact, EVENTS));
    line("distinct: count 6 sub-windows, dense", each(count_fast, EVENTS / 64));
    line("distinct: count 24 sub-windows, dense", each(count_slow, EVENTS / 64));
    struct table_counts c = table_counts(table);
    printf("  rows %llu, evicted %llu, refused %llu\n", (unsigned long long)c.inserted,
           (unsigned long long)c.evicted, (unsigned long long)c.refused);
    table_free(table);
    distinct_pool_free(pool);
    return 0;
}
