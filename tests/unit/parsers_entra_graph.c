/* SPDX-License-Identifier: Apache-2.0
 *
 * Entra sign-ins as Microsoft Graph answers them, v1.0 and beta.
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

static const struct event *sign_in(const char *more)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'createdDateTime':'2025-03-04T05:06:07Z','appId':'a','status':{'errorCode':0}%s%s}",
             *more ? "," : "", more);
    return reading_event(in, text);
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("entra_graph/page");
    static const char *const names[] = {"entra_graph/audits"};
    EXPECT_ALL_SHAPES(names);
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("entra_graph/page");
}

static void test_what_v1_does_not_have_is_absent(void **state)
{
    (void)state;
    const struct event *ev = sign_in("'deviceDetail':{'deviceId':'','displayName':'PC'}");
    assert_string_equal(ev->source, "entra_graph");
    expect_absent(ev->tenant);
    expect_absent(ev->session);
    expect_absent(ev->token_id);
    expect_absent(ev->device); /* never the display name */
    expect_absent(ev->operation);
    assert_int_equal(ev->factor, FACTOR_ABSENT);
    assert_int_equal(ev->interactive, TRI_ABSENT);
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
}

static void test_beta(void **state)
{
    (void)state;
    expect_text(sign_in("'homeTenantId':'Home','resourceTenantId':'Res'")->tenant, "res");
    expect_text(sign_in("'homeTenantId':'Home'")->tenant, "home");
    assert_int_equal(sign_in("'authenticationRequirement':''")->factor, FACTOR_UNKNOWN);
    assert_true(sign_in("'authenticationProtocol':'ropc'")->ropc);
}

static void test_interactive_by_event_type_first(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum event_tri interactive;
    } rows[] = {{"'signInEventTypes':['interactiveUser'],'isInteractive':false", TRI_TRUE},
                {"'signInEventTypes':['nonInteractiveUser'],'isInteractive':true", TRI_FALSE},
                {"'signInEventTypes':['servicePrincipal']", TRI_FALSE},
                {"'signInEventTypes':[],'isInteractive':true", TRI_TRUE},
                {"'isInteractive':false", TRI_FALSE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(sign_in(rows[i].json)->interactive, rows[i].interactive);
}

static void test_user_falls_back_to_the_id(void **state)
{
    (void)state;
    expect_text(sign_in("'userPrincipalName':'A@b','userId':'U'")->user, "a@b");
    expect_text(sign_in("'userPrincipalName':'','userId':'U'")->user, "u");
    expect_absent(sign_in("'servicePrincipalId':'s'")->user);
}

static void test_failure_reason_text_means_nothing(void **state)
{
    (void)state;
    const struct event *ev = sign_in("'status':{'errorCode':0,'failureReason':'Other.'}");
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    ev = sign_in("'status':{'failureReason':'Other.'}");
    assert_int_equal(ev->outcome, OUTCOME_UNKNOWN);
}

static void test_directory_audits(void **state)
{
    (void)state;
    reading_json(in, "{'activityDateTime':'x','activityDisplayName':'y','initiatedBy':{}}");
    assert_int_equal(in->ignored_n, 1);
    const struct event *ev = reading_event(
        in, "{'activityDateTime':'2025-03-04T05:06:07Z','activityDisplayName':'Add device',"
            "'initiatedBy':{'user':{'userPrincipalName':'A@b'},'app':null},'result':'timeout'}");
    assert_string_equal(ev->source, "entra_graph");
    assert_int_equal(ev->kind, KIND_ACCOUNT_CHANGE);
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    expect_text(ev->user, "a@b");
    expect_absent(ev->tenant);
}

static void test_a_page_with_a_trailing_comma_is_no_json(void **state)
{
    (void)state;
    reading_expect_bad(in, "{'@odata.context':'c','value':[],}", BAD_NOT_JSON, 33);
}

#define ROW "{'Date (UTC)':'2025-03-04T05:06:07Z','Request ID':'r1','Username':'Anna@contoso.com',"

/* A row of the portal's download. */
static void test_downloads(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in,
        ROW "'User agent':'Mozilla/5.0','Correlation ID':'c1','User ID':'u1','User':'Anna A.',"
            "'Authentication Protocol':'ROPC','Unique token identifier':'t1','Application':'App',"
            "'Application ID':'a1','Resource':'R','Resource ID':'r2','Resource tenant ID':'T1',"
            "'IP address':'203.0.113.7','Location':'Hamburg, Hamburg, DE','Status':'Failure',"
            "'Sign-in error code':'50126','Failure reason':'Error validating credentials',"
            "'Client app':'IMAP4','Device ID':'d1','Compliant':'No','Managed':'No','Join Type':"
            "'Microsoft Entra joined','Authentication requirement':'Single-factor authentication',"
            "'Session ID':'s1','IP address (seen by resource)':'192.0.2.1',"
            "'Conditional Access':'Not Applied'}");
    assert_string_equal(ev->source, "entra_graph");
    assert_int_equal(ev->time_ms, INT64_C(1741064767000));
    expect_text(ev->user, "anna@contoso.com");
    expect_text(ev->tenant, "t1");
    expect_ip(ev, "203.0.113.7");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    expect_text(ev->code, "50126");
    expect_text(ev->app, "App");
    expect_text(ev->app_id, "a1");
    expect_text(ev->resource_id, "r2");
    expect_text(ev->user_agent, "Mozilla/5.0");
    expect_text(ev->session, "s1");
    expect_text(ev->token_id, "t1");
    expect_text(ev->event_id, "r1");
    expect_text(ev->correlation_id, "c1");
    expect_text(ev->device, "d1");
    assert_int_equal(ev->factor, FACTOR_SINGLE);
    assert_int_equal(ev->legacy, LEGACY_IMAP);
    assert_int_equal(ev->access, ACCESS_NOT_APPLIED);
    assert_int_equal(ev->interactive, TRI_ABSENT);
    assert_true(ev->ropc);
    assert_true(ev->managed_device);
}

