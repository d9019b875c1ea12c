/* SPDX-License-Identifier: Apache-2.0
 *
 * ropc: a token for nothing but a password. The resource owner password credentials flow (RFC 6749,
 * section 4.3) cannot ask for a second factor, so Conditional Access that is scoped by application
 * or place is bypassed: 55 of the 78 accounts of the Azure CLI campaign had an MFA policy.
 *
 * Fires on a success by ROPC without a satisfied second factor, from a (system, application, agent)
 * the user is not known for. Keeps one fact word per success in the user row; what is familiar is
 * never written there, only counted, so the finding's words are evidence alone.
 */
#include "detectors/baseline.h"
#include "detectors/detector.h"
#include "detectors/fact.h"
#include "detectors/wording.h"

#include <stdio.h>

#define DAY_MS (24ll * 60 * 60 * 1000)

struct ropc_options {
    bool enabled;
    int64_t familiar_days;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct ropc_options, enabled),
     .fallback = "true",
     .help = "report password-only token requests"},
    {.name = "familiar_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct ropc_options, familiar_days),
     .fallback = "3",
     .min = 1,
     .max = 30,
     .help = "days of the last 30, before a cut of 2, that make a system, application and agent "
             "familiar; three days cost an intruder five"},
    {.name = NULL},
};

static bool concerns(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    return ev->kind == KIND_SIGN_IN && ev->ropc && ev->outcome == OUTCOME_SUCCESS &&
           ev->factor != FACTOR_MULTI;
}

static void plan(const struct detection *d, struct sighting *s)
{
    (void)d, (void)s; /* the user row is asked for by the baseline */
}

static bool familiar(const struct detection *d, const struct sighting *s)
{
    const struct ropc_options *o = d->options;
    return baseline_familiar(d->windows, baseline_row(s), BASELINE_ROPC,
                             baseline_ropc(d->windows, s), s->e->ev.time_ms,
                             (unsigned)o->familiar_days);
}

static uint64_t fact_of(const struct detection *d, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    unsigned flags = 0;
    if (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN)
        flags |= FACT_HOSTING;
    if (e->sets & ~(1ull << NETWORKS_TRUSTED))
        flags |= FACT_FEED;
    return fact_word(e->ev.time_ms, flags, baseline_ropc(d->windows, s));
}

static void update(const struct detection *d, struct sighting *s)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE || !concerns(s) || familiar(d, s))
        return;
    row_merge(d->windows->table[WINDOWS_USER], row, &user_fields[USER_ROPC], 0, fact_of(d, s));
}

/* The words of one bucket, and the event in hand. */
static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t bucket,
                               uint64_t own)
{
    int64_t length = DAY_MS * (int64_t)d->detector->bucket_days;
    struct fact_summary facts =
        fact_read(d->windows->table[WINDOWS_USER], row, &user_fields[USER_ROPC], own,
                  bucket * length, (bucket + 1) * length);
    struct verdict v = {.fires = facts.n > 0, .confidence = 2, .rank = facts.n};
    v.severity = facts.flags & (FACT_HOSTING | FACT_FEED) ? SEVERITY_CRITICAL : SEVERITY_HIGH;
    v.first_ms = facts.first_ms;
    v.last_ms = facts.last_ms;
    verdict_measure(&v, "successes", "", facts.n);
    verdict_measure(&v, "from_hosting", "", (facts.flags & FACT_HOSTING) != 0);
    verdict_measure(&v, "from_feed", "", (facts.flags & FACT_FEED) != 0);
    return v;
}

static void judge(const struct detection *d, const struct sighting *s)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE || !concerns(s))
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    bool known = familiar(d, s);
    struct verdict v = evaluate(d, row, bucket, known ? 0 : fact_of(d, s));
    if (known) {
        v.fires = true;
        v.suppressed = SUPPRESSED_FAMILIAR;
    }
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
    const char *app = w->app[0] ? w->app : w->app_id[0] ? w->app_id : "an application";
    char where[WHERE_TEXT_MAX];
    finding_user(f, w);
    finding_where(d->enricher, f, where);
    snprintf(f->title, sizeof f->title, "%.80s: password-only (ROPC) sign-in to %.60s from %.80s",
             w->user, app, where);
    snprintf(f->title_ja, sizeof f->title_ja,
             "%.80s: ROPC によるパスワードのみのサインイン（%.60s）", w->user, app);
    snprintf(
        f->desc, sizeof f->desc,
        "%.80s got a token for %.60s with nothing but a password, by the ROPC flow, from %.80s. "
        "No second factor can be asked for in this flow. The user is not known for this "
        "network, application and program on three of the thirty days before.",
        w->user, app, where);
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1110.004", "Credential Stuffing", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Password-only sign-in", NULL};
static const char *const commands[] = {
    "POST https://graph.microsoft.com/v1.0/users/{user}/revokeSignInSessions",
    "Revoke-MgUserSignInSession -UserId '{user}'",
    NULL,
};

const struct detector detector_ropc = {
    .name = "ropc",
    .summary = "a token for nothing but a password, from where the user is not known for it",
    .version = 1,
    .bucket_days = 7,
    .silence_ms = 7 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Revoke sessions, reset the password, move the application to modern "
                   "authentication (or a managed identity), require MFA for all users so that ROPC "
                   "cannot complete.",
    .remediation_ja =
        "セッションを無効化しパスワードを再設定。該当アプリを先進認証（またはマネージド "
        "ID）へ移行し、ROPC が成立しないよう全利用者に MFA を必須にしてください。",
    .commands = commands,
    .options = {"ropc", options, sizeof(struct ropc_options)},
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
