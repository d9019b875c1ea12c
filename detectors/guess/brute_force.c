/* SPDX-License-Identifier: Apache-2.0
 *
 * brute_force: many guesses at one user, from one address or many; and, apart from it, the client
 * with an old password that never gives up. Counts different events, so redelivery changes nothing.
 *
 * Fires on 30 failures in ten minutes (sub-windows of five, aligned), or 30 in 24 hours from three
 * networks. Microsoft Sentinel asks for more than 30 a day from three places, Elastic for 30 in
 * five minutes. A window belongs to the day on which it ends.
 */
#include "detectors/known/accounts.h"
#include "detectors/known/detector_say.h"
#include "detectors/known/watch.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>
#include <string.h>

#define UNIT_MS (5 * MINUTE_MS)

struct brute_options {
    bool enabled;
    struct shared_options shared;
    int64_t failures, window_ms, daily, daily_nets;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct brute_options, enabled),
     .fallback = "true",
     .help = "report many guesses at one user"},
    {.name = "failures",
     .type = OPTION_COUNT,
     .offset = offsetof(struct brute_options, failures),
     .fallback = "30",
     .min = 2,
     .max = 10000,
     .help = "different failed sign-ins of one user within `window`"},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct brute_options, window_ms),
     .fallback = "10m",
     .min = UNIT_MS,
     .max = HOUR_MS,
     .help = "rounded up to steps of five minutes, which stand at multiples of five"},
    {.name = "daily",
     .type = OPTION_COUNT,
     .offset = offsetof(struct brute_options, daily),
     .fallback = "30",
     .min = 2,
     .max = 10000,
     .help = "different failed sign-ins of one user in 24 hours, from `daily_nets` networks"},
    {.name = "daily_nets",
     .type = OPTION_COUNT,
     .offset = offsetof(struct brute_options, daily_nets),
     .fallback = "3",
     .min = 1,
     .max = 1000,
     .help = "different networks (v4 /24, v6 /48); one alone is mostly a forgotten mail client"},
    OPTION_LEARNING(brute_options, "low", shared_doubt,
                    "a tenant or user known for less than 7 days: low lowers confidence, as his "
                    "own networks are not known yet"),
    OPTIONS_SHARED(brute_options),
    {.name = NULL},
};

/* The windows of a day that fire. */
struct guesses {
    bool fires;
    unsigned failures, nets; /* the most of any of them */
    bool failures_about, nets_about;
    int64_t first_ms, last_ms, window_ms;
};

static void take(struct guesses *g, struct distinct_count n, int64_t end_ms, int64_t window_ms)
{
    if (!g->fires || end_ms - window_ms + 1 < g->first_ms)
        g->first_ms = end_ms - window_ms + 1;
    if (!g->fires || end_ms > g->last_ms)
        g->last_ms = end_ms;
    if (n.n > g->failures) {
        g->failures = n.n;
        g->failures_about = distinct_is_about(n);
        g->window_ms = window_ms;
    }
    g->fires = true;
}

static struct guesses read_guesses(const struct windows *w, const struct brute_options *o,
                                   uint32_t row, int64_t day)
{
    struct guesses g = {0};
    int64_t ends[WATCH_ENDS_MAX];
    unsigned units = (unsigned)((o->window_ms + UNIT_MS - 1) / UNIT_MS);
    unsigned n = watch_ends(w, row, SET_FAILURES, 0, UNIT_MS, UNIT_MS, day, ends);
    for (unsigned i = 0; i < n; i++) {
        struct distinct_count fast = watch_count(w, row, SET_FAILURES, 0, units, ends[i]);
        if (fast.n >= o->failures)
            take(&g, fast, ends[i], units * UNIT_MS);
    }
    n = watch_ends(w, row, SET_FAILURES, 0, UNIT_MS, HOUR_MS, day, ends);
    for (unsigned i = 0; i < n; i++) {
        struct distinct_count slow = watch_count(w, row, SET_FAILURES, 1, 24, ends[i]);
        struct distinct_count nets = watch_count(w, row, SET_NETS, 0, 24, ends[i]);
        if (nets.n > g.nets) {
            g.nets = nets.n;
            g.nets_about = distinct_is_about(nets);
        }
        if (slow.n >= o->daily && nets.n >= o->daily_nets)
            take(&g, slow, ends[i], DAY_MS);
    }
    return g;
}

