/* SPDX-License-Identifier: Apache-2.0
 *
 * UserRiskEvents: golden files in every shape, and what they mislead with.
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

static const struct event *risk(const char *inside)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'category':'UserRiskEvents','time':'2025-03-04T06:00:00Z','properties':{%s}}",
             inside);
    return reading_event(in, text);
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"entra/risk", "entra/risk_row"};
    EXPECT_ALL_SHAPES(names);
}

static void test_activity_before_detection_before_delivery(void **state)
{
    (void)state;
    const char *detected = "'detectedDateTime':'2025-03-04T05:06:08Z'";
    char text[128];
    snprintf(text, sizeof(text), "'activityDateTime':'2025-03-04T05:06:07Z',%s", detected);
    assert_int_equal(risk(text)->time_ms, 1741064767000);
    assert_int_equal(risk(detected)->time_ms, 1741064768000);
    assert_int_equal(risk("")->time_ms, 1741068000000);
    reading_expect_bad(in, "{'category':'UserRiskEvents','properties':{}}", BAD_NO_TIME, 0);
}

static void test_a_detection_says_nothing_about_the_outcome(void **state)
{
    (void)state;
    const struct event *ev =
        risk("'riskEventType':'unlikelyTravel','riskState':'remediated','result':'success'");
    assert_int_equal(ev->kind, KIND_RISK);
    assert_int_equal(ev->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(ev->reason, REASON_NONE);
    expect_text(ev->code, "unlikelyTravel");
}

static void test_user_and_address(void **state)
{
    (void)state;
    expect_text(risk("'userPrincipalName':'A@b','userId':'U'")->user, "a@b");
    expect_text(risk("'userPrincipalName':'','userId':'U'")->user, "u");
    expect_ip(risk("'ipAddress':'203.0.113.7'"), "203.0.113.7");
    expect_ip(risk("'ipAddress':null"), NULL);
}

static void test_user_agent_in_a_list_in_a_string(void **state)
{
    (void)state;
    expect_text(
        risk("'additionalInfo':'[{\\'Key\\':\\'userAgent\\',\\'Value\\':\\'curl\\'}]'")->user_agent,
        "curl");
    expect_absent(risk("'additionalInfo':'no json'")->user_agent);
    expect_absent(risk("'additionalInfo':'[{\\'Key\\':\\'userAgent\\'}]'")->user_agent);
}

static void test_other_risk_records_are_not_ours(void **state)
{
    (void)state;
    static const char *const names[] = {"RiskyUsers", "ServicePrincipalRiskEvents",
                                        "RiskyServicePrincipals"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "{'category':'%s','properties':{}}", names[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_activity_before_detection_before_delivery),
        cmocka_unit_test(test_a_detection_says_nothing_about_the_outcome),
        cmocka_unit_test(test_user_and_address),
        cmocka_unit_test(test_user_agent_in_a_list_in_a_string),
        cmocka_unit_test(test_other_risk_records_are_not_ours),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
