/* SPDX-License-Identifier: Apache-2.0
 *
 * Contexts of sessions: what an event says, feeding the row, and who is known for what. The words
 * are packed in context_word.c; pairs are judged in context_pair.c.
 */
#include "detectors/session/context.h"

#include "detectors/frame/tried.h"
#include "detectors/known/accounts.h"
#include "detectors/windows/tokens.h"
#include "parsers/values/user_agent.h"

/* The address must say something about the user; a trusted one does, whatever it belongs to. */
static bool class_of(const struct sighting *s, enum context_class *ret)
{
    static const enum context_class of[NETWORK_N] = {
        [NETWORK_OFFICE] = CONTEXT_TRUSTED, [NETWORK_ISP] = CONTEXT_ISP,
        [NETWORK_MOBILE] = CONTEXT_MOBILE,  [NETWORK_HOSTING] = CONTEXT_HOSTING,
        [NETWORK_VPN] = CONTEXT_VPN,
    };
    enum network_class net = s->e->network;
    bool vouched = sighting_vouched(s) != SUPPRESSED_NOT;
    *ret = vouched ? CONTEXT_TRUSTED : of[net];
    return vouched || (s->e->usable_ip && net != NETWORK_RELAY && net != NETWORK_SASE &&
                       net != NETWORK_SATELLITE && net != NETWORK_BACKEND);
}

static bool concerns(const struct event *ev)
{
    if (ev->session.len == 0)
        return false;
    return ev->kind == KIND_SIGN_IN
               ? ev->outcome == OUTCOME_SUCCESS
               : (ev->kind == KIND_TOKEN_USE || ev->kind == KIND_MAIL_ACCESS) &&
                     ev->outcome != OUTCOME_FAILURE;
}

bool context_of_event(const struct windows *w, const struct sighting *s, struct context *ret)
{
    const struct enriched_event *e = s->e;
    const struct place *place = &e->place;
    *ret =
        (struct context){.asn = baseline_asn(e->asn),
                         .agent = s->agent_class,
                         .refresh = e->ev.kind != KIND_SIGN_IN || e->ev.interactive == TRI_FALSE};
    if (!concerns(&e->ev) || !class_of(s, &ret->net))
        return false;
    if (place->known && place->city_level && (double)place->radius_km <= CONTEXT_RADIUS_MAX_KM) {
        ret->has_place = true;
        ret->lat = place->lat;
        ret->lon = place->lon;
        ret->radius_km = place->radius_km > 0 ? (double)place->radius_km : CONTEXT_RADIUS_MAX_KM;
    }
    if (e->ev.managed_device && e->ev.device.len > 0)
        ret->device = (uint8_t)(1 + hash_slice(&w->key, e->ev.device) % 63);
    *ret = context_of_word(w, context_word(w, ret)); /* as others will read it */
    ret->first_ms = ret->last_ms = e->ev.time_ms / CONTEXT_SLOT_MS * CONTEXT_SLOT_MS;
    return true;
}

void context_plan(const struct windows *w, struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    if (!concerns(ev))
        return;
    uint64_t key = hash_words(
        &w->key,
        (const uint64_t[]){WINDOWS_SESSION, s->tenant_hash, hash_slice(&w->key, ev->session)}, 3);
    sighting_touch(s, w->table[WINDOWS_SESSION], table_lawful_key(key), ev->kind == KIND_SIGN_IN);
}

uint32_t context_row(const struct windows *w, const struct sighting *s)
{
    for (unsigned i = 0; i < s->touches_n; i++)
        if (s->touches[i].table == w->table[WINDOWS_SESSION])
            return s->touches[i].row;
    return TABLE_NONE;
}