/* A client with an old password: all of the day from one network that is the user's own, by one
 * program. */
static bool is_broken_client(const struct windows *w, uint32_t row, int64_t day)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    struct watch_fact first = {0};
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact fact = watch_fact_of(word);
        if (word == 0 || fact.first_ms / DAY_MS != day)
            continue;
        if (!(fact.flags & WATCH_KNOWN) ||
            (n > 0 && (fact.net != first.net || fact.tool != first.tool)))
            return false;
        first = fact;
        n++;
    }
    return n > 0;
}

/* Does any failure of the day say that the password was wrong? Else they name no reason, or that
 * the account is locked. */
static bool is_told(const struct windows *w, uint32_t row, int64_t day)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact fact = watch_fact_of(word);
        if (word != 0 && fact.first_ms / DAY_MS == day && fact.flags & WATCH_WRONG)
            return true;
    }
    return false;
}

/* Did all failures of the day come from where the user is known? */
static bool is_known(const struct windows *w, uint32_t row, int64_t day)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact fact = watch_fact_of(word);
        if (word != 0 && fact.first_ms / DAY_MS == day && !(fact.flags & WATCH_KNOWN))
            return false;
    }
    return true;
}

static bool has_after(const struct windows *w, uint32_t row, int field_number,
                      const struct guesses *g)
{
    const struct field *field = &watch_fields[field_number];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact fact = watch_fact_of(word);
        if (word != 0 && !(fact.flags & WATCH_KNOWN) && fact.last_ms + HOUR_MS > g->first_ms &&
            fact.first_ms <= g->last_ms + DAY_MS)
            return true;
    }
    return false;
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t day)
{
    const struct brute_options *o = d->options;
    const struct windows *w = d->windows;
    struct guesses g = read_guesses(w, o, row, day);
    struct verdict v = {.fires = g.fires, .confidence = 2, .rank = g.failures};
    if (!g.fires)
        return v;
    bool broken = is_broken_client(w, row, day);
    bool in = has_after(w, row, WATCH_SUCCESS, &g) || has_after(w, row, WATCH_CONFIRMED, &g);
    v.severity = in ? SEVERITY_HIGH : broken ? SEVERITY_LOW : SEVERITY_MEDIUM;
    v.first_ms = g.first_ms;
    v.last_ms = g.last_ms;
    v.words[0] = broken && !in;
    v.words[1] = !is_told(w, row, day);
    if (v.words[1])
        v.confidence = 1;
    bool daily = g.window_ms == DAY_MS;
    verdict_threshold(&v, MEASURE_FAILURES, g.failures, (double)(daily ? o->daily : o->failures));
    verdict_measure(&v, MEASURE_WINDOW, (double)g.window_ms / MINUTE_MS);
    verdict_measure(&v, MEASURE_NETWORKS, g.nets);
    verdict_measure(&v, MEASURE_RIGHT_PASSWORD_AFTER, in);
    verdict_estimate(&v, MEASURE_FAILURES, g.failures_about);
    verdict_estimate(&v, MEASURE_NETWORKS, g.nets_about);
    struct learner learner = watch_learner(w, row);
    learning_lower(d, &learner, &v);
    if (!in && is_known(w, row, day) && accounts_watched_service(d, row))
        v.suppressed = SUPPRESSED_SERVICE;
    return v;
}

/* Most users mistype a few times. */
static bool is_quick_no(const struct detection *d, uint32_t row)
{
    const struct brute_options *o = d->options;
    const struct field *field = &watch_fields[SET_FAILURES];
    const struct word *words = row_words(d->windows->table[WINDOWS_WATCH], row, field);
    int64_t least = o->failures < o->daily ? o->failures : o->daily;
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++)
        n += word_load(&words[i]) != 0;
    return n < (least < field->words ? least : field->words);
}

