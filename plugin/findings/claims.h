/* SPDX-License-Identifier: Apache-2.0
 *
 * Which findings were reported lately, so that a thousand events of one attack are one report and
 * not a thousand. A local hint, never published and never the truth: the speaker knows what was
 * said, and a claim that was evicted only makes one more report. Who may call what at once:
 * everything, any worker. Lock-free; three MAX words a row. When full: the table evicts; see
 * detectors/windows/table.h.
 */
#ifndef PLUGIN_FINDINGS_CLAIMS_H
#define PLUGIN_FINDINGS_CLAIMS_H

#include "detectors/windows/table.h"
#include "detectors/words/finding.h"

struct claims;

/* interval_ms: event time between two reports of one finding that bring nothing graver. */
struct claims *claims_new(size_t rows, int64_t interval_ms);
void claims_free(struct claims *claims);
size_t claims_bytes(size_t rows);                  /* what claims_new will take */
struct table *claims_table(struct claims *claims); /* for collecting */

/* May a report be worth making? See struct report_sink. */
bool claims_due(struct claims *claims, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                enum severity at_least);

/* True for whoever should hand this report to the speaker: it is the first of its uid, graver than
 * all before, its rank has doubled, or the interval has passed. */
bool claims_take(struct claims *claims, const struct report *report);

/* True the first time a verdict of this uid is held back for this reason: for counting and telling
 * it once. What the table had to forget is counted again. */
bool claims_take_held(struct claims *claims, const uint8_t uid[static FINDING_UID_BYTES],
                      int64_t at_ms, enum suppression reason);

#endif
