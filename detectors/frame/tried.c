/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about sources: which users were tried from where.
 */
#include "detectors/frame/tried.h"

#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"
#include "parsers/values/user_agent.h"

/* Who was tried from a network: per tenant and rung of the ladder (source), the same per
 * fingerprint (network), or per tenant and feed (feed). */
const struct field source_fields[SOURCE_FIELDS_N] = {
    [SET_TRIED] = DISTINCT_FIELD("tried", 0), /* users */
    [SET_OK] = DISTINCT_FIELD("ok", 12),      /* users who succeeded */
    [SET_ADDRESSES] = DISTINCT_FIELD("addresses", 24),
    [SET_USER_HOURS] = DISTINCT_FIELD("user_hours", 36), /* feed: events */
    [SOURCE_TENANT] = MAX_FIELD("tenant", 48, 1),
    [SOURCE_LABEL] = MAX_FIELD("label", 49, 4),
    [SOURCE_FIRST] = MAX_FIELD("first", 53, 1),             /* ~ms */
    [SOURCE_LAST] = MAX_FIELD("last", 54, 1),               /* ms */
    [SOURCE_REASONS] = OR_FIELD("reasons", 55, 1),          /* 1 << enum event_reason */
    [SOURCE_HITS] = TOP_FIELD("hits", 56, TRIED_HITS),      /* tried.c */
    [SOURCE_USERS] = TOP_FIELD("users", 70, 8),             /* tried.c */
    [SOURCE_IPS] = TOP_FIELD("ips", 78, 8),                 /* windows_ip_word */
    [SOURCE_CHILDREN] = TOP_FIELD("children", 86, 4),       /* keys of source rows */
    [SOURCE_FP_CHILDREN] = TOP_FIELD("fp_children", 90, 2), /* of network rows */
    /* Ends of the newest window that was a spray, and of the newest that turned out not to be one
     * when it was over, ms: links.h. */
    [SOURCE_FIRED] = MAX_FIELD("fired", 92, 1),
    [SOURCE_CLEARED] = MAX_FIELD("cleared", 93, 1),
};

#define USER_BITS 40 /* of a user's hash, as sets keep it */
#define USER_MASK (~0ull << (64 - USER_BITS))

enum tried_class tried_class_of(const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    if (ev->kind != KIND_SIGN_IN || user_agent_kind(s->agent_class) == AGENT_BROKER)
        return TRIED_NOT;
    if (event_reason_is_guess(ev->reason))
        return TRIED_USER;
    switch (ev->reason) {
    case REASON_UNKNOWN_USER:
    case REASON_LOCKED:
    case REASON_DISABLED:
    case REASON_PASSWORD_OK:
        return TRIED_USER;
    case REASON_OK:
        return TRIED_OK;
    default:
        return ev->password_valid ? TRIED_HIT : TRIED_NOT;
    }
}

uint64_t tried_user_of(uint64_t user_hash)
{
    return user_hash & USER_MASK;
}

uint64_t tried_user(const struct sighting *s)
{
    return tried_user_of(s->user_hash);
}

/* | hour since 1970, 24 | user 40 |: the newest hits are kept. */
static uint64_t hit_word(int64_t time_ms, uint64_t user)
{
    return (uint64_t)(time_ms / HOUR_MS) << USER_BITS | user >> (64 - USER_BITS);
}

uint64_t tried_sample_word(int64_t time_ms, uint64_t user)
{
    return (uint64_t)(time_ms / DAY_MS) << 48 | ~(user >> (64 - USER_BITS)) << 24 >> 16;
}

uint64_t tried_sample_user(uint64_t word)
{
    return (~(word >> 8) << 24) & USER_MASK;
}

