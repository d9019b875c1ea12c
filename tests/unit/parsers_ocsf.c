/* SPDX-License-Identifier: Apache-2.0
 *
 * OCSF: golden files in every shape, and a test for each thing these records mislead with.
 */
#include "parsers/codes/logon_status.h"
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

static void read_class(int class_uid, int activity, const char *more)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'class_uid':%d,'activity_id':%d,'metadata':{'version':'1.1.0'},'time':1741064767123"
             "%s%s}",
             class_uid, activity, *more ? "," : "", more);
    reading_json(in, text);
}

static const struct event *logon(const char *more)
{
    read_class(3002, 1, more);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"ocsf/authentication", "ocsf/account_change"};
    EXPECT_ALL_SHAPES(names);
}

static void test_activities(void **state)
{
    (void)state;
    for (int activity = 0; activity < 100; activity++) {
        bool ours = activity == 1 || activity == 3 || activity == 4 || activity == 6;
        read_class(3002, activity, "");
        assert_int_equal(in->events_n, ours);
        assert_int_equal(in->ignored_n, !ours);
        bool change = activity == 3 || activity == 4 || activity == 7 || activity == 8 ||
                      activity == 10 || activity == 11;
        read_class(3001, activity, "");
        assert_int_equal(in->events_n, change);
        assert_int_equal(in->ignored_n, !change);
    }
}

static void test_other_classes_are_not_ours(void **state)
{
    (void)state;
    static const int classes[] = {2004, 2001, 3003, 6003, 0};
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        read_class(classes[i], 1, "'time':'silly'");
        assert_int_equal(in->ignored_n, 1);
    }
}

static void test_outcome_by_number_then_word(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum event_outcome outcome;
    } rows[] = {{"'status_id':1", OUTCOME_SUCCESS},
                {"'status_id':'1'", OUTCOME_SUCCESS},
                {"'status_id':2,'status':'Success'", OUTCOME_FAILURE},
                {"'status_id':0,'status':'Failure'", OUTCOME_FAILURE},
                {"'status_id':99,'status':'SUCCESS'", OUTCOME_SUCCESS},
                {"'status':'Unknown'", OUTCOME_UNKNOWN},
                {"'status_code':'0'", OUTCOME_UNKNOWN},
                {"", OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = logon(rows[i].more);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason == REASON_NONE, rows[i].outcome == OUTCOME_UNKNOWN);
    }
}

static void test_every_status_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < logon_statuses_n; i++) {
        char text[256];
        snprintf(text, sizeof(text), "'status_id':2,'status_code':'%s'", logon_statuses[i].name);
        assert_int_equal(logon(text)->reason, logon_statuses[i].reason.reason);
        assert_int_equal(in->events[0].password_valid, logon_statuses[i].reason.password_valid);
        snprintf(text, sizeof(text), "'status_id':2,'status_code':'1','status_detail':'%s'",
                 logon_statuses[i].name);
        assert_int_equal(logon(text)->reason, logon_statuses[i].reason.reason);
        expect_text(in->events[0].code, "1");
        assert_true(i == 0 || strcmp(logon_statuses[i - 1].name, logon_statuses[i].name) < 0);
    }
    assert_int_equal(logon("'status_id':2,'status_code':'x'")->reason, REASON_UNSAID);
}

static void test_factor(void **state)
{
    (void)state;
    assert_int_equal(logon("'is_mfa':true")->factor, FACTOR_MULTI);
    assert_int_equal(logon("'is_mfa':false")->factor, FACTOR_SINGLE);
    assert_int_equal(logon("'is_mfa':null")->factor, FACTOR_ABSENT);
    assert_int_equal(logon("")->factor, FACTOR_ABSENT);
}

static void test_interactive(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum event_tri interactive;
    } rows[] = {{"'logon_type_id':2", TRI_TRUE},    {"'logon_type_id':'10'", TRI_TRUE},
                {"'logon_type_id':11", TRI_TRUE},   {"'logon_type_id':3", TRI_FALSE},
                {"'logon_type_id':0", TRI_ABSENT},  {"'logon_type_id':99", TRI_ABSENT},
                {"'logon_type_id':-1", TRI_ABSENT}, {"", TRI_ABSENT}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(logon(rows[i].more)->interactive, rows[i].interactive);
}

static void test_legacy_only_where_the_protocol_says_so(void **state)
{
    (void)state;
    static const char *const legacy[] = {"Basic Authentication", "imap", "POP3", "SMTP AUTH"};
    static const char *const modern[] = {"SAML", "OAUTH 2.0", "Kerberos", "Unknown", ""};
    char text[128];
    for (size_t i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++) {
        snprintf(text, sizeof(text), "'auth_protocol':'%s'", legacy[i]);
        assert_true(logon(text)->legacy != LEGACY_NOT);
    }
    for (size_t i = 0; i < sizeof(modern) / sizeof(modern[0]); i++) {
        snprintf(text, sizeof(text), "'auth_protocol':'%s'", modern[i]);
        assert_false(logon(text)->legacy != LEGACY_NOT);
    }
}

static void test_port(void **state)
{
    (void)state;
    assert_int_equal(logon("'src_endpoint':{'ip':'203.0.113.7','port':443}")->port, 443);
    assert_int_equal(logon("'src_endpoint':{'ip':'203.0.113.7','port':'443'}")->port, 443);
    assert_int_equal(logon("'src_endpoint':{'ip':'203.0.113.7','port':0}")->port, 0);
    assert_int_equal(logon("'src_endpoint':{'ip':'203.0.113.7','port':65536}")->port, 0);
    assert_int_equal(logon("'src_endpoint':{'ip':'203.0.113.7:51','port':443}")->port, 51);
    expect_ip(logon("'dst_endpoint':{'ip':'203.0.113.7'}"), NULL);
}

static void test_who(void **state)
{
    (void)state;
    const char *actor = "'actor':{'user':{'name':'Doer','account':{'uid':'9'}}}";
    char text[256];
    snprintf(text, sizeof(text), "'user':{'name':'-','uid':'U'},%s", actor);
    expect_text(logon(text)->user, "u");
    expect_text(in->events[0].tenant, "9");
    expect_text(logon(actor)->user, "doer");
    snprintf(text, sizeof(text), "'user':{'name':'target'},%s", actor);
    expect_text(logon(text)->user, "target");
    read_class(3001, 4, text);
    expect_text(in->events[0].user, "doer"); /* the account acted as */
    read_class(3001, 4, "'user':{'name':'target'}");
    expect_text(in->events[0].user, "target");
}

static void test_times(void **state)
{
    (void)state;
    assert_int_equal(logon("'time':1741064767")->time_ms, 1741064767000);
    assert_int_equal(logon("'time':null,'time_dt':'2025-03-04T05:06:07Z'")->time_ms, 1741064767000);
    assert_int_equal(logon("'time':0,'metadata':{'original_time':'2025-03-04T05:06:07Z'}")->time_ms,
                     1741064767000);
    reading_expect_bad(in, "{'class_uid':3002,'activity_id':1,'metadata':{}}", BAD_NO_TIME, 0);
    reading_expect_bad(in, "{'class_uid':3002,'activity_id':1,'metadata':{},'time':'x'}", BAD_TIME,
                       0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_activities),
        cmocka_unit_test(test_other_classes_are_not_ours),
        cmocka_unit_test(test_outcome_by_number_then_word),
        cmocka_unit_test(test_every_status_of_the_table),
        cmocka_unit_test(test_factor),
        cmocka_unit_test(test_interactive),
        cmocka_unit_test(test_legacy_only_where_the_protocol_says_so),
        cmocka_unit_test(test_port),
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
