/* SPDX-License-Identifier: Apache-2.0
 *
 * mfa_fatigue: prompt after prompt until the user gives in (push bombing). Whoever makes the
 * prompts has the password. Counts different prompts over sliding half hours and days, not bins.
 *
 * A push that was sent (Okta, Auth0) and has neither a refusal nor a success beside it was left
 * alone: those vendors write no record of that. An answer may come late, so what rests on silence
 * is provisional until its window is over.
 *
 * Fires on 5 prompts refused or not answered in 30 minutes, on 10 in a day, or on one that the user
 * reported as fraud. Public rules ask for 5 to 10 in 5 to 10 minutes. A code typed wrong counts
 * half. A success with a second factor from a network the user is not known for, after three
 * refusals, is the prompt that was approved.
 */
#include "detectors/known/accounts.h"
#include "detectors/known/detector_say.h"
#include "detectors/known/watch.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

#define UNIT_MS   (10 * MINUTE_MS)
#define SETTLE_MS (5 * MINUTE_MS) /* answers may be recorded late */

enum { REFUSALS_BEFORE = 3 }; /* an approval after fewer is a slip of the finger */

struct fatigue_options {
    bool enabled;
    struct shared_options shared;
    int64_t prompts, window_ms, daily, approved_after_ms;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct fatigue_options, enabled),
     .fallback = "true",
     .help = "report prompts for a second factor that are refused again and again"},
    {.name = "prompts",
     .type = OPTION_COUNT,
     .offset = offsetof(struct fatigue_options, prompts),
     .fallback = "5",
     .min = 2,
     .max = 1000,
     .help = "different prompts refused or not answered within `window`; a wrong code counts half"},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct fatigue_options, window_ms),
     .fallback = "30m",
     .min = UNIT_MS,
     .max = 2 * HOUR_MS,
     .help = "rounded up to steps of ten minutes, which stand at multiples of ten"},
    {.name = "daily",
     .type = OPTION_COUNT,
     .offset = offsetof(struct fatigue_options, daily),
     .fallback = "10",
     .min = 2,
     .max = 1000,
     .help = "the same in 24 hours: patient attackers ask a few times an hour"},
    {.name = "approved_after",
     .type = OPTION_DURATION,
     .offset = offsetof(struct fatigue_options, approved_after_ms),
     .fallback = "30m",
     .min = UNIT_MS,
     .max = 2 * HOUR_MS - UNIT_MS,
     .help = "how long after three refusals a success with a second factor counts as approved"},
    OPTION_LEARNING(fatigue_options, "low", shared_doubt,
                    "a tenant or user known for less than 7 days: low lowers confidence, as his "
                    "own networks are not known yet"),
    OPTIONS_SHARED(fatigue_options),
    {.name = NULL},
};

static unsigned units_of(int64_t ms)
{
    return (unsigned)((ms + UNIT_MS - 1) / UNIT_MS);
}

struct prompts {
    bool fires, refused, approved; /* refused: some were, and not only left alone or typed wrong */
    bool told;                     /* by records alone, without pushes left alone */
    bool holds;                    /* so many prompts that were sent have not been approved */
    unsigned denials, codes;       /* denials: refused, or sent where that is more */
    bool denials_about, codes_about;
    int64_t first_ms, last_ms, window_ms;
};

/* Refused, or sent and neither refused nor approved. */
static unsigned left_alone(unsigned denials, const struct watch_pushes *pushes)
{
    unsigned answered = denials + pushes->approved;
    return denials + (pushes->sent > answered ? pushes->sent - answered : 0);
}

/* What is told of a window only grows with what is known of it, whichever comes first; whether it
 * holds does not. */
static void take(struct prompts *p, const struct windows *w, uint32_t row, unsigned ring,
                 unsigned units, int64_t end_ms, int64_t least)
{
    int64_t window_ms = units * (ring ? HOUR_MS : UNIT_MS);
    struct distinct_count d = watch_count(w, row, SET_DENIALS, ring, units, end_ms);
    struct distinct_count c = watch_count(w, row, SET_CODES, ring, units, end_ms);
    struct watch_pushes pushes = {0};
    if (ring == 0)
        pushes = watch_pushes(w, row, end_ms, window_ms);
    unsigned denials = d.n > pushes.sent ? d.n : pushes.sent, codes = c.n;
    if (2 * denials + codes < 2 * (uint64_t)least)
        return;
    if (!p->fires || end_ms - window_ms + 1 < p->first_ms)
        p->first_ms = end_ms - window_ms + 1;
    if (!p->fires || end_ms > p->last_ms)
        p->last_ms = end_ms;
    p->fires = true;
    p->refused |= d.n > 0;
    p->told |= 2 * d.n + codes >= 2 * (uint64_t)least;
    p->holds |= 2 * left_alone(d.n, &pushes) + codes >= 2 * (uint64_t)least;
    if (2 * denials + codes > 2 * p->denials + p->codes) {
        p->denials = denials;
        p->codes = codes;
        p->denials_about = distinct_is_about(d);
        p->codes_about = distinct_is_about(c);
        p->window_ms = window_ms;
    }
}

