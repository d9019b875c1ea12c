/* SPDX-License-Identifier: Apache-2.0
 *
 * password_confirmed: a stranger holds a right password, although a second factor, a policy or an
 * expired password stopped him. The next application without that control is open to him.
 *
 * Interrupts are daily life, so the code alone says nothing. Fires on a right password that was
 * stopped, from a network that is not the user's own, if
 *   a  it came by ropc or legacy: nobody could have answered a prompt                    Medium
 *   b  the network or tool is a spray's (links.h), or a feed lists the network           High
 *   c  a wrong password came from the same network within 24 hours, no provider's        High
 *   d  hosting or vpn in a country the user is not known for                             Medium
 * While the user is being learnt every network is strange, and c and d are held back.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "detectors/spray/causes.h"
#include "detectors/spray/links.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

struct confirmed_options {
    bool enabled;
    struct shared_options shared;
    int64_t pair_window_ms, memory_ms;
    unsigned conditions; /* enum why */
};

/* In the order of enum why. */
static const char *const condition_names[] = {"a", "b", "c", "d", NULL};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct confirmed_options, enabled),
     .fallback = "true",
     .help = "report right passwords in strange hands"},
    {.name = "pair_window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct confirmed_options, pair_window_ms),
     .fallback = "24h",
     .min = HOUR_MS,
     .max = 7 * DAY_MS,
     .help = "a wrong and the right password from one network within this time are one guesser"},
    {.name = "memory",
     .type = OPTION_DURATION,
     .offset = offsetof(struct confirmed_options, memory_ms),
     .fallback = "14d",
     .min = DAY_MS,
     .max = 14 * DAY_MS,
     .help = "how long before and after a spray its network stays a suspect"},
    {.name = "conditions",
     .type = OPTION_SET,
     .offset = offsetof(struct confirmed_options, conditions),
     .fallback = "[a, b, c, d]",
     .choices = condition_names,
     .help = "which are told: a no prompt was possible, b a spray's or feed's network, c a wrong "
             "password beside it, d a strange country"},
    OPTION_LEARNING(
        confirmed_options, "full", shared_learning,
        "a tenant or user known for less than 7 days: full holds back c and d of a user "
        "for whom every network is strange; low lowers only confidence"),
    OPTIONS_SHARED(confirmed_options),
    {.name = NULL},
};

enum why { WHY_SILENT = 1, WHY_FLAGGED = 2, WHY_GUESSED = 4, WHY_STRANGE = 8 };

static bool is_guessed(const struct detection *d, uint32_t row, const struct watch_fact *f)
{
    const struct confirmed_options *o = d->options;
    const struct field *field = &watch_fields[WATCH_TRIED];
    const struct word *words = row_words(d->windows->table[WINDOWS_WATCH], row, field);
    if (!(f->flags & WATCH_QUIET))
        return false;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact tried = watch_fact_of(word);
        if (word != 0 && tried.flags & WATCH_WRONG && tried.net == f->net &&
            tried.first_ms <= f->last_ms + o->pair_window_ms &&
            f->first_ms <= tried.last_ms + o->pair_window_ms)
            return true;
    }
    return false;
}

static unsigned why(const struct detection *d, uint32_t row, uint64_t word)
{
    struct watch_fact f = watch_fact_of(word);
    unsigned why = 0;
    if (f.flags & WATCH_KNOWN)
        return 0;
    if (f.flags & WATCH_SILENT)
        why |= WHY_SILENT;
    if (f.flags & WATCH_FEED ||
        (links_holds(d->windows, row, WATCH_FLAGGED, word) && links_stand(d->windows, row)))
        why |= WHY_FLAGGED;
    if (is_guessed(d, row, &f))
        why |= WHY_GUESSED;
    if (f.flags & WATCH_STRANGE && f.flags & WATCH_HOSTING)
        why |= WHY_STRANGE;
    return why;
}

struct confirmed {
    unsigned n, why, flags; /* flags: of those that count */
    bool learning;          /* one would count, were the user not new */
    bool enrol;             /* a factor can be enrolled from a flagged network */
    int64_t first_ms, last_ms;
};

