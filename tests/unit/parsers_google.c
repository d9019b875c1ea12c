/* SPDX-License-Identifier: Apache-2.0
 *
 * Google activities: golden files, one output per event in all three forms, what names and
 * parameters mean.
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

/* One event of an application, with its parameters. */
static const char *activity(const char *application, const char *name, const char *parameters)
{
    static char text[2048];
    snprintf(text, sizeof(text),
             "{'kind':'admin#reports#activity','id':{'time':'2025-03-04T05:06:07Z',"
             "'applicationName':'%s','uniqueQualifier':'-7'},'events':[{'name':'%s',"
             "'parameters':[%s]}]}",
             application, name, parameters);
    return text;
}

static const struct event *login(const char *name, const char *parameters)
{
    return reading_event(in, activity("login", name, parameters));
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("google/activity");
    expect_golden("google/logs");
    expect_golden("google/page");
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("google/activity");
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    expect_keys_indifferent("google/activity");
    expect_keys_indifferent("google/logs");
}

static void test_nothing_is_invented_for_a_missing_member(void **state)
{
    (void)state;
    expect_deletions("google/activity");
}

static void test_every_event_is_a_record(void **state)
{
    (void)state;
    reading_json(in, "{'kind':'admin#reports#activity','id':{'time':'2025-03-04T05:06:07Z',"
                     "'uniqueQualifier':'-9223372036854775808'},'actor':{'email':'A@b'},"
                     "'events':[{'name':'login_success'},{'name':'logout'},null,[1],'text',"
                     "{'name':'login_failure'}]}");
    assert_int_equal(in->events_n, 2);
    assert_int_equal(in->ignored_n, 4);
    assert_int_equal(in->next_index, 6);
    expect_text(in->events[0].event_id, "-9223372036854775808/0");
    expect_text(in->events[1].event_id, "-9223372036854775808/5");
    expect_text(in->events[1].user, "a@b");
    assert_int_equal(in->events[1].index, 5);
}

static void test_each_event_has_its_own_error(void **state)
{
    (void)state;
    reading_json(in, "[{'kind':'audit#activity','id':{'applicationName':'login'},'events':["
                     "{'name':'login_success'},{'name':'logout'},{'name':'login_failure'}]}]");
    assert_int_equal(in->bads_n, 2);
    assert_int_equal(in->ignored_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_NO_TIME);
    assert_int_equal(in->bads[1].offset, 1);
    assert_int_equal(in->bads[1].index, 2);
}

static void test_no_events_are_one_ignored_record(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "null", "{}", "'text'"};
    for (size_t i = 0; i < 4; i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "{'kind':'admin#reports#activity','id':{'time':'2025-03-04T05:06:07Z'},"
                 "'events':%s}",
                 texts[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
        assert_int_equal(in->next_index, 1);
    }
}

static void test_more_events_than_a_message_may_hold(void **state)
{
    (void)state;
    enum { RECORDS = 1001, EVENTS = 100 };
    static const char head[] = "{\"kind\":\"audit#activity\",\"events\":[";
    char *text = malloc((size_t)RECORDS * (sizeof(head) + EVENTS * 4 + 8)), *to = text;
    for (int i = 0; i < RECORDS; i++) {
        memcpy(to, head, sizeof(head) - 1);
        to += sizeof(head) - 1;
        for (int k = 0; k < EVENTS; k++, to += 3)
            memcpy(to, "{},", 3);
        memcpy(to - 1, "]}\n", 3);
        to += 2;
    }
    reading_read(in, (struct slice){text, (size_t)(to - text)});
    assert_int_equal(in->ignored_n, READER_EVENTS_MAX);
    assert_int_equal(in->bads_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_TOO_MANY);
    free(text);
}

