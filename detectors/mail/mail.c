/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of acts on mail; see the header. Names are kept by the top 48 bits of their hash: a
 * name that is not known any more is left out.
 */
#include "detectors/mail/mail.h"

#include "detectors/known/detector_say.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

/* What was done to mail; mail.h draws the words. Days and not order decide what is kept, so that a
 * rule made innocent and changed later says the same whichever record comes first. */
const struct field mail_fields[MAIL_FIELDS_N] = {
    [SET_MAILBOXES] = DISTINCT_FIELD("mailboxes", 0),
    [MAIL_TENANT] = MAX_FIELD("tenant", 12, 1),
    [MAIL_SUBJECT] = MAX_FIELD("subject", 13, 1), /* name key */
    [MAIL_RULE] = MAX_FIELD("rule", 14, 1),       /* name key */
    [MAIL_REMOVED] = MAX_FIELD("removed", 15, 1), /* ms: the latest */
    [MAIL_FEATURES] = {.name = "features",        /* of a day */
                       .first = 16,
                       .words = 8,
                       .join = JOIN_TOP,
                       .payload = PAYLOAD_OR,
                       .payload_bits = 32},
    [MAIL_TIMES] = {.name = "times", /* first and last of a day */
                    .first = 24,
                    .words = 8,
                    .join = JOIN_TOP,
                    .payload = PAYLOAD_SPAN,
                    .payload_bits = 32},
    [MAIL_DESTINATIONS] = TOP_FIELD("destinations", 32, 8), /* day and name key */
    [MAIL_ACTORS] = TOP_FIELD("actors", 40, 4),             /* day and name key */
    [MAIL_MAILBOXES] = TOP_FIELD("sample", 44, 12),         /* day and name key */
};

enum { LOOK_BACK_DAYS = 7, NAME_BYTES = 63 };

uint64_t mail_key(const struct detection *d, const struct sighting *s, enum mail_row kind,
                  struct slice whom, struct slice what)
{
    const struct hash_key *key = &d->windows->key;
    uint64_t words[] = {WINDOWS_MAIL, s->tenant_hash, (uint64_t)kind, hash_slice(key, whom),
                        hash_slice(key, what)};
    return table_lawful_key(hash_words(key, words, 5));
}

/* Remembers a text and returns its 48 bits; 0: there is none. Spellings are names of their own, or
 * which one is told would depend on which came first. */
static uint64_t name_bits(struct windows *w, struct slice text, int64_t time_ms)
{
    if (text.len == 0)
        return 0;
    uint64_t bits = hash_bytes(&w->key, text.ptr, text.len) >> 16;
    windows_name(w, bits << 16, text, time_ms);
    return bits;
}

/* An address in lower case, as long as names are kept. */
static uint64_t address_bits(struct windows *w, struct slice text, int64_t time_ms)
{
    char lower[NAME_BYTES];
    size_t len = text.len < NAME_BYTES ? text.len : NAME_BYTES;
    for (size_t i = 0; i < len; i++)
        lower[i] = slice_lower(text.ptr[i]);
    return name_bits(w, (struct slice){lower, len}, time_ms);
}

static void add_name(struct windows *w, uint32_t row, unsigned field, struct slice text,
                     int64_t time_ms)
{
    uint64_t bits = address_bits(w, text, time_ms), day = (uint64_t)(time_ms / DAY_MS) & 0xFFFF;
    if (bits != 0)
        row_merge(w->table[WINDOWS_MAIL], row, &mail_fields[field], 0, day << 48 | bits);
}

void mail_keep(const struct detection *d, const struct sighting *s, uint32_t row,
               const struct mail_act *act, struct slice subject, struct slice rule)
{
    struct windows *w = d->windows;
    struct table *t = w->table[WINDOWS_MAIL];
    int64_t time_ms = s->e->ev.time_ms;
    uint64_t day = (uint64_t)(time_ms / DAY_MS), minute = (uint64_t)(time_ms % DAY_MS / MINUTE_MS);
    row_merge(t, row, &mail_fields[MAIL_TENANT], 0, s->tenant_hash);
    row_merge(t, row, &mail_fields[MAIL_SUBJECT], 0, address_bits(w, subject, time_ms));
    row_merge(t, row, &mail_fields[MAIL_RULE], 0, name_bits(w, rule, time_ms));
    if (act->removed) {
        row_merge(t, row, &mail_fields[MAIL_REMOVED], 0, (uint64_t)time_ms);
        return;
    }
    row_merge(t, row, &mail_fields[MAIL_FEATURES], 0, day << 32 | act->features);
    row_merge(t, row, &mail_fields[MAIL_TIMES], 0, day << 32 | minute << 16 | minute);
    add_name(w, row, MAIL_ACTORS, s->e->ev.user, time_ms);
    add_name(w, row, MAIL_MAILBOXES, act->mailbox, time_ms);
    for (unsigned i = 0; i < act->external_n; i++)
        add_name(w, row, MAIL_DESTINATIONS, act->external[i], time_ms);
}

unsigned mail_days(const struct windows *w, uint32_t row, int64_t ret_days[static MAIL_DAYS_MAX])
{
    const struct word *words = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_FEATURES]);
    unsigned n = 0;
    for (unsigned i = 0; i < MAIL_DAYS_MAX; i++) {
        int64_t day = (int64_t)(word_load(&words[i]) >> 32);
        unsigned at = n;
        if (day == 0)
            continue;
        for (; at > 0 && ret_days[at - 1] > day; at--)
            ret_days[at] = ret_days[at - 1];
        ret_days[at] = day;
        n++;
    }
    return n;
}

