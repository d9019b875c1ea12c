/* SPDX-License-Identifier: Apache-2.0
 *
 * The publisher's cycle; its steps and their order are explained in publisher.h.
 */
#include "plugin/run/publisher.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/findings/finding_json.h"
#include "plugin/kafka/kafka.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60000, LAST_COMMIT_MS = 5000, LOOK_MS = 5 };

struct publisher {
    struct publisher_parts parts;
    struct speaker *speaker;
    struct speaker_out out;
    struct finding finding; /* the one being written: too large for a stack */
    char *json;             /* FINDING_JSON_MAX bytes */
    pthread_t thread;
    bool started, last_commit;
    _Atomic bool stopping;
    _Atomic uint64_t wanted, served; /* publisher_settle: cycles asked for, cycles done */
    _Atomic(const char *) failure;
};

/* --- findings --- */

/* What consumers filter by, and what spoken.c reads back. */
static rd_kafka_headers_t *finding_headers(const struct finding *f)
{
    char sequence[16], digest[24];
    static const char *const activities[] = {"", "create", "update", "close"};
    const char *activity = f->held ? "held" : activities[f->activity];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(6);

    rd_kafka_header_add(headers, "tenant", -1, f->tenant, -1);
    rd_kafka_header_add(headers, "detector", -1, f->detector->name, -1);
    rd_kafka_header_add(headers, "severity", -1, severity_name(f->verdict.severity), -1);
    rd_kafka_header_add(headers, "activity", -1, activity, -1);
    if (f->held) /* nothing that a restart goes on from */
        return headers;
    snprintf(sequence, sizeof sequence, "%" PRIu32, f->sequence);
    snprintf(digest, sizeof digest, "%016" PRIx64, spoken_digest(f));
    rd_kafka_header_add(headers, "sequence", -1, sequence, -1);
    rd_kafka_header_add(headers, "digest", -1, digest, -1);
    return headers;
}

static void on_say(void *ctx, const struct finding *said)
{
    static struct log_cause cause;
    struct publisher *publisher = ctx;
    struct finding *f = &publisher->finding;
    struct json_out json = json_begin(publisher->json, FINDING_JSON_MAX);
    char key[FINDING_KEY_MAX];

    *f = *said;
    if (f->held ? spoken_knows(publisher->parts.spoken, f->uid)
                : !spoken_next(publisher->parts.spoken, f))
        return;

    if (!finding_json(&json, f)) {
        log_limited(&cause, LOG_LEVEL_ERROR, "a finding does not fit its buffer and is left out",
                    "detector=%s uid=%s", f->detector->name, f->uid);
        return;
    }
    const struct outgoing out = {
        .topic = PRODUCER_FINDINGS,
        .key = key,
        .key_len = finding_key(f, key),
        .value = json.ptr,
        .value_len = json.len,
        .headers = finding_headers(f),
    };
    producer_send(publisher->parts.producer, &out);
}

/* The newest event time any worker has seen; 0 before the first event. */
static int64_t watermark(const struct publisher *publisher)
{
    int64_t newest = 0;

    for (unsigned i = 0; i < publisher->parts.workers_n; i++) {
        const int64_t at = worker_counts(publisher->parts.workers[i]).watermark_ms;
        newest = at > newest ? at : newest;
    }
    return newest;
}

/* Rechecking and describing read rows, so the rows must stay what they are meanwhile. */
static void speak(struct publisher *publisher, bool last)
{
    struct table_epochs *epochs = publisher->parts.setup->windows->epochs;

    table_epoch_enter(epochs, PUBLISHER_READER);
    for (unsigned i = 0; i < publisher->parts.workers_n; i++) {
        struct outbox *outbox = worker_outbox(publisher->parts.workers[i]);
        struct report *report;
        while ((report = outbox_take(outbox)) != NULL) {
            speaker_report(publisher->speaker, report);
            outbox_return(outbox, report);
        }
    }
    const int64_t now = watermark(publisher);
    if (now > 0)
        speaker_tick(publisher->speaker, now);
    if (last)
        speaker_review(publisher->speaker, SIZE_MAX);
    table_epoch_leave(epochs, PUBLISHER_READER);
}

/* --- facts --- */

static void on_fact(void *ctx, struct slice key, struct slice value)
{
    struct publisher *publisher = ctx;
    const struct outgoing out = {
        .topic = PRODUCER_WINDOWS,
        .key = key.ptr,
        .key_len = key.len,
        .value = value.ptr,
        .value_len = value.len,
    };

    producer_send(publisher->parts.producer, &out);
}

