/* SPDX-License-Identifier: Apache-2.0
 *
 * Directory audits: golden files in every shape, and a test for each thing they mislead with.
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

static void read_audit(const char *category, const char *name, const char *inside)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "{'category':'%s','time':'2025-03-04T06:00:00Z','operationName':'outer','properties':{"
             "'activityDateTime':'2025-03-04T05:06:07Z','activityDisplayName':'%s'%s%s}}",
             category, name, *inside ? "," : "", inside);
    reading_json(in, text);
}

static const struct event *audit(const char *inside)
{
    read_audit("AuditLogs", "Reset password", inside);
    assert_int_equal(in->bads_n, 0);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void test_shapes(void **state)
{
    (void)state;
    static const char *const names[] = {"entra/audit_row"};
    static const char *const batch[] = {"entra/account_changes"};
    EXPECT_ALL_SHAPES(names);
    expect_all_shapes(batch, 1, true); /* a factor without its old value counts as changed */
}

static void test_time_is_when_it_was_done(void **state)
{
    (void)state;
    assert_int_equal(audit("")->time_ms, 1741064767000);
    assert_int_equal(audit("'activityDateTime':null")->time_ms, 1741068000000);
}

static void test_which_activities_are_account_changes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool ours;
    } rows[] = {
        {"User registered security info", true},
        {"User deleted security info", true},
        {"user CHANGED default security info", true},
        {"Admin registered security info", true},
        {"Reset password (self-service)", true},
        {"Change password (self-service)", true},
        {"Disable Strong Authentication", true},
        {"Update StsRefreshTokenValidFrom Timestamp.", true},
        {"Consent to application", true},
        {"Add delegated permission grant", true},
        {"Add app role assignment to service principal", true},
        {"Add service principal credentials", true},
        {"Update application \xE2\x80\x93 Certificates and secrets management ", true},
        {"Update application - Certificates and secrets management.", true},
        {"Add member to role", true},
        {"Add owner to service principal", true},
        {"Add device", true},
        {"Update user", false}, /* no factor changed */
        {"Add user", false},
        {"Update policy", false},
        {"Invite external user", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_audit("AuditLogs", rows[i].name, "");
        assert_int_equal(in->events_n, rows[i].ours);
        assert_int_equal(in->ignored_n, !rows[i].ours);
    }
}

static void test_update_user_only_with_a_changed_factor(void **state)
{
    (void)state;
#define PROPERTY(name, old, new)                                                                   \
    "'targetResources':[{'modifiedProperties':[{'displayName':'Department','oldValue':'a',"        \
    "'newValue':'b'},{'displayName':'" name "','oldValue':" old ",'newValue':" new "}]}]"
    static const struct {
        const char *inside;
        bool ours;
    } rows[] = {
        {PROPERTY("StrongAuthenticationMethod", "'[1]'", "'[]'"), true},
        {PROPERTY("StrongAuthenticationPhoneAppDetail", "null", "'[1]'"), true},
        {PROPERTY("StrongAuthenticationMethod", "'[]'", "'[]'"), false},
        {PROPERTY("AccountEnabled", "'[]'", "'[true]'"), false},
        {"'targetResources':[{'modifiedProperties':[]}]", false},
        {"'targetResources':'[{\\'modifiedProperties\\':[{\\'displayName\\':"
         "\\'StrongAuthenticationMethod\\'}]}]'",
         true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_audit("AuditLogs", "Update user", rows[i].inside);
        assert_int_equal(in->events_n, rows[i].ours);
        assert_int_equal(in->ignored_n, !rows[i].ours);
    }
}

static void test_odd_outer_categories(void **state)
{
    (void)state;
    static const char *const categories[] = {"Audit", "ApplicationManagement", "UserManagement"};
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
        read_audit(categories[i], "Reset password", "");
        assert_int_equal(in->events_n, 1);
        assert_int_equal(in->events[0].kind, KIND_ACCOUNT_CHANGE);
    }
    /* Without an activity it is whatever its category says: nothing of ours. */
    reading_json(in, "{'category':'UserManagement','properties':{}}");
    assert_int_equal(in->ignored_n, 1);
}

