/* SPDX-License-Identifier: Apache-2.0
 *
 * long_session: a session used long after it began, where and by what its user is not known; or
 * longer than the tenant's own sign-in frequency allows.
 *
 * The age runs from the earliest use of the session, not from the earliest interactive sign-in
 * alone: a sign-in record that comes late may only make it older. Strangeness is decided as of the
 * cut of each use, when it arrives; a baseline more than its day late changes nothing afterwards.
 * The newest weeks of uses are kept; one finding per session and week. An evicted row forgets the
 * age: silence, never a false alarm.
 */
#include "detectors/known/detector_say.h"
#include "detectors/session/context.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct long_options {
    bool enabled;
    struct shared_options shared;
    int64_t max_age_ms, session_max_age_ms;
    double policy_factor;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct long_options, enabled),
     .fallback = "true",
     .help = "report old sessions in unfamiliar hands"},
    {.name = "max_age",
     .type = OPTION_DURATION,
     .offset = offsetof(struct long_options, max_age_ms),
     .fallback = "24h",
     .min = 60 * 60 * 1000.0,
     .max = 365 * 24 * 60 * 60 * 1000.0,
     .help = "age at which a use from an unfamiliar system by an unfamiliar agent is told; thieves "
             "come back the next day"},
    {.name = "session_max_age",
     .type = OPTION_DURATION,
     .offset = offsetof(struct long_options, session_max_age_ms),
     .fallback = "0s",
     .max = 365 * 24 * 60 * 60 * 1000.0,
     .help = "your Conditional Access sign-in frequency, for any use; 0s: none, as age alone says "
             "nothing where sessions roll for 90 days"},
    {.name = "policy_factor",
     .type = OPTION_NUMBER,
     .offset = offsetof(struct long_options, policy_factor),
     .fallback = "1.5",
     .min = 1,
     .max = 100,
     .help = "times session_max_age that is allowed, as clients renew late"},
    OPTION_LEARNING(
        long_options, "full", shared_learning,
        "a tenant or user known for less than 7 days: full makes a strange use Low, as all "
        "uses are strange then; low lowers only confidence"),
    OPTIONS_SHARED(long_options),
    {.name = NULL},
};

/* The age at the last use of a week, in ms; -1: none is kept. Widens *v to the uses. */
static int64_t age_in_week(const struct detection *d, uint32_t row, unsigned field, int64_t week,
                           struct verdict *v)
{
    int64_t began = context_first_ms(d->windows, row, SESSION_FIRST) / 1000 * 1000, first, last;
    if (!context_week(d->windows, row, &session_fields[field], week, &first, &last))
        return -1;
    if (v->last_ms < last)
        v->last_ms = last;
    v->first_ms = began;
    if (v->since_ms == 0 || first < v->since_ms)
        v->since_ms = first;
    return last - began;
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t week)
{
    const struct long_options *o = d->options;
    unsigned flags = context_flags(d->windows, row);
    struct verdict v = {.severity = flags & SESSION_ADMIN ? SEVERITY_HIGH : SEVERITY_MEDIUM,
                        .confidence = 2};
    int64_t strange = age_in_week(d, row, SESSION_STRANGE, week, &v);
    int64_t any = -1;
    double allowed = (double)o->session_max_age_ms * o->policy_factor;
    if (o->session_max_age_ms > 0)
        any = age_in_week(d, row, SESSION_USES, week, &v);
    bool a = strange > o->max_age_ms, b = any >= 0 && (double)any > allowed;
    v.fires = a || b;
    struct learner learner = context_learner(d->windows, row);
    learner.lowers = b ? 0 : LEARNING_USER; /* the tenant's policy is no habit */
    learner.to = SEVERITY_LOW;
    v.rank = (double)(any > strange ? any : strange);
    if (a)
        verdict_threshold(&v, MEASURE_STRANGE_USE_AFTER, (double)strange / HOUR_MS,
                          (double)o->max_age_ms / HOUR_MS);
    if (b)
        verdict_threshold(&v, MEASURE_USE_AFTER, (double)any / HOUR_MS, allowed / HOUR_MS);
    if (b && !a && flags & SESSION_SERVICE) /* re-authentication would break long scripts */
        v.suppressed = SUPPRESSED_SERVICE;
    verdict_measure(&v, MEASURE_ADMINISTRATOR_BIT, (flags & SESSION_ADMIN) != 0);
    learning_lower(d, &learner, &v);
    return v;
}

