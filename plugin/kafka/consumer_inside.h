/* SPDX-License-Identifier: Apache-2.0
 *
 * What consumer.c (polling, handing over), assignment.c (rebalance) and commit.c share.
 */
#ifndef PLUGIN_KAFKA_CONSUMER_INSIDE_H
#define PLUGIN_KAFKA_CONSUMER_INSIDE_H

#include "plugin/kafka/consumer.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>

enum {
    TRACKERS_MAX = 1024, /* partitions of one instance; more are left unassigned, said in the log */
    REVOKE_WAIT_MS = 5000 /* for messages of a partition that goes away */
};

/* An assigned partition. */
struct assigned {
    struct offsets *offsets;
    int64_t marked, committed; /* publisher; under the lock */
    bool paused;               /* its tracker is at the high mark; consumer */
};

struct consumer {
    struct consumer_parts parts;
    rd_kafka_t *client;
    rd_kafka_queue_t *commits;
    pthread_t thread;
    bool started;
    _Atomic bool draining, closing;
    _Atomic bool quiet; /* draining, paused, and no message in this thread's hands */
    _Atomic(const char *) failure;

    /* Changed by the consumer thread, under the lock; read by it without. */
    pthread_mutex_t lock;
    struct assigned assigned[TRACKERS_MAX];
    size_t assigned_n;
    struct offsets *old[TRACKERS_MAX]; /* given away with messages still in the workers' hands */
    size_t old_n;
    uint32_t generation;

    /* consumer thread */
    struct assigned *last;         /* where the last message belonged */
    struct offsets_entry *pending; /* every ring is full */
    bool all_paused;
    unsigned next_ring;
    char *topics[256]; /* names that event references point to; never freed before the end */
    size_t topics_n;
    _Atomic uint64_t messages, repeated, pauses, n_assigned, n_revoked, n_lost;

    /* publisher */
    bool committing, commit_failed;
};

/* assignment.c; Thread: consumer. */
void assignment_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t *partitions, void *opaque);
struct assigned *assignment_find(struct consumer *consumer, const char *topic, int32_t partition);
void assignment_pause(struct consumer *consumer, const struct assigned *one, bool pause);
bool assignment_finished(struct consumer *consumer);

/* consumer.c; Thread: consumer. False: every ring is still full. */
bool consumer_hand_over(struct consumer *consumer);
void consumer_fail(struct consumer *consumer, const char *why);

#endif
