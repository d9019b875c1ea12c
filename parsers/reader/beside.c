/* SPDX-License-Identifier: Apache-2.0
 *
 * The names. Where a shipper gives several, what the system says of a process comes before what the
 * process says of itself, and the time of the line before that of its shipping.
 *
 * Sources: systemd.journal-fields(7); rsyslog, "Properties" and its %jsonmesg%; syslog-ng, "Macros"
 * and format-json, format-gelf, format-ewmm; Vector, sources syslog and journald; Fluent Bit,
 * inputs syslog and systemd; Fluentd, in_syslog; Logstash, input syslog; Elastic, "ECS field
 * reference" (log.syslog, process) and Filebeat's inputs syslog and journald; GELF 1.1; NXLog,
 * im_syslog and xm_syslog; Telegraf, inputs.syslog; Confluent's Syslog Source; Log Analytics, table
 * Syslog; OpenTelemetry's receivers journald and syslog; Wazuh, alerts.json.
 */
#include "parsers/reader/beside.h"

#include "parsers/syslog/syslog.h"

/* Nested, or one name with dots. */
#define BOTH(name) name " / '" name "'"

/* An attribute, or a member of the body, of an OpenTelemetry record. */
#define ATTRIBUTE(name) "attributes[key=" name "].value.stringValue"
#define FIELD(name)     "body.kvlistValue.values[key=" name "].value.stringValue"

/* Any local user may choose a SYSLOG_IDENTIFIER, and a process its _COMM. */
#define JOURNAL_PROGRAM                                                                            \
    "_EXE / _COMM / SYSLOG_IDENTIFIER / " FIELD("_EXE") " / " FIELD("_COMM") " / " FIELD(          \
        "SYSLOG_IDENTIFIER")

static const struct parser_path paths[BESIDE_PATHS_N] = {
    [BESIDE_PROGRAM] =
        {JOURNAL_PROGRAM
         " / programname / program / app-name / appname / app_name / syslogtag / "
         "syslog-tag / syslog_tag / ident / syslog_identifier / _program / "
         "_application_name / application_name / ProcessName / SourceName / "
         "predecoder.program_name / tags.appname / " BOTH("log.syslog.appname") " / " BOTH(
             "process.name") " / " BOTH("process.program") " / " ATTRIBUTE("appname") " / tag",
         0},
    [BESIDE_PROCESS] =
        {"_PID / SYSLOG_PID / procid / pid / ProcessID / _process_id / _pid / "
         "proc_id / process_id / fields.procid / " BOTH("log.syslog.procid") " / " BOTH(
             "process.pid") " / " ATTRIBUTE("proc_id") " / " FIELD("_PID"),
         0},
    [BESIDE_HOST] =
        {"_HOSTNAME / hostname / " BOTH("log.syslog.hostname") " / " BOTH(
             "host.hostname") " / " BOTH("host.name") " / host / Computer / logsource / fromhost / "
                                                      "tags.hostname / "
                                                      "predecoder.hostname / _host / " ATTRIBUTE(
                                                          "hostname") " / " FIELD("_HOSTNAME"),
         0},
    [BESIDE_TIME] =
        {"__REALTIME_TIMESTAMP / timereported / ISODATE / EventTime / "
         "fields.timestamp / " FIELD(
             "__REALTIME_TIMESTAMP") " / @timestamp / _time / p_event_time / timestamp / "
                                     "timeUnixNano / "
                                     "observedTimeUnixNano / time / TimeGenerated / date",
         0},
    [BESIDE_ZONE] = {BOTH("event.timezone"), 0},
};

const struct parser beside = {
    .name = "beside",
    .signs = (const char *const[]){NULL},
    .paths = paths,
    .paths_n = BESIDE_PATHS_N,
};

struct origin beside_read(struct record *record, const struct paths_parser *by)
{
    record_use(record, by);
    struct slice tag = record_text(record, BESIDE_PROGRAM);
    bool process = syslog_has_process(tag) || record_text(record, BESIDE_PROCESS).ptr != NULL;
    /* Names with dots are Fluentd's, by which it routes messages. */
    bool route = !process && tag.len > 0 && memchr(tag.ptr, '.', tag.len) != NULL;
    return (struct origin){
        .program = route ? (struct slice){NULL, 0} : syslog_program(tag),
        .process = process,
        .host = record_text(record, BESIDE_HOST),
        .time = record_text(record, BESIDE_TIME),
        .zone = record_text(record, BESIDE_ZONE),
    };
}
