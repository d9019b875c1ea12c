/* SPDX-License-Identifier: Apache-2.0
 *
 * The publisher thread: everything that leaves, and the commit after it. One cycle, every publish
 * interval:
 *
 *   mark      the lowest unfinished offset of each partition               first, always
 *   speak     reports out of the workers' outboxes -> speaker -> findings
 *   facts     dirty rows -> windows topic
 *   settle    wait until everything is delivered, dead letters included
 *   commit    what was marked
 *   collect   rows that were evicted or are dead by time
 *
 * Whatever a message led to was handed on before it was marked done, so it is in this cycle or was
 * in an earlier one: offsets are never ahead of what was published.
 */
#ifndef PLUGIN_RUN_PUBLISHER_H
#define PLUGIN_RUN_PUBLISHER_H

#include "plugin/findings/speaker.h"
#include "plugin/kafka/consumer.h"
#include "plugin/kafka/producer.h"
#include "plugin/kafka/row_records.h"
#include "plugin/kafka/spoken.h"
#include "plugin/run/worker.h"

struct publisher;

enum { PUBLISHER_READER = TABLE_READERS - 2 };

struct publisher_parts {
    const struct setup *setup;
    struct claims *claims;
    struct producer *producer;
    struct row_records *records;
    struct spoken *spoken;
    struct worker *const *workers;
    unsigned workers_n;
    struct consumer **consumer; /* made after the publisher, set before it starts */
};

struct publisher *publisher_new(const struct publisher_parts *parts); /* NULL: out of memory */
void publisher_free(struct publisher *publisher);
bool publisher_start(struct publisher *publisher);

/* One whole cycle that begins after the call, its commit answered. False: not within the time.
 * Thread: any but the publisher. */
bool publisher_settle(struct publisher *publisher, int64_t timeout_ms);

/* A last cycle, then the thread ends. False: the last commit was not answered or refused. */
bool publisher_stop(struct publisher *publisher);

/* NULL, or why nothing can be published any more. Any thread. */
const char *publisher_failure(const struct publisher *publisher);

/* After publisher_stop, or a moment old. */
struct speaker_counts publisher_speaker_counts(const struct publisher *publisher);

#endif
