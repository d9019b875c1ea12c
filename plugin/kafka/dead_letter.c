/* SPDX-License-Identifier: Apache-2.0
 *
 * A message that could not be read -> a record of the dead-letter topic. See dead_letter.h.
 */
#include "plugin/kafka/dead_letter.h"

#include "plugin/base/version.h"
#include "plugin/kafka/consumer.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "spoor.errors."

static void add_text(rd_kafka_headers_t *headers, const char *name, const char *text)
{
    rd_kafka_header_remove(headers, name); /* of an earlier journey */
    rd_kafka_header_add(headers, name, -1, text, (ssize_t)strlen(text));
}

static void add_number(rd_kafka_headers_t *headers, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    add_text(headers, name, text);
}

struct rd_kafka_headers_s *dead_letter_headers(const void *message, const struct event_ref *ref,
                                               enum bad_reason reason, size_t byte)
{
    rd_kafka_headers_t *headers = NULL;
    char text[160];

    if (message && rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        headers = rd_kafka_headers_copy(headers);
    else
        headers = rd_kafka_headers_new(10);
    snprintf(text, sizeof text, "record %" PRIu32 " cannot be read: %s at byte %zu", ref->index,
             bad_reason_name(reason), byte);
    add_text(headers, PREFIX "topic", ref->topic ? ref->topic : "");
    add_number(headers, PREFIX "partition", ref->partition);
    add_number(headers, PREFIX "offset", ref->offset);
    add_number(headers, PREFIX "index", ref->index);
    add_text(headers, PREFIX "stage", "parse");
    add_text(headers, PREFIX "reason", bad_reason_name(reason));
    add_text(headers, PREFIX "message", text);
    add_number(headers, PREFIX "byte", (int64_t)byte);
    add_text(headers, PREFIX "version", version_text());
    return headers;
}

void dead_letter_send(struct producer *producer, const void *message, const struct event_ref *ref,
                      enum bad_reason reason, size_t byte)
{
    const rd_kafka_message_t *m = message;
    const struct outgoing out = {
        .topic = PRODUCER_DEAD,
        .key = m->key,
        .key_len = m->key_len,
        .value = m->payload,
        .value_len = m->len,
        .headers = dead_letter_headers(message, ref, reason, byte),
        .timestamp_ms = consumer_timestamp_ms(message),
    };

    producer_send(producer, &out);
}
