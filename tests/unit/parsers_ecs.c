/* SPDX-License-Identifier: Apache-2.0
 *
 * ECS: golden files in every shape, and a test for each thing these records mislead with.
 */
#include "parsers/codes/logon_status.h"
#include "parsers/reader/formats.h"
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

#define BEGIN "{'@timestamp':'2025-03-04T05:06:07Z','ecs':{'version':'8.11.0'},"

static void read_ecs(const char *event, const char *more)
{
    char text[4096];
    snprintf(text, sizeof(text), BEGIN "'event':{%s}%s%s}", event, *more ? "," : "", more);
    reading_json(in, text);
}

static const struct event *ecs(const char *event, const char *more)
{
    read_ecs(event, more);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

#define AUTH "'category':['authentication'],'type':['start']"

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"ecs/authentication"};
    static const char *const wrapped[] = {"inside/original"};
    expect_all_shapes(wrapped, 1, true); /* without the original the rest says success */
    EXPECT_ALL_SHAPES(names);
}

static void test_which_events_are_sign_ins(void **state)
{
    (void)state;
    static const struct {
        const char *event;
        bool ours;
    } rows[] = {
        {"'category':'authentication'", true},
        {"'category':['session','Authentication']", true},
        {"'category':'authentication','type':'start'", true},
        {"'category':'authentication','type':['info','start']", true},
        {"'category':'authentication','type':'end'", false},
        {"'category':'authentication','type':['info']", false},
        {"'category':'authentication','type':['info'],'action':'User-Login'", true},
        {"'category':'authentication','type':['info'],'action':'logon-failed'", true},
        {"'category':'authentication','type':['info'],'action':'Sign-in activity'", true},
        {"'category':'authentication','action':'User-Logout'", false},
        {"'category':['authentication'],'type':['info'],'outcome':'failure'", true},
        {"'category':['authentication'],'type':['info'],'outcome':'success','action':'ok'", true},
        {"'category':['authentication'],'type':['info'],'outcome':'unknown'", false},
        {"'category':['authentication'],'type':['info','end'],'outcome':'success'", false},
        {"'category':['authentication'],'type':['info'],'outcome':'success','action':'Logout'",
         false},
        {"'category':['authentication'],'type':['info'],'outcome':'success','action':"
         "'acquired-credentials'",
         false},
        {"'category':'authentication','action':'whatever'", true},
        {"'category':'process','type':'start'", false},
        {"'category':['iam'],'action':'login'", false},
        {"'action':'login'", false},
        {"'category':[{'x':'authentication'}]", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_ecs(rows[i].event, "");
        assert_int_equal(in->events_n, rows[i].ours);
        assert_int_equal(in->ignored_n, !rows[i].ours);
    }
}

static void test_outcome(void **state)
{
    (void)state;
    assert_int_equal(ecs(AUTH ",'outcome':'success'", "")->reason, REASON_OK);
    assert_int_equal(ecs(AUTH ",'outcome':'failure'", "")->reason, REASON_UNSAID);
    assert_int_equal(ecs(AUTH ",'outcome':'unknown'", "")->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(ecs(AUTH, "")->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(ecs(AUTH ",'outcome':true", "")->outcome, OUTCOME_UNKNOWN);
}

/* By what the vendor's module kept, by words, or by nothing. */
static void test_why_it_failed(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum event_reason reason;
    } rows[] = {
        {"", REASON_UNSAID},
        {"'error':{'message':'Login failed'}", REASON_UNSAID},
        {"'error':{'message':'Account expired'}", REASON_UNKNOWN},
        {"'error':{'message':'wrong password'}", REASON_WRONG_PASSWORD},
        {"'azure':{'signinlogs':{'properties':{'status':{'error_code':50126}}}}",
         REASON_WRONG_PASSWORD},
        {"'azure':{'signinlogs':{'result_type':'700082'}}", REASON_TOKEN},
        {"'o365':{'audit':{'LogonError':'UserDisabled'}}", REASON_DISABLED},
        {"'okta':{'outcome':{'reason':'INVALID_CREDENTIALS'}}", REASON_WRONG_PASSWORD},
        {"'google_workspace':{'login':{'failure_type':'login_failure_invalid_password'}}",
         REASON_WRONG_PASSWORD},
        {"'winlog':{'event_data':{'Status':'0xC000018C'}}", REASON_UNKNOWN},
        {"'system':{'auth':{'ssh':{'event':'Failed','method':'password'}}}", REASON_WRONG_PASSWORD},
        {"'system':{'auth':{'ssh':{'event':'Failed','method':'publickey'}}}", REASON_CLIENT},
        {"'system':{'auth':{'ssh':{'event':'Invalid'}}}", REASON_UNKNOWN_USER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(ecs(AUTH ",'outcome':'failure'", rows[i].more)->reason, rows[i].reason);
}

static void test_every_status_of_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < logon_statuses_n; i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "'winlog':{'event_data':{'Status':'0xc000006d','SubStatus':'%s'}}",
                 logon_statuses[i].name);
        assert_int_equal(ecs(AUTH ",'outcome':'failure'", text)->reason,
                         logon_statuses[i].reason.reason);
    }
    const char *whole = "'winlog':{'event_data':{'Status':'0xc0000234','SubStatus':'0x0'}}";
    assert_int_equal(ecs(AUTH ",'outcome':'failure'", whole)->reason, REASON_LOCKED);
    assert_int_equal(ecs(AUTH ",'outcome':'success'", whole)->reason, REASON_OK);
}

static void test_user(void **state)
{
    (void)state;
    static const struct {
        const char *more, *user;
    } rows[] = {
        {"'user':{'email':'A@b','name':'n','domain':'x.y'}", "a@b"},
        {"'user':{'name':'Anna','domain':'Contoso.com'}", "anna@contoso.com"},
        {"'user':{'name':'Anna','domain':'CONTOSO'}", "anna"},
        {"'user':{'name':'Anna@fabrikam.com','domain':'contoso.com'}", "anna@fabrikam.com"},
        {"'user':{'domain':'contoso.com','id':'S-1'}", "s-1"},
        {"'user.name':'Flat','user':{'id':'x'}", "flat"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_text(ecs(AUTH, rows[i].more)->user, rows[i].user);
    expect_absent(ecs(AUTH, "'host':{'name':'pc'}")->user);
}

static void test_related_addresses_only_if_one(void **state)
{
    (void)state;
    expect_ip(ecs(AUTH, "'source':{'ip':'203.0.113.7'},'related':{'ip':['198.51.100.4']}"),
              "203.0.113.7");
    expect_ip(ecs(AUTH, "'client':{'ip':'203.0.113.8'}"), "203.0.113.8");
    expect_ip(ecs(AUTH, "'related':{'ip':['198.51.100.4']}"), "198.51.100.4");
    expect_ip(ecs(AUTH, "'related':{'ip':'198.51.100.4'}"), "198.51.100.4");
    expect_ip(ecs(AUTH, "'related':{'ip':['198.51.100.4','203.0.113.7']}"), NULL);
    expect_ip(ecs(AUTH, "'host':{'ip':['10.0.0.1']}"), NULL);
    assert_int_equal(ecs(AUTH, "'source':{'ip':'203.0.113.7','port':443}")->port, 443);
    assert_int_equal(ecs(AUTH, "'source':{'port':443},'related':{'ip':['198.51.100.4']}")->port, 0);
}

static void test_time_is_the_events_own(void **state)
{
    (void)state;
    assert_int_equal(ecs(AUTH ",'created':'2025-03-04T06:00:00Z'", "")->time_ms, 1741064767000);
    reading_expect_bad(in, "{'@timestamp':'','event':{" AUTH "},'ecs':{}}", BAD_NO_TIME, 0);
}

#define UAL                                                                                        \
    "{\\'Operation\\':\\'UserLoggedIn\\',\\'RecordType\\':15,\\'CreationTime\\':"                  \
    "\\'2025-03-04T05:06:09\\',\\'UserId\\':\\'Inner@b\\'}"

static void test_an_original_that_is_known_is_read_instead(void **state)
{
    (void)state;
    const struct event *ev = ecs(AUTH ",'original':'" UAL "'", "'user':{'name':'outer'}");
    assert_string_equal(ev->source, "o365");
    expect_text(ev->user, "inner@b");
    /* Flat, and as an object. */
    ev = reading_event(in, "{'@timestamp':'2025-03-04T05:06:07Z','ecs':{},'event':{" AUTH
                           ",'original':{'Operation':'UserLoggedIn','RecordType':15,"
                           "'CreationTime':'2025-03-04T05:06:09'}}}");
    assert_string_equal(ev->source, "o365");
}

static void test_an_original_nobody_knows_is_left_alone(void **state)
{
    (void)state;
    static const char *const originals[] = {"plain text", "{\\'x\\':1}", "{broken", "[1]"};
    for (size_t i = 0; i < sizeof(originals) / sizeof(originals[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), AUTH ",'original':'%s'", originals[i]);
        assert_string_equal(ecs(text, "")->source, "ecs");
    }
}

static void test_a_reader_for_ecs_only_reads_ecs(void **state)
{
    (void)state;
    struct reading *only = reading_new(&parser_ecs);
    const struct event *ev =
        reading_event(only, BEGIN "'event':{" AUTH ",'original':'" UAL "'},'user':{'id':'o'}}");
    assert_string_equal(ev->source, "ecs");
    expect_text(ev->user, "o");
    reading_done(only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_which_events_are_sign_ins),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(test_why_it_failed),
        cmocka_unit_test(test_every_status_of_windows),
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_related_addresses_only_if_one),
        cmocka_unit_test(test_time_is_the_events_own),
        cmocka_unit_test(test_an_original_that_is_known_is_read_instead),
        cmocka_unit_test(test_an_original_nobody_knows_is_left_alone),
        cmocka_unit_test(test_a_reader_for_ecs_only_reads_ecs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
