/* SPDX-License-Identifier: Apache-2.0
 *
 * Windows security events: golden files in every shape, what each number and code says, and what
 * is a machine's own affair.
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

static void read_row(unsigned id, const char *data)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{'EventID':%u,'Channel':'Security','Computer':'dc','EventTime':'2025-03-04T05:06:07Z'"
             ",%s}",
             id, data);
    reading_json(in, text);
}

static const struct event *row(unsigned id, const char *data)
{
    read_row(id, data);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void expect_not_ours(unsigned id, const char *data)
{
    read_row(id, data);
    assert_int_equal(in->ignored_n, 1);
    assert_int_equal(in->next_index, 1);
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"windows/rows", "windows/shippers"};
    EXPECT_ALL_SHAPES(names);
}

#define WHO  "'TargetUserName':'Anna','TargetDomainName':'CONTOSO.COM','IpAddress':'203.0.113.7'"
#define FAIL WHO ",'LogonType':3,'Status':'0xc000006d'"

static void test_why_a_logon_failed(void **state)
{
    (void)state;
    for (size_t i = 0; i < logon_statuses_n; i++) {
        char text[256];
        snprintf(text, sizeof(text), FAIL ",'SubStatus':'%s'", logon_statuses[i].name);
        const struct event *ev = row(4625, text);
        assert_int_equal(ev->reason, logon_statuses[i].reason.reason);
        assert_int_equal(ev->password_valid, logon_statuses[i].reason.password_valid);
        expect_text(ev->code, logon_statuses[i].name);
    }
    assert_int_equal(row(4625, FAIL ",'SubStatus':'0x0'")->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(row(4625, FAIL)->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(row(4625, FAIL ",'SubStatus':'0xC0FFEE'")->reason, REASON_UNKNOWN);
    const struct event *ev = row(4625, WHO ",'LogonType':3");
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    assert_int_equal(ev->reason, REASON_UNSAID);
}

static void test_kerberos(void **state)
{
    (void)state;
    static const struct {
        unsigned id;
        const char *data;
        enum event_reason reason;
        enum event_outcome outcome;
        bool password_valid;
    } rows[] = {
        {4768, "'Status':'0x0','PreAuthType':'2'", REASON_OK, OUTCOME_SUCCESS, true},
        {4768, "'Status':'0x0','PreAuthType':138", REASON_OK, OUTCOME_SUCCESS, true},
        {4768, "'Status':'0x0','PreAuthType':'0'", REASON_OK, OUTCOME_SUCCESS, false},
        {4768, "'Status':'0x0','PreAuthType':'16'", REASON_OK, OUTCOME_SUCCESS, false},
        {4768, "'Status':'0x6'", REASON_UNKNOWN_USER, OUTCOME_FAILURE, false},
        {4768, "'Status':'0x12'", REASON_LOCKED, OUTCOME_FAILURE, false},
        {4768, "'Status':'0x17'", REASON_PASSWORD_OK, OUTCOME_FAILURE, true},
        {4768, "'PreAuthType':'2'", REASON_NONE, OUTCOME_UNKNOWN, false},
        {4771, "'Status':'0x18'", REASON_WRONG_PASSWORD, OUTCOME_FAILURE, false},
        {4771, "'Status':'0x180'", REASON_UNKNOWN, OUTCOME_FAILURE, false},
        {4771, "'Status':'0x25'", REASON_FAULT, OUTCOME_FAILURE, false},
        {4771, "'Status':'0x0'", REASON_UNKNOWN, OUTCOME_FAILURE, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), WHO ",%s", rows[i].data);
        const struct event *ev = row(rows[i].id, text);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->password_valid, rows[i].password_valid);
    }
}

static void test_ways_of_logging_on(void **state)
{
    (void)state;
    static const bool remote[14] = {[3] = true, [7] = true, [8] = true, [10] = true, [12] = true};
    for (unsigned type = 0; type < 14; type++) {
        char text[256];
        snprintf(text, sizeof(text), WHO ",'LogonType':%u", type);
        read_row(4624, text);
        assert_int_equal(in->events_n, remote[type]);
        assert_int_equal(in->ignored_n, !remote[type]);
    }
    expect_not_ours(4624, WHO);
    assert_int_equal(row(4624, WHO ",'LogonType':10")->interactive, TRI_TRUE);
    assert_int_equal(row(4624, WHO ",'LogonType':'8'")->interactive, TRI_FALSE);
}

static void test_what_is_not_ours(void **state)
{
    (void)state;
    static const char *const users[] = {"PC7$", "ANONYMOUS LOGON", "SYSTEM", "CONTOSO\\\\PC7$"};
    char text[512];
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        snprintf(text, sizeof(text),
                 "'TargetUserName':'%s','IpAddress':'10.0.0.7','LogonType':3,'Status':'0x0'",
                 users[i]);
        expect_not_ours(4624, text);
        expect_not_ours(4768, text);
    }
    static const char *const addresses[] = {"-", "127.0.0.1", "127.0.0.9", "::1", "LOCAL", ""};
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        snprintf(text, sizeof(text), "'TargetUserName':'a','IpAddress':'%s','LogonType':3",
                 addresses[i]);
        expect_not_ours(4625, text);
    }
    expect_not_ours(4776, WHO ",'Status':'0xc000006a'");
    expect_not_ours(4634, WHO ",'LogonType':3");
    /* The same number of another provider is another event. */
    expect_not_ours(4625, FAIL ",'SourceName':'Microsoft-Windows-EventSystem'");
    reading_expect_bad(in, "{'EventID':4625,'Channel':'Security','Computer':'dc'," FAIL "}",
                       BAD_NO_TIME, 0);
}

static void test_an_account_has_one_name(void **state)
{
    (void)state;
    expect_text(row(4625, FAIL)->user, "anna");
    expect_text(row(4625, "'TargetAccount':'CONTOSO\\\\Anna','IpAddress':'203.0.113.7',"
                          "'LogonType':3")
                    ->user,
                "anna");
    expect_text(row(4625, "'TargetUserName':'Anna@contoso.com','IpAddress':'203.0.113.7',"
                          "'LogonType':3")
                    ->user,
                "anna@contoso.com");
    expect_not_ours(4625, "'TargetUserName':'-','IpAddress':'203.0.113.7','LogonType':3");
}

/* The list may be shorter than its event says, or hold anything. */
static void test_strings_without_names(void **state)
{
    (void)state;
    expect_not_ours(4625, "'StringInserts':['a','b']");
    expect_not_ours(4625, "'StringInserts':{'a':'b'}");
    expect_not_ours(4624, "'EventData':'text'");
    const struct event *ev = row(4771, "'EventData':['Anna','S-1',{},[],'0x18',2,'203.0.113.7']");
    expect_text(ev->user, "anna");
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(ev->port, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_why_a_logon_failed),
        cmocka_unit_test(test_kerberos),
        cmocka_unit_test(test_ways_of_logging_on),
        cmocka_unit_test(test_what_is_not_ours),
        cmocka_unit_test(test_an_account_has_one_name),
        cmocka_unit_test(test_strings_without_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
