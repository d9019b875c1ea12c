/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/dead_letter: the headers say why and where in the names that consumers of dead letters
 * know, those of the message stay, and an earlier journey's are replaced.
 */
#include "plugin/kafka/dead_letter.h"

#include "plugin/demo/embedded.h"

#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct event_ref ref = {
    .topic = "signins", .partition = 3, .offset = INT64_C(12345678901), .index = 2};

static void assert_header(const rd_kafka_headers_t *headers, const char *name, const char *expected)
{
    const void *value = NULL;
    size_t len = 0, n = 0;

    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &len), 0);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(value, expected, len);
    while (rd_kafka_header_get(headers, n, name, &value, &len) == 0)
        n++;
    assert_int_equal(n, 1);
}

static void test_why_and_where(void **state)
{
    rd_kafka_headers_t *headers = dead_letter_headers(NULL, &ref, BAD_TRUNCATED, 77);

    (void)state;
    assert_header(headers, "spoor.errors.topic", "signins");
    assert_header(headers, "spoor.errors.partition", "3");
    assert_header(headers, "spoor.errors.offset", "12345678901");
    assert_header(headers, "spoor.errors.index", "2");
    assert_header(headers, "spoor.errors.stage", "parse");
    assert_header(headers, "spoor.errors.reason", "truncated");
    assert_header(headers, "spoor.errors.byte", "77");
    assert_header(headers, "spoor.errors.message", "record 2 cannot be read: truncated at byte 77");
    rd_kafka_headers_destroy(headers);
}

static rd_kafka_t *client(rd_kafka_type_t type, const struct embedded *kafka)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    rd_kafka_conf_set(conf, "bootstrap.servers", embedded_bootstrap(kafka), error, sizeof error);
    rd_kafka_t *rk = rd_kafka_new(type, conf, error, sizeof error);
    assert_non_null(rk);
    return rk;
}

/* Headers belong to librdkafka's own messages, so one has to make the journey: through a mock
 * cluster's topic and back. */
static rd_kafka_message_t *journey(rd_kafka_t *producer, rd_kafka_topic_t *topic)
{
    rd_kafka_message_t *message = NULL;

    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_VALUE("{", 1),
                                       RD_KAFKA_V_HEADER("mine", "kept", 4),
                                       RD_KAFKA_V_HEADER("spoor.errors.reason", "old", 3),
                                       RD_KAFKA_V_END),
                     0);
    assert_int_equal(rd_kafka_flush(producer, 20000), 0);
    assert_int_equal(rd_kafka_consume_start(topic, 0, RD_KAFKA_OFFSET_BEGINNING), 0);
    for (int i = 0; i < 60 && !message; i++) {
        message = rd_kafka_consume(topic, 0, 500);
        if (message && message->err) {
            rd_kafka_message_destroy(message);
            message = NULL;
        }
    }
    assert_non_null(message);
    return message;
}

static void test_the_message_keeps_its_own(void **state)
{
    struct embedded *kafka = embedded_new();

    (void)state;
    assert_non_null(kafka);
    assert_true(embedded_topic(kafka, "t", 1));
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, kafka);
    rd_kafka_t *reader = client(RD_KAFKA_CONSUMER, kafka);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(reader, "t", NULL);
    rd_kafka_message_t *message = journey(producer, topic);
    rd_kafka_headers_t *headers = dead_letter_headers(message, &ref, BAD_NOT_JSON, 1);

    assert_header(headers, "mine", "kept");
    assert_header(headers, "spoor.errors.reason", "not_json");
    rd_kafka_headers_destroy(headers);
    rd_kafka_message_destroy(message);
    rd_kafka_consume_stop(topic, 0);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(reader);
    rd_kafka_destroy(producer);
    embedded_free(kafka);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_and_where),
        cmocka_unit_test(test_the_message_keeps_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
