/* SPDX-License-Identifier: Apache-2.0
 *
 * The polling thread: message -> tracker -> some worker's ring. See consumer.h; rebalancing is in
 * assignment.c, committing in commit.c.
 *
 * consumer_poll, not batches: librdkafka before 2.1 can lose messages of a batch around a
 * rebalance.
 */
#include "plugin/kafka/consumer_inside.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"

#include <stdlib.h>
#include <string.h>

enum {
    HIGH = OFFSETS_CAPACITY - OFFSETS_CAPACITY / 8, /* the rest takes what poll still returns */
    LOW = OFFSETS_CAPACITY / 2,
    RING_WAIT_MS = 500, /* before a full ring pauses everything: pausing throws fetched data away */
    POLL_MS = 100
};

struct slice consumer_value(const void *message)
{
    const rd_kafka_message_t *m = message;

    return (struct slice){m->payload, m->payload ? m->len : 0};
}

int64_t consumer_timestamp_ms(const void *message)
{
    const rd_kafka_message_t *m = message;
    rd_kafka_timestamp_type_t type;
    const int64_t at = rd_kafka_message_timestamp(m, &type);

    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || at < 0 ? 0 : at;
}

void consumer_release(void *message)
{
    rd_kafka_message_destroy(message);
}

void consumer_fail(struct consumer *consumer, const char *why)
{
    atomic_store_explicit(&consumer->failure, why, memory_order_release);
}

const char *consumer_failure(const struct consumer *consumer)
{
    return atomic_load_explicit(&consumer->failure, memory_order_acquire);
}

/* --- handing over --- */

bool consumer_hand_over(struct consumer *consumer)
{
    if (!consumer->pending)
        return true;
    for (unsigned i = 0; i < consumer->parts.rings_n; i++) {
        const unsigned ring = (consumer->next_ring + i) % consumer->parts.rings_n;
        if (ring_push(consumer->parts.rings[ring], consumer->pending)) {
            consumer->next_ring = ring + 1;
            consumer->pending = NULL;
            return true;
        }
    }
    return false;
}

/* Pauses or resumes all partitions; a partition at its high mark stays paused. */
static void pause_all(struct consumer *consumer, bool pause)
{
    if (consumer->all_paused == pause)
        return;
    consumer->all_paused = pause;
    for (size_t i = 0; i < consumer->assigned_n; i++)
        if (!consumer->assigned[i].paused)
            assignment_pause(consumer, &consumer->assigned[i], pause);
    if (pause)
        atomic_fetch_add_explicit(&consumer->pauses, 1, memory_order_relaxed);
}

/* The message in hand goes to its tracker and on. False: the tracker is full. */
static bool take(struct consumer *consumer, rd_kafka_message_t *message)
{
    struct assigned *one = consumer->last;

    if (!one || offsets_partition(one->offsets) != message->partition ||
        strcmp(offsets_topic(one->offsets), rd_kafka_topic_name(message->rkt)) != 0)
        one = assignment_find(consumer, rd_kafka_topic_name(message->rkt), message->partition);
    consumer->last = one;
    if (!one) { /* given away while it was in the queue */
        rd_kafka_message_destroy(message);
        return true;
    }
    switch (offsets_append(one->offsets, message->offset, message, &consumer->pending)) {
    case OFFSETS_FULL:
        return false;
    case OFFSETS_REPEATED:
        atomic_fetch_add_explicit(&consumer->repeated, 1, memory_order_relaxed);
        rd_kafka_message_destroy(message);
        return true;
    case OFFSETS_TAKEN:
        break;
    }
    atomic_fetch_add_explicit(&consumer->messages, 1, memory_order_relaxed);
    if (!one->paused && offsets_held(one->offsets) > HIGH) {
        one->paused = true;
        if (!consumer->all_paused)
            assignment_pause(consumer, one, true);
    }
    return true;
}

/* Waits a little for room; then everything is paused and polling goes on. */
static void hand_over_or_pause(struct consumer *consumer)
{
    const int64_t until = clock_mono_ms() + RING_WAIT_MS;

    while (!consumer_hand_over(consumer)) {
        if (clock_mono_ms() >= until) {
            pause_all(consumer, true);
            return;
        }
        clock_sleep_us(100);
    }
}

static void on_message(struct consumer *consumer, rd_kafka_message_t *message)
{
    /* Only if poll returned something although all was paused; nothing may be skipped. */
    while (consumer->pending && !consumer_hand_over(consumer))
        clock_sleep_us(1000);
    while (!take(consumer, message)) /* the room above the high mark is used up too */
        clock_sleep_us(1000);
    hand_over_or_pause(consumer);
}

/* --- errors --- */

static void on_event(struct consumer *consumer, const rd_kafka_message_t *message)
{
    static struct log_cause cause;
    const rd_kafka_resp_err_t code = message->err;
    const char *topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "-";

    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        log_error("the committed offset is outside the log: the topic was cut, or made again; "
                  "reset the group's offsets to go on",
                  "topic=%s partition=%d group=%s", topic, message->partition,
                  kafka_group(consumer->parts.config));
        consumer_fail(consumer, "a committed offset is outside the log");
        return;
    }
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        consumer_fail(consumer, "librdkafka had a fatal error");
    } else if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        log_warning("the group took us for dead; joining again", "group=%s",
                    kafka_group(consumer->parts.config));
        return;
    }
    log_limited(&cause, LOG_LEVEL_ERROR, "the input cannot be read for now",
                "topic=%s group=%s error=%s text=\"%s\"", topic,
                kafka_group(consumer->parts.config), rd_kafka_err2name(code),
                rd_kafka_message_errstr(message));
}

