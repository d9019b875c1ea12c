/* SPDX-License-Identifier: Apache-2.0
 *
 * ropc: a token for nothing but a password. The resource owner password credentials flow (RFC 6749,
 * section 4.3) cannot ask for a second factor, so Conditional Access that is scoped by application
 * or place is bypassed: 55 of the 78 accounts of the Azure CLI campaign had an MFA policy.
 *
 * Fires on a success by ROPC without a satisfied second factor, from a (system, application, agent)
 * the user is not known for; habit.h has the memory and the predicate.
 */
#include "detectors/known/detector_say.h"
#include "detectors/sign_in/habit.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct ropc_options {
    bool enabled;
    struct shared_options shared;
    int64_t familiar_days, learning_days;
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
    {.name = "learning_days",
     .type = OPTION_COUNT,
     .offset = offsetof(struct ropc_options, learning_days),
     .fallback = "14",
     .min = 1,
     .max = 40,
     .help = "days a tenant has to be known for; scripts that run once a week count too"},
    OPTION_LEARNING(ropc_options, "full", shared_learning,
                    "a tenant known for less: full makes it Medium, unless the network is a data "
                    "centre's or a feed's; low lowers only confidence"),
    OPTIONS_SHARED(ropc_options),
    {.name = NULL},
};

static bool concerns(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    return ev->kind == KIND_SIGN_IN && ev->ropc && ev->outcome == OUTCOME_SUCCESS &&
           ev->factor != FACTOR_MULTI;
}

static enum severity severity(const struct fact_summary *facts)
{
    return facts->flags & (FACT_HOSTING | FACT_FEED) ? SEVERITY_CRITICAL : SEVERITY_HIGH;
}

static struct habit habit_of(const struct detection *d)
{
    const struct ropc_options *o = d->options;
    return (struct habit){&user_fields[USER_ROPC],    BASELINE_ROPC,
                          (unsigned)o->familiar_days, severity,
                          o->learning_days,           FACT_HOSTING | FACT_FEED};
}

static void update(const struct detection *d, struct sighting *s)
{
    struct habit habit = habit_of(d);
    if (concerns(s) && !s->service)
        habit_update(d, s, &habit, baseline_ropc(d->windows, s));
}

static void judge(const struct detection *d, const struct sighting *s)
{
    struct habit habit = habit_of(d);
    if (!concerns(s))
        return;
    struct verdict excused = habit_excused(s, &habit, SUPPRESSED_SERVICE);
    if (s->service)
        detector_say(d, s, s->user_hash, detector_bucket(d->detector, s->e->ev.time_ms), &excused);
    else
        habit_judge(d, s, &habit, baseline_ropc(d->windows, s));
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    struct habit habit = habit_of(d);
    return habit_recheck(d, report, &habit, ret_verdict);
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
             "%.80s: ROPC によるパスワードのみのサインイン（%.60s）", w->user, wording_ja(app));
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
    COMMAND_REVOKE(""), COMMAND_DISABLE("{user}"), COMMAND_RESET, COMMAND_CLOSE_ROPC, NULL,
};

const struct detector detector_ropc = {
    .name = "ropc",
    .summary = "a token for nothing but a password, from where the user is not known for it",
    .version = 2,
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
    .advisory = &advisory_ropc_spray,
    .options = {"ropc", options, sizeof(struct ropc_options)},
    .shared_at = offsetof(struct ropc_options, shared),
    .chain = {STAGE_ACCESS, 4, WINDOWS_USER, 60 * 1000, "password-only (ROPC) sign-in"},
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
