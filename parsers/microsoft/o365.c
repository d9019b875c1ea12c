/* SPDX-License-Identifier: Apache-2.0
 *
 * The Microsoft 365 unified audit log, as the management API delivers it and as OfficeActivity
 * rows: which operation is what, who did it, from where. What rules and forwardings do is in
 * o365_mail.c.
 *
 * Sources: Microsoft Learn, "Office 365 Management Activity API schema" and "OfficeActivity" table
 * reference, read 2025.
 */
#include "parsers/codes/microsoft.h"
#include "parsers/microsoft/o365_mail.h"
#include "parsers/reader/formats.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

static const struct parser_path paths[O365_PATHS_N] = {
    [O365_OPERATION] = {"Operation", EVENT(operation)},
    [O365_TIME] = {"CreationTime / TimeGenerated", 0},
    [O365_TENANT] = {"OrganizationId / OrganizationId_", 0},
    [O365_USER_ID] = {"UserId / UserId_", 0},
    [O365_USER_SIGN_IN] = {"UserId / UserId_ / Actor[Type=5].ID / UserKey", 0},
    [O365_USER_MAILBOX] = {"UserId / UserId_ / MailboxOwnerUPN", 0},
    [O365_USER_TARGET] = {"Target[Type=5].ID / ObjectId / OfficeObjectId", 0},
    [O365_USER_TYPE] = {"UserType", 0},
    [O365_IP_SIGN_IN] = {"ActorIpAddress / ClientIP / Client_IPAddress", 0},
    [O365_IP_ADMIN] = {"ClientIP / Client_IPAddress / ActorIpAddress", 0},
    [O365_IP_MAILBOX] = {"ClientIPAddress / Client_IPAddress / ClientIP / ActorIpAddress", 0},
    [O365_RESULT] = {"ResultStatus", 0},
    [O365_ERROR_NUMBER] = {"ErrorNumber", 0},
    [O365_LOGON_ERROR] = {"LogonError", 0},
    [O365_REQUEST_TYPE] = {"ExtendedProperties[RequestType]", EVENT(protocol)},
    [O365_USER_AGENT] = {"ExtendedProperties[UserAgent] / UserAgent", EVENT(user_agent)},
    [O365_SESSION_DEVICE] = {"DeviceProperties[SessionId]", EVENT(session)},
    [O365_DEVICE] = {"DeviceProperties[Id] / DeviceProperties[DisplayName]", EVENT(device)},
    [O365_MANAGED] = {"DeviceProperties[IsCompliantAndManaged]", 0},
    [O365_APP_SIGN_IN] = {"ApplicationId", EVENT(app_id)},
    [O365_EVENT_ID] = {"Id / OfficeId / SourceRecordId", EVENT(event_id)},
    [O365_CORRELATION] = {"InterSystemsId", EVENT(correlation_id)},
    [O365_APP] = {"ClientAppId / AppId / AppAccessContext.ClientAppId", EVENT(app_id)},
    [O365_SESSION] = {"SessionId / AppAccessContext.AADSessionId", EVENT(session)},
    [O365_TOKEN] = {"AppAccessContext.UniqueTokenId", EVENT(token_id)},
    [O365_CLIENT] = {"ClientInfoString", EVENT(client)},
    [O365_ACTOR_INFO] = {"ActorInfoString", EVENT(user_agent)},
    [O365_PARAMETERS] = {"Parameters[]", 0},
    [O365_PROPERTIES] = {"OperationProperties[]", 0},
    [O365_OBJECT] = {"ObjectId / OfficeObjectId", 0},
    [O365_MAILBOX] = {"Parameters[Mailbox] / Parameters[Identity]", 0},
    [O365_MAILBOX_OWNER] = {"MailboxOwnerUPN", 0},
    [O365_MODIFIED] = {"ModifiedProperties[]", 0},
    [O365_ACTION_TYPE] = {"ActionType", 0},
    [O365_RECIPIENTS] = {"Recipients", 0},
    [O365_FOLDER] = {"DestinationFolder", 0},
};

enum act {
    ACT_SIGN_IN,
    ACT_RULE,
    ACT_RULE_PROPERTIES,
    ACT_FORWARDING,
    ACT_TRANSPORT,
    ACT_AUTO_FORWARD,
    ACT_PERMISSION,
    ACT_MAIL_ACCESS
};

