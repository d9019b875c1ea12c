/* SPDX-License-Identifier: Apache-2.0
 *
 * Packing of time marks; the layout is drawn in mark.h. The ends of the range keep 0 free: a last
 * mark is at least second 1, and a first mark at most the last second but one.
 */
#include "detectors/mark.h"

#define EPOCH_MS INT64_C(1420070400000) /* 2015-01-01T00:00:00Z */

enum { PAYLOAD_BITS = 32 };

static uint64_t seconds(int64_t time_ms)
{
    int64_t s = time_ms < EPOCH_MS ? 0 : (time_ms - EPOCH_MS) / 1000;
    return s < 1 ? 1 : s > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint64_t)s;
}

uint64_t mark_last(int64_t time_ms, uint32_t payload)
{
    return seconds(time_ms) << PAYLOAD_BITS | payload;
}

uint64_t mark_first(int64_t time_ms, uint32_t payload)
{
    return ~mark_last(time_ms, payload);
}

int64_t mark_last_ms(uint64_t word)
{
    return word == 0 ? -1 : EPOCH_MS + (int64_t)(word >> PAYLOAD_BITS) * 1000;
}

uint32_t mark_last_payload(uint64_t word)
{
    return (uint32_t)word;
}

int64_t mark_first_ms(uint64_t word)
{
    return word == 0 ? -1 : mark_last_ms(~word);
}

uint32_t mark_first_payload(uint64_t word)
{
    return word == 0 ? 0 : (uint32_t)~word;
}
