/* SPDX-License-Identifier: Apache-2.0
 *
 * Suspect networks, and the users they are tied to; see the header. Which rows fired is told by
 * the children words of password_spray; which users succeeded there, by the hits of tried.c.
 */
#include "detectors/spray/links.h"

#include "detectors/frame/tried.h"
#include "parsers/values/timestamp.h"

/* Among the sources that tie facts of a user: his own tries, which need no spray. */
#define BY_TRIES 1ull

enum { SPAN_BITS = 10, USER_BITS = 40, DAYS_KEPT = 15, SUSPECTS_MAX = 2 * LADDER_MAX + 3 };

/* A row of the event's ladder, or of its tool. */
struct suspect {
    unsigned table;
    uint32_t row;
    bool flagged, tool;
    bool memory;   /* of whatever was tried from there, by any tool */
    uint64_t told; /* the row that tells whether it is flagged */
};

struct suspects {
    struct suspect list[SUSPECTS_MAX];
    unsigned n;
    uint64_t own; /* what the event in hand would be as a fact */
};

/* Was somebody tried there no longer than memory_ms before or after the event? */
static bool is_near(const struct windows *w, const struct suspect *x, int64_t time_ms,
                    int64_t memory_ms)
{
    const struct table *t = w->table[x->table];
    uint64_t first = word_load(row_words(t, x->row, &source_fields[SOURCE_FIRST]));
    uint64_t last = word_load(row_words(t, x->row, &source_fields[SOURCE_LAST]));
    return first != 0 && time_ms >= (int64_t)~first - memory_ms &&
           time_ms <= (int64_t)last + memory_ms;
}

/* Was the newest window that fired a spray still when it was over? */
static bool stands(const struct table *t, uint32_t row)
{
    return word_load(row_words(t, row, &source_fields[SOURCE_FIRED])) >
           word_load(row_words(t, row, &source_fields[SOURCE_CLEARED]));
}

static void add(const struct windows *w, struct suspects *all, struct suspect x, uint32_t parent,
                uint64_t key)
{
    x.row = table_find(w->table[x.table], key);
    if (x.row == TABLE_NONE)
        return;
    unsigned in = x.tool ? WINDOWS_NETWORK : WINDOWS_SOURCE;
    int field = x.table == WINDOWS_NETWORK && !x.tool ? SOURCE_FP_CHILDREN : SOURCE_CHILDREN;
    uint32_t told = x.tool ? x.row : parent;
    x.flagged = told != TABLE_NONE && tried_has_child(w, in, told, field, key) &&
                stands(w->table[in], told);
    x.told = told != TABLE_NONE ? table_key(w->table[in], told) : 0;
    all->list[all->n++] = x;
}

/* Have so many users been tried there in a fortnight? Only tools and memories are asked. Counting
 * is dear and most events have nothing to be tied: ask last. */
static bool is_busy(const struct windows *w, const struct suspect *x, int64_t min_tried)
{
    if (min_tried <= 0 || !(x->tool || x->memory))
        return false;
    const struct word *last = row_words(w->table[x->table], x->row, &source_fields[SOURCE_LAST]);
    return windows_count(w, x->table, x->row, SET_TRIED, 1, DAYS_KEPT, (int64_t)word_load(last))
               .n >= min_tried;
}

/* Does the event try somebody, or is it about a user who has been? */
static bool may_be_tried(const struct windows *w, const struct sighting *s)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    uint32_t row = watch_row(s);
    bool tried = tried_class_of(s) == TRIED_USER;
    for (unsigned i = 0; row != TABLE_NONE && !tried && i < field->words; i++)
        tried = word_load(&row_words(w->table[WINDOWS_WATCH], row, field)[i]) != 0;
    return tried;
}

