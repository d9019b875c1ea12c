/* SPDX-License-Identifier: Apache-2.0
 *
 * One worker is held still in the middle of an update, wherever a signal happens to hit it (the
 * handler waits on a pipe), and inside its batch. The others must go on at full speed, eviction and
 * refusal included; rows evicted meanwhile must wait for it; once it goes on, they are reused and
 * all words are lawful.
 */
#include "detectors/windows/table.h"
#include "tests/unit/random.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 3, STALLED = 0, KEYS = 300, STALLS = 12, PROGRESS = 20000, PATIENCE_MS = 20000 };

static const struct field field = {.name = "marks", .first = 0, .words = 8, .join = JOIN_MAX};
static const struct layout layout = {
    .name = "stall", .id = 1, .version = 1, .words_n = 8, .fields = &field, .fields_n = 1};

static struct table *table;
static struct table_epochs *epochs;
static struct word finished;

/* Each worker's count of updates, on a line of its own. */
static struct {
    _Alignas(64) struct word n;
} updates[WORKERS];

static int gate[2], arrived[2];

static void hold(int sig)
{
    (void)sig;
    char byte = 1;
    if (write(arrived[1], &byte, 1) != 1 || read(gate[0], &byte, 1) != 1)
        _exit(4);
}

static void *work(void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg;
    uint64_t seed = me;
    while (!word_load(&finished)) {
        table_epoch_enter(epochs, me);
        for (int i = 0; i < 16; i++) {
            uint64_t key = 1 + random_below(&seed, KEYS);
            uint32_t row = table_row(table, key, 1, false);
            for (unsigned k = 0; k < 8 && row != TABLE_NONE; k++)
                row_merge(table, row, &field, k, key);
            word_count(&updates[me].n);
        }
        table_epoch_leave(epochs, me);
    }
    return NULL;
}

static void *collect(void *arg)
{
    while (!word_load(&finished)) {
        table_collect(table, epochs, 1);
        nanosleep(&(struct timespec){0, 100000}, NULL);
    }
    return arg;
}

static void fail(const char *what)
{
    fprintf(stderr, "stall: %s\n", what);
    exit(1);
}

/* Waits until the workers that are free have made `PROGRESS` updates more, each. */
static void await_progress(const char *what)
{
    uint64_t before[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++)
        before[i] = word_counted(&updates[i].n);
    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        bool all = true;
        for (unsigned i = STALLED + 1; i < WORKERS; i++)
            all &= word_counted(&updates[i].n) - before[i] >= PROGRESS;
        if (all)
            return;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    fail(what);
}

/* A thread held while it is being started may hold the C library's locks, or a sanitizer's. */
static void await_start(void)
{
    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        bool all = true;
        for (unsigned i = 0; i < WORKERS; i++)
            all &= word_counted(&updates[i].n) > 0;
        if (all)
            return;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    fail("a worker did not start");
}

static void stall_once(pthread_t thread)
{
    char byte = 1;
    pthread_kill(thread, SIGUSR1);
    if (read(arrived[0], &byte, 1) != 1)
        fail("the worker did not stop");
    uint64_t stalled_at = word_counted(&updates[STALLED].n);
    await_progress("the others stood still while one was held");
    if (word_counted(&updates[STALLED].n) != stalled_at)
        fail("the held worker moved");
    if (write(gate[1], &byte, 1) != 1)
        fail("pipe");
    uint64_t evicted = table_counts(table).evicted;
    for (int ms = 0; table_counts(table).evicted < evicted + 10; ms++) {
        if (ms == PATIENCE_MS)
            fail("no row was reused after the release");
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
}

/* A reader that stays inside: what is evicted after that must stay as it is. */
static void evicted_rows_wait(void)
{
    table_epoch_enter(epochs, WORKERS);
    for (int i = 0; i < 2; i++)
        await_progress("the others stood still while one stayed inside");
    uint64_t evicted = table_counts(table).evicted;
    await_progress("the others stood still while one stayed inside");
    if (table_counts(table).evicted != evicted)
        fail("rows were reused under a reader");
    table_epoch_leave(epochs, WORKERS);
}

int main(void)
{
    table = table_new(&layout, 64);
    epochs = table_epochs_new();
    if (!table || !epochs || pipe(gate) || pipe(arrived))
        fail("set-up");
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = hold}, NULL);
    pthread_t workers[WORKERS], collector;
    for (uintptr_t i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, work, (void *)i);
    pthread_create(&collector, NULL, collect, NULL);
    await_start();
    for (int i = 0; i < STALLS; i++)
        stall_once(workers[STALLED]);
    evicted_rows_wait();
    word_store(&finished, 1);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    pthread_join(collector, NULL);
    for (uint32_t row = 0; row < table_rows(table); row++) {
        uint64_t key = table_key(table, row);
        for (unsigned k = 0; k < 8 && key; k++) {
            uint64_t word = word_load(&row_words(table, row, &field)[k]);
            if (word != 0 && table_lawful_key(word) != key)
                fail("a word under another key");
        }
    }
    table_free(table);
    table_epochs_free(epochs);
    return 0;
}
