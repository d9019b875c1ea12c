/* SPDX-License-Identifier: Apache-2.0
 *
 * Ertl's estimator: algorithm 6 of the paper named in hll.h, with its series sigma (registers that
 * are empty) and tau (registers that are full).
 */
#include "detectors/windows/hll.h"

#include <math.h>

enum { RANKS_MAX = 64 };

/* Both series end: their terms shrink until the sum no longer changes. */
static double sigma(double x)
{
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z > before);
    return z;
}

static double tau(double x)
{
    if (x <= 0 || x >= 1)
        return 0;
    double y = 1, z = 1 - x, before;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z < before);
    return z / 3;
}

double hll_estimate(const uint8_t *registers, size_t n, unsigned rank_max)
{
    unsigned counts[RANKS_MAX] = {0};
    for (size_t i = 0; i < n; i++)
        counts[registers[i] < rank_max ? registers[i] : rank_max]++;
    double m = (double)n;
    if (counts[0] == n)
        return 0;
    double z = m * tau(1 - counts[rank_max] / m);
    for (unsigned rank = rank_max - 1; rank >= 1; rank--)
        z = 0.5 * (z + counts[rank]);
    z += m * sigma(counts[0] / m);
    return m * m / (2 * 0.69314718055994530942 * z);
}
