/* SPDX-License-Identifier: Apache-2.0
 *
 * Watch rows: who writes them. See the header for the words.
 */
#include "detectors/known/watch.h"

#include "detectors/frame/tried.h"
#include "detectors/known/baseline.h"
#include "detectors/known/crowd.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

#define WATCH_FACTS_FIELD(name_, first_)                                                           \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = 8, .join = JOIN_TOP, .payload = PAYLOAD_SPAN, \
        .payload_bits = 10                                                                         \
    }

/* What speaks for somebody else at a user's door: watch.h. Made by failures, on probation, and by
 * successes from networks the user is not known for. */
const struct field watch_fields[WATCH_FIELDS_N] = {
    /* Ids of failed events. 32 exact words: 29 are not 30. */
    [SET_FAILURES] = DISTINCT_EXACT_FIELD("failures", 0, 32),
    [SET_NETS] = DISTINCT_FIELD("nets", 32),       /* that they came from */
    [SET_DENIALS] = DISTINCT_FIELD("denials", 44), /* ids of prompts refused or not answered */
    [SET_CODES] = DISTINCT_FIELD("codes", 56),     /* ids of codes typed wrong */
    [WATCH_TRIED] = WATCH_FACTS_FIELD("tried", 68),
    [WATCH_SUCCESS] = WATCH_FACTS_FIELD("success", 76),
    [WATCH_CONFIRMED] = WATCH_FACTS_FIELD("confirmed", 84), /* right password, then stopped */
    [WATCH_FLAGGED] = WATCH_FACTS_FIELD("flagged", 92),     /* of these, from a spray */
    [WATCH_LINKED] = WATCH_FACTS_FIELD("linked", 100),      /* successes tied to an attack */
    [WATCH_APPROVED] = TOP_FIELD("approved", 108, 4), /* ten minutes since 1970, multi-factor */
    [WATCH_TENANT] = MAX_FIELD("tenant", 112, 1),
    [WATCH_USER] =
        MAX_FIELD("user", 113, 1), /* key of its user row; the top 40 bits: of its name */
    [WATCH_FAILED] =
        MAX_FIELD("failed", 114, 2),  /* ms of the newest failure; of the newest denial */
    [WATCH_KINDS] = {.name = "kinds", /* | day 48 | enum watch_kind bits | */
                     .first = 116,
                     .words = 4,
                     .join = JOIN_TOP,
                     .payload = PAYLOAD_OR,
                     .payload_bits = 16},
    [WATCH_SOURCES] = TOP_FIELD("sources", 120, 8),  /* what ties its facts: links.c */
    [WATCH_PUSHES] = TOP_FIELD("pushes", 128, 12),   /* sent; watch_push_word */
    [WATCH_ANSWERS] = TOP_FIELD("answers", 140, 12), /* successes with a second factor, likewise */
};

enum { DAY_2015 = 16436, DAY_AT = 50, NET_AT = 34, SYSTEM_AT = 24, TOOL_AT = 18, FLAGS_AT = 10 };

bool watch_is_guess(const struct event *ev)
{
    return event_reason_is_guess(ev->reason) || ev->reason == REASON_LOCKED;
}

bool watch_is_confirmed(const struct event *ev)
{
    return ev->password_valid && ev->outcome != OUTCOME_SUCCESS && ev->reason != REASON_OK;
}

bool watch_is_denial(const struct event *ev)
{
    return ev->reason == REASON_MFA_DENIED;
}

bool watch_is_approval(const struct event *ev)
{
    return ev->outcome == OUTCOME_SUCCESS && ev->factor == FACTOR_MULTI;
}

static uint64_t push_word(const struct sighting *s)
{
    uint64_t second = (uint64_t)(s->e->ev.time_ms / 1000);
    return second << WATCH_PUSH_ID_BITS | s->id_hash >> (64 - WATCH_PUSH_ID_BITS);
}

struct watch_fact watch_fact_of(uint64_t word)
{
    int64_t day_ms = ((int64_t)(word >> DAY_AT) + DAY_2015) * DAY_MS;
    return (struct watch_fact){.first_ms = day_ms + (int64_t)(word >> 5 & 31) * HOUR_MS,
                               .last_ms = day_ms + (int64_t)(word & 31) * HOUR_MS,
                               .net = word >> NET_AT & 0xFFFF,
                               .system = word >> SYSTEM_AT & 0x3FF,
                               .tool = word >> TOOL_AT & 0x3F,
                               .flags = word >> FLAGS_AT & 0xFF};
}

