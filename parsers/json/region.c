/* SPDX-License-Identifier: Apache-2.0
 *
 * The last block grows in place; any other moves up and leaves a hole until all is given back.
 */
#include "parsers/json/region.h"

#include <string.h>

enum { ALIGN = 16 };

static size_t *size_of(void *at)
{
    return (size_t *)(void *)((char *)at - ALIGN);
}

static int is_last(const struct region *region, void *at)
{
    return (char *)at + *size_of(at) == region->bytes + region->used;
}

void *region_malloc(void *ctx, size_t bytes)
{
    struct region *region = ctx;
    size_t left = region->capacity - region->used;
    size_t size = bytes <= left ? (bytes + ALIGN - 1) / ALIGN * ALIGN : left;
    if (ALIGN + size > left)
        longjmp(*region->full, 1);
    char *at = region->bytes + region->used + ALIGN;
    *size_of(at) = size;
    region->used += ALIGN + *size_of(at);
    return at;
}

void region_free(void *ctx, void *at)
{
    struct region *region = ctx;
    if (at != NULL && is_last(region, at))
        region->used -= ALIGN + *size_of(at);
}

void *region_realloc(void *ctx, void *at, size_t bytes)
{
    struct region *region = ctx;
    if (at == NULL)
        return region_malloc(region, bytes);
    size_t size = *size_of(at);
    if (bytes <= size)
        return at;
    if (is_last(region, at)) {
        region->used -= ALIGN + size;
        return region_malloc(region, bytes);
    }
    /* Small blocks (yajl's stack grows by 128 bytes) get room to grow, so that they move seldom. */
    void *moved = region_malloc(region, bytes < 4096 ? 4096 : bytes < 65536 ? bytes * 2 : bytes);
    memcpy(moved, at, size);
    return moved;
}
