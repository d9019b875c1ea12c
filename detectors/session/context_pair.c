/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging the contexts of a session in pairs, for session_replay and session_user_agent, and what
 * their findings have in common. A pair belongs to the week of the later first use.
 *
 * A late event can move a first use back, and with it a pair to another week, or so far that
 * somebody could have travelled. The pair that was reported is then superseded: taken back here and
 * said anew, if at all, by the event that moved it, which evaluates all pairs of its context.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "detectors/session/context.h"
#include "detectors/words/wording.h"
#include "parsers/values/user_agent.h"

#include <stdio.h>

enum { PAIRS_MAX = CONTEXTS_MAX + 1 };

/* True if b is the earlier one. Within one half hour the one that looks stolen is told as later. */
static bool is_turned(const struct context *a, const struct context *b)
{
    if (a->first_ms != b->first_ms)
        return b->first_ms < a->first_ms;
    if (context_is_hosting(a) != context_is_hosting(b))
        return context_is_hosting(a);
    if (a->refresh != b->refresh)
        return a->refresh;
    return b->word < a->word;
}

static struct verdict judge_pair(const struct detection *d, uint32_t row, const struct context *a,
                                 const struct context *b, context_predicate pair,
                                 int64_t *ret_bucket)
{
    bool turned = is_turned(a, b);
    const struct context *x = turned ? b : a, *y = turned ? a : b;
    struct verdict v = pair(d, row, x, y);
    *ret_bucket = detector_bucket(d->detector, y->first_ms);
    v.first_ms = x->first_ms;
    if (v.since_ms == 0)
        v.since_ms = y->first_ms;
    v.last_ms = x->last_ms > y->last_ms ? x->last_ms : y->last_ms;
    v.words[0] = x->word;
    v.words[1] = y->word;
    struct learner learner = context_learner(d->windows, row);
    /* Where the detector's option goes so far; what makes it Critical is no habit. */
    learner.lowers = v.severity == SEVERITY_CRITICAL ? 0 : LEARNING_USER;
    learner.to = SEVERITY_MEDIUM;
    learning_lower(d, &learner, &v);
    return v;
}

/* Verdicts of one event, joined by week. */
struct weeks {
    struct verdict fires[PAIRS_MAX], excused[PAIRS_MAX];
    int64_t bucket[PAIRS_MAX];
    unsigned n;
};

static void weeks_add(struct weeks *weeks, const struct verdict *v, int64_t bucket)
{
    unsigned i = 0;
    while (i < weeks->n && weeks->bucket[i] != bucket)
        i++;
    if (i == weeks->n) {
        weeks->bucket[weeks->n++] = bucket;
        weeks->fires[i] = weeks->excused[i] = (struct verdict){0};
    }
    verdict_join(v->suppressed ? &weeks->excused[i] : &weeks->fires[i], v);
}

void context_judge(const struct detection *d, const struct sighting *s, context_predicate pair)
{
    uint32_t row = context_row(d->windows, s);
    struct context own, known[CONTEXTS_MAX];
    if (row == TABLE_NONE || !context_of_event(d->windows, s, &own))
        return;
    unsigned n = context_read(d->windows, row, known);
    struct weeks weeks;
    weeks.n = 0;
    for (unsigned i = 0; i < n; i++)
        if (known[i].word == own.word)
            own = known[i]; /* with its first use, whoever came first */
    for (unsigned i = 0; i < n; i++) {
        int64_t bucket;
        if (known[i].word == own.word)
            continue;
        struct verdict v = judge_pair(d, row, &known[i], &own, pair, &bucket);
        if (v.fires)
            weeks_add(&weeks, &v, bucket);
    }
    uint64_t subject = table_key(d->windows->table[WINDOWS_SESSION], row);
    for (unsigned i = 0; i < weeks.n; i++)
        detector_say(d, s, subject, weeks.bucket[i],
                     weeks.fires[i].fires ? &weeks.fires[i] : &weeks.excused[i]);
}

static const struct context *kept(const struct context *known, unsigned n, uint64_t word)
{
    for (unsigned i = 0; i < n; i++)
        if (known[i].word == word)
            return &known[i];
    return NULL;
}

/* Where nothing can have left the words, a pair that is not there is no more. */
static bool is_superseded(unsigned known_n, struct verdict *ret_verdict)
{
    *ret_verdict = (struct verdict){.fires = true, .suppressed = SUPPRESSED_SUPERSEDED};
    return known_n < CONTEXTS_MAX;
}