void tried_update(struct windows *w, unsigned table, uint32_t row, const struct sighting *s,
                  const struct rung *rung, uint64_t fp)
{
    struct table *t = w->table[table];
    const struct event *ev = &s->e->ev;
    uint64_t time = (uint64_t)ev->time_ms, user = tried_user(s);
    ladder_label(w, table, row, rung, fp);
    row_merge(t, row, &source_fields[SOURCE_TENANT], 0, s->tenant_hash);
    if (ev->password_valid && user != 0)
        row_merge(t, row, &source_fields[SOURCE_HITS], 0, hit_word(ev->time_ms, user));
    if (table != WINDOWS_FEED && tried_class_of(s) != TRIED_USER)
        return;
    row_merge(t, row, &source_fields[SOURCE_FIRST], 0, ~time);
    row_merge(t, row, &source_fields[SOURCE_LAST], 0, time);
    row_merge(t, row, &source_fields[SOURCE_REASONS], 0, 1ull << (unsigned)ev->reason);
    row_merge(t, row, &source_fields[SOURCE_IPS], 0, windows_ip_word(ev->time_ms, &ev->ip));
    if (user != 0)
        row_merge(t, row, &source_fields[SOURCE_USERS], 0, tried_sample_word(ev->time_ms, user));
}

unsigned tried_hits(const struct windows *w, unsigned table, uint32_t row, int64_t from_ms,
                    int64_t to_ms)
{
    const struct field *field = &source_fields[SOURCE_HITS];
    const struct word *words = row_words(w->table[table], row, field);
    uint64_t seen[TRIED_HITS];
    unsigned n = 0;
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]), user = word << (64 - USER_BITS);
        int64_t time_ms = (int64_t)(word >> USER_BITS) * HOUR_MS;
        if (word == 0 || time_ms + HOUR_MS <= from_ms || time_ms >= to_ms)
            continue;
        unsigned j = 0;
        while (j < n && seen[j] != user)
            j++;
        if (j == n)
            seen[n++] = user;
    }
    return n;
}

bool tried_has_child(const struct windows *w, unsigned table, uint32_t row, int field_number,
                     uint64_t key)
{
    const struct field *field = &source_fields[field_number];
    const struct word *words = row_words(w->table[table], row, field);
    for (unsigned i = 0; i < field->words; i++)
        if (word_load(&words[i]) == key)
            return true;
    return false;
}

static bool is_of(struct tried_days days, int64_t day)
{
    return day >= days.first && day <= days.last;
}

static void describe_users(const struct windows *w, unsigned table, uint32_t row,
                           struct tried_days days, struct finding *f)
{
    const struct field *hits = &source_fields[SOURCE_HITS], *users = &source_fields[SOURCE_USERS];
    const struct word *hit = row_words(w->table[table], row, hits);
    const struct word *user = row_words(w->table[table], row, users);
    char name[64];
    for (unsigned i = 0; i < hits->words; i++) {
        uint64_t word = word_load(&hit[i]);
        int64_t day = (int64_t)(word >> USER_BITS) * HOUR_MS / DAY_MS;
        if (word != 0 && is_of(days, day) &&
            windows_name_find(w, word << (64 - USER_BITS), name) > 0)
            finding_add_user(f, name);
    }
    for (unsigned i = 0; i < users->words; i++) {
        uint64_t word = word_load(&user[i]);
        if (word != 0 && is_of(days, (int64_t)(word >> 48)) &&
            windows_name_find(w, tried_sample_user(word), name) > 0)
            finding_add_user(f, name);
    }
}

static void describe_addresses(const struct windows *w, unsigned table, uint32_t row,
                               const struct enricher *enricher, struct tried_days days,
                               struct finding *f)
{
    const struct field *ips = &source_fields[SOURCE_IPS];
    const struct word *ip = row_words(w->table[table], row, ips);
    for (unsigned i = 0; i < ips->words; i++) {
        uint64_t word = word_load(&ip[i]);
        if (word == 0 || !is_of(days, (int64_t)(word >> 48)))
            continue;
        struct prefix prefix = windows_ip_of(word);
        finding_address(enricher, f, &prefix, (int64_t)(word >> 48) * DAY_MS);
    }
}

void tried_describe(const struct windows *w, unsigned table, uint32_t row,
                    const struct enricher *enricher, struct tried_days days, struct finding *f)
{
    const struct tried_days any = {0, INT64_MAX};
    describe_users(w, table, row, days, f);
    if (f->users_n == 0)
        describe_users(w, table, row, any, f);
    describe_addresses(w, table, row, enricher, days, f);
    if (f->addresses_n == 0)
        describe_addresses(w, table, row, enricher, any, f);
}
