/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the windows topic and merges it into our windows: whole, before the input is read, which is
 * recovery; then, on its own thread, what other instances write. A row that holds more than the
 * record just read is written again after a short random while, unless a record that holds all of
 * it is read first; so that when things are quiet the last record of each key is the full merge.
 */
#ifndef PLUGIN_KAFKA_REPLICA_H
#define PLUGIN_KAFKA_REPLICA_H

#include "config/config.h"
#include "plugin/kafka/row_records.h"

struct replica;

enum { REPLICA_READER = TABLE_READERS - 1 };

struct replica *replica_new(const struct config *config, struct windows *windows,
                            struct row_records *records, struct diag *diag);
void replica_free(struct replica *replica);

/* Reads the topic to its end. 0; -ECANCELED: *stop became true; -EIO: it cannot be read, said in
 * the log. Thread: main, before the workers start. */
int replica_recover(struct replica *replica, const volatile _Atomic bool *stop);

bool replica_start(struct replica *replica);
void replica_stop(struct replica *replica);

struct replica_counts {
    uint64_t merged, own, repairs, foreign, bad, refused;
};
struct replica_counts replica_counts(const struct replica *replica);

#endif
