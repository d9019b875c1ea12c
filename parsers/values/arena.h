/* SPDX-License-Identifier: Apache-2.0
 *
 * Scratch memory of one worker: taken from the system once, handed out piece by piece, taken back
 * all at once between batches. Text that a message does not hold as it is needed (unescaped,
 * lower-cased) lives here. One thread at a time; nothing here grows.
 *
 *   bytes |used used used|free free free free|
 *         0              used               capacity
 */
#ifndef PARSERS_VALUES_ARENA_H
#define PARSERS_VALUES_ARENA_H

#include <stddef.h>

struct arena;

/* Takes `bytes` from the system, the only allocation of an arena's life. NULL: out of memory. */
struct arena *arena_new(size_t bytes);
void arena_free(struct arena *arena);

/* Takes everything back: all pointers given so far are void. */
void arena_reset(struct arena *arena);

/* Memory for any type, not cleared, valid until the next reset. NULL when full: the caller asks its
 * sink to flush, or gives the record up. A piece of 0 bytes is a valid pointer that holds nothing.
 */
void *arena_alloc(struct arena *arena, size_t bytes);

/* As arena_alloc without alignment, for text. */
char *arena_text(struct arena *arena, size_t bytes);

/* The largest piece that arena_alloc would still give. */
size_t arena_left(const struct arena *arena);

#endif
