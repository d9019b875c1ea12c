/* SPDX-License-Identifier: Apache-2.0
 *
 * Chance for `spoor generate`. Everything that is left to chance is drawn from a stream of its own,
 * named by the seed and by what it is for ("the office hours of person 17 on day 3"), so nothing
 * that is drawn depends on the order in which others draw, on threads or on the machine. Integers,
 * and doubles that are only added, multiplied and compared. Pure functions, any thread.
 */
#ifndef PLUGIN_RECORDS_DICE_H
#define PLUGIN_RECORDS_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One stream. Copy it to draw the same numbers again. */
struct dice {
    uint64_t state;
};

/* A number that stands for two others: keys of what belongs to something. */
uint64_t dice_mix(uint64_t a, uint64_t b);

/* The stream for `what` (an enum of the caller) of the thing `key`. */
struct dice dice_for(uint64_t key, uint64_t what);

uint64_t dice_next(struct dice *dice);

/* 0 to n - 1; 0 for n = 0. */
uint32_t dice_below(struct dice *dice, uint32_t n);

/* from to to, both possible; from <= to. */
int64_t dice_between(struct dice *dice, int64_t from, int64_t to);

/* True that many times in 1,000, or in a million. */
bool dice_per_mille(struct dice *dice, uint32_t times);
bool dice_per_million(struct dice *dice, uint32_t times);

/* The time to the next of events that come by themselves every `mean_ms` (exponential), at least 1.
 */
int64_t dice_gap(struct dice *dice, int64_t mean_ms);

/* An index, each as often as its weight says; the sum of the weights must not be 0. */
size_t dice_weighted(struct dice *dice, const uint16_t *weights, size_t n);

#endif