static void test_who_did_it(void **state)
{
    (void)state;
    const char *target = "'targetResources':[{'userPrincipalName':'Target@b'}]";
    char text[512];
    snprintf(text, sizeof(text), "'initiatedBy':{'user':{'userPrincipalName':'Doer@b'}},%s",
             target);
    expect_text(audit(text)->user, "doer@b");
    snprintf(text, sizeof(text), "'initiatedBy':{'app':{'displayName':'Sync','appId':'I'}},%s",
             target);
    expect_text(audit(text)->user, "target@b");
    expect_text(in->events[0].app, "Sync");
    expect_text(in->events[0].app_id, "I");
    snprintf(text, sizeof(text), "'initiatedBy':{'user':{'id':'Id'},'app':null},%s", target);
    expect_text(audit(text)->user, "id");
    expect_absent(audit(target)->user); /* nobody says who */
}

static void test_outcome_in_words_and_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *inside;
        enum event_outcome outcome;
    } rows[] = {{"'result':'success'", OUTCOME_SUCCESS},
                {"'result':0", OUTCOME_SUCCESS},
                {"'result':'0'", OUTCOME_SUCCESS},
                {"'result':'failure'", OUTCOME_FAILURE},
                {"'result':'timeout'", OUTCOME_FAILURE},
                {"'result':1", OUTCOME_FAILURE},
                {"'result':'unknownFutureValue'", OUTCOME_UNKNOWN},
                {"'result':''", OUTCOME_UNKNOWN},
                {"", OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(audit(rows[i].inside)->outcome, rows[i].outcome);
        assert_int_equal(in->events[0].reason, REASON_NONE);
        expect_absent(in->events[0].code);
        expect_absent(in->events[0].session);
    }
}

static void test_a_placeholder_is_no_address(void **state)
{
    (void)state;
    expect_ip(audit("'initiatedBy':{'user':{'ipAddress':'<null>'}}"), NULL);
    expect_ip(audit("'initiatedBy':{'user':{'ipAddress':'203.0.113.7'}}"), "203.0.113.7");
}

static void test_an_audit_that_is_not_ours_needs_no_time(void **state)
{
    (void)state;
    reading_json(in, "{'category':'AuditLogs','properties':{'activityDisplayName':'Add user'}}");
    assert_int_equal(in->ignored_n, 1);
    reading_expect_bad(in,
                       "{'category':'AuditLogs','properties':{'activityDisplayName':'Add device'}}",
                       BAD_NO_TIME, 0);
}

static void test_a_row_is_named_by_its_table(void **state)
{
    (void)state;
    const struct event *ev =
        reading_event(in, "{'Type':'AuditLogs','Category':'RoleManagement','TenantId':'workspace',"
                          "'TimeGenerated':'2025-03-04T05:06:07Z','OperationName':'Add member to "
                          "role','Result':'success'}");
    assert_int_equal(ev->kind, KIND_ACCOUNT_CHANGE);
    expect_absent(ev->tenant);
    expect_text(ev->operation, "Add member to role");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_time_is_when_it_was_done),
        cmocka_unit_test(test_which_activities_are_account_changes),
        cmocka_unit_test(test_update_user_only_with_a_changed_factor),
        cmocka_unit_test(test_odd_outer_categories),
        cmocka_unit_test(test_who_did_it),
        cmocka_unit_test(test_outcome_in_words_and_numbers),
        cmocka_unit_test(test_a_placeholder_is_no_address),
        cmocka_unit_test(test_an_audit_that_is_not_ours_needs_no_time),
        cmocka_unit_test(test_a_row_is_named_by_its_table),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
