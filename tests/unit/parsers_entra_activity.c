/* SPDX-License-Identifier: Apache-2.0
 *
 * MicrosoftGraphActivityLogs: golden files in every shape, and what they mislead with.
 */
#include "tests/unit/reshape.h"

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

static const struct event *call(const char *inside)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'category':'MicrosoftGraphActivityLogs','time':'2025-03-04T06:00:00Z','location':"
             "'West Europe','properties':{%s}}",
             inside);
    return reading_event(in, text);
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"entra/graph_activity", "entra/graph_activity_row"};
    EXPECT_ALL_SHAPES(names);
}

static void test_time_is_when_it_was_called(void **state)
{
    (void)state;
    assert_int_equal(call("'timeGenerated':'2025-03-04T05:06:07Z'")->time_ms, 1741064767000);
    assert_int_equal(call("'tokenIssuedAt':'2025-03-04T05:06:07Z'")->time_ms, 1741068000000);
}

static void test_outcome_by_status(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum event_outcome outcome;
    } rows[] = {{"200", OUTCOME_SUCCESS},  {"'204'", OUTCOME_SUCCESS}, {"399", OUTCOME_SUCCESS},
                {"400", OUTCOME_FAILURE},  {"'403'", OUTCOME_FAILURE}, {"503", OUTCOME_FAILURE},
                {"null", OUTCOME_UNKNOWN}, {"'OK'", OUTCOME_UNKNOWN},  {"-1", OUTCOME_UNKNOWN},
                {"1e2", OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), "'responseStatusCode':%s", rows[i].status);
        const struct event *ev = call(text);
        assert_int_equal(ev->kind, KIND_TOKEN_USE);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, REASON_NONE);
    }
    assert_int_equal(call("")->outcome, OUTCOME_UNKNOWN);
}

static void test_calls_of_applications_have_no_user(void **state)
{
    (void)state;
    expect_text(call("'userId':'AA'")->user, "aa");
    expect_absent(call("'userId':'','appId':'a','servicePrincipalId':'s'")->user);
    expect_text(in->events[0].app_id, "a");
}

static void test_the_sign_in_it_came_from(void **state)
{
    (void)state;
    const struct event *ev =
        call("'signInActivityId':'T','C_Sid':'S','C_DeviceId':'D','requestId':'','operationId':"
             "'O'");
    expect_text(ev->token_id, "T");
    expect_text(ev->session, "S");
    expect_text(ev->device, "D");
    expect_text(ev->event_id, "O");
}

static void test_address(void **state)
{
    (void)state;
    expect_ip(call("'ipAddress':'203.0.113.7'"), "203.0.113.7");
    expect_ip(call("'ipAddress':''"), NULL);
    expect_ip(reading_event(in, "{'category':'MicrosoftGraphActivityLogs','time':"
                                "'2025-03-04T06:00:00Z','callerIpAddress':'198.51.100.9',"
                                "'properties':{}}"),
              "198.51.100.9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_time_is_when_it_was_called),
        cmocka_unit_test(test_outcome_by_status),
        cmocka_unit_test(test_calls_of_applications_have_no_user),
        cmocka_unit_test(test_the_sign_in_it_came_from),
        cmocka_unit_test(test_address),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
