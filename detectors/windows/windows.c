/* SPDX-License-Identifier: Apache-2.0
 *
 * THE LIST of rows, and the tables made of them. The fields of a row stand with whoever writes it;
 * updating, publishing, merging and printing all follow from them.
 *
 * Capacity: each table evicts as detectors/windows/table.h says; a name that was evicted is left out of the
 * lists of a finding, never guessed.
 */
#include "detectors/windows/windows.h"

#include "parsers/values/timestamp.h"

#include <stdlib.h>

static const struct field name_fields[] = {MAX_FIELD("name", 0, 8)};

/* The fields stand in baseline.c (users), tried.c (sources, networks and feeds), mail.c,
 * context_word.c (sessions), watch.c, crowd.c and chain.c. Times to live: a row must outlast what
 * its words can still prove. Users keep 30 days of habits behind a cut of 2 days; sources 14 days of
 * spray memory; names as long as findings cite them. */
static const struct layout layouts[WINDOWS_N] = {
    [WINDOWS_USER] = {"users", 1, 2, 88, user_fields, USER_FIELDS_N, 40 * DAY_MS, true},
    [WINDOWS_SOURCE] = {"sources", 2, 2, 96, source_fields, SOURCE_FIELDS_N, 40 * DAY_MS, false},
    [WINDOWS_NETWORK] = {"networks", 3, 2, 96, source_fields, SOURCE_FIELDS_N, 40 * DAY_MS, false},
    [WINDOWS_FEED] = {"feeds", 4, 2, 96, source_fields, SOURCE_FIELDS_N, 16 * DAY_MS, false},
    [WINDOWS_NAME] = {"names", 5, 1, 8, name_fields, 1, 16 * DAY_MS, false},
    [WINDOWS_MAIL] = {"mail", 6, 1, 56, mail_fields, MAIL_FIELDS_N, 40 * DAY_MS, true},
    [WINDOWS_SESSION] = {"sessions", 8, 1, 40, session_fields, SESSION_FIELDS_N, 40 * DAY_MS, true},
    [WINDOWS_WATCH] = {"watch", 7, 3, 152, watch_fields, WATCH_FIELDS_N, 30 * DAY_MS, true},
    [WINDOWS_CROWD] = {"crowds", 9, 1, 48, crowd_fields, CROWD_FIELDS_N, 40 * DAY_MS, false},
    [WINDOWS_CHAIN] = {"chains", 10, 1, 32, chain_fields, CHAIN_FIELDS_N, 30 * DAY_MS, false},
};

/* The time shapes of sets. A source is judged by the half hour; an hour is kept so that a window
 * can be judged again after it is over. `ok` is counted by the hour: a third of the blocks for a
 * set that only has to be compared. A network or feed is judged by the day and by the fortnight.
 * Mail is judged by the half hour of one day, which audit records may be late, and by the week. */
static const struct distinct_shape shape_fast = {{5 * MINUTE_MS, 0}, {12, 0}};
static const struct distinct_shape shape_hours = {{HOUR_MS, 0}, {4, 0}};
static const struct distinct_shape shape_slow = {{HOUR_MS, DAY_MS}, {25, 15}};
static const struct distinct_shape shape_mail = {{HOUR_MS / 2, DAY_MS}, {48, 15}};
static const struct distinct_shape shape_days = {{DAY_MS, 0}, {3, 0}};
static const struct distinct_shape shape_guesses = {{5 * MINUTE_MS, HOUR_MS}, {12, 25}};
static const struct distinct_shape shape_prompts = {{10 * MINUTE_MS, HOUR_MS}, {12, 25}};
/* A fortnight behind the cut of two days, and a day for events that come late. */
static const struct distinct_shape shape_crowd = {{DAY_MS, 0}, {18, 0}};
static const struct distinct_shape shape_day = {{HOUR_MS, 0}, {25, 0}};

/* Which shape each set of each table has; blocks_per, one_in: dense blocks there are for so many
 * configured. */
