/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo's own producer and reader. See tap.h.
 */
#include "plugin/demo/tap.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLUSH_MS = 20000, SILENCE_MS = 5000 };

struct tap {
    rd_kafka_t *producer, *reader;
    size_t failed;
};

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    struct tap *tap = opaque;

    (void)rk;
    tap->failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_t *client(struct tap *tap, rd_kafka_type_t type, const char *bootstrap)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, error, sizeof error);
    rd_kafka_conf_set(conf, "client.id", "demo", error, sizeof error);
    rd_kafka_conf_set(conf, "log_level", "3", error, sizeof error);
    if (type == RD_KAFKA_PRODUCER) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    } else {
        rd_kafka_conf_set(conf, "enable.partition.eof", "true", error, sizeof error);
        rd_kafka_conf_set(conf, "fetch.wait.max.ms", "10", error, sizeof error);
    }
    rd_kafka_conf_set_opaque(conf, tap);
    rd_kafka_t *rk = rd_kafka_new(type, conf, error, sizeof error);
    if (!rk)
        rd_kafka_conf_destroy(conf);
    return rk;
}

struct tap *tap_new(const char *bootstrap)
{
    struct tap *tap = calloc(1, sizeof *tap);

    if (!tap)
        return NULL;
    tap->producer = client(tap, RD_KAFKA_PRODUCER, bootstrap);
    tap->reader = client(tap, RD_KAFKA_CONSUMER, bootstrap);
    if (tap->producer && tap->reader)
        return tap;
    tap_free(tap);
    return NULL;
}

void tap_free(struct tap *tap)
{
    if (!tap)
        return;
    if (tap->producer)
        rd_kafka_destroy(tap->producer);
    if (tap->reader)
        rd_kafka_destroy(tap->reader);
    free(tap);
}

void tap_produce(struct tap *tap, const char *topic, struct slice key, struct slice value)
{
    void *name, *text;

    memcpy(&name, &key.ptr, sizeof name); /* librdkafka reads only */
    memcpy(&text, &value.ptr, sizeof text);
    const rd_kafka_resp_err_t code =
        rd_kafka_producev(tap->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(name, key.len),
                          RD_KAFKA_V_VALUE(text, value.len),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    tap->failed += code != RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_poll(tap->producer, 0);
}

bool tap_flush(struct tap *tap)
{
    return rd_kafka_flush(tap->producer, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR &&
           tap->failed == 0;
}

static void copy_header(const rd_kafka_headers_t *headers, const char *name, char *text,
                        size_t size)
{
    const void *value = NULL;
    size_t len = 0;

    if (headers && rd_kafka_header_get_last(headers, name, &value, &len) == 0)
        snprintf(text, size, "%.*s", (int)len, (const char *)value);
}

static struct tap_headers headers_of(const rd_kafka_message_t *message)
{
    struct tap_headers h = {0};
    rd_kafka_headers_t *headers = NULL;

    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        copy_header(headers, "detector", h.detector, sizeof h.detector);
        copy_header(headers, "severity", h.severity, sizeof h.severity);
        copy_header(headers, "activity", h.activity, sizeof h.activity);
    }
    return h;
}

void tap_read(struct tap *tap, const char *topic, int partitions, void *ctx,
              void (*take)(void *ctx, struct slice key, struct slice value,
                           const struct tap_headers *headers))
{
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(tap->reader, topic, NULL);

    for (int p = 0; rkt && p < partitions; p++) {
        rd_kafka_message_t *message = NULL;
        bool end = rd_kafka_consume_start(rkt, p, RD_KAFKA_OFFSET_BEGINNING) != 0;
        while (!end && (message = rd_kafka_consume(rkt, p, SILENCE_MS)) != NULL) {
            end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
            if (!message->err) {
                const struct tap_headers h = headers_of(message);
                take(ctx, (struct slice){message->key, message->key_len},
                     (struct slice){message->payload, message->len}, &h);
            }
            rd_kafka_message_destroy(message);
        }
        rd_kafka_consume_stop(rkt, p);
    }
    if (rkt)
        rd_kafka_topic_destroy(rkt);
}
