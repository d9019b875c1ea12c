/* SPDX-License-Identifier: Apache-2.0
 *
 * The processor as a whole: what is started in which order, and stopped in which. Used by `run`,
 * which waits for signals, and by `demo`, which waits for findings. Thread: main.
 *
 *   start  topics -> what was said -> windows recovered from their topic -> replica -> workers
 *          -> publisher -> input
 *   stop   input paused -> rings drained -> workers -> last cycle and commit -> group left
 *          -> replica
 */
#ifndef PLUGIN_RUN_RUNTIME_H
#define PLUGIN_RUN_RUNTIME_H

#include "plugin/findings/speaker.h"
#include "plugin/kafka/consumer.h"
#include "plugin/kafka/producer.h"
#include "plugin/kafka/replica.h"
#include "plugin/path/pipeline.h"
#include "plugin/path/setup.h"
#include "plugin/path/unread.h"

struct runtime;

enum { RUNTIME_STOP_MS = 10000 };

/* Makes all parts. NULL: mistakes in diag. setup is borrowed and must live longer. */
struct runtime *runtime_new(const struct setup *setup, struct diag *diag);
void runtime_free(struct runtime *runtime);

/* Blocks until the windows are recovered; *stop gives up. 0; -ECANCELED; -EIO, said in the log. */
int runtime_start(struct runtime *runtime, const volatile _Atomic bool *stop);

/* NULL while all is well, else what makes going on useless. */
const char *runtime_failure(const struct runtime *runtime);

/* Finishes and commits what was taken. False: something was not finished or not committed within
 * RUNTIME_STOP_MS; nothing is lost then, it will be read again. */
bool runtime_stop(struct runtime *runtime);

struct runtime_counts {
    struct pipeline_counts pipeline; /* all workers' */
    struct consumer_counts consumer;
    struct producer_counts producer;
    struct replica_counts replica;
    struct speaker_counts speaker;
    uint64_t held; /* findings held back, each counted once a reason */
    unsigned workers;
};
struct runtime_counts runtime_counts(const struct runtime *runtime);

/* Messages that the workers are through with so far. While it runs, at any time: the counts above
 * are whole, and those of the speaker safe to read, only before the start and after the stop. */
uint64_t runtime_messages(const struct runtime *runtime);

/* What the records look like that became no event; see unread_list. */
size_t runtime_unread(const struct runtime *runtime, enum unread_why why,
                      struct unread_shape ret[static UNREAD_MAX]);

#endif
