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

void crowd_add(struct windows *w, const struct sighting *s, uint8_t touch)
{
    uint32_t row = touch == UINT8_MAX ? TABLE_NONE : s->touches[touch].row;
    if (row == TABLE_NONE)
        return;
    struct table *t = w->table[WINDOWS_CROWD];
    int64_t now = s->e->ev.time_ms;
    row_merge(t, row, &crowd_fields[CROWD_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &crowd_fields[CROWD_FIRST], 0, ~(uint64_t)now);
    row_merge(t, row, &crowd_fields[CROWD_LAST], 0, (uint64_t)now);
    row_merge(t, row, &crowd_fields[CROWD_SAMPLE], 0, tried_sample_word(now, tried_user(s)));
    windows_add(w, WINDOWS_CROWD, row, SET_CROWD, s->user_hash, now);
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

unsigned crowd_before(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                      uint64_t what, int64_t time_ms)
{
    uint32_t row = table_find(w->table[WINDOWS_CROWD], crowd_key(w, tenant_hash, kind, what));
    if (row == TABLE_NONE)
        return 0;
    int64_t end_ms = baseline_cut(time_ms) * DAY_MS - 1;
    return windows_count(w, WINDOWS_CROWD, row, SET_CROWD, 0, CROWD_DAYS, end_ms).n;
}

int64_t crowd_first_ms(const struct windows *w, uint64_t tenant_hash, enum crowd_kind kind,
                       uint64_t what)
{
    uint32_t row = table_find(w->table[WINDOWS_CROWD], crowd_key(w, tenant_hash, kind, what));
    if (row == TABLE_NONE)
        return INT64_MAX;
    const struct word *first = row_words(w->table[WINDOWS_CROWD], row, &crowd_fields[CROWD_FIRST]);
    return (int64_t)~word_load(first);
}
