/* SPDX-License-Identifier: Apache-2.0
 *
 * A set into a topic of the embedded Kafka: every message once, with its key, by a producer with
 * the config's properties.
 */
#include "plugin/calibrated/calibrated.h"
#include "plugin/demo/embedded.h"
#include "plugin/demo/tap.h"
#include "plugin/generate/stage.h"
#include "plugin/sets/outlet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

enum { PARTITIONS = 3 };

struct got {
    uint64_t messages, bytes, keyed, batches;
};

static void on_record(void *ctx, struct slice key, struct slice value, const struct tap_headers *h)
{
    struct got *got = ctx;

    (void)h;
    got->messages++;
    got->bytes += value.len;
    got->keyed += key.len > 0 && memchr(key.ptr, '@', key.len) != NULL;
    got->batches += key.len == 0 && memcmp(value.ptr, "{\"records\":[", 12) == 0;
}

static struct config *config_of(const struct embedded *kafka, struct diag *diag)
{
    char text[128];
    const int len = snprintf(text, sizeof text, "kafka: {bootstrap.servers: \"%s\"}\n",
                             embedded_bootstrap(kafka));

    return config_read_text("test.yaml", text, (size_t)len, NULL, 0, diag);
}

static void test_a_set_into_a_topic(void **state)
{
    struct embedded *kafka = embedded_new();
    struct diag *diag = diag_new();
    struct atlas *atlas = atlas_new();
    const unsigned attacks[64] = {0};
    const struct pace pace = {0};
    struct got got = {0};

    (void)state;
    assert_non_null(kafka);
    assert_true(embedded_topic(kafka, "signins", PARTITIONS));
    struct config *config = config_of(kafka, diag);
    assert_non_null(config);
    struct outlet *outlet = outlet_topic(config, "signins", &pace, diag);
    assert_non_null(outlet);
    const struct world_plan plan = {.seed = 1,
                                    .start_ms = INT64_C(1772409600000),
                                    .days = 1,
                                    .tenants = 3,
                                    .users = 20,
                                    .attacks = attacks,
                                    .atlas = atlas};
    const struct delivery_sink sink = {outlet, outlet_message};
    struct stage *stage = stage_new(&world_calibrated, &plan, &sink);
    assert_null(stage_run(stage));
    assert_true(outlet_flush(outlet));
    const struct stage_counts counts = stage_counts(stage);
    struct tap *tap = tap_new(embedded_bootstrap(kafka));
    tap_read(tap, "signins", PARTITIONS, &got, on_record);
    assert_true(counts.messages > 100);
    assert_int_equal(got.messages, counts.messages);
    assert_int_equal(got.bytes, counts.bytes);
    assert_true(got.batches > 0 && got.keyed > 0);
    tap_free(tap);
    stage_free(stage);
    outlet_free(outlet);
    config_free(config);
    atlas_free(atlas);
    diag_free(diag);
    embedded_free(kafka);
}

static void test_a_property_nobody_knows(void **state)
{
    static const char text[] = "kafka: {bootstrap.servers: \"localhost:1\", no.such.property: 1}\n";
    struct diag *diag = diag_new();
    struct config *config = config_read_text("test.yaml", text, sizeof text - 1, NULL, 0, diag);
    const struct pace pace = {0};

    (void)state;
    assert_null(outlet_topic(config, "signins", &pace, diag));
    assert_int_equal(diag_errors(diag), 1);
    config_free(config);
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_set_into_a_topic),
        cmocka_unit_test(test_a_property_nobody_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