/* Each event has the actor's name in lower case anew: more of them than there is memory for. */
static void test_more_text_than_there_is_room_for(void **state)
{
    (void)state;
    enum { EVENTS = 5000, NAME = 4000 };
    static const char head[] =
        "{\"kind\":\"audit#activity\",\"id\":{\"time\":\"2025-03-04T05:06:07Z\"},"
        "\"actor\":{\"email\":\"";
    static const char middle[] = "\"},\"events\":[", one[] = "{\"name\":\"login_success\"},";
    char *text = malloc(sizeof(head) + NAME + sizeof(middle) + EVENTS * sizeof(one)), *to = text;
    memcpy(to, head, sizeof(head) - 1);
    to += sizeof(head) - 1;
    memset(to, 'A', NAME);
    to += NAME;
    memcpy(to, middle, sizeof(middle) - 1);
    to += sizeof(middle) - 1;
    for (int i = 0; i < EVENTS; i++, to += sizeof(one) - 1)
        memcpy(to, one, sizeof(one) - 1);
    memcpy(to - 1, "]}", 2);
    to += 1;
    reading_read(in, (struct slice){text, (size_t)(to - text)});
    assert_true(in->events_n > 1000 && in->events_n < EVENTS);
    assert_int_equal(in->bads_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_TOO_LARGE);
    assert_int_equal(in->flushes_n, 1);
    login("login_success", ""); /* and the next one is read as ever */
    free(text);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *application, *name;
        enum event_kind kind;
        enum event_outcome outcome;
        enum event_reason reason;
    } rows[] = {
        {"login", "login_success", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK},
        {"login", "LOGIN_SUCCESS ", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK},
        {"login", "login_failure", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_WRONG_PASSWORD},
        {"saml", "login_success", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK},
        {"saml", "login_failure", KIND_SIGN_IN, OUTCOME_FAILURE, REASON_UNKNOWN},
        {"login", "login_challenge", KIND_SIGN_IN, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
        {"login", "login_verification", KIND_SIGN_IN, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
        {"login", "login_new", KIND_SIGN_IN, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "risky_sensitive_action_allowed", KIND_SIGN_IN, OUTCOME_SUCCESS, REASON_OK},
        {"login", "risky_sensitive_action_blocked", KIND_SIGN_IN, OUTCOME_FAILURE,
         REASON_PASSWORD_OK},
        {"login", "suspicious_login ", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "suspicious_login_less_secure_app", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "suspicious_programmatic_login", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "gov_attack_warning", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "account_disabled_password_leak", KIND_RISK, OUTCOME_UNKNOWN, REASON_NONE},
        {"login", "2sv_disable", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"user_accounts", "titanium_enroll", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"login", "password_edit", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"login", "recovery_email_edit", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"login", "recovery_secret_qa_edit", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"token", "authorize", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"admin", "CHANGE_PASSWORD", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS, REASON_NONE},
        {"admin", "TURN_OFF_2_STEP_VERIFICATION", KIND_ACCOUNT_CHANGE, OUTCOME_SUCCESS,
         REASON_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = reading_event(in, activity(rows[i].application, rows[i].name, ""));
        assert_int_equal(ev->kind, rows[i].kind);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->legacy == LEGACY_UNNAMED, strstr(rows[i].name, "less_secure") != NULL);
    }
}

static void test_others_are_not_ours(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"login", "logout"},
        {"drive", "login_success"},
        {"logout", "login_success"},
        {"admin", "CHANGE_GROUP_SETTING"},
        {"token", "revoke"},
        {"token", "activity"},
        {"groups_enterprise", "add_member"},
        {"admin", "login_success"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        reading_json(in, activity(rows[i][0], rows[i][1], ""));
        assert_int_equal(in->ignored_n, 1);
    }
}

#define PARAMETER(name, kind, value) "{'name':'" name "','" kind "':" value "}"

static void test_failure_types(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum event_reason reason;
    } rows[] = {
        {"'login_failure_invalid_password'", REASON_WRONG_PASSWORD},
        {"'login_failure_account_disabled'", REASON_DISABLED},
        {"'login_failure_access_code_disallowed'", REASON_MFA_DENIED},
        {"'login_failure_unknown'", REASON_UNKNOWN},
        {"null", REASON_WRONG_PASSWORD},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "{'name':'login_failure_type','value':%s}", rows[i].value);
        const struct event *ev = login("login_failure", text);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    }
    const char *saml = PARAMETER("failure_type", "value", "'failure_app_not_enabled_for_user'");
    assert_int_equal(reading_event(in, activity("saml", "login_failure", saml))->reason,
                     REASON_CLIENT);
}

static void test_a_saml_status_other_than_success_is_a_failure(void **state)
{
    (void)state;
    const char *good = PARAMETER("saml_status_code", "value", "'SUCCESS_URI'");
    const char *bad = PARAMETER("saml_status_code", "value", "'RESPONDER_URI'");
    assert_int_equal(reading_event(in, activity("saml", "login_success", good))->outcome,
                     OUTCOME_SUCCESS);
    assert_int_equal(reading_event(in, activity("saml", "login_success", bad))->outcome,
                     OUTCOME_FAILURE);
}

