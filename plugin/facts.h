/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of the windows <-> records of the windows topic, for the publisher (out) and the replica
 * (in). The bytes are detectors/codec.h's; this file knows which table, row and part a record is.
 */
#ifndef PLUGIN_FACTS_H
#define PLUGIN_FACTS_H

#include "detectors/windows.h"

struct facts;

/* key: of the group's hashes; records written with another key or other layouts are foreign.
 * writer: a number of this process. NULL: out of memory. */
struct facts *facts_new(struct windows *windows, const struct hash_key *key, uint32_t writer);
void facts_free(struct facts *facts);

/* Takes every dirty row, and every dirty part of its sets, as it is now. put copies. Thread:
 * publisher; reader: its number for table_epoch_enter. */
void facts_take(struct facts *facts, unsigned reader, void *ctx,
                void (*put)(void *ctx, struct slice key, struct slice value));

enum facts_answer {
    FACTS_SAME,    /* merged; we hold no more than the record */
    FACTS_MORE,    /* merged; we hold more: our row should be written again */
    FACTS_OWN,     /* merged; our own echo */
    FACTS_FOREIGN, /* another key, layout or version: skipped */
    FACTS_BAD,     /* no record of ours: skipped */
    FACTS_REFUSED  /* no room for the row, or too old: skipped */
};

/* Merges one record; *ret_table and *ret_row are where (valid unless skipped). Between
 * table_epoch_enter and _leave. Thread: replica. */
enum facts_answer facts_merge(struct facts *facts, struct slice key, struct slice value,
                              unsigned *ret_table, uint32_t *ret_row);

#endif