/* The span first: whoever sees a context finds when it was used. */
void context_update(struct windows *w, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    struct table *t = w->table[WINDOWS_SESSION];
    const struct field *f = session_fields;
    uint32_t row = context_row(w, s);
    struct context c;
    enum suppression excuse;
    if (row == TABLE_NONE)
        return;
    row_merge(t, row, &f[SESSION_TENANT], 0, s->tenant_hash);
    /* Named where the session is theirs for the first time: a second user is news, and both are
     * told. */
    if (row_merge(t, row, &f[SESSION_USERS], 0, s->user_hash) == WORD_CHANGED)
        windows_name(w, tried_user(s), ev->user, ev->time_ms);
    row_merge(t, row, &f[SESSION_FIRST], 0, ~(uint64_t)ev->time_ms);
    if (ev->kind == KIND_SIGN_IN && ev->interactive == TRI_TRUE)
        row_merge(t, row, &f[SESSION_AUTH], 0, ~(uint64_t)ev->time_ms);
    if (ev->factor == FACTOR_MULTI || ev->factor == FACTOR_SINGLE)
        row_merge(t, row, &f[SESSION_FLAGS], 0,
                  ev->factor == FACTOR_MULTI ? SESSION_MULTI : SESSION_SINGLE);
    if (accounts_is_admin(s->tenant->accounts, ev->user))
        row_merge(t, row, &f[SESSION_FLAGS], 0, SESSION_ADMIN);
    if (accounts_is_service(s->tenant->accounts, ev->user))
        row_merge(t, row, &f[SESSION_FLAGS], 0, SESSION_SERVICE);
    row_merge(t, row, &f[SESSION_USES], 0, week_word(ev->time_ms));
    if (!context_of_event(w, s, &c))
        return;
    row_merge(t, row, &f[SESSION_SPANS], 0, context_span(c.word, ev->time_ms));
    row_merge(t, row, &f[SESSION_CONTEXTS], 0, c.word);
    row_merge(t, row, &f[SESSION_IPS], 0, windows_ip_word(ev->time_ms, &ev->ip));
    if (context_is_strange(w, row, &c, ev->time_ms, &excuse) && excuse == SUPPRESSED_NOT)
        row_merge(t, row, &f[SESSION_STRANGE], 0, week_word(ev->time_ms));
}

bool context_familiar(const struct windows *w, uint32_t row, enum baseline_kind kind, uint64_t what,
                      int64_t time_ms)
{
    const struct field *field = &session_fields[SESSION_USERS];
    const struct word *users = row_words(w->table[WINDOWS_SESSION], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t user = word_load(&users[i]);
        uint32_t known = user ? table_find(w->table[WINDOWS_USER], user) : TABLE_NONE;
        if (known != TABLE_NONE &&
            baseline_familiar(w, known, kind, what, time_ms, TOKEN_FAMILIAR_DAYS))
            return true;
    }
    return false;
}

unsigned context_flags(const struct windows *w, uint32_t row)
{
    const struct table *t = w->table[WINDOWS_SESSION];
    return (unsigned)word_load(row_words(t, row, &session_fields[SESSION_FLAGS]));
}

struct learner context_learner(const struct windows *w, uint32_t row)
{
    const struct table *t = w->table[WINDOWS_SESSION];
    const struct word *users = row_words(t, row, &session_fields[SESSION_USERS]);
    uint32_t longest = TABLE_NONE;
    for (unsigned i = 0; i < session_fields[SESSION_USERS].words; i++) {
        uint64_t user = word_load(&users[i]);
        uint32_t known = user ? table_find(w->table[WINDOWS_USER], user) : TABLE_NONE;
        if (known != TABLE_NONE &&
            (longest == TABLE_NONE || baseline_first_ms(w, known) < baseline_first_ms(w, longest)))
            longest = known;
    }
    return learning_user(w, word_load(row_words(t, row, &session_fields[SESSION_TENANT])), longest);
}

bool context_is_strange(const struct windows *w, uint32_t row, const struct context *c,
                        int64_t time_ms, enum suppression *ret_excuse)
{
    enum agent_os os = (enum agent_os)(c->agent >> 8 & 7);
    *ret_excuse = SUPPRESSED_NOT;
    if (c->net == CONTEXT_TRUSTED)
        *ret_excuse = SUPPRESSED_TRUSTED;
    else if (c->device != 0)
        *ret_excuse = SUPPRESSED_SAME_DEVICE;
    else if (c->refresh && user_agent_kind(c->agent) == AGENT_NATIVE &&
             (os == OS_IOS || os == OS_ANDROID))
        *ret_excuse = SUPPRESSED_MOBILE;
    return c->asn != 0 && !context_familiar(w, row, BASELINE_ASN, c->asn, time_ms) &&
           !context_familiar(w, row, BASELINE_AGENT, c->agent, time_ms);
}

int64_t context_first_ms(const struct windows *w, uint32_t row, unsigned field)
{
    uint64_t word = word_load(row_words(w->table[WINDOWS_SESSION], row, &session_fields[field]));
    return word == 0 ? -1 : (int64_t)~word;
}

bool context_is_hosting(const struct context *c)
{
    return c->net == CONTEXT_HOSTING || c->net == CONTEXT_VPN;
}