static bool from_egress(const struct windows *w, const struct sighting *s)
{
    struct rung rungs[LADDER_MAX];
    int64_t now = s->e->ev.time_ms;
    if (s->e->ev.outcome != OUTCOME_SUCCESS || ladder_of(s->e, rungs) == 0)
        return false;
    unsigned size = crowd_tenant_size(w, s->tenant_hash, s->tenant->users, now);
    return crowd_established(w, s->tenant_hash, crowd_net(w, &rungs[0]), size, now, NULL);
}

static unsigned flags_of(const struct windows *w, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    unsigned flags = 0;
    if (ladder_is_quiet(e->network))
        flags |= WATCH_QUIET;
    if (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN)
        flags |= WATCH_HOSTING;
    if (e->ev.ropc || e->ev.legacy != LEGACY_NOT)
        flags |= WATCH_SILENT;
    if (e->ev.control == CONTROL_ENROLMENT)
        flags |= WATCH_ENROL;
    if (e->ev.reason == REASON_WRONG_PASSWORD)
        flags |= WATCH_WRONG;
    if (from_egress(w, s))
        flags |= WATCH_EGRESS;
    if (e->ev.factor == FACTOR_MULTI)
        flags |= WATCH_MULTI;
    if (e->sets & ~(1ull << NETWORKS_TRUSTED))
        flags |= WATCH_FEED;
    if (s->known != SUPPRESSED_NOT)
        flags |= WATCH_KNOWN;
    uint32_t row = table_find(w->table[WINDOWS_USER], s->user_hash);
    if (row != TABLE_NONE && baseline_strange_country(w, row, e->place.country, e->ev.time_ms))
        flags |= WATCH_STRANGE;
    return flags;
}

/* All baselines in the flags are read as of their cut, before which everything has come by now. */
uint64_t watch_fact_word(const struct windows *w, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    int64_t hours = e->ev.time_ms / HOUR_MS, day = hours / 24 - DAY_2015;
    if (day < 1 || day >= 1 << 14)
        return 0;
    uint64_t hour = (uint64_t)(hours % 24), asn = e->asn;
    uint64_t net = ladder_net(w, e) >> 48;
    uint64_t system = asn ? hash_words(&w->key, &asn, 1) >> 54 : 0;
    return (uint64_t)day << DAY_AT | net << NET_AT | system << SYSTEM_AT |
           s->fingerprint >> 58 << TOOL_AT | (uint64_t)flags_of(w, s) << FLAGS_AT | hour << 5 |
           hour;
}

uint64_t watch_key(const struct windows *w, uint64_t user40)
{
    return table_lawful_key(hash_words(&w->key, (const uint64_t[]){WINDOWS_WATCH, user40}, 2));
}

enum suppression watch_excuse_of(const struct windows *w, const struct sighting *s)
{
    if (sighting_vouched(s) != SUPPRESSED_NOT)
        return sighting_vouched(s);
    if (s->e->ev.managed_device)
        return SUPPRESSED_SAME_DEVICE;
    uint32_t row = table_find(w->table[WINDOWS_USER], s->user_hash);
    if (row != TABLE_NONE && s->e->usable_ip &&
        baseline_known_net(w, row, ladder_net(w, s->e), s->e->ev.time_ms))
        return SUPPRESSED_FAMILIAR;
    return SUPPRESSED_NOT;
}

void watch_plan(struct windows *w, struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    bool success = ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS;
    s->watch_touch = UINT8_MAX;
    s->known = SUPPRESSED_NOT;
    bool passes = success || watch_is_approval(ev) || ev->prompted;
    if ((ev->kind != KIND_SIGN_IN && ev->kind != KIND_MFA) || tried_user(s) == 0 ||
        !(passes || watch_is_guess(ev) || watch_is_confirmed(ev) || watch_is_denial(ev)))
        return;
    s->known = (uint8_t)watch_excuse_of(w, s);
    if (passes && (s->known != SUPPRESSED_NOT || !s->e->usable_ip))
        return;
    s->watch_touch =
        sighting_touch(s, w->table[WINDOWS_WATCH], watch_key(w, tried_user(s)), success);
}

uint32_t watch_row(const struct sighting *s)
{
    return s->watch_touch == UINT8_MAX ? TABLE_NONE : s->touches[s->watch_touch].row;
}

static void update_guess(struct windows *w, const struct sighting *s, uint32_t row)
{
    struct table *t = w->table[WINDOWS_WATCH];
    int64_t now = s->e->ev.time_ms;
    windows_add(w, WINDOWS_WATCH, row, SET_FAILURES, s->id_hash, now);
    if (s->e->ev.has_ip)
        windows_add(w, WINDOWS_WATCH, row, SET_NETS, ladder_net(w, s->e), now);
    row_merge(t, row, &watch_fields[WATCH_TRIED], 0, watch_fact_word(w, s));
    row_merge(t, row, &watch_fields[WATCH_FAILED], 0, (uint64_t)now);
}