static const struct operation {
    const char *name;
    enum act act;
} operations[] = {
    {"UserLoggedIn", ACT_SIGN_IN},
    {"UserLoginFailed", ACT_SIGN_IN},
    {"New-InboxRule", ACT_RULE},
    {"Set-InboxRule", ACT_RULE},
    {"Enable-InboxRule", ACT_RULE},
    {"Disable-InboxRule", ACT_RULE},
    {"Remove-InboxRule", ACT_RULE},
    {"UpdateInboxRules", ACT_RULE_PROPERTIES},
    {"Set-Mailbox", ACT_FORWARDING},
    {"New-TransportRule", ACT_TRANSPORT},
    {"Set-TransportRule", ACT_TRANSPORT},
    {"Enable-TransportRule", ACT_TRANSPORT},
    {"Set-RemoteDomain", ACT_AUTO_FORWARD},
    {"Set-HostedOutboundSpamFilterPolicy", ACT_AUTO_FORWARD},
    {"Add-MailboxPermission", ACT_PERMISSION},
    {"Add-RecipientPermission", ACT_PERMISSION},
    {"Add-MailboxFolderPermission", ACT_PERMISSION},
    {"ModifyFolderPermissions", ACT_PERMISSION},
    {"MailItemsAccessed", ACT_MAIL_ACCESS},
    {"Send", ACT_MAIL_ACCESS},
    {"SendAs", ACT_MAIL_ACCESS},
    {"SendOnBehalf", ACT_MAIL_ACCESS},
    {"HardDelete", ACT_MAIL_ACCESS},
    {"SoftDelete", ACT_MAIL_ACCESS},
    {"MoveToDeletedItems", ACT_MAIL_ACCESS},
};

static const struct operation *operation_of(struct slice name)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (slice_equal_nocase(name, slice_of(operations[i].name)))
            return &operations[i];
    return NULL;
}

/* By the operation and the error, never by ResultStatus: most failed logins say "Success" there. */
static void judge_sign_in(const struct record *record, bool logged_in, struct event *ev)
{
    struct slice number = record_text(record, O365_ERROR_NUMBER);
    struct slice name = record_text(record, O365_LOGON_ERROR);
    struct reason reason = {REASON_UNSAID, OUTCOME_FAILURE, false};
    ev->code = number.ptr != NULL ? number : name;
    if (logged_in)
        reason = (struct reason){REASON_OK, OUTCOME_SUCCESS, true};
    else if (number.ptr != NULL && !slice_equal(number, SLICE("0")))
        reason = reason_of_microsoft_code(number);
    else if (name.ptr != NULL && !reason_of_logon_error(name, &reason))
        reason.reason = REASON_UNKNOWN;
    microsoft_judge(reason, ev);
}

static bool is_interactive_request(struct slice request)
{
    return slice_starts_nocase(request, SLICE("Login:")) ||
           slice_starts_nocase(request, SLICE("SAS:")) ||
           slice_starts_nocase(request, SLICE("Kmsi:"));
}

static void sign_in(const struct record *record, struct event *ev)
{
    ev->kind = KIND_SIGN_IN;
    record_fill(record, O365_REQUEST_TYPE, O365_APP_SIGN_IN + 1, ev);
    ev->user = record_lower(record, O365_USER_SIGN_IN);
    record_ip(record, O365_IP_SIGN_IN, ev);
    judge_sign_in(record, slice_equal_nocase(ev->operation, SLICE("UserLoggedIn")), ev);
    ev->managed_device = record_bool(record, O365_MANAGED) == TRI_TRUE;
    if (is_interactive_request(ev->protocol))
        ev->interactive = TRI_TRUE;
    else if (slice_equal_nocase(ev->protocol, SLICE("OAuth2:Token")))
        ev->interactive = TRI_FALSE; /* a token redeemed, or a password sent, by a program */
    /* OAuth2:Token on a success is any redemption of a token; on a failure that comes from checking
     * a password the client sent that password. */
    ev->ropc = microsoft_is_ropc_agent(ev->user_agent) ||
               (slice_equal_nocase(ev->protocol, SLICE("OAuth2:Token")) &&
                microsoft_is_password_check(ev->reason));
    ev->legacy = microsoft_legacy(ev->client, ev->user_agent);
    ev->program = microsoft_is_program(ev->user);
}