/* What the event in hand would say if nothing excused it: for the count of what was held back. */
static struct verdict excused(const struct detection *d, const struct sighting *s, uint32_t row)
{
    const struct long_options *o = d->options;
    int64_t time_ms = s->e->ev.time_ms;
    struct verdict v = {.severity = SEVERITY_MEDIUM, .confidence = 2, .last_ms = time_ms};
    struct context c;
    v.first_ms = context_first_ms(d->windows, row, SESSION_FIRST);
    if (time_ms - v.first_ms > o->max_age_ms && context_of_event(d->windows, s, &c))
        v.fires = context_is_strange(d->windows, row, &c, time_ms, &v.suppressed) &&
                  v.suppressed != SUPPRESSED_NOT;
    verdict_threshold(&v, MEASURE_STRANGE_USE_AFTER, (double)(time_ms - v.first_ms) / HOUR_MS,
                      (double)o->max_age_ms / HOUR_MS);
    return v;
}

/* A late start makes uses of other weeks too old as well: all kept weeks are evaluated. */
static void judge(const struct detection *d, const struct sighting *s)
{
    uint32_t row = context_row(d->windows, s);
    if (row == TABLE_NONE)
        return;
    uint64_t subject = table_key(d->windows->table[WINDOWS_SESSION], row);
    int64_t own = detector_bucket(d->detector, s->e->ev.time_ms);
    const struct field *field = &session_fields[SESSION_USES];
    const struct word *words = row_words(d->windows->table[WINDOWS_SESSION], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        int64_t week = (int64_t)(word >> WEEK_SPAN_BITS);
        struct verdict v = {0};
        if (word != 0)
            v = evaluate(d, row, week);
        if (!v.fires && week == own)
            v = excused(d, s, row);
        detector_say(d, s, subject, week, &v);
    }
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return detector_recheck_row(d, report, WINDOWS_SESSION, evaluate, ret_verdict);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    const char *user = report->witness.user[0] ? report->witness.user : "a user";
    bool strange = verdict_measured(v, MEASURE_STRANGE_USE_AFTER) > 0;
    char where[WHERE_TEXT_MAX] = "an unknown network", age[SPAN_TEXT_MAX];
    char both[CONTEXT_USERS_MAX];
    context_describe(d, report, f);
    context_users(f, both);
    if (f->addresses_n > 0)
        finding_where_of(&f->addresses[0], where);
    wording_span(v->last_ms - v->first_ms, age);
    snprintf(f->title, sizeof f->title, "%.80s: session %s old used from %.90s", user, age, where);
    snprintf(
        f->desc, sizeof f->desc, "A session of %.80s was used %s after it began. %s%s", user, age,
        strange ? "The user is not known for this network, nor for this agent, on three of the "
                  "thirty days before."
                : "That is longer than the tenant's sign-in frequency allows.",
        both);
    wording_span_ja(v->last_ms - v->first_ms, age);
    snprintf(f->title_ja, sizeof f->title_ja, "%.80s: 認証から %s 経過したセッションの継続利用",
             wording_ja(user), age);
}

static const struct attack attacks[] = {
    {"T1550.004", "Web Session Cookie", "TA0008", "Lateral Movement"},
    {.technique = NULL},
};
static const char *const types[] = {"Session hijacking", NULL};
static const char *const commands[] = {
    COMMAND_REVOKE(""),
    COMMAND_DISABLE("{user}"),
    COMMAND_RESET,
    NULL,
};

const struct detector detector_long_session = {
    .name = "long_session",
    .summary = "a session used long after the sign-in, where the user is not known",
    .version = 2,
    .bucket_days = WEEK_DAYS,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Revoke the session; set a sign-in frequency that fits (hourly re-authentication breaks "
        "long scripts: give those a managed identity or an explicit exception).",
    .remediation_ja =
        "セッションを無効化し、"
        "適切なサインイン頻度を設定してください（1 時間などの過度な短縮は長時間スクリプトを中断させます。"
        "マネージド ID または明示的な例外を用意してください）。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"long_session", options, sizeof(struct long_options)},
    .shared_at = offsetof(struct long_options, shared),
    .chain = {STAGE_SESSION, 10, WINDOWS_SESSION, 1000, "old session in unfamiliar hands"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
