/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: a queue of pointers between two threads: Concurrency Kit's ring behind two functions.
 * Who may call what at once: ring_push by one thread, ring_pop by one thread; ring_len by any.
 * Progress: wait-free, both. What when full: ring_push says no and the caller waits or turns away.
 * What may be late: ring_len may be a moment old.
 * Bytes: 8 * size + 3 cache lines. One place stays free: a ring of size n holds n - 1 pointers.
 *
 * ck's assembly is invisible to ThreadSanitizer, so the hand-over is told to it by name; both notes
 * are empty otherwise (see also tests/stress/tsan.supp).
 */
#ifndef PLUGIN_PATH_RING_H
#define PLUGIN_PATH_RING_H

#include <assert.h>
#include <ck_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_THREAD__)
#define RING_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RING_TSAN 1
#endif
#endif
#ifdef RING_TSAN
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
#else
#define __tsan_acquire(addr) ((void)(addr))
#define __tsan_release(addr) ((void)(addr))
#endif

struct ring {
    ck_ring_t ck;
    ck_ring_buffer_t *places;
};

/* size: a power of two. False: out of memory. */
static inline bool ring_init(struct ring *ring, unsigned size)
{
    assert(size >= 4 && (size & (size - 1)) == 0);
    ck_ring_init(&ring->ck, size);
    ring->places = calloc(size, sizeof *ring->places);
    return ring->places != NULL;
}

static inline void ring_done(struct ring *ring)
{
    free(ring->places);
    ring->places = NULL;
}

/* R1: what the producer wrote before is visible to whoever pops this pointer. */
static inline bool ring_push(struct ring *ring, void *item)
{
    __tsan_release(ring);
    return ck_ring_enqueue_spsc(&ring->ck, ring->places, item);
}

/* Pairs with R1 in ring_push. NULL: empty. */
static inline void *ring_pop(struct ring *ring)
{
    void *item = NULL;

    if (!ck_ring_dequeue_spsc(&ring->ck, ring->places, &item))
        return NULL;
    __tsan_acquire(ring);
    return item;
}

static inline unsigned ring_len(const struct ring *ring)
{
    return ck_ring_size(&ring->ck);
}

#endif