static void read_set(struct prompts *p, const struct windows *w, const struct fatigue_options *o,
                     uint32_t row, unsigned set, int64_t day)
{
    int64_t ends[WATCH_ENDS_MAX];
    unsigned n = watch_ends(w, row, set, 1, UNIT_MS, UNIT_MS, day, ends);
    for (unsigned i = 0; i < n; i++)
        take(p, w, row, 0, units_of(o->window_ms), ends[i], o->prompts);
    n = watch_ends(w, row, set, 1, UNIT_MS, HOUR_MS, day, ends);
    for (unsigned i = 0; i < n; i++)
        take(p, w, row, 1, 24, ends[i], o->daily);
}

/* Of pushes the half hour alone: who signs in all day from elsewhere is sent ten of them. */
static void read_pushes(struct prompts *p, const struct windows *w, const struct fatigue_options *o,
                        uint32_t row, int64_t day)
{
    int64_t ends[WATCH_ENDS_MAX];
    unsigned n = watch_push_ends(w, row, UNIT_MS, day, ends);
    for (unsigned i = 0; i < n; i++)
        take(p, w, row, 0, units_of(o->window_ms), ends[i], o->prompts);
}

/* Refusals, and pushes left alone, in the steps up to the one of a success. */
static unsigned before(const struct windows *w, const struct fatigue_options *o, uint32_t row,
                       int64_t slot_ms)
{
    unsigned units = units_of(o->approved_after_ms) + 1;
    unsigned denials = watch_count(w, row, SET_DENIALS, 0, units, slot_ms).n;
    struct watch_pushes pushes = watch_pushes(w, row, slot_ms + UNIT_MS - 1, units * UNIT_MS);
    return left_alone(denials, &pushes);
}

/* Enough refusals in the steps up to a success that lies within the evidence, or just after it. */
static bool is_approved(const struct windows *w, const struct fatigue_options *o, uint32_t row,
                        const struct prompts *p)
{
    const struct field *field = &watch_fields[WATCH_APPROVED];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        int64_t slot_ms = (int64_t)word_load(&words[i]) * UNIT_MS;
        if (slot_ms + UNIT_MS > p->first_ms && slot_ms <= p->last_ms + o->approved_after_ms &&
            before(w, o, row, slot_ms) >= REFUSALS_BEFORE)
            return true;
    }
    return false;
}

