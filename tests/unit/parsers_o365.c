/* SPDX-License-Identifier: Apache-2.0
 *
 * The unified audit log: golden files, and a test for each thing its records mislead with.
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

static void read_act(const char *operation, const char *more)
{
    char text[8192];
    snprintf(text, sizeof(text),
             "{'CreationTime':'2025-03-04T05:06:07','Operation':'%s','RecordType':1,"
             "'UserId':'anna@contoso.com'%s%s}",
             operation, *more ? "," : "", more);
    reading_json(in, text);
}

static const struct event *act(const char *operation, const char *more)
{
    read_act(operation, more);
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void expect_ignored(const char *operation, const char *more)
{
    read_act(operation, more);
    assert_int_equal(in->ignored_n, 1);
    assert_int_equal(in->next_index, 1);
}

/* A cmdlet with these parameters, written "'Name':'value',..." */
static const struct event *cmdlet(const char *operation, const char *parameters)
{
    char more[4096];
    snprintf(more, sizeof(more), "'Parameters':{%s}", parameters);
    return act(operation, more);
}

static void test_golden(void **state)
{
    (void)state;
    static const char *const names[] = {"o365/login_failed", "o365/logged_in", "o365/inbox_rules",
                                        "o365/forwarding",   "o365/row",       "o365/not_ours",
                                        "o365/admin"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect_golden(names[i]);
}

static void test_cut_and_flipped_everywhere(void **state)
{
    (void)state;
    expect_sturdy("o365/login_failed");
    expect_sturdy("o365/inbox_rules");
    expect_sturdy("o365/row");
}

static void test_result_status_decides_nothing_for_sign_ins(void **state)
{
    (void)state;
    const char *const statuses[] = {"", "'ResultStatus':'Success'", "'ResultStatus':'Failed'"};
    for (size_t i = 0; i < 3; i++) {
        const struct event *ev = act("UserLoginFailed", statuses[i]);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        assert_int_equal(ev->reason, REASON_UNSAID);
        expect_absent(ev->code);
        ev = act("UserLoggedIn", statuses[i]);
        assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
        assert_int_equal(ev->reason, REASON_OK);
    }
}

static void test_logged_in_with_a_code_is_a_success(void **state)
{
    (void)state;
    const struct event *ev =
        act("UserLoggedIn", "'ErrorNumber':'50140','LogonError':'KmsiInterrupt'");
    assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    assert_int_equal(ev->reason, REASON_OK);
    expect_text(ev->code, "50140");
}

static void test_every_error_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < reason_codes_n; i++) {
        if (reason_codes[i].code == 0)
            continue;
        char more[64];
        snprintf(more, sizeof(more), "'ErrorNumber':'%u'", reason_codes[i].code);
        const struct event *ev = act("UserLoginFailed", more);
        assert_int_equal(ev->reason, reason_codes[i].reason.reason);
        assert_int_equal(ev->outcome, reason_codes[i].reason.outcome);
    }
}

static void test_every_logon_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < reason_names_n; i++) {
        char more[128];
        snprintf(more, sizeof(more), "'LogonError':'%s'", reason_names[i].name);
        const struct event *ev = act("UserLoginFailed", more);
        assert_int_equal(ev->reason, reason_names[i].reason.reason);
        expect_text(ev->code, reason_names[i].name);
    }
    /* The number counts before the name; 0 on a failure says nothing. */
    assert_int_equal(
        act("UserLoginFailed", "'ErrorNumber':50053,'LogonError':'UserDisabled'")->reason,
        REASON_LOCKED);
    assert_int_equal(act("UserLoginFailed", "'ErrorNumber':'0'")->outcome, OUTCOME_FAILURE);
    assert_int_equal(act("UserLoginFailed", "'ErrorNumber':'0'")->reason, REASON_UNSAID);
}