/* --- the cycle --- */

/* Waits for all deliveries, however long: nothing may be committed before. False: given up. */
static bool settle(struct publisher *publisher)
{
    while (!producer_settle(publisher->parts.producer, 1000))
        if (producer_outage_ms(publisher->parts.producer) > KAFKA_OUTAGE_MS) {
            atomic_store_explicit(&publisher->failure, "nothing could be written for ten minutes",
                                  memory_order_release);
            return false;
        }
    return true;
}

static void collect(const struct publisher *publisher)
{
    const int64_t now = watermark(publisher);
    struct windows *windows = publisher->parts.setup->windows;

    windows_collect(windows, now);
    table_collect(claims_table(publisher->parts.claims), windows->epochs,
                  (uint32_t)(now / MINUTE_MS));
}

/* wait: somebody waits for the commit to be answered; last: nothing comes after this cycle. */
static void cycle(struct publisher *publisher, bool wait, bool last)
{
    struct consumer *consumer = *publisher->parts.consumer;

    consumer_mark(consumer);
    speak(publisher, last);
    row_records_take(publisher->parts.records, PUBLISHER_READER, publisher, on_fact);
    if (!settle(publisher))
        return;
    if (wait)
        consumer_commit_wait(consumer, LAST_COMMIT_MS); /* an earlier one, still on its way */
    consumer_commit(consumer);
    if (wait)
        publisher->last_commit = consumer_commit_wait(consumer, LAST_COMMIT_MS);
    collect(publisher);
}

static uint64_t wanted(const struct publisher *publisher)
{
    return atomic_load_explicit(&publisher->wanted, memory_order_acquire);
}

static void *run(void *arg)
{
    struct publisher *publisher = arg;
    const int64_t interval_ms = publisher->parts.setup->config->publish_interval_ms;
    uint64_t served = 0;

    for (;;) {
        const int64_t next = clock_mono_ms() + interval_ms;
        const bool last = atomic_load_explicit(&publisher->stopping, memory_order_acquire);
        const uint64_t asked = wanted(publisher);
        cycle(publisher, last || asked != served, last);
        served = asked;
        atomic_store_explicit(&publisher->served, served, memory_order_release);
        if (last || publisher_failure(publisher))
            return NULL;
        while (clock_mono_ms() < next && wanted(publisher) == served &&
               !atomic_load_explicit(&publisher->stopping, memory_order_acquire))
            producer_poll(publisher->parts.producer, LOOK_MS);
    }
}

bool publisher_settle(struct publisher *publisher, int64_t timeout_ms)
{
    const int64_t until = clock_mono_ms() + timeout_ms;
    const uint64_t mine =
        atomic_fetch_add_explicit(&publisher->wanted, 1, memory_order_acq_rel) + 1;

    while (atomic_load_explicit(&publisher->served, memory_order_acquire) < mine) {
        if (clock_mono_ms() >= until)
            return false;
        clock_sleep_us(1000);
    }
    return true;
}

/* --- life --- */

struct publisher *publisher_new(const struct publisher_parts *parts)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);

    if (!publisher)
        return NULL;
    publisher->parts = *parts;
    publisher->out = (struct speaker_out){publisher, on_say};
    publisher->json = malloc(FINDING_JSON_MAX);
    publisher->speaker =
        speaker_new(parts->setup->detectors, &publisher->out, SETUP_FINDINGS, SETUP_UPDATE_MS);
    if (publisher->json && publisher->speaker)
        return publisher;
    publisher_free(publisher);
    return NULL;
}

void publisher_free(struct publisher *publisher)
{
    if (!publisher)
        return;
    speaker_free(publisher->speaker);
    free(publisher->json);
    free(publisher);
}

bool publisher_start(struct publisher *publisher)
{
    publisher->started = pthread_create(&publisher->thread, NULL, run, publisher) == 0;
    return publisher->started;
}

bool publisher_stop(struct publisher *publisher)
{
    atomic_store_explicit(&publisher->stopping, true, memory_order_release);
    if (publisher->started)
        pthread_join(publisher->thread, NULL);
    publisher->started = false;
    return publisher->last_commit;
}

const char *publisher_failure(const struct publisher *publisher)
{
    return atomic_load_explicit(&publisher->failure, memory_order_acquire);
}

struct speaker_counts publisher_speaker_counts(const struct publisher *publisher)
{
    return speaker_counts(publisher->speaker);
}
