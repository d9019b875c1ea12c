/* SPDX-License-Identifier: Apache-2.0
 *
 * inbox_rule: a rule that sends mail out of the organisation, or hides it from its owner.
 *
 * One row a rule: tenant, mailbox, name. What it does is joined over all of its records, so a
 * harmless rule that is changed later fires as the malicious one it became, on the day of the
 * change. Fires on an external destination (Critical; High if somebody else than the owner made
 * it), and on hiding together with what honest rules do not have (High). Everything else is kept
 * and not said.
 */
#include "detectors/frame/detector.h"
#include "detectors/mail/mail.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct rule_options {
    bool enabled;
    struct shared_options shared;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct rule_options, enabled),
     .fallback = "true",
     .help = "report rules that steal or hide mail"},
    OPTIONS_SHARED(rule_options),
    {.name = NULL},
};

static bool read_act(const struct sighting *s, struct mail_act *act)
{
    return s->e->ev.kind == KIND_MAILBOX_RULE && mail_act_of(s, act);
}

static uint64_t key_of(const struct detection *d, const struct sighting *s,
                       const struct mail_act *act)
{
    return mail_key(d, s, MAIL_ROW_RULE, act->mailbox, s->e->ev.mail.rule);
}

static bool hides(uint32_t f)
{
    bool away = f & (MAIL_F_DELETE | MAIL_F_HIDE);
    return (away && f & (MAIL_F_KEYWORD | MAIL_F_ODD | MAIL_F_ALL)) ||
           (f & MAIL_F_ODD && f & (MAIL_F_READ | MAIL_F_STOP));
}

static bool is_suspicious(uint32_t f)
{
    return f & MAIL_F_EXTERNAL || hides(f);
}

static void plan(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    if (read_act(s, &act))
        sighting_touch(s, d->windows->table[WINDOWS_MAIL], key_of(d, s, &act),
                       is_suspicious(act.features));
}

static void update(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    if (!read_act(s, &act))
        return;
    uint32_t row = table_find(d->windows->table[WINDOWS_MAIL], key_of(d, s, &act));
    if (row != TABLE_NONE)
        mail_keep(d, s, row, &act, act.mailbox, s->e->ev.mail.rule);
}

/* What the rule does by the end of the day. */
static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t day)
{
    static const struct {
        uint32_t feature;
        enum measure_id id;
    } told[] = {{MAIL_F_EXTERNAL, MEASURE_EXTERNAL},   {MAIL_F_LOOKALIKE, MEASURE_LOOK_ALIKE},
                {MAIL_F_DELETE, MEASURE_DELETES},      {MAIL_F_HIDE, MEASURE_HIDES},
                {MAIL_F_KEYWORD, MEASURE_KEYWORD},     {MAIL_F_ODD, MEASURE_ODD_NAME},
                {MAIL_F_READ, MEASURE_MARKS_READ},     {MAIL_F_STOP, MEASURE_STOPS_OTHERS},
                {MAIL_F_ALL, MEASURE_MATCHES_ALL_MAIL}};
    uint32_t f = mail_features(d->windows, row, day, true);
    struct verdict v = {.fires = is_suspicious(f), .confidence = 2, .severity = SEVERITY_HIGH};
    if (!mail_span(d->windows, row, day, day, &v.first_ms, &v.last_ms))
        v.fires = false;
    if (f & MAIL_F_EXTERNAL) {
        v.confidence = f & MAIL_F_SURE ? 3 : 1;
        v.severity = f & MAIL_F_OWN ? SEVERITY_CRITICAL : SEVERITY_HIGH;
    }
    for (size_t i = 0; v.fires && i < sizeof told / sizeof told[0]; i++)
        if (f & told[i].feature)
            verdict_measure(&v, told[i].id, true);
    if (v.fires)
        mail_measure_removal(d->windows, row, &v);
    return v;
}

static void judge(const struct detection *d, const struct sighting *s)
{
    struct mail_act act;
    if (read_act(s, &act))
        mail_judge(d, s, &act, key_of(d, s, &act), evaluate);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_MAIL], report->subject);
    if (row == TABLE_NONE || mail_features(d->windows, row, report->bucket, false) == 0)
        return false;
    *ret_verdict = evaluate(d, row, report->bucket);
    return true;
}

