/* SPDX-License-Identifier: Apache-2.0
 *
 * success_after_spray: the account that gave way. Peers link a success to failures by address and
 * within hours; in a published case three days and another address lay between them.
 *
 * Fires on a success from a network that is not the user's own, tied by links.h to an attack: its
 * network or tool is a spray's, at most 14 days away; or the user was tried before from the same
 * network or system, which has tried two users of the tenant. Critical without a second factor,
 * unless the network is an established egress of the tenant.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "detectors/spray/causes.h"
#include "detectors/spray/links.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct success_options {
    bool enabled;
    struct shared_options shared;
    int64_t memory_ms, min_tried;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct success_options, enabled),
     .fallback = "true",
     .help = "report successes that an attack led to"},
    {.name = "memory",
     .type = OPTION_DURATION,
     .offset = offsetof(struct success_options, memory_ms),
     .fallback = "14d",
     .min = DAY_MS,
     .max = 14 * DAY_MS,
     .help = "longest time between an attack and the success; nodes of proxy networks live weeks"},
    {.name = "min_tried",
     .type = OPTION_COUNT,
     .offset = offsetof(struct success_options, min_tried),
     .fallback = "2",
     .min = 1,
     .max = 1000,
     .help = "users of the tenant that a hosting, vpn or unknown source has tried; one alone may "
             "have mistyped"},
    OPTION_LEARNING(
        success_options, "low", shared_doubt,
        "a tenant or user known for less than 7 days: low lowers confidence, as all his "
        "networks are strange"),
    OPTIONS_SHARED(success_options),
    {.name = NULL},
};

/* The tied successes of a bucket. */
static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t bucket)
{
    const struct field *field = &watch_fields[WATCH_LINKED];
    const struct word *words = row_words(d->windows->table[WINDOWS_WATCH], row, field);
    struct verdict v = {.confidence = 2};
    unsigned n = 0, single = 0, silent = 0, egress = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact f = watch_fact_of(word);
        if (word == 0 || detector_bucket(d->detector, f.first_ms) != bucket)
            continue;
        single += !(f.flags & (WATCH_MULTI | WATCH_EGRESS));
        egress += !(f.flags & WATCH_MULTI) && f.flags & WATCH_EGRESS;
        silent += (f.flags & WATCH_SILENT) != 0;
        if (n == 0 || f.first_ms < v.first_ms)
            v.first_ms = f.first_ms;
        if (n++ == 0 || f.last_ms > v.last_ms)
            v.last_ms = f.last_ms;
    }
    if (n == 0)
        return v;
    v.fires = true;
    v.suppressed = links_stand(d->windows, row) ? SUPPRESSED_NOT : SUPPRESSED_SHARED_EGRESS;
    v.severity = single > 0 ? SEVERITY_CRITICAL : SEVERITY_HIGH;
    v.rank = n;
    verdict_measure(&v, MEASURE_SUCCESSES, n);
    verdict_measure(&v, MEASURE_WITH_ONE_FACTOR, single > 0);
    verdict_measure(&v, MEASURE_PASSWORD_ONLY, silent > 0);
    verdict_measure(&v, MEASURE_FROM_ESTABLISHED_EGRESS, egress > 0);
    struct learner learner = watch_learner(d->windows, row);
    learning_lower(d, &learner, &v);
    return v;
}

static void say_all(const struct detection *d, const struct sighting *s, uint32_t row)
{
    const struct table *t = d->windows->table[WINDOWS_WATCH];
    const struct word *words = row_words(t, row, &watch_fields[WATCH_LINKED]);
    int64_t last = -1;
    for (unsigned i = 0; i < watch_fields[WATCH_LINKED].words; i++) {
        uint64_t word = word_load(&words[i]);
        int64_t bucket = detector_bucket(d->detector, watch_fact_of(word).first_ms);
        if (word == 0 || bucket == last)
            continue;
        last = bucket;
        struct verdict v = evaluate(d, row, bucket);
        if (v.fires && row == watch_row(s) && s->e->ev.outcome == OUTCOME_SUCCESS)
            detector_own(&v);
        detector_say(d, s, table_key(t, row), bucket, &v);
    }
}

