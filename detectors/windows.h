/* SPDX-License-Identifier: Apache-2.0
 *
 * All tables of a run and the layouts of their rows: the only memory that detectors have. What each
 * word means stands in windows.c beside its field.
 */
#ifndef DETECTORS_WINDOWS_H
#define DETECTORS_WINDOWS_H

#include "detectors/distinct.h"
#include "detectors/hash.h"
#include "detectors/table.h"

#include <stddef.h>
#include <stdint.h>

/* Rows of each table. */
struct windows_sizes {
    size_t users, sources, networks, feeds, names, dense;
};

enum { WINDOWS_USER, WINDOWS_SOURCE, WINDOWS_NETWORK, WINDOWS_FEED, WINDOWS_NAME, WINDOWS_N };

struct windows {
    struct hash_key key;
    struct table *table[WINDOWS_N];
    struct distinct_pool *pool[WINDOWS_N]; /* NULL: the table's rows hold no sets */
    struct table_epochs *epochs;
};

/* The fields of the rows, for row_words and row_merge. */
extern const struct field user_tenant, user_strong, user_weak, user_strong_ip, user_weak_ip,
    user_tokens, user_first_seen, user_ropc, user_ropc_ip, user_legacy, user_legacy_ip;

/* A source row counts who was tried from a network: per tenant and rung of the ladder (WINDOWS_SOURCE),
 * per tenant, rung and fingerprint (WINDOWS_NETWORK), or per tenant and feed (WINDOWS_FEED). */
extern const struct field source_tenant, source_label, source_tried, source_ok, source_addresses,
    source_user_hours, source_first, source_last, source_reasons, source_hits, source_users,
    source_events, source_ips, source_children, source_wide;
enum { SET_TRIED, SET_OK, SET_ADDRESSES, SET_USER_HOURS };

extern const struct field name_text;

struct windows *windows_new(const struct windows_sizes *sizes, struct hash_key key);
void windows_free(struct windows *windows);
size_t windows_bytes(const struct windows_sizes *sizes); /* what windows_new will take */
const struct layout *windows_layout(unsigned table);

/* Remembers what a hash was made of, for lists in findings: 63 bytes, longer text is cut. */
void windows_name(struct windows *windows, uint64_t hash, struct slice text, int64_t time_ms);
/* Writes it and the NUL; returns its length, 0 if it is not known (any more). */
size_t windows_name_find(const struct windows *windows, uint64_t hash, char text[static 64]);

/* Maintenance of all tables; see table_collect. */
void windows_collect(struct windows *windows, int64_t watermark_ms);

#endif
