/* SPDX-License-Identifier: Apache-2.0
 *
 * The Windows security log: logons from another machine (4624, 4625) and Kerberos sign-ins at a
 * domain controller (4768, 4771), as Winlogbeat, NXLog, Fluent Bit, fluentd, OpenTelemetry, Wazuh,
 * Log Analytics (SecurityEvent, WindowsEvent) and converters of .evtx files write them. Records of
 * Winlogbeat that its security module dressed as ECS are left to that format.
 *
 * Not ours are all other events of any Windows log; logons of machines and of Windows itself; those
 * that name no other machine's address (4776 has only the name that the client calls itself). The
 * domain is left out of `user`: one account's events write it short, long or not at all.
 *
 * Sources: Microsoft Learn, "4624(S)", "4625(F)", "4768(S, F)", "4771(F)"; table references
 * SecurityEvent and WindowsEvent; NXLog, "im_msvistalog"; Elastic, Winlogbeat exported fields;
 * Fluent Bit, "Windows Event Log (winevtlog)"; fluent-plugin-windows-eventlog; read 2025.
 */
#include "parsers/codes/logon_status.h"
#include "parsers/codes/microsoft.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

enum {
    WINDOWS_ID,
    WINDOWS_LIST,
    WINDOWS_CATEGORY,
    WINDOWS_TIME,
    WINDOWS_RECORD, /* this and the next: filled */
    WINDOWS_HOST,
    WINDOWS_PROVIDER,
    WINDOWS_DATA, /* from here on what the event itself says */
    WINDOWS_USER = WINDOWS_DATA,
    WINDOWS_STATUS,
    WINDOWS_SUB_STATUS,
    WINDOWS_TYPE,
    WINDOWS_PACKAGE,
    WINDOWS_PREAUTH,
    WINDOWS_IP,
    WINDOWS_PORT,
    WINDOWS_PATHS_N
};

/* Beside the rest in a row; in an object; in a list of names and values, as XML becomes one. */
#define DATA(name)                                                                                 \
    name " / EventData." name " / winlog.event_data." name " / event_data." name                   \
         " / EventData.Data[@Name=" name "].#text / EventData.Data[Name=" name "].#text"           \
         " / EventData.Data[Name=" name "].Value"

static const struct parser_path paths[WINDOWS_PATHS_N] = {
    [WINDOWS_ID] = {"EventID.#text / event_id.id / EventID / event_id / winlog.event_id / "
                    "System.EventID.#text / System.EventID",
                    EVENT(operation)},
    [WINDOWS_LIST] = {"StringInserts / EventData", 0},
    [WINDOWS_CATEGORY] = {"event.category / 'event.category'", 0},
    [WINDOWS_TIME] =
        {"TimeCreated.SystemTime / TimeCreated / EventTime / "
         "System.TimeCreated.#attributes.SystemTime / System.TimeCreated.@SystemTime / "
         "System.TimeCreated.SystemTime / System.SystemTime / system_time / "
         "winlog.time_created / TimeGenerated / @timestamp",
         0},
    [WINDOWS_RECORD] = {"EventOriginId / EventRecordID / RecordNumber / winlog.record_id / "
                        "record_id / record_number / System.EventRecordID",
                        EVENT(event_id)},
    [WINDOWS_HOST] = {"Computer / Hostname / winlog.computer_name / System.Computer.#text / "
                      "System.Computer / computer_name / computer / host.name",
                      EVENT(host)},
    [WINDOWS_PROVIDER] = {"ProviderName / SourceName / EventSourceName / winlog.provider_name / "
                          "provider.name / source_name / System.ProviderName / "
                          "System.Provider.#attributes.Name / System.Provider.@Name / "
                          "System.Provider.Name / Provider",
                          0},
    [WINDOWS_USER] = {DATA("TargetUserName") " / TargetAccount / Account", 0},
    [WINDOWS_STATUS] = {DATA("Status"), 0},
    [WINDOWS_SUB_STATUS] = {DATA("SubStatus"), 0},
    [WINDOWS_TYPE] = {DATA("LogonType"), 0},
    [WINDOWS_PACKAGE] = {DATA("AuthenticationPackageName"), 0},
    [WINDOWS_PREAUTH] = {DATA("PreAuthType"), 0},
    [WINDOWS_IP] = {DATA("IpAddress"), 0},
    [WINDOWS_PORT] = {DATA("IpPort"), 0},
};

/* What an event of one number means, and where each of its strings stands in a list of them
 * without names (Fluent Bit, fluentd), counted from 1; 0: it has none. */
struct act {
    const char *id;
    bool kerberos, failed; /* failed: always */
    uint8_t places[WINDOWS_PATHS_N - WINDOWS_DATA];
};

#define AT(name) [WINDOWS_##name - WINDOWS_DATA]

static const struct act acts[] = {
    {"4624",
     false,
     false,
     {AT(USER) = 6, AT(TYPE) = 9, AT(PACKAGE) = 11, AT(IP) = 19, AT(PORT) = 20}},
    {"4625",
     false,
     true,
     {AT(USER) = 6, AT(STATUS) = 8, AT(SUB_STATUS) = 10, AT(TYPE) = 11, AT(PACKAGE) = 13,
      AT(IP) = 20, AT(PORT) = 21}},
    {"4768",
     true,
     false,
     {AT(USER) = 1, AT(STATUS) = 7, AT(PREAUTH) = 9, AT(IP) = 10, AT(PORT) = 11}},
    {"4771", true, true, {AT(USER) = 1, AT(STATUS) = 5, AT(PREAUTH) = 6, AT(IP) = 7, AT(PORT) = 8}},
};

