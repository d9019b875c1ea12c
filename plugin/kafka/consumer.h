/* SPDX-License-Identifier: Apache-2.0
 *
 * The input: a member of the consumer group that polls, hands each message to some worker's ring,
 * and commits what is finished. One thread polls; the publisher decides when to commit.
 *
 * What when full: every ring full, or a tracker at its high mark: the partitions concerned are
 * paused and polling goes on (a group member that does not poll is thrown out); they resume at
 * half.
 */
#ifndef PLUGIN_KAFKA_CONSUMER_H
#define PLUGIN_KAFKA_CONSUMER_H

#include "config/config.h"
#include "parsers/values/slice.h"
#include "plugin/kafka/offsets.h"
#include "plugin/path/ring.h"

struct consumer;

struct consumer_parts {
    const struct config *config;
    struct ring *const *rings; /* one a worker */
    unsigned rings_n;
    /* A partition is about to be given away: publish and commit all that is finished. */
    void *ctx;
    void (*settle)(void *ctx, int64_t timeout_ms);
};

struct consumer *consumer_new(const struct consumer_parts *parts, struct diag *diag);
void consumer_free(struct consumer *consumer);
bool consumer_start(struct consumer *consumer); /* subscribes and polls */

/* Takes no further message; those taken go on to the workers. Thread: main. */
void consumer_drain(struct consumer *consumer);
bool consumer_drained(struct consumer *consumer); /* all taken messages are finished */
void consumer_stop(struct consumer *consumer);    /* leaves the group; after the last commit */

/* NULL, or why no input can be read any more. Any thread. */
const char *consumer_failure(const struct consumer *consumer);

/* Remembers the lowest unfinished offset of each partition. Before outboxes and dirty rows are
 * looked at. Thread: publisher. */
void consumer_mark(struct consumer *consumer);

/* Commits what was marked, without waiting; the next call sees how it went. Thread: publisher. */
void consumer_commit(struct consumer *consumer);

/* Waits for the commit on its way. False: not within the time, or refused. Thread: publisher. */
bool consumer_commit_wait(struct consumer *consumer, int64_t timeout_ms);

/* --- a message in hand; Thread: the worker that has it --- */
struct slice consumer_value(const void *message);
int64_t consumer_timestamp_ms(const void *message); /* the broker's; 0: none */
void consumer_release(void *message);

struct consumer_counts {
    uint64_t messages, repeated, pauses, assigned, revoked, lost;
};
struct consumer_counts consumer_counts(const struct consumer *consumer);

#endif
