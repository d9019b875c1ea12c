/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a verdict is about, and writing pointers and facts into the rows of these users.
 */
#include "detectors/takeover/chain.h"

#include "detectors/frame/tried.h"
#include "detectors/mail/mail.h"
#include "parsers/values/timestamp.h"

#define CHAIN_FACTS_FIELD(name_, first_, words_)                                                   \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_SPAN, .payload_bits = CHAIN_SPAN_BITS                                   \
    }

/* Verdicts about a user, as pointers, and what no detector says alone: chain.h. */
const struct field chain_fields[CHAIN_FIELDS_N] = {
    [CHAIN_TENANT] = MAX_FIELD("tenant", 0, 1),
    [CHAIN_USER] = MAX_FIELD("user", 1, 1), /* tried_user, the key of its name */
    [CHAIN_TARGETED] = TOP_FIELD("targeted", 2, 2),
    [CHAIN_CONFIRMED] = TOP_FIELD("confirmed", 4, 2),
    [CHAIN_ACCESS] = TOP_FIELD("access", 6, 4),
    [CHAIN_SESSION] = TOP_FIELD("session", 10, 4),
    [CHAIN_MAIL] = TOP_FIELD("mail", 14, 4),
    [CHAIN_ACTION] = TOP_FIELD("action", 18, 2),
    [CHAIN_SIGNS] = CHAIN_FACTS_FIELD("signs", 20, 4), /* sign-ins */
    [CHAIN_ACTS] = CHAIN_FACTS_FIELD("acts", 24, 8),   /* on the account, and on mail */
};

enum { DAY_2015 = 16436, DAY_AT = 50, ID_AT = 45, FIRST_AT = 17, NAME_MAX = 63 };

static const int field_of_stage[STAGES_N] = {
    [STAGE_TARGETED] = CHAIN_TARGETED, [STAGE_CONFIRMED] = CHAIN_CONFIRMED,
    [STAGE_ACCESS] = CHAIN_ACCESS,     [STAGE_SESSION] = CHAIN_SESSION,
    [STAGE_MAIL] = CHAIN_MAIL,         [STAGE_ACTION] = CHAIN_ACTION,
};

void chain_rows_add(struct chain_rows *touched, uint32_t row)
{
    for (unsigned i = 0; i < touched->n; i++)
        if (touched->rows[i] == row)
            return;
    if (touched->n < CHAIN_ROWS_MAX)
        touched->rows[touched->n++] = row;
}

uint64_t chain_key(const struct windows *w, uint64_t user40)
{
    return table_lawful_key(hash_words(&w->key, (const uint64_t[]){WINDOWS_CHAIN, user40}, 2));
}

static uint64_t user_of(const struct windows *w, const struct sighting *s, struct slice name)
{
    return tried_user_of(sighting_user_hash(w, s->tenant_hash, name));
}

/* 0: a day that the words have no room for. */
static uint64_t day_bits(int64_t day)
{
    day -= DAY_2015;
    return day < 1 || day >= 1 << 14 ? 0 : (uint64_t)day << DAY_AT;
}

