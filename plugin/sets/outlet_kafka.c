/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/sets/outlet_kafka.h"

#include "plugin/kafka/kafka.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 100, FLUSH_MS = 60000 };

struct outlet_kafka {
    rd_kafka_t *producer;
    char *topic;
    size_t failed;
};

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    struct outlet_kafka *kafka = opaque;

    (void)rk;
    kafka->failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

struct outlet_kafka *outlet_kafka_new(const struct config *config, const char *topic,
                                      struct diag *diag)
{
    struct outlet_kafka *kafka = calloc(1, sizeof *kafka);
    rd_kafka_conf_t *conf = kafka_conf(config, KAFKA_PRODUCER, diag);
    char error[256] = "out of memory";

    if (kafka && conf && (kafka->topic = strdup(topic)) != NULL) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
        rd_kafka_conf_set_opaque(conf, kafka);
        kafka->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
        if (kafka->producer)
            return kafka;
        diag_error(diag, (struct diag_place){0}, "no producer: %s", error);
    }
    if (conf)
        rd_kafka_conf_destroy(conf);
    outlet_kafka_free(kafka);
    return NULL;
}

void outlet_kafka_free(struct outlet_kafka *kafka)
{
    if (!kafka)
        return;
    if (kafka->producer)
        rd_kafka_destroy(kafka->producer);
    free(kafka->topic);
    free(kafka);
}

bool outlet_kafka_send(struct outlet_kafka *kafka, const struct message *message)
{
    rd_kafka_resp_err_t code;
    void *key, *value;

    memcpy(&key, &message->key.ptr, sizeof key); /* librdkafka only reads them */
    memcpy(&value, &message->bytes.ptr, sizeof value);
    while ((code = rd_kafka_producev(
                kafka->producer, RD_KAFKA_V_TOPIC(kafka->topic),
                RD_KAFKA_V_KEY(key, message->key.len), RD_KAFKA_V_VALUE(value, message->bytes.len),
                RD_KAFKA_V_TIMESTAMP(message->at_ms), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_END)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(kafka->producer, WAIT_MS);
    rd_kafka_poll(kafka->producer, 0);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && kafka->failed == 0;
}

bool outlet_kafka_flush(struct outlet_kafka *kafka)
{
    return rd_kafka_flush(kafka->producer, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR &&
           kafka->failed == 0;
}
