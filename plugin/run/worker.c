/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's loop and its two sinks. See worker.h, and plugin/path/pipeline.h for what happens inside.
 */
#include "plugin/run/worker.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/consumer.h"
#include "plugin/kafka/dead_letter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* An idle worker looks again after 50 us, then less and less often, up to 2 ms. */
enum { IDLE_FIRST_US = 50, IDLE_LAST_US = 2000 };

enum { COUNTS_WORDS = sizeof(struct pipeline_counts) / sizeof(uint64_t) };
_Static_assert(sizeof(struct pipeline_counts) % sizeof(uint64_t) == 0, "counts are 64-bit numbers");

struct worker {
    struct worker_parts parts;
    struct ring ring;
    struct outbox outbox;
    struct pipeline *pipeline;
    struct report_sink reports; /* these two are borrowed by the pipeline */
    struct dead_sink dead;
    pthread_t thread;
    bool started;
    _Atomic bool stopping;
    const struct offsets_entry *in_hand; /* the message that the pipeline is taking */
    unsigned letters;                    /* dead letters of it */
    const char *topic;                   /* whose format the pipeline is bound to */
    struct held *held;
    /* The pipeline's counts as of the last batch: it writes its own without atomics. */
    _Atomic uint64_t counts[COUNTS_WORDS];
};

/* --- sinks; Thread: worker --- */

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    const struct worker *worker = ctx;

    return claims_due(worker->parts.claims, uid, at_ms, at_least);
}

static void on_report(void *ctx, const struct report *report)
{
    struct worker *worker = ctx;

    if (claims_take(worker->parts.claims, report))
        outbox_put(&worker->outbox, report);
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    const struct worker *worker = ctx;

    return claims_take_held(worker->parts.claims, uid, at_ms, reason);
}

static void on_held(void *ctx, const struct report *report)
{
    struct worker *worker = ctx;

    held_add(worker->held, report);
    if (worker->parts.setup->config->output.suppressed)
        outbox_put(&worker->outbox, report);
}

static void send_letter(struct worker *worker, const struct event_ref *ref, enum bad_reason reason,
                        size_t offset)
{
    if (worker->letters++ < DEAD_LETTERS_PER_MESSAGE)
        dead_letter_send(worker->parts.producer, worker->in_hand->message, ref, reason, offset);
}

static void on_bad(void *ctx, const struct event_ref *ref, enum bad_reason reason, size_t offset)
{
    static struct log_cause cause;
    struct worker *worker = ctx;

    log_limited(&cause, LOG_LEVEL_WARNING, "a record cannot be read; it goes to the dead letters",
                "topic=%s partition=%d offset=%lld index=%u reason=%s byte=%zu", ref->topic,
                ref->partition, (long long)ref->offset, ref->index, bad_reason_name(reason),
                offset);
    send_letter(worker, ref, reason, offset);
}

/* A shape is told when it is new; that there are more of them at most once a minute. */
static void on_unknown(void *ctx, const struct event_ref *ref, const struct reader_shape *shape,
                       size_t offset)
{
    static struct log_cause cause;
    struct worker *worker = ctx;

    if (unread_take(worker->parts.unread, shape))
        log_info("records of this shape are of no known format",
                 "topic=%s partition=%d offset=%lld shape=%08x example=\"%s\"", ref->topic,
                 ref->partition, (long long)ref->offset, unread_mark(shape), shape->example);
    else
        log_limited(&cause, LOG_LEVEL_INFO, "another record of no known format",
                    "topic=%s partition=%d offset=%lld shape=%08x", ref->topic, ref->partition,
                    (long long)ref->offset, unread_mark(shape));
    if (worker->parts.setup->config->output.unknown == UNKNOWN_DEAD_LETTER)
        send_letter(worker, ref, BAD_UNKNOWN_FORMAT, offset);
}

/* As with unknown shapes. A format none of whose records in a topic is ours is said once. */
static void on_ignored(void *ctx, const struct event_ref *ref, const struct reader_shape *shape)
{
    static struct log_cause cause;
    const struct worker *worker = ctx;

    if (unread_take(worker->parts.unread, shape))
        log_info("records of this shape are not ours",
                 "topic=%s partition=%d offset=%lld format=%s shape=%08x example=\"%s\"",
                 ref->topic, ref->partition, (long long)ref->offset, shape->format,
                 unread_mark(shape), shape->example);
    else
        log_limited(&cause, LOG_LEVEL_INFO, "another record that is not ours",
                    "topic=%s partition=%d offset=%lld format=%s shape=%08x", ref->topic,
                    ref->partition, (long long)ref->offset, shape->format, unread_mark(shape));
    if (carried_ignore(worker->parts.carried, ref->topic, shape->format))
        log_warning("a topic carries this format, but no record of it so far is ours",
                    "topic=%s format=%s records=%d", ref->topic, shape->format, CARRIED_IGNORED);
}

static void on_carries(void *ctx, const char *topic, const char *format)
{
    const struct worker *worker = ctx;

    if (carried_take(worker->parts.carried, topic, format))
        log_info("a topic carries this format", "topic=%s format=%s", topic, format);
}

