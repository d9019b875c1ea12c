/* SPDX-License-Identifier: Apache-2.0
 *
 * The ring of offsets of one assigned partition; the drawing is in offsets.h. Three writers on
 * three cache lines: the consumer owns head, the publisher owns tail, each worker the done mark of
 * the entry in its hands.
 */
#include "plugin/kafka/offsets.h"

#include <assert.h>
#include <stdlib.h>

struct offsets {
    const char *topic;
    int32_t partition;
    uint32_t generation;
    size_t mask;
    struct offsets_entry *entries;
    /* consumer */
    _Alignas(64) _Atomic uint64_t head; /* entries appended, ever */
    int64_t last;                       /* offset appended last, -1: none */
    /* publisher */
    _Alignas(64) _Atomic uint64_t tail; /* entries taken into low, ever; tail <= head */
    int64_t low;
};

_Static_assert(sizeof(struct offsets_entry) == 32, "two entries a cache line");

struct offsets *offsets_new(const char *topic, int32_t partition, uint32_t generation,
                            size_t capacity)
{
    struct offsets *o = aligned_alloc(64, (sizeof *o + 63) / 64 * 64);

    assert((capacity & (capacity - 1)) == 0);
    if (!o)
        return NULL;
    *o = (struct offsets){.topic = topic,
                          .partition = partition,
                          .generation = generation,
                          .mask = capacity - 1,
                          .entries = calloc(capacity, sizeof *o->entries),
                          .last = -1,
                          .low = -1};
    if (!o->entries) {
        free(o);
        return NULL;
    }
    return o;
}

void offsets_free(struct offsets *offsets)
{
    if (!offsets)
        return;
    free(offsets->entries);
    free(offsets);
}

const char *offsets_topic(const struct offsets *offsets)
{
    return offsets->topic;
}

int32_t offsets_partition(const struct offsets *offsets)
{
    return offsets->partition;
}

uint32_t offsets_generation(const struct offsets *offsets)
{
    return offsets->generation;
}

void offsets_start_at(struct offsets *offsets, int64_t offset)
{
    offsets->low = offset;
}

enum offsets_answer offsets_append(struct offsets *offsets, int64_t offset, void *message,
                                   struct offsets_entry **ret_entry)
{
    /* Relaxed: the consumer alone writes head. */
    const uint64_t head = atomic_load_explicit(&offsets->head, memory_order_relaxed);
    /* Pairs with R2 in offsets_low: the publisher has finished reading the place. */
    const uint64_t tail = atomic_load_explicit(&offsets->tail, memory_order_acquire);
    struct offsets_entry *entry = &offsets->entries[head & offsets->mask];

    if (offset <= offsets->last)
        return OFFSETS_REPEATED;
    if (head - tail > offsets->mask)
        return OFFSETS_FULL;
    entry->offset = offset;
    entry->message = message;
    entry->owner = offsets;
    /* Relaxed: published by R1 below, and to the worker by its ring. */
    atomic_store_explicit(&entry->done, 0, memory_order_relaxed);
    offsets->last = offset;
    /* R1: the entry is whole. */
    atomic_store_explicit(&offsets->head, head + 1, memory_order_release);
    *ret_entry = entry;
    return OFFSETS_TAKEN;
}

void offsets_done(struct offsets_entry *entry)
{
    /* R3: facts, reports and dead letters of this message were handed on before. */
    atomic_store_explicit(&entry->done, 1, memory_order_release);
}

int64_t offsets_low(struct offsets *offsets)
{
    /* Pairs with R1: entries below head are whole. */
    const uint64_t head = atomic_load_explicit(&offsets->head, memory_order_acquire);
    /* Relaxed: the publisher alone writes tail. */
    uint64_t tail = atomic_load_explicit(&offsets->tail, memory_order_relaxed);

    for (; tail != head; tail++) {
        const struct offsets_entry *entry = &offsets->entries[tail & offsets->mask];
        /* Pairs with R3 in offsets_done: what the message led to can be taken now. */
        if (!atomic_load_explicit(&entry->done, memory_order_acquire))
            break;
        offsets->low = entry->offset + 1;
    }
    /* R2: the places below tail may be written again. */
    atomic_store_explicit(&offsets->tail, tail, memory_order_release);
    return offsets->low;
}

size_t offsets_held(const struct offsets *offsets)
{
    /* tail first: head never falls behind a tail read earlier. */
    const uint64_t tail = atomic_load_explicit(&offsets->tail, memory_order_acquire);

    return (size_t)(atomic_load_explicit(&offsets->head, memory_order_acquire) - tail);
}

size_t offsets_unfinished(const struct offsets *offsets)
{
    const uint64_t tail = atomic_load_explicit(&offsets->tail, memory_order_acquire);
    const uint64_t head = atomic_load_explicit(&offsets->head, memory_order_acquire);
    size_t n = 0;

    for (uint64_t i = tail; i != head; i++) /* pairs with R3 */
        n += !atomic_load_explicit(&offsets->entries[i & offsets->mask].done, memory_order_acquire);
    return n;
}
