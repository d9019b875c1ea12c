/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin/kafka: what is ours is refused where it stands, librdkafka's own errors keep their place,
 * a secret is never quoted, and everything else passes through.
 */
#include "plugin/kafka/kafka.h"

#include "detectors/detectors.h"

#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct config *config;
static struct diag *diag;

/* A config with these lines under `kafka:`; the first of them is line 2. */
static void read_lines(const char *lines, const char *rest)
{
    char text[1024];

    snprintf(text, sizeof text, "kafka:\n%s\ninput: {topics: [t]}\n%s\n", lines, rest);
    diag = diag_new();
    config =
        config_read_text("c.yaml", text, strlen(text), detectors_tables(), detectors_n(), diag);
    assert_non_null(config);
    assert_int_equal(diag_errors(diag), 0);
}

static char *checked(void)
{
    kafka_check(config, diag);
    return diag_render(diag);
}

static void finish(char *text)
{
    free(text);
    config_free(config);
    diag_free(diag);
}

static void test_a_plain_section_is_fine(void **state)
{
    (void)state;
    read_lines("  bootstrap.servers: localhost:9092\n  linger.ms: 20\n  fetch.min.bytes: 2", "");
    char *text = checked();
    assert_int_equal(diag_errors(diag), 0);
    assert_string_equal(kafka_group(config), "spoor");
    finish(text);
}

static void test_what_is_ours_is_refused(void **state)
{
    static const char *const names[] = {
        "enable.auto.commit: true",  "enable.auto.offset.store: true",
        "auto.offset.reset: latest", "partition.assignment.strategy: range",
        "transactional.id: t",       "isolation.level: read_committed",
        "enable.idempotence: false",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[128];
        snprintf(line, sizeof line, "  bootstrap.servers: x:1\n  %s", names[i]);
        read_lines(line, "");
        char *text = checked();
        assert_int_equal(diag_errors(diag), 1);
        assert_non_null(strstr(text, "c.yaml:3:3: error:"));
        assert_non_null(strstr(text, "cannot be set"));
        finish(text);
    }
}

static void test_errors_of_librdkafka_have_their_place(void **state)
{
    (void)state;
    read_lines("  bootstrap.servers: x:1\n  bootstrap.sewers: y:1\n  session.timeout.ms: soon", "");
    char *text = checked();
    assert_int_equal(diag_errors(diag), 2);
    assert_non_null(strstr(text, "c.yaml:3:3: error:"));
    assert_non_null(strstr(text, "bootstrap.sewers"));
    assert_non_null(strstr(text, "c.yaml:4:23: error:"));
    finish(text);
}

static void test_a_secret_is_not_quoted(void **state)
{
    (void)state;
    read_lines("  bootstrap.servers: x:1\n  ssl.key.password: {env: SPOOR_TEST_SECRET}\n"
               "  sasl.mechanism: \"hunter2 mechanism\"",
               "");
    char *text = checked();
    assert_null(text ? strstr(text, "correct horse") : NULL);
    finish(text);
}

static void test_servers_are_needed(void **state)
{
    (void)state;
    read_lines("  group.id: soc", "");
    char *text = checked();
    assert_int_equal(diag_errors(diag), 1);
    assert_non_null(strstr(text, "bootstrap.servers"));
    assert_string_equal(kafka_group(config), "soc");
    finish(text);
}

static void test_exactly_once_is_refused(void **state)
{
    (void)state;
    read_lines("  bootstrap.servers: x:1", "delivery: exactly_once");
    char *text = checked();
    assert_int_equal(diag_errors(diag), 1);
    assert_non_null(strstr(text, "exactly_once is not available"));
    finish(text);
}

static void assert_property(enum kafka_client client, const char *name, const char *expected)
{
    rd_kafka_conf_t *conf = kafka_conf(config, client, diag);
    char value[256];
    size_t size = sizeof value;

    assert_non_null(conf);
    assert_int_equal(rd_kafka_conf_get(conf, name, value, &size), RD_KAFKA_CONF_OK);
    assert_string_equal(value, expected);
    rd_kafka_conf_destroy(conf);
}

static void test_each_client_gets_what_it_needs(void **state)
{
    (void)state;
    read_lines("  bootstrap.servers: x:1\n  fetch.wait.max.ms: 7\n  group.id: soc\n  linger.ms: 9",
               "");
    assert_property(KAFKA_INPUT, "fetch.wait.max.ms", "7");
    assert_property(KAFKA_INPUT, "group.id", "soc");
    assert_property(KAFKA_INPUT, "enable.auto.commit", "false");
    assert_property(KAFKA_INPUT, "partition.assignment.strategy", "cooperative-sticky");
    assert_property(KAFKA_REPLICA, "isolation.level", "read_uncommitted");
    assert_property(KAFKA_PRODUCER, "linger.ms", "9");
    finish(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plain_section_is_fine),
        cmocka_unit_test(test_what_is_ours_is_refused),
        cmocka_unit_test(test_errors_of_librdkafka_have_their_place),
        cmocka_unit_test(test_a_secret_is_not_quoted),
        cmocka_unit_test(test_servers_are_needed),
        cmocka_unit_test(test_exactly_once_is_refused),
        cmocka_unit_test(test_each_client_gets_what_it_needs),
    };
    setenv("SPOOR_TEST_SECRET", "correct horse", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