static void test_ropc_by_token_request_and_password_reason(void **state)
{
    (void)state;
#define REQUEST(type) "'ExtendedProperties':[{'Name':'RequestType','Value':'" type "'}]"
    assert_true(act("UserLoginFailed", "'ErrorNumber':'50126'," REQUEST("OAuth2:Token"))->ropc);
    assert_true(act("UserLoginFailed", "'ErrorNumber':'50053'," REQUEST("OAuth2:Token"))->ropc);
    assert_false(act("UserLoginFailed", "'ErrorNumber':'70008'," REQUEST("OAuth2:Token"))->ropc);
    assert_false(act("UserLoginFailed", "'ErrorNumber':'50126'," REQUEST("Login:login"))->ropc);
    assert_false(act("UserLoggedIn", REQUEST("OAuth2:Token"))->ropc); /* any token redemption */
    const struct event *ev = act("UserLoggedIn", "'UserAgent':'BAV2ROPC'");
    assert_true(ev->ropc && ev->legacy == LEGACY_UNNAMED);
}

static void test_interactive_by_request_type(void **state)
{
    (void)state;
    assert_int_equal(act("UserLoggedIn", REQUEST("Login:reprocess"))->interactive, TRI_TRUE);
    assert_int_equal(act("UserLoggedIn", REQUEST("SAS:EndAuth"))->interactive, TRI_TRUE);
    assert_int_equal(act("UserLoggedIn", REQUEST("Kmsi:kmsi"))->interactive, TRI_TRUE);
    assert_int_equal(act("UserLoggedIn", REQUEST("OAuth2:Authorize"))->interactive, TRI_ABSENT);
    assert_int_equal(act("UserLoggedIn", "")->interactive, TRI_ABSENT);
}

static void test_one_session_in_four_places(void **state)
{
    (void)state;
    expect_text(
        act("UserLoggedIn", "'DeviceProperties':[{'Name':'SessionId','Value':'S'}]")->session, "S");
    expect_text(act("New-InboxRule", "'SessionId':'S'")->session, "S");
    expect_text(act("Send", "'AppAccessContext':{'AADSessionId':'S'}")->session, "S");
    expect_text(
        act("Send", "'SessionId':'','AppAccessContext':'{\\'AADSessionId\\':\\'S\\'}'")->session,
        "S");
    expect_absent(act("Send", "'AppAccessContext':{}")->session);
}

static void test_user_of_a_sign_in(void **state)
{
    (void)state;
    static const struct {
        const char *json, *user;
    } rows[] = {
        {"'UserId':'Anna@x'", "anna@x"},
        {"'UserId':'Not Available','Actor':[{'ID':'g','Type':0},{'ID':'A@x','Type':5}]", "a@x"},
        {"'UserId':'Unknown','Actor':[{'ID':'A@x','Type':'5'}],'UserKey':'k'", "a@x"},
        {"'UserId':'','UserKey':'K@x'", "k@x"},
        {"'UserId':'','Actor':'text','UserKey':'K'", "k"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 "{'CreationTime':'2025-03-04T05:06:07Z','Operation':'UserLoggedIn',"
                 "'RecordType':15,%s}",
                 rows[i].json);
        expect_text(reading_event(in, text)->user, rows[i].user);
    }
}

static void test_addresses(void **state)
{
    (void)state;
    const char *both = "'ClientIP':'198.51.100.1:443','ActorIpAddress':'203.0.113.7',"
                       "'ClientIPAddress':'203.0.113.9'";
    expect_ip(act("UserLoggedIn", both), "203.0.113.7");
    const struct event *ev = act("New-InboxRule", both);
    expect_ip(ev, "198.51.100.1");
    assert_int_equal(ev->port, 443);
    expect_ip(act("MailItemsAccessed", both), "203.0.113.9");
    expect_ip(act("UserLoggedIn", "'ActorIpAddress':'<null>','ClientIP':'::ffff:203.0.113.7'"),
              "203.0.113.7");
    expect_ip(act("UserLoggedIn", "'ClientIP':'0.0.0.0'"), NULL);
}

