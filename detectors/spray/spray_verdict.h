/* SPDX-License-Identifier: Apache-2.0
 *
 * What password_spray says about a source or a fingerprint: which of its rows to name, how grave it
 * is, and the finding in words. Evaluates words alone, so it can be asked again at any time.
 * Thread: worker (verdicts); the speaker's (recheck, describe).
 */
#ifndef DETECTORS_SPRAY_SPRAY_VERDICT_H
#define DETECTORS_SPRAY_SPRAY_VERDICT_H

#include "detectors/spray/spray.h"

/* Which windows are asked: those that contain time_ms (0: any) and end on the day. */
struct spray_when {
    int64_t time_ms, day;
};

/* FAST and SLOW: the source row of the widest rung, with the rungs remembered as its children. The
 * most specific row that holds 80 % of the users is named. */
struct verdict spray_verdict_source(const struct detection *d, uint64_t key, struct spray_when at);

/* WIDE: the network row of a fingerprint. */
struct verdict spray_verdict_wide(const struct detection *d, uint64_t key, struct spray_when at);

/* For struct detector. */
bool spray_recheck(const struct detection *d, const struct report *report,
                   struct verdict *ret_verdict);
void spray_describe(const struct detection *d, const struct report *report, struct finding *f);

#endif
