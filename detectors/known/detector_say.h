/* SPDX-License-Identifier: Apache-2.0
 *
 * From a detector's verdict to a report: what the operator wants of all findings (muting, severity,
 * service accounts) and what learning leaves of them are applied here, when a verdict is first said
 * and when it is asked for again. Thread: the worker's; rechecking and describing, the speaker's.
 */
#ifndef DETECTORS_KNOWN_DETECTOR_SAY_H
#define DETECTORS_KNOWN_DETECTOR_SAY_H

#include "detectors/frame/detector.h"

/* What `recheck` and `describe` of a report's detector say, with what the operator wants of all
 * findings (muting, severity, service accounts) applied as by detector_say. */
bool detector_recheck(const struct detection *d, const struct report *report,
                      struct verdict *ret_verdict);
void detector_describe(const struct detection *d, const struct report *report, struct finding *f);

/* Hands a verdict to the sink: suppressed ones are held back and counted, firing ones reported.
 * subject 0: nothing is said. It is what table_key answers of a row that another worker evicted
 * meanwhile: the words are gone with it, and all such users would share one finding. */
void detector_say(const struct detection *d, const struct sighting *s, uint64_t subject,
                  int64_t bucket, const struct verdict *verdict);

#endif
