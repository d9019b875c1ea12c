/* SPDX-License-Identifier: Apache-2.0
 *
 * bulk_forwarding: mail of many mailboxes turned outside at once, by one actor or to one address,
 * or the whole tenant opened by an administrator.
 *
 * One row an actor and one a destination; each holds the set of mailboxes. Fires when an actor
 * reaches `mailboxes` within `window`, counted in half hours, so up to half an hour longer; when an
 * address receives `destination_mailboxes` within `destination_days` calendar days; on a
 * tenant-wide opening by an administrator. Rules and forwardings both count, removals and internal
 * or accepted destinations never. A day's verdict is that of its fullest window, read anew from the
 * words, so it does not depend on which record came last.
 */
#include "detectors/known/accounts.h"
#include "detectors/known/baseline.h"
#include "detectors/known/crowd.h"
#include "detectors/known/detector_say.h"
#include "detectors/known/learning.h"
#include "detectors/mail/mail.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

#define HALF_MS (30ll * 60 * 1000)

enum { ONE_IN = 50, LEAST = 3, MOST = 10 };

struct bulk_options {
    bool enabled;
    struct shared_options shared;
    int64_t mailboxes, window_ms, destination_mailboxes, destination_days;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct bulk_options, enabled),
     .fallback = "true",
     .help = "report forwarding of many mailboxes at once"},
    {.name = "mailboxes",
     .type = OPTION_COUNT,
     .offset = offsetof(struct bulk_options, mailboxes),
     .fallback = "0",
     .max = 10000,
     .help = "mailboxes one actor turns outside within the window; 0: 2 % of the tenant's users, "
             "from 3 to 10, as a help desk does one or two"},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct bulk_options, window_ms),
     .fallback = "1h",
     .min = 30 * 60 * 1000,
     .max = 12 * 60 * 60 * 1000,
     .help = "time an actor's mailboxes are counted in: scripts need minutes, people an hour"},
    {.name = "destination_mailboxes",
     .type = OPTION_COUNT,
     .offset = offsetof(struct bulk_options, destination_mailboxes),
     .fallback = "2",
     .min = 2,
     .max = 10000,
     .help = "mailboxes that send to one outside address; people do not share a private one"},
    {.name = "destination_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct bulk_options, destination_days),
     .fallback = "7",
     .min = 1,
     .max = 8,
     .help = "calendar days an outside address is watched for; the memory holds a fortnight"},
    OPTIONS_SHARED(bulk_options),
    {.name = NULL},
};

/* Mailboxes that are many for the tenant on a day. */
static double mailboxes_of(const struct detection *d, uint32_t row, int64_t day)
{
    const struct bulk_options *o = d->options;
    if (o->mailboxes > 0)
        return (double)o->mailboxes;
    uint64_t tenant =
        word_load(row_words(d->windows->table[WINDOWS_MAIL], row, &mail_fields[MAIL_TENANT]));
    unsigned size = crowd_tenant_size(d->windows, tenant, d->tenant->users, day * DAY_MS);
    unsigned t = (size + ONE_IN - 1) / ONE_IN;
    return t < LEAST ? LEAST : t > MOST ? MOST : t;
}

/* Where the actor is known to work, if it is long enough to tell. */
static bool is_strange(const struct detection *d, const struct sighting *s)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_USER], s->user_hash);
    int64_t now = s->e->ev.time_ms;
    return row != TABLE_NONE && s->e->usable_ip && sighting_vouched(s) == SUPPRESSED_NOT &&
           baseline_active_days(d->windows, row, now) >= LEARNING_ACTIVE_DAYS &&
           !baseline_known_net(d->windows, row, ladder_net(d->windows, s->e), now);
}

/* A privileged actor's change to the whole tenant, or mail going outside. */
static bool read_act(const struct detection *d, const struct sighting *s, struct mail_act *act)
{
    if (!mail_act_of(s, act) || act->removed || s->user_hash == 0)
        return false;
    const struct accounts *accounts = s->tenant->accounts;
    bool admin = s->e->ev.mail.by_admin || accounts_is_admin(accounts, s->e->ev.user);
    if (admin)
        act->features |= MAIL_F_ADMIN | (is_strange(d, s) ? MAIL_F_STRANGE : 0);
    if (accounts_in_maintenance(accounts, s->e->ev.user, s->e->ev.time_ms))
        act->excuse = SUPPRESSED_MAINTENANCE;
    if (s->e->ev.kind == KIND_TRANSPORT_RULE) {
        bool wide = act->features & (MAIL_F_OPENED | MAIL_F_EXTERNAL);
        act->features |= MAIL_F_OPENED;
        return wide && admin;
    }
    return act->external_n > 0;
}

static uint64_t actor_key(const struct detection *d, const struct sighting *s)
{
    return mail_key(d, s, MAIL_ROW_ACTOR, s->e->ev.user, (struct slice){NULL, 0});
}

static uint64_t destination_key(const struct detection *d, const struct sighting *s,
                                struct slice address)
{
    return mail_key(d, s, MAIL_ROW_DESTINATION, address, (struct slice){NULL, 0});
}