static const struct {
    unsigned table, first_set, last_set; /* sets that share the pool */
    const struct distinct_shape *shape;
    unsigned blocks_per, one_in;
} pools[] = {
    {WINDOWS_SOURCE, SET_TRIED, SET_TRIED, &shape_fast, 1, 1},
    {WINDOWS_SOURCE, SET_OK, SET_OK, &shape_hours, 4, 1}, /* every busy office has one */
    {WINDOWS_NETWORK, SET_TRIED, SET_TRIED, &shape_slow, 1, 1},
    {WINDOWS_NETWORK, SET_OK, SET_OK, &shape_days, 4, 1},
    {WINDOWS_NETWORK, SET_ADDRESSES, SET_USER_HOURS, &shape_slow, 2, 1},
    {WINDOWS_FEED, SET_TRIED, SET_USER_HOURS, &shape_slow, 1, 1},
    {WINDOWS_MAIL, SET_MAILBOXES, SET_MAILBOXES, &shape_mail, 1, 64}, /* bulk changes are rare */
    {WINDOWS_WATCH, SET_FAILURES, SET_FAILURES, &shape_guesses, 1, 1},
    {WINDOWS_WATCH, SET_NETS, SET_NETS, &shape_day, 1, 1},
    {WINDOWS_WATCH, SET_DENIALS, SET_CODES, &shape_prompts, 1, 1},
    {WINDOWS_CROWD, SET_CROWD, SET_CROWD, &shape_crowd, 1, 2},
};
enum { POOLS_N = sizeof pools / sizeof pools[0] };

const struct layout *windows_layout(unsigned table)
{
    return &layouts[table];
}

size_t windows_rows(const struct windows_sizes *sizes, unsigned table)
{
    const size_t rows[WINDOWS_N] = {
        [WINDOWS_USER] = sizes->users,       [WINDOWS_SOURCE] = sizes->sources,
        [WINDOWS_NETWORK] = sizes->networks, [WINDOWS_FEED] = sizes->feeds,
        [WINDOWS_NAME] = sizes->names,       [WINDOWS_MAIL] = sizes->users / 8 + 8,
        [WINDOWS_SESSION] = sizes->sessions, [WINDOWS_WATCH] = (sizes->users + 3) / 4,
        [WINDOWS_CROWD] = sizes->crowds,     [WINDOWS_CHAIN] = sizes->users / 8 + 8,
    };
    return rows[table];
}

/* Blocks of one pool: no more than its rows could ever hold. */
static size_t pool_blocks(const struct windows_sizes *sizes, size_t i)
{
    size_t sets = pools[i].last_set - pools[i].first_set + 1;
    size_t rows = windows_rows(sizes, pools[i].table) * sets;
    size_t blocks = sizes->dense * pools[i].blocks_per / pools[i].one_in;
    if (blocks == 0)
        blocks = 1;
    return blocks < rows ? blocks : rows;
}

static bool make_pools(struct windows *w, const struct windows_sizes *sizes)
{
    for (size_t i = 0; i < POOLS_N; i++) {
        struct distinct_pool *pool = distinct_pool_new(pools[i].shape, pool_blocks(sizes, i));
        const struct field *sets[SETS_N] = {NULL};
        if (!pool)
            return false;
        for (unsigned set = pools[i].first_set; set <= pools[i].last_set; set++) {
            w->pool[pools[i].table][set] = pool;
            sets[set] = windows_set(pools[i].table, set);
        }
        if (!distinct_pool_attach(pool, w->table[pools[i].table], sets, SETS_N))
            return false;
    }
    return true;
}

struct windows *windows_new(const struct windows_sizes *sizes, struct hash_key key)
{
    struct windows *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->key = key;
    w->epochs = table_epochs_new();
    bool ok = w->epochs != NULL;
    for (unsigned t = 0; ok && t < WINDOWS_N; t++) {
        w->table[t] = table_new(&layouts[t], windows_rows(sizes, t));
        ok = w->table[t] != NULL;
    }
    if (!ok || !make_pools(w, sizes)) {
        windows_free(w);
        return NULL;
    }
    return w;
}

void windows_free(struct windows *w)
{
    if (!w)
        return;
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        for (unsigned set = 0; set < SETS_N; set++)
            if (set == 0 || w->pool[t][set] != w->pool[t][set - 1])
                distinct_pool_free(w->pool[t][set]);
        table_free(w->table[t]);
    }
    table_epochs_free(w->epochs);
    free(w);
}

size_t windows_bytes(const struct windows_sizes *sizes)
{
    size_t bytes = 0;
    for (unsigned t = 0; t < WINDOWS_N; t++)
        bytes += table_bytes(&layouts[t], windows_rows(sizes, t));
    for (size_t i = 0; i < POOLS_N; i++)
        bytes += distinct_pool_bytes(pools[i].shape, pool_blocks(sizes, i)) +
                 32 * windows_rows(sizes, pools[i].table);
    return bytes;
}

size_t windows_dense_bytes(unsigned table, unsigned set)
{
    for (size_t i = 0; i < POOLS_N; i++)
        if (pools[i].table == table && set >= pools[i].first_set && set <= pools[i].last_set)
            return distinct_pool_bytes(pools[i].shape, 1) - distinct_pool_bytes(pools[i].shape, 0);
    return 0;
}

