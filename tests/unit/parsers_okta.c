/* SPDX-License-Identifier: Apache-2.0
 *
 * The Okta System Log: golden files, and a test for each thing these records are known to mislead
 * with.
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

/* A record of a type, with its outcome. */
static const char *record_text_of(const char *type, const char *outcome, const char *more)
{
    static char text[4096];
    snprintf(text, sizeof(text),
             "{'eventType':'%s','published':'2025-03-04T05:06:07Z','outcome':{%s}%s%s}", type,
             outcome, *more ? "," : "", more);
    return text;
}

static const struct event *act(const char *type, const char *outcome, const char *more)
{
    return reading_event(in, record_text_of(type, outcome, more));
}

static const struct event *session(const char *more)
{
    return act("user.session.start", "'result':'SUCCESS'", more);
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("okta/sign_in");
    expect_golden("okta/page");
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("okta/sign_in");
}

static void test_how_the_factor_was_not_given(void **state)
{
    (void)state;
    static const char mfa[] = "user.authentication.auth_via_mfa";
    static const char wrong[] = "'result':'FAILURE','reason':'INVALID_CREDENTIALS'";
#define METHOD(text)                                                                               \
    "'target':[{'type':'User'},{'type':'AuthenticatorEnrollment','detailEntry':"                   \
    "{'methodTypeUsed':'" text "'}}]"
#define FACTOR(text) "'debugContext':{'debugData':{'factor':'" text "'}}"
    static const struct {
        const char *type, *outcome, *more;
        enum event_denial denial;
    } rows[] = {
        {mfa, wrong, METHOD("Get a push notification"), DENIAL_REFUSED},
        {mfa, wrong, METHOD("Enter a code"), DENIAL_CODE},
        {mfa, wrong, FACTOR("OKTA_VERIFY_PUSH"), DENIAL_REFUSED},
        {mfa, wrong, FACTOR("call"), DENIAL_CODE},
        {mfa, wrong, FACTOR("token:software:totp"), DENIAL_CODE},
        {mfa, wrong, "'debugContext':{'debugData':{'factorType':'push'}}", DENIAL_REFUSED},
        {mfa, wrong, "", DENIAL_CODE},
        {mfa, "'result':'FAILURE'", "", DENIAL_ABSENT},
        {mfa, "'result':'SUCCESS'", FACTOR("push"), DENIAL_ABSENT},
        {"user.mfa.okta_verify.deny_push", "'result':'SUCCESS'", "", DENIAL_REFUSED},
        {"user.session.start", wrong, FACTOR("push"), DENIAL_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(act(rows[i].type, rows[i].outcome, rows[i].more)->denial, rows[i].denial);
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    expect_keys_indifferent("okta/sign_in");
    expect_keys_indifferent("okta/page");
}

static void test_nothing_is_invented_for_a_missing_member(void **state)
{
    (void)state;
    expect_deletions("okta/sign_in");
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum event_kind kind;
        enum event_tri interactive;
    } rows[] = {
        {"user.session.start", KIND_SIGN_IN, TRI_TRUE},
        {"USER.SESSION.START", KIND_SIGN_IN, TRI_TRUE},
        {"user.authentication.sso", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.verify", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.authenticate", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.auth_via_IDP", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.auth_via_AD_agent", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.auth_via_radius", KIND_SIGN_IN, TRI_ABSENT},
        {"user.authentication.auth_via_mfa", KIND_MFA, TRI_TRUE},
        {"app.oauth2.token.grant", KIND_SIGN_IN, TRI_FALSE},
        {"app.oauth2.token.grant.refresh_token", KIND_SIGN_IN, TRI_FALSE},
        {"system.push.send_factor_verify_push", KIND_MFA, TRI_ABSENT},
        {"system.sms.send_factor_verify_message", KIND_MFA, TRI_ABSENT},
        {"user.mfa.okta_verify.deny_push", KIND_MFA, TRI_ABSENT},
        {"user.account.lock", KIND_SIGN_IN, TRI_ABSENT},
        {"user.account.lock.limit", KIND_SIGN_IN, TRI_ABSENT},
        {"user.account.update_password", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.account.reset_password", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.mfa.factor.activate", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.mfa.factor.deactivate", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.mfa.factor.reset_all", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.mfa.factor.suspend", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"system.api_token.create", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"user.account.privilege.grant", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"group.privilege.grant", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"app.oauth2.as.consent.grant", KIND_ACCOUNT_CHANGE, TRI_ABSENT},
        {"security.threat.detected", KIND_RISK, TRI_ABSENT},
        {"user.account.report_suspicious_activity_by_enduser", KIND_RISK, TRI_ABSENT},
        {"app.oauth2.token.detect_reuse", KIND_RISK, TRI_FALSE},
        {"user.risk.change", KIND_RISK, TRI_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = act(rows[i].type, "'result':'SUCCESS'", "");
        assert_int_equal(ev->kind, rows[i].kind);
        assert_int_equal(ev->interactive, rows[i].interactive);
    }
}

/* debugData.factor tells a password from a code, and a code from a prompt, where target is bare. */
static void test_which_factor_a_step_was_about(void **state)
{
    (void)state;
    static const struct {
        const char *factor;
        enum event_reason reason;
        enum event_denial denial;
    } rows[] = {
        {"PASSWORD_AS_FACTOR", REASON_WRONG_PASSWORD, DENIAL_ABSENT},
        {"OKTA_SOFT_TOKEN", REASON_MFA_DENIED, DENIAL_CODE},
        {"SMS_FACTOR", REASON_MFA_DENIED, DENIAL_CODE},
        {"OKTA_VERIFY_PUSH", REASON_MFA_DENIED, DENIAL_REFUSED},
        {"FIDO_WEBAUTHN", REASON_MFA_DENIED, DENIAL_CODE},
        {"", REASON_MFA_DENIED, DENIAL_CODE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char more[128];
        snprintf(more, sizeof(more), "'debugContext':{'debugData':{'factor':'%s'}}",
                 rows[i].factor);
        const struct event *ev = act("user.authentication.auth_via_mfa",
                                     "'result':'FAILURE','reason':'INVALID_CREDENTIALS'", more);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->denial, rows[i].denial);
    }
}

static void test_others_are_not_ours_even_without_a_time(void **state)
{
    (void)state;
    static const char *const types[] = {
        "system.org.rate_limit.warning", "user.session.end",
        "user.lifecycle.create",         "user.session.impersonation.grant",
        "system.mfa.factor.deactivate",  "user.session.starts",
        "app.oauth2.token.revoke",
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "{'eventType':'%s','outcome':{'result':'SUCCESS'}}", types[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
    }
}

static void test_outcome_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *outcome;
        enum event_outcome is;
        enum event_reason reason;
        bool password_valid;
    } rows[] = {
        {"'result':'SUCCESS'", OUTCOME_SUCCESS, REASON_OK, true},
        {"'result':'allow'", OUTCOME_SUCCESS, REASON_OK, true},
        {"'result':'SUCCESS','reason':'LOCKED_OUT'", OUTCOME_SUCCESS, REASON_OK, true},
        {"'result':'FAILURE','reason':'INVALID_CREDENTIALS'", OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD, false},
        {"'result':'FAILURE','reason':'VERIFICATION_ERROR'", OUTCOME_FAILURE, REASON_WRONG_PASSWORD,
         false},
        {"'result':'FAILURE','reason':'LOCKED_OUT'", OUTCOME_FAILURE, REASON_LOCKED, false},
        {"'result':'FAILURE','reason':'PASSWORD_EXPIRED'", OUTCOME_FAILURE, REASON_PASSWORD_OK,
         true},
        {"'result':'DENY','reason':'Sign-on policy evaluation resulted in DENY'", OUTCOME_FAILURE,
         REASON_PASSWORD_OK, true},
        {"'result':'FAILURE','reason':'User is suspended.'", OUTCOME_FAILURE, REASON_DISABLED,
         false},
        {"'result':'FAILURE','reason':'User is not assigned to the client'", OUTCOME_FAILURE,
         REASON_UNKNOWN_USER, false},
        {"'result':'FAILURE','reason':'invalid_grant'", OUTCOME_FAILURE, REASON_TOKEN, false},
        {"'result':'FAILURE','reason':'something else'", OUTCOME_FAILURE, REASON_UNKNOWN, false},
        {"'result':'FAILURE'", OUTCOME_FAILURE, REASON_UNSAID, false},
        {"'result':'CHALLENGE'", OUTCOME_INTERRUPTED, REASON_PASSWORD_OK, true},
        {"'result':'SKIPPED'", OUTCOME_INTERRUPTED, REASON_INTERRUPT, false},
        {"'result':'DEFERRED'", OUTCOME_INTERRUPTED, REASON_INTERRUPT, false},
        {"'result':'ABANDONED'", OUTCOME_INTERRUPTED, REASON_INTERRUPT, false},
        {"'result':'UNKNOWN'", OUTCOME_UNKNOWN, REASON_NONE, false},
        {"'result':'NEW_WORD'", OUTCOME_UNKNOWN, REASON_NONE, false},
        {"'reason':'INVALID_CREDENTIALS'", OUTCOME_UNKNOWN, REASON_NONE, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = act("user.session.start", rows[i].outcome, "");
        assert_int_equal(ev->outcome, rows[i].is);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->password_valid, rows[i].password_valid);
    }
}

static void test_a_failed_factor_is_no_wrong_password(void **state)
{
    (void)state;
#define MFA  "user.authentication.auth_via_mfa"
#define FAIL "'result':'FAILURE','reason':'INVALID_CREDENTIALS'"
    assert_int_equal(act(MFA, FAIL, "")->reason, REASON_MFA_DENIED);
    assert_true(in->events[0].password_valid);
    expect_text(in->events[0].code, "INVALID_CREDENTIALS");
    const struct event *ev =
        act(MFA, FAIL, "'target':[{'type':'AuthenticatorEnrollment','displayName':'Okta Verify'}]");
    assert_int_equal(ev->reason, REASON_MFA_DENIED);
    ev = act(MFA, FAIL, "'target':[{'type':'User','displayName':'Password'}]");
    assert_int_equal(ev->reason, REASON_MFA_DENIED);
    /* In the Identity Engine the password is one factor among others. */
    ev = act(MFA, FAIL,
             "'target':[{'type':'User','displayName':'Anna'},"
             "{'type':'AuthenticatorEnrollment','displayName':'Password'}]");
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    assert_false(ev->password_valid);
}

static void test_success_of_a_refused_or_sent_push_is_no_success(void **state)
{
    (void)state;
    const struct event *ev = act("user.mfa.okta_verify.deny_push", "'result':'SUCCESS'", "");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_MFA_DENIED);
    ev = act("system.push.send_factor_verify_push", "'result':'SUCCESS'", "");
    assert_int_equal(ev->outcome, OUTCOME_INTERRUPTED);
    ev = act("user.account.lock", "'result':'SUCCESS'", "");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_LOCKED);
}

static void test_of_sign_on_policies_only_refusals_are_ours(void **state)
{
    (void)state;
    static const char *const others[] = {"'result':'ALLOW'", "'result':'CHALLENGE'",
                                         "'result':'SUCCESS'", ""};
    for (size_t i = 0; i < 4; i++) {
        reading_json(in, record_text_of("policy.evaluate_sign_on", others[i], ""));
        assert_int_equal(in->ignored_n, 1);
    }
    const struct event *ev = act("policy.evaluate_sign_on", "'result':'DENY'", "");
    assert_int_equal(ev->kind, KIND_SIGN_IN);
    assert_int_equal(ev->reason, REASON_PASSWORD_OK);
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
}

static void test_user_is_the_actor_or_of_a_service_the_target(void **state)
{
    (void)state;
#define TARGETS                                                                                    \
    "'target':[{'type':'AppInstance','alternateId':'App'},{'type':'User','alternateId':'Bert'},"   \
    "{'type':'AppUser','alternateId':'Other'}]"
    expect_text(session("'actor':{'type':'User','alternateId':'Anna'}," TARGETS)->user, "anna");
    expect_text(session("'actor':{'alternateId':'Anna'}," TARGETS)->user, "anna");
    expect_text(
        session("'actor':{'type':'SystemPrincipal','alternateId':'system@okta.com'}," TARGETS)
            ->user,
        "bert");
    expect_text(session("'actor':{'type':'PublicClientApp','alternateId':'0oa'}," TARGETS)->user,
                "bert");
    expect_text(session(TARGETS)->user, "bert");
    expect_absent(session("'actor':{'type':'PublicClientApp','alternateId':'0oa'}")->user);
    /* A user nobody knows is not the one acted on. */
    expect_absent(session("'actor':{'type':'User','alternateId':'unknown'}," TARGETS)->user);
}

static void test_address_is_the_clients(void **state)
{
    (void)state;
#define CHAIN "'request':{'ipChain':[{'ip':'203.0.113.9'},{'ip':'198.51.100.4'}]}"
    expect_ip(session("'client':{'ipAddress':'203.0.113.7'}," CHAIN), "203.0.113.7");
    expect_ip(session("'client':{'ipAddress':null}," CHAIN), "203.0.113.9");
    expect_ip(session(CHAIN), "203.0.113.9");
    expect_ip(session("'request':{'ipChain':[]}"), NULL);
}

static void test_session_is_not_that_of_one_call(void **state)
{
    (void)state;
#define CONTEXT(external, root)                                                                    \
    "'authenticationContext':{'externalSessionId':" external ",'rootSessionId':" root "}"
    expect_text(session(CONTEXT("'102a'", "'102r'"))->session, "102a");
    expect_text(session(CONTEXT("'unknown'", "'102r'"))->session, "102r");
    expect_text(session(CONTEXT("'trsA'", "'102r'"))->session, "102r");
    expect_absent(session(CONTEXT("'trsA'", "'trsB'"))->session);
    expect_absent(session(CONTEXT("'unknown'", "null"))->session);
}

static void test_device_and_app(void **state)
{
    (void)state;
    expect_text(session("'client':{'device':'Computer','id':'c'},'debugContext':{'debugData':{"
                        "'dtHash':'h'}}")
                    ->device,
                "h");
    expect_text(in->events[0].app_id, "c");
    expect_absent(in->events[0].app);
    expect_absent(session("'client':{'device':'Computer'}")->device);
    expect_text(session("'debugContext':{'debugData':'{\\'dtHash\\':\\'h\\'}'}")->device, "h");
}

static void test_what_looks_like_json_is_not_opened(void **state)
{
    (void)state;
    const struct event *ev = session(
        "'debugContext':{'debugData':{'behaviors':'{New IP=POSITIVE}','dtHash':'{New=1}'}}");
    expect_text(ev->device, "{New=1}");
}

static void test_times(void **state)
{
    (void)state;
    static const char *const times[] = {"2025-03-04T05:06:07.123Z", "2025-03-04 05:06:07.123",
                                        "2025-03-04 05:06:07.123000000"};
    int64_t first = 0;
    for (size_t i = 0; i < 3; i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "{'eventtype':'user.session.start','published':'%s','outcome':{}}", times[i]);
        int64_t is = reading_event(in, text)->time_ms;
        assert_int_equal(is % 1000, 123);
        first = i == 0 ? is : first;
        assert_int_equal(is, first);
    }
    reading_expect_bad(in, "{'eventType':'user.session.start','outcome':{}}", BAD_NO_TIME, 0);
    reading_expect_bad(in, "{'eventType':'user.session.start','published':'soon'}", BAD_TIME, 0);
}