static enum event_outcome outcome_of(struct slice result)
{
    static const struct {
        const char *word;
        enum event_outcome outcome;
    } words[] = {{"True", OUTCOME_SUCCESS},    {"Succeeded", OUTCOME_SUCCESS},
                 {"Success", OUTCOME_SUCCESS}, {"PartiallySucceeded", OUTCOME_SUCCESS},
                 {"False", OUTCOME_FAILURE},   {"Failed", OUTCOME_FAILURE},
                 {"Failure", OUTCOME_FAILURE}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_equal_nocase(result, slice_of(words[i].word)))
            return words[i].outcome;
    return OUTCOME_UNKNOWN;
}

/* ResultStatus is text, or a boolean. */
static struct slice result_of(const struct record *record)
{
    switch (record_bool(record, O365_RESULT)) {
    case TRI_TRUE:
        return SLICE("True");
    case TRI_FALSE:
        return SLICE("False");
    default:
        return record_text(record, O365_RESULT);
    }
}

/* Maintenance by Exchange itself: UserType 3 (DcAdmin) and 4 (System). What an application did
 * (5, 6) counts. */
static bool is_system(const struct record *record)
{
    struct slice type = record_text(record, O365_USER_TYPE);
    return slice_equal(type, SLICE("3")) || slice_equal(type, SLICE("4")) ||
           slice_equal_nocase(type, SLICE("DcAdmin")) ||
           slice_equal_nocase(type, SLICE("System")) ||
           slice_starts_nocase(record_text(record, O365_USER_ID), SLICE("NT AUTHORITY\\"));
}

/* UserType 2: a person with an administrator's role. */
static bool is_admin(const struct record *record)
{
    struct slice type = record_text(record, O365_USER_TYPE);
    return slice_equal(type, SLICE("2")) || slice_equal_nocase(type, SLICE("Admin"));
}

/* "Protocol=IMAP4" of "Client=POP3/IMAP4;Protocol=IMAP4". */
static struct slice protocol_of(struct slice client)
{
    struct slice mark = SLICE("Protocol=");
    for (size_t i = 0; i + mark.len <= client.len; i++) {
        struct slice rest = {client.ptr + i, client.len - i};
        if (!slice_starts_nocase(rest, mark) || (i > 0 && rest.ptr[-1] != ';'))
            continue;
        rest = (struct slice){rest.ptr + mark.len, rest.len - mark.len};
        const char *end = memchr(rest.ptr, ';', rest.len);
        rest.len = end != NULL ? (size_t)(end - rest.ptr) : rest.len;
        return text_is_null(rest) ? (struct slice){NULL, 0} : text_trim(rest);
    }
    return (struct slice){NULL, 0};
}

static void mailbox_act(const struct record *record, bool by_cmdlet, struct event *ev)
{
    record_fill(record, O365_APP, O365_TOKEN + 1, ev);
    ev->outcome = outcome_of(result_of(record));
    if (by_cmdlet) {
        ev->user = record_lower(record, O365_USER_ID);
        record_ip(record, O365_IP_ADMIN, ev);
        return;
    }
    ev->user = record_lower(record, O365_USER_MAILBOX);
    record_ip(record, O365_IP_MAILBOX, ev);
    record_fill(record, O365_CLIENT, O365_ACTOR_INFO + 1, ev);
    ev->protocol = protocol_of(ev->client);
}

static bool has_changed_factor(const struct record *record)
{
    uint32_t list = record_node(record, O365_MODIFIED);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);)
        if (slice_starts_nocase(item.name, SLICE("StrongAuthentication")))
            return true;
    return false;
}

