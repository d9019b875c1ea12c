/* SPDX-License-Identifier: Apache-2.0
 *
 * struct finding -> OCSF Detection Finding. One function for each object of the schema, called in
 * the order of the record. What the schema has no place for stands in unmapped.spoor and in the
 * free evidences[].data. Nothing here reads a clock or remembers anything. Source:
 * schema.ocsf.io/1.4.0/classes/detection_finding, read 2026-11.
 */
#include "plugin/findings/finding_json.h"

#include "detectors/frame/detector.h"
#include "plugin/base/version.h"
#include "plugin/findings/finding_command.h"
#include "plugin/findings/finding_evidence.h"
#include "plugin/findings/finding_points.h"

#include <stdio.h>
#include <string.h>

#define ATTACK_VERSION "16.1" /* of MITRE ATT&CK, whose ids the detectors name */

enum { OCSF_CLASS = 2004, OCSF_CATEGORY = 2, OCSF_ANALYTIC_RULE = 1 };

/* A text that is left out when empty. */
static void member(struct json_out *out, const char *key, const char *text)
{
    if (text)
        json_member_string(out, key, slice_of(text));
}

static void open_member(struct json_out *out, const char *key)
{
    json_key(out, key);
    json_begin_object(out);
}

static void member_fixed(struct json_out *out, const char *key, double value, unsigned decimals)
{
    json_key(out, key);
    json_fixed(out, value, decimals);
}

static const char *activity_name(enum activity activity)
{
    return activity == ACTIVITY_CREATE   ? "Create"
           : activity == ACTIVITY_UPDATE ? "Update"
                                         : "Close";
}

static const char *status_name(enum status status)
{
    static const char *const names[] = {
        [STATUS_NEW] = "New",
        [STATUS_IN_PROGRESS] = "In Progress",
        [STATUS_SUPPRESSED] = "Suppressed",
        [STATUS_RESOLVED] = "Resolved",
    };
    return names[status];
}

static const char *confidence_name(int confidence)
{
    return confidence >= 3 ? "High" : confidence == 2 ? "Medium" : "Low";
}

static void write_class(struct json_out *out, const struct finding *f)
{
    json_member_i64(out, "activity_id", f->activity);
    json_member_text(out, "activity_name", activity_name(f->activity));
    json_member_i64(out, "category_uid", OCSF_CATEGORY);
    json_member_text(out, "category_name", "Findings");
    json_member_i64(out, "class_uid", OCSF_CLASS);
    json_member_text(out, "class_name", "Detection Finding");
    json_member_i64(out, "type_uid", OCSF_CLASS * 100 + (int64_t)f->activity);
    json_member_i64(out, "severity_id", f->verdict.severity);
    json_member_text(out, "severity", severity_name(f->verdict.severity));
    json_member_i64(out, "status_id", f->status);
    json_member_text(out, "status", status_name(f->status));
    json_member_i64(out, "confidence_id", f->verdict.confidence);
    json_member_text(out, "confidence", confidence_name(f->verdict.confidence));
    json_member_bool(out, "is_alert", f->activity != ACTIVITY_CLOSE);
    json_member_i64(out, "time", f->created_ms);
    json_member_i64(out, "start_time", f->verdict.first_ms);
    json_member_i64(out, "end_time", f->verdict.last_ms);
}

/* The title and the numbers that decided, in a text cut at its end if it must be. */
static void write_message(struct json_out *out, const struct finding *f)
{
    char text[768];
    size_t len = strnlen(f->title, sizeof f->title), start = len;
    memcpy(text, f->title, len);
    for (unsigned i = 0; i < f->verdict.measures_n; i++) {
        const struct measure *m = &f->verdict.measures[i];
        const struct measure_row *row = &measure_rows[m->id];
        char number[40];
        struct json_out digits = json_begin(number, sizeof number);
        json_fixed(&digits, m->value, 1);
        size_t name = strlen(row->name), unit = strlen(row->unit);
        if (!m->has_threshold || digits.overflow ||
            name + unit + digits.len + 14 > sizeof text - len)
            continue;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %s%.*s%s%s",
                                len == start ? " (" : ", ", row->name, m->estimated ? "about " : "",
                                (int)digits.len, number, unit ? " " : "", row->unit);
    }
    if (len > start)
        text[len++] = ')';
    json_member_string(out, "message", (struct slice){text, len});
}

