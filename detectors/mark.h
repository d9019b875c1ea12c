/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: the first or the last time of something, with 32 bits that say more about it: one word.
 *   The payload breaks ties, so the order is total and the join (MAX) lawful; the earliest is kept
 * as the greatest complement. Pure functions and readers; any thread.
 *
 *   | seconds since 2015, 32 | payload 32 |      until 2151; times outside are clamped to the ends
 */
#ifndef DETECTORS_MARK_H
#define DETECTORS_MARK_H

#include <stdbool.h>
#include <stdint.h>

/* The values to merge into a MAX word: never 0. One word holds only one of the two kinds. */
uint64_t mark_last(int64_t time_ms, uint32_t payload);
uint64_t mark_first(int64_t time_ms, uint32_t payload);

/* What such a word says. Time in ms, whole seconds; -1: the word is empty. */
int64_t mark_last_ms(uint64_t word);
uint32_t mark_last_payload(uint64_t word);
int64_t mark_first_ms(uint64_t word);
uint32_t mark_first_payload(uint64_t word);

#endif
