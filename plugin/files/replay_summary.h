/* SPDX-License-Identifier: Apache-2.0
 *
 * What a replay came to, for the person who ran it: counts of messages, events, what was bad, what
 * was held back and why, findings and records. On stderr. Thread: one.
 */
#ifndef PLUGIN_FILES_REPLAY_SUMMARY_H
#define PLUGIN_FILES_REPLAY_SUMMARY_H

#include "plugin/files/replay.h"

/* What only the writer of the records knows. */
struct replay_written {
    uint64_t records, failed;      /* failed: did not fit their buffer */
    uint64_t bad_by_reason[BAD_N]; /* texts that never became messages */
};

void replay_summary(const struct replay *replay, const struct replay_written *written);

/* ns: processor time of the whole; the stages' shares need a replay made with `timed`. */
void replay_timing(const struct replay *replay, uint64_t ns);

#endif
