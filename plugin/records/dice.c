/* SPDX-License-Identifier: Apache-2.0
 *
 * SplitMix64 (Steele, Lea, Flood 2014): a counter through a mixer, so a stream is one word.
 */
#include "plugin/records/dice.h"

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mixed(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t dice_mix(uint64_t a, uint64_t b)
{
    return mixed(mixed(a + GOLDEN) ^ (b * GOLDEN + 1));
}

struct dice dice_for(uint64_t key, uint64_t what)
{
    return (struct dice){dice_mix(key, what)};
}

uint64_t dice_next(struct dice *dice)
{
    return mixed(dice->state += GOLDEN);
}

uint32_t dice_below(struct dice *dice, uint32_t n)
{
    return (uint32_t)((dice_next(dice) >> 32) * n >> 32);
}

int64_t dice_between(struct dice *dice, int64_t from, int64_t to)
{
    return from + (int64_t)(dice_next(dice) % (uint64_t)(to - from + 1));
}

bool dice_per_mille(struct dice *dice, uint32_t times)
{
    return dice_below(dice, 1000) < times;
}

bool dice_per_million(struct dice *dice, uint32_t times)
{
    return dice_below(dice, 1000000) < times;
}

/* -ln(u): the whole part of log2 is the number of leading zeros, the rest a polynomial on [1, 2)
 * that is right to within 0.001: the machine's own log may differ in the last bit.
 */
int64_t dice_gap(struct dice *dice, int64_t mean_ms)
{
    const uint64_t u = dice_next(dice) | 1;
    const int zeros = __builtin_clzll(u);
    const double m = (double)((u << zeros) >> 11) / 4503599627370496.0; /* 2^52: 1 <= m < 2 */
    const double log2_m = -2.153620718 + (3.047884161 + (-1.051875031 + 0.1582487046 * m) * m) * m;
    const double minus_ln = (1 + zeros - log2_m) * 0.6931471805599453; /* u of 2^64 */
    const int64_t gap = (int64_t)((minus_ln > 0 ? minus_ln : 0) * (double)mean_ms + 0.5);

    return gap > 0 ? gap : 1;
}

size_t dice_weighted(struct dice *dice, const uint16_t *weights, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    uint32_t drawn = dice_below(dice, sum);
    for (size_t i = 0; i < n; i++) {
        if (drawn < weights[i])
            return i;
        drawn -= weights[i];
    }
    return n - 1;
}
