/* SPDX-License-Identifier: Apache-2.0
 *
 * What is due when: the earliest first, among those of one moment the least `order`, so that what
 * comes out does not depend on how it went in. Grows as it must. One thread.
 */
#ifndef PLUGIN_GENERATE_HEAP_H
#define PLUGIN_GENERATE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct due {
    int64_t at_ms;
    uint64_t order;
    uint32_t what;
};

struct heap {
    struct due *items;
    size_t n, max;
};

bool heap_push(struct heap *heap, const struct due *due); /* false: out of memory */
struct due heap_pop(struct heap *heap);                   /* of a heap that is not empty */
void heap_done(struct heap *heap);

#endif