/* An object with System and EventData is an event wherever it comes from; a row needs a number. */
static bool claims(const struct record *record)
{
    return record_find(record, WINDOWS_ID) != 0 && record_find(record, WINDOWS_CATEGORY) == 0;
}

static const struct act *act_of(const struct record *record, struct slice id)
{
    struct slice by = record_text(record, WINDOWS_PROVIDER);
    if (by.ptr != NULL && !slice_equal_nocase(by, SLICE("Microsoft-Windows-Security-Auditing")))
        return NULL;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (slice_equal(id, slice_of(acts[i].id)))
            return &acts[i];
    return NULL;
}

static struct slice data_of(const struct record *record, const struct act *act, unsigned path)
{
    struct slice text = record_text(record, path);
    unsigned place = act->places[path - WINDOWS_DATA];
    if (text.ptr != NULL || place == 0)
        return text;
    uint32_t list = record_node(record, WINDOWS_LIST), pos = 0, entry = 0;
    while (list != 0 && place-- > 0 && (entry = record_entry(record, list, &pos)) != 0)
        ;
    return entry != 0 ? record_value(record, entry) : text;
}

static struct reason reason_of_logon(const struct record *record, const struct act *act,
                                     struct event *ev)
{
    struct reason reason = {REASON_UNKNOWN, OUTCOME_FAILURE, false};
    if (!act->failed)
        return (struct reason){REASON_OK, OUTCOME_SUCCESS, true};
    ev->code = data_of(record, act, WINDOWS_SUB_STATUS);
    if (ev->code.ptr == NULL || slice_equal_nocase(ev->code, SLICE("0x0")))
        ev->code = data_of(record, act, WINDOWS_STATUS);
    if (ev->code.ptr == NULL)
        reason.reason = REASON_UNSAID;
    (void)reason_of_logon_status(ev->code, &reason);
    return reason;
}

/* A ticket given after no proof at all (0), or by a certificate (15 to 17), proves no password. */
static struct reason reason_of_ticket(const struct record *record, const struct act *act,
                                      struct event *ev)
{
    struct reason reason = {REASON_UNKNOWN, OUTCOME_FAILURE, false};
    ev->code = data_of(record, act, WINDOWS_STATUS);
    if (!act->failed && slice_equal_nocase(ev->code, SLICE("0x0"))) {
        struct slice by = data_of(record, act, WINDOWS_PREAUTH);
        bool password = slice_equal(by, SLICE("2")) || slice_equal(by, SLICE("138"));
        return (struct reason){REASON_OK, OUTCOME_SUCCESS, password};
    }
    if (ev->code.ptr == NULL && !act->failed)
        return (struct reason){REASON_NONE, OUTCOME_UNKNOWN, false};
    (void)reason_of_kerberos_code(ev->code, &reason);
    return reason;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, WINDOWS_ID, WINDOWS_ID + 1, ev);
    const struct act *act = act_of(record, ev->operation);
    if (act == NULL)
        return PARSE_IGNORED;
    struct slice name = data_of(record, act, WINDOWS_USER);
    ev->client = data_of(record, act, WINDOWS_TYPE);
    const struct logon_type *type = logon_type_of(ev->client);
    ev->has_ip = ip_parse_logged(data_of(record, act, WINDOWS_IP), &ev->ip, &ev->port);
    if ((!act->kerberos && type == NULL) || !logon_is_remote(ev) || logon_of_a_machine(name))
        return PARSE_IGNORED;
    ev->kind = KIND_SIGN_IN;
    ev->user = record_account(record, name, (struct slice){NULL, 0});
    uint32_t port = 0;
    if (text_number(data_of(record, act, WINDOWS_PORT), UINT16_MAX, &port))
        ev->port = (uint16_t)port;
    ev->protocol = data_of(record, act, WINDOWS_PACKAGE);
    if (type != NULL)
        ev->interactive = type->interactive ? TRI_TRUE : TRI_FALSE;
    microsoft_judge(
        act->kerberos ? reason_of_ticket(record, act, ev) : reason_of_logon(record, act, ev), ev);
    record_fill(record, WINDOWS_RECORD, WINDOWS_HOST + 1, ev);
    return record_time(record, WINDOWS_TIME, ev);
}

const struct parser parser_windows = {
    .name = "windows",
    .summary = "Windows security log: logons from other machines (4624, 4625), Kerberos sign-ins",
    .signs =
        (const char *const[]){
            "EventID Channel|SourceName|ProviderName|Provider|EventSourceName Computer|Hostname",
            "EventID TargetUserName|TargetAccount LogonType|IpAddress", "winlog @timestamp",
            "event_id event_data computer|computer_name|channel|log_name", "System EventData",
            "System UserData", NULL},
    .paths = paths,
    .paths_n = WINDOWS_PATHS_N,
    .claims = claims,
    .tells = {WINDOWS_ID, WINDOWS_PROVIDER},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields =
        "user ip port host outcome reason code client protocol interactive operation event_id",
    .example = "{\"EventID\":4625,\"Channel\":\"Security\",\"Computer\":\"dc1.contoso.com\","
               "\"TimeGenerated\":\"2025-03-04T05:06:07.123Z\",\"TargetUserName\":\"anna\","
               "\"TargetDomainName\":\"CONTOSO\",\"LogonType\":3,\"IpAddress\":\"203.0.113.7\","
               "\"Status\":\"0xc000006d\",\"SubStatus\":\"0xc000006a\"}",
    .page = "https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4625",
};
