/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a chain row: each pointer is followed and its detector asked again, each fact unpacked.
 */
#include "detectors/takeover/chain.h"

#include "detectors/known/detector_say.h"
#include "parsers/values/timestamp.h"

enum { DAY_2015 = 16436, DAY_AT = 50, ID_AT = 45, FIRST_AT = 17, SECOND_MS = 1000 };

static const struct {
    enum chain_stage stage;
    bool weak;
    const char *what;
} facts[CHAIN_FACTS_N] = {
    [CHAIN_FACT_HOSTING] = {STAGE_ACCESS, true,
                            "sign-in from an unfamiliar hosting or VPN network"},
    [CHAIN_FACT_FEED] = {STAGE_ACCESS, false, "sign-in from a listed network"},
    [CHAIN_FACT_FACTOR] = {STAGE_PERSISTENCE, false, "second factor added or changed"},
    [CHAIN_FACT_DEVICE] = {STAGE_PERSISTENCE, false, "device added"},
    [CHAIN_FACT_CONSENT] = {STAGE_PERSISTENCE, false, "consent or credential given"},
    [CHAIN_FACT_APP] = {STAGE_PERSISTENCE, true, "application allowed"},
    [CHAIN_FACT_ROLE] = {STAGE_PERSISTENCE, false, "role or rights given"},
    [CHAIN_FACT_PASSWORD] = {STAGE_PERSISTENCE, true, "password changed"},
    [CHAIN_FACT_RULE] = {STAGE_MAIL, true, "inbox rule that moves or deletes mail"},
    [CHAIN_FACT_FORWARD] = {STAGE_MAIL, true, "mail sent outside"},
};

static const struct word *words_of(const struct windows *w, uint32_t row, int field)
{
    return row_words(w->table[WINDOWS_CHAIN], row, &chain_fields[field]);
}

static bool has_any(const struct windows *w, uint32_t row, int field)
{
    for (unsigned i = 0; i < chain_fields[field].words; i++)
        if (word_load(&words_of(w, row, field)[i]) != 0)
            return true;
    return false;
}

bool chain_is_worth(const struct windows *w, uint32_t row)
{
    bool access = has_any(w, row, CHAIN_ACCESS) || has_any(w, row, CHAIN_SESSION) ||
                  has_any(w, row, CHAIN_SIGNS);
    return access && (has_any(w, row, CHAIN_ACTS) || has_any(w, row, CHAIN_MAIL) ||
                      has_any(w, row, CHAIN_ACTION));
}

static void add(struct chain_view *view, const struct chain_item *item)
{
    if (view->n < CHAIN_ITEMS_MAX)
        view->items[view->n++] = *item;
}

/* NULL: a detector that is no more, or that the tenant has switched off. */
static const struct detector *detector_of(const struct detection *d, unsigned id,
                                          unsigned *ret_index)
{
    for (unsigned i = 0; detectors_all[i]; i++)
        if (detectors_all[i]->chain.stage != STAGE_NONE && detectors_all[i]->chain.id == id) {
            *ret_index = i;
            return *(const bool *)d->tenant->options[i] ? detectors_all[i] : NULL;
        }
    return NULL;
}

static void read_pointer(const struct detection *d, uint64_t word, struct chain_view *view)
{
    unsigned index = 0;
    const struct detector *detector = detector_of(d, word >> ID_AT & 31, &index);
    if (!detector)
        return;
    const struct table *t = d->windows->table[detector->chain.table];
    uint32_t row = table_find_part(t, word & ((UINT64_C(1) << ID_AT) - 1));
    if (row == TABLE_NONE) {
        view->unsure = true;
        return;
    }
    struct detection asked = *d;
    asked.detector = detector;
    asked.options = d->tenant->options[index];
    asked.sink = NULL;
    asked.chains = NULL;
    int64_t day = (int64_t)(word >> DAY_AT) + DAY_2015, days = detector->bucket_days;
    struct report report = {.detector = detector,
                            .subject = table_key(t, row),
                            .bucket = day / days,
                            .at_ms = day * DAY_MS + days * DAY_MS / 2,
                            .wordless = true};
    struct verdict v = {0};
    if (!detector_recheck(&asked, &report, &v) || !v.fires) {
        view->unsure = true;
        return;
    }
    if (v.suppressed != SUPPRESSED_NOT)
        return;
    struct chain_item item = {.stage = detector->chain.stage,
                              .weak = v.severity < SEVERITY_HIGH,
                              .first_ms = v.since_ms ? v.since_ms : v.first_ms,
                              .last_ms = v.last_ms,
                              .grain_ms = detector->chain.grain_ms,
                              .what = detector->chain.what,
                              .detector = detector,
                              .subject = report.subject,
                              .bucket = report.bucket};
    add(view, &item);
}

