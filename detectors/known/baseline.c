/* SPDX-License-Identifier: Apache-2.0
 *
 * Habits of users, as tokens of their rows. See detectors/windows/tokens.h for the words.
 */
#include "detectors/known/baseline.h"

#include "detectors/frame/ladder.h"
#include "detectors/frame/sighting_place.h"
#include "detectors/windows/places.h"
#include "detectors/windows/tokens.h"

/* A user of a tenant; made by a success only, so that invented names cannot fill the table. */
const struct field user_fields[USER_FIELDS_N] = {
    [USER_TENANT] = MAX_FIELD("tenant", 0, 1),         /* keyed hash */
    [USER_FIRST_SEEN] = MAX_FIELD("first_seen", 1, 1), /* ~minute: the earliest */
    [USER_ROPC] = TOP_FIELD("ropc", 2, 3),             /* fact.h */
    [USER_LEGACY] = TOP_FIELD("legacy", 5, 3),         /* fact.h */
    [USER_STRONG] = PLACES_FIELD("strong", 8, 8),      /* interactive */
    [USER_WEAK] = PLACES_FIELD("weak", 16, 8),         /* token refresh */
    [USER_STRONG_IP] = TOP_FIELD("strong_ip", 24, 8),  /* windows_ip_word */
    [USER_WEAK_IP] = TOP_FIELD("weak_ip", 32, 8),      /* windows_ip_word */
    [USER_TOKENS] = TOKENS_FIELD("tokens", 40, 16),
    [USER_SINGLE] = PLACES_FIELD("single", 56, 8), /* reached with one factor */
    /* Autonomous systems and agent classes: apart from `tokens`, because one machine alone has
     * half a dozen agents, which would push out the places. */
    [USER_CLIENTS] = TOKENS_FIELD("clients", 64, 16),
    /* v4 /24, v6 /48: apart for the same reason. */
    [USER_NETS] = TOKENS_FIELD("nets", 80, 8),
};

enum { LATENESS_DAYS = 1 };

int64_t baseline_cut(int64_t time_ms)
{
    return time_ms / TOKEN_DAY_MS - 1 - LATENESS_DAYS;
}

void baseline_plan(const struct windows *w, struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    s->user_touch = UINT8_MAX;
    if (ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS && s->user_hash != 0)
        s->user_touch = sighting_touch(s, w->table[WINDOWS_USER], s->user_hash, true);
}

uint32_t baseline_row(const struct sighting *s)
{
    return s->user_touch == UINT8_MAX ? TABLE_NONE : s->touches[s->user_touch].row;
}

uint64_t baseline_token(const struct windows *w, enum baseline_kind kind, uint64_t what)
{
    return hash_words(&w->key, (const uint64_t[]){(uint64_t)kind, what}, 2);
}

/* Systems and agents have a field of their own. */
static const struct field *field_of(enum baseline_kind kind)
{
    return &user_fields[kind == BASELINE_ASN || kind == BASELINE_AGENT ? USER_CLIENTS
                                                                       : USER_TOKENS];
}

static void learn(struct windows *w, uint32_t row, enum baseline_kind kind, uint64_t what,
                  int64_t time_ms)
{
    tokens_add(w->table[WINDOWS_USER], row, field_of(kind), baseline_token(w, kind, what), time_ms);
}

uint64_t baseline_ropc(const struct windows *w, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    struct slice app = e->ev.app_id.len ? e->ev.app_id : e->ev.app;
    uint64_t words[] = {e->asn, hash_slice(&w->key, app), s->agent_class};
    return hash_words(&w->key, words, 3);
}

uint64_t baseline_legacy(const struct windows *w, const struct enriched_event *e)
{
    struct slice protocol = e->ev.client.len ? e->ev.client : e->ev.protocol;
    return hash_words(&w->key, (const uint64_t[]){hash_slice(&w->key, protocol), e->asn}, 2);
}

uint32_t baseline_asn(uint32_t asn)
{
    return (asn ^ asn >> 22) & ((1u << 22) - 1);
}

uint64_t baseline_country(const char country[static 3])
{
    return (uint64_t)(unsigned char)country[0] << 8 | (unsigned char)country[1];
}

