/* SPDX-License-Identifier: Apache-2.0
 *
 * The line of `spoor parse`: a full event byte for byte, one with nothing, which kinds have a
 * reason, what outsiders may write, and the promised size.
 */
#include "plugin/findings/event_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsers/reader/parser.h"

#include <stdlib.h>

static char buffer[EVENT_JSON_MAX + 1];

static void expect(const struct event *ev, const char *text)
{
    struct json_out out = json_begin(buffer, EVENT_JSON_MAX);
    event_json(&out, ev);
    assert_true(json_complete(&out));
    buffer[out.len] = '\0';
    assert_string_equal(buffer, text);
}

static const struct event full = {
    .time_ms = INT64_C(1741064767123),
    .source = "entra",
    .kind = KIND_SIGN_IN,
    .tenant = {"8a4de8b5-095c-47d0-a96f-a75130c61d53", 36},
    .user = {"anna@contoso.com", 16},
    .has_ip = true,
    .ip = {{[10] = 0xFF, 0xFF, 203, 0, 113, 7}},
    .port = 51234,
    .outcome = OUTCOME_FAILURE,
    .reason = REASON_WRONG_PASSWORD,
    .code = {"50126", 5},
    .app_id = {"id", 2},
    .app = {"Office", 6},
    .client = {"Browser", 7},
    .protocol = {"ropc", 4},
    .user_agent = {"Mozilla/5.0", 11},
    .session = {"s", 1},
    .token_id = {"T", 1},
    .device = {"d", 1},
    .factor = FACTOR_SINGLE,
    .interactive = TRI_TRUE,
    .operation = {"Sign-in activity", 16},
    .event_id = {"e", 1},
};

static void test_full_event(void **state)
{
    (void)state;
    expect(&full,
           "{\"time\":\"2025-03-04T05:06:07.123Z\",\"source\":\"entra\",\"kind\":\"sign_in\","
           "\"tenant\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\",\"user\":\"anna@contoso.com\","
           "\"ip\":\"203.0.113.7\",\"port\":51234,\"outcome\":\"failure\","
           "\"reason\":\"wrong_password\",\"code\":\"50126\",\"app_id\":\"id\",\"app\":\"Office\","
           "\"client\":\"Browser\",\"protocol\":\"ropc\",\"user_agent\":\"Mozilla/5.0\","
           "\"session\":\"s\",\"token_id\":\"T\",\"device\":\"d\",\"factor\":\"single\","
           "\"interactive\":true,\"operation\":\"Sign-in activity\",\"event_id\":\"e\"}");
}

static void test_empty_event(void **state)
{
    (void)state;
    struct event ev = {.source = "o365", .kind = KIND_MAILBOX_RULE, .user = {"", 0}, .port = 7};
    expect(&ev, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"source\":\"o365\","
                "\"kind\":\"mailbox_rule\",\"outcome\":\"unknown\"}");
    ev.interactive = TRI_FALSE;
    ev.factor = FACTOR_UNKNOWN;
    expect(&ev, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"source\":\"o365\","
                "\"kind\":\"mailbox_rule\",\"outcome\":\"unknown\",\"factor\":\"unknown\","
                "\"interactive\":false}");
}

static void test_reason_only_where_something_was_asked(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KIND_N; kind++) {
        struct event ev = full;
        ev.kind = kind;
        struct json_out out = json_begin(buffer, EVENT_JSON_MAX);
        event_json(&out, &ev);
        assert_true(json_complete(&out));
        buffer[out.len] = '\0';
        bool has = strstr(buffer, "\"reason\":\"wrong_password\"") != NULL;
        assert_int_equal(has, kind == KIND_SIGN_IN || kind == KIND_MFA);
        ev.reason = REASON_NONE;
        out = json_begin(buffer, EVENT_JSON_MAX);
        event_json(&out, &ev);
        buffer[out.len] = '\0';
        assert_null(strstr(buffer, "reason"));
    }
}

static void test_hostile_text(void **state)
{
    (void)state;
    struct event ev = {
        .source = "okta", .kind = KIND_RISK, .user_agent = SLICE("\0\xFF\"\n\x1B[2J")};
    expect(&ev, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"source\":\"okta\",\"kind\":\"risk\","
                "\"outcome\":\"unknown\",\"user_agent\":\"\\u0000\xEF\xBF\xBD\\\"\\n\\u001b[2J\"}");
}

static void test_largest_event_fits(void **state)
{
    (void)state;
    char *nuls = calloc(1, READER_TEXT_MAX);
    struct slice big = {nuls, READER_TEXT_MAX};
    struct event ev = full;
    struct slice *texts[] = {&ev.tenant, &ev.user,      &ev.code,       &ev.app_id,  &ev.app,
                             &ev.client, &ev.protocol,  &ev.user_agent, &ev.session, &ev.token_id,
                             &ev.device, &ev.operation, &ev.event_id};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = big;
    struct json_out out = json_begin(buffer, EVENT_JSON_MAX);
    event_json(&out, &ev);
    assert_true(json_complete(&out));
    assert_true(out.len > 13 * 6 * READER_TEXT_MAX);
    free(nuls);
}

static void test_bad_record(void **state)
{
    (void)state;
    struct json_out out = json_begin(buffer, EVENT_JSON_MAX);
    event_json_bad(&out, "not_json", 0);
    json_newline(&out);
    event_json_bad(&out, "bad_time", 16777215);
    json_newline(&out);
    assert_true(json_complete(&out));
    buffer[out.len] = '\0';
    assert_string_equal(buffer, "{\"error\":\"not_json\",\"offset\":0}\n"
                                "{\"error\":\"bad_time\",\"offset\":16777215}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_event),
        cmocka_unit_test(test_empty_event),
        cmocka_unit_test(test_reason_only_where_something_was_asked),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_largest_event_fits),
        cmocka_unit_test(test_bad_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
