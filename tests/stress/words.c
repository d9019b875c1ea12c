/* SPDX-License-Identifier: Apache-2.0
 *
 * Real threads against a plain oracle: random events, in random order, some twice, split at random
 * over 1 to 8 threads, must leave the words that one thread leaves. Then a table far too small,
 * where rows are evicted and reused all the time: no key twice, no word under another key. Run it
 * under ThreadSanitizer too; there a deliberate race, in a child process, must be reported.
 */
#include "detectors/windows/distinct.h"
#include "detectors/windows/places.h"
#include "detectors/windows/tokens.h"
#include "tests/unit/random.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
enum { TSAN = 1 };
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
enum { TSAN = 1 };
#else
enum { TSAN = 0 };
#endif
#else
enum { TSAN = 0 };
#endif

enum { THREADS = 8, ROUNDS = TSAN ? 6 : 24, EVENTS = 20000, KEYS = 40, WORDS = 40 };
enum { MINUTE_MS = 60000, CHURN_KEYS = 400, CHURN_EVENTS = TSAN ? 20000 : 100000 };

#define NOW INT64_C(1795000000000)

static const struct field fields[] = {
    DISTINCT_FIELD("users", 0),
    PLACES_FIELD("places", 12, 8),
    TOKENS_FIELD("tokens", 20, 8),
    {.name = "marks", .first = 28, .words = 4, .join = JOIN_MAX},
    {.name = "flags", .first = 32, .words = 2, .join = JOIN_OR},
};
enum { USERS, PLACES, TOKENS, MARKS, FLAGS, FIELDS_N };
static const struct field *const sets[] = {&fields[USERS]};
static const struct layout layout = {.name = "stress",
                                     .id = 1,
                                     .version = 1,
                                     .words_n = WORDS,
                                     .fields = fields,
                                     .fields_n = FIELDS_N};
static const struct distinct_shape shape = {{5 * MINUTE_MS, 60 * MINUTE_MS}, {6, 24}};

static int failures;

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "words: %s\n", what);
        failures++;
    }
}

struct world {
    struct table *table;
    struct distinct_pool *pool;
    struct table_epochs *epochs;
};

static struct world world_new(size_t rows)
{
    struct world w = {table_new(&layout, rows), distinct_pool_new(&shape, 64), table_epochs_new()};
    if (!w.table || !w.pool || !w.epochs || !distinct_pool_attach(w.pool, w.table, sets, 1))
        abort();
    return w;
}

static void world_free(struct world *w)
{
    table_free(w->table);
    distinct_pool_free(w->pool);
    table_epochs_free(w->epochs);
}

struct event {
    uint64_t key, bits;
    int64_t time_ms;
};

/* Half of the events hit three keys: hot rows. Times lie within the longer ring. */
static void events_make(struct event *ev, size_t n, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        ev[i].key = random_below(seed, random_below(seed, 2) ? 3 : KEYS);
        ev[i].bits = random_next(seed);
        ev[i].time_ms = NOW - (int64_t)random_below(seed, 22 * 60) * MINUTE_MS;
    }
}

static void shuffle(struct event *ev, size_t n, uint64_t *seed)
{
    for (size_t i = n - 1; i > 0; i--) {
        size_t k = random_below(seed, i + 1);
        struct event swap = ev[i];
        ev[i] = ev[k];
        ev[k] = swap;
    }
}

/* One event updates one field of its row. False: contended, try again later. */
static bool apply(struct world *w, const struct event *ev)
{
    uint64_t seed = ev->bits, element = random_below(&seed, 60);
    uint32_t row = table_row(w->table, ev->key, (uint32_t)(ev->time_ms / MINUTE_MS), ev->bits & 1);
    enum word_result r = WORD_SAME;
    if (row == TABLE_NONE)
        return false;
    switch (random_below(&seed, FIELDS_N)) {
    case USERS:
        seed = element;
        r = distinct_add(w->pool, w->table, row, sets[0], 0, random_next(&seed), ev->time_ms);
        break;
    case PLACES: {
        struct place_fact place = {(double)element, (double)element, 10, true, PLACE_ISP, 0};
        r = row_merge(w->table, row, &fields[PLACES], 0, place_make(&place, ev->time_ms));
        break;
    }
    case TOKENS:
        r = tokens_add(w->table, row, &fields[TOKENS], element << 50,
                       ev->time_ms - (int64_t)element * TOKEN_DAY_MS);
        break;
    case MARKS:
        r = row_merge(w->table, row, &fields[MARKS], (unsigned)element % 4, random_next(&seed));
        break;
    default:
        r = row_merge(w->table, row, &fields[FLAGS], (unsigned)element % 2, UINT64_C(1) << element);
    }
    return r != WORD_CONTENDED;
}

struct worker {
    struct world *world;
    const struct event *events;
    size_t n;
    unsigned reader;
    pthread_t thread;
};

static void *work(void *arg)
{
    struct worker *me = arg;
    for (size_t i = 0; i < me->n; i++) {
        if (i % 64 == 0)
            table_epoch_enter(me->world->epochs, me->reader);
        while (!apply(me->world, &me->events[i])) {
            table_epoch_leave(me->world->epochs, me->reader);
            sched_yield();
            table_epoch_enter(me->world->epochs, me->reader);
        }
    }
    table_epoch_leave(me->world->epochs, me->reader);
    return NULL;
}

