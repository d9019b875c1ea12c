/* SPDX-License-Identifier: Apache-2.0
 *
 * mailbox_forwarding: all mail of a mailbox sent out of the organisation, or the mail flow of the
 * whole tenant turned or opened for it.
 *
 * One row a mailbox, and one for the tenant's policy. Fires on a day with an external destination
 * or an opening: Critical; High where an administrator set it on another mailbox from a trusted
 * network; Medium for a destination that is a name of the directory, which may be a contact
 * outside. Taking it away adds when, and does not erase that it was there.
 */
#include "detectors/frame/detector.h"
#include "detectors/mail/mail.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct forwarding_options {
    bool enabled;
    struct shared_options shared;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct forwarding_options, enabled),
     .fallback = "true",
     .help = "report mailboxes and mail flow that send everything out"},
    OPTIONS_SHARED(forwarding_options),
    {.name = NULL},
};

static bool is_policy(const struct sighting *s)
{
    return s->e->ev.kind == KIND_TRANSPORT_RULE;
}

static bool read_act(const struct sighting *s, struct mail_act *act)
{
    return (s->e->ev.kind == KIND_MAILBOX_FORWARDING || is_policy(s)) && mail_act_of(s, act);
}

static uint64_t key_of(const struct detection *d, const struct sighting *s,
                       const struct mail_act *act)
{
    struct slice nobody = {NULL, 0};
    return is_policy(s) ? mail_key(d, s, MAIL_ROW_POLICY, nobody, nobody)
                        : mail_key(d, s, MAIL_ROW_FORWARDING, act->mailbox, nobody);
}

static void plan(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    if (read_act(s, &act))
        sighting_touch(s, d->windows->table[WINDOWS_MAIL], key_of(d, s, &act),
                       act.features & (MAIL_F_EXTERNAL | MAIL_F_OPENED));
}

/* A policy row has no subject: that is how describing knows it. */
static void update(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    struct slice nobody = {NULL, 0};
    if (!read_act(s, &act))
        return;
    uint32_t row = table_find(d->windows->table[WINDOWS_MAIL], key_of(d, s, &act));
    if (is_policy(s)) {
        act.features &= ~(uint32_t)MAIL_F_UNKNOWN; /* rules name groups and colleagues */
        act.features |= act.features & MAIL_F_EXTERNAL ? MAIL_F_GRAVE : 0;
    }
    if (row != TABLE_NONE)
        mail_keep(d, s, row, &act, is_policy(s) ? nobody : act.mailbox, s->e->ev.mail.rule);
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t day)
{
    uint32_t f = mail_features(d->windows, row, day, false);
    struct verdict v = {.fires = f & (MAIL_F_EXTERNAL | MAIL_F_OPENED | MAIL_F_UNKNOWN),
                        .confidence = f & MAIL_F_SURE     ? 3
                                      : f & MAIL_F_OPENED ? 2
                                                          : 1,
                        .severity = SEVERITY_MEDIUM};
    if (!mail_span(d->windows, row, day, day, &v.first_ms, &v.last_ms))
        v.fires = false;
    if (!v.fires)
        return v;
    if (f & (MAIL_F_EXTERNAL | MAIL_F_OPENED))
        v.severity = f & (MAIL_F_GRAVE | MAIL_F_OPENED) ? SEVERITY_CRITICAL : SEVERITY_HIGH;
    verdict_measure(&v, MEASURE_EXTERNAL, (f & MAIL_F_EXTERNAL) != 0);
    verdict_measure(&v, MEASURE_LOOK_ALIKE, (f & MAIL_F_LOOKALIKE) != 0);
    verdict_measure(&v, MEASURE_OPENED_FOR_ALL, (f & MAIL_F_OPENED) != 0);
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

static void describe_policy(struct finding *f, const char *to, const char *who)
{
    f->subject_type = "tenant";
    snprintf(f->subject, sizeof f->subject, "tenant policy");
    snprintf(f->title, sizeof f->title, "tenant policy: mail flow %s%.100s, by %.80s",
             to[0] ? "sends mail to " : "opened for automatic forwarding", to, who);
    snprintf(f->title_ja, sizeof f->title_ja, "テナント全体のメール フローの変更: %.80s", who);
    snprintf(f->desc, sizeof f->desc,
             "%.80s changed the mail flow of the whole tenant: %s%.200s. Every mailbox is "
             "concerned, and no mailbox shows it.",
             who, to[0] ? "mail goes to " : "automatic forwarding to the outside is allowed", to);
}

static void describe_mailbox(struct finding *f, const char *to, const char *who, const char *where)
{
    const char *whereto = to[0] ? to : "a name of the directory";
    f->subject_type = "mailbox";
    snprintf(f->title, sizeof f->title, "%.80s: all mail forwarded to %.120s", f->subject, whereto);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: 組織外への自動転送", f->subject);
    snprintf(f->desc, sizeof f->desc,
             "All mail of %.80s is forwarded to %.200s. %.80s set it, from %.90s.%s%s", f->subject,
             whereto, who, where,
             to[0] ? "" : " Whether that is a contact outside the record does not say.",
             verdict_measured(&f->verdict, MEASURE_REMOVED_AT) > 0 ? " It was taken away since."
                                                                   : "");
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    struct windows *w = d->windows;
    uint32_t row = table_find(w->table[WINDOWS_MAIL], report->subject);
    char mailbox[64] = "", to[MAIL_TEXT_MAX] = "", where[WHERE_TEXT_MAX];
    bool policy = row != TABLE_NONE && word_load(row_words(w->table[WINDOWS_MAIL], row,
                                                           &mail_fields[MAIL_SUBJECT])) == 0;
    if (row != TABLE_NONE) {
        mail_name(w, row, MAIL_SUBJECT, mailbox);
        mail_names(w, row, MAIL_DESTINATIONS, report->bucket, report->bucket, to);
        mail_users(w, row, MAIL_ACTORS, report->bucket, report->bucket, f);
    }
    const char *who = f->users_n > 0 ? f->users[0] : report->witness.user;
    finding_where(d->enricher, f, where);
    memcpy(f->destination, to, sizeof f->destination);
    if (policy) {
        describe_policy(f, to, who);
        return;
    }
    snprintf(f->subject, sizeof f->subject, "%s", mailbox[0] ? mailbox : report->witness.user);
    describe_mailbox(f, to, who, where);
    finding_add_user(f, f->subject);
}

static const struct attack attacks[] = {
    {"T1114.003", "Email Forwarding Rule", "TA0009", "Collection"},
    {.technique = NULL},
};
static const char *const types[] = {"External mail forwarding", NULL};
static const char *const commands[] = {
    COMMAND_STOP_FORWARDING("[about mailbox]", "{user}"),
    COMMAND_REVOKE("[about mailbox]"),
    COMMAND_FORBID_FORWARDING("[about tenant]"),
    NULL,
};

const struct detector detector_mailbox_forwarding = {
    .name = "mailbox_forwarding",
    .summary = "all mail of a mailbox, or of the tenant, sent out of the organisation",
    .version = 1,
    .bucket_days = 1,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Remove the forwarding, establish what left, block automatic external "
                   "forwarding for the tenant.",
    .remediation_ja =
        "転送を解除し、流出範囲を確認、テナント全体で外部への自動転送を禁止してください。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"mailbox_forwarding", options, sizeof(struct forwarding_options)},
    .shared_at = offsetof(struct forwarding_options, shared),
    .chain = {STAGE_MAIL, 12, WINDOWS_MAIL, 60 * 1000, "mailbox forwarded outside"},
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