static void read_field(const struct detection *d, uint32_t row, int64_t bucket, int field_number,
                       struct confirmed *c)
{
    const struct field *field = &watch_fields[field_number];
    const struct word *words = row_words(d->windows->table[WINDOWS_WATCH], row, field);
    const struct confirmed_options *o = d->options;
    const struct learner learner = watch_learner(d->windows, row);
    /* Who never succeeded in a tenant long known is asleep, not new: that is whom guessers like. */
    const unsigned who = learner.user_row == TABLE_NONE ? LEARNING_TENANT : LEARNING_USER;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact f = watch_fact_of(word);
        unsigned reasons = word ? why(d, row, word) & o->conditions : 0;
        if (reasons == 0 || detector_bucket(d->detector, f.first_ms) != bucket)
            continue;
        if (learning_is(d, &learner, who, f.last_ms))
            reasons &= WHY_SILENT | WHY_FLAGGED;
        c->learning |= reasons == 0;
        if (reasons == 0)
            continue;
        c->why |= reasons;
        c->flags |= f.flags;
        c->enrol |= reasons & WHY_FLAGGED && f.flags & WATCH_ENROL;
        if (c->n == 0 || f.first_ms < c->first_ms)
            c->first_ms = f.first_ms;
        if (c->n++ == 0 || f.last_ms > c->last_ms)
            c->last_ms = f.last_ms;
    }
}

static struct verdict evaluate(const struct detection *d, uint32_t row, int64_t bucket)
{
    struct confirmed c = {0};
    read_field(d, row, bucket, WATCH_CONFIRMED, &c);
    read_field(d, row, bucket, WATCH_FLAGGED, &c);
    struct verdict v = {.fires = c.n > 0 || c.learning, .confidence = 2, .rank = c.why};
    if (c.n == 0) {
        v.suppressed = SUPPRESSED_LEARNING;
        v.severity = SEVERITY_MEDIUM;
        return v;
    }
    bool high = c.why & (WHY_FLAGGED | WHY_GUESSED);
    v.severity = c.enrol ? SEVERITY_CRITICAL : high ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    v.first_ms = c.first_ms;
    v.last_ms = c.last_ms;
    verdict_measure(&v, MEASURE_NO_PROMPT_POSSIBLE, (c.why & WHY_SILENT) != 0);
    verdict_measure(&v, MEASURE_FROM_SPRAY_OR_FEED, (c.why & WHY_FLAGGED) != 0);
    verdict_measure(&v, MEASURE_WRONG_PASSWORDS_BESIDE, (c.why & WHY_GUESSED) != 0);
    verdict_measure(&v, MEASURE_FROM_STRANGE_COUNTRY, (c.why & WHY_STRANGE) != 0);
    verdict_measure(&v, MEASURE_FACTOR_CAN_BE_ENROLLED, (c.flags & WATCH_ENROL) != 0);
    struct learner learner = watch_learner(d->windows, row);
    learning_lower(d, &learner, &v);
    return v;
}

static void say(const struct detection *d, const struct sighting *s, uint32_t row, int64_t bucket)
{
    struct verdict v = evaluate(d, row, bucket);
    if (v.fires && row == watch_row(s) && watch_is_confirmed(&s->e->ev))
        detector_own(&v);
    detector_say(d, s, table_key(d->windows->table[WINDOWS_WATCH], row), bucket, &v);
}

/* All buckets that facts of a row lie in: a wrong password may complete one a day away. */
static void say_all(const struct detection *d, const struct sighting *s, uint32_t row, int field)
{
    const struct word *words =
        row_words(d->windows->table[WINDOWS_WATCH], row, &watch_fields[field]);
    int64_t done[8];
    for (unsigned i = 0, n = 0; i < watch_fields[field].words; i++) {
        uint64_t word = word_load(&words[i]);
        int64_t bucket = detector_bucket(d->detector, watch_fact_of(word).first_ms);
        bool known = word == 0;
        for (unsigned k = 0; k < n && !known; k++)
            known = done[k] == bucket;
        if (known)
            continue;
        done[n++] = bucket;
        say(d, s, row, bucket);
    }
}

/* What would have fired but for the place it came from. It needs no row, and may have none. */
static void say_excused(const struct detection *d, const struct sighting *s)
{
    const struct confirmed_options *o = d->options;
    const struct event *ev = &s->e->ev;
    struct verdict v = {.fires = true, .confidence = 2, .suppressed = watch_excuse(s)};
    bool silent = ev->ropc || ev->legacy != LEGACY_NOT;
    bool suspect = links_suspect(d->windows, s, o->memory_ms);
    v.severity = suspect ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    verdict_measure(&v, MEASURE_NO_PROMPT_POSSIBLE, silent);
    verdict_measure(&v, MEASURE_FROM_SPRAY_OR_FEED, suspect);
    if (silent || suspect)
        detector_say(d, s, watch_key(d->windows, tried_user(s)),
                     detector_bucket(d->detector, ev->time_ms), &v);
}

