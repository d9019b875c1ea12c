/* SPDX-License-Identifier: Apache-2.0
 *
 * The pipeline over whole messages: what is counted, where bad records go, events that span batches
 * and messages, the clamp of the future, and that a flush finishes everything taken so far.
 */
#include "plugin/path/pipeline.h"

#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DEAD_MAX = 64, REPORTS_MAX = 512 };
#define MINUTE INT64_C(60000)

static struct parts parts;
static struct pipeline *pipeline;
static struct dead {
    struct event_ref ref;
    enum bad_reason reason;
    size_t offset;
} dead[DEAD_MAX];
static unsigned dead_n, reports_n, unknown_n, ignored_n, carries_n;
static char last_shape[READER_SHAPE_TEXT], last_format[32], last_topic[32];
static struct report reports[REPORTS_MAX];

static void on_bad(void *ctx, const struct event_ref *ref, enum bad_reason reason, size_t offset)
{
    (void)ctx;
    assert_true(dead_n < DEAD_MAX);
    dead[dead_n++] = (struct dead){*ref, reason, offset};
}

static void on_unknown(void *ctx, const struct event_ref *ref, const struct reader_shape *shape,
                       size_t offset)
{
    (void)ctx;
    assert_string_equal(ref->topic, "signins");
    assert_int_equal(offset, 0);
    snprintf(last_shape, sizeof last_shape, "%s", shape->example);
    unknown_n++;
}

static void on_ignored(void *ctx, const struct event_ref *ref, const struct reader_shape *shape)
{
    (void)ctx;
    assert_string_equal(ref->topic, "signins");
    assert_string_equal(shape->format, "entra");
    snprintf(last_shape, sizeof last_shape, "%s", shape->example);
    ignored_n++;
}

static void on_carries(void *ctx, const char *topic, const char *format)
{
    assert_ptr_equal(ctx, &carries_n);
    snprintf(last_topic, sizeof last_topic, "%s", topic);
    snprintf(last_format, sizeof last_format, "%s", format);
    carries_n++;
}

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    (void)ctx, (void)uid, (void)at_ms, (void)at_least;
    return true;
}

static void on_report(void *ctx, const struct report *report)
{
    (void)ctx;
    assert_true(reports_n < REPORTS_MAX);
    reports[reports_n++] = *report;
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    (void)ctx, (void)uid, (void)at_ms, (void)reason;
    return false;
}

static const struct report_sink report_sink = {NULL, on_due, on_report, on_first_held, NULL};
static const struct dead_sink dead_sink = {NULL, on_bad, on_unknown, on_ignored};

static void open_pipeline(bool timed)
{
    const struct pipeline_parts of = {.detectors = parts.detectors,
                                      .windows = parts.windows,
                                      .enricher = parts.enricher,
                                      .reports = &report_sink,
                                      .dead = &dead_sink,
                                      .timed = timed,
                                      .carries = on_carries,
                                      .carries_ctx = &carries_n};
    pipeline = pipeline_new(&of);
    assert_non_null(pipeline);
    pipeline_bind(pipeline, parsers_find(SLICE("entra")));
    dead_n = reports_n = unknown_n = carries_n = 0;
}

