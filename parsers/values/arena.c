/* SPDX-License-Identifier: Apache-2.0
 *
 * The bump allocator of a worker: one block, one offset. When it is full it says so and stays as it
 * is; flushing or giving up is the caller's decision.
 */
#include "parsers/values/arena.h"

#include <stdint.h>
#include <stdlib.h>

struct arena {
    size_t used, capacity;
    _Alignas(max_align_t) char bytes[];
};

enum { ALIGN = _Alignof(max_align_t) };

struct arena *arena_new(size_t bytes)
{
    if (bytes > SIZE_MAX - sizeof(struct arena))
        return NULL;
    struct arena *arena = malloc(sizeof *arena + bytes);
    if (arena)
        *arena = (struct arena){.capacity = bytes};
    return arena;
}

void arena_free(struct arena *arena)
{
    free(arena);
}

void arena_reset(struct arena *arena)
{
    arena->used = 0;
}

/* Bytes to skip so that the next piece suits any type; may reach past the end. */
static size_t padding(const struct arena *arena)
{
    return -arena->used & (ALIGN - 1);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t skip = padding(arena), left = arena->capacity - arena->used;
    if (skip > left || bytes > left - skip)
        return NULL;
    char *piece = arena->bytes + arena->used + skip;
    arena->used += skip + bytes;
    return piece;
}

char *arena_text(struct arena *arena, size_t bytes)
{
    if (bytes > arena->capacity - arena->used)
        return NULL;
    char *piece = arena->bytes + arena->used;
    arena->used += bytes;
    return piece;
}

size_t arena_left(const struct arena *arena)
{
    size_t skip = padding(arena), left = arena->capacity - arena->used;
    return skip < left ? left - skip : 0;
}