static void judge(const struct detection *d, const struct sighting *s)
{
    const struct confirmed_options *o = d->options;
    const struct event *ev = &s->e->ev;
    uint32_t row = watch_row(s), rows[LINKS_MAX];
    bool mine = watch_is_confirmed(ev);
    if (!links_concern(s) || ev->outcome == OUTCOME_SUCCESS)
        return;
    if (mine && s->known != SUPPRESSED_NOT) {
        say_excused(d, s);
        return;
    }
    const struct links_query q = {WATCH_CONFIRMED, WATCH_FLAGGED, mine, 0, o->memory_ms};
    unsigned n = links_make(d->windows, s, &q, rows);
    for (unsigned i = 0; i < n; i++)
        say_all(d, s, rows[i], WATCH_FLAGGED);
    if (row != TABLE_NONE)
        say_all(d, s, row, WATCH_CONFIRMED);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return detector_recheck_row(d, report, WINDOWS_WATCH, evaluate, ret_verdict);
}

/* What stopped it, by the event that tells: others of the evidence are wrong passwords beside it.
 */
static const char *control_of(const struct finding *f)
{
    const struct witness *w = &f->witnesses[0];
    for (unsigned i = 0; i < f->witnesses_n; i++)
        if (strcmp(f->witnesses[i].user, f->subject) == 0 &&
            (f->witnesses[i].reason == REASON_PASSWORD_OK ||
             f->witnesses[i].reason == REASON_MFA_DENIED))
            w = &f->witnesses[i];
    switch (w->control) {
    case CONTROL_FACTOR:
    case CONTROL_ENROLMENT:
        return "a second factor";
    case CONTROL_POLICY:
    case CONTROL_DEVICE:
    case CONTROL_LOCATION:
    case CONTROL_RISK:
        return "a policy";
    case CONTROL_PASSWORD:
        return "an expired password";
    default:
        break;
    }
    return w->reason == REASON_PASSWORD_OK ? "a demand for more" : "another control";
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct verdict *v = &report->verdict;
    char where[WHERE_TEXT_MAX];
    watch_describe(d, report, f);
    const char *control = control_of(f);
    if (verdict_measured(v, MEASURE_FROM_SPRAY_OR_FEED) > 0)
        causes_of_events(d, f, ((const struct confirmed_options *)d->options)->memory_ms);
    finding_where(d->enricher, f, where);
    snprintf(f->title, sizeof f->title, "%.80s: correct password used by a stranger, stopped by %s",
             f->subject, control);
    snprintf(f->title_ja, sizeof f->title_ja,
             "%.80s: 第三者が正しいパスワードを使用（%sにより阻止）", f->subject,
             wording_ja(control));
    snprintf(f->desc, sizeof f->desc,
             "The password of %.80s was right and the sign-in was stopped all the same, by %s; an "
             "event of it came from %.80s.%s%s%s%s Whoever it was can enrol a factor: %s.",
             f->subject, control, where,
             verdict_measured(v, MEASURE_FROM_SPRAY_OR_FEED) > 0
                 ? " The network or tool is that of a password spray, or listed by a feed."
                 : "",
             verdict_measured(v, MEASURE_WRONG_PASSWORDS_BESIDE) > 0
                 ? " Wrong passwords came from the same network within a day."
                 : "",
             verdict_measured(v, MEASURE_NO_PROMPT_POSSIBLE) > 0
                 ? " The protocol leaves nobody to answer a prompt."
                 : "",
             verdict_measured(v, MEASURE_FROM_STRANGE_COUNTRY) > 0
                 ? " The user is not known for this country."
                 : "",
             verdict_measured(v, MEASURE_FACTOR_CAN_BE_ENROLLED) > 0 ? "yes" : "no");
}

static const struct attack attacks[] = {
    {"T1110.003", "Password Spraying", "TA0006", "Credential Access"},
    {"T1110.004", "Credential Stuffing", "TA0006", "Credential Access"},
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Password confirmed", NULL};
static const char *const commands[] = {
    COMMAND_RESET,
    NULL,
};

const struct detector detector_password_confirmed = {
    .name = "password_confirmed",
    .summary = "a right password in strange hands, stopped by something else",
    .version = 2,
    .bucket_days = 7,
    .silence_ms = 7 * DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Reset the password now (it is known), check that no other application lets the user in "
        "with one factor; if nothing is enrolled, enrol a phishing-resistant method with the user "
        "present.",
    .remediation_ja = "パスワードは既に知られています。直ちに再設定し、"
                      "単一要素で入れるアプリが残っていないか確認、"
                      "MFA 未登録なら本人立ち会いでフィッシング耐性のある方式を登録してください。",
    .commands = commands,
    .advisory = &advisory_ropc_spray,
    .options = {"password_confirmed", options, sizeof(struct confirmed_options)},
    .shared_at = offsetof(struct confirmed_options, shared),
    .chain = {STAGE_CONFIRMED, 3, WINDOWS_WATCH, 60 * 60 * 1000, "right password in strange hands"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
