/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about crowds. See windows.c for the words.
 */
#include "detectors/crowd.h"

#include "detectors/baseline.h"
#include "detectors/ladder.h"
#include "detectors/tried.h"

#define DAY_MS (24ll * 60 * 60 * 1000)

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
    s->crowd_touch = s->egress_touch = UINT8_MAX;
    if (ev->kind != KIND_SIGN_IN || ev->outcome != OUTCOME_SUCCESS || s->user_hash == 0)
        return;
    s->crowd_touch = crowd_touch(w, s, CROWD_ALL, 0);
    if (s->e->usable_ip)
        s->egress_touch = crowd_touch(w, s, CROWD_NET, ladder_net(w, s->e));
}

void crowd_update(struct windows *w, const struct sighting *s)
{
    crowd_add(w, s, s->crowd_touch);
    crowd_add(w, s, s->egress_touch);
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
    const struct word *first = row_words(w->table[WINDOWS_CROWD], row, &crowd_fields[CROWD_FIRST]);
    return (int64_t)~word_load(first);
}
