/* SPDX-License-Identifier: Apache-2.0
 *
 * Defender advanced hunting: golden files in every shape, and a test for each thing these rows
 * mislead with.
 */
#include "parsers/codes/reason.h"
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

static void read_table(const char *table, const char *columns)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "{'time':'2025-03-04T06:00:00Z','tenantId':'T','category':'AdvancedHunting-%s',"
             "'properties':{'Timestamp':'2025-03-04T05:06:07Z'%s%s}}",
             table, *columns ? "," : "", columns);
    reading_json(in, text);
}

static const struct event *row(const char *table, const char *columns)
{
    read_table(table, columns);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static const struct event *logon(const char *columns)
{
    return row("IdentityLogonEvents", columns);
}

static const struct event *sign_in(const char *columns)
{
    return row("EntraIdSignInEvents", columns);
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"defender/logons",  "defender/sign_ins",
                                        "defender/rows",    "defender/devices",
                                        "inside/cloud_app", "inside/cloud_app_row"};
    EXPECT_ALL_SHAPES(names);
}

static void test_time_is_the_timestamp(void **state)
{
    (void)state;
    assert_int_equal(sign_in("'ErrorCode':0")->time_ms, 1741064767000);
    reading_expect_bad(in,
                       "{'category':'AdvancedHunting-EntraIdSignInEvents','properties':{"
                       "'ErrorCode':0}}",
                       BAD_NO_TIME, 0);
}

static void test_other_tables_are_not_ours(void **state)
{
    (void)state;
    static const char *const tables[] = {"DeviceInfo", "EmailEvents", "AlertInfo", ""};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        read_table(tables[i], "'ActionType':'LogonSuccess'");
        assert_int_equal(in->ignored_n, 1);
    }
}

static void test_logons(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        enum event_outcome outcome;
        enum event_reason reason;
    } rows[] = {
        {"'ActionType':'LogonSuccess'", OUTCOME_SUCCESS, REASON_OK},
        {"'ActionType':'LogonAttempted'", OUTCOME_INTERRUPTED, REASON_INTERRUPT},
        {"'ActionType':'LogonFailed'", OUTCOME_FAILURE, REASON_UNSAID},
        {"'ActionType':'LogonFailed','FailureReason':'WrongPassword'", OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD},
        {"'ActionType':'LogonFailed','FailureReason':'OldPassword'", OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD},
        {"'ActionType':'LogonFailed','FailureReason':'UnknownUser'", OUTCOME_FAILURE,
         REASON_UNKNOWN_USER},
        {"'ActionType':'LogonFailed','FailureReason':'AccountLocked'", OUTCOME_FAILURE,
         REASON_LOCKED},
        {"'ActionType':'LogonFailed','FailureReason':'AccountDisabled'", OUTCOME_FAILURE,
         REASON_DISABLED},
        {"'ActionType':'LogonFailed','FailureReason':'PasswordExpired'", OUTCOME_FAILURE,
         REASON_PASSWORD_OK},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = logon(rows[i].columns);
        assert_int_equal(ev->outcome, rows[i].outcome);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->password_valid,
                         ev->reason == REASON_OK || ev->reason == REASON_PASSWORD_OK);
    }
    read_table("IdentityLogonEvents", "'ActionType':'Password changed'");
    assert_int_equal(in->ignored_n, 1);
    read_table("IdentityLogonEvents", "");
    assert_int_equal(in->ignored_n, 1);
}

static void test_user_of_a_logon(void **state)
{
    (void)state;
#define OK "'ActionType':'LogonSuccess',"
    const char *rest = OK "'AccountName':'Anna','AccountDomain':'contoso.com',"
                          "'AccountObjectId':'Id'";
    expect_text(logon(rest)->user, "anna@contoso.com");
    expect_text(logon(OK "'AccountUpn':'U@p','AccountName':'Anna'")->user, "u@p");
    expect_text(logon(OK "'AccountName':'Anna'")->user, "anna");
    expect_text(logon(OK "'AccountObjectId':'Id','AccountDomain':'d'")->user, "id");
    expect_absent(logon(OK "'AccountDisplayName':'Anna'")->user);
}

static void test_of_several_addresses_none(void **state)
{
    (void)state;
    static const char *const none[] = {"'203.0.113.7, 198.51.100.4'", "'203.0.113.7;198.51.100.4'",
                                       "['203.0.113.7','198.51.100.4']", "''", "null"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), OK "'IPAddress':%s,'Port':443", none[i]);
        expect_ip(logon(text), NULL);
        assert_int_equal(in->events[0].port, 0);
    }
    expect_ip(logon(OK "'IPAddress':['203.0.113.7'],'Port':443"), "203.0.113.7");
    assert_int_equal(in->events[0].port, 443);
}