static void write_metadata(struct json_out *out, const struct finding *f)
{
    char uid[FINDING_KEY_MAX + 12];
    if (f->held)
        finding_key(f, uid);
    else
        snprintf(uid, sizeof uid, "%s.%u", f->uid, (unsigned)f->sequence);
    open_member(out, "metadata");
    json_member_text(out, "version", OCSF_VERSION);
    open_member(out, "product");
    json_member_text(out, "name", "spoor");
    json_member_text(out, "vendor_name", "spoor");
    json_member_text(out, "version", version_text());
    json_end_object(out);
    json_member_text(out, "uid", uid);
    json_member_i64(out, "sequence", f->sequence);
    member(out, "tenant_uid", f->tenant);
    json_key(out, "labels");
    json_begin_array(out);
    json_text(out, "lang:en");
    json_text(out, "lang:ja");
    json_end_array(out);
    json_end_object(out);
}

static void write_analytic(struct json_out *out, const struct detector *detector)
{
    char version[12];
    snprintf(version, sizeof version, "%u", detector->version);
    open_member(out, "analytic");
    json_member_text(out, "uid", detector->name);
    json_member_text(out, "name", detector->name);
    member(out, "desc", detector->summary);
    json_member_i64(out, "type_id", OCSF_ANALYTIC_RULE);
    json_member_text(out, "type", "Rule");
    json_member_text(out, "version", version);
    json_end_object(out);
}

