/* SPDX-License-Identifier: Apache-2.0
 *
 * All tables of a run and the layouts of their rows: the only memory that detectors have. What each
 * word means stands beside its field, in the file that writes the row.
 * Who may call what at once: windows_name, windows_name_find by any worker; the rest before the
 * threads start, windows_collect by one maintenance thread.
 */
#ifndef DETECTORS_WINDOWS_WINDOWS_H
#define DETECTORS_WINDOWS_WINDOWS_H

#include "detectors/windows/distinct.h"
#include "detectors/windows/hash.h"
#include "detectors/windows/table.h"
#include "parsers/values/ip.h"

#include <stddef.h>
#include <stdint.h>

/* Rows of each table; dense: register blocks for sets that outgrow their row. The mail table has an
 * eighth of `users`: rows are made by rules and forwardings, which few accounts ever set; the watch
 * table a quarter: few accounts are under suspicion at a time; the chain table an eighth: rows are
 * made by verdicts about a user, and by acts that an intruder would do. */
struct windows_sizes {
    size_t users, sources, networks, feeds, names, dense, sessions, crowds;
};

enum {
    WINDOWS_USER,
    WINDOWS_SOURCE,
    WINDOWS_NETWORK,
    WINDOWS_FEED,
    WINDOWS_NAME,
    WINDOWS_MAIL,
    WINDOWS_SESSION,
    WINDOWS_WATCH,
    WINDOWS_CROWD,
    WINDOWS_CHAIN,
    WINDOWS_N
};

/* The sets of a source, network or feed row; and those of a watch row. */
enum { SET_TRIED, SET_OK, SET_ADDRESSES, SET_USER_HOURS, SETS_N };
enum { SET_FAILURES, SET_NETS, SET_DENIALS, SET_CODES };

enum { WINDOWS_AGENTS = 4096 };

struct windows {
    struct hash_key key;
    struct table *table[WINDOWS_N];
    /* Where a table's sets go when dense; sets of one time shape share a pool. NULL: no such set.
     */
    struct distinct_pool *pool[WINDOWS_N][SETS_N];
    struct table_epochs *epochs;
    struct word agents[WINDOWS_AGENTS]; /* a cache: fingerprint.c */
};

/* The fields of the rows: row_words(t, row, &user_fields[USER_STRONG]). */
enum {
    USER_TENANT,
    USER_FIRST_SEEN,
    USER_ROPC,
    USER_LEGACY,
    USER_STRONG,
    USER_WEAK,
    USER_STRONG_IP,
    USER_WEAK_IP,
    USER_TOKENS,
    USER_SINGLE,
    USER_CLIENTS,
    USER_NETS,
    USER_FIELDS_N
};
extern const struct field user_fields[USER_FIELDS_N];

/* What a session row keeps; detectors/session/context.h has its words. */
enum {
    SESSION_TENANT,
    SESSION_FIRST,
    SESSION_AUTH,
    SESSION_FLAGS,
    SESSION_USERS,
    SESSION_USES,
    SESSION_STRANGE,
    SESSION_CONTEXTS,
    SESSION_SPANS,
    SESSION_IPS,
    SESSION_FIELDS_N
};
extern const struct field session_fields[SESSION_FIELDS_N];

/* Source, network and feed rows are alike; the first SETS_N fields are their sets. */
enum {
    SOURCE_TENANT = SETS_N,
    SOURCE_LABEL,
    SOURCE_FIRST,
    SOURCE_LAST,
    SOURCE_REASONS,
    SOURCE_HITS,
    SOURCE_USERS,
    SOURCE_IPS,
    SOURCE_CHILDREN,
    SOURCE_FP_CHILDREN,
    SOURCE_FIRED,
    SOURCE_CLEARED,
    SOURCE_FIELDS_N
};
extern const struct field source_fields[SOURCE_FIELDS_N];

/* A user under suspicion; the first SETS_N fields are its sets. */
enum {
    WATCH_TRIED = SETS_N,
    WATCH_SUCCESS,
    WATCH_CONFIRMED,
    WATCH_FLAGGED,
    WATCH_LINKED,
    WATCH_APPROVED,
    WATCH_TENANT,
    WATCH_USER,
    WATCH_FAILED,
    WATCH_KINDS,
    WATCH_SOURCES,
    WATCH_PUSHES,
    WATCH_ANSWERS,
    WATCH_FIELDS_N
};
extern const struct field watch_fields[WATCH_FIELDS_N];
/* A mail row: one inbox rule, one forwarded mailbox, the mail flow of a tenant, or who (actor) or
 * whereto (destination) mail of many mailboxes was turned. detectors/mail/mail.h writes and reads it. */
