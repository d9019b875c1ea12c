/* SPDX-License-Identifier: Apache-2.0
 *
 * Detectors of one kind: a success that the user is not known for. The user row keeps the newest
 * such successes as fact words; a verdict is what those of its bucket say that the baseline does
 * not excuse. ropc and legacy_auth differ in which events concern them, what the habit is, and how
 * grave it is.
 */
#ifndef DETECTORS_SIGN_IN_HABIT_H
#define DETECTORS_SIGN_IN_HABIT_H

#include "detectors/known/baseline.h"
#include "detectors/known/fact.h"

struct habit {
    const struct field *field; /* of the user row */
    enum baseline_kind kind;
    unsigned familiar_days;
    enum severity (*severity)(const struct fact_summary *facts);
    int64_t learning_days; /* a tenant known for less: Medium, but for `grave` facts */
    unsigned grave;        /* enum fact_flag bits */
};

/* Keeps the event as a fact unless the user is known for it already. what: the habit's value. */
void habit_update(const struct detection *d, const struct sighting *s, const struct habit *h,
                  uint64_t what);

/* What the event in hand would say if nothing excused it: for what is held back. */
struct verdict habit_excused(const struct sighting *s, const struct habit *h,
                             enum suppression reason);

/* Evaluates the event's bucket and reports it. */
void habit_judge(const struct detection *d, const struct sighting *s, const struct habit *h,
                 uint64_t what);

/* For struct detector's recheck: false where the reported fact has left the words. */
bool habit_recheck(const struct detection *d, const struct report *report, const struct habit *h,
                   struct verdict *ret_verdict);

#endif
