/* SPDX-License-Identifier: Apache-2.0
 *
 * The one producer. `pending` counts records that were sent and are not yet delivered, those that
 * wait to be sent again included; the publisher commits only when it is 0. Deliveries are served by
 * the publisher alone, so the list of records to send again needs no lock.
 */
#include "plugin/kafka/producer.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN_MS = 500 };

/* A record whose delivery failed. */
struct again {
    struct again *next;
    struct outgoing out;
    char bytes[]; /* key, then value */
};

struct producer {
    rd_kafka_t *client;
    rd_kafka_topic_t *topics[PRODUCER_TOPICS];
    _Atomic size_t pending;
    /* publisher */
    struct again *again;
    int64_t again_at_ms, failing_since_ms;
    _Atomic uint64_t delivered[PRODUCER_TOPICS], failed, too_large;
};

static void settle_one(struct producer *producer)
{
    /* Release and acquire in producer_settle: whoever sees 0 sees every delivery as counted. */
    atomic_fetch_sub_explicit(&producer->pending, 1, memory_order_release);
}

/* True if librdkafka has the record. Headers are taken over only then. */
static rd_kafka_resp_err_t enqueue(struct producer *producer, const struct outgoing *out)
{
    rd_kafka_vu_t vus[8];
    size_t n = 0;

    vus[n++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = producer->topics[out->topic]};
    vus[n++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY};
    vus[n] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_KEY};
    memcpy(&vus[n].u.mem.ptr, &out->key, sizeof out->key); /* librdkafka reads only */
    vus[n++].u.mem.size = out->key_len;
    vus[n] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_VALUE};
    memcpy(&vus[n].u.mem.ptr, &out->value, sizeof out->value);
    vus[n++].u.mem.size = out->value_len;
    vus[n++] =
        (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(intptr_t)out->topic};
    if (out->timestamp_ms > 0)
        vus[n++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = out->timestamp_ms};
    if (out->headers)
        vus[n++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = out->headers};
    rd_kafka_error_t *error = rd_kafka_produceva(producer->client, vus, n);
    const rd_kafka_resp_err_t code =
        error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_error_destroy(error);
    return code;
}

/* Halves a dead letter that is too large, and says so in a header once. False: not possible. */
static bool cut(struct outgoing *out)
{
    const void *have;
    size_t len;

    if (out->topic != PRODUCER_DEAD || out->value_len == 0)
        return false;
    out->value_len /= 2;
    if (out->headers &&
        rd_kafka_header_get_last(out->headers, "spoor.errors.truncated", &have, &len) != 0)
        rd_kafka_header_add(out->headers, "spoor.errors.truncated", -1, "true", -1);
    return true;
}

static bool is_too_large(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE;
}

static void give_up(struct producer *producer, struct outgoing *out, rd_kafka_resp_err_t code)
{
    static struct log_cause cause;

    log_limited(&cause, LOG_LEVEL_ERROR, "a record cannot be written and is left out",
                "topic=%s bytes=%zu error=\"%s\"",
                rd_kafka_topic_name(producer->topics[out->topic]), out->value_len,
                rd_kafka_err2str(code));
    atomic_fetch_add_explicit(&producer->too_large, 1, memory_order_relaxed);
    if (out->headers)
        rd_kafka_headers_destroy(out->headers);
    settle_one(producer);
}

/* The thread that serves deliveries must go on serving them while it waits for room. */
static _Thread_local bool serves;

/* Sends a record that is already counted as pending. */
static void send_counted(struct producer *producer, struct outgoing *out)
{
    for (;;) {
        const rd_kafka_resp_err_t code = enqueue(producer, out);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            if (serves)
                rd_kafka_poll(producer->client, 5);
            else
                clock_sleep_us(2000);
            continue;
        }
        if (is_too_large(code) && cut(out))
            continue;
        give_up(producer, out, code);
        return;
    }
}

void producer_send(struct producer *producer, const struct outgoing *out)
{
    struct outgoing mine = *out;

    atomic_fetch_add_explicit(&producer->pending, 1, memory_order_relaxed);
    send_counted(producer, &mine);
}

/* Keeps a copy of a record whose delivery failed. Allocates: this is not the event path but an
 * outage, and librdkafka's own bounded queue bounds it. */
