/* SPDX-License-Identifier: Apache-2.0
 *
 * kill_chain: what other detectors say about one user, and acts that are innocent alone, as one
 * story: tried, password known, in, staying, at the mail. A2's chain of a phished session, and what
 * follows a spray.
 *
 * Fires on a pair: somebody is in (access or session), and an act of somebody who stays (on the
 * account, on mail, on many mailboxes) that ends no earlier and begins at most `window` after.
 * Intervals are compared, so five seconds and 24 hours are alike and order of arrival is nothing.
 * Two weak sides are no pair. The finding takes in everything of the user around its pairs; it
 * belongs to the week of the later side.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "detectors/takeover/chain_story.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct chain_options, enabled),
     .fallback = "true",
     .help = "join what is said about a user into one incident"},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct chain_options, window_ms),
     .fallback = "24h",
     .min = HOUR_MS,
     .max = 7 * DAY_MS,
     .help = "longest time from the last sign of access to an act; thieves come back the next day"},
    {.name = "min_stages",
     .type = OPTION_COUNT,
     .offset = offsetof(struct chain_options, min_stages),
     .fallback = "2",
     .min = 2,
     .max = STAGES_N - 1,
     .help = "different stages around such a pair; the two of the pair count"},
    {.name = "weak_pairs",
     .type = OPTION_BOOL,
     .offset = offsetof(struct chain_options, weak_pairs),
     .fallback = "false",
     .help = "join two weak sides as well: an unfamiliar VPN and a rule that tidies up are mostly "
             "the user"},
    OPTIONS_SHARED(chain_options),
    {.name = NULL},
};

static void plan(const struct detection *d, struct sighting *s)
{
    (void)d,
        (void)s; /* whether there is a fact depends on what the batch itself tells of the user */
}

static void update(const struct detection *d, struct sighting *s)
{
    uint64_t users[CHAIN_USERS_MAX];
    enum chain_fact fact = chain_fact_of(d->windows, s);
    if (fact == CHAIN_FACT_NONE)
        return;
    for (unsigned i = 0, n = chain_fact_users(d->windows, s, users); i < n; i++)
        chain_fact_keep(d->windows, s, users[i], fact);
}

/* verdict.words: the stages, and how many items there are. */
static struct verdict evaluate(const struct detection *d, const struct chain_view *view,
                               int64_t bucket)
{
    const struct chain_options *o = d->options;
    struct chain_story st;
    chain_tell(d, view, bucket, &st);
    struct verdict v = {.fires = st.any && st.stages_n >= o->min_stages,
                        .severity = SEVERITY_CRITICAL,
                        .confidence = st.strong ? 3 : 2};
    if (!v.fires)
        return v;
    bool any = false;
    for (unsigned i = 0; i < view->n; i++) {
        const struct chain_item *item = &view->items[i];
        if (!st.in[i])
            continue;
        if (!any || item->first_ms < v.first_ms)
            v.first_ms = item->first_ms;
        if (!any || item->last_ms > v.last_ms)
            v.last_ms = item->last_ms;
        v.rank++;
        any = true;
    }
    v.words[0] = st.stages;
    v.words[1] = (uint64_t)v.rank;
    int64_t span_ms = st.act_ms > st.access_ms ? st.act_ms - st.access_ms : 0;
    verdict_threshold(&v, MEASURE_STAGES, st.stages_n, (double)o->min_stages);
    verdict_measure(&v, MEASURE_FINDINGS, st.findings);
    verdict_measure(&v, MEASURE_ACCESS_TO_ACT, (double)(span_ms / 1000));
    return v;
}

static bool has_pair(const struct detection *d, const struct chain_view *view)
{
    for (unsigned i = 0; i < view->n; i++)
        for (unsigned k = 0; k < view->n; k++)
            if (chain_is_pair(d->options, &view->items[i], &view->items[k]))
                return true;
    return false;
}

static bool is_first_of(const struct detection *d, const struct chain_view *view, unsigned in,
                        unsigned act, int64_t bucket)
{
    for (unsigned i = 0; i <= in; i++)
        for (unsigned k = 0; k < (i == in ? act : view->n); k++)
            if (chain_is_pair(d->options, &view->items[i], &view->items[k]) &&
                chain_bucket(d, &view->items[i], &view->items[k]) == bucket)
                return false;
    return true;
}

/* Each bucket that a pair of the row lies in. */
static void judge_row(const struct detection *d, const struct sighting *s, uint32_t row)
{
    struct chain_view view;
    if (!chain_is_worth(d->windows, row))
        return;
    chain_read(d, row, &view);
    if (!has_pair(d, &view))
        return;
    chain_read_before(d, row, &view);
    uint64_t subject = table_key(d->windows->table[WINDOWS_CHAIN], row);
    for (unsigned i = 0; i < view.n; i++)
        for (unsigned k = 0; k < view.n; k++) {
            if (!chain_is_pair(d->options, &view.items[i], &view.items[k]))
                continue;
            int64_t bucket = chain_bucket(d, &view.items[i], &view.items[k]);
            if (!is_first_of(d, &view, i, k, bucket))
                continue;
            struct verdict v = evaluate(d, &view, bucket);
            detector_say(d, s, subject, bucket, &v);
        }
}

/* A try from a hosting or listed network changes no chain row, but adds a stage to one. */
static bool is_try(const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    return watch_is_guess(&e->ev) && s->known == SUPPRESSED_NOT && s->user_hash != 0 &&
           (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN ||
            e->sets & ~(1ull << NETWORKS_TRUSTED));
}