static void test_outcome_of_cmdlets(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum event_outcome outcome;
    } rows[] = {{"'ResultStatus':'True'", OUTCOME_SUCCESS},
                {"'ResultStatus':true", OUTCOME_SUCCESS},
                {"'ResultStatus':'Succeeded'", OUTCOME_SUCCESS},
                {"'ResultStatus':'PartiallySucceeded'", OUTCOME_SUCCESS},
                {"'ResultStatus':'False'", OUTCOME_FAILURE},
                {"'ResultStatus':false", OUTCOME_FAILURE},
                {"'ResultStatus':'Failed'", OUTCOME_FAILURE},
                {"'ResultStatus':'odd'", OUTCOME_UNKNOWN},
                {"", OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(act("New-InboxRule", rows[i].json)->outcome, rows[i].outcome);
}

static void test_inbox_rule_parameters(void **state)
{
    (void)state;
    const struct event *ev =
        cmdlet("New-InboxRule", "'Name':'..','ForwardTo':'a@x;smtp:b@y','RedirectTo':['c@z'],"
                                "'DeleteMessage':'True','MoveToFolder':'RSS','MarkAsRead':'True',"
                                "'StopProcessingRules':true,'SubjectContainsWords':'bank; invoice',"
                                "'From':'ceo@x'");
    const struct event_mail *mail = &ev->mail;
    assert_int_equal(ev->kind, KIND_MAILBOX_RULE);
    expect_text(mail->rule, "..");
    assert_int_equal(mail->destinations_n, 3);
    expect_text(mail->destinations[0], "a@x");
    expect_text(mail->destinations[1], "b@y");
    expect_text(mail->destinations[2], "c@z");
    assert_true(mail->forwards && mail->redirects && mail->deletes && mail->marks_read &&
                mail->stops);
    assert_false(mail->as_attachment || mail->removed);
    expect_text(mail->folder, "RSS");
    assert_int_equal(mail->words_n, 3);
    expect_text(mail->words[1], "invoice");
    ev = cmdlet("Set-InboxRule", "'ForwardAsAttachmentTo':'a@x','DeleteMessage':'False'");
    assert_true(ev->mail.forwards && ev->mail.as_attachment);
    assert_false(ev->mail.deletes);
}

static void test_list_and_object_of_parameters(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "'Parameters':[{'Name':'ForwardTo','Value':'a@x'}]",
        "'Parameters':[{'name':'ForwardTo','value':'a@x'}]",
        "'Parameters':[{'Key':'ForwardTo','Value':['a@x']}]",
        "'Parameters':{'ForwardTo':'a@x'}",
        "'Parameters':'[{\\'Name\\':\\'ForwardTo\\',\\'Value\\':\\'a@x\\'}]'",
        "'PARAMETERS':[7,{'Value':'no name'},{'VALUE':'a@x','NAME':'FORWARDTO'}]",
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct event *ev = act("New-InboxRule", forms[i]);
        assert_int_equal(ev->mail.destinations_n, 1);
        expect_text(ev->mail.destinations[0], "a@x");
    }
    assert_int_equal(act("New-InboxRule", "'Parameters':'plain text'")->mail.destinations_n, 0);
}

static void test_empty_and_absent_rule_names_differ(void **state)
{
    (void)state;
    const struct event *ev = cmdlet("New-InboxRule", "'Name':''");
    assert_non_null(ev->mail.rule.ptr);
    assert_int_equal(ev->mail.rule.len, 0);
    expect_text(cmdlet("New-InboxRule", "'Name':'none'")->mail.rule, "none"); /* a user's choice */
    expect_text(cmdlet("New-InboxRule", "'Name':' . '")->mail.rule, " . ");
    expect_absent(cmdlet("New-InboxRule", "'Name':null")->mail.rule);
    expect_absent(cmdlet("New-InboxRule", "")->mail.rule);
}

static void test_conditions_and_names_of_changed_rules(void **state)
{
    (void)state;
    const struct event *ev = cmdlet("New-InboxRule", "'Name':'r','DeleteMessage':'True',"
                                                     "'AlwaysDeleteOutlookRulesBlob':'False'");
    assert_true(ev->mail.made && !ev->mail.narrowed);
    assert_true(cmdlet("New-InboxRule", "'Name':'r','HasAttachment':'True'")->mail.narrowed);
    assert_false(cmdlet("New-InboxRule", "'Name':'r','SentTo':''")->mail.narrowed);
    ev = cmdlet("Set-InboxRule", "'Identity':'Anna\\\\Bills','MoveToFolder':'RSS'");
    assert_false(ev->mail.made || ev->mail.narrowed);
    expect_text(ev->mail.rule, "Bills");
    expect_text(act("Set-InboxRule", "'ObjectId':'x.com/org/Anna\\\\Pay'")->mail.rule, "Pay");
    expect_text(cmdlet("Set-InboxRule", "'Identity':'Anna\\\\1','Name':'new'")->mail.rule, "new");
}