/* Operations that Entra writes into the audit log (RecordType 8). */
static enum parse_answer account_change(const struct record *record, struct event *ev)
{
    bool only_factors = false;
    ev->change = microsoft_change_of(ev->operation, &only_factors);
    if (ev->change == CHANGE_ABSENT || (only_factors && !has_changed_factor(record)))
        return PARSE_IGNORED;
    ev->kind = KIND_ACCOUNT_CHANGE;
    ev->outcome = outcome_of(result_of(record));
    ev->user = record_lower(record, O365_USER_ID);
    if (ev->user.len == 0 || memchr(ev->user.ptr, '@', ev->user.len) == NULL) {
        struct slice target = record_lower(record, O365_USER_TARGET);
        ev->user = target.len > 0 ? target : ev->user;
    }
    record_ip(record, O365_IP_SIGN_IN, ev);
    record_fill(record, O365_APP, O365_TOKEN + 1, ev);
    return record_time(record, O365_TIME, ev);
}

static enum parse_answer by_act(const struct record *record, enum act act, struct event *ev)
{
    bool by_cmdlet = act != ACT_RULE_PROPERTIES && act != ACT_MAIL_ACCESS;
    switch (act) {
    case ACT_SIGN_IN:
        sign_in(record, ev);
        return record_time(record, O365_TIME, ev);
    case ACT_RULE:
        ev->kind = KIND_MAILBOX_RULE;
        ev->change = CHANGE_MAIL_RULE;
        o365_rule(record, ev);
        break;
    case ACT_RULE_PROPERTIES:
        ev->kind = KIND_MAILBOX_RULE;
        ev->change = CHANGE_MAIL_RULE;
        o365_rule_properties(record, ev);
        break;
    case ACT_FORWARDING:
        ev->kind = KIND_MAILBOX_FORWARDING;
        ev->change = CHANGE_MAIL_FORWARDING;
        if (!o365_forwarding(record, ev))
            return PARSE_IGNORED;
        break;
    case ACT_TRANSPORT:
    case ACT_AUTO_FORWARD:
        ev->kind = KIND_TRANSPORT_RULE;
        ev->change = CHANGE_MAIL_FLOW;
        if (!o365_transport(record, act == ACT_AUTO_FORWARD, ev))
            return PARSE_IGNORED;
        break;
    case ACT_PERMISSION:
        ev->kind = KIND_MAILBOX_PERMISSION;
        ev->change = CHANGE_MAIL_PERMISSION;
        by_cmdlet = slice_starts_nocase(ev->operation, SLICE("Add-"));
        o365_permission(record, ev);
        break;
    case ACT_MAIL_ACCESS:
        ev->kind = KIND_MAIL_ACCESS;
        break;
    }
    if (by_cmdlet && is_system(record))
        return PARSE_IGNORED;
    mailbox_act(record, by_cmdlet, ev);
    ev->mail.by_admin = is_admin(record);
    o365_mailbox(record, ev);
    return record_time(record, O365_TIME, ev);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, O365_OPERATION, O365_OPERATION + 1, ev);
    record_fill(record, O365_EVENT_ID, O365_CORRELATION + 1, ev);
    ev->tenant = record_lower(record, O365_TENANT);
    const struct operation *operation = operation_of(ev->operation);
    if (operation == NULL)
        return account_change(record, ev);
    return by_act(record, operation->act, ev);
}

const struct parser parser_o365 = {
    .name = "o365",
    .summary = "Microsoft 365 unified audit log: sign-ins, mailbox rules, forwarding, mail access",
    .signs = (const char *const[]){"Operation RecordType|Workload|OfficeWorkload|UserKey "
                                   "CreationTime|TimeGenerated",
                                   NULL},
    .paths = paths,
    .paths_n = O365_PATHS_N,
    .tells = {O365_OPERATION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MAIL_ACCESS | 1 << KIND_MAILBOX_RULE |
             1 << KIND_MAILBOX_FORWARDING | 1 << KIND_MAILBOX_PERMISSION |
             1 << KIND_TRANSPORT_RULE | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "tenant user ip port outcome reason code app_id client protocol user_agent session "
              "token_id device interactive operation event_id",
    .example = "{\"CreationTime\":\"2025-03-04T05:06:07\",\"Operation\":\"UserLoginFailed\","
               "\"RecordType\":15,\"UserId\":\"anna@contoso.com\",\"ClientIP\":\"203.0.113.7\","
               "\"ErrorNumber\":\"50126\",\"Id\":\"s1\"}",
    .page = "https://learn.microsoft.com/office/office-365-management-api/"
            "office-365-management-activity-api-schema",
};