static void test_challenges(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum event_outcome outcome;
        enum event_reason reason;
    } rows[] = {
        {"'passed'", OUTCOME_SUCCESS, REASON_OK},
        {"'Challenge Passed.'", OUTCOME_SUCCESS, REASON_OK},
        {"'incorrect_answer_entered'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'Challenge Failed.'", OUTCOME_FAILURE, REASON_MFA_DENIED},
        {"'new word'", OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "{'name':'login_challenge_status','value':%s},"
                 "{'name':'is_second_factor','boolValue':true}",
                 rows[i].status);
        const struct event *ev = login("login_challenge", text);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->kind, KIND_MFA);
    }
    static const struct {
        const char *method;
        enum event_denial denial;
    } methods[] = {{"'multiValue':['google_prompt']", DENIAL_REFUSED},
                   {"'multiValue':['password','google_prompt']", DENIAL_REFUSED},
                   {"'value':'google_prompt'", DENIAL_REFUSED},
                   {"'multiValue':['google_authenticator']", DENIAL_CODE},
                   {"'value':'idv_any_phone'", DENIAL_CODE}};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "{'name':'login_challenge_status','value':'Challenge Failed.'},"
                 "{'name':'login_challenge_method',%s}",
                 methods[i].method);
        assert_int_equal(login("login_challenge", text)->denial, methods[i].denial);
    }
    const char *no = PARAMETER("is_second_factor", "boolValue", "false");
    assert_int_equal(login("login_challenge", no)->kind, KIND_SIGN_IN);
    /* A second factor does not make another kind of anything else. */
    const char *yes = PARAMETER("is_second_factor", "boolValue", "true");
    assert_int_equal(login("login_success", yes)->kind, KIND_SIGN_IN);
}

static void test_parameters_in_all_their_forms(void **state)
{
    (void)state;
    expect_text(login("login_success", PARAMETER("login_type", "value", "'saml'"))->protocol,
                "saml");
    expect_absent(login("login_success", PARAMETER("login_type", "value", "'unknown'"))->protocol);
    expect_text(login("login_success", PARAMETER("dusi", "intValue", "'9007199254740993'"))->device,
                "9007199254740993");
    expect_absent(login("login_success", PARAMETER("dusi", "multiValue", "['a']"))->device);
    expect_absent(login("login_success", "{'name':'dusi'}")->device);
    expect_absent(login("login_success", "{'value':'x'},null,5")->device);
    const struct event *ev =
        reading_event(in, "{'id':{'applicationName':'login','time':'2025-03-04 05:06:07'},'name':"
                          "'login_success','parameters':{'login_type':'exchange','dusi':'d'}}");
    expect_text(ev->protocol, "exchange");
    expect_text(ev->device, "d");
}

/* As shippers write it that make a record of each event. */
static void test_one_event_in_place_of_the_list(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in, "{'kind':'admin#reports#activity','id':{'time':'2025-03-04T05:06:07Z',"
            "'uniqueQualifier':'7','applicationName':'login'},'actor':{'email':'Anna@contoso.com'},"
            "'events':{'type':'login','name':'login_failure','parameters':[{'name':'login_type',"
            "'value':'exchange'},{'name':'login_failure_type','value':"
            "'login_failure_account_disabled'}]}}");
    assert_int_equal(ev->kind, KIND_SIGN_IN);
    assert_int_equal(ev->reason, REASON_DISABLED);
    expect_text(ev->protocol, "exchange");
    expect_text(ev->operation, "login_failure");
    expect_text(ev->user, "anna@contoso.com");
    expect_text(ev->event_id, "7");
}

static void test_a_warning_is_about_the_account_it_names(void **state)
{
    (void)state;
    static const char *const names[] = {"suspicious_login", "login_success"};
    for (size_t i = 0; i < 2; i++) {
        char text[512];
        snprintf(
            text, sizeof(text),
            "{'id':{'applicationName':'login','time':'2025-03-04 05:06:07'},'name':'%s','actor'"
            ":{'email':'root@contoso.com'},'parameters':{'affected_email_address':'anna@b'}}",
            names[i]);
        expect_text(reading_event(in, text)->user, i == 0 ? "anna@b" : "root@contoso.com");
    }
}

