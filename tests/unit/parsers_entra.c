/* SPDX-License-Identifier: Apache-2.0
 *
 * Entra diagnostic records and Log Analytics rows: golden files, and a test for each thing these
 * records are known to mislead with.
 */
#include "tests/unit/reading.h"

#include "parsers/codes/reason.h"

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

/* One record of a category: what stands around `properties`, and what stands in it. */
static const struct event *read_record(const char *category, const char *outside,
                                       const char *inside)
{
    char text[8192];
    snprintf(
        text, sizeof(text),
        "{'category':'%s'%s%s,'properties':{'createdDateTime':'2025-03-04T05:06:07.1239999Z'%s%s}}",
        category, *outside ? "," : "", outside, *inside ? "," : "", inside);
    return reading_event(in, text);
}

static const struct event *sign_in(const char *inside)
{
    return read_record("SignInLogs", "", inside);
}

static void test_golden(void **state)
{
    (void)state;
    static const char *const names[] = {"entra/sign_in",
                                        "entra/non_interactive",
                                        "entra/service_principal",
                                        "entra/managed_identity",
                                        "entra/adfs",
                                        "entra/row",
                                        "entra/audit"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect_golden(names[i]);
}

/* By the status, else by the step that failed: what it says, else how it was to be given. */
static void test_how_the_factor_was_not_given(void **state)
{
    (void)state;
#define STATUS(detail) "'status':{'errorCode':500121,'additionalDetails':" detail "}"
#define FACTOR_STEP(method, succeeded, detail)                                                     \
    "{'authenticationMethod':'" method "','succeeded':" succeeded                                  \
    ",'authenticationStepResultDetail':'" detail "'}"
#define FACTORS(steps)                                                                             \
    STATUS("null") ",'authenticationDetails':[" FACTOR_STEP("Password", "true", "") steps "]"
    static const struct {
        const char *inside;
        enum event_denial denial;
    } rows[] = {
        {STATUS("'MFA denied; user declined the authentication'"), DENIAL_REFUSED},
        {STATUS("null"), DENIAL_ABSENT},
        {FACTORS(
             "," FACTOR_STEP("Mobile app notification", "false", "MFA denied; Fraud Code Entered")),
         DENIAL_FRAUD},
        {FACTORS("," FACTOR_STEP("Phone call approval", "false", "no phone input - timed out")),
         DENIAL_TIMEOUT},
        {FACTORS("," FACTOR_STEP("Mobile app notification", "false", "")), DENIAL_REFUSED},
        {FACTORS("," FACTOR_STEP("Text message", "false", "")), DENIAL_CODE},
        {FACTORS("," FACTOR_STEP("OATH verification code", "false", "")), DENIAL_CODE},
        {FACTORS("," FACTOR_STEP("Something new", "false", "")), DENIAL_ABSENT},
        {FACTORS("," FACTOR_STEP("Text message", "true", "")), DENIAL_ABSENT},
        {"'status':{'errorCode':50126},'authenticationDetails':[" FACTOR_STEP("Text message",
                                                                              "false", "") "]",
         DENIAL_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(sign_in(rows[i].inside)->denial, rows[i].denial);
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("entra/sign_in");
    expect_sturdy("entra/row");
}

static void test_time_is_when_it_happened(void **state)
{
    (void)state;
    const struct event *ev = read_record("SignInLogs", "'time':'2025-03-04T06:00:00Z'", "");
    assert_int_equal(ev->time_ms % 86400000, ((5 * 60 + 6) * 60 + 7) * 1000 + 123);
    ev =
        reading_event(in, "{'category':'SignInLogs','time':'3/4/2025 5:06:07 AM','properties':{}}");
    assert_int_equal(ev->time_ms % 86400000, ((5 * 60 + 6) * 60 + 7) * 1000);
}

static void test_categories(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool user;
        enum event_tri interactive;
        enum event_factor factor;
    } rows[] = {
        {"SignInLogs", true, TRI_TRUE, FACTOR_UNKNOWN},
        {"signinlogs", true, TRI_TRUE, FACTOR_UNKNOWN},
        {"NonInteractiveUserSignInLogs", true, TRI_FALSE, FACTOR_UNKNOWN},
        {"ADFSSignInLogs", true, TRI_TRUE, FACTOR_UNKNOWN},
        {"ServicePrincipalSignInLogs", false, TRI_FALSE, FACTOR_ABSENT},
        {"ManagedIdentitySignInLogs", false, TRI_FALSE, FACTOR_ABSENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = read_record(
            rows[i].name, "", "'userPrincipalName':'A@b','deviceDetail':{'deviceId':'d'}");
        assert_int_equal(ev->kind, KIND_SIGN_IN);
        assert_int_equal(ev->interactive, rows[i].interactive);
        assert_int_equal(ev->factor, rows[i].factor);
        expect_text(ev->user, rows[i].user ? "a@b" : "");
        expect_text(ev->device, rows[i].user ? "d" : "");
    }
}

static void test_other_categories_are_not_ours_even_without_a_time(void **state)
{
    (void)state;
    static const char *const names[] = {"AuditLogs", "RiskyUsers", "Administrative", "Whatever"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "{'category':'%s','time':'silly','properties':{}}", names[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
        assert_int_equal(in->next_index, 1);
    }
}

static void test_times_missing_and_unreadable(void **state)
{
    (void)state;
    reading_expect_bad(in, "{'category':'SignInLogs','properties':{}}", BAD_NO_TIME, 0);
    reading_expect_bad(in,
                       "{'category':'SignInLogs','time':'','properties':{'createdDateTime':null}}",
                       BAD_NO_TIME, 0);
    reading_expect_bad(in, "{'category':'SignInLogs','time':'24:00','properties':{}}", BAD_TIME, 0);
}

static void test_interactive_by_field_before_category(void **state)
{
    (void)state;
    assert_int_equal(sign_in("'isInteractive':false")->interactive, TRI_FALSE);
    assert_int_equal(sign_in("'isInteractive':'False'")->interactive, TRI_FALSE);
    assert_int_equal(sign_in("'isInteractive':'maybe'")->interactive, TRI_TRUE);
    assert_int_equal(
        read_record("NonInteractiveUserSignInLogs", "", "'isInteractive':true")->interactive,
        TRI_TRUE);
}

static void test_tenant_in_four_places(void **state)
{
    (void)state;
#define GUID  "8A4DE8B5-095C-47D0-A96F-A75130C61D53"
#define LOWER "8a4de8b5-095c-47d0-a96f-a75130c61d53"
    const char *inner = "'tenantId':'Inner','resourceTenantId':'Resource'";
    expect_text(read_record("SignInLogs",
                            "'tenantId':'" GUID "','resourceId':'/tenants/other/providers/x'",
                            inner)
                    ->tenant,
                LOWER);
    expect_text(
        read_record("SignInLogs", "'resourceId':'/TENANTS/" GUID "/PROVIDERS/x'", inner)->tenant,
        LOWER);
    expect_text(read_record("SignInLogs", "'resourceId':'/tenants/" GUID "'", inner)->tenant,
                LOWER);
    expect_text(read_record("SignInLogs", "'resourceId':'/tenants/" GUID "x/y'", inner)->tenant,
                "inner");
    expect_text(sign_in("'resourceTenantId':'Resource'")->tenant, "resource");
    expect_absent(sign_in("'userPrincipalName':'a@contoso.com'")->tenant);
}

static void test_user_falls_back(void **state)
{
    (void)state;
    expect_text(sign_in("'userPrincipalName':' Anna@Contoso.com ','userId':'x'")->user,
                "anna@contoso.com");
    expect_text(sign_in("'userPrincipalName':'','signInIdentifier':'S','userId':'x'")->user, "s");
    expect_text(sign_in("'alternateSignInName':'Alt','userId':'x'")->user, "alt");
    expect_text(sign_in("'userPrincipalName':'<null>','userId':'Id'")->user, "id");
    expect_text(sign_in("'userPrincipalName':'anna_f.com#EXT#@c.com'")->user,
                "anna_f.com#ext#@c.com");
    expect_text(sign_in("'userPrincipalName':'CONTOSO\\\\Anna'")->user, "contoso\\anna");
    expect_text(sign_in("'userPrincipalName':'\xC3\x84@b'")->user, "\xC3\x84@b"); /* ASCII only */
    expect_absent(sign_in("'userPrincipalName':{}")->user);
}

static void test_address_is_the_inner_one(void **state)
{
    (void)state;
    const char *caller = "'callerIpAddress':'198.51.100.9'";
    expect_ip(read_record("SignInLogs", caller, "'ipAddress':'203.0.113.7'"), "203.0.113.7");
    expect_ip(read_record("SignInLogs", caller, "'ipAddress':''"), "198.51.100.9");
    expect_ip(read_record("SignInLogs", "", "'ipAddress':'0.0.0.0'"), NULL);
    expect_ip(read_record("SignInLogs", "",
                          "'ipAddressFromResourceProvider':'203.0.113.8',"
                          "'globalSecureAccessIpAddress':'203.0.113.9'"),
              NULL);
    const struct event *ev = sign_in("'ipAddress':'[2001:DB8::7]:51234'");
    expect_ip(ev, "2001:db8::7");
    assert_int_equal(ev->port, 51234);
    expect_ip(sign_in("'ipAddress':['x','203.0.113.7']"), "203.0.113.7");
    expect_ip(read_record("ManagedIdentitySignInLogs", "",
                          "'ipAddress':'7d3a2b1c-0000-4000-8000-1234567890ab'"),
              NULL);
}

static void expect_result(const struct event *ev, enum event_outcome outcome,
                          enum event_reason reason, const char *code)
{
    assert_string_equal(event_outcome_name(ev->outcome), event_outcome_name(outcome));
    assert_int_equal(ev->reason, reason);
    expect_text(ev->code, code);
}

static void test_outcome(void **state)
{
    (void)state;
    expect_result(sign_in("'status':{'errorCode':0}"), OUTCOME_SUCCESS, REASON_OK, "0");
    expect_result(sign_in("'status':{'errorCode':'50053'}"), OUTCOME_FAILURE, REASON_LOCKED,
                  "50053");
    expect_result(sign_in("'status':{'errorCode':50140}"), OUTCOME_INTERRUPTED, REASON_INTERRUPT,
                  "50140");
    expect_result(sign_in("'status':{'errorCode':987654321}"), OUTCOME_FAILURE, REASON_UNKNOWN,
                  "987654321");
    /* No result is never a success. */
    expect_result(sign_in(""), OUTCOME_UNKNOWN, REASON_NONE, "");
    expect_result(sign_in("'status':{}"), OUTCOME_UNKNOWN, REASON_NONE, "");
    expect_result(sign_in("'status':{'errorCode':true}"), OUTCOME_UNKNOWN, REASON_NONE, "");
    /* errorCode before resultType; resultType as text, number and word; resultSignature nothing. */
    expect_result(read_record("SignInLogs", "'resultType':'0'", "'status':{'errorCode':50126}"),
                  OUTCOME_FAILURE, REASON_WRONG_PASSWORD, "50126");
    expect_result(read_record("SignInLogs", "'resultType':50126", ""), OUTCOME_FAILURE,
                  REASON_WRONG_PASSWORD, "50126");
    expect_result(read_record("SignInLogs", "'resultType':'Success'", ""), OUTCOME_SUCCESS,
                  REASON_OK, "");
    expect_result(read_record("SignInLogs", "'resultType':'Failure'", ""), OUTCOME_FAILURE,
                  REASON_UNKNOWN, "");
    expect_result(read_record("SignInLogs", "'resultSignature':'SUCCESS'", ""), OUTCOME_UNKNOWN,
                  REASON_NONE, "");
}

static void test_every_code_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < reason_codes_n; i++) {
        for (int quoted = 0; quoted < 2; quoted++) {
            char text[128], code[16];
            snprintf(code, sizeof(code), "%u", reason_codes[i].code);
            snprintf(text, sizeof(text), "'status':{'errorCode':%s%s%s}", quoted ? "'" : "", code,
                     quoted ? "'" : "");
            const struct event *ev = sign_in(text);
            expect_result(ev, reason_codes[i].reason.outcome, reason_codes[i].reason.reason, code);
            assert_int_equal(ev->password_valid, reason_codes[i].reason.password_valid);
        }
    }
}

static void test_unknown_codes_are_counted(void **state)
{
    (void)state;
    uint64_t before = reader_counts(in->reader)->unknown_codes;
    sign_in("'status':{'errorCode':123456}");
    sign_in("'status':{'errorCode':50126}");
    sign_in("");
    assert_int_equal(reader_counts(in->reader)->unknown_codes, before + 1);
}

static void test_a_failed_password_step_behind_a_code_nobody_knows(void **state)
{
    (void)state;
#define STEP(method, succeeded, detail)                                                            \
    "'status':{'errorCode':300030},'authenticationDetails':[{'authenticationMethod':'" method      \
    "','succeeded':" succeeded ",'authenticationStepResultDetail':'" detail "'}]"
    assert_int_equal(sign_in(STEP("Password", "false", "bad"))->reason, REASON_WRONG_PASSWORD);
    assert_int_equal(sign_in(STEP("Password", "true", "ok"))->reason, REASON_UNKNOWN);
    assert_int_equal(sign_in(STEP("Mobile app notification", "false", "denied"))->reason,
                     REASON_UNKNOWN);
    assert_int_equal(sign_in(STEP("Password", "false", "Previously satisfied"))->reason,
                     REASON_UNKNOWN);
}

static void test_legacy_and_ropc(void **state)
{
    (void)state;
    static const struct {
        const char *inside;
        bool legacy, ropc;
    } rows[] = {
        {"'clientAppUsed':'IMAP4'", true, false},
        {"'clientAppUsed':'other CLIENTS'", true, false},
        {"'clientAppUsed':'Authenticated SMTP'", true, false},
        {"'clientAppUsed':'Browser'", false, false},
        {"'clientAppUsed':'Mobile Apps and Desktop clients'", false, false},
        {"'clientAppUsed':'Unknown'", false, false}, /* says nothing */
        {"'clientAppUsed':''", false, false},
        {"", false, false},
        {"'userAgent':'x BAV2ROPC y'", true, true},
        {"'userAgent':'CBAInPROD'", true, false},
        {"'userAgent':'CBAinTAR'", true, false},
        {"'authenticationProtocol':'ropc'", false, true},
        {"'authenticationProtocol':'deviceCode'", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *ev = sign_in(rows[i].inside);
        assert_int_equal(ev->legacy != LEGACY_NOT, rows[i].legacy);
        assert_int_equal(ev->ropc, rows[i].ropc);
    }
}

static void test_factor(void **state)
{
    (void)state;
    assert_int_equal(sign_in("'authenticationRequirement':'singleFactorAuthentication'")->factor,
                     FACTOR_SINGLE);
    assert_int_equal(sign_in("'authenticationRequirement':'multiFactorAuthentication'")->factor,
                     FACTOR_MULTI);
    assert_int_equal(sign_in("'authenticationRequirement':''")->factor, FACTOR_UNKNOWN);
}

static void test_what_is_carried_for_the_detectors(void **state)
{
    (void)state;
    assert_true(sign_in("'deviceDetail':{'isManaged':true}")->managed_device);
    assert_true(sign_in("'deviceDetail':{'isCompliant':'True'}")->managed_device);
    assert_true(sign_in("'deviceDetail':{'trustType':'Hybrid Azure AD joined'}")->managed_device);
    assert_false(sign_in("'deviceDetail':{'trustType':'Azure AD registered'}")->managed_device);
    assert_int_equal(sign_in("'conditionalAccessStatus':'notApplied'")->access, ACCESS_NOT_APPLIED);
    assert_int_equal(sign_in("'conditionalAccessStatus':'failure'")->access, ACCESS_FAILURE);
    assert_int_equal(sign_in("")->access, ACCESS_ABSENT);
    expect_text(sign_in("'resourceId':'r','correlationId':'c'")->resource_id, "r");
    expect_text(in->events[0].correlation_id, "c");
}

static void test_protocol_none_is_absent(void **state)
{
    (void)state;
    expect_absent(sign_in("'authenticationProtocol':'none'")->protocol);
}

static void test_service_principals(void **state)
{
    (void)state;
    const struct event *ev =
        read_record("ServicePrincipalSignInLogs", "",
                    "'servicePrincipalName':'job','status':{'errorCode':7000222}");
    expect_text(ev->app, "job");
    expect_absent(ev->user);
    assert_int_equal(ev->reason, REASON_CLIENT);
    ev = read_record("ServicePrincipalSignInLogs", "",
                     "'servicePrincipalName':'job','appDisplayName':'App'");
    expect_text(ev->app, "App");
}

static void test_properties_as_a_string(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in,
        "{'category':'SignInLogs','properties':'{\\'createdDateTime\\':\\'2025-03-04T05:06:07Z\\',"
        "\\'userPrincipalName\\':\\'a\\'}'}");
    expect_text(ev->user, "a");
}

static void test_rows_take_no_tenant_from_the_workspace(void **state)
{
    (void)state;
#define ROW "{'Type':'SigninLogs','TimeGenerated':'2025-03-04T05:06:07Z','TenantId':'workspace'"
    expect_absent(reading_event(in, ROW "}")->tenant);
    expect_text(reading_event(in, ROW ",'ResourceTenantId':'R'}")->tenant, "r");
    expect_text(reading_event(in, ROW ",'_ResourceId':'/tenants/" GUID "/x'}")->tenant, LOWER);
    reading_json(in, "{'Type':'Heartbeat','TimeGenerated':'2025-03-04T05:06:07Z'}");
    assert_int_equal(in->ignored_n, 1);
    reading_expect_bad(in, "{'Type':'Other','TimeGenerated':'2025-03-04T05:06:07Z'}",
                       BAD_UNKNOWN_FORMAT, 0);
}

static void test_order_and_case_of_keys_change_nothing(void **state)
{
    (void)state;
    const char *forms[] = {
        "{'category':'SignInLogs','tenantId':'t','properties':{'createdDateTime':'2025-03-04T05:06:"
        "07Z',"
        "'userPrincipalName':'a','status':{'errorCode':50126},'deviceDetail':{'deviceId':'d'}}}",
        "{'properties':{'deviceDetail':{'deviceId':'d'},'status':{'errorCode':50126},"
        "'userPrincipalName':'a','createdDateTime':'2025-03-04T05:06:07Z'},'tenantId':'t',"
        "'category':'SignInLogs'}",
        "{'CATEGORY':'SignInLogs','TENANTID':'t','PROPERTIES':{'CREATEDDATETIME':'2025-03-04T05:06:"
        "07Z',"
        "'USERPRINCIPALNAME':'a','STATUS':{'ERRORCODE':50126},'DEVICEDETAIL':{'DEVICEID':'d'}}}",
        "{'category':'SignInLogs','tenantId':'t','propert\\u0069es':{'createdDateTime':"
        "'2025-03-04T05:06:07Z','userPrincipalNam\\u0065':'a','status':{'errorCode':50126},"
        "'deviceDetail':{'deviceId':'d'}}}",
    };
    char *first = NULL;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        reading_event(in, forms[i]);
        char *got = reading_print(in);
        if (first == NULL)
            first = got;
        assert_string_equal(got, first);
        if (got != first)
            free(got);
    }
    free(first);
}

static void test_the_last_of_two_equal_keys_wins(void **state)
{
    (void)state;
    const struct event *ev =
        sign_in("'userPrincipalName':'first','USERPRINCIPALNAME':'second','status':{'errorCode':0,"
                "'errorCode':50126},'ipAddress':'203.0.113.1','ipAddress':'203.0.113.2'");
    expect_text(ev->user, "second");
    expect_text(ev->code, "50126");
    expect_ip(ev, "203.0.113.2");
}

static void test_hostile_text(void **state)
{
    (void)state;
    uint64_t before = reader_counts(in->reader)->invalid_utf8;
    const struct event *ev = sign_in("'userAgent':'a\\u0000b','userPrincipalName':'x\\ud800y'");
    assert_int_equal(ev->user_agent.len, 3);
    assert_memory_equal(ev->user_agent.ptr, "a\0b", 3);
    expect_text(ev->user, "x\xEF\xBF\xBDy");
    assert_int_equal(reader_counts(in->reader)->invalid_utf8, before);
    ev = sign_in("'userAgent':'\xFF\xFE %s%n','userPrincipalName':'\\u0022\\\\'");
    expect_text(ev->user_agent, "\xFF\xFE %s%n");
    expect_text(ev->user, "\"\\");
    assert_int_equal(reader_counts(in->reader)->invalid_utf8, before + 1);
}

static void test_a_field_of_the_wrong_type_is_absent(void **state)
{
    (void)state;
    const struct event *ev = sign_in("'userPrincipalName':['a'],'appId':{'x':1},'status':'text',"
                                     "'deviceDetail':[1],'id':123456789012345678901234567890,"
                                     "'userAgent':true,'ipAddress':5");
    expect_absent(ev->user);
    expect_absent(ev->app_id);
    expect_absent(ev->device);
    expect_absent(ev->user_agent);
    expect_ip(ev, NULL);
    assert_int_equal(ev->outcome, OUTCOME_UNKNOWN);
    expect_text(ev->event_id, "123456789012345678901234567890"); /* not through a double */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_how_the_factor_was_not_given),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_time_is_when_it_happened),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_other_categories_are_not_ours_even_without_a_time),
        cmocka_unit_test(test_times_missing_and_unreadable),
        cmocka_unit_test(test_interactive_by_field_before_category),
        cmocka_unit_test(test_tenant_in_four_places),
        cmocka_unit_test(test_user_falls_back),
        cmocka_unit_test(test_address_is_the_inner_one),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(test_every_code_of_the_table),
        cmocka_unit_test(test_unknown_codes_are_counted),
        cmocka_unit_test(test_a_failed_password_step_behind_a_code_nobody_knows),
        cmocka_unit_test(test_legacy_and_ropc),
        cmocka_unit_test(test_factor),
        cmocka_unit_test(test_what_is_carried_for_the_detectors),
        cmocka_unit_test(test_protocol_none_is_absent),
        cmocka_unit_test(test_service_principals),
        cmocka_unit_test(test_properties_as_a_string),
        cmocka_unit_test(test_rows_take_no_tenant_from_the_workspace),
        cmocka_unit_test(test_order_and_case_of_keys_change_nothing),
        cmocka_unit_test(test_the_last_of_two_equal_keys_wins),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_a_field_of_the_wrong_type_is_absent),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