static void read_fact(uint64_t word, struct chain_view *view)
{
    enum { SECONDS = (1 << FIRST_AT) - 1 };
    unsigned kind = word >> ID_AT & 31;
    int64_t day_ms = ((int64_t)(word >> DAY_AT) + DAY_2015) * DAY_MS;
    if (kind == CHAIN_FACT_NONE || kind >= CHAIN_FACTS_N)
        return;
    struct chain_item item = {.stage = facts[kind].stage,
                              .weak = facts[kind].weak,
                              .first_ms =
                                  day_ms + (int64_t)(word >> FIRST_AT & SECONDS) * SECOND_MS,
                              .last_ms = day_ms + (int64_t)(word & SECONDS) * SECOND_MS,
                              .grain_ms = SECOND_MS,
                              .what = facts[kind].what};
    add(view, &item);
}

/* A field that is full may have lost older words. */
static void read_field(const struct detection *d, uint32_t row, int field, bool pointers,
                       struct chain_view *view)
{
    const struct word *words = words_of(d->windows, row, field);
    bool full = true;
    for (unsigned i = 0; i < chain_fields[field].words; i++) {
        uint64_t word = word_load(&words[i]);
        full &= word != 0;
        if (word != 0 && pointers)
            read_pointer(d, word, view);
        else if (word != 0)
            read_fact(word, view);
    }
    view->unsure |= full;
}

static bool is_mail(const struct chain_item *item, bool verdict)
{
    return item->stage == STAGE_MAIL && (item->detector != NULL) == verdict;
}

static bool lies_in(const struct chain_item *fact, const struct chain_item *verdict)
{
    return fact->first_ms >= verdict->first_ms &&
           fact->last_ms < verdict->last_ms + verdict->grain_ms;
}

/* A verdict about mail knows its acts to the minute, a fact to the second: what both tell is told
 * once, as exactly as it is known. All are held against the verdicts as they were. */
static void join_mail(struct chain_view *view)
{
    const struct chain_view was = *view;
    view->n = 0;
    for (unsigned i = 0; i < was.n; i++) {
        struct chain_item item = was.items[i];
        bool told = false;
        int64_t first_ms = INT64_MAX, last_ms = 0;
        for (unsigned k = 0; k < was.n; k++) {
            const struct chain_item *other = &was.items[k];
            if (is_mail(&item, false) && is_mail(other, true))
                told |= lies_in(&item, other);
            if (!is_mail(&item, true) || !is_mail(other, false) || !lies_in(other, &item))
                continue;
            first_ms = other->first_ms < first_ms ? other->first_ms : first_ms;
            last_ms = other->last_ms > last_ms ? other->last_ms : last_ms;
        }
        if (first_ms < item.first_ms + item.grain_ms)
            item.first_ms = first_ms;
        if (last_ms > item.last_ms)
            item.last_ms = last_ms;
        if (!told)
            add(view, &item);
    }
}

void chain_read(const struct detection *d, uint32_t row, struct chain_view *ret)
{
    static const int pointers[] = {CHAIN_ACCESS, CHAIN_SESSION, CHAIN_MAIL, CHAIN_ACTION};
    ret->n = 0;
    ret->unsure = false;
    for (unsigned i = 0; i < sizeof pointers / sizeof pointers[0]; i++)
        read_field(d, row, pointers[i], true, ret);
    read_field(d, row, CHAIN_SIGNS, false, ret);
    read_field(d, row, CHAIN_ACTS, false, ret);
    join_mail(ret);
}

/* Passwords tried from hosting or listed networks, as the watch row has them: too common for a row
 * here. */
static void read_tries(const struct windows *w, uint64_t user40, struct chain_view *view)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    uint32_t row = table_find(w->table[WINDOWS_WATCH], watch_key(w, user40));
    struct chain_item item = {.stage = STAGE_TARGETED,
                              .grain_ms = HOUR_MS,
                              .what = "passwords tried from a hosting or listed network"};
    for (unsigned i = 0; row != TABLE_NONE && i < field->words; i++) {
        uint64_t word = word_load(&row_words(w->table[WINDOWS_WATCH], row, field)[i]);
        struct watch_fact f = watch_fact_of(word);
        if (word == 0 || f.flags & WATCH_KNOWN || !(f.flags & (WATCH_HOSTING | WATCH_FEED)))
            continue;
        if (item.last_ms == 0 || f.first_ms < item.first_ms)
            item.first_ms = f.first_ms;
        if (f.last_ms > item.last_ms)
            item.last_ms = f.last_ms;
    }
    if (item.last_ms != 0)
        add(view, &item);
}

void chain_read_before(const struct detection *d, uint32_t row, struct chain_view *view)
{
    bool unsure = view->unsure; /* nothing depends on what came before */
    read_field(d, row, CHAIN_TARGETED, true, view);
    read_field(d, row, CHAIN_CONFIRMED, true, view);
    read_tries(d->windows, word_load(words_of(d->windows, row, CHAIN_USER)), view);
    view->unsure = unsure;
}