void baseline_update(struct windows *w, const struct sighting *s)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE)
        return;
    const struct enriched_event *e = s->e;
    struct table *users = w->table[WINDOWS_USER];
    row_merge(users, row, &user_fields[USER_TENANT], 0, s->tenant_hash);
    row_merge(users, row, &user_fields[USER_FIRST_SEEN], 0, ~(uint64_t)(e->ev.time_ms / 60000));
    uint64_t place = sighting_place(s);
    if (place != 0)
        learn(w, row, BASELINE_PLACE, place_cell(place), e->ev.time_ms);
    if (e->usable_ip && e->place.country[0])
        learn(w, row, BASELINE_COUNTRY, baseline_country(e->place.country), e->ev.time_ms);
    if (e->usable_ip)
        tokens_add(users, row, &user_fields[USER_NETS], ladder_net(w, e), e->ev.time_ms);
    if (e->ev.ropc)
        learn(w, row, BASELINE_ROPC, baseline_ropc(w, s), e->ev.time_ms);
    if (e->ev.legacy != LEGACY_NOT)
        learn(w, row, BASELINE_LEGACY, baseline_legacy(w, e), e->ev.time_ms);
    if (e->usable_ip && e->asn != 0)
        learn(w, row, BASELINE_ASN, baseline_asn(e->asn), e->ev.time_ms);
    learn(w, row, BASELINE_AGENT, s->agent_class, e->ev.time_ms);
}

unsigned baseline_token_days(const struct windows *w, uint32_t row, uint64_t token, int64_t time_ms)
{
    int64_t cut = baseline_cut(time_ms);
    return tokens_days(w->table[WINDOWS_USER], row, &user_fields[USER_TOKENS], token,
                       cut - TOKEN_LOOK_BACK, cut);
}

int64_t baseline_first_ms(const struct windows *w, uint32_t row)
{
    uint64_t first =
        word_load(row_words(w->table[WINDOWS_USER], row, &user_fields[USER_FIRST_SEEN]));
    return first == 0 ? INT64_MAX : (int64_t)~first * 60000; /* a row that is just being made */
}

/* Every success writes the class of its agent, so these tokens tell all days. */
unsigned baseline_active_days(const struct windows *w, uint32_t row, int64_t time_ms)
{
    return tokens_active_days(w->table[WINDOWS_USER], row, &user_fields[USER_CLIENTS], 0,
                              baseline_cut(time_ms));
}

bool baseline_known_net(const struct windows *w, uint32_t row, uint64_t net, int64_t time_ms)
{
    int64_t cut = baseline_cut(time_ms);
    return tokens_days(w->table[WINDOWS_USER], row, &user_fields[USER_NETS], net,
                       cut - TOKEN_LOOK_BACK, cut) >= TOKEN_FAMILIAR_DAYS;
}

bool baseline_familiar(const struct windows *w, uint32_t row, enum baseline_kind kind,
                       uint64_t what, int64_t time_ms, unsigned days)
{
    int64_t cut = baseline_cut(time_ms);
    return tokens_days(w->table[WINDOWS_USER], row, field_of(kind), baseline_token(w, kind, what),
                       cut - TOKEN_LOOK_BACK, cut) >= days;
}

bool baseline_strange_asn(const struct windows *w, uint32_t row, uint32_t asn, int64_t time_ms)
{
    int64_t cut = baseline_cut(time_ms);
    return tokens_active_days(w->table[WINDOWS_USER], row, &user_fields[USER_CLIENTS],
                              cut - TOKEN_LOOK_BACK, cut) >= TOKEN_FAMILIAR_DAYS &&
           !baseline_familiar(w, row, BASELINE_ASN, baseline_asn(asn), time_ms,
                              TOKEN_FAMILIAR_DAYS);
}

bool baseline_strange_country(const struct windows *w, uint32_t row, const char country[static 3],
                              int64_t time_ms)
{
    int64_t cut = baseline_cut(time_ms);
    if (!country[0])
        return false;
    uint64_t token = baseline_token(w, BASELINE_COUNTRY, baseline_country(country));
    return tokens_active_days(w->table[WINDOWS_USER], row, &user_fields[USER_TOKENS],
                              cut - TOKEN_LOOK_BACK, cut) >= TOKEN_FAMILIAR_DAYS &&
           baseline_token_days(w, row, token, time_ms) == 0;
}
