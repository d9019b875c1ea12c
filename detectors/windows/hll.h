/* SPDX-License-Identifier: Apache-2.0
 *
 * The number of distinct elements behind HyperLogLog registers, by the improved raw estimator of
 * O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), section 4: no
 * bias tables, accurate from 0 on. Sums and square roots only, so the same on every machine. Pure.
 */
#ifndef DETECTORS_WINDOWS_HLL_H
#define DETECTORS_WINDOWS_HLL_H

#include <stddef.h>
#include <stdint.h>

/* registers: the greatest rank seen for each of n, 0 for none; ranks above rank_max count as it. */
double hll_estimate(const uint8_t *registers, size_t n, unsigned rank_max);

#endif