static void on_client_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    static struct log_cause cause;

    (void)client;
    (void)opaque;
    log_limited(&cause, LOG_LEVEL_WARNING, "the input client has trouble", "error=%s text=\"%s\"",
                rd_kafka_err2name((rd_kafka_resp_err_t)code), reason);
}

/* --- the thread --- */

static void resume_what_can(struct consumer *consumer)
{
    if (atomic_load_explicit(&consumer->draining, memory_order_acquire)) {
        pause_all(consumer, true);
        /* After the pause librdkafka returns nothing that was fetched before it. */
        if (!consumer->pending)
            atomic_store_explicit(&consumer->quiet, true, memory_order_release);
        return;
    }
    if (consumer->all_paused && !consumer->pending)
        pause_all(consumer, false);
    for (size_t i = 0; i < consumer->assigned_n; i++) {
        struct assigned *one = &consumer->assigned[i];
        if (one->paused && offsets_held(one->offsets) < LOW) {
            one->paused = false;
            if (!consumer->all_paused)
                assignment_pause(consumer, one, false);
        }
    }
}

static void *run(void *arg)
{
    struct consumer *consumer = arg;
    int64_t looked_ms = 0;

    while (!atomic_load_explicit(&consumer->closing, memory_order_acquire)) {
        rd_kafka_message_t *message =
            rd_kafka_consumer_poll(consumer->client, consumer->pending ? 1 : POLL_MS);
        if (message && message->err) {
            on_event(consumer, message);
            rd_kafka_message_destroy(message);
        } else if (message) {
            on_message(consumer, message);
        }
        consumer_hand_over(consumer);
        /* Under load a look every few milliseconds is enough. */
        const int64_t now = message ? clock_mono_ms() : INT64_MAX;
        if (now - looked_ms < 10 && now != INT64_MAX)
            continue;
        resume_what_can(consumer);
        looked_ms = clock_mono_ms();
    }
    rd_kafka_consumer_close(consumer->client);
    return NULL;
}

/* --- life --- */

struct consumer *consumer_new(const struct consumer_parts *parts, struct diag *diag)
{
    struct consumer *consumer = calloc(1, sizeof *consumer);
    rd_kafka_conf_t *conf = kafka_conf(parts->config, KAFKA_INPUT, diag);
    char error[512] = "out of memory";

    if (!consumer || !conf)
        goto fail;
    consumer->parts = *parts;
    pthread_mutex_init(&consumer->lock, NULL);
    rd_kafka_conf_set_opaque(conf, consumer);
    rd_kafka_conf_set_rebalance_cb(conf, assignment_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_client_error);
    consumer->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!consumer->client)
        goto fail;
    rd_kafka_poll_set_consumer(consumer->client);
    consumer->commits = rd_kafka_queue_new(consumer->client);
    return consumer;
fail:
    diag_error(diag, (struct diag_place){0}, "the input consumer could not be made: %s", error);
    if (conf)
        rd_kafka_conf_destroy(conf);
    free(consumer);
    return NULL;
}

void consumer_free(struct consumer *consumer)
{
    if (!consumer)
        return;
    if (consumer->commits)
        rd_kafka_queue_destroy(consumer->commits);
    rd_kafka_destroy(consumer->client);
    for (size_t i = 0; i < consumer->assigned_n; i++)
        offsets_free(consumer->assigned[i].offsets);
    for (size_t i = 0; i < consumer->old_n; i++)
        offsets_free(consumer->old[i]);
    for (size_t i = 0; i < consumer->topics_n; i++)
        free(consumer->topics[i]);
    pthread_mutex_destroy(&consumer->lock);
    free(consumer);
}

bool consumer_start(struct consumer *consumer)
{
    const struct config_list *topics = &consumer->parts.config->input.topics;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topics->n);

    for (size_t i = 0; i < topics->n; i++)
        rd_kafka_topic_partition_list_add(list, topics->items[i].text, RD_KAFKA_PARTITION_UA);
    const rd_kafka_resp_err_t code = rd_kafka_subscribe(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_error("the input cannot be subscribed to", "error=\"%s\"", rd_kafka_err2str(code));
        return false;
    }
    consumer->started = pthread_create(&consumer->thread, NULL, run, consumer) == 0;
    return consumer->started;
}

void consumer_drain(struct consumer *consumer)
{
    atomic_store_explicit(&consumer->draining, true, memory_order_release);
}

bool consumer_drained(struct consumer *consumer)
{
    return atomic_load_explicit(&consumer->quiet, memory_order_acquire) &&
           assignment_finished(consumer);
}

void consumer_stop(struct consumer *consumer)
{
    atomic_store_explicit(&consumer->closing, true, memory_order_release);
    if (consumer->started)
        pthread_join(consumer->thread, NULL);
    consumer->started = false;
}

struct consumer_counts consumer_counts(const struct consumer *consumer)
{
    return (struct consumer_counts){
        .messages = atomic_load_explicit(&consumer->messages, memory_order_relaxed),
        .repeated = atomic_load_explicit(&consumer->repeated, memory_order_relaxed),
        .pauses = atomic_load_explicit(&consumer->pauses, memory_order_relaxed),
        .assigned = atomic_load_explicit(&consumer->n_assigned, memory_order_relaxed),
        .revoked = atomic_load_explicit(&consumer->n_revoked, memory_order_relaxed),
        .lost = atomic_load_explicit(&consumer->n_lost, memory_order_relaxed),
    };
}
