/* SPDX-License-Identifier: Apache-2.0
 *
 * Auth0 tenant logs: golden files, every code of the table, wrapped and bare.
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
             "{'log_id':'outer','data':{'type':'%s','date':'2025-03-04T05:06:07.123Z'%s%s}}", type,
             *more ? "," : "", more);
    return reading_event(in, text);
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("auth0/sign_in");
    expect_golden("auth0/logs");
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("auth0/sign_in");
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    expect_keys_indifferent("auth0/sign_in");
    expect_keys_indifferent("auth0/logs");
}

static void test_nothing_is_invented_for_a_missing_member(void **state)
{
    (void)state;
    expect_deletions("auth0/sign_in");
}

static void test_every_code(void **state)
{
    (void)state;
#define SUCCESS OUTCOME_SUCCESS
#define FAILURE OUTCOME_FAILURE
    static const struct {
        const char *type;
        enum event_kind kind;
        enum event_outcome outcome;
        enum event_reason reason;
        enum event_tri interactive;
        bool ropc, password_valid;
    } rows[] = {
        {"s", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"ssa", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_FALSE, false, false},
        {"seacft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_FALSE, false, false},
        {"sertft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_FALSE, false, false},
        {"sepft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_FALSE, true, true},
        {"seccft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_FALSE, false, false},
        {"sede", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, false},
        {"sens", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, false},
        {"fp", KIND_SIGN_IN, FAILURE, REASON_WRONG_PASSWORD, TRI_ABSENT, false, false},
        {"f", KIND_SIGN_IN, FAILURE, REASON_UNSAID, TRI_ABSENT, false, false},
        {"scoa", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"seoobft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"seotpft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"sercft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"sepkotpft", KIND_SIGN_IN, SUCCESS, REASON_OK, TRI_ABSENT, false, false},
        {"feoobft", KIND_SIGN_IN, FAILURE, REASON_MFA_DENIED, TRI_ABSENT, false, true},
        {"feotpft", KIND_SIGN_IN, FAILURE, REASON_MFA_DENIED, TRI_ABSENT, false, true},
        {"fercft", KIND_SIGN_IN, FAILURE, REASON_MFA_DENIED, TRI_ABSENT, false, true},
        {"fu", KIND_SIGN_IN, FAILURE, REASON_UNKNOWN_USER, TRI_ABSENT, false, false},
        {"fepft", KIND_SIGN_IN, FAILURE, REASON_WRONG_PASSWORD, TRI_FALSE, true, false},
        {"limit_wc", KIND_SIGN_IN, FAILURE, REASON_LOCKED, TRI_ABSENT, false, false},
        {"limit_sul", KIND_SIGN_IN, FAILURE, REASON_LOCKED, TRI_ABSENT, false, false},
        {"limit_mu", KIND_SIGN_IN, FAILURE, REASON_LOCKED, TRI_ABSENT, false, false},
        {"fsa", KIND_SIGN_IN, FAILURE, REASON_TOKEN, TRI_FALSE, false, false},
        {"fertft", KIND_SIGN_IN, FAILURE, REASON_TOKEN, TRI_FALSE, false, false},
        {"feacft", KIND_SIGN_IN, FAILURE, REASON_CLIENT, TRI_FALSE, false, false},
        {"feccft", KIND_SIGN_IN, FAILURE, REASON_CLIENT, TRI_FALSE, false, false},
        {"fco", KIND_SIGN_IN, FAILURE, REASON_CLIENT, TRI_ABSENT, false, false},
        {"fcoa", KIND_SIGN_IN, FAILURE, REASON_CLIENT, TRI_ABSENT, false, false},
        {"fc", KIND_SIGN_IN, FAILURE, REASON_UNKNOWN, TRI_ABSENT, false, false},
        {"fede", KIND_SIGN_IN, FAILURE, REASON_UNKNOWN, TRI_ABSENT, false, false},
        {"fens", KIND_SIGN_IN, FAILURE, REASON_UNKNOWN, TRI_ABSENT, false, false},
        {"gd_auth_succeed", KIND_MFA, SUCCESS, REASON_OK, TRI_ABSENT, false, true},
        {"gd_auth_failed", KIND_MFA, FAILURE, REASON_MFA_DENIED, TRI_ABSENT, false, true},
        {"gd_auth_rejected", KIND_MFA, FAILURE, REASON_MFA_DENIED, TRI_ABSENT, false, true},
        {"gd_send_push", KIND_MFA, OUTCOME_INTERRUPTED, REASON_INTERRUPT, TRI_ABSENT, false, false},
        {"gd_otp_rate_limit_exceed", KIND_MFA, FAILURE, REASON_THROTTLED, TRI_ABSENT, false, false},
        {"mfar", KIND_MFA, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK, TRI_ABSENT, false, true},
        {"pwd_leak", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE, TRI_ABSENT, false, false},
        {"signup_pwd_leak", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE, TRI_ABSENT, false, false},
        {"reset_pwd_leak", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE, TRI_ABSENT, false, false},
        {"scp", KIND_ACCOUNT_CHANGE, SUCCESS, REASON_NONE, TRI_ABSENT, false, false},
        {"gd_unenroll", KIND_ACCOUNT_CHANGE, SUCCESS, REASON_NONE, TRI_ABSENT, false, false},
        {"gd_enrollment_complete", KIND_ACCOUNT_CHANGE, SUCCESS, REASON_NONE, TRI_ABSENT, false,
         false},
        {"gd_update_device_account", KIND_ACCOUNT_CHANGE, SUCCESS, REASON_NONE, TRI_ABSENT, false,
         false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = event_of(rows[i].type, "");
        assert_int_equal(ev->kind, rows[i].kind);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->interactive, rows[i].interactive);
        assert_int_equal(ev->ropc, rows[i].ropc);
        assert_int_equal(ev->password_valid, rows[i].password_valid);
        expect_text(ev->code, rows[i].type);
        expect_text(ev->operation, rows[i].type);
    }
}

/* "f" is any failure; only its words may say which. */
static void test_a_failure_says_why_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *description;
        enum event_reason reason;
    } rows[] = {
        {"'description':'Wrong email or password.'", REASON_WRONG_PASSWORD},
        {"'description':'user is blocked'", REASON_DISABLED},
        {"'description':'The callback is not in the list of allowed ones'", REASON_UNKNOWN},
        {"'description':'Reset your password first'", REASON_UNKNOWN},
        {"'description':null", REASON_UNSAID},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = event_of("f", rows[i].description);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        assert_int_equal(ev->reason, rows[i].reason);
    }
    assert_int_equal(event_of("feotpft", "")->denial, DENIAL_CODE);
    assert_int_equal(event_of("gd_auth_failed", "")->denial, DENIAL_CODE);
    assert_int_equal(event_of("gd_auth_rejected", "")->denial, DENIAL_REFUSED);
    assert_int_equal(event_of("feoobft", "")->denial, DENIAL_ABSENT);
}

