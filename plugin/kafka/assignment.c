/* SPDX-License-Identifier: Apache-2.0
 *
 * Partitions come and go (cooperative-sticky). Assigned: a new tracker and an explicit position.
 * Revoked: its messages are waited for, published and committed before it goes. Lost: nothing is
 * committed; messages that are still in hand may finish, since what they say is true whoever reads
 * it. Everything here runs on the consumer thread, inside poll.
 */
#include "plugin/kafka/consumer_inside.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 10000, ASK_TRIES = 3 };

struct assigned *assignment_find(struct consumer *consumer, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < consumer->assigned_n; i++)
        if (offsets_partition(consumer->assigned[i].offsets) == partition &&
            strcmp(offsets_topic(consumer->assigned[i].offsets), topic) == 0)
            return &consumer->assigned[i];
    return NULL;
}

void assignment_pause(struct consumer *consumer, const struct assigned *one, bool pause)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, offsets_topic(one->offsets),
                                      offsets_partition(one->offsets));
    if (pause)
        rd_kafka_pause_partitions(consumer->client, list);
    else
        rd_kafka_resume_partitions(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

bool assignment_finished(struct consumer *consumer)
{
    size_t unfinished = 0;

    pthread_mutex_lock(&consumer->lock);
    for (size_t i = 0; i < consumer->assigned_n; i++)
        unfinished += offsets_unfinished(consumer->assigned[i].offsets);
    for (size_t i = 0; i < consumer->old_n; i++)
        unfinished += offsets_unfinished(consumer->old[i]);
    pthread_mutex_unlock(&consumer->lock);
    return unfinished == 0;
}

/* --- names that outlive the assignment --- */

static const char *topic_name(struct consumer *consumer, const char *name)
{
    for (size_t i = 0; i < consumer->topics_n; i++)
        if (strcmp(consumer->topics[i], name) == 0)
            return consumer->topics[i];
    if (consumer->topics_n == sizeof consumer->topics / sizeof consumer->topics[0])
        return NULL;
    char *copy = strdup(name);
    if (copy)
        consumer->topics[consumer->topics_n++] = copy;
    return copy;
}

/* --- where to begin --- */

/* A group without an offset begins where the config says; one with an offset goes on there,
 * whatever the log holds now: a position outside it is an error, never a silent jump. */
static void find_positions(struct consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    const bool latest = consumer->parts.config->input.start == START_LATEST;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;

    for (int i = 0; i < ASK_TRIES && code != RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        code = rd_kafka_committed(consumer->client, partitions, ASK_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_warning("the group's offsets cannot be read; asking again when reading begins",
                    "error=\"%s\"", rd_kafka_err2str(code));
    for (int i = 0; i < partitions->cnt; i++) {
        rd_kafka_topic_partition_t *p = &partitions->elems[i];
        int64_t first = 0, end = 0;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR || p->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            p->offset = RD_KAFKA_OFFSET_STORED;
        else if (p->offset >= 0)
            continue;
        else if (!latest)
            p->offset = RD_KAFKA_OFFSET_BEGINNING;
        else if (rd_kafka_query_watermark_offsets(consumer->client, p->topic, p->partition, &first,
                                                  &end, ASK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
            p->offset = end; /* a number: committed at once, so that a restart skips nothing */
        else
            p->offset = RD_KAFKA_OFFSET_END;
    }
}

/* --- trackers --- */

static void free_old(struct consumer *consumer)
{
    size_t kept = 0;

    for (size_t i = 0; i < consumer->old_n; i++)
        if (offsets_unfinished(consumer->old[i]) == 0)
            offsets_free(consumer->old[i]);
        else
            consumer->old[kept++] = consumer->old[i];
    consumer->old_n = kept;
}

static bool add(struct consumer *consumer, const rd_kafka_topic_partition_t *p)
{
    const char *topic = topic_name(consumer, p->topic);
    struct offsets *offsets = NULL;

    if (assignment_find(consumer, p->topic, p->partition))
        return true;
    if (topic && consumer->assigned_n < TRACKERS_MAX)
        offsets = offsets_new(topic, p->partition, ++consumer->generation, OFFSETS_CAPACITY);
    if (!offsets)
        return false;
    if (p->offset >= 0)
        offsets_start_at(offsets, p->offset);
    consumer->assigned[consumer->assigned_n++] =
        (struct assigned){.offsets = offsets, .marked = -1, .committed = -1};
    return true;
}

static void drop(struct consumer *consumer, const rd_kafka_topic_partition_t *p)
{
    struct assigned *one = assignment_find(consumer, p->topic, p->partition);

    if (!one)
        return;
    if (offsets_unfinished(one->offsets) == 0)
        offsets_free(one->offsets);
    else if (consumer->old_n < TRACKERS_MAX)
        consumer->old[consumer->old_n++] = one->offsets;
    else /* never freed while a worker may still mark its messages: better a leak, said aloud */
        log_warning("a tracker is left behind", "partition=%d", p->partition);
    *one = consumer->assigned[--consumer->assigned_n];
}

/* --- the three events --- */

static void assign(struct consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    if (partitions->cnt > 0)
        find_positions(consumer, partitions);
    pthread_mutex_lock(&consumer->lock);
    free_old(consumer);
    consumer->last = NULL;
    for (int i = 0; i < partitions->cnt; i++)
        if (!add(consumer, &partitions->elems[i]))
            log_error("a partition is not read: there is no room for its tracker",
                      "topic=%s partition=%d", partitions->elems[i].topic,
                      partitions->elems[i].partition);
    pthread_mutex_unlock(&consumer->lock);
    rd_kafka_error_t *error = rd_kafka_incremental_assign(consumer->client, partitions);
    if (error)
        log_error("partitions could not be assigned", "error=\"%s\"", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    for (int i = 0; consumer->all_paused && i < partitions->cnt; i++) {
        const struct assigned *one =
            assignment_find(consumer, partitions->elems[i].topic, partitions->elems[i].partition);
        if (one)
            assignment_pause(consumer, one, true);
    }
    atomic_fetch_add_explicit(&consumer->n_assigned, (uint64_t)partitions->cnt,
                              memory_order_relaxed);
    log_info("input partitions assigned", "n=%d in_all=%zu", partitions->cnt, consumer->assigned_n);
}

static size_t unfinished(struct consumer *consumer,
                         const rd_kafka_topic_partition_list_t *partitions)
{
    size_t n = 0;

    for (int i = 0; i < partitions->cnt; i++) {
        const struct assigned *one =
            assignment_find(consumer, partitions->elems[i].topic, partitions->elems[i].partition);
        n += one ? offsets_unfinished(one->offsets) : 0;
    }
    return n;
}

static void finish(struct consumer *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    const int64_t until = clock_mono_ms() + REVOKE_WAIT_MS;

    while (unfinished(consumer, partitions) > 0 && clock_mono_ms() < until) {
        consumer_hand_over(consumer);
        clock_sleep_us(1000);
    }
    const int64_t left = until - clock_mono_ms();
    consumer->parts.settle(consumer->parts.ctx, left > 500 ? left : 500);
}

static void revoke(struct consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    const bool lost = rd_kafka_assignment_lost(consumer->client);

    if (!lost && !atomic_load_explicit(&consumer->closing, memory_order_acquire))
        finish(consumer, partitions);
    pthread_mutex_lock(&consumer->lock);
    consumer->last = NULL;
    for (int i = 0; i < partitions->cnt; i++)
        drop(consumer, &partitions->elems[i]);
    pthread_mutex_unlock(&consumer->lock);
    rd_kafka_error_t *error = rd_kafka_incremental_unassign(consumer->client, partitions);
    if (error)
        log_error("partitions could not be given back", "error=\"%s\"",
                  rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    atomic_fetch_add_explicit(lost ? &consumer->n_lost : &consumer->n_revoked,
                              (uint64_t)partitions->cnt, memory_order_relaxed);
    log_info(lost ? "input partitions lost" : "input partitions given back", "n=%d in_all=%zu",
             partitions->cnt, consumer->assigned_n);
}

void assignment_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct consumer *consumer = opaque;

    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(consumer, partitions);
    } else if (what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        revoke(consumer, partitions);
    } else {
        log_error("the group cannot be balanced", "error=\"%s\"", rd_kafka_err2str(what));
        rd_kafka_assign(client, NULL);
    }
}
