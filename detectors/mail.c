/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts on mail and their rows; see the header. Names are kept by the top 48 bits of their hash: a
 * name that is not known any more is left out.
 */
#include "detectors/mail.h"

#include "detectors/mail_words.h"
#include "detectors/wording.h"
#include "parsers/text.h"

#include <stdio.h>

#define DAY_MS    (24ll * 60 * 60 * 1000)
#define MINUTE_MS (60ll * 1000)

enum { LOOK_BACK_DAYS = 7, ODD_NAME_MAX = 2, NAME_BYTES = 63, LIST_MAX = 12 };

/* Zero-width and other code points that show nothing, and punctuation: no letter, no digit. */
static bool is_blank_or_symbol(uint32_t point)
{
    if (point < 128)
        return !((point | 32) >= 'a' && (point | 32) <= 'z') && !(point >= '0' && point <= '9');
    return point == TEXT_BAD || point <= 0xBF || (point >= 0x2000 && point <= 0x2BFF) ||
           (point >= 0x3000 && point <= 0x3004) || point == 0x3164 || point == 0xFEFF ||
           (point >= 0xFE00 && point <= 0xFE0F);
}

/* At most two characters, or nothing to read. Two Chinese characters are a word: letters beyond
 * Latin count double. */
static bool is_odd_name(struct slice name)
{
    unsigned n = 0;
    bool readable = false;
    if (name.ptr == NULL)
        return false; /* not told */
    for (name = text_trim(name); name.len > 0;) {
        uint32_t point = 0;
        size_t bytes = text_utf8_next(name, &point);
        n += point >= 0x2E80 ? 2 : 1;
        readable |= !is_blank_or_symbol(point);
        name.ptr += bytes;
        name.len -= bytes;
    }
    return n <= ODD_NAME_MAX || !readable;
}

static uint32_t rule_features(const struct event_mail *mail)
{
    uint32_t f = 0;
    for (unsigned i = 0; i < mail->words_n; i++)
        if (mail_words_keyword(mail->words[i]))
            f |= MAIL_F_KEYWORD;
    if (mail->deletes)
        f |= MAIL_F_DELETE;
    if (mail->folder.len > 0 && mail_words_hides(mail->folder))
        f |= MAIL_F_HIDE;
    if (is_odd_name(mail->rule))
        f |= MAIL_F_ODD;
    if (mail->marks_read)
        f |= MAIL_F_READ;
    if (mail->stops)
        f |= MAIL_F_STOP;
    if (mail->made && mail->words_n == 0 && !mail->narrowed)
        f |= MAIL_F_ALL;
    return f;
}

static void read_destinations(const struct sighting *s, struct mail_act *act)
{
    const struct event_mail *mail = &s->e->ev.mail;
    const struct mail_home home = {.domains = s->tenant->domains,
                                   .accepted = s->tenant->accepted_forwarders,
                                   .people = {mail->mailbox, s->e->ev.user}};
    for (unsigned i = 0; i < mail->destinations_n; i++) {
        struct mail_target t = mail_target_of(&home, mail->destinations[i]);
        if (t.where == MAIL_NOWHERE)
            act->features |= MAIL_F_UNKNOWN;
        else if (t.where == MAIL_ACCEPTED)
            act->excuse = SUPPRESSED_ACCEPTED;
        else if (t.where == MAIL_INTERNAL && act->excuse == SUPPRESSED_NOT)
            act->excuse = SUPPRESSED_INTERNAL;
        else if (t.where == MAIL_EXTERNAL) {
            act->external[act->external_n++] = t.address;
            act->features |= MAIL_F_EXTERNAL | (t.lookalike ? MAIL_F_LOOKALIKE : 0);
        }
    }
}

static uint32_t circumstances(const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    const struct event_mail *mail = &e->ev.mail;
    uint32_t f = s->tenant->domains ? MAIL_F_SURE : 0;
    if (mail->mailbox.len == 0)
        f |= MAIL_F_OWN;
    if (!(mail->by_admin && mail->mailbox.len > 0 && s->trusted))
        f |= MAIL_F_GRAVE;
    return f;
}

bool mail_act_of(const struct sighting *s, struct mail_act *ret)
{
    const struct enriched_event *e = s->e;
    const struct event *ev = &e->ev;
    bool flow = ev->kind == KIND_TRANSPORT_RULE;
    if ((ev->kind != KIND_MAILBOX_RULE && ev->kind != KIND_MAILBOX_FORWARDING && !flow) ||
        ev->outcome == OUTCOME_FAILURE)
        return false;
    *ret = (struct mail_act){.mailbox = ev->mail.mailbox.len > 0 ? ev->mail.mailbox : ev->user,
                             .removed = ev->mail.removed};
    if (ret->mailbox.len == 0 && !flow)
        return false;
    if (ret->removed)
        return true;
    read_destinations(s, ret);
    if (ev->kind == KIND_MAILBOX_RULE)
        ret->features |= rule_features(&ev->mail);
    if (flow && ev->mail.forwards && ev->mail.destinations_n == 0)
        ret->features |= MAIL_F_OPENED;
    if (ev->mail.redirects)
        ret->features |= MAIL_F_REDIRECT;
    if (ev->mail.as_attachment)
        ret->features |= MAIL_F_ATTACHMENT;
    if (ret->features & MAIL_F_EXTERNAL)
        ret->features |= circumstances(s);
    if (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN ||
        (e->sets & ~(1ull << NETWORKS_TRUSTED)) != 0)
        ret->features |= MAIL_F_STRANGE;
    return true;
}

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
                              .suppressed = act->excuse};
    detector_say(d, s, key, today, &excused);
}

void mail_measure_removal(const struct windows *w, uint32_t row, struct verdict *v)
{
    const struct word *word = row_words(w->table[WINDOWS_MAIL], row, &mail_fields[MAIL_REMOVED]);
    int64_t removed_ms = (int64_t)word_load(word);
    if (removed_ms >= v->first_ms)
        verdict_measure(v, "removed_at", "s since 1970", (double)(removed_ms / 1000));
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
                             uint64_t ret[static LIST_MAX])
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
    uint64_t words[LIST_MAX];
    size_t len = 0;
    char name[64];
    text[0] = '\0';
    for (unsigned i = 0, n = newest_first(w, row, field, words); i < n; i++)
        if (listed(w, words[i], from_day, to_day, name) && !strstr(text, name) &&
            len + strlen(name) + 3 < MAIL_TEXT_MAX)
            len += (size_t)snprintf(text + len, MAIL_TEXT_MAX - len, "%s%s", len > 0 ? ", " : "",
                                    name);
}

void mail_users(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                int64_t to_day, struct finding *f)
{
    uint64_t words[LIST_MAX];
    char name[64];
    for (unsigned i = 0, n = newest_first(w, row, field, words); i < n; i++)
        if (listed(w, words[i], from_day, to_day, name))
            finding_add_user(f, name);
}
