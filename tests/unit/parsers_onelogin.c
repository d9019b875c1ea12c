/* SPDX-License-Identifier: Apache-2.0
 *
 * OneLogin events: golden files, every number of the table, and what the records mislead with.
 */
#include "tests/unit/mutating.h"

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

static const struct event *event_of(const char *type, const char *more)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'event_type_id':%s,'account_id':1,'created_at':'2025-03-04T05:06:07Z'%s%s}", type,
             *more ? "," : "", more);
    return reading_event(in, text);
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("onelogin/sign_in");
    expect_golden("onelogin/events");
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("onelogin/sign_in");
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    expect_keys_indifferent("onelogin/sign_in");
    expect_keys_indifferent("onelogin/events");
}

static void test_nothing_is_invented_for_a_missing_member(void **state)
{
    (void)state;
    expect_deletions("onelogin/sign_in");
}

static void test_every_number(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum event_kind kind;
        enum event_outcome outcome;
        enum event_reason reason;
        bool password_valid;
    } rows[] = {
        {"5", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK, true},
        {"'5'", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK, true},
        {"6", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_WRONG_PASSWORD, false},
        {"8", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK, false},
        {"9", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_UNKNOWN, false},
        {"19", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_LOCKED, false},
        {"531", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_LOCKED, false},
        {"532", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_LOCKED, false},
        {"553", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_LOCKED, false},
        {"551", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_DISABLED, false},
        {"69", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_UNSAID, false},
        {"3", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK, false},
        {"11", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE, false},
        {"24", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE, false},
        {"172", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = event_of(rows[i].type, "");
        assert_int_equal(ev->kind, rows[i].kind);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->password_valid, rows[i].password_valid);
    }
    assert_int_equal(event_of("8", "")->interactive, TRI_FALSE);
    assert_int_equal(event_of("5", "")->interactive, TRI_ABSENT);
    expect_text(event_of("3", "")->operation, "assume");
    expect_absent(event_of("5", "")->operation);
}

static void test_other_numbers_are_not_ours_even_without_a_time(void **state)
{
    (void)state;
    static const char *const types[] = {"13", "'211'", "0", "-5", "5.0", "55", "null", "[5]", "{}"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "{'event_type_id':%s,'user_id':1}", types[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
    }
}

static void test_times(void **state)
{
    (void)state;
    const struct event *ev =
        event_of("5", "'event_timestamp':'2025-03-04 05:06:09 UTC','timestamp':'x'");
    assert_int_equal(ev->time_ms / 1000 % 60, 9);
    assert_int_equal(event_of("5", "'event_timestamp':null")->time_ms / 1000 % 60, 7);
    assert_int_equal(event_of("5", "'event_timestamp':'soon'")->time_ms / 1000 % 60, 7);
    reading_expect_bad(in, "{'event_type_id':5,'user_id':1}", BAD_NO_TIME, 0);
    reading_expect_bad(in, "{'event_type_id':5,'user_id':1,'created_at':'soon'}", BAD_TIME, 0);
}

static void test_user_is_the_login_before_the_display_name(void **state)
{
    (void)state;
    expect_text(event_of("5", "'login_name':'A@b','user_name':'Anna','user_id':7")->user, "a@b");
    expect_text(event_of("5", "'login_name':null,'user_name':'Anna','user_id':7")->user, "anna");
    expect_text(event_of("5", "'user_name':'','user_id':7")->user, "7");
    expect_absent(event_of("5", "'actor_user_name':'Root','actor_user_id':1")->user);
}

static void test_address(void **state)
{
    (void)state;
    expect_ip(event_of("5", "'ipaddr':'203.0.113.7','proxy_ip':'198.51.100.4'"), "203.0.113.7");
    expect_ip(event_of("5", "'ipaddr':'0.0.0.0','proxy_ip':'198.51.100.4'"), NULL);
    expect_ip(event_of("5", "'proxy_ip':'198.51.100.4'"), NULL);
}

static void test_ids_keep_their_digits(void **state)
{
    (void)state;
    const struct event *ev =
        event_of("5", "'id':123456789012345678901,'app_id':18446744073709551617");
    expect_text(ev->event_id, "123456789012345678901");
    expect_text(ev->app_id, "18446744073709551617");
    expect_text(event_of("5", "'uuid':null,'id':null,'create':{'_id':'c'}")->event_id, "c");
}

static void test_webhooks_are_arrays_of_nulls(void **state)
{
    (void)state;
    reading_json(in,
                 "[{'event_type_id':5,'account_id':1,'event_timestamp':'2025-03-04 05:06:07 UTC',"
                 "'user_name':null,'user_id':null,'ipaddr':null,'app_id':null,'uuid':null}]");
    assert_int_equal(in->events_n, 1);
    expect_absent(in->events[0].user);
    expect_absent(in->events[0].app_id);
    expect_absent(in->events[0].event_id);
    expect_ip(&in->events[0], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_nothing_is_invented_for_a_missing_member),
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_other_numbers_are_not_ours_even_without_a_time),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_user_is_the_login_before_the_display_name),
        cmocka_unit_test(test_address),
        cmocka_unit_test(test_ids_keep_their_digits),
        cmocka_unit_test(test_webhooks_are_arrays_of_nulls),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