static const char *verb_of(uint32_t f)
{
    if (f & MAIL_F_EXTERNAL)
        return f & MAIL_F_REDIRECT     ? "redirects mail"
               : f & MAIL_F_ATTACHMENT ? "forwards mail as attachment"
                                       : "forwards mail";
    return f & MAIL_F_DELETE ? "deletes mail" : f & MAIL_F_HIDE ? "hides mail" : "covers mail";
}

/* The reasons, a sentence each. */
static void say_why(uint32_t f, char text[static 400])
{
    snprintf(text, 400, "%s%s%s%s%s%s%s%s",
             f & MAIL_F_LOOKALIKE ? " The destination is made to look like an own domain." : "",
             f & MAIL_F_ALL ? " It matches all mail." : "",
             f & MAIL_F_KEYWORD ? " It looks for words of payments or warnings." : "",
             f & MAIL_F_ODD ? " Its name is next to nothing." : "",
             f & MAIL_F_DELETE ? " It deletes." : "",
             f & MAIL_F_HIDE ? " It moves to a folder nobody reads." : "",
             f & MAIL_F_READ ? " It marks as read." : "",
             f & MAIL_F_EXTERNAL && !(f & MAIL_F_SURE)
                 ? " The tenant's domains are not configured: external is a guess."
                 : "");
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    struct windows *w = d->windows;
    uint32_t row = table_find(w->table[WINDOWS_MAIL], report->subject), features = 0;
    char mailbox[64] = "", rule[64] = "", to[MAIL_TEXT_MAX] = "", why[400] = "";
    char where[WHERE_TEXT_MAX];
    if (row != TABLE_NONE) {
        features = mail_features(w, row, report->bucket, true);
        mail_name(w, row, MAIL_SUBJECT, mailbox);
        mail_name(w, row, MAIL_RULE, rule);
        mail_names(w, row, MAIL_DESTINATIONS, 0, report->bucket, to);
        mail_users(w, row, MAIL_ACTORS, 0, report->bucket, f);
    }
    say_why(features, why);
    finding_where(d->enricher, f, where);
    f->subject_type = "mailbox";
    memcpy(f->rule, rule, sizeof f->rule);
    memcpy(f->destination, to, sizeof f->destination);
    snprintf(f->subject, sizeof f->subject, "%s", mailbox[0] ? mailbox : report->witness.user);
    finding_add_user(f, f->subject);
    snprintf(f->title, sizeof f->title, "%.60s: inbox rule \"%.40s\" %s%s%.80s", f->subject, rule,
             verb_of(features), to[0] ? " to " : "", to);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: 不審な受信トレイ ルール「%.40s」", f->subject,
             rule);
    snprintf(f->desc, sizeof f->desc,
             "The inbox rule \"%.60s\" of %.80s %s%s%.200s. It was set from %.90s.%s Who has "
             "taken a mailbox over sets such rules so that its owner does not see answers.",
             rule, f->subject, verb_of(features), to[0] ? " to " : "", to, where, why);
}

static const struct attack attacks[] = {
    {"T1114.003", "Email Forwarding Rule", "TA0009", "Collection"},
    {"T1564.008", "Email Hiding Rules", "TA0005", "Defense Evasion"},
    {.technique = NULL},
};
static const char *const types[] = {"Malicious inbox rule", NULL};
static const char *const commands[] = {
    COMMAND_LIST_RULES,
    COMMAND_DISABLE_RULE,
    COMMAND_REVOKE(""),
    NULL,
};

const struct detector detector_inbox_rule = {
    .name = "inbox_rule",
    .summary = "an inbox rule that sends mail out or hides it from its owner",
    .version = 1,
    .bucket_days = 1,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Disable the rule (keep it as evidence), revoke sessions, search mail sent and "
                   "deleted since its creation, warn finance and the named correspondents.",
    .remediation_ja = "ルールを無効化（証拠として保全）し、セッションを無効化、"
                      "作成以降の送信・削除メールを調査し、"
                      "経理部門と関係先へ注意喚起してください。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"inbox_rule", options, sizeof(struct rule_options)},
    .shared_at = offsetof(struct rule_options, shared),
    .chain = {STAGE_MAIL, 11, WINDOWS_MAIL, 60 * 1000, "inbox rule that steals or hides mail"},
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