/* Runs n events on so many threads, parts of random size, while rows are collected. */
static void run(struct world *w, const struct event *ev, size_t n, unsigned threads, uint64_t *seed)
{
    struct worker workers[THREADS];
    size_t at = 0;
    for (unsigned i = 0; i < threads; i++) {
        size_t rest = n - at,
               part = i + 1 == threads ? rest : random_below(seed, 2 * rest / (threads - i) + 1);
        workers[i] = (struct worker){.world = w, .events = ev + at, .n = part, .reader = i};
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
        at += part;
    }
    for (int i = 0; i < 20; i++)
        table_collect(w->table, w->epochs, (uint32_t)(NOW / MINUTE_MS));
    for (unsigned i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void canonical(const struct world *w, uint64_t key, uint64_t *ret)
{
    row_copy(w->table, table_find(w->table, key), ret);
    for (size_t i = 0; i < FIELDS_N; i++)
        if (fields[i].join == JOIN_TOP)
            qsort(ret + fields[i].first, fields[i].words, sizeof *ret, by_value);
}

static void same(const struct world *a, const struct world *b)
{
    for (uint64_t key = 0; key < KEYS; key++) {
        uint64_t x[WORDS], y[WORDS];
        uint32_t row_a = table_find(a->table, key), row_b = table_find(b->table, key);
        must((row_a == TABLE_NONE) == (row_b == TABLE_NONE), "a row is missing");
        if (row_a == TABLE_NONE || row_b == TABLE_NONE)
            continue;
        canonical(a, key, x);
        canonical(b, key, y);
        must(memcmp(x, y, sizeof x) == 0, "words differ from the oracle's");
        must(table_minute(a->table, row_a) == table_minute(b->table, row_b), "minutes differ");
        for (unsigned i = 0; i < 24; i++)
            must(distinct_count(a->pool, a->table, row_a, sets[0], 0, 1, 1 + i, NOW).n ==
                     distinct_count(b->pool, b->table, row_b, sets[0], 0, 1, 1 + i, NOW).n,
                 "counts differ");
    }
}

static void against_the_oracle(void)
{
    static struct event ev[EVENTS + EVENTS / 2];
    uint64_t seed = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world one = world_new(4096), many = world_new(4096);
        events_make(ev, EVENTS, &seed);
        memcpy(ev + EVENTS, ev, EVENTS / 2 * sizeof *ev); /* half of them twice */
        run(&one, ev, EVENTS, 1, &seed);
        shuffle(ev, EVENTS + EVENTS / 2, &seed);
        run(&many, ev, EVENTS + EVENTS / 2, 1 + round % THREADS, &seed);
        must(table_counts(many.table).evicted == 0, "nothing should be evicted here");
        same(&one, &many);
        world_free(&one);
        world_free(&many);
    }
}

/* --- a table of 64 rows and 400 keys; a key's row holds the key's own words only --- */

static void *churn(void *arg)
{
    struct worker *me = arg;
    uint64_t seed = me->reader;
    for (int i = 0; i < CHURN_EVENTS; i++) {
        if (i % 32 == 0)
            table_epoch_enter(me->world->epochs, me->reader);
        uint64_t key = 1 + random_below(&seed, CHURN_KEYS);
        uint32_t row = table_row(me->world->table, key, (uint32_t)i, false);
        for (unsigned k = 0; k < 4 && row != TABLE_NONE; k++)
            row_merge(me->world->table, row, &fields[MARKS], k, key);
        if (i % 32 == 31) {
            table_epoch_leave(me->world->epochs, me->reader);
            sched_yield();
        }
    }
    table_epoch_leave(me->world->epochs, me->reader);
    return NULL;
}

static _Atomic bool finished;

static void *collect(void *arg)
{
    struct world *w = arg;
    while (!atomic_load_explicit(&finished, memory_order_acquire)) {
        table_collect(w->table, w->epochs, 0);
        sched_yield();
    }
    return NULL;
}

static void rows_are_reused_cleanly(void)
{
    struct world w = world_new(64);
    struct worker workers[4];
    pthread_t collector;
    pthread_create(&collector, NULL, collect, &w);
    for (unsigned i = 0; i < 4; i++) {
        workers[i] = (struct worker){.world = &w, .reader = i};
        pthread_create(&workers[i].thread, NULL, churn, &workers[i]);
    }
    for (unsigned i = 0; i < 4; i++)
        pthread_join(workers[i].thread, NULL);
    atomic_store_explicit(&finished, true, memory_order_release);
    pthread_join(collector, NULL);
    for (uint32_t row = 0; row < table_rows(w.table); row++) {
        uint64_t key = table_key(w.table, row);
        struct word *marks = row_words(w.table, row, &fields[MARKS]);
        for (uint32_t other = 0; other < row && key; other++)
            must(table_key(w.table, other) != key, "a key has two rows");
        for (unsigned k = 0; k < 4 && key; k++)
            must(word_load(&marks[k]) == 0 || table_lawful_key(word_load(&marks[k])) == key,
                 "a word under another key");
    }
    must(table_counts(w.table).evicted > 1000, "too few evictions to say anything");
    world_free(&w);
}

/* --- a race that ThreadSanitizer must see --- */

static int plain;
static _Atomic bool ready;

static void *race(void *arg)
{
    (void)arg;
    plain = 1;
    atomic_store_explicit(&ready, true, memory_order_relaxed); /* should be release */
    return NULL;
}

static int run_race(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, race, NULL);
    while (!atomic_load_explicit(&ready, memory_order_relaxed))
        sched_yield();
    int seen = plain;
    pthread_join(thread, NULL);
    return seen == 1 ? 0 : 1;
}

static void a_race_is_reported(const char *self)
{
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(3);
        execl(self, self, "race", (char *)NULL);
        _exit(3);
    }
    int status = 0;
    waitpid(child, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    must(TSAN ? code == 66 : code == 0,
         "the deliberate race was not reported (or reported by nobody)");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "race") == 0)
        return run_race();
    against_the_oracle();
    rows_are_reused_cleanly();
    a_race_is_reported("/proc/self/exe");
    return failures != 0;
}