static void keep(struct producer *producer, const rd_kafka_message_t *message)
{
    const size_t key_len = message->key_len, value_len = message->len;
    struct again *again = malloc(sizeof *again + key_len + value_len);
    rd_kafka_headers_t *headers = NULL;

    if (!again)
        abort(); /* going on would commit what was lost */
    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        headers = rd_kafka_headers_copy(headers);
    if (key_len)
        memcpy(again->bytes, message->key, key_len);
    if (value_len)
        memcpy(again->bytes + key_len, message->payload, value_len);
    again->out = (struct outgoing){
        .topic = (enum producer_topic)(intptr_t)message->_private,
        .key = key_len ? again->bytes : NULL,
        .value = message->payload ? again->bytes + key_len : NULL,
        .key_len = key_len,
        .value_len = value_len,
        .headers = headers,
    };
    again->next = producer->again;
    producer->again = again;
    producer->again_at_ms = clock_mono_ms() + AGAIN_MS;
}

/* Thread: publisher, inside producer_poll. */
static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    static struct log_cause cause;
    struct producer *producer = opaque;

    (void)rk;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        atomic_fetch_add_explicit(&producer->delivered[(intptr_t)message->_private], 1,
                                  memory_order_relaxed);
        producer->failing_since_ms = 0;
        settle_one(producer);
        return;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    atomic_fetch_add_explicit(&producer->failed, 1, memory_order_relaxed);
    if (producer->failing_since_ms == 0)
        producer->failing_since_ms = clock_mono_ms();
    keep(producer, message);
    if (is_too_large(message->err) && !cut(&producer->again->out)) {
        struct again *again = producer->again;
        producer->again = again->next;
        give_up(producer, &again->out, message->err);
        free(again);
        return;
    }
    log_limited(
        &cause, LOG_LEVEL_ERROR, "records are not accepted; nothing is committed until they are",
        "topic=%s error=\"%s\"", rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
}

struct producer *producer_new(const struct config *config, struct diag *diag)
{
    const char *const names[] = {config->output.findings, config->output.windows,
                                 config->output.dead_letters};
    struct producer *producer = calloc(1, sizeof *producer);
    rd_kafka_conf_t *conf = kafka_conf(config, KAFKA_PRODUCER, diag);
    char error[512] = "out of memory";

    if (!producer || !conf)
        goto fail;
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_opaque(conf, producer);
    producer->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!producer->client)
        goto fail;
    conf = NULL;
    for (int i = 0; i < PRODUCER_TOPICS; i++) {
        producer->topics[i] = rd_kafka_topic_new(producer->client, names[i], NULL);
        if (!producer->topics[i])
            goto fail;
    }
    return producer;
fail:
    diag_error(diag, (struct diag_place){0}, "the producer could not be made: %s", error);
    if (conf)
        rd_kafka_conf_destroy(conf);
    producer_free(producer);
    return NULL;
}

void producer_free(struct producer *producer)
{
    if (!producer)
        return;
    if (producer->client) {
        rd_kafka_purge(producer->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_poll(producer->client, 100);
    }
    for (int i = 0; i < PRODUCER_TOPICS; i++)
        if (producer->topics[i])
            rd_kafka_topic_destroy(producer->topics[i]);
    if (producer->client)
        rd_kafka_destroy(producer->client);
    for (struct again *again = producer->again, *next; again; again = next) {
        next = again->next;
        if (again->out.headers)
            rd_kafka_headers_destroy(again->out.headers);
        free(again);
    }
    free(producer);
}

struct rd_kafka_s *producer_client(struct producer *producer)
{
    return producer->client;
}

void producer_poll(struct producer *producer, int timeout_ms)
{
    serves = true;
    rd_kafka_poll(producer->client, timeout_ms);
    if (!producer->again || clock_mono_ms() < producer->again_at_ms)
        return;
    struct again *again = producer->again;
    producer->again = NULL;
    while (again) {
        struct again *next = again->next;
        send_counted(producer, &again->out);
        free(again);
        again = next;
    }
}

bool producer_settle(struct producer *producer, int64_t timeout_ms)
{
    const int64_t until = clock_mono_ms() + timeout_ms;

    for (;;) {
        if (atomic_load_explicit(&producer->pending, memory_order_acquire) == 0)
            return true;
        if (clock_mono_ms() >= until)
            return false;
        producer_poll(producer, 5);
    }
}

int64_t producer_outage_ms(const struct producer *producer)
{
    return producer->failing_since_ms ? clock_mono_ms() - producer->failing_since_ms : 0;
}

struct producer_counts producer_counts(const struct producer *producer)
{
    struct producer_counts counts = {
        .failed = atomic_load_explicit(&producer->failed, memory_order_relaxed),
        .too_large = atomic_load_explicit(&producer->too_large, memory_order_relaxed),
    };

    for (int i = 0; i < PRODUCER_TOPICS; i++)
        counts.delivered[i] = atomic_load_explicit(&producer->delivered[i], memory_order_relaxed);
    return counts;
}