uint32_t mail_features(const struct windows *w, uint32_t row, int64_t day, bool before)
{
    const struct word *words = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_FEATURES]);
    uint32_t features = 0;
    for (unsigned i = 0; i < MAIL_DAYS_MAX; i++) {
        uint64_t word = word_load(&words[i]);
        int64_t its_day = (int64_t)(word >> 32);
        if (its_day != 0 && (its_day == day || (before && its_day < day)))
            features |= (uint32_t)word;
    }
    return features;
}

bool mail_span(const struct windows *w, uint32_t row, int64_t from_day, int64_t to_day,
               int64_t *ret_first_ms, int64_t *ret_last_ms)
{
    const struct word *words = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_TIMES]);
    bool any = false;
    for (unsigned i = 0; i < MAIL_DAYS_MAX; i++) {
        uint64_t word = word_load(&words[i]);
        int64_t day = (int64_t)(word >> 32);
        if (day == 0 || day < from_day || day > to_day)
            continue;
        int64_t first = day * DAY_MS + (int64_t)(word >> 16 & 0xFFFF) * MINUTE_MS;
        int64_t last = day * DAY_MS + (int64_t)(word & 0xFFFF) * MINUTE_MS;
        if (!any || first < *ret_first_ms)
            *ret_first_ms = first;
        if (!any || last > *ret_last_ms)
            *ret_last_ms = last;
        any = true;
    }
    return any;
}

void mail_judge(const struct detection *d, const struct sighting *s, const struct mail_act *act,
                uint64_t key,
                struct verdict (*evaluate)(const struct detection *d, uint32_t row, int64_t day))
{
    uint32_t row = table_find(d->windows->table[WINDOWS_MAIL], key);
    int64_t days[MAIL_DAYS_MAX], today = detector_bucket(d->detector, s->e->ev.time_ms);
    bool fires = false;
    if (row == TABLE_NONE)
        return;
    for (unsigned i = 0, n = mail_days(d->windows, row, days); i < n; i++) {
        if (days[i] < today - LOOK_BACK_DAYS)
            continue;
        struct verdict v = evaluate(d, row, days[i]);
        fires |= v.fires && days[i] == today;
        detector_say(d, s, key, days[i], &v);
    }
    struct verdict excused = {.fires = !fires && act->excuse != SUPPRESSED_NOT,
                              .severity = SEVERITY_HIGH, /* at least, were it external */
                              .confidence = 2,
                              .suppressed = act->excuse};
    detector_say(d, s, key, today, &excused);
}

void mail_measure_removal(const struct windows *w, uint32_t row, struct verdict *v)
{
    const struct word *word = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_REMOVED]);
    int64_t removed_ms = (int64_t)word_load(word);
    if (removed_ms >= v->first_ms)
        verdict_measure(v, MEASURE_REMOVED_AT, (double)(removed_ms / 1000));
}

void mail_name(const struct windows *w, uint32_t row, unsigned field, char text[static 64])
{
    text[0] = '\0';
    uint64_t bits = word_load(row_words(w->table[WINDOWS_MAIL], row, &mail_fields[field]));
    if (bits != 0)
        windows_name_find(w, bits << 16, text);
}

/* The words of a list in falling order: where they stand in the row depends on who came first. */
static unsigned newest_first(const struct windows *w, uint32_t row, unsigned field,
                             uint64_t ret[static MAIL_LIST_MAX])
{
    const struct word *words = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[field]);
    unsigned n = 0;
    for (; n < mail_fields[field].words; n++) {
        uint64_t word = word_load(&words[n]);
        unsigned at = n;
        for (; at > 0 && ret[at - 1] < word; at--)
            ret[at] = ret[at - 1];
        ret[at] = word;
    }
    return n;
}

/* The name in one word of a list; false: none, or of another day. */
static bool listed(const struct windows *w, uint64_t word, int64_t from_day, int64_t to_day,
                   char text[static 64])
{
    int64_t day = (int64_t)(word >> 48);
    return word != 0 && day >= (from_day & 0xFFFF) && day <= (to_day & 0xFFFF) &&
           windows_name_find(w, word << 16, text) > 0;
}

void mail_names(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                int64_t to_day, char text[static MAIL_TEXT_MAX])
{
    uint64_t words[MAIL_LIST_MAX];
    size_t len = 0;
    char name[64];
    text[0] = '\0';
    for (unsigned i = 0, n = newest_first(w, row, field, words); i < n; i++)
        if (listed(w, words[i], from_day, to_day, name) && !strstr(text, name) &&
            len + strlen(name) + 3 < MAIL_TEXT_MAX)
            len += (size_t)snprintf(text + len, MAIL_TEXT_MAX - len, "%s%s", len > 0 ? ", " : "",
                                    name);
}

unsigned mail_list(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                   int64_t to_day, char ret_names[static MAIL_LIST_MAX][64])
{
    uint64_t words[MAIL_LIST_MAX];
    unsigned names_n = 0;
    for (unsigned i = 0, n = newest_first(w, row, field, words); i < n; i++)
        names_n += listed(w, words[i], from_day, to_day, ret_names[names_n]);
    return names_n;
}

void mail_users(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                int64_t to_day, struct finding *f)
{
    char names[MAIL_LIST_MAX][64];
    for (unsigned i = 0, n = mail_list(w, row, field, from_day, to_day, names); i < n; i++)
        finding_add_user(f, names[i]);
}
