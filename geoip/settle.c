/* SPDX-License-Identifier: Apache-2.0
 *
 * Below HUGE_FROM the rounding up to whole huge pages would cost more than they give.
 */
#include "geoip/settle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, HUGE_FROM = 4 << 20 };

size_t settled_bytes(size_t bytes)
{
    return bytes < HUGE_FROM ? bytes : (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
}

void *settle(void *items, size_t bytes)
{
    if (bytes < HUGE_FROM) {
        void *less = bytes ? realloc(items, bytes) : NULL;
        return less ? less : items;
    }
    size_t whole = settled_bytes(bytes);
    void *block = aligned_alloc(HUGE_PAGE, whole);
    if (!block)
        return items;
    madvise(block, whole, MADV_HUGEPAGE); /* only advice: refused, the answers are the same */
    memcpy(block, items, bytes);
    free(items);
    return block;
}