enum { SET_MAILBOXES }; /* the set of a mail row */
enum {
    MAIL_TENANT = SET_MAILBOXES + 1,
    MAIL_SUBJECT,
    MAIL_RULE,
    MAIL_REMOVED,
    MAIL_FEATURES,
    MAIL_TIMES,
    MAIL_DESTINATIONS,
    MAIL_ACTORS,
    MAIL_MAILBOXES,
    MAIL_FIELDS_N
};
extern const struct field mail_fields[MAIL_FIELDS_N];

enum { TRIED_HITS = 14 }; /* words of SOURCE_HITS */
/* Users of a tenant who have one thing in common; detectors/known/crowd.h writes and reads it. */
enum { SET_CROWD }; /* the set of a crowd row */
enum { CROWD_IDS_MAX = 24 };
enum {
    CROWD_TENANT = SET_CROWD + 1,
    CROWD_FLAGS,
    CROWD_FIRST,
    CROWD_LAST,
    CROWD_SAMPLE,
    CROWD_IDS,
    CROWD_FIELDS_N
};
extern const struct field crowd_fields[CROWD_FIELDS_N];
/* Where the stages of one takeover meet: a row a user. detectors/takeover/chain.h draws the words. */
enum {
    CHAIN_TENANT,
    CHAIN_USER,
    CHAIN_TARGETED,
    CHAIN_CONFIRMED,
    CHAIN_ACCESS,
    CHAIN_SESSION,
    CHAIN_MAIL,
    CHAIN_ACTION,
    CHAIN_SIGNS,
    CHAIN_ACTS,
    CHAIN_FIELDS_N
};
extern const struct field chain_fields[CHAIN_FIELDS_N];

/* Words of SOURCE_LABEL: what a row is about, so that a finding can name it from the row alone. */
enum { LABEL_IP_HIGH, LABEL_IP_LOW, LABEL_RUNG, LABEL_FP };

struct windows *windows_new(const struct windows_sizes *sizes, struct hash_key key);
void windows_free(struct windows *windows);
size_t windows_bytes(const struct windows_sizes *sizes); /* what windows_new will take */
const struct layout *windows_layout(unsigned table);
size_t windows_rows(const struct windows_sizes *sizes, unsigned table);
size_t windows_dense_bytes(unsigned table, unsigned set); /* of one dense set; 0: no such set */

/* The field of a set of a table's rows. */
const struct field *windows_set(unsigned table, unsigned set);

/* Adds to a set of a row, and asks one. See detectors/windows/distinct.h. */
void windows_add(struct windows *windows, unsigned table, uint32_t row, unsigned set,
                 uint64_t element, int64_t time_ms);
struct distinct_count windows_count(const struct windows *windows, unsigned table, uint32_t row,
                                    unsigned set, unsigned ring, unsigned units, int64_t time_ms);

/* Remembers what a hash was made of, for lists in findings: 63 bytes, longer text is cut. */
void windows_name(struct windows *windows, uint64_t hash, struct slice text, int64_t time_ms);
/* Writes it and the NUL; returns its length, 0 if it is not known (any more). */
size_t windows_name_find(const struct windows *windows, uint64_t hash, char text[static 64]);

/* An address as evidence: | day since 1970, 16 | address 48 |, a v4 address or a v6 /48; and back.
 * Words of one TOP field: those of the newest days are kept. */
uint64_t windows_ip_word(int64_t time_ms, const struct ip *ip);
struct prefix windows_ip_of(uint64_t word);

/* Dense contents of a row as records, and back; see detectors/windows/distinct.h. Thread: publisher;
 * replica. */
void windows_take_parts(struct windows *windows, unsigned table, uint32_t row,
                        void (*take)(void *ctx, uint16_t part, const uint64_t words[static 32]),
                        void *ctx);
bool windows_merge_part(struct windows *windows, unsigned table, uint32_t row, uint16_t part,
                        const uint64_t words[static 32]);

/* Maintenance of all tables; see table_collect. */
void windows_collect(struct windows *windows, int64_t watermark_ms);

#endif
