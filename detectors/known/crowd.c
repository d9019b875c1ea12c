/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about crowds.
 */
#include "detectors/known/crowd.h"

#include "detectors/frame/tried.h"
#include "detectors/known/baseline.h"
#include "parsers/values/timestamp.h"

/* Users of a tenant who have one thing in common: crowd.h. */
const struct field crowd_fields[CROWD_FIELDS_N] = {
    [SET_CROWD] = DISTINCT_FIELD("users", 0),
    [CROWD_TENANT] = MAX_FIELD("tenant", 12, 1), /* keyed hash */
    [CROWD_FLAGS] = OR_FIELD("flags", 13, 1),    /* its owner's */
    [CROWD_FIRST] = MAX_FIELD("first", 14, 1),   /* ~ms */
    [CROWD_LAST] = MAX_FIELD("last", 15, 1),     /* ms */
    [CROWD_SAMPLE] = TOP_FIELD("sample", 16, 8), /* tried_sample_word */
    /* Events, not users: to count so many of them exactly. CROWD_SIGN_INS alone. */
    [CROWD_IDS] = TOP_FIELD("ids", 24, CROWD_IDS_MAX),
};

enum { ESTABLISHED_USERS = 5, ESTABLISHED_ONE_IN = 50 };

uint64_t crowd_key(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what)
{
    const uint64_t words[] = {WINDOWS_CROWD, tenant_hash, kind, what};
    return table_lawful_key(hash_words(&w->key, words, 4));
}

/* Networks are many and seldom matter; the tenant's own rows are few and always do. */
uint8_t crowd_touch(const struct windows *w, struct sighting *s, enum crowd_kind kind,
                    uint64_t what)
{
    return sighting_touch(s, w->table[WINDOWS_CROWD], crowd_key(w, s->tenant_hash, kind, what),
                          kind != CROWD_NET);
}

bool crowd_add(struct windows *w, const struct sighting *s, uint8_t touch)
{
    uint32_t row = touch == UINT8_MAX ? TABLE_NONE : s->touches[touch].row;
    if (row == TABLE_NONE)
        return false;
    struct table *t = w->table[WINDOWS_CROWD];
    int64_t now = s->e->ev.time_ms;
    row_merge(t, row, &crowd_fields[CROWD_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &crowd_fields[CROWD_FIRST], 0, ~(uint64_t)now);
    row_merge(t, row, &crowd_fields[CROWD_LAST], 0, (uint64_t)now);
    uint64_t user = tried_sample_word(now, tried_user(s));
    bool listed = row_merge(t, row, &crowd_fields[CROWD_SAMPLE], 0, user) == WORD_CHANGED;
    windows_add(w, WINDOWS_CROWD, row, SET_CROWD, s->user_hash, now);
    return listed;
}

void crowd_plan(const struct windows *w, struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    struct rung rungs[LADDER_MAX];
    s->crowd_touch = UINT8_MAX;
    s->egress_n = 0;
    if (ev->kind != KIND_SIGN_IN || ev->outcome != OUTCOME_SUCCESS || s->user_hash == 0)
        return;
    s->crowd_touch = crowd_touch(w, s, CROWD_ALL, 0);
    /* The finest rung is part of the next one, which is the network. */
    for (unsigned i = 1, n = ladder_of(s->e, rungs); i < n; i++)
        s->egress_touches[s->egress_n++] = crowd_touch(w, s, CROWD_NET, crowd_net(w, &rungs[i]));
}

void crowd_update(struct windows *w, const struct sighting *s)
{
    crowd_add(w, s, s->crowd_touch);
    for (unsigned i = 0; i < s->egress_n; i++)
        crowd_add(w, s, s->egress_touches[i]);
}

uint64_t crowd_net(const struct windows *w, const struct rung *rung)
{
    if (rung->asn != 0)
        return hash_words(&w->key, (const uint64_t[]){rung->asn, 0}, 2);
    unsigned net = ip_is_v4(&rung->prefix.ip) ? 120 : 48;
    unsigned bits = rung->prefix.bits < net ? rung->prefix.bits : net;
    struct prefix p = ip_network(&rung->prefix.ip, (uint8_t)bits);
    return hash_words(
        &w->key, (const uint64_t[]){hash_bytes(&w->key, p.ip.bytes, sizeof p.ip.bytes), bits}, 2);
}

unsigned crowd_tenant_size(const struct windows *w, uint64_t tenant_hash, int64_t configured,
                           int64_t time_ms)
{
    if (configured > 0)
        return (unsigned)configured;
    int64_t first_ms = crowd_first_ms(w, tenant_hash, CROWD_ALL, 0);
    if (first_ms > time_ms - CROWD_KNOWN_DAYS * DAY_MS)
        return CROWD_UNKNOWN;
    return crowd_before(w, tenant_hash, CROWD_ALL, 0, time_ms);
}

bool crowd_established(const struct windows *w, uint64_t tenant_hash, uint64_t net, unsigned size,
                       int64_t time_ms, unsigned *ret_users)
{
    unsigned users = crowd_before(w, tenant_hash, CROWD_NET, net, time_ms);
    if (ret_users)
        *ret_users = users;
    return users >= ESTABLISHED_USERS && users * ESTABLISHED_ONE_IN >= size;
}

uint32_t crowd_row(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                   uint64_t what)
{
    return table_find(w->table[WINDOWS_CROWD], crowd_key(w, tenant_hash, kind, what));
}

struct distinct_count crowd_count(const struct windows *w, uint32_t row, int64_t to_ms,
                                  unsigned days)
{
    if (row == TABLE_NONE)
        return (struct distinct_count){.exact = true};
    return windows_count(w, WINDOWS_CROWD, row, SET_CROWD, 0, days, to_ms - 1);
}

unsigned crowd_before(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                      uint64_t what, int64_t time_ms)
{
    return crowd_count(w, crowd_row(w, tenant_hash, kind, what), baseline_cut(time_ms) * DAY_MS,
                       CROWD_DAYS)
        .n;
}

int64_t crowd_first_ms(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                       uint64_t what)
{
    uint32_t row = crowd_row(w, tenant_hash, kind, what);
    if (row == TABLE_NONE)
        return INT64_MAX;
    uint64_t first = word_load(row_words(w->table[WINDOWS_CROWD], row, &crowd_fields[CROWD_FIRST]));
    return first == 0 ? INT64_MAX : (int64_t)~first; /* a row that is just being made */
}