static void test_logons_to_a_computer(void **state)
{
    (void)state;
#define FAR "'RemoteIP':'203.0.113.7','RemotePort':443,'AccountName':'Anna','AccountDomain':'c',"
    const struct event *ev =
        row("DeviceLogonEvents", FAR "'ActionType':'LogonFailed','LogonType':'Network',"
                                     "'FailureReason':'InvalidUserNameOrPassword'");
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.7");
    assert_int_equal(ev->port, 443);
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(ev->interactive, TRI_FALSE);
    static const char *const others[] = {
        FAR "'ActionType':'LogonFailed'",
        FAR "'ActionType':'LogonFailed','LogonType':'Service'",
        FAR "'ActionType':'x','LogonType':'Network'",
        "'ActionType':'LogonFailed','LogonType':'Network','RemoteIP':'203.0.113.7'",
        "'ActionType':'LogonFailed','LogonType':'Network','AccountName':'a'",
        "'ActionType':'LogonFailed','LogonType':'Network','RemoteIP':'127.0.0.1'",
        "'ActionType':'LogonFailed','LogonType':'Network','RemoteIP':'::1'",
        "'ActionType':'LogonSuccess','LogonType':'Network','RemoteIP':'10.0.0.1',"
        "'AccountName':'pc7$'",
        "'ActionType':'LogonSuccess','LogonType':'Network','RemoteIP':'10.0.0.1',"
        "'AccountName':'ANONYMOUS LOGON'",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        read_table("DeviceLogonEvents", others[i]);
        assert_int_equal(in->ignored_n, 1);
    }
}

static void test_interactive(void **state)
{
    (void)state;
    assert_int_equal(logon(OK "'LogonType':'Interactive'")->interactive, TRI_TRUE);
    assert_int_equal(logon(OK "'LogonType':'Network'")->interactive, TRI_FALSE);
    assert_int_equal(logon(OK "'LogonType':null")->interactive, TRI_ABSENT);
    assert_int_equal(logon(OK "'LogonType':'Failed logon'")->interactive, TRI_ABSENT);
    assert_int_equal(sign_in("'LogonType':'[\\'interactiveUser\\']'")->interactive, TRI_TRUE);
    assert_int_equal(sign_in("'LogonType':['nonInteractiveUser']")->interactive, TRI_FALSE);
    assert_int_equal(sign_in("'LogonType':'interactiveUser'")->interactive, TRI_TRUE);
    assert_int_equal(sign_in("'LogonType':'[]'")->interactive, TRI_ABSENT);
}

static void test_every_code_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < reason_codes_n; i++) {
        char text[64];
        snprintf(text, sizeof(text), "'ErrorCode':%u", reason_codes[i].code);
        const struct event *ev = sign_in(text);
        assert_int_equal(ev->reason, reason_codes[i].reason.reason);
        assert_int_equal(ev->outcome, reason_codes[i].reason.outcome);
        assert_int_equal(ev->password_valid, reason_codes[i].reason.password_valid);
    }
    assert_int_equal(sign_in("'ErrorCode':null")->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(sign_in("")->reason, REASON_NONE);
    assert_int_equal(sign_in("'ErrorCode':123456789")->reason, REASON_UNKNOWN);
}

static void test_ropc_and_legacy(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        bool ropc, legacy;
    } rows[] = {
        {"'EndpointCall':'OAuth2:Token','ErrorCode':50126", true, false},
        {"'EndpointCall':'OAuth2:Token','ErrorCode':0", false, false},
        {"'EndpointCall':'OAuth2:Token','ErrorCode':70008", false, false},
        {"'EndpointCall':'OAuth2:Authorize','ErrorCode':50126", false, false},
        {"'UserAgent':'BAV2ROPC'", true, true},
        {"'ClientAppUsed':'IMAP4'", false, true},
        {"'ClientAppUsed':'Unknown'", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = sign_in(rows[i].columns);
        assert_int_equal(ev->ropc, rows[i].ropc);
        assert_int_equal(ev->legacy != LEGACY_NOT, rows[i].legacy);
    }
}

static void test_what_is_carried_for_the_detectors(void **state)
{
    (void)state;
    assert_true(sign_in("'IsManaged':1")->managed_device);
    assert_true(sign_in("'IsCompliant':'True'")->managed_device);
    assert_false(sign_in("'IsManaged':0,'IsCompliant':false")->managed_device);
    assert_int_equal(sign_in("'ConditionalAccessStatus':0")->access, ACCESS_SUCCESS);
    assert_int_equal(sign_in("'ConditionalAccessStatus':'1'")->access, ACCESS_FAILURE);
    assert_int_equal(sign_in("'ConditionalAccessStatus':2")->access, ACCESS_NOT_APPLIED);
    assert_int_equal(sign_in("'ConditionalAccessStatus':3")->access, ACCESS_ABSENT);
    assert_int_equal(sign_in("'AuthenticationRequirement':''")->factor, FACTOR_UNKNOWN);
}