static int set_up(void **state)
{
    (void)state;
    parts_open(&parts, "networks: {feeds: [{name: lshiy, file: config/feeds/lshiy.txt}]}");
    open_pipeline(false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pipeline_free(pipeline);
    parts_close(&parts);
    return 0;
}

/* One sign-in from a listed network, which is a report of cidr_match each. */
static size_t record(char *text, size_t size, unsigned minute, const char *user)
{
    int n =
        snprintf(text, size,
                 "{\"time\":\"2026-06-12T10:%02u:00Z\",\"category\":\"SignInLogs\","
                 "\"tenantId\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\",\"resultType\":\"50126\","
                 "\"properties\":{\"id\":\"%s-%u\",\"createdDateTime\":\"2026-06-12T10:%02u:00Z\","
                 "\"userPrincipalName\":\"%s\",\"ipAddress\":\"2a0a:d683::5\","
                 "\"status\":{\"errorCode\":50126}}}",
                 minute, user, minute, minute, user);
    return (size_t)n;
}

static void take(const char *text, int64_t offset, int64_t timestamp_ms)
{
    const struct event_ref ref = {
        .topic = "signins", .partition = 3, .offset = offset, .index = 77};
    pipeline_take(pipeline, slice_of(text), &ref, timestamp_ms);
}

static void test_one(void **state)
{
    (void)state;
    char text[1024];
    record(text, sizeof text, 1, "anna@contoso.com");
    take(text, 5, 0);
    assert_int_equal(reports_n, 0); /* it waits for the flush */
    pipeline_flush(pipeline);
    assert_int_equal(reports_n, 1);
    assert_string_equal(reports[0].detector->name, "cidr_match");
    assert_string_equal(reports[0].witness.user, "anna@contoso.com");
    assert_string_equal(reports[0].witness.ref.topic, "signins");
    assert_true(reports[0].witness.ref.offset == 5 && reports[0].witness.ref.index == 0);
    pipeline_flush(pipeline);
    assert_int_equal(reports_n, 1); /* nothing is judged twice */
    struct pipeline_counts c = pipeline_counts(pipeline);
    assert_true(c.messages == 1 && c.events == 1 && c.bad == 0 && c.ignored == 0 && c.future == 0);
    assert_int_equal(c.bytes, strlen(text));
    assert_int_equal(c.watermark_ms, PARTS_NOW + MINUTE);
}

/* 200 messages without a flush are four batches; every event is judged once, with its own offset.
 */
static void test_many_messages(void **state)
{
    (void)state;
    static char text[200][1024];
    for (unsigned i = 0; i < 200; i++) {
        char user[32];
        snprintf(user, sizeof user, "user%u@contoso.com", i);
        record(text[i], sizeof text[i], i % 60, user);
        take(text[i], i, 0);
    }
    pipeline_flush(pipeline);
    assert_int_equal(pipeline_counts(pipeline).events, 200);
    unsigned cidr = 0;
    for (unsigned i = 0; i < reports_n; i++)
        if (strcmp(reports[i].detector->name, "cidr_match") == 0) {
            char user[32];
            snprintf(user, sizeof user, "user%u@contoso.com", cidr);
            assert_string_equal(reports[i].witness.user, user);
            assert_int_equal(reports[i].witness.ref.offset, cidr);
            cidr++;
        }
    assert_int_equal(cidr, 200);
}

/* A message of more records than a batch, with broken and foreign ones between them. */
static void test_one_message(void **state)
{
    (void)state;
    static char text[200 * 1024];
    size_t len = 0;
    for (unsigned i = 0; i < 150; i++) {
        len += record(text + len, sizeof text - len, i % 60, "anna@contoso.com");
        text[len++] = '\n';
        if (i % 50 == 10)
            len +=
                (size_t)snprintf(text + len, sizeof text - len, "{\"time\":\"2026-06-12\",\"cat\n");
        if (i % 50 == 20)
            len += (size_t)snprintf(text + len, sizeof text - len,
                                    "{\"time\":\"2026-06-12T10:00:00Z\",\"category\":\"AuditLogs\","
                                    "\"operationName\":\"Add group\",\"properties\":{}}\n");
    }
    take(text, 9, 0);
    assert_int_equal(dead_n, 3); /* at once, not with the batch */
    pipeline_flush(pipeline);
    struct pipeline_counts c = pipeline_counts(pipeline);
    assert_int_equal(c.messages, 1);
    assert_int_equal(c.events, 150);
    assert_int_equal(c.bad, 3);
    assert_int_equal(c.ignored, 3);
    assert_int_equal(ignored_n, 3);
    assert_string_equal(last_shape, "AuditLogs / Add group");
    uint64_t by_reason = 0;
    for (int i = 0; i < BAD_N; i++)
        by_reason += c.bad_by_reason[i];
    assert_int_equal(by_reason, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(dead[i].ref.partition == 3 && dead[i].ref.offset == 9);
        assert_true(i == 0 || (dead[i].offset > dead[i - 1].offset &&
                               dead[i].ref.index > dead[i - 1].ref.index));
        static const char broken[] = "{\"time\":\"2026-06-12\",\"cat"; /* told by where it breaks */
        assert_memory_equal(text + dead[i].offset - strlen(broken), broken, strlen(broken));
    }
    for (unsigned i = 1; i < reports_n; i++)
        assert_true(reports[i].witness.ref.index >= reports[i - 1].witness.ref.index ||
                    reports[i].detector != reports[i - 1].detector);
}

/* Ten minutes later than its broker said is still possible; more is a wrong clock. */
static void test_future(void **state)
{
    (void)state;
    static const struct {
        int64_t behind_ms;
        bool clamped;
    } rows[] = {{0, false}, {10 * MINUTE, false}, {10 * MINUTE + 1, true}, {60 * MINUTE, true}};
    uint64_t clamped = 0;
    for (unsigned i = 0; i < 4; i++) {
        char text[1024];
        int64_t broker_ms = PARTS_NOW + 30 * MINUTE - rows[i].behind_ms;
        record(text, sizeof text, 30, "anna@contoso.com");
        take(text, i, broker_ms);
        pipeline_flush(pipeline);
        clamped += rows[i].clamped;
        assert_int_equal(reports[reports_n - 1].at_ms,
                         rows[i].clamped ? broker_ms : PARTS_NOW + 30 * MINUTE);
        assert_int_equal(pipeline_counts(pipeline).future, clamped);
    }
    assert_int_equal(pipeline_counts(pipeline).watermark_ms, PARTS_NOW + 30 * MINUTE);
}

static void test_empty(void **state)
{
    (void)state;
    pipeline_flush(pipeline);
    take("", 1, 0);
    take("\n\n", 2, 0);
    take("no JSON at all", 3, 0);
    pipeline_flush(pipeline);
    struct pipeline_counts c = pipeline_counts(pipeline);
    assert_true(c.messages == 3 && c.events == 0 && c.bad == 1 && c.watermark_ms == 0);
    assert_int_equal(dead_n, 1);
    assert_int_equal(dead[0].ref.offset, 3);
}

static void test_timed(void **state)
{
    (void)state;
    pipeline_free(pipeline);
    open_pipeline(true);
    static char text[200][1024];
    for (unsigned i = 0; i < 200; i++) {
        record(text[i], sizeof text[i], i % 60, "anna@contoso.com");
        take(text[i], i, 0);
    }
    pipeline_flush(pipeline);
    struct pipeline_counts c = pipeline_counts(pipeline);
    for (int stage = 0; stage < STAGE_N; stage++)
        assert_in_range(c.stage_ns[stage], 1, UINT64_C(60000000000));
}

/* A record of no known format is no bad one, and none of ours; it is handed over with its shape. */
static void test_unknown(void **state)
{
    (void)state;
    take("{\"hello\":\"world\",\"n\":1}", 4, 0);
    assert_int_equal(unknown_n, 1);
    assert_string_equal(last_shape, "{hello, n}");
    assert_int_equal(dead_n, 0);
    struct pipeline_counts c = pipeline_counts(pipeline);
    assert_true(c.unknown == 1 && c.bad == 0 && c.ignored == 0 && c.events == 0);
    assert_int_equal(c.bad_by_reason[BAD_UNKNOWN_FORMAT], 0);
}

/* Bound to one format, what another would take is unknown; from message to message as asked. */
static void test_bound(void **state)
{
    (void)state;
    static const char okta[] = "{\"eventType\":\"user.session.start\",\"published\":"
                               "\"2026-06-12T10:00:00Z\",\"outcome\":{\"result\":\"SUCCESS\"}}";
    char text[1024];
    record(text, sizeof text, 1, "anna@contoso.com");
    take(okta, 1, 0);
    take(text, 2, 0);
    assert_int_equal(pipeline_counts(pipeline).unknown, 1);
    assert_int_equal(pipeline_counts(pipeline).events, 1);
    pipeline_bind(pipeline, parsers_find(SLICE("okta")));
    take(okta, 3, 0);
    take(text, 4, 0);
    assert_int_equal(pipeline_counts(pipeline).unknown, 2);
    assert_int_equal(pipeline_counts(pipeline).events, 2);
    pipeline_bind(pipeline, NULL);
    take(okta, 5, 0);
    take(text, 6, 0);
    assert_int_equal(pipeline_counts(pipeline).unknown, 2);
    assert_int_equal(pipeline_counts(pipeline).events, 4);
    assert_int_equal(carries_n, 3); /* entra, okta, okta again: no news, entra */
    assert_string_equal(last_topic, "signins");
    assert_string_equal(last_format, "entra");
    pipeline_flush(pipeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_future, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_timed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bound, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