static void test_results_of_downloads(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in, ROW "'Status':'Success','Sign-in error code':'None','Failure reason':'Other.',"
                "'Authentication requirement':'Multifactor authentication'}");
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    assert_int_equal(ev->factor, FACTOR_MULTI);
    ev = reading_event(in, ROW "'Status':'Success','Sign-in error code':'0'}");
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    ev = reading_event(in, ROW "'Status':'Failure'}");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_UNKNOWN);
    ev = reading_event(in, ROW "'Status':'Interrupted','Sign-in error code':'50074'}");
    assert_true(ev->password_valid);
    assert_int_equal(ev->control, CONTROL_FACTOR);
    ev = reading_event(in, ROW "'Status':'Interrupted'}");
    assert_int_equal(ev->outcome, OUTCOME_UNKNOWN);
    ev = reading_event(in, ROW "'Status':'Failure','Sign-in error code':'500121',"
                               "'Multifactor authentication result':'MFA denied; user declined "
                               "the authentication'}");
    assert_int_equal(ev->denial, DENIAL_REFUSED);
    ev = reading_event(in, ROW "'Status':'Failure','Sign-in error code':'500121',"
                               "'Multifactor authentication auth method':'Text message'}");
    assert_int_equal(ev->denial, DENIAL_CODE);
    /* A status of Graph is an object, and no code without one. */
    ev = reading_event(in, "{'createdDateTime':'2025-03-04T05:06:07Z','appId':'a','status':"
                           "{'failureReason':'Success'}}");
    assert_int_equal(ev->outcome, OUTCOME_UNKNOWN);
    /* Downloads of another list: details of factors, audits. */
    reading_expect_bad(in,
                       "{'Date (UTC)':'2025-03-04T05:06:07Z','Request ID':'r1','Succeeded':"
                       "'true'}",
                       BAD_UNKNOWN_FORMAT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_what_v1_does_not_have_is_absent),
        cmocka_unit_test(test_beta),
        cmocka_unit_test(test_interactive_by_event_type_first),
        cmocka_unit_test(test_user_falls_back_to_the_id),
        cmocka_unit_test(test_failure_reason_text_means_nothing),
        cmocka_unit_test(test_directory_audits),
        cmocka_unit_test(test_a_page_with_a_trailing_comma_is_no_json),
        cmocka_unit_test(test_downloads),
        cmocka_unit_test(test_results_of_downloads),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