static void test_others_are_not_ours_even_without_a_time(void **state)
{
    (void)state;
    static const char *const types[] = {"sapi", "mgmt_api_read", "slo", "fapi",
                                        "ss",   "api_limit",     "sx",  "fepf"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "{'log_id':'1','data':{'type':'%s'}}", types[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
    }
    reading_expect_bad(in, "{'log_id':'1','data':{'type':'s'}}", BAD_NO_TIME, 0);
    reading_expect_bad(in, "{'log_id':'1','data':{'type':'s','date':'soon'}}", BAD_TIME, 0);
}

static void test_bare_and_wrapped_are_the_same(void **state)
{
    (void)state;
    event_of("fp", "'client_id':'c','ip':'203.0.113.7','log_id':'1'");
    char *wrapped = reading_print(in);
    reading_event(in, "{'type':'fp','date':'2025-03-04T05:06:07.123Z','client_id':'c',"
                      "'ip':'203.0.113.7','log_id':'1'}");
    char *bare = reading_print(in);
    assert_string_equal(bare, wrapped);
    free(bare);
    free(wrapped);
    reading_event(in, "{'log_id':'1','data':'{\\'type\\':\\'fp\\',\\'date\\':"
                      "\\'2025-03-04T05:06:07.123Z\\'}'}");
}

static void test_the_address_in_the_description_is_not_taken(void **state)
{
    (void)state;
    const struct event *ev =
        event_of("pwd_leak", "'description':'Someone behind the IP address: 198.51.100.4',"
                             "'ip':'2001:0db8:0000::0007'");
    expect_ip(ev, "2001:db8::7");
    expect_ip(event_of("pwd_leak", "'description':'198.51.100.4','details':{'request':{'ip':"
                                   "'198.51.100.4'}}"),
              NULL);
}

static void test_fallbacks(void **state)
{
    (void)state;
    expect_text(event_of("s", "'user_name':'A@b','user_id':'auth0|1'")->user, "a@b");
    expect_text(event_of("s", "'user_name':'','user_id':'auth0|1'")->user, "auth0|1");
    expect_text(event_of("fp", "'user_id':'','details':{'body':{'email':'E@f'}}")->user, "e@f");
    expect_absent(event_of("fp", "'details':{'request':{'body':{'email':'E@f'}}}")->user);
    expect_text(event_of("s", "'tenant_name':'T','hostname':'h'")->tenant, "t");
    expect_text(event_of("s", "'hostname':'H.example'")->tenant, "h.example");
    expect_text(event_of("s", "'session_id':'S','details':{'session_id':'x'}")->session, "S");
    expect_text(event_of("s", "'details':{'session_id':'X'}")->session, "X");
    expect_text(event_of("s", "'log_id':'inner'")->event_id, "inner");
    expect_text(event_of("s", "")->event_id, "outer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_nothing_is_invented_for_a_missing_member),
        cmocka_unit_test(test_every_code),
        cmocka_unit_test(test_a_failure_says_why_in_words),
        cmocka_unit_test(test_others_are_not_ours_even_without_a_time),
        cmocka_unit_test(test_bare_and_wrapped_are_the_same),
        cmocka_unit_test(test_the_address_in_the_description_is_not_taken),
        cmocka_unit_test(test_fallbacks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