static void write_attacks(struct json_out *out, const struct attack *attacks)
{
    if (!attacks || !attacks->technique)
        return;
    json_key(out, "attacks");
    json_begin_array(out);
    for (; attacks->technique; attacks++) {
        json_begin_object(out);
        open_member(out, "technique");
        json_member_text(out, "uid", attacks->technique);
        member(out, "name", attacks->name);
        json_end_object(out);
        if (attacks->tactic) {
            open_member(out, "tactic");
            json_member_text(out, "uid", attacks->tactic);
            member(out, "name", attacks->tactic_name);
            json_end_object(out);
        }
        json_member_text(out, "version", ATTACK_VERSION);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_types(struct json_out *out, const char *const *types)
{
    if (!types || !*types)
        return;
    json_key(out, "types");
    json_begin_array(out);
    for (; *types; types++)
        json_text(out, *types);
    json_end_array(out);
}

/* True if an earlier witness says the same. */
static bool source_seen(const struct finding *f, unsigned i)
{
    for (unsigned j = 0; j < i; j++)
        if (f->witnesses[j].source && strcmp(f->witnesses[j].source, f->witnesses[i].source) == 0)
            return true;
    return false;
}

/* Another finding, and why it stands here. */
static void write_related(struct json_out *out, const char *uid, const struct detector *detector,
                          const char *why)
{
    json_begin_object(out);
    member(out, "uid", uid);
    json_member_i64(out, "type_uid", OCSF_CLASS * 100 + ACTIVITY_CREATE);
    member(out, "type", detector->name);
    member(out, "desc", why);
    json_end_object(out);
}

static void write_origins(struct json_out *out, const struct finding *f)
{
    json_key(out, "data_sources");
    json_begin_array(out);
    for (unsigned i = 0; i < f->witnesses_n; i++)
        if (f->witnesses[i].source && !source_seen(f, i))
            json_text(out, f->witnesses[i].source);
    json_end_array(out);
    json_key(out, "related_events");
    json_begin_array(out);
    for (unsigned i = 0; i < f->witnesses_n; i++) {
        if (f->witnesses[i].event_id[0] == '\0')
            continue;
        json_begin_object(out);
        member(out, "uid", f->witnesses[i].event_id);
        member(out, "type", f->witnesses[i].source);
        json_end_object(out);
    }
    for (unsigned i = 0; i < f->related_n; i++)
        write_related(out, f->related[i].uid, f->related[i].detector, f->related[i].why);
    for (unsigned i = 0; i < f->steps_n; i++)
        if (f->steps[i].uid[0] != '\0')
            write_related(out, f->steps[i].uid, f->steps[i].detector, "a stage of it");
    json_end_array(out);
}

/* Lockheed Martin's phases, as OCSF numbers them. A rule stays (5), mail sent out is the goal (7):
 * which of the two a step of mail is, its finding tells. */
static void write_kill_chain(struct json_out *out, const struct finding *f)
{
    static const struct {
        int id;
        const char *name;
        unsigned stages; /* bits 1 << enum chain_stage */
    } phases[] = {
        {1, "Reconnaissance", 1 << STAGE_TARGETED},
        {4, "Exploitation", 1 << STAGE_CONFIRMED | 1 << STAGE_ACCESS | 1 << STAGE_SESSION},
        {5, "Installation", 1 << STAGE_PERSISTENCE | 1 << STAGE_MAIL},
        {7, "Actions on Objectives", 1 << STAGE_MAIL | 1 << STAGE_ACTION},
    };
    unsigned stages = 0;
    for (unsigned i = 0; i < f->steps_n; i++)
        stages |= 1u << f->steps[i].stage;
    if (stages == 0)
        return;
    json_key(out, "kill_chain");
    json_begin_array(out);
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        if (!(stages & phases[i].stages))
            continue;
        json_begin_object(out);
        json_member_text(out, "phase", phases[i].name);
        json_member_i64(out, "phase_id", phases[i].id);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_info(struct json_out *out, const struct finding *f)
{
    open_member(out, "finding_info");
    json_member_text(out, "uid", f->uid);
    json_member_text(out, "title", f->title);
    member(out, "desc", f->desc);
    write_types(out, f->detector->types);
    write_analytic(out, f->detector);
    write_attacks(out, f->detector->attacks);
    write_kill_chain(out, f);
    json_member_i64(out, "created_time", f->created_ms);
    json_member_i64(out, "modified_time", f->modified_ms);
    json_member_i64(out, "first_seen_time", f->verdict.first_ms);
    json_member_i64(out, "last_seen_time", f->verdict.last_ms);
    write_origins(out, f);
    json_end_object(out);
}

static void write_resources(struct json_out *out, const struct finding *f)
{
    if (f->subject[0] == '\0')
        return;
    json_key(out, "resources");
    json_begin_array(out);
    json_begin_object(out);
    member(out, "type", f->subject_type);
    member(out, "uid", f->subject);
    member(out, "name", f->subject);
    json_end_object(out);
    json_end_array(out);
}

struct command_list {
    struct json_out *out;
    const char *key; /* NULL once it is written: a product without commands has no list */
};

static void take_command(void *ctx, const char *command)
{
    struct command_list *list = ctx;
    if (list->key) {
        json_key(list->out, list->key);
        json_begin_array(list->out);
        list->key = NULL;
    }
    json_text(list->out, command);
}

static void write_commands(struct json_out *out, const struct finding *f, const char *key)
{
    if (f->remediation)
        return;
    struct command_list list = {out, key};
    finding_commands(f, take_command, &list);
    if (!list.key)
        json_end_array(out);
}

static void write_remediation(struct json_out *out, const struct finding *f)
{
    const char *en = f->remediation ? f->remediation : f->detector->remediation;
    const char *ja = f->remediation ? f->remediation_ja : f->detector->remediation_ja;
    if (!en)
        return;
    char text[4096];
    int n = snprintf(text, sizeof text, "%s%s%s", en, ja ? "\n\n" : "", ja ? ja : "");
    open_member(out, "remediation");
    json_member_string(out, "desc", (struct slice){text, n < (int)sizeof text ? (size_t)n : 0});
    write_commands(out, f, "references");
    json_end_object(out);
}

/* Names and values of the measures; with `thresholds`, only those held against one, and that one.
 */
static void write_measures(struct json_out *out, const struct finding *f, const char *key,
                           bool thresholds)
{
    open_member(out, key);
    for (unsigned i = 0; i < f->verdict.measures_n; i++) {
        const struct measure *m = &f->verdict.measures[i];
        if (!thresholds)
            member_fixed(out, measure_rows[m->id].name, m->value, 3);
        else if (m->has_threshold)
            member_fixed(out, measure_rows[m->id].name, m->threshold, 3);
    }
    json_end_object(out);
}

static void write_units(struct json_out *out, const struct finding *f)
{
    open_member(out, "units");
    for (unsigned i = 0; i < f->verdict.measures_n; i++) {
        const struct measure_row *row = &measure_rows[f->verdict.measures[i].id];
        member(out, row->name, row->unit);
    }
    json_end_object(out);
}

/* Which of the counts are estimates; left out when all are counted. */
static void write_estimates(struct json_out *out, const struct finding *f)
{
    bool any = false;
    for (unsigned i = 0; i < f->verdict.measures_n; i++) {
        if (!f->verdict.measures[i].estimated)
            continue;
        if (!any) {
            json_key(out, "estimates");
            json_begin_array(out);
        }
        json_text(out, measure_rows[f->verdict.measures[i].id].name);
        any = true;
    }
    if (any)
        json_end_array(out);
}

static void write_names(struct json_out *out, const char *key, const char *first, size_t stride,
                        unsigned n)
{
    if (n == 0)
        return;
    json_key(out, key);
    json_begin_array(out);
    for (unsigned i = 0; i < n; i++)
        json_text(out, first + i * stride);
    json_end_array(out);
}

static void write_timeline(struct json_out *out, const struct finding *f)
{
    if (f->steps_n == 0)
        return;
    json_key(out, "timeline");
    json_begin_array(out);
    for (unsigned i = 0; i < f->steps_n; i++) {
        const struct finding_step *step = &f->steps[i];
        json_begin_object(out);
        json_member_i64(out, "time", step->first_ms);
        json_member_i64(out, "end_time", step->last_ms);
        if (step->grain_ms > 60000)
            json_member_i64(out, "within_min", step->grain_ms / 60000);
        json_member_text(out, "stage", chain_stage_name(step->stage));
        json_member_text(out, "what", step->what);
        if (step->detector)
            json_member_text(out, "detector", step->detector->name);
        if (step->uid[0] != '\0')
            json_member_text(out, "uid", step->uid);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_unmapped(struct json_out *out, const struct finding *f)
{
    open_member(out, "unmapped");
    open_member(out, "spoor");
    member(out, "title_ja", f->title_ja);
    member(out, "subject", f->subject);
    member(out, "subject_type", f->subject_type);
    json_member_i64(out, "bucket", f->bucket);
    json_member_i64(out, "bucket_days", f->detector->bucket_days);
    json_member_i64(out, "detector_version", f->detector->version);
    write_measures(out, f, "counts", false);
    write_measures(out, f, "thresholds", true);
    write_units(out, f);
    write_estimates(out, f);
    json_member_bool(out, "provisional", f->verdict.provisional);
    if (f->suppressed != SUPPRESSED_NOT)
        json_member_text(out, "suppressed", suppression_name(f->suppressed));
    if (f->held)
        json_member_bool(out, "held_back", true);
    if (f->detector->advisory) {
        member(out, "advisory", f->detector->advisory->name);
        member(out, "advisory_ja", f->detector->advisory->name_ja);
    }
    member(out, "rule", f->rule);
    member(out, "destination", f->destination);
    write_names(out, "users", f->users[0], sizeof f->users[0], f->users_n);
    write_timeline(out, f);
    write_names(out, "networks", f->networks[0], sizeof f->networks[0], f->networks_n);
    finding_points(out, f);
    if (f->feed.name[0] != '\0') {
        open_member(out, "feed");
        member(out, "name", f->feed.name);
        member(out, "cidr", f->feed.cidr);
        json_end_object(out);
    }
    write_commands(out, f, "commands");
    json_end_object(out);
    json_end_object(out);
}

size_t finding_key(const struct finding *f, char ret_key[static FINDING_KEY_MAX])
{
    int n = snprintf(ret_key, FINDING_KEY_MAX, "%s%s%s", f->uid, f->held ? "." : "",
                     f->held ? suppression_name(f->suppressed) : "");
    return n < FINDING_KEY_MAX ? (size_t)n : FINDING_KEY_MAX - 1;
}

bool finding_json(struct json_out *out, const struct finding *f)
{
    size_t start = out->len;
    json_begin_object(out);
    write_class(out, f);
    write_message(out, f);
    write_metadata(out, f);
    write_info(out, f);
    finding_evidences(out, f);
    write_resources(out, f);
    finding_observables(out, f);
    write_remediation(out, f);
    write_unmapped(out, f);
    json_end_object(out);
    return json_complete(out) && out->len > start;
}