static void test_administrators(void **state)
{
    (void)state;
    const char *forward = "'ForwardingSmtpAddress':'a@x'";
    char more[256];
    static const char *const types[] = {"2", "'2'", "'Admin'", "0", "'Regular'", "5"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        snprintf(more, sizeof(more), "'UserType':%s,'Parameters':{%s}", types[i], forward);
        assert_int_equal(act("Set-Mailbox", more)->mail.by_admin, i < 3);
    }
}

static void test_removed_rules(void **state)
{
    (void)state;
    assert_true(cmdlet("Remove-InboxRule", "'Identity':'x'")->mail.removed);
    assert_true(cmdlet("Disable-InboxRule", "'Identity':'x'")->mail.removed);
    assert_false(cmdlet("Enable-InboxRule", "'Identity':'x'")->mail.removed);
}

static const struct event *update_rules(const char *properties)
{
    char more[4096];
    snprintf(more, sizeof(more), "'OperationProperties':[%s]", properties);
    return act("UpdateInboxRules", more);
}

static void test_update_inbox_rules(void **state)
{
    (void)state;
    const struct event *ev = update_rules(
        "{'Name':'RuleOperation','Value':'AddMailboxRule'},{'Name':'RuleName'},"
        "{'Name':'RuleCondition','Value':'{(Contains(x))}'},{'Name':'RuleActions','Value':"
        "'[{\\'ActionType\\':\\'Redirect\\',\\'Recipients\\':[\\'x@fabrikam.com\\']},"
        "{\\'ActionType\\':\\'Delete\\'},{\\'ActionType\\':\\'MarkAsRead\\'},{\\'ActionType\\':5},"
        "7]'}");
    assert_int_equal(ev->kind, KIND_MAILBOX_RULE);
    assert_true(ev->mail.redirects && ev->mail.deletes && ev->mail.marks_read);
    expect_text(ev->mail.words[0], "{(Contains(x))}");
    assert_false(ev->mail.forwards || ev->mail.removed);
    expect_text(ev->mail.destinations[0], "x@fabrikam.com");
    assert_non_null(ev->mail.rule.ptr); /* there without a value: an empty name */
    assert_int_equal(ev->mail.rule.len, 0);
    assert_true(update_rules("{'Name':'RuleOperation','Value':'RemoveMailboxRule'}")->mail.removed);
    ev = update_rules("{'Name':'RuleActions','Value':'[{broken'}");
    assert_int_equal(ev->mail.destinations_n, 0);
    expect_absent(ev->mail.rule);
    ev = update_rules(
        "{'Name':'RuleActions','Value':[{'ActionType':'Forward','Recipients':'a@x;b@x'}]}");
    assert_true(ev->mail.forwards);
    assert_int_equal(ev->mail.destinations_n, 2);
}

static void test_forwarding(void **state)
{
    (void)state;
    const struct event *ev =
        cmdlet("Set-Mailbox", "'Identity':'bert','ForwardingSmtpAddress':'SmTp: x@fabrikam.com ',"
                              "'DeliverToMailboxAndForward':'True'");
    assert_int_equal(ev->kind, KIND_MAILBOX_FORWARDING);
    expect_text(ev->mail.destinations[0], "x@fabrikam.com");
    assert_true(ev->mail.forwards && ev->mail.keeps_copy);
    expect_text(ev->mail.mailbox, "bert");
    ev = cmdlet("Set-Mailbox", "'ForwardingAddress':'Bert','DeliverToMailboxAndForward':'False'");
    expect_text(ev->mail.destinations[0], "Bert");
    assert_false(ev->mail.keeps_copy || ev->mail.removed);
}