static void plan(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    if (!read_act(d, s, &act) || act.excuse == SUPPRESSED_MAINTENANCE)
        return;
    sighting_touch(s, d->windows->table[WINDOWS_MAIL], actor_key(d, s), true);
    if (s->e->ev.kind == KIND_TRANSPORT_RULE)
        return;
    for (unsigned i = 0; i < act.external_n; i++)
        sighting_touch(s, d->windows->table[WINDOWS_MAIL], destination_key(d, s, act.external[i]),
                       true);
}

/* `rule` of a destination row is its address: that is how evaluating knows it. */
static void keep(const struct detection *d, const struct sighting *s, uint64_t key,
                 const struct mail_act *act, struct slice subject, struct slice address)
{
    struct windows *w = d->windows;
    uint32_t row = table_find(w->table[WINDOWS_MAIL], key);
    if (row == TABLE_NONE)
        return;
    mail_keep(d, s, row, act, subject, address);
    if (s->e->ev.kind != KIND_TRANSPORT_RULE)
        windows_add(w, WINDOWS_MAIL, row, SET_MAILBOXES, hash_slice(&w->key, act->mailbox),
                    s->e->ev.time_ms);
}

static void update(const struct detection *d, struct sighting *s)
{
    struct mail_act act;
    if (!read_act(d, s, &act) || act.excuse == SUPPRESSED_MAINTENANCE)
        return;
    keep(d, s, actor_key(d, s), &act, s->e->ev.user, (struct slice){NULL, 0});
    if (s->e->ev.kind == KIND_TRANSPORT_RULE)
        return;
    for (unsigned i = 0; i < act.external_n; i++)
        keep(d, s, destination_key(d, s, act.external[i]), &act, act.external[i], act.external[i]);
}

static bool is_destination(const struct windows *w, uint32_t row)
{
    return word_load(row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_RULE])) != 0;
}

/* The fullest window that ends with something on that day. */
static struct distinct_count fullest(const struct detection *d, uint32_t row, int64_t day)
{
    const struct bulk_options *o = d->options;
    unsigned units = (unsigned)((o->window_ms + HALF_MS - 1) / HALF_MS) + 1;
    struct distinct_count most = {.exact = true};
    for (int64_t at = day * DAY_MS; at < (day + 1) * DAY_MS; at += HALF_MS) {
        if (windows_count(d->windows, WINDOWS_MAIL, row, SET_MAILBOXES, 0, 1, at).n == 0)
            continue;
        struct distinct_count n =
            windows_count(d->windows, WINDOWS_MAIL, row, SET_MAILBOXES, 0, units, at);
        most = n.n > most.n ? n : most;
    }
    return most;
}

static struct verdict evaluate_actor(const struct detection *d, uint32_t row, int64_t day)
{
    double many = mailboxes_of(d, row, day);
    uint32_t f = mail_features(d->windows, row, day, false);
    struct distinct_count n = fullest(d, row, day);
    bool opened = f & MAIL_F_OPENED;
    struct verdict v = {.fires = n.n >= many || opened,
                        .severity = SEVERITY_HIGH,
                        .confidence = f & MAIL_F_SURE ? 3 : 2};
    if (!mail_span(d->windows, row, day, day, &v.first_ms, &v.last_ms))
        v.fires = false;
    if (f & MAIL_F_ADMIN && f & MAIL_F_STRANGE)
        v.severity = SEVERITY_CRITICAL;
    verdict_threshold(&v, MEASURE_MAILBOXES, n.n, many);
    verdict_estimate(&v, MEASURE_MAILBOXES, distinct_is_about(n));
    verdict_measure(&v, MEASURE_OPENED_FOR_ALL, opened);
    verdict_measure(&v, MEASURE_FROM_STRANGE_NETWORK, (f & MAIL_F_STRANGE) != 0);
    return v;
}

static struct verdict evaluate_destination(const struct detection *d, uint32_t row, int64_t day)
{
    const struct bulk_options *o = d->options;
    struct distinct_count n = windows_count(d->windows, WINDOWS_MAIL, row, SET_MAILBOXES, 1,
                                            (unsigned)o->destination_days, day * DAY_MS);
    uint32_t f = mail_features(d->windows, row, day, false);
    struct verdict v = {.fires = n.n >= o->destination_mailboxes,
                        .severity = SEVERITY_HIGH,
                        .confidence = f & MAIL_F_SURE ? 3 : 1};
    if (!mail_span(d->windows, row, day - o->destination_days + 1, day, &v.first_ms, &v.last_ms))
        v.fires = false;
    verdict_threshold(&v, MEASURE_MAILBOXES, n.n, (double)o->destination_mailboxes);
    verdict_estimate(&v, MEASURE_MAILBOXES, distinct_is_about(n));
    return v;
}

/* Only on days with an act: a window that ends without one was judged when its last act came. */
static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t day)
{
    return is_destination(d->windows, row) ? evaluate_destination(d, row, day)
                                           : evaluate_actor(d, row, day);
}