static void test_service_principals_have_no_user(void **state)
{
    (void)state;
    static const char *const tables[] = {"AADSpnSignInEventsBeta", "EntraIdSpnSignInEvents"};
    for (size_t i = 0; i < 2; i++) {
        const struct event *ev = row(tables[i], "'ErrorCode':7000222,'ServicePrincipalName':'job',"
                                                "'AccountUpn':'x','LogonType':'y'");
        expect_absent(ev->user);
        expect_text(ev->app, "job");
        assert_int_equal(ev->factor, FACTOR_ABSENT);
        assert_int_equal(ev->interactive, TRI_FALSE);
        assert_int_equal(ev->reason, REASON_CLIENT);
    }
}

#define UAL                                                                                        \
    "{'Operation':'UserLoggedIn','RecordType':15,'CreationTime':'2025-03-04T05:06:09Z',"           \
    "'UserId':'Inner@b','OrganizationId':'Org'}"

static void test_raw_events_are_records_of_the_audit_log(void **state)
{
    (void)state;
    const struct event *ev = row("CloudAppEvents", "'AccountUpn':'outer','RawEventData':" UAL);
    assert_string_equal(ev->source, "o365");
    expect_text(ev->user, "inner@b");
    expect_text(ev->tenant, "org");
    assert_int_equal(ev->time_ms, 1741064769000);
    static const char *const others[] = {"null", "'text'", "{'eventName':'x'}", "[1]"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "'RawEventData':%s", others[i]);
        read_table("CloudAppEvents", text);
        assert_int_equal(in->ignored_n, 1);
        assert_int_equal(in->next_index, 1);
    }
    /* One of the audit log that would be an event but for its time is an error. */
    read_table("CloudAppEvents", "'RawEventData':{'Operation':'UserLoggedIn','RecordType':15,"
                                 "'CreationTime':''}");
    assert_int_equal(in->bads[0].reason, BAD_NO_TIME);
}

static void test_a_reader_for_defender_only_opens_them_too(void **state)
{
    (void)state;
    struct reading *only = reading_new(&parser_defender);
    const struct event *ev = reading_event(
        only,
        "{'category':'AdvancedHunting-CloudAppEvents','properties':{'RawEventData':" UAL "}}");
    assert_string_equal(ev->source, "o365");
    reading_expect_bad(only, UAL, BAD_UNKNOWN_FORMAT, 0); /* standing alone it is none of these */
    reading_done(only);
}

static void test_bare_rows_by_their_columns(void **state)
{
    (void)state;
#define ROW "{'Timestamp':'2025-03-04T05:06:07Z','AccountObjectId':'a',"
    assert_int_equal(reading_event(in, ROW "'ErrorCode':50126}")->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(reading_event(in, ROW "'ActionType':'LogonFailed'}")->kind, KIND_SIGN_IN);
    assert_string_equal(reading_event(in, ROW "'ActionType':'x','RawEventData':" UAL "}")->source,
                        "o365");
    reading_json(in, ROW "'ActionType':'MailRead'}");
    assert_int_equal(in->ignored_n, 1);
    reading_json(in, ROW "'ActionType':'LogonSuccess','Type':'DeviceInfo'}");
    assert_int_equal(in->ignored_n, 1);
    expect_absent(reading_event(in, ROW "'ErrorCode':0,'TenantId':'workspace'}")->tenant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_time_is_the_timestamp),
        cmocka_unit_test(test_other_tables_are_not_ours),
        cmocka_unit_test(test_logons),
        cmocka_unit_test(test_user_of_a_logon),
        cmocka_unit_test(test_of_several_addresses_none),
        cmocka_unit_test(test_logons_to_a_computer),
        cmocka_unit_test(test_interactive),
        cmocka_unit_test(test_every_code_of_the_table),
        cmocka_unit_test(test_ropc_and_legacy),
        cmocka_unit_test(test_what_is_carried_for_the_detectors),
        cmocka_unit_test(test_service_principals_have_no_user),
        cmocka_unit_test(test_raw_events_are_records_of_the_audit_log),
        cmocka_unit_test(test_a_reader_for_defender_only_opens_them_too),
        cmocka_unit_test(test_bare_rows_by_their_columns),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
