/* SPDX-License-Identifier: Apache-2.0
 *
 * Committing what is finished and published. All of it on the publisher's thread; the list of
 * partitions is shared with the consumer thread under a lock, ten times a second.
 */
#include "plugin/kafka/consumer_inside.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"

void consumer_mark(struct consumer *consumer)
{
    pthread_mutex_lock(&consumer->lock);
    for (size_t i = 0; i < consumer->assigned_n; i++)
        consumer->assigned[i].marked = offsets_low(consumer->assigned[i].offsets);
    pthread_mutex_unlock(&consumer->lock);
}

/* Serves the answer, on the publisher's thread. */
static void on_commit(rd_kafka_t *client, rd_kafka_resp_err_t code,
                      rd_kafka_topic_partition_list_t *offsets, void *opaque)
{
    static struct log_cause cause;
    struct consumer *consumer = opaque;

    (void)client;
    consumer->committing = false;
    consumer->commit_failed = code != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__NO_OFFSET)
        log_limited(&cause, LOG_LEVEL_WARNING, "offsets could not be committed; trying again",
                    "error=\"%s\"", rd_kafka_err2str(code));
    if (!offsets)
        return;
    pthread_mutex_lock(&consumer->lock);
    for (int i = 0; i < offsets->cnt; i++) {
        const rd_kafka_topic_partition_t *p = &offsets->elems[i];
        struct assigned *one = assignment_find(consumer, p->topic, p->partition);
        if (one && code == RD_KAFKA_RESP_ERR_NO_ERROR && p->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
            p->offset > one->committed)
            one->committed = p->offset;
        consumer->commit_failed |= p->err != RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    pthread_mutex_unlock(&consumer->lock);
}

void consumer_commit(struct consumer *consumer)
{
    rd_kafka_queue_poll_callback(consumer->commits, 0);
    if (consumer->committing)
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
    pthread_mutex_lock(&consumer->lock);
    for (size_t i = 0; i < consumer->assigned_n; i++) {
        const struct assigned *one = &consumer->assigned[i];
        if (one->marked > one->committed)
            rd_kafka_topic_partition_list_add(list, offsets_topic(one->offsets),
                                              offsets_partition(one->offsets))
                ->offset = one->marked;
    }
    pthread_mutex_unlock(&consumer->lock);
    consumer->commit_failed = false;
    if (list->cnt > 0) {
        const rd_kafka_resp_err_t code =
            rd_kafka_commit_queue(consumer->client, list, consumer->commits, on_commit, consumer);
        consumer->committing = code == RD_KAFKA_RESP_ERR_NO_ERROR;
        consumer->commit_failed = !consumer->committing;
    }
    rd_kafka_topic_partition_list_destroy(list);
}

bool consumer_commit_wait(struct consumer *consumer, int64_t timeout_ms)
{
    const int64_t until = clock_mono_ms() + timeout_ms;

    while (consumer->committing && clock_mono_ms() < until)
        rd_kafka_queue_poll_callback(consumer->commits, 10);
    return !consumer->committing && !consumer->commit_failed;
}
