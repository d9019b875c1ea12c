/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/offsets with a consumer, four workers and a publisher at once. The oracle: whenever low
 * says n, every message below n has been marked, and what its worker wrote before is visible. Run
 * it under ThreadSanitizer too (make SAN=thread unit).
 */
#include "plugin/kafka/offsets.h"
#include "plugin/path/ring.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

enum { WORKERS = 4, MESSAGES = 100000, CAPACITY = 1024 };

static struct offsets *offsets;
static struct ring rings[WORKERS];
static uint64_t wrote[MESSAGES]; /* plain: what a message led to */

static void *worker(void *arg)
{
    struct ring *ring = arg;
    struct offsets_entry *batch[32];

    for (bool stopped = false; !stopped;) {
        size_t n = 0;
        while (n < 32 && (batch[n] = ring_pop(ring)))
            n++;
        if (n == 0)
            sched_yield();
        for (size_t i = n; i-- > 0;) { /* backwards: finished out of order */
            if (!batch[i]->message) {
                stopped = true;
                continue;
            }
            wrote[batch[i]->offset] = (uint64_t)batch[i]->offset + 1;
            offsets_done(batch[i]);
        }
    }
    return NULL;
}

static void *consumer(void *arg)
{
    static struct offsets_entry stop;

    (void)arg;
    for (int64_t i = 0; i < MESSAGES;) {
        struct offsets_entry *entry;
        if (offsets_append(offsets, i, offsets, &entry) != OFFSETS_TAKEN) {
            sched_yield();
            continue;
        }
        while (!ring_push(&rings[i % WORKERS], entry))
            sched_yield();
        i++;
    }
    for (int i = 0; i < WORKERS; i++)
        while (!ring_push(&rings[i], &stop))
            sched_yield();
    return NULL;
}

int main(void)
{
    pthread_t threads[WORKERS + 1];
    int64_t low = -1, checked = 0;

    offsets = offsets_new("t", 0, 1, CAPACITY);
    for (int i = 0; i < WORKERS; i++) {
        ring_init(&rings[i], 256);
        pthread_create(&threads[i], NULL, worker, &rings[i]);
    }
    pthread_create(&threads[WORKERS], NULL, consumer, NULL);
    while (low < MESSAGES) {
        const int64_t now = offsets_low(offsets);
        if (now < low) {
            fprintf(stderr, "low fell from %ld to %ld\n", (long)low, (long)now);
            return 1;
        }
        for (low = now; checked < low; checked++)
            if (wrote[checked] != (uint64_t)checked + 1) {
                fprintf(stderr, "low is %ld but %ld is not finished\n", (long)low, (long)checked);
                return 1;
            }
        sched_yield();
    }
    for (int i = 0; i <= WORKERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < WORKERS; i++)
        ring_done(&rings[i]);
    offsets_free(offsets);
    return 0;
}
