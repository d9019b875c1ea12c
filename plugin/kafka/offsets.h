/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: how far one assigned partition may be committed. A ring of (offset, done): messages go
 *   in as they are delivered, workers finish them in any order, and the commit stands after the
 *   longest prefix that is done. Offsets may have gaps (compaction, control records).
 * Who may call what at once: append by the consumer; done by any worker, once an entry; low by the
 *   publisher; unfinished by any. reset while no entry is unfinished and nobody calls anything.
 * Progress: wait-free but for low and unfinished, which walk at most the capacity.
 * What when full: append says no; the consumer pauses the partition and goes on polling.
 * What may be late: a done mark may be seen one call later. Never early.
 * Bytes: 32 a place.
 *
 *      tail (publisher)        head (consumer)
 *        v                       v
 *   | . | D | D | u | D | u | D | . |      D done, u unfinished: low stops before the first u
 *
 * Each assignment of a partition has a new tracker; marks that come late fall into the old one,
 * which nobody commits from any more. Knows no Kafka.
 */
#ifndef PLUGIN_KAFKA_OFFSETS_H
#define PLUGIN_KAFKA_OFFSETS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OFFSETS_CAPACITY = 16384 }; /* a power of two */

struct offsets;

/* One message in hand. offset, message, owner: written by the consumer before append publishes the
 * entry, then read by the worker that has it. */
struct offsets_entry {
    int64_t offset;
    void *message; /* the worker's to free before it marks the entry done */
    struct offsets *owner;
    _Atomic uint32_t done;
};

/* topic: lives as long as the process. capacity: a power of two. NULL: out of memory. */
struct offsets *offsets_new(const char *topic, int32_t partition, uint32_t generation,
                            size_t capacity);
void offsets_free(struct offsets *offsets);

const char *offsets_topic(const struct offsets *offsets);
int32_t offsets_partition(const struct offsets *offsets);
uint32_t offsets_generation(const struct offsets *offsets);

/* The position of a partition that is read from its end on: committed even if nothing comes. */
void offsets_start_at(struct offsets *offsets, int64_t offset);

enum offsets_answer { OFFSETS_TAKEN, OFFSETS_FULL, OFFSETS_REPEATED };

/* REPEATED: this offset or a later one was appended already (librdkafka before 2.4 may read a
 * message again after resume); it must not be processed twice in one generation. */
enum offsets_answer offsets_append(struct offsets *offsets, int64_t offset, void *message,
                                   struct offsets_entry **ret_entry);

void offsets_done(struct offsets_entry *entry);

/* Where the next reader has to begin: the offset after the last of the done prefix. -1: nothing is
 * known to be finished. Frees the places of the prefix. Never decreases. */
int64_t offsets_low(struct offsets *offsets);

size_t offsets_held(const struct offsets *offsets);       /* places taken: for pause and resume */
size_t offsets_unfinished(const struct offsets *offsets); /* of them not done */

#endif