static void on_skewed(void *ctx, const char *topic, const char *zone)
{
    static struct log_cause cause;

    (void)ctx;
    log_limited(&cause, LOG_LEVEL_WARNING,
                "times without a zone stand a constant way off their arrival; input.zones tells "
                "their zone",
                "topic=%s zone=%s", topic, zone);
}

/* --- the loop --- */

static size_t take_batch(struct worker *worker, struct offsets_entry *batch[static WORKER_BATCH])
{
    size_t n = 0;

    while (n < WORKER_BATCH && (batch[n] = ring_pop(&worker->ring)) != NULL)
        n++;
    return n;
}

/* Relaxed: each number is true by itself, and the marks that follow are releases. */
static void show_counts(struct worker *worker)
{
    const struct pipeline_counts counts = pipeline_counts(worker->pipeline);
    uint64_t words[COUNTS_WORDS];

    memcpy(words, &counts, sizeof words);
    for (size_t i = 0; i < COUNTS_WORDS; i++)
        atomic_store_explicit(&worker->counts[i], words[i], memory_order_relaxed);
}

/* Order: facts and reports are out (flush), then the message is freed, then it is done. After done
 * the entry is the consumer's again. */
static void run_batch(struct worker *worker, struct offsets_entry *const *batch, size_t n)
{
    struct table_epochs *epochs = worker->parts.setup->windows->epochs;

    table_epoch_enter(epochs, worker->parts.number);
    for (size_t i = 0; i < n; i++) {
        const struct event_ref ref = {.topic = offsets_topic(batch[i]->owner),
                                      .partition = offsets_partition(batch[i]->owner),
                                      .offset = batch[i]->offset};
        if (ref.topic != worker->topic) { /* a name of a topic stands in one place */
            pipeline_bind(worker->pipeline, setup_format(worker->parts.setup, ref.topic));
            pipeline_zones(worker->pipeline, topic_zones_of(worker->parts.setup->zones, ref.topic));
            worker->topic = ref.topic;
        }
        worker->in_hand = batch[i];
        worker->letters = 0;
        pipeline_take(worker->pipeline, consumer_value(batch[i]->message), &ref,
                      consumer_timestamp_ms(batch[i]->message));
    }
    pipeline_flush(worker->pipeline);
    table_epoch_leave(epochs, worker->parts.number);
    show_counts(worker);
    for (size_t i = 0; i < n; i++) {
        consumer_release(batch[i]->message);
        offsets_done(batch[i]);
    }
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    struct offsets_entry *batch[WORKER_BATCH];
    unsigned idle_us = IDLE_FIRST_US;

    for (;;) {
        const size_t n = take_batch(worker, batch);
        if (n > 0) {
            run_batch(worker, batch, n);
            idle_us = IDLE_FIRST_US;
            continue;
        }
        if (atomic_load_explicit(&worker->stopping, memory_order_acquire))
            return NULL;
        clock_sleep_us(idle_us);
        idle_us = idle_us < IDLE_LAST_US ? 2 * idle_us : IDLE_LAST_US;
    }
}

/* --- life --- */

struct worker *worker_new(const struct worker_parts *parts)
{
    struct worker *worker = calloc(1, sizeof *worker);

    if (!worker)
        return NULL;
    worker->parts = *parts;
    worker->reports = (struct report_sink){worker, on_due, on_report, on_first_held, on_held};
    worker->held = held_new();
    worker->dead = (struct dead_sink){worker, on_bad, on_unknown, on_ignored};
    const struct pipeline_parts pipeline = {
        .detectors = parts->setup->detectors,
        .windows = parts->setup->windows,
        .enricher = parts->setup->enricher,
        .reports = &worker->reports,
        .dead = &worker->dead,
        .reader = parts->number,
        .carries = on_carries,
        .carries_ctx = worker,
        .skewed = on_skewed,
    };
    worker->pipeline = pipeline_new(&pipeline);
    if (worker->pipeline && worker->held && ring_init(&worker->ring, WORKER_RING) &&
        outbox_init(&worker->outbox))
        return worker;
    worker_free(worker);
    return NULL;
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    pipeline_free(worker->pipeline);
    ring_done(&worker->ring);
    outbox_done(&worker->outbox);
    held_free(worker->held);
    free(worker);
}

bool worker_start(struct worker *worker)
{
    worker->started = pthread_create(&worker->thread, NULL, run, worker) == 0;
    return worker->started;
}

void worker_stop(struct worker *worker)
{
    atomic_store_explicit(&worker->stopping, true, memory_order_release);
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}

struct ring *worker_ring(struct worker *worker)
{
    return &worker->ring;
}

struct outbox *worker_outbox(struct worker *worker)
{
    return &worker->outbox;
}

struct pipeline_counts worker_counts(const struct worker *worker)
{
    struct pipeline_counts counts;
    uint64_t words[COUNTS_WORDS];

    for (size_t i = 0; i < COUNTS_WORDS; i++)
        words[i] = atomic_load_explicit(&worker->counts[i], memory_order_relaxed);
    memcpy(&counts, words, sizeof counts);
    return counts;
}

const struct held *worker_held(const struct worker *worker)
{
    return worker->held;
}