static void test_forwarding_taken_away(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "'ForwardingSmtpAddress':''", "'ForwardingSmtpAddress':null",
        "'ForwardingAddress':' ','DeliverToMailboxAndForward':'False'"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct event *ev = cmdlet("Set-Mailbox", forms[i]);
        assert_true(ev->mail.removed);
        assert_false(ev->mail.forwards);
    }
    const struct event *ev =
        cmdlet("Set-Mailbox", "'ForwardingAddress':'','ForwardingSmtpAddress':'smtp:x@y'");
    assert_true(ev->mail.forwards && !ev->mail.removed);
}

static void test_other_set_mailbox_is_not_ours(void **state)
{
    (void)state;
    expect_ignored("Set-Mailbox", "'Parameters':[{'Name':'AuditEnabled','Value':'True'}]");
    expect_ignored("Set-Mailbox", "");
}

static void test_transport_rules(void **state)
{
    (void)state;
    const struct event *ev =
        cmdlet("New-TransportRule", "'Name':'r','BlindCopyTo':'a@x','"
                                    "RedirectMessageTo':'b@x','DeleteMessage':true");
    assert_int_equal(ev->kind, KIND_TRANSPORT_RULE);
    assert_int_equal(ev->mail.destinations_n, 2);
    assert_true(ev->mail.redirects && ev->mail.deletes);
    assert_true(cmdlet("Set-RemoteDomain", "'AutoForwardEnabled':'True'")->mail.forwards);
    assert_true(
        cmdlet("Set-HostedOutboundSpamFilterPolicy", "'AutoForwardingMode':'On'")->mail.forwards);
    assert_true(cmdlet("Set-RemoteDomain", "'AutoForwardEnabled':'False'")->mail.removed);
    assert_false(cmdlet("Set-HostedOutboundSpamFilterPolicy", "'AutoForwardingMode':'Automatic'")
                     ->mail.forwards); /* the default: off */
    expect_ignored("Set-RemoteDomain", "'Parameters':{'TNEFEnabled':'True'}");
}

static void test_permissions(void **state)
{
    (void)state;
    const struct event *ev =
        cmdlet("Add-MailboxPermission",
               "'Identity':'bert@contoso.com','User':'eve@x','AccessRights':'FullAccess'");
    assert_int_equal(ev->kind, KIND_MAILBOX_PERMISSION);
    expect_text(ev->mail.destinations[0], "eve@x");
    expect_text(ev->mail.words[0], "FullAccess");
    expect_text(ev->mail.mailbox, "bert@contoso.com");
}

static void test_mail_access(void **state)
{
    (void)state;
    const struct event *ev =
        act("MailItemsAccessed",
            "'ClientInfoString':'Client=POP3/IMAP4;Protocol=IMAP4;x','AppId':'app',"
            "'MailboxOwnerUPN':'Bert@x','ActorInfoString':'UA'");
    assert_int_equal(ev->kind, KIND_MAIL_ACCESS);
    expect_text(ev->protocol, "IMAP4");
    expect_text(ev->app_id, "app");
    expect_text(ev->mail.mailbox, "bert@x");
    expect_text(ev->user_agent, "UA");
    expect_absent(act("Send", "'ClientInfoString':'Client=OWA;NoProtocol=1'")->protocol);
    assert_int_equal(act("HardDelete", "")->kind, KIND_MAIL_ACCESS);
}

static void test_the_own_mailbox_is_no_target(void **state)
{
    (void)state;
    expect_absent(cmdlet("Set-InboxRule", "'Identity':'Anna\\\\123'")->mail.mailbox);
    expect_absent(act("New-InboxRule", "'ObjectId':'anna@CONTOSO.com\\\\rule'")->mail.mailbox);
    expect_text(act("New-InboxRule", "'ObjectId':'x.com/org/Bert\\\\rule'")->mail.mailbox, "bert");
}