static void update_denial(struct windows *w, const struct sighting *s, uint32_t row)
{
    struct table *t = w->table[WINDOWS_WATCH];
    const struct event *ev = &s->e->ev;
    uint64_t kinds = s->known == SUPPRESSED_NOT ? PROMPT_STRANGER : 0;
    if (ev->denial == DENIAL_ABSENT || ev->denial == DENIAL_REFUSED)
        kinds |= PROMPT_REFUSED;
    if (ev->denial == DENIAL_FRAUD)
        kinds |= PROMPT_FRAUD;
    windows_add(w, WINDOWS_WATCH, row, ev->denial == DENIAL_CODE ? SET_CODES : SET_DENIALS,
                s->id_hash, ev->time_ms);
    row_merge(t, row, &watch_fields[WATCH_KINDS], 0,
              (uint64_t)(ev->time_ms / DAY_MS) << 16 | kinds);
    row_merge(t, row, &watch_fields[WATCH_FAILED], 1, (uint64_t)ev->time_ms);
}

/* Only from strangers: what is known was left out by watch_plan. */
static void update_push(struct windows *w, const struct sighting *s, uint32_t row)
{
    struct table *t = w->table[WINDOWS_WATCH];
    row_merge(t, row, &watch_fields[WATCH_PUSHES], 0, push_word(s));
    row_merge(t, row, &watch_fields[WATCH_KINDS], 0,
              (uint64_t)(s->e->ev.time_ms / DAY_MS) << 16 | PROMPT_STRANGER);
}

static void update_success(struct windows *w, const struct sighting *s, uint32_t row)
{
    struct table *t = w->table[WINDOWS_WATCH];
    const struct event *ev = &s->e->ev;
    if (ev->kind == KIND_SIGN_IN)
        row_merge(t, row, &watch_fields[WATCH_SUCCESS], 0, watch_fact_word(w, s));
    if (!watch_is_approval(ev))
        return;
    row_merge(t, row, &watch_fields[WATCH_APPROVED], 0, (uint64_t)(ev->time_ms / 600000));
    row_merge(t, row, &watch_fields[WATCH_ANSWERS], 0, push_word(s));
}

void watch_update(struct windows *w, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    uint32_t row = watch_row(s);
    if (row == TABLE_NONE)
        return;
    struct table *t = w->table[WINDOWS_WATCH];
    row_merge(t, row, &watch_fields[WATCH_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &watch_fields[WATCH_USER], 0, s->user_hash);
    windows_name(w, tried_user(s), ev->user, ev->time_ms);
    if (watch_is_guess(ev))
        update_guess(w, s, row);
    if (watch_is_denial(ev))
        update_denial(w, s, row);
    if (watch_is_confirmed(ev))
        row_merge(t, row, &watch_fields[WATCH_CONFIRMED], 0, watch_fact_word(w, s));
    if (ev->prompted)
        update_push(w, s, row);
    if (ev->outcome == OUTCOME_SUCCESS)
        update_success(w, s, row);
}

size_t watch_name(const struct windows *w, uint32_t row, char name[static 64])
{
    uint64_t user = word_load(row_words(w->table[WINDOWS_WATCH], row, &watch_fields[WATCH_USER]));
    return windows_name_find(w, tried_user_of(user), name);
}

/* The event in hand may be about another user: the one who made a network a suspect. */
void watch_describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const struct windows *w = d->windows;
    char name[64] = "";
    uint32_t row = table_find(w->table[WINDOWS_WATCH], report->subject);
    if (row != TABLE_NONE)
        watch_name(w, row, name);
    f->subject_type = "user";
    const char *witnessed = report->witness.user;
    bool longer = name[0] && strncmp(witnessed, name, strlen(name)) == 0;
    snprintf(f->subject, sizeof f->subject, "%s", name[0] && !longer ? name : witnessed);
    finding_add_user(f, f->subject);
}

struct learner watch_learner(const struct windows *w, uint32_t row)
{
    const struct table *t = w->table[WINDOWS_WATCH];
    uint64_t tenant = word_load(row_words(t, row, &watch_fields[WATCH_TENANT]));
    uint64_t user = word_load(row_words(t, row, &watch_fields[WATCH_USER]));
    uint32_t known = user ? table_find(w->table[WINDOWS_USER], user) : TABLE_NONE;
    return learning_user(w, tenant, known);
}

enum suppression watch_excuse(const struct sighting *s)
{
    return (enum suppression)s->known;
}
