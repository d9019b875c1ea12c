/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of the windows <-> records of the windows topic, for the publisher (out) and the replica
 * (in). The bytes are detectors/windows/codec.h's; this file knows which table, row and part a record is.
 */
#ifndef PLUGIN_KAFKA_ROW_RECORDS_H
#define PLUGIN_KAFKA_ROW_RECORDS_H

#include "detectors/windows/windows.h"

struct row_records;

/* key: of the group's hashes; records written with another key or other layouts are foreign.
 * writer: a number of this process. NULL: out of memory. */
struct row_records *row_records_new(struct windows *windows, const struct hash_key *key,
                                    uint32_t writer);
void row_records_free(struct row_records *records);

/* Takes every dirty row, and every dirty part of its sets, as it is now. put copies. Thread:
 * publisher; reader: its number for table_epoch_enter. */
void row_records_take(struct row_records *records, unsigned reader, void *ctx,
                      void (*put)(void *ctx, struct slice key, struct slice value));

enum row_records_answer {
    ROW_RECORD_SAME,    /* merged; we hold no more than the record */
    ROW_RECORD_MORE,    /* merged; we hold more: our row should be written again */
    ROW_RECORD_OWN,     /* merged; our own echo */
    ROW_RECORD_FOREIGN, /* another key, layout or version: skipped */
    ROW_RECORD_BAD,     /* no record of ours: skipped */
    ROW_RECORD_REFUSED  /* no room for the row, or too old: skipped */
};

/* Merges one record; *ret_table and *ret_row are where (valid unless skipped). Between
 * table_epoch_enter and _leave. Thread: replica. */
enum row_records_answer row_records_merge(struct row_records *records, struct slice key,
                                          struct slice value, unsigned *ret_table,
                                          uint32_t *ret_row);

#endif