static void test_forwarding_out_of_the_domain(void **state)
{
    (void)state;
    const struct event *ev =
        login("email_forwarding_out_of_domain",
              PARAMETER("email_forwarding_destination_address", "value", "'x@fabrikam.com'"));
    assert_int_equal(ev->kind, KIND_MAILBOX_FORWARDING);
    assert_true(ev->mail.forwards);
    assert_int_equal(ev->mail.destinations_n, 1);
    expect_text(ev->mail.destinations[0], "x@fabrikam.com");
    assert_int_equal(login("email_forwarding_out_of_domain", "")->mail.destinations_n, 0);
}

static void test_user_falls_back(void **state)
{
    (void)state;
    const char *affected = PARAMETER("affected_email_address", "value", "'A@b'");
    expect_text(login("suspicious_login", affected)->user, "a@b");
#define BARE "{'id':{'applicationName':'login','time':'2025-03-04 05:06:07'},'name':'login_success'"
    expect_text(reading_event(in, BARE ",'actor':{'profileId':'10'}}")->user, "10");
    expect_absent(reading_event(in, BARE ",'actor':{'callerType':'USER'}}")->user);
    expect_ip(reading_event(in, BARE ",'ipAddress':'user\\u0027s IP address'}"), NULL);
    expect_ip(reading_event(in, BARE ",'ipAddress':'2001:DB8::1'}"), "2001:db8::1");
}

#define CLOUD(more)                                                                                \
    "{'insertId':'i','receiveTimestamp':'2025-03-04T06:00:00Z','protoPayload':{'serviceName':"     \
    "'login.googleapis.com',"                                                                      \
    "'resourceName':'organizations/123/x',"                                                        \
    "'methodName':'google.login.LoginService.loginFailure',"                                       \
    "'metadata':{" more "'activityId':{'timeUsec':'1741064767123456'}}}}"

static void test_cloud_logging(void **state)
{
    (void)state;
    const struct event *ev = reading_event(in, CLOUD(""));
    assert_int_equal(ev->time_ms, 1741064767123); /* never receiveTimestamp */
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    expect_text(ev->operation, "loginFailure");
    expect_text(ev->tenant, "123");
    expect_text(ev->event_id, "i");
    ev = reading_event(in, CLOUD("'event':[{'eventName':'login_success','status':{'success':false}"
                                 "}],"));
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    reading_json(in, CLOUD("'event':[{'eventName':'login_failure'},{'eventName':'account_disabled_"
                           "hijacked','status':{'success':true}}],"));
    assert_int_equal(in->events_n, 2);
    expect_text(in->events[0].event_id, "i");
    expect_text(in->events[1].event_id, "i/1");
    assert_int_equal(in->events[1].outcome, OUTCOME_UNKNOWN);
    reading_json(in, "{'protoPayload':{'serviceName':'compute.googleapis.com','methodName':"
                     "'x.loginFailure'}}");
    assert_int_equal(in->ignored_n, 1);
}

static void test_a_payload_of_something_else_is_not_claimed(void **state)
{
    (void)state;
    reading_expect_bad(in, "{'protoPayload':{'x':1}}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'protoPayload':'text','insertId':'i'}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'kind':'admin#reports#activities'}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'id':'text','name':'login_success'}", BAD_UNKNOWN_FORMAT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_nothing_is_invented_for_a_missing_member),
        cmocka_unit_test(test_every_event_is_a_record),
        cmocka_unit_test(test_each_event_has_its_own_error),
        cmocka_unit_test(test_no_events_are_one_ignored_record),
        cmocka_unit_test(test_more_events_than_a_message_may_hold),
        cmocka_unit_test(test_more_text_than_there_is_room_for),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_others_are_not_ours),
        cmocka_unit_test(test_failure_types),
        cmocka_unit_test(test_a_saml_status_other_than_success_is_a_failure),
        cmocka_unit_test(test_challenges),
        cmocka_unit_test(test_parameters_in_all_their_forms),
        cmocka_unit_test(test_one_event_in_place_of_the_list),
        cmocka_unit_test(test_a_warning_is_about_the_account_it_names),
        cmocka_unit_test(test_forwarding_out_of_the_domain),
        cmocka_unit_test(test_user_falls_back),
        cmocka_unit_test(test_cloud_logging),
        cmocka_unit_test(test_a_payload_of_something_else_is_not_claimed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
