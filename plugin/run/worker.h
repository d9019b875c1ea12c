/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker thread: takes a batch of messages from its ring, runs the pipeline over them, hands
 * reports to the publisher and bad records to the dead-letter topic, frees the messages, and only
 * then marks them done.
 */
#ifndef PLUGIN_RUN_WORKER_H
#define PLUGIN_RUN_WORKER_H

#include "plugin/findings/claims.h"
#include "plugin/kafka/producer.h"
#include "plugin/path/carried.h"
#include "plugin/path/held.h"
#include "plugin/path/outbox.h"
#include "plugin/path/pipeline.h"
#include "plugin/path/setup.h"
#include "plugin/path/unread.h"

struct worker;

enum { WORKER_RING = 1024, WORKER_BATCH = 128, WORKERS_MAX = TABLE_READERS - 2 };

struct worker_parts {
    const struct setup *setup;
    struct claims *claims;
    struct unread *unread; /* these two are shared by all workers */
    struct carried *carried;
    struct producer *producer;
    unsigned number; /* also its reader number for table_epoch_enter */
};

struct worker *worker_new(const struct worker_parts *parts); /* NULL: out of memory */
void worker_free(struct worker *worker);
bool worker_start(struct worker *worker);
void worker_stop(struct worker *worker); /* when its ring is empty; waits for the thread */

struct ring *worker_ring(struct worker *worker);     /* of struct offsets_entry; Thread: consumer */
struct outbox *worker_outbox(struct worker *worker); /* Thread: publisher */

struct pipeline_counts worker_counts(const struct worker *worker); /* any */
const struct held *worker_held(const struct worker *worker);       /* any */

#endif
