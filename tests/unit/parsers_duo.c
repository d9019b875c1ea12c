/* SPDX-License-Identifier: Apache-2.0
 *
 * Cisco Duo: golden files, results and reasons, the phone's address, the administrator log.
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

static const struct event *login(const char *result, const char *reason, const char *more)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'event_type':'authentication','timestamp':1741064767,'txid':'t','access_device':{},"
             "'result':%s,'reason':%s%s%s}",
             result, reason, *more ? "," : "", more);
    return reading_event(in, text);
}

static const struct event *act(const char *action, const char *description)
{
    char text[1024];
    snprintf(text, sizeof(text),
             "{'action':'%s','description':%s,'isotimestamp':'2025-03-04 05:06:07','username':'R'}",
             action, description);
    return reading_event(in, text);
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("duo/sign_in");
    expect_golden("duo/logs");
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("duo/sign_in");
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    expect_keys_indifferent("duo/sign_in");
    expect_keys_indifferent("duo/logs");
}

static void test_nothing_is_invented_for_a_missing_member(void **state)
{
    (void)state;
    expect_deletions("duo/sign_in");
}

static void test_outcome_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *result, *reason;
        enum event_outcome outcome;
        enum event_reason is;
    } rows[] = {
        {"'success'", "'user_approved'", OUTCOME_SUCCESS, REASON_OK},
        {"'SUCCESS'", "''", OUTCOME_SUCCESS, REASON_OK},
        {"'success'", "'locked_out'", OUTCOME_SUCCESS, REASON_OK},
        {"'fraud'", "null", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'FRAUD'", "''", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'user_marked_fraud'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'user_mistake'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'no_response'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'user_cancelled'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'failure'", "'invalid_passcode'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'call_timed_out'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'no_keys_pressed'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'anomalous_push'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'denied'", "'deny_unenrolled_user'", OUTCOME_FAILURE, REASON_UNKNOWN_USER},
        {"'denied'", "'locked_out'", OUTCOME_FAILURE, REASON_LOCKED},
        {"'denied'", "'user_disabled'", OUTCOME_FAILURE, REASON_DISABLED},
        {"'denied'", "'location_restricted'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'denied'", "'out_of_date'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'denied'", "'anonymous_ip'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'denied'", "'denied_by_policy'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'denied'", "'user_not_in_permitted_group'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'denied'", "'endpoint_is_not_trusted'", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"'error'", "'error'", OUTCOME_FAILURE, REASON_UNKNOWN},
        {"'denied'", "'new word'", OUTCOME_FAILURE, REASON_UNKNOWN},
        {"'new word'", "'locked_out'", OUTCOME_UNKNOWN, REASON_NONE},
        {"null", "'user_approved'", OUTCOME_UNKNOWN, REASON_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = login(rows[i].result, rows[i].reason, "");
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].is);
        assert_int_equal(ev->kind, KIND_SIGN_IN);
    }
}

static void test_reasons_as_v1_writes_them(void **state)
{
    (void)state;
    assert_int_equal(login("'FAILURE'", "'No response'", "")->reason, REASON_MFA_DENIED);
    assert_int_equal(login("'FAILURE'", "'Locked out'", "")->reason, REASON_LOCKED);
    assert_int_equal(login("'FAILURE'", "'Location restricted'", "")->reason, REASON_PASSWORD_OK);
    expect_text(in->events[0].code, "Location restricted");
    assert_int_equal(login("'SUCCESS'", "'Bypass user'", "'factor':'Duo Push'")->factor,
                     FACTOR_SINGLE);
    assert_int_equal(
        login("'FAILURE'", "'Some long new reason that nobody has ever heard of before'", "")
            ->reason,
        REASON_UNKNOWN);
}

/* Prompts are refused or left alone by the user; codes and keys are given by who signs in. */
static void test_how_the_factor_was_not_given(void **state)
{
    (void)state;
    static const struct {
        const char *result, *reason, *factor;
        enum event_denial denial;
    } rows[] = {
        {"'denied'", "'user_cancelled'", "duo_push", DENIAL_REFUSED},
        {"'denied'", "'user_mistake'", "duo_push", DENIAL_REFUSED},
        {"'denied'", "'anomalous_push'", "duo_push", DENIAL_REFUSED},
        {"'denied'", "'no_response'", "duo_push", DENIAL_TIMEOUT},
        {"'FAILURE'", "'No response'", "Duo Push", DENIAL_TIMEOUT},
        {"'denied'", "'no_keys_pressed'", "phone_call", DENIAL_TIMEOUT},
        {"'denied'", "'call_timed_out'", "Phone Call", DENIAL_TIMEOUT},
        {"'denied'", "'invalid_passcode'", "passcode", DENIAL_CODE},
        {"'denied'", "'invalid_passcode'", "", DENIAL_CODE},
        {"'denied'", "'verification_code_missing'", "duo_push", DENIAL_CODE},
        {"'denied'", "'no_response'", "u2f_token", DENIAL_CODE},
        {"'FAILURE'", "'User cancelled'", "Hardware Token", DENIAL_CODE},
        {"'denied'", "'user_cancelled'", "yubikey_code", DENIAL_CODE},
        {"'denied'", "'user_marked_fraud'", "duo_push", DENIAL_FRAUD},
        {"'FRAUD'", "''", "Phone Call", DENIAL_FRAUD},
        {"'success'", "'user_approved'", "duo_push", DENIAL_ABSENT},
        {"'denied'", "'locked_out'", "passcode", DENIAL_ABSENT},
        {"'denied'", "'denied_by_policy'", "duo_push", DENIAL_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char factor[64];
        snprintf(factor, sizeof(factor), "'factor':'%s'", rows[i].factor);
        assert_int_equal(login(rows[i].result, rows[i].reason, factor)->denial, rows[i].denial);
    }
}

static void test_code_tells_a_reported_fraud(void **state)
{
    (void)state;
    expect_text(login("'denied'", "'user_marked_fraud'", "")->code, "user_marked_fraud");
    expect_text(login("'FRAUD'", "''", "")->code, "FRAUD");
}

/* Or one report of fraud would weigh no more than one prompt, and a mistyped code as much. */
static void test_how_a_prompt_was_refused(void **state)
{
    (void)state;
    static const struct {
        const char *result, *reason;
        enum event_denial is;
    } rows[] = {
        {"'fraud'", "null", DENIAL_FRAUD},
        {"'FRAUD'", "''", DENIAL_FRAUD},
        {"'denied'", "'user_marked_fraud'", DENIAL_FRAUD},
        {"'FAILURE'", "'User marked fraud'", DENIAL_FRAUD},
        {"'denied'", "'user_cancelled'", DENIAL_REFUSED},
        {"'denied'", "'anomalous_push'", DENIAL_REFUSED},
        {"'FAILURE'", "'No response'", DENIAL_TIMEOUT},
        {"'denied'", "'call_timed_out'", DENIAL_TIMEOUT},
        {"'failure'", "'invalid_passcode'", DENIAL_CODE},
        {"'denied'", "'locked_out'", DENIAL_ABSENT},
        {"'success'", "'user_approved'", DENIAL_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(login(rows[i].result, rows[i].reason, "")->denial, rows[i].is);
}

static void test_the_phones_address_is_never_the_clients(void **state)
{
    (void)state;
#define PHONE "'auth_device':{'ip':'198.51.100.4','name':'Phone'}"
    expect_ip(login("'success'", "''", "'access_device':{'ip':'203.0.113.7'}," PHONE),
              "203.0.113.7");
    expect_ip(login("'success'", "''", PHONE), NULL);
    expect_ip(login("'success'", "''", "'access_device':{'ip':null}," PHONE), NULL);
    expect_ip(login("'success'", "''", "'access_device':{'ip':'0.0.0.0'}," PHONE), NULL);
    expect_ip(login("'success'", "''", "'ip':'203.0.113.9'," PHONE), "203.0.113.9");
    expect_text(in->events[0].device, "Phone");
}

static void test_factor(void **state)
{
    (void)state;
#define PUSH "'factor':'duo_push'"
    assert_int_equal(login("'success'", "'user_approved'", PUSH)->factor, FACTOR_MULTI);
    assert_int_equal(login("'success'", "'bypass_user'", PUSH)->factor, FACTOR_SINGLE);
    assert_int_equal(login("'success'", "'trusted_network'", PUSH)->factor, FACTOR_SINGLE);
    assert_int_equal(login("'success'", "'allow_unenrolled_user'", PUSH)->factor, FACTOR_SINGLE);
    assert_int_equal(login("'success'", "''", "")->factor, FACTOR_UNKNOWN);
    assert_int_equal(login("'success'", "''", "'factor':'not_available'")->factor, FACTOR_UNKNOWN);
    assert_int_equal(login("'success'", "''", "'factor':'n/a'")->factor, FACTOR_UNKNOWN);
    assert_int_equal(login("'denied'", "'no_response'", PUSH)->factor, FACTOR_ABSENT);
}

static void test_user_falls_back(void **state)
{
    (void)state;
    expect_text(login("'success'", "''", "'user':{'name':'Anna'},'email':'A@b'")->user, "anna");
    expect_text(login("'success'", "''", "'user':{'name':null},'email':'A@b'")->user, "a@b");
    expect_text(login("'success'", "''", "'username':'Bert','email':'A@b'")->user, "bert");
    expect_absent(login("'success'", "''", "'alias':'x','user':{'key':'DU'}")->user);
}

static void test_times(void **state)
{
    (void)state;
    assert_int_equal(login("'success'", "''", "")->time_ms, 1741064767000);
    assert_int_equal(login("'success'", "''", "'isotimestamp':'2025-03-04T05:06:08Z'")->time_ms,
                     1741064768000);
    reading_expect_bad(in,
                       "{'event_type':'authentication','result':'success','txid':'t',"
                       "'factor':'duo_push'}",
                       BAD_NO_TIME, 0);
}

static void test_enrolment_and_other_types(void **state)
{
    (void)state;
    assert_int_equal(login("'success'", "''", "'event_type':'enrollment'")->kind,
                     KIND_ACCOUNT_CHANGE);
    expect_text(in->events[0].operation, "enrollment");
    reading_json(in, "{'event_type':'telephony','result':'success','txid':'t','factor':'x'}");
    assert_int_equal(in->ignored_n, 1);
}

static void test_the_administrator_log(void **state)
{
    (void)state;
    const struct event *ev =
        act("admin_login", "'{\\'ip_address\\':\\'203.0.113.7\\',\\'factor\\':\\'sms\\'}'");
    assert_int_equal(ev->kind, KIND_SIGN_IN);
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    assert_int_equal(ev->factor, FACTOR_MULTI);
    expect_ip(ev, "203.0.113.7");
    expect_text(ev->operation, "admin_login");
    ev = act("admin_lockout", "'\\'message\\': \\'locked\\''"); /* not JSON after all */
    assert_int_equal(ev->reason, REASON_LOCKED);
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    expect_ip(ev, NULL);
    assert_int_equal(act("bypass_create", "'{}'")->kind, KIND_ACCOUNT_CHANGE);
    assert_int_equal(act("phone_associate", "'{}'")->kind, KIND_ACCOUNT_CHANGE);
    assert_int_equal(act("hardtoken_create", "null")->kind, KIND_ACCOUNT_CHANGE);
    reading_json(in, "{'action':'policy_update','description':'{}','isotimestamp':'x'}");
    assert_int_equal(in->ignored_n, 1);
    reading_json(in, "{'action':'user_update','username':'anna','isotimestamp':'x'}");
    assert_int_equal(in->ignored_n, 1);
}

static void test_an_administrator_who_failed(void **state)
{
    (void)state;
    const struct event *ev =
        act("admin_2fa_error", "'{\\'email\\':\\'Anna@contoso.com\\',\\'error\\':\\'Reported as a "
                               "fraudulent request.\\',\\'ip_address\\':\\'203.0.113.7\\'}'");
    assert_int_equal(ev->kind, KIND_SIGN_IN);
    assert_int_equal(ev->reason, REASON_MFA_DENIED);
    assert_int_equal(ev->denial, DENIAL_FRAUD);
    expect_text(ev->user, "anna@contoso.com");
    expect_text(ev->code, "Reported as a fraudulent request.");
    expect_ip(ev, "203.0.113.7");
    ev = act("admin_login_error", "'{}'");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_UNKNOWN);
    assert_int_equal(act("admin_activate_duo_push", "'{}'")->kind, KIND_ACCOUNT_CHANGE);
}

/* The activity log: an action with a name, a result, an address of its own. */
static void test_the_activity_log(void **state)
{
    (void)state;
    static const char *const names[] = {"webauthncredential_create", "admin_login"};
    for (size_t i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 "{'action':{'details':null,'name':'%s'},'activity_id':'a1','actor':{'key':'K',"
                 "'name':'Anna','type':'user'},'access_device':{'ip':{'address':'203.0.113.7'}},"
                 "'outcome':{'result':'FAILURE'},'ts':'2025-03-04T05:06:07+00:00'}",
                 names[i]);
        const struct event *ev = reading_event(in, text);
        assert_int_equal(ev->kind, i == 0 ? KIND_ACCOUNT_CHANGE : KIND_SIGN_IN);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        assert_int_equal(ev->reason, i == 0 ? REASON_NONE : REASON_UNKNOWN);
        assert_false(ev->password_valid);
        expect_text(ev->user, "anna");
        expect_text(ev->event_id, "a1");
        expect_ip(ev, "203.0.113.7");
    }
}

static void test_how_a_prompt_was_denied(void **state)
{
    (void)state;
    static const struct {
        const char *result, *reason;
        enum event_denial denial;
    } rows[] = {
        {"'fraud'", "'user_marked_fraud'", DENIAL_FRAUD},
        {"'FRAUD'", "''", DENIAL_FRAUD},
        {"'denied'", "'no_response'", DENIAL_TIMEOUT},
        {"'denied'", "'call_timed_out'", DENIAL_TIMEOUT},
        {"'denied'", "'invalid_passcode'", DENIAL_CODE},
        {"'denied'", "'user_mistake'", DENIAL_REFUSED},
        {"'denied'", "'out_of_date'", DENIAL_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(login(rows[i].result, rows[i].reason, "")->denial, rows[i].denial);
}

static void test_null_devices(void **state)
{
    (void)state;
    const struct event *ev = login("'success'", "''",
                                   "'auth_device':{'key':null,'name':null,"
                                   "'ip':null},'application':{'key':null}");
    expect_absent(ev->device);
    expect_absent(ev->app_id);
    expect_absent(ev->app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_nothing_is_invented_for_a_missing_member),
        cmocka_unit_test(test_outcome_and_reason),
        cmocka_unit_test(test_reasons_as_v1_writes_them),
        cmocka_unit_test(test_how_the_factor_was_not_given),
        cmocka_unit_test(test_code_tells_a_reported_fraud),
        cmocka_unit_test(test_how_a_prompt_was_refused),
        cmocka_unit_test(test_the_phones_address_is_never_the_clients),
        cmocka_unit_test(test_factor),
        cmocka_unit_test(test_user_falls_back),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_enrolment_and_other_types),
        cmocka_unit_test(test_the_administrator_log),
        cmocka_unit_test(test_an_administrator_who_failed),
        cmocka_unit_test(test_the_activity_log),
        cmocka_unit_test(test_how_a_prompt_was_denied),
        cmocka_unit_test(test_null_devices),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
