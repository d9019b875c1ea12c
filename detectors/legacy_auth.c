/* SPDX-License-Identifier: Apache-2.0
 *
 * legacy_auth: a success over IMAP, POP, SMTP AUTH, ActiveSync, EWS basic or "Other clients": no
 * second factor, and the mailbox at once.
 *
 * Fires on a success by a legacy protocol from a (protocol, system) the user is not known for.
 * Keeps one fact word per success in the user row, like ropc; a password-only request by a legacy
 * client is both, under separate ids.
 */
#include "detectors/baseline.h"
#include "detectors/detector.h"
#include "detectors/fact.h"
#include "detectors/wording.h"

#include <stdio.h>

#define DAY_MS (24ll * 60 * 60 * 1000)

struct legacy_options {
    bool enabled;
    int64_t familiar_days;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct legacy_options, enabled),
     .fallback = "true",
     .help = "report successes over legacy protocols"},
    {.name = "familiar_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct legacy_options, familiar_days),
     .fallback = "3",
     .min = 1,
     .max = 30,
     .help =
         "days of the last 30, before a cut of 2, that make a protocol and system familiar; three "
         "days cost an intruder five"},
    {.name = NULL},
};

static bool concerns(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    return ev->kind == KIND_SIGN_IN && ev->legacy_auth && ev->outcome == OUTCOME_SUCCESS;
}

static void plan(const struct detection *d, struct sighting *s)
{
    (void)d, (void)s; /* the user row is asked for by the baseline */
}

/* Why this success is nothing to report; a function of the event and the baseline at its cut. */
static enum suppression excuse(const struct detection *d, const struct sighting *s)
{
    const struct legacy_options *o = d->options;
    const struct event *ev = &s->e->ev;
    if (s->trusted)
        return SUPPRESSED_TRUSTED;
    if (ev->managed_device && slice_equal_nocase(ev->client, SLICE("Exchange ActiveSync")))
        return SUPPRESSED_SAME_DEVICE;
    if (baseline_familiar(d->windows, baseline_row(s), BASELINE_LEGACY,
                          baseline_legacy(d->windows, s->e), ev->time_ms,
                          (unsigned)o->familiar_days))
        return SUPPRESSED_FAMILIAR;
    return SUPPRESSED_NOT;
}

static uint64_t fact_of(const struct detection *d, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    unsigned flags = 0;
    if (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN)
        flags |= FACT_HOSTING;
    if (e->sets & ~(1ull << NETWORKS_TRUSTED))
        flags |= FACT_FEED;
    if (baseline_strange_country(d->windows, baseline_row(s), e))
        flags |= FACT_STRANGE_COUNTRY;
    return fact_word(e->ev.time_ms, flags, baseline_legacy(d->windows, e));
}

static void update(const struct detection *d, struct sighting *s)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE || !concerns(s) || excuse(d, s) != SUPPRESSED_NOT)
        return;
    row_merge(d->windows->table[WINDOWS_USER], row, &user_fields[USER_LEGACY], 0, fact_of(d, s));
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t bucket,
                               uint64_t own)
{
    int64_t length = DAY_MS * (int64_t)d->detector->bucket_days;
    struct fact_summary facts =
        fact_read(d->windows->table[WINDOWS_USER], row, &user_fields[USER_LEGACY], own,
                  bucket * length, (bucket + 1) * length);
    struct verdict v = {.fires = facts.n > 0, .confidence = 2, .rank = facts.n};
    v.severity = SEVERITY_MEDIUM;
    if (facts.flags & (FACT_HOSTING | FACT_STRANGE_COUNTRY))
        v.severity = SEVERITY_HIGH;
    if (facts.flags & FACT_FEED)
        v.severity = SEVERITY_CRITICAL;
    v.first_ms = facts.first_ms;
    v.last_ms = facts.last_ms;
    verdict_measure(&v, "successes", "", facts.n);
    verdict_measure(&v, "from_hosting", "", (facts.flags & FACT_HOSTING) != 0);
    verdict_measure(&v, "from_strange_country", "", (facts.flags & FACT_STRANGE_COUNTRY) != 0);
    verdict_measure(&v, "from_feed", "", (facts.flags & FACT_FEED) != 0);
    return v;
}

static void judge(const struct detection *d, const struct sighting *s)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE || !concerns(s))
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    enum suppression why = excuse(d, s);
    struct verdict v = evaluate(d, row, bucket, why == SUPPRESSED_NOT ? fact_of(d, s) : 0);
    v.suppressed = why;
    v.fires |= v.suppressed != SUPPRESSED_NOT;
    detector_say(d, s, s->user_hash, bucket, &v);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_USER], report->subject);
    if (row == TABLE_NONE)
        return false;
    *ret_verdict = evaluate(d, row, report->bucket, 0);
    return true;
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct witness *w = &report->witness;
    const char *protocol = w->client[0] ? w->client : w->protocol[0] ? w->protocol : "legacy";
    char where[WHERE_TEXT_MAX];
    finding_user(f, w);
    finding_where(d->enricher, f, where);
    snprintf(f->title, sizeof f->title,
             "%.80s: %.40s sign-in without modern authentication, from %.80s", w->user, protocol,
             where);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: レガシー認証 (%.40s) の成功", w->user,
             protocol);
    snprintf(
        f->desc, sizeof f->desc,
        "%.80s signed in over %.40s from %.80s. This protocol cannot ask for a second factor and "
        "opens the mailbox at once. The user is not known for this protocol and network on three "
        "of the thirty days before.",
        w->user, protocol, where);
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1114.002", "Remote Email Collection", "TA0009", "Collection"},
    {.technique = NULL},
};
static const char *const types[] = {"Legacy authentication", NULL};
static const char *const commands[] = {
    "Set-CASMailbox -Identity '{user}' -PopEnabled $false -ImapEnabled $false",
    "Set-TransportConfig -SmtpClientAuthenticationDisabled $true",
    NULL,
};

const struct detector detector_legacy_auth = {
    .name = "legacy_auth",
    .summary = "a success over a protocol that cannot ask for a second factor",
    .version = 1,
    .bucket_days = 7,
    .silence_ms = 7 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Block legacy clients by Conditional Access, switch off POP, IMAP and SMTP AUTH, "
        "keep named exceptions only.",
    .remediation_ja = "条件付きアクセスでレガシー認証を遮断し、POP・IMAP・SMTP AUTH "
                      "を無効化、例外は明示した機器のみにしてください。",
    .commands = commands,
    .options = {"legacy_auth", options, sizeof(struct legacy_options)},
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