static void test_system_actors_are_not_ours(void **state)
{
    (void)state;
    const char *forward = "'Parameters':{'ForwardingSmtpAddress':'smtp:x@y'}";
    char more[256];
    static const struct {
        const char *actor;
        bool ours;
    } rows[] = {{"'UserType':3", false},
                {"'UserType':'4'", false},
                {"'UserType':'System'", false},
                {"'UserType':5", true},
                {"'UserType':6", true},
                {"'UserType':'Regular'", true},
                {"'UserId':'NT AUTHORITY\\\\SYSTEM (w3wp)'", false}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(more, sizeof(more), "%s,%s", rows[i].actor, forward);
        read_act("Set-Mailbox", more);
        assert_int_equal(in->events_n, rows[i].ours);
        assert_int_equal(in->ignored_n, !rows[i].ours);
    }
}

static void test_account_changes(void **state)
{
    (void)state;
    static const char *const ours[] = {
        "Reset user password.",
        "Add member to role.",
        "add MEMBER to role. ",
        "User registered security info",
        "Consent to application.",
        "Update application \xE2\x80\x93 Certificates and secrets management ",
        "Update application - Certificates and secrets management"};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        const struct event *ev = act(ours[i], "'ResultStatus':'Success'");
        assert_int_equal(ev->kind, KIND_ACCOUNT_CHANGE);
        assert_int_equal(ev->outcome, OUTCOME_SUCCESS);
    }
    expect_ignored("Update user.", "");
    expect_ignored("Update user.", "'ModifiedProperties':[{'Name':'City','NewValue':'x'}]");
    act("Update user.",
        "'ModifiedProperties':[{'Name':'StrongAuthenticationMethod','NewValue':'x'}]");
    expect_ignored("Update policy.", "");
    const struct event *ev = act("Reset user password.",
                                 "'UserId':'fim_password_service','ObjectId':'Bert@contoso.com'");
    expect_text(ev->user, "bert@contoso.com");
}

static void test_not_ours_needs_no_time(void **state)
{
    (void)state;
    reading_json(in, "{'CreationTime':'silly','Operation':'FileDownloaded','RecordType':6}");
    assert_int_equal(in->ignored_n, 1);
    reading_expect_bad(in, "{'CreationTime':'silly','Operation':'UserLoggedIn','RecordType':15}",
                       BAD_TIME, 0);
    reading_expect_bad(in, "{'CreationTime':null,'Operation':'UserLoggedIn','RecordType':15}",
                       BAD_NO_TIME, 0);
}

static void test_more_destinations_than_fit(void **state)
{
    (void)state;
    char list[1024] = "'ForwardTo':'";
    for (int i = 0; i < 40; i++)
        strcat(list, "a@x;");
    strcat(list, "'");
    assert_int_equal(cmdlet("New-InboxRule", list)->mail.destinations_n, EVENT_DESTINATIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_cut_and_flipped_everywhere),
        cmocka_unit_test(test_result_status_decides_nothing_for_sign_ins),
        cmocka_unit_test(test_logged_in_with_a_code_is_a_success),
        cmocka_unit_test(test_every_error_number),
        cmocka_unit_test(test_every_logon_error),
        cmocka_unit_test(test_ropc_by_token_request_and_password_reason),
        cmocka_unit_test(test_interactive_by_request_type),
        cmocka_unit_test(test_one_session_in_four_places),
        cmocka_unit_test(test_user_of_a_sign_in),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_outcome_of_cmdlets),
        cmocka_unit_test(test_inbox_rule_parameters),
        cmocka_unit_test(test_list_and_object_of_parameters),
        cmocka_unit_test(test_empty_and_absent_rule_names_differ),
        cmocka_unit_test(test_conditions_and_names_of_changed_rules),
        cmocka_unit_test(test_administrators),
        cmocka_unit_test(test_removed_rules),
        cmocka_unit_test(test_update_inbox_rules),
        cmocka_unit_test(test_forwarding),
        cmocka_unit_test(test_forwarding_taken_away),
        cmocka_unit_test(test_other_set_mailbox_is_not_ours),
        cmocka_unit_test(test_transport_rules),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_mail_access),
        cmocka_unit_test(test_the_own_mailbox_is_no_target),
        cmocka_unit_test(test_system_actors_are_not_ours),
        cmocka_unit_test(test_account_changes),
        cmocka_unit_test(test_not_ours_needs_no_time),
        cmocka_unit_test(test_more_destinations_than_fit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