static enum severity severity_of(const struct prompts *p, unsigned kinds)
{
    if (p->approved)
        return SEVERITY_CRITICAL;
    if (!(kinds & PROMPT_STRANGER))
        return SEVERITY_LOW;
    bool meant = kinds & PROMPT_FRAUD || (p->refused && kinds & PROMPT_REFUSED);
    return meant ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

static void measure(const struct fatigue_options *o, const struct prompts *p, unsigned kinds,
                    struct verdict *v)
{
    verdict_threshold(v, MEASURE_PROMPTS, p->denials,
                      (double)(p->window_ms == DAY_MS ? o->daily : o->prompts));
    verdict_measure(v, MEASURE_WRONG_CODES, p->codes);
    verdict_measure(v, MEASURE_WINDOW, (double)p->window_ms / MINUTE_MS);
    verdict_measure(v, MEASURE_REPORTED_AS_FRAUD, (kinds & PROMPT_FRAUD) != 0);
    verdict_measure(v, MEASURE_APPROVED, p->approved);
    verdict_estimate(v, MEASURE_PROMPTS, p->denials_about);
    verdict_estimate(v, MEASURE_WRONG_CODES, p->codes_about);
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t day)
{
    const struct fatigue_options *o = d->options;
    const struct windows *w = d->windows;
    struct prompts p = {0};
    unsigned kinds = watch_kinds(w, row, day);
    read_set(&p, w, o, row, SET_DENIALS, day);
    read_set(&p, w, o, row, SET_CODES, day);
    read_pushes(&p, w, o, row, day);
    struct verdict v = {.fires = p.fires || kinds & PROMPT_FRAUD, .confidence = 2};
    if (!v.fires)
        return v;
    if (!p.fires) {
        p.denials = 1;
        p.first_ms = day * DAY_MS;
        p.last_ms = p.first_ms + DAY_MS - 1;
        p.window_ms = DAY_MS;
    }
    p.approved = is_approved(w, o, row, &p);
    v.severity = severity_of(&p, kinds);
    v.words[0] = p.refused || !p.fires;
    v.rank = 2 * p.denials + p.codes;
    v.provisional = !p.told && !(kinds & PROMPT_FRAUD);
    v.settle_ms = v.provisional ? p.last_ms + SETTLE_MS : 0;
    v.first_ms = p.first_ms;
    v.last_ms = p.last_ms;
    measure(o, &p, kinds, &v);
    struct learner learner = watch_learner(w, row);
    learning_lower(d, &learner, &v);
    if (!p.approved && !(kinds & PROMPT_STRANGER) && accounts_watched_service(d, row))
        v.suppressed = SUPPRESSED_SERVICE;
    if (v.provisional && !p.holds)
        v.suppressed = SUPPRESSED_ANSWERED;
    return v;
}

/* A late prompt completes windows that end until a day after it; an approval may come after
 * midnight. */
static void judge(const struct detection *d, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    uint32_t row = watch_row(s);
    if (row == TABLE_NONE || (!watch_is_denial(ev) && !watch_is_approval(ev) && !ev->prompted))
        return;
    struct table *t = d->windows->table[WINDOWS_WATCH];
    if (word_load(row_words(t, row, &watch_fields[WATCH_FAILED]) + 1) == 0 &&
        word_load(row_words(t, row, &watch_fields[WATCH_PUSHES])) == 0)
        return;
    int64_t today = ev->time_ms / DAY_MS;
    for (int64_t day = today - 1; day <= today + 1; day++) {
        struct verdict v = evaluate(d, row, day);
        detector_say(d, s, table_key(t, row), detector_bucket(d->detector, day * DAY_MS), &v);
    }
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return detector_recheck_row(d, report, WINDOWS_WATCH, evaluate, ret_verdict);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    char span[SPAN_TEXT_MAX], where[WHERE_TEXT_MAX];
    bool approved = verdict_measured(v, MEASURE_APPROVED) > 0;
    bool coded = verdict_measured(v, MEASURE_WRONG_CODES) > 0;
    bool typed = verdict_measured(v, MEASURE_PROMPTS) < 1; /* nothing but codes */
    enum measure_id told = typed ? MEASURE_WRONG_CODES : MEASURE_PROMPTS;
    char n[COUNT_TEXT_MAX], codes[COUNT_TEXT_MAX];
    watch_describe(d, report, f);
    finding_where(d->enricher, f, where);
    wording_span((int64_t)(verdict_measured(v, MEASURE_WINDOW) * MINUTE_MS), span);
    wording_count_ja(v, told, n);
    snprintf(f->title_ja, sizeof f->title_ja,
             typed         ? "%.80s: MFA コードの連続誤入力（%s 回）%s"
             : v->words[0] ? "%.80s: MFA プロンプト爆撃（%s 回拒否）%s"
                           : "%.80s: MFA プロンプト爆撃（%s 回応答なし）%s",
             f->subject, n, approved ? "後に承認" : "");
    wording_count(v, told, n);
    wording_count(v, MEASURE_WRONG_CODES, codes);
    snprintf(f->title, sizeof f->title, "%.80s: %s %s%s", f->subject, n,
             typed         ? "wrong MFA codes"
             : v->words[0] ? "MFA prompts refused"
                           : "MFA prompts not answered",
             approved ? ", then approved" : "");
    snprintf(
        f->desc, sizeof f->desc,
        "%.80s refused or did not answer %.0f prompts for a second factor within %s%s%s%s; one "
        "came from %.80s. Whoever asks has the password.%s%s",
        f->subject, verdict_measured(v, MEASURE_PROMPTS), span, coded ? ", and " : "",
        coded ? codes : "", coded ? " codes were wrong" : "", where,
        verdict_measured(v, MEASURE_REPORTED_AS_FRAUD) > 0 ? " The user reported it as fraud." : "",
        approved ? " A sign-in with a second factor from a strange network followed." : "");
}

static const struct attack attacks[] = {
    {"T1621", "Multi-Factor Authentication Request Generation", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"MFA fatigue", NULL};
static const char *const commands[] = {
    COMMAND_RESET,
    COMMAND_REVOKE("[if approved]"),
    NULL,
};

const struct detector detector_mfa_fatigue = {
    .name = "mfa_fatigue",
    .summary = "prompts for a second factor until the user gives in",
    .version = 2,
    .bucket_days = 1,
    .silence_ms = 6 * HOUR_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Reset the password (it is known), turn on number matching, if approved: revoke "
                   "sessions.",
    .remediation_ja = "パスワードを再設定（既に知られています）、番号一致を有効化、"
                      "承認済みならセッションを無効化してください。",
    .commands = commands,
    .options = {"mfa_fatigue", options, sizeof(struct fatigue_options)},
    .shared_at = offsetof(struct fatigue_options, shared),
    .chain = {STAGE_TARGETED, 2, WINDOWS_WATCH, 60 * 60 * 1000, "MFA prompts sent again and again"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
