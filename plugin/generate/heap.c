/* SPDX-License-Identifier: Apache-2.0
 *
 * A binary heap in an array.
 */
#include "plugin/generate/heap.h"

#include <stdlib.h>

static bool before(const struct due *a, const struct due *b)
{
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms;
    return a->order != b->order ? a->order < b->order : a->what < b->what;
}

static bool grow(struct heap *heap)
{
    const size_t max = heap->max ? 2 * heap->max : 1024;
    struct due *items = realloc(heap->items, max * sizeof *items);

    if (!items)
        return false;
    heap->items = items;
    heap->max = max;
    return true;
}

bool heap_push(struct heap *heap, const struct due *due)
{
    if (heap->n == heap->max && !grow(heap))
        return false;
    size_t i = heap->n++;
    for (; i > 0 && before(due, &heap->items[(i - 1) / 2]); i = (i - 1) / 2)
        heap->items[i] = heap->items[(i - 1) / 2];
    heap->items[i] = *due;
    return true;
}

struct due heap_pop(struct heap *heap)
{
    const struct due first = heap->items[0];
    const struct due last = heap->items[--heap->n];
    size_t i = 0;

    for (size_t child; (child = 2 * i + 1) < heap->n; i = child) {
        if (child + 1 < heap->n && before(&heap->items[child + 1], &heap->items[child]))
            child++;
        if (!before(&heap->items[child], &last))
            break;
        heap->items[i] = heap->items[child];
    }
    heap->items[i] = last;
    return first;
}

void heap_done(struct heap *heap)
{
    free(heap->items);
    *heap = (struct heap){0};
}