static void test_legacy_and_ropc(void **state)
{
    (void)state;
    const char *uri = "'debugContext':{'debugData':{'requestUri':'/app/office365/x1/sso/wsfed/"
                      "active'}}";
    assert_true(session(uri)->legacy != LEGACY_NOT);
    assert_false(
        session("'debugContext':{'debugData':{'requestUri':'/app/office365/x1/sso/wsfed/passive'}}")
            ->legacy != LEGACY_NOT);
    assert_true(
        act("app.oauth2.token.grant", "", "'debugContext':{'debugData':{'grantType':'password'}}")
            ->ropc);
    assert_false(act("app.oauth2.token.grant", "",
                     "'debugContext':{'debugData':{'grantType':'authorization_code'}}")
                     ->ropc);
}

static void test_a_field_of_the_wrong_type_is_absent(void **state)
{
    (void)state;
    const struct event *ev =
        session("'actor':['a'],'client':'text','target':{'type':'User'},'transaction':5,"
                "'authenticationContext':{'externalSessionId':{}},'uuid':true");
    expect_absent(ev->user);
    expect_absent(ev->session);
    expect_absent(ev->event_id);
    expect_ip(ev, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_how_the_factor_was_not_given),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_nothing_is_invented_for_a_missing_member),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_which_factor_a_step_was_about),
        cmocka_unit_test(test_others_are_not_ours_even_without_a_time),
        cmocka_unit_test(test_outcome_and_reason),
        cmocka_unit_test(test_a_failed_factor_is_no_wrong_password),
        cmocka_unit_test(test_success_of_a_refused_or_sent_push_is_no_success),
        cmocka_unit_test(test_of_sign_on_policies_only_refusals_are_ours),
        cmocka_unit_test(test_user_is_the_actor_or_of_a_service_the_target),
        cmocka_unit_test(test_address_is_the_clients),
        cmocka_unit_test(test_session_is_not_that_of_one_call),
        cmocka_unit_test(test_device_and_app),
        cmocka_unit_test(test_what_looks_like_json_is_not_opened),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_legacy_and_ropc),
        cmocka_unit_test(test_a_field_of_the_wrong_type_is_absent),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