/* The rows of the event, by the keys of password_spray.c. */
static void read_suspects(const struct windows *w, const struct sighting *s, struct suspects *all)
{
    struct rung rungs[LADDER_MAX];
    unsigned n = s->trusted ? 0 : ladder_of(s->e, rungs);
    *all = (struct suspects){.own = watch_fact_word(w, s)};
    if (n == 0)
        return;
    uint64_t tool = ladder_key(w, WINDOWS_NETWORK, s->tenant_hash,
                               &(struct rung){.network = s->e->network}, s->fingerprint);
    add(w, all, (struct suspect){.table = WINDOWS_NETWORK, .tool = true}, TABLE_NONE,
        table_lawful_key(tool));
    if (!ladder_is_quiet(s->e->network))
        return;
    uint64_t top = ladder_key(w, WINDOWS_SOURCE, s->tenant_hash, &rungs[n - 1], 0);
    uint32_t parent = table_find(w->table[WINDOWS_SOURCE], top);
    for (unsigned i = 0; i < n; i++) {
        uint64_t fast = ladder_key(w, WINDOWS_SOURCE, s->tenant_hash, &rungs[i], 0);
        uint64_t slow = ladder_key(w, WINDOWS_NETWORK, s->tenant_hash, &rungs[i], s->fingerprint);
        add(w, all, (struct suspect){.table = WINDOWS_SOURCE}, parent, table_lawful_key(fast));
        add(w, all, (struct suspect){.table = WINDOWS_NETWORK}, parent, table_lawful_key(slow));
    }
    /* Who sprays with one tool signs in with another: his tries are remembered by place alone. They
     * tie those who were tried: most users who succeed never were. */
    if (!may_be_tried(w, s))
        return;
    for (unsigned i = LADDER_NET; i < n; i += LADDER_SYSTEM - LADDER_NET) {
        uint64_t any = ladder_key(w, WINDOWS_NETWORK, s->tenant_hash, &rungs[i], ANY_TOOL);
        add(w, all, (struct suspect){.table = WINDOWS_NETWORK, .memory = true}, TABLE_NONE,
            table_lawful_key(any));
    }
}

/* Is the fact of a kind that this suspect may tie? */
static bool ties(const struct suspect *x, const struct watch_fact *f)
{
    return !(f->flags & WATCH_KNOWN) && f->flags & (x->tool ? WATCH_SILENT : WATCH_QUIET);
}

static bool same_source(const struct suspect *x, const struct watch_fact *a,
                        const struct watch_fact *b)
{
    if (x->table == WINDOWS_NETWORK && !x->memory && a->tool != b->tool)
        return false; /* the row is of one tool */
    if (x->tool)
        return true;
    return a->net == b->net || (a->system == b->system && a->system != 0);
}

/* Does a try of the same user come before the fact, from the source of the suspect? */
static bool is_tried(const struct windows *w, uint32_t row, const struct suspect *x,
                     const struct watch_fact *own, const struct watch_fact *f,
                     const struct links_query *q)
{
    const struct field *field = &watch_fields[WATCH_TRIED];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact tried = watch_fact_of(word);
        if (word != 0 && ties(x, &tried) && same_source(x, &tried, f) &&
            same_source(x, &tried, own) && tried.first_ms <= f->last_ms &&
            f->first_ms <= tried.first_ms + q->memory_ms)
            return true;
    }
    return false;
}

/* The facts of one user that the suspect ties. hit_ms: an hour in which the password was right at a
 * flagged source; 0: none. */
static bool tie(const struct windows *w, uint32_t row, const struct suspect *x,
                const struct watch_fact *own, const struct links_query *q, int64_t hit_ms)
{
    struct table *t = w->table[WINDOWS_WATCH];
    const struct field *from = &watch_fields[q->from];
    const struct word *words = row_words(t, row, from);
    bool any = false;
    for (unsigned i = 0; i < from->words; i++) {
        uint64_t word = word_load(&words[i]);
        struct watch_fact f = watch_fact_of(word);
        if (word == 0 || !ties(x, &f))
            continue;
        bool hit = x->flagged && hit_ms >= f.first_ms && hit_ms <= f.last_ms &&
                   same_source(x, own, &f) && is_near(w, x, hit_ms, q->memory_ms);
        bool tried = !hit && is_tried(w, row, x, own, &f, q) && is_busy(w, x, q->min_tried);
        if (!hit && !tried)
            continue;
        row_merge(t, row, &watch_fields[q->to], 0, word);
        row_merge(t, row, &watch_fields[WATCH_SOURCES], 0, tried ? BY_TRIES : x->told);
        any = true;
    }
    return any;
}

