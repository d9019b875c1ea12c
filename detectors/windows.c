/* SPDX-License-Identifier: Apache-2.0
 *
 * The layouts of all rows, and the tables made of them. A field is told once, here: updating,
 * publishing, merging and printing all follow from it.
 *
 * Capacity: each table evicts as detectors/table.h says; a name that was evicted is left out of the
 * lists of a finding, never guessed.
 */
#include "detectors/windows.h"

#include "detectors/chain.h"
#include "detectors/context.h"
#include "detectors/places.h"
#include "detectors/tokens.h"
#include "parsers/timestamp.h"

#include <stdlib.h>

/* A user of a tenant; made by a success only, so that invented names cannot fill the table. */
const struct field user_fields[USER_FIELDS_N] = {
    [USER_TENANT] = MAX_FIELD("tenant", 0, 1),         /* keyed hash */
    [USER_FIRST_SEEN] = MAX_FIELD("first_seen", 1, 1), /* ~minute: the earliest */
    [USER_ROPC] = TOP_FIELD("ropc", 2, 3),             /* fact.h */
    [USER_LEGACY] = TOP_FIELD("legacy", 5, 3),         /* fact.h */
    [USER_STRONG] = PLACES_FIELD("strong", 8, 8),      /* interactive */
    [USER_WEAK] = PLACES_FIELD("weak", 16, 8),         /* token refresh */
    [USER_STRONG_IP] = TOP_FIELD("strong_ip", 24, 8),  /* windows_ip_word */
    [USER_WEAK_IP] = TOP_FIELD("weak_ip", 32, 8),      /* windows_ip_word */
    [USER_TOKENS] = TOKENS_FIELD("tokens", 40, 16),
    [USER_SINGLE] = PLACES_FIELD("single", 56, 8), /* reached with one factor */
    /* Autonomous systems and agent classes: apart from `tokens`, because one machine alone has
     * half a dozen agents, which would push out the places. */
    [USER_CLIENTS] = TOKENS_FIELD("clients", 64, 16),
    /* v4 /24, v6 /48: apart for the same reason. */
    [USER_NETS] = TOKENS_FIELD("nets", 80, 8),
};

/* A session of a tenant; made by what succeeded only. */
const struct field session_fields[SESSION_FIELDS_N] = {
    [SESSION_TENANT] = MAX_FIELD("tenant", 0, 1), /* keyed hash */
    [SESSION_FIRST] = MAX_FIELD("first", 1, 1),   /* ~ms: the earliest use */
    [SESSION_AUTH] = MAX_FIELD("auth", 2, 1),     /* ~ms: the earliest interactive sign-in */
    [SESSION_FLAGS] = OR_FIELD("flags", 3, 1),    /* enum session_flag */
    [SESSION_USERS] = TOP_FIELD("users", 4, 2),   /* keys of user rows */
    [SESSION_USES] = WEEKS_FIELD("uses", 6, 3),
    [SESSION_STRANGE] = WEEKS_FIELD("strange", 9, 3),
    [SESSION_CONTEXTS] = TOP_FIELD("contexts", 12, CONTEXTS_MAX),
    [SESSION_SPANS] = CONTEXT_SPANS_FIELD("spans", 24, CONTEXTS_MAX),
    [SESSION_IPS] = TOP_FIELD("ips", 36, 4), /* windows_ip_word */
};

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

#define WATCH_FACTS_FIELD(name_, first_)                                                           \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = 8, .join = JOIN_TOP, .payload = PAYLOAD_SPAN, \
        .payload_bits = 10                                                                         \
    }

/* What speaks for somebody else at a user's door: watch.h. Made by failures, on probation, and by
 * successes from networks the user is not known for. */
const struct field watch_fields[WATCH_FIELDS_N] = {
    /* Ids of failed events. 32 exact words: 29 are not 30. */
    [SET_FAILURES] = DISTINCT_EXACT_FIELD("failures", 0, 32),
    [SET_NETS] = DISTINCT_FIELD("nets", 32),       /* that they came from */
    [SET_DENIALS] = DISTINCT_FIELD("denials", 44), /* ids of prompts refused or not answered */
    [SET_CODES] = DISTINCT_FIELD("codes", 56),     /* ids of codes typed wrong */
    [WATCH_TRIED] = WATCH_FACTS_FIELD("tried", 68),
    [WATCH_SUCCESS] = WATCH_FACTS_FIELD("success", 76),
    [WATCH_CONFIRMED] = WATCH_FACTS_FIELD("confirmed", 84), /* right password, then stopped */
    [WATCH_FLAGGED] = WATCH_FACTS_FIELD("flagged", 92),     /* of these, from a spray */
    [WATCH_LINKED] = WATCH_FACTS_FIELD("linked", 100),      /* successes tied to an attack */
    [WATCH_APPROVED] = TOP_FIELD("approved", 108, 4), /* ten minutes since 1970, multi-factor */
    [WATCH_TENANT] = MAX_FIELD("tenant", 112, 1),
    [WATCH_USER] =
        MAX_FIELD("user", 113, 1), /* key of its user row; the top 40 bits: of its name */
    [WATCH_FAILED] =
        MAX_FIELD("failed", 114, 2),  /* ms of the newest failure; of the newest denial */
    [WATCH_KINDS] = {.name = "kinds", /* | day 48 | enum watch_kind bits | */
                     .first = 116,
                     .words = 4,
                     .join = JOIN_TOP,
                     .payload = PAYLOAD_OR,
                     .payload_bits = 16},
    [WATCH_SOURCES] = TOP_FIELD("sources", 120, 8),  /* what ties its facts: links.c */
    [WATCH_PUSHES] = TOP_FIELD("pushes", 128, 12),   /* sent; watch_push_word */
    [WATCH_ANSWERS] = TOP_FIELD("answers", 140, 12), /* successes with a second factor, likewise */
};

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

static const struct field name_fields[] = {MAX_FIELD("name", 0, 8)};

/* Times to live: a row must outlast what its words can still prove. Users keep 30 days of habits
 * behind a cut of 2 days; sources 14 days of spray memory; names as long as findings cite them. */
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