/* A user's row with what it is about. */
static uint32_t make_row(struct windows *w, const struct sighting *s, uint64_t user40, bool promote)
{
    struct table *t = w->table[WINDOWS_CHAIN];
    uint32_t minute = (uint32_t)(s->e->ev.time_ms / MINUTE_MS);
    if (user40 == 0)
        return TABLE_NONE;
    uint32_t row = table_row(t, chain_key(w, user40), minute, promote);
    if (row == TABLE_NONE)
        return row;
    row_merge(t, row, &chain_fields[CHAIN_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &chain_fields[CHAIN_USER], 0, user40);
    if (user40 == tried_user(s))
        windows_name(w, user40, s->e->ev.user, s->e->ev.time_ms);
    return row;
}

/* What a pointer is written with. */
struct note {
    const struct detection *d;
    const struct sighting *s;
    uint64_t word;
};

static void point(const struct note *note, uint64_t user40)
{
    struct windows *w = note->d->windows;
    enum chain_stage stage = note->d->detector->chain.stage;
    uint32_t row = make_row(w, note->s, user40, stage > STAGE_TARGETED);
    if (row == TABLE_NONE)
        return;
    row_merge(w->table[WINDOWS_CHAIN], row, &chain_fields[field_of_stage[stage]], 0, note->word);
    chain_rows_add(note->d->chains, row);
}

/* Spellings of an address are one user. */
static void point_named(const struct note *note, struct slice name)
{
    struct windows *w = note->d->windows;
    uint64_t user40 = user_of(w, note->s, name);
    char lower[NAME_MAX];
    size_t len = name.len < NAME_MAX ? name.len : NAME_MAX;
    for (size_t i = 0; i < len; i++)
        lower[i] = slice_lower(name.ptr[i]);
    if (name.len > 0)
        windows_name(w, user40, (struct slice){lower, len}, note->s->e->ev.time_ms);
    point(note, user40);
}

static void point_session(const struct note *note, uint32_t row)
{
    const struct table *t = note->d->windows->table[WINDOWS_SESSION];
    const struct field *field = &session_fields[SESSION_USERS];
    for (unsigned i = 0; i < field->words; i++)
        point(note, tried_user_of(word_load(&row_words(t, row, field)[i])));
}

/* The actors of the day, by the row: the event in hand may be another's. A name that was cut is
 * nobody's. Who takes a rule away is no actor. The mailbox is the event's: it is part of the key.
 */
static void point_mail(const struct note *note, uint32_t row, int64_t day)
{
    const struct event *ev = &note->s->e->ev;
    char names[MAIL_LIST_MAX][64];
    unsigned n = mail_list(note->d->windows, row, MAIL_ACTORS, day, day, names);
    for (unsigned i = 0; i < n; i++)
        if (strlen(names[i]) < NAME_MAX)
            point_named(note, slice_of(names[i]));
    if (ev->time_ms / DAY_MS == day && !ev->mail.removed)
        point_named(note, ev->user);
    if (note->d->detector->chain.stage == STAGE_MAIL && ev->kind != KIND_TRANSPORT_RULE)
        point_named(note, ev->mail.mailbox.len > 0 ? ev->mail.mailbox : ev->user);
}

void chain_note(const struct detection *d, const struct sighting *s, uint64_t subject,
                int64_t bucket)
{
    const struct chain_role *role = &d->detector->chain;
    if (!d->chains || role->stage == STAGE_NONE)
        return;
    struct table *t = d->windows->table[role->table];
    uint32_t row = table_find(t, subject);
    int64_t day = bucket * (int64_t)d->detector->bucket_days;
    struct note note = {d, s, day_bits(day) | (uint64_t)role->id << ID_AT | table_part(subject)};
    if (row == TABLE_NONE || day_bits(day) == 0)
        return;
    if (role->table == WINDOWS_USER)
        point(&note, tried_user_of(subject));
    else if (role->table == WINDOWS_WATCH)
        point(&note, tried_user_of(word_load(row_words(t, row, &watch_fields[WATCH_USER]))));
    else if (role->table == WINDOWS_SESSION)
        point_session(&note, row);
    else
        point_mail(&note, row, day);
}

unsigned chain_fact_users(const struct windows *w, const struct sighting *s,
                          uint64_t ret_users[static CHAIN_USERS_MAX])
{
    struct slice mailbox = s->e->ev.mail.mailbox;
    unsigned n = 0;
    if (s->user_hash != 0)
        ret_users[n++] = tried_user(s);
    uint64_t owner = mailbox.len > 0 ? user_of(w, s, mailbox) : 0;
    if (owner != 0 && (n == 0 || ret_users[0] != owner))
        ret_users[n++] = owner;
    return n;
}

void chain_fact_keep(struct windows *w, const struct sighting *s, uint64_t user40,
                     enum chain_fact fact)
{
    int64_t now = s->e->ev.time_ms;
    uint64_t day = day_bits(now / DAY_MS), second = (uint64_t)(now % DAY_MS / 1000);
    uint32_t row = make_row(w, s, user40, false);
    int field = fact <= CHAIN_FACT_FEED ? CHAIN_SIGNS : CHAIN_ACTS;
    if (row != TABLE_NONE && day != 0)
        row_merge(w->table[WINDOWS_CHAIN], row, &chain_fields[field], 0,
                  day | (uint64_t)fact << ID_AT | second << FIRST_AT | second);
}
