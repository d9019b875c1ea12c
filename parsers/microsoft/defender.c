/* SPDX-License-Identifier: Apache-2.0
 *
 * Microsoft Defender advanced hunting: on-premises logons (IdentityLogonEvents), logons to
 * computers from elsewhere (DeviceLogonEvents), Entra sign-ins (AADSignInEventsBeta,
 * EntraIdSignInEvents and their service principal twins), and CloudAppEvents, whose RawEventData is
 * a record of the unified audit log and is read as one, source and all. As the streaming API sends
 * them, or as bare rows.
 *
 * Sources: Microsoft Learn, table references IdentityLogonEvents, DeviceLogonEvents,
 * AADSignInEventsBeta, EntraIdSignInEvents, AADSpnSignInEventsBeta and CloudAppEvents; "Stream
 * Microsoft Defender XDR events to Azure Event Hubs"; read 2025.
 */
#include "parsers/microsoft/defender.h"

#include "parsers/codes/microsoft.h"
#include "parsers/codes/reason.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/inside.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

static const struct parser_path paths[DEFENDER_PATHS_N] = {
    [DEFENDER_CATEGORY] = {"^category", 0},
    [DEFENDER_PROPERTIES] = {"^properties", 0},
    [DEFENDER_TABLE] = {"^Type", 0},
    [DEFENDER_TIME] = {"Timestamp / TimeGenerated / ^time", 0},
    [DEFENDER_TENANT] = {"^tenantId", 0},
    [DEFENDER_RAW] = {"RawEventData", 0},
    [DEFENDER_ACTION] = {"ActionType", EVENT(operation)},
    [DEFENDER_FAILURE] = {"FailureReason", EVENT(code)},
    [DEFENDER_UPN] = {"AccountUpn", 0},
    [DEFENDER_NAME] = {"AccountName", 0},
    [DEFENDER_DOMAIN] = {"AccountDomain", 0},
    [DEFENDER_OBJECT_ID] = {"AccountObjectId", 0},
    [DEFENDER_IP] = {"IPAddress", 0},
    [DEFENDER_PORT] = {"Port", 0},
    [DEFENDER_LOGON_TYPE] = {"LogonType", 0},
    [DEFENDER_REMOTE_IP] = {"RemoteIP", 0},
    [DEFENDER_REMOTE_PORT] = {"RemotePort", 0},
    [DEFENDER_ERROR] = {"ErrorCode", EVENT(code)},
    [DEFENDER_REQUIREMENT] = {"AuthenticationRequirement", 0},
    [DEFENDER_ACCESS] = {"ConditionalAccessStatus", 0},
    [DEFENDER_MANAGED] = {"IsManaged", 0},
    [DEFENDER_COMPLIANT] = {"IsCompliant", 0},
    [DEFENDER_LOGON_PROTOCOL] = {"Protocol", EVENT(protocol)},
    [DEFENDER_LOGON_CLIENT] = {"LogonType", EVENT(client)},
    [DEFENDER_LOGON_APP] = {"Application", EVENT(app)},
    [DEFENDER_LOGON_DEVICE] = {"DeviceName", EVENT(device)},
    [DEFENDER_LOGON_HOST] = {"DestinationDeviceName / TargetDeviceName", EVENT(host)},
    [DEFENDER_LOGON_ID] = {"ReportId", EVENT(event_id)},
    [DEFENDER_PROTOCOL] = {"EndpointCall", EVENT(protocol)},
    [DEFENDER_CLIENT] = {"ClientAppUsed", EVENT(client)},
    [DEFENDER_APP_ID] = {"ApplicationId", EVENT(app_id)},
    [DEFENDER_APP] = {"Application / ServicePrincipalName", EVENT(app)},
    [DEFENDER_RESOURCE] = {"ResourceId", EVENT(resource_id)},
    [DEFENDER_SESSION] = {"SessionId", EVENT(session)},
    [DEFENDER_TOKEN] = {"UniqueTokenId", EVENT(token_id)},
    [DEFENDER_DEVICE] = {"AadDeviceId / EntraIdDeviceId", EVENT(device)},
    [DEFENDER_USER_AGENT] = {"UserAgent", EVENT(user_agent)},
    [DEFENDER_CORRELATION] = {"CorrelationId", EVENT(correlation_id)},
    [DEFENDER_ID] = {"RequestId / ReportId", EVENT(event_id)},
};