/* Under the uid that a success from elsewhere would have. */
static void say_excused(const struct detection *d, const struct sighting *s)
{
    const struct success_options *o = d->options;
    const struct event *ev = &s->e->ev;
    bool single = ev->factor != FACTOR_MULTI;
    struct verdict v = {.fires = true,
                        .suppressed = watch_excuse(s),
                        .confidence = 2,
                        .severity = single ? SEVERITY_CRITICAL : SEVERITY_HIGH};
    verdict_measure(&v, MEASURE_SUCCESSES, 1);
    verdict_measure(&v, MEASURE_WITH_ONE_FACTOR, single);
    if (links_suspect(d->windows, s, o->memory_ms))
        detector_say(d, s, watch_key(d->windows, tried_user(s)),
                     detector_bucket(d->detector, ev->time_ms), &v);
}

static void judge(const struct detection *d, const struct sighting *s)
{
    const struct success_options *o = d->options;
    const struct event *ev = &s->e->ev;
    bool success = ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS;
    uint32_t rows[LINKS_MAX];
    if (success && s->known != SUPPRESSED_NOT) {
        say_excused(d, s);
        return;
    }
    if (!links_concern(s))
        return;
    const struct links_query q = {WATCH_SUCCESS, WATCH_LINKED, success, (unsigned)o->min_tried,
                                  o->memory_ms};
    unsigned n = links_make(d->windows, s, &q, rows);
    for (unsigned i = 0; i < n; i++)
        say_all(d, s, rows[i]);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return detector_recheck_row(d, report, WINDOWS_WATCH, evaluate, ret_verdict);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    char where[WHERE_TEXT_MAX];
    bool single = verdict_measured(v, MEASURE_WITH_ONE_FACTOR) > 0;
    watch_describe(d, report, f);
    causes_of_events(d, f, ((const struct success_options *)d->options)->memory_ms);
    finding_where(d->enricher, f, where);
    snprintf(f->title, sizeof f->title, "%.80s: sign-in succeeded after password spray from %.80s",
             f->subject, where);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: スプレー攻撃後にサインイン成功", f->subject);
    snprintf(
        f->desc, sizeof f->desc,
        "%.80s signed in from a network or with a tool that passwords of this tenant were tried "
        "with, within the days before or after; an event of it came from %.80s. %s",
        f->subject, where,
        single ? "No second factor was satisfied: treat the account as compromised."
        : verdict_measured(v, MEASURE_FROM_ESTABLISHED_EGRESS) > 0
            ? "Many users of the tenant are known to sign in from that network, so it may be one "
              "of "
              "them who only began to: High and not Critical. Ask the user whether it was them."
            : "A second factor was satisfied; ask the user whether it was them.");
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1110.003", "Password Spraying", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Success after password spray", NULL};
static const char *const commands[] = {
    COMMAND_REVOKE(""), COMMAND_DISABLE("{user}"), COMMAND_RESET, COMMAND_CLOSE_ROPC, NULL,
};

const struct detector detector_success_after_spray = {
    .name = "success_after_spray",
    .summary = "a success that a password spray or a guesser led to",
    .version = 2,
    .bucket_days = 14,
    .silence_ms = 7 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Treat as compromised: disable sign-in, revoke sessions, reset the password, "
                   "remove added factors, consents, rules and forwarding; keep logs.",
    .remediation_ja =
        "侵害として扱い、サインイン停止、セッション無効化、パスワード再設定、"
        "追加された認証方法・同意・ルール・転送の削除を行い、ログを保全してください。",
    .commands = commands,
    .advisory = &advisory_ropc_spray,
    .options = {"success_after_spray", options, sizeof(struct success_options)},
    .shared_at = offsetof(struct success_options, shared),
    .chain = {STAGE_ACCESS, 6, WINDOWS_WATCH, 60 * 60 * 1000, "sign-in after a password spray"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