static void judge(const struct detection *d, const struct sighting *s)
{
    struct mail_act act;
    if (!read_act(d, s, &act))
        return;
    if (act.excuse == SUPPRESSED_MAINTENANCE) {
        const struct verdict announced = {.fires = true,
                                          .suppressed = SUPPRESSED_MAINTENANCE,
                                          .severity = SEVERITY_HIGH,
                                          .confidence = 1};
        detector_say(d, s, actor_key(d, s), detector_bucket(d->detector, s->e->ev.time_ms),
                     &announced);
        return;
    }
    act.excuse = SUPPRESSED_NOT;
    mail_judge(d, s, &act, actor_key(d, s), evaluate);
    if (s->e->ev.kind == KIND_TRANSPORT_RULE)
        return;
    for (unsigned i = 0; i < act.external_n; i++)
        mail_judge(d, s, &act, destination_key(d, s, act.external[i]), evaluate);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_MAIL], report->subject);
    if (row == TABLE_NONE || mail_features(d->windows, row, report->bucket, false) == 0)
        return false;
    *ret_verdict = evaluate(d, row, report->bucket);
    return ret_verdict->fires; /* pairs may have left the words since: what was said stands */
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct bulk_options *o = d->options;
    struct windows *w = d->windows;
    uint32_t row = table_find(w->table[WINDOWS_MAIL], report->subject);
    bool few = verdict_measured(&f->verdict, MEASURE_MAILBOXES) < (double)o->mailboxes;
    char n[COUNT_TEXT_MAX], n_ja[COUNT_TEXT_MAX];
    bool opened = verdict_measured(&f->verdict, MEASURE_OPENED_FOR_ALL) > 0;
    bool to_one = row != TABLE_NONE && is_destination(w, row);
    int64_t from_day = report->bucket - (to_one ? o->destination_days - 1 : 0);
    char subject[64] = "", to[MAIL_TEXT_MAX] = "", where[WHERE_TEXT_MAX];
    if (row != TABLE_NONE) {
        mail_name(w, row, MAIL_SUBJECT, subject);
        mail_names(w, row, MAIL_DESTINATIONS, from_day, report->bucket, to);
        mail_users(w, row, MAIL_MAILBOXES, from_day, report->bucket, f);
    }
    finding_where(d->enricher, f, where);
    memcpy(f->destination, to, sizeof f->destination);
    f->subject_type = to_one ? "address" : "user";
    snprintf(f->subject, sizeof f->subject, "%s", subject[0] ? subject : report->witness.user);
    wording_count(&f->verdict, MEASURE_MAILBOXES, n);
    wording_count_ja(&f->verdict, MEASURE_MAILBOXES, n_ja);
    if (opened && few) {
        snprintf(f->title, sizeof f->title,
                 "mail of the whole tenant opened to the outside by %.90s", f->subject);
        snprintf(f->title_ja, sizeof f->title_ja, "%.80s によるテナント全体の転送許可", f->subject);
    } else if (to_one) {
        snprintf(f->title, sizeof f->title, "%s mailboxes set to forward to %.90s", n, f->subject);
        snprintf(f->title_ja, sizeof f->title_ja, "%.80s への転送設定（%s 件）", f->subject, n_ja);
    } else {
        snprintf(f->title, sizeof f->title, "%s mailboxes set to forward by %.90s", n, f->subject);
        snprintf(f->title_ja, sizeof f->title_ja, "%.80s による転送設定の一括変更（%s 件）",
                 f->subject, n_ja);
    }
    wording_capital(f->title);
    snprintf(f->desc, sizeof f->desc,
             "%.120s. Mail goes to %.200s; the first change came from %.90s. Mailboxes listed are "
             "the newest, the count is of all.",
             f->title, to[0] ? to : "the outside", where);
}

static const struct attack attacks[] = {
    {"T1114.003", "Email Forwarding Rule", "TA0009", "Collection"},
    {"T1098.002", "Additional Email Delegate Permissions", "TA0003", "Persistence"},
    {"T1020", "Automated Exfiltration", "TA0010", "Exfiltration"},
    {.technique = NULL},
};
static const char *const types[] = {"Bulk mail forwarding", NULL};
static const char *const commands[] = {
    COMMAND_STOP_FORWARDING("", "{mailbox}"),
    COMMAND_FORBID_FORWARDING(""),
    COMMAND_DISABLE("{actor}"),
    NULL,
};

const struct detector detector_bulk_forwarding = {
    .name = "bulk_forwarding",
    .summary = "mail of many mailboxes turned outside by one actor or to one address",
    .version = 2,
    .bucket_days = 1,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Remove all listed forwardings, suspend the actor's account, review its roles "
                   "and recent changes, require phishing-resistant MFA for administrators.",
    .remediation_ja = "一覧の転送をすべて解除し、実行者のアカウントを停止、権限と直近の変更を確認、"
                      "管理者にフィッシング耐性 MFA を必須にしてください。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"bulk_forwarding", options, sizeof(struct bulk_options)},
    .shared_at = offsetof(struct bulk_options, shared),
    .chain = {STAGE_ACTION, 13, WINDOWS_MAIL, 60 * 1000, "mail of many mailboxes turned outside"},
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