static bool is_row(const struct record *record)
{
    return record->body == record->root;
}

/* The table, without the words that streaming puts before it; of a bare row by its columns. */
static struct slice table_of(const struct record *record)
{
    struct slice prefix = SLICE("AdvancedHunting-");
    struct slice name = record_text(record, DEFENDER_CATEGORY);
    if (!is_row(record))
        return slice_starts_nocase(name, prefix)
                   ? (struct slice){name.ptr + prefix.len, name.len - prefix.len}
                   : (struct slice){NULL, 0};
    name = record_text(record, DEFENDER_TABLE);
    if (name.ptr != NULL)
        return name;
    if (record_find(record, DEFENDER_RAW) != 0)
        return SLICE("CloudAppEvents");
    if (record_find(record, DEFENDER_REMOTE_IP) != 0)
        return SLICE("DeviceLogonEvents");
    bool error = record_find(record, DEFENDER_ERROR) != 0;
    return error ? SLICE("EntraIdSignInEvents") : SLICE("IdentityLogonEvents");
}

static bool claims(const struct record *record)
{
    return is_row(record) ? record_find(record, DEFENDER_PROPERTIES) == 0
                          : table_of(record).ptr != NULL;
}

static enum parse_answer cloud_app(const struct record *record, struct event *ev)
{
    struct record inner;
    if (!record_inside(record, DEFENDER_RAW, &parser_o365, &inner))
        return PARSE_IGNORED;
    ev->source = parser_o365.name;
    return parser_o365.parse(&inner, ev);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    static const struct {
        const char *name;
        enum parse_answer (*parse)(const struct record *record, struct event *ev);
    } tables[] = {
        {"IdentityLogonEvents", defender_logon},
        {"DeviceLogonEvents", defender_device_logon},
        {"AADSignInEventsBeta", defender_sign_in},
        {"EntraIdSignInEvents", defender_sign_in},
        {"AADSpnSignInEventsBeta", defender_principal},
        {"EntraIdSpnSignInEvents", defender_principal},
        {"CloudAppEvents", cloud_app},
    };
    struct slice table = table_of(record);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (slice_equal_nocase(table, slice_of(tables[i].name)))
            return tables[i].parse(record, ev);
    return PARSE_IGNORED;
}

const struct parser parser_defender = {
    .name = "defender",
    .summary = "Microsoft Defender advanced hunting: logons, Entra sign-ins, cloud app events",
    .signs = (const char *const[]){"category properties",
                                   "Timestamp AccountUpn|AccountObjectId ErrorCode|ActionType",
                                   "Timestamp|TimeGenerated ActionType LogonType RemoteIP", NULL},
    .paths = paths,
    .paths_n = DEFENDER_PATHS_N,
    .body = "properties",
    .claims = claims,
    .tells = {DEFENDER_CATEGORY, DEFENDER_TABLE, DEFENDER_ACTION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields = "tenant user ip port host outcome reason code app_id app client protocol user_agent "
              "session "
              "token_id device factor interactive operation event_id",
    .example = "{\"category\":\"AdvancedHunting-EntraIdSignInEvents\",\"properties\":{"
               "\"Timestamp\":\"2025-03-04T05:06:07.123Z\",\"ErrorCode\":50126,"
               "\"AccountUpn\":\"anna@contoso.com\",\"IPAddress\":\"203.0.113.7\","
               "\"RequestId\":\"r1\"}}",
    .page = "https://learn.microsoft.com/defender-xdr/advanced-hunting-entraidsigninevents-table",
};