/* The rows of the users that the event itself tells something of. */
static void find_own(const struct detection *d, const struct sighting *s)
{
    const struct windows *w = d->windows;
    uint64_t users[CHAIN_USERS_MAX];
    if (!is_try(s) && chain_fact_of(w, s) == CHAIN_FACT_NONE)
        return;
    for (unsigned i = 0, n = chain_fact_users(w, s, users); i < n; i++) {
        uint32_t row = table_find(w->table[WINDOWS_CHAIN], chain_key(w, users[i]));
        if (row != TABLE_NONE)
            chain_rows_add(d->chains, row);
    }
}

/* After all other detectors, and whether or not a word changed: of two workers that write into one
 * row at once, the one that comes second here sees both. */
static void judge(const struct detection *d, const struct sighting *s)
{
    find_own(d, s);
    for (unsigned i = 0; i < d->chains->n; i++)
        judge_row(d, s, d->chains->rows[i]);
}

/* Without a pair: taken back if all verdicts could be asked, else nothing can be said. */
static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    struct chain_view view;
    uint32_t row = table_find(d->windows->table[WINDOWS_CHAIN], report->subject);
    if (row == TABLE_NONE)
        return false;
    chain_read(d, row, &view);
    chain_read_before(d, row, &view);
    *ret_verdict = evaluate(d, &view, report->bucket);
    if (ret_verdict->fires)
        return true;
    ret_verdict->fires = !view.unsure;
    ret_verdict->suppressed = SUPPRESSED_SUPERSEDED;
    return !view.unsure;
}

/* The event in hand may be another user's: the name is that of the row. One that is not known, or
 * was cut and may name somebody else, is left out, as commands are made for the subject. */
static void write_subject(const struct detection *d, const struct report *report, uint32_t row,
                          struct finding *f)
{
    enum { CUT = 63 };
    const struct windows *w = d->windows;
    const struct witness *witness = &report->witness;
    char name[64] = "";
    uint64_t tenant_hash = hash_slice(&w->key, slice_of(witness->tenant)), user40 = 0;
    uint64_t own = tried_user_of(sighting_user_hash(w, tenant_hash, slice_of(witness->user)));
    if (row != TABLE_NONE)
        user40 = word_load(row_words(w->table[WINDOWS_CHAIN], row, &chain_fields[CHAIN_USER]));
    bool known = windows_name_find(w, user40, name) < CUT;
    f->subject_type = "user";
    snprintf(f->subject, sizeof f->subject, "%s",
             own == user40 ? witness->user
             : known       ? name
                           : "");
    if (f->subject[0])
        finding_add_user(f, f->subject);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_CHAIN], report->subject);
    struct chain_view view = {.n = 0};
    struct chain_story st = {.any = false};
    char names[CHAIN_STAGES_TEXT_MAX], where[WHERE_TEXT_MAX];
    if (row != TABLE_NONE) {
        chain_read(d, row, &view);
        chain_read_before(d, row, &view);
        chain_tell(d, &view, report->bucket, &st);
    }
    write_subject(d, report, row, f);
    chain_write_steps(d, &view, &st, f);
    finding_where(d->enricher, f, where);
    unsigned stages = st.stages ? st.stages : (unsigned)report->verdict.words[0];
    chain_write_stages(stages, false, names);
    const char *user = f->subject[0] ? f->subject : "a user";
    snprintf(f->title, sizeof f->title, "%.80s: account takeover in progress: %s", user, names);
    chain_write_stages(stages, true, names);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: アカウント乗っ取りの進行: %s", user, names);
    chain_write_desc(f, user, verdict_measured(&report->verdict, MEASURE_ACCESS_TO_ACT));
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1550.004", "Web Session Cookie", "TA0008", "Lateral Movement"},
    {"T1098.005", "Device Registration", "TA0003", "Persistence"},
    {"T1556.006", "Multi-Factor Authentication", "TA0003", "Persistence"},
    {"T1564.008", "Email Hiding Rules", "TA0005", "Defense Evasion"},
    {"T1114.003", "Email Forwarding Rule", "TA0009", "Collection"},
    {.technique = NULL},
};
static const char *const types[] = {"Account takeover", "BEC", NULL};
static const char *const commands[] = {
    "POST https://graph.microsoft.com/v1.0/users/{user}/revokeSignInSessions",
    "Revoke-MgUserSignInSession -UserId '{user}'",
    "PATCH https://graph.microsoft.com/v1.0/users/{user} {\"accountEnabled\":false}",
    "PATCH https://graph.microsoft.com/v1.0/users/{user} "
    "{\"passwordProfile\":{\"forceChangePasswordNextSignIn\":true,\"password\":\"<new>\"}}",
    "GET https://graph.microsoft.com/v1.0/users/{user}/authentication/methods",
    "GET https://graph.microsoft.com/v1.0/users/{user}/mailFolders/inbox/messageRules",
    "Get-InboxRule -Mailbox '{user}' -IncludeHidden | Format-List Name,Enabled,Description",
    "Get-Mailbox -Identity '{user}' | Format-List ForwardingSmtpAddress,ForwardingAddress",
    NULL,
};

const struct detector detector_kill_chain = {
    .name = "kill_chain",
    .summary = "an account taken over: access, and what an intruder does then, as one story",
    .version = 1,
    .bucket_days = 7,
    .silence_ms = 3 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Isolate the identity: disable, revoke, reset, remove persistence in the order "
                   "shown; start the BEC playbook; tell partners if mail was sent.",
    .remediation_ja = "当該 ID を隔離（停止・無効化・再設定）し、示した順に永続化を除去、BEC "
                      "対応手順を開始、メールが送信されていれば取引先へ連絡してください。",
    .commands = commands,
    .options = {"kill_chain", options, sizeof(struct chain_options)},
    .shared_at = offsetof(struct chain_options, shared),
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