/* A late failure completes windows that end until a day after it; a success makes those graver that
 * ended until a day before. */
static void judge(const struct detection *d, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    uint32_t row = watch_row(s);
    bool guess = watch_is_guess(ev), in = ev->password_valid && s->known == SUPPRESSED_NOT;
    if (row == TABLE_NONE || (!guess && !in) || is_quick_no(d, row))
        return;
    uint64_t subject = table_key(d->windows->table[WINDOWS_WATCH], row);
    int64_t today = ev->time_ms / DAY_MS;
    for (int64_t day = today - (in ? 1 : 0); day <= today + 1; day++) {
        uint8_t uid[FINDING_UID_BYTES];
        detector_uid(d, subject, detector_bucket(d->detector, day * DAY_MS), uid);
        if (!d->sink->due(d->sink->ctx, uid, ev->time_ms, in ? SEVERITY_HIGH : SEVERITY_NONE))
            continue;
        struct verdict v = evaluate(d, row, day);
        detector_say(d, s, subject, detector_bucket(d->detector, day * DAY_MS), &v);
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
    char n[COUNT_TEXT_MAX];
    bool broken = v->severity == SEVERITY_LOW,
         in = verdict_measured(v, MEASURE_RIGHT_PASSWORD_AFTER) > 0;
    watch_describe(d, report, f);
    finding_where(d->enricher, f, where);
    wording_span((int64_t)(verdict_measured(v, MEASURE_WINDOW) * MINUTE_MS), span);
    wording_count_ja(v, MEASURE_FAILURES, n);
    snprintf(f->title_ja, sizeof f->title_ja,
             broken ? "%.80s: サインイン失敗 %s 回（古いパスワードを持つクライアントの可能性）"
                    : "%.80s: 総当たり攻撃（%s 回失敗）",
             f->subject, n);
    wording_count(v, MEASURE_FAILURES, n);
    snprintf(f->title, sizeof f->title, "%.80s: %s failed sign-ins in %s%s", f->subject, n, span,
             broken ? ", probably a client with an old password" : "");
    snprintf(f->desc, sizeof f->desc,
             "Sign-ins of %.80s failed, %s different ones within %s, one of them from %.80s. %s",
             f->subject, n, span, where,
             in       ? "A right password from a network the user is not known for came within a "
                        "day: treat it as known."
             : broken ? "All came from one network of the user's own and one program: a stored "
                        "password that is out of date, not an attack."
                      : "No right password from a strange network was seen since.");
    size_t len = strlen(f->desc);
    if (v->words[1])
        snprintf(f->desc + len, sizeof f->desc - len,
                 " No record says that the password was wrong, so confidence is low.");
}

static const struct attack attacks[] = {
    {"T1110.001", "Password Guessing", "TA0006", "Credential Access"},
    {"T1110.004", "Credential Stuffing", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Brute force", NULL};
static const char *const commands[] = {
    COMMAND_RESET,
    COMMAND_REVOKE("[if right_password_after]"),
    NULL,
};

const struct detector detector_brute_force = {
    .name = "brute_force",
    .summary = "many guesses at one user's password, from one network or many",
    .version = 2,
    .bucket_days = 1,
    .silence_ms = 6 * HOUR_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Check for success; lock or move the account; for a broken client, fix its "
                   "stored password.",
    .remediation_ja = "成功の有無を確認し必要に応じて停止。"
                      "設定不良のクライアントは保存済みパスワードを修正してください。",
    .commands = commands,
    .options = {"brute_force", options, sizeof(struct brute_options)},
    .shared_at = offsetof(struct brute_options, shared),
    .chain = {STAGE_TARGETED, 1, WINDOWS_WATCH, 60 * 60 * 1000, "many passwords tried"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