static unsigned keep(uint32_t rows[static LINKS_MAX], unsigned n, uint32_t row)
{
    for (unsigned i = 0; i < n; i++)
        if (rows[i] == row)
            return n;
    if (n < LINKS_MAX)
        rows[n++] = row;
    return n;
}

/* The users whose passwords were right at a suspect. */
static unsigned tie_hits(struct windows *w, const struct suspect *x, const struct watch_fact *own,
                         const struct links_query *q, uint32_t rows[static LINKS_MAX], unsigned n)
{
    const struct field *field = &source_fields[SOURCE_HITS];
    const struct word *hits = row_words(w->table[x->table], x->row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t word = word_load(&hits[i]);
        if (word == 0)
            continue;
        uint32_t row = table_find(w->table[WINDOWS_WATCH], watch_key(w, word << (64 - USER_BITS)));
        if (row != TABLE_NONE && tie(w, row, x, own, q, (int64_t)(word >> USER_BITS) * HOUR_MS))
            n = keep(rows, n, row);
    }
    return n;
}

bool links_concern(const struct sighting *s)
{
    return watch_row(s) != TABLE_NONE || tried_class_of(s) == TRIED_USER;
}

unsigned links_make(struct windows *w, const struct sighting *s, const struct links_query *q,
                    uint32_t rows[static LINKS_MAX])
{
    struct suspects all;
    unsigned n = 0;
    uint32_t row = watch_row(s);
    read_suspects(w, s, &all);
    struct watch_fact own = watch_fact_of(all.own);
    for (unsigned i = 0; i < all.n; i++) {
        const struct suspect *x = &all.list[i];
        if (!x->flagged && (q->min_tried <= 0 || x->table != WINDOWS_NETWORK))
            continue; /* ties nothing */
        if (row != TABLE_NONE && q->mine && x->flagged && ties(x, &own) &&
            is_near(w, x, s->e->ev.time_ms, q->memory_ms)) {
            row_merge(w->table[WINDOWS_WATCH], row, &watch_fields[q->to], 0, all.own);
            row_merge(w->table[WINDOWS_WATCH], row, &watch_fields[WATCH_SOURCES], 0, x->told);
            n = keep(rows, n, row);
        }
        if (row != TABLE_NONE && tie(w, row, x, &own, q, 0))
            n = keep(rows, n, row);
        if (tried_class_of(s) == TRIED_USER)
            n = tie_hits(w, x, &own, q, rows, n);
    }
    return n;
}

bool links_stand(const struct windows *w, uint32_t row)
{
    const struct field *field = &watch_fields[WATCH_SOURCES];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++) {
        uint64_t key = word_load(&words[i]);
        if (key == 0)
            continue;
        const struct table *sources = w->table[WINDOWS_SOURCE], *tools = w->table[WINDOWS_NETWORK];
        uint32_t source = table_find(sources, key), tool = table_find(tools, key);
        if (key == BY_TRIES || (source == TABLE_NONE && tool == TABLE_NONE) ||
            (source != TABLE_NONE && stands(sources, source)) ||
            (tool != TABLE_NONE && stands(tools, tool)))
            return true;
    }
    return false;
}

bool links_suspect(const struct windows *w, const struct sighting *s, int64_t memory_ms)
{
    struct suspects all;
    read_suspects(w, s, &all);
    for (unsigned i = 0; i < all.n; i++)
        if (all.list[i].flagged && is_near(w, &all.list[i], s->e->ev.time_ms, memory_ms))
            return true;
    return false;
}

bool links_holds(const struct windows *w, uint32_t row, int field_number, uint64_t fact)
{
    const struct field *field = &watch_fields[field_number];
    const struct word *words = row_words(w->table[WINDOWS_WATCH], row, field);
    for (unsigned i = 0; i < field->words; i++)
        if (word_load(&words[i]) >> SPAN_BITS == fact >> SPAN_BITS)
            return true;
    return false;
}
