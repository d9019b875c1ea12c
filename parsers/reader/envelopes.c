/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of JSON envelopes, in the order in which they are tried: those with telling keys first,
 * words that anybody may use last. A new one is a line: name, signs, payload, time.
 */
#include "parsers/reader/envelopes.h"

#include "parsers/reader/record.h"

static bool is_only_member(const struct record *record)
{
    const struct json_node *nodes = record->doc->nodes;
    return nodes[record->root + 1].next == nodes[record->root].next;
}

/* Splunk's event collector: `event` and nothing beside it but what the collector defines. */
static bool is_hec(const struct record *record)
{
    static const char *const names[] = {"event",      "time",  "host",  "source",
                                        "sourcetype", "index", "fields"};
    const struct json_node *nodes = record->doc->nodes;
    for (uint32_t i = record->root + 1; i < nodes[record->root].next; i = nodes[i].next) {
        struct slice name = {nodes[i].name, nodes[i].name_len};
        bool known = name.ptr == NULL; /* JSON opened from a string meanwhile */
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
            known |= slice_equal_nocase(name, slice_of(names[k]));
        if (!known)
            return false;
    }
    return true;
}

#define ENVELOPE_OF(title, sign, test, ...)                                                        \
    {                                                                                              \
        .name = title, .signs = (const char *const[]){sign, NULL},                                 \
        .paths = (const struct parser_path[ENVELOPE_PATHS_N]){__VA_ARGS__},                        \
        .paths_n = ENVELOPE_PATHS_N, .claims = test                                                \
    }
#define ENVELOPE(title, sign, payload, time, test)                                                 \
    ENVELOPE_OF(title, sign, test, {payload, 0}, {time, 0}, {"", 0}, {"", 0})
#define NO_TIME ""

/* Ordinary words, of which the time is among what stands beside them (parsers/reader/beside.h). */
#define ORDINARY(title, sign, payload) ENVELOPE(title, sign, payload, NO_TIME, NULL)

const struct parser envelopes_all[] = {
    /* Azure diagnostic settings (Event Hubs, blobs); CloudTrail files. */
    ENVELOPE("records", "records", "^records", NO_TIME, NULL),
    /* A page of a Microsoft Graph answer. */
    ENVELOPE("graph page", "value @odata.context|@odata.nextLink", "^value", NO_TIME, NULL),
    /* A page of Google's answers: admin#reports#activities. */
    ENVELOPE("items page", "items kind|etag|nextPageToken", "^items", NO_TIME, NULL),
    /* OpenTelemetry: resources, in them scopes, in them records. */
    ENVELOPE("otlp resources", "resourceLogs", "^resourceLogs", NO_TIME, NULL),
    ENVELOPE("otlp scopes", "scopeLogs", "^scopeLogs", NO_TIME, NULL),
    ENVELOPE("otlp records", "logRecords", "^logRecords", NO_TIME, NULL),
    ENVELOPE("cloudwatch", "messageType logEvents", "^logEvents", NO_TIME, NULL),
    ENVELOPE("page", "value", "^value", NO_TIME, is_only_member),
    ENVELOPE_OF("hec", "event", is_hec, {"^event", 0}, {"^time", 0}, {"^source", 0},
                {"^sourcetype", 0}),
    ENVELOPE("splunk raw", "_raw", "^_raw", "^_time", NULL),
    ENVELOPE("splunk result", "result", "^result._raw", "^result._time", NULL),
    /* Answers of Duo's API, v2 and v1; Okta's event hooks; what a topic of SNS hands on. */
    ENVELOPE("duo page", "stat response", "^response.authlogs / ^response", NO_TIME, NULL),
    ENVELOPE("okta hook", "cloudEventsVersion data", "^data.events", NO_TIME, NULL),
    ENVELOPE("sns", "Sns EventSource", "^Sns.Message", "^Sns.Timestamp", NULL),
    ENVELOPE("eventbridge", "detail-type detail", "^detail", "^time", NULL),
    ENVELOPE("lookup events", "CloudTrailEvent", "^CloudTrailEvent", NO_TIME, NULL),
    /* What Search-UnifiedAuditLog answers, as JSON. */
    ENVELOPE("audit search", "AuditData", "^AuditData", NO_TIME, NULL),
    ENVELOPE("cloud logging", "jsonPayload", "^jsonPayload", "^timestamp", NULL),
    ENVELOPE("cloud logging text", "textPayload insertId|logName|timestamp", "^textPayload",
             "^timestamp", NULL),
    /* Log shippers, for whom these are ordinary words. */
    ORDINARY("original", "event|event.original @timestamp", "^event.original / ^'event.original'"),
    /* What came, with its header; what a daemon made of it stands beside, and may be wrong. */
    ORDINARY("rawmsg", "rawmsg|rawMessage|raw_message", "^rawmsg / ^rawMessage / ^raw_message"),
    ORDINARY("message", "message", "^message"),
    /* rsyslog's %jsonmesg% and mmjsonparse. */
    ORDINARY("msg", "msg", "^msg"),
    /* Graylog's short message is the first line of the full one. */
    ORDINARY("gelf", "short_message", "^short_message"),
    ORDINARY("gelf, full", "full_message", "^full_message"),
    ORDINARY("wazuh", "full_log", "^full_log"),
    ORDINARY("log analytics", "SyslogMessage", "^SyslogMessage"),
    ORDINARY("telegraf", "fields tags", "^fields.message"),
    ORDINARY("otlp", "body timeUnixNano|observedTimeUnixNano",
             "^body.stringValue / ^body.kvlistValue.values[key=MESSAGE].value.stringValue"),
    ORDINARY("line", "line", "^line"),
    ORDINARY("log", "log", "^log"),
    ORDINARY("body", "body", "^body"),
    ORDINARY("payload", "payload", "^payload"),
    ORDINARY("data", "data", "^data"),
};

const size_t envelopes_n = sizeof(envelopes_all) / sizeof(envelopes_all[0]);
