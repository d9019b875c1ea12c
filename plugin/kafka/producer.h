/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that is written to Kafka goes through one producer (acks=all), which loses nothing: a
 * record that could not be delivered is kept and sent again until it is, and the publisher does not
 * commit while anything is on its way.
 *
 * What when full: producer_send waits. What is lost: a record that is too large for the cluster
 * (dead letters are cut instead), said in the log and counted.
 */
#ifndef PLUGIN_KAFKA_PRODUCER_H
#define PLUGIN_KAFKA_PRODUCER_H

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rd_kafka_headers_s;
struct producer;

enum producer_topic { PRODUCER_FINDINGS, PRODUCER_WINDOWS, PRODUCER_DEAD, PRODUCER_TOPICS };

/* One record. Key and value are copied; headers are taken over, whatever happens. */
struct outgoing {
    enum producer_topic topic;
    const void *key, *value;
    size_t key_len, value_len;
    struct rd_kafka_headers_s *headers; /* NULL: none */
    int64_t timestamp_ms;               /* 0: now */
};

/* NULL: told to diag. Before the threads start. */
struct producer *producer_new(const struct config *config, struct diag *diag);
void producer_free(struct producer *producer); /* what is not delivered is dropped */
struct rd_kafka_s *producer_client(struct producer *producer);

/* Queues a record; waits while librdkafka's queue is full. Thread: any; while the publisher is in
 * producer_settle or producer_poll now and then. */
void producer_send(struct producer *producer, const struct outgoing *out);

/* Serves deliveries. Thread: publisher. */
void producer_poll(struct producer *producer, int timeout_ms);

/* Waits until everything queued so far is delivered. False: not within the time. Thread: publisher.
 */
bool producer_settle(struct producer *producer, int64_t timeout_ms);

/* How long deliveries have been failing, 0: they are not. Thread: publisher. */
int64_t producer_outage_ms(const struct producer *producer);

struct producer_counts {
    uint64_t delivered[PRODUCER_TOPICS], failed, too_large;
};
struct producer_counts producer_counts(const struct producer *producer);

#endif