bool context_recheck(const struct detection *d, const struct report *report, context_predicate pair,
                     struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_SESSION], report->subject);
    if (row == TABLE_NONE)
        return false;
    struct context known[CONTEXTS_MAX];
    unsigned n = context_read(d->windows, row, known);
    int64_t bucket;
    struct verdict excused = {0};
    *ret_verdict = (struct verdict){0};
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = i + 1; k < n; k++) {
            struct verdict v = judge_pair(d, row, &known[i], &known[k], pair, &bucket);
            if (v.fires && bucket == report->bucket)
                verdict_join(v.suppressed == SUPPRESSED_NOT ? ret_verdict : &excused, &v);
        }
    if (ret_verdict->fires)
        return true;
    if (report->wordless) {
        *ret_verdict = excused;
        return excused.fires || is_superseded(n, ret_verdict);
    }
    const struct context *x = kept(known, n, report->verdict.words[0]);
    const struct context *y = kept(known, n, report->verdict.words[1]);
    if (!x || !y)
        return false; /* a pair that has left the words stands as it was reported */
    *ret_verdict = judge_pair(d, row, x, y, pair, &bucket);
    if (!ret_verdict->fires || bucket != report->bucket) {
        ret_verdict->fires = true;
        ret_verdict->suppressed = SUPPRESSED_SUPERSEDED;
    }
    return true;
}

/* The users of a session: one, or two where it went from hand to hand. */
static void add_users(const struct windows *w, uint32_t row, struct finding *f)
{
    const struct field *field = &session_fields[SESSION_USERS];
    char name[64];
    for (unsigned i = 0; row != TABLE_NONE && i < field->words; i++) {
        uint64_t word = word_load(&row_words(w->table[WINDOWS_SESSION], row, field)[i]);
        if (word != 0 && windows_name_find(w, tried_user_of(word), name) > 0 &&
            strncmp(f->witnesses[0].user, name, strlen(name)) != 0)
            finding_add_user(f, name);
    }
}

void context_users(const struct finding *f, char text[static CONTEXT_USERS_MAX])
{
    text[0] = '\0';
    if (f->users_n > 1)
        snprintf(text, CONTEXT_USERS_MAX, " Two users had it: %.64s and %.64s.", f->users[0],
                 f->users[1]);
}

void context_describe(const struct detection *d, const struct report *report, struct finding *f)
{
    char where[WHERE_TEXT_MAX];
    f->subject_type = "session";
    memcpy(f->subject, report->witness.session, sizeof f->subject);
    finding_add_user(f, report->witness.user);
    finding_where(d->enricher, f, where);
    uint32_t row = table_find(d->windows->table[WINDOWS_SESSION], report->subject);
    add_users(d->windows, row, f);
    const struct field *field = &session_fields[SESSION_IPS];
    for (unsigned i = 0; row != TABLE_NONE && i < field->words; i++) {
        uint64_t word = word_load(&row_words(d->windows->table[WINDOWS_SESSION], row, field)[i]);
        struct prefix prefix = windows_ip_of(word);
        if (word != 0)
            finding_address(d->enricher, f, &prefix, 0);
    }
}

void context_where(const struct context *c, const struct finding *f,
                   char text[static CONTEXT_TEXT_MAX])
{
    for (unsigned i = 0; i < f->addresses_n; i++) {
        const struct finding_address *a = &f->addresses[i];
        double dlat = a->lat - c->lat, dlon = a->lon - c->lon;
        if (baseline_asn(a->asn) == c->asn &&
            (!c->has_place || (dlat * dlat < 0.3 && dlon * dlon < 0.3))) {
            finding_where_of(a, text);
            return;
        }
    }
    if (c->asn != 0)
        snprintf(text, CONTEXT_TEXT_MAX, "AS%u", c->asn);
    else
        snprintf(text, CONTEXT_TEXT_MAX, "an unknown network");
}

void context_agent(const struct context *c, char text[static CONTEXT_TEXT_MAX])
{
    static const char *const systems[] = {"",    "Windows", "macOS",   "Linux",
                                          "iOS", "Android", "ChromeOS"};
    unsigned os = c->agent >> 8 & 7;
    const char *family = user_agent_family((uint8_t)c->agent);
    const char *system = os < sizeof systems / sizeof systems[0] ? systems[os] : "";
    if (family[0] || system[0])
        snprintf(text, CONTEXT_TEXT_MAX, "%s%s%s", family, family[0] && system[0] ? " on " : "",
                 system);
    else
        snprintf(text, CONTEXT_TEXT_MAX, "an unknown agent");
}
