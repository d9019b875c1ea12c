/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal items kept once: the strings, records and set masks of a table that is being built. Items
 * lie one after the other in one block and are named by their offset in it; frozen, only the block
 * stays. For data the operator chose (databases, feeds): the hash is not keyed.
 */
#ifndef GEOIP_INTERN_H
#define GEOIP_INTERN_H

#include <stddef.h>
#include <stdint.h>

enum { INTERN_BYTES_MAX = 1 << 30 };

/* All zeroes is an empty one. */
struct intern {
    unsigned char *block;
    uint32_t used, cap;
    struct intern_slot *slots; /* a power of two, at most half of them taken */
    size_t slots_n, taken;
};

/* The offset of an equal item, or of this one copied to the end; items of one block have one
 * length, or end with a byte that is nowhere else in them (strings with their NUL). UINT32_MAX: out
 * of memory, or the block would be longer than INTERN_BYTES_MAX. */
uint32_t intern_put(struct intern *intern, const void *item, size_t len);

/* Nothing is put any more: gives back what only intern_put needs. Moves the block. */
void intern_freeze(struct intern *intern);
void intern_done(struct intern *intern);

size_t intern_bytes(const struct intern *intern);

static inline const void *intern_at(const struct intern *intern, uint32_t offset)
{
    return intern->block + offset;
}

#endif