const struct field *windows_set(unsigned table, unsigned set)
{
    static const struct field *const fields[WINDOWS_N] = {
        [WINDOWS_SOURCE] = source_fields, [WINDOWS_NETWORK] = source_fields,
        [WINDOWS_FEED] = source_fields,   [WINDOWS_WATCH] = watch_fields,
        [WINDOWS_MAIL] = mail_fields,     [WINDOWS_CROWD] = crowd_fields,
    };
    return &fields[table][set];
}

void windows_add(struct windows *w, unsigned table, uint32_t row, unsigned set, uint64_t element,
                 int64_t time_ms)
{
    distinct_add(w->pool[table][set], w->table[table], row, windows_set(table, set), set, element,
                 time_ms);
}

struct distinct_count windows_count(const struct windows *w, unsigned table, uint32_t row,
                                    unsigned set, unsigned ring, unsigned units, int64_t time_ms)
{
    return distinct_count(w->pool[table][set], w->table[table], row, windows_set(table, set), set,
                          ring, units, time_ms);
}

void windows_name(struct windows *w, uint64_t hash, struct slice text, int64_t time_ms)
{
    struct table *names = w->table[WINDOWS_NAME];
    if (hash == 0 || table_find(names, hash) != TABLE_NONE)
        return;
    uint32_t row = table_row(names, hash, (uint32_t)(time_ms / MINUTE_MS), false);
    if (row == TABLE_NONE)
        return;
    char bytes[64] = {0};
    size_t len = text.len < sizeof bytes - 1 ? text.len : sizeof bytes - 1;
    memcpy(bytes, text.ptr, len);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, bytes + 8 * i, sizeof word);
        row_merge(names, row, &name_fields[0], i, word);
    }
}

size_t windows_name_find(const struct windows *w, uint64_t hash, char text[static 64])
{
    text[0] = '\0';
    uint32_t row = table_find(w->table[WINDOWS_NAME], hash);
    if (row == TABLE_NONE)
        return 0;
    const struct word *words = row_words(w->table[WINDOWS_NAME], row, &name_fields[0]);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word = word_load(&words[i]);
        memcpy(text + 8 * i, &word, sizeof word);
    }
    text[63] = '\0';
    return strlen(text);
}

uint64_t windows_ip_word(int64_t time_ms, const struct ip *ip)
{
    uint64_t day = (uint64_t)(time_ms / DAY_MS) & 0xFFFF;
    uint64_t address = 0;
    unsigned from = ip_is_v4(ip) ? 12 : 0, bytes = ip_is_v4(ip) ? 4 : 6;
    for (unsigned i = 0; i < bytes; i++)
        address = address << 8 | ip->bytes[from + i];
    return day << 48 | address;
}

/* Global v6 addresses begin 2000::/3, so the top 16 of 48 bits are zero for v4 alone. */
struct prefix windows_ip_of(uint64_t word)
{
    bool v4 = (word >> 32 & 0xFFFF) == 0;
    struct prefix prefix = {.bits = v4 ? 128 : 48};
    if (v4)
        prefix.ip.bytes[10] = prefix.ip.bytes[11] = 0xFF;
    for (unsigned i = 0, n = v4 ? 4 : 6; i < n; i++)
        prefix.ip.bytes[(v4 ? 12 : 0) + i] = (uint8_t)(word >> 8 * (n - 1 - i));
    return prefix;
}

void windows_collect(struct windows *w, int64_t watermark_ms)
{
    for (unsigned t = 0; t < WINDOWS_N; t++)
        table_collect(w->table[t], w->epochs, (uint32_t)(watermark_ms / MINUTE_MS));
}

/* Each pool of a table is asked once, although several sets may share it. */
void windows_take_parts(struct windows *w, unsigned table, uint32_t row,
                        void (*take)(void *ctx, uint16_t part, const uint64_t words[static 32]),
                        void *ctx)
{
    for (unsigned set = 0; set < SETS_N; set++)
        if (w->pool[table][set] && (set == 0 || w->pool[table][set] != w->pool[table][set - 1]))
            distinct_take_dirty(w->pool[table][set], w->table[table], row, take, ctx);
}

bool windows_merge_part(struct windows *w, unsigned table, uint32_t row, uint16_t part,
                        const uint64_t words[static 32])
{
    struct distinct_pool *pool = w->pool[table][distinct_part_set(part)];
    return pool && distinct_merge(pool, w->table[table], row, part, words);
}
