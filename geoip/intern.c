/* SPDX-License-Identifier: Apache-2.0
 *
 * A block of items and, while it grows, an open-addressed hash table of their offsets. Used before
 * the first event only, by the thread that builds.
 */
#include "geoip/intern.h"

#include "geoip/settle.h"

#include <stdlib.h>
#include <string.h>

struct intern_slot {
    uint32_t hash, offset_plus_1; /* 0: free */
};

/* Multiply and fold, eight bytes at a time. */
static uint32_t hash_of(const unsigned char *item, size_t len)
{
    uint64_t hash = len;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t part = 0;
        memcpy(&part, item + i, len - i < 8 ? len - i : 8);
        hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void place(struct intern_slot *slots, size_t n, struct intern_slot slot)
{
    size_t i = slot.hash & (n - 1);
    while (slots[i].offset_plus_1)
        i = (i + 1) & (n - 1);
    slots[i] = slot;
}

/* Keeps at least half of the slots free, so that every probe ends. */
static int grow_slots(struct intern *intern)
{
    if (intern->taken * 2 < intern->slots_n)
        return 0;
    size_t n = intern->slots_n ? intern->slots_n * 2 : 64;
    struct intern_slot *slots = calloc(n, sizeof(*slots));
    if (!slots)
        return -1;
    for (size_t i = 0; i < intern->slots_n; i++)
        if (intern->slots[i].offset_plus_1)
            place(slots, n, intern->slots[i]);
    free(intern->slots);
    intern->slots = slots;
    intern->slots_n = n;
    return 0;
}

static int grow_block(struct intern *intern, size_t len)
{
    if (len > INTERN_BYTES_MAX || intern->used > INTERN_BYTES_MAX - len)
        return -1;
    if (intern->used + len <= intern->cap)
        return 0;
    size_t cap = intern->cap ? intern->cap : 4096;
    while (cap < intern->used + len)
        cap *= 2;
    unsigned char *block = realloc(intern->block, cap);
    if (!block)
        return -1;
    intern->block = block;
    intern->cap = (uint32_t)cap;
    return 0;
}

uint32_t intern_put(struct intern *intern, const void *item, size_t len)
{
    if (grow_slots(intern) || grow_block(intern, len))
        return UINT32_MAX;
    uint32_t hash = hash_of(item, len);
    for (size_t i = hash & (intern->slots_n - 1);; i = (i + 1) & (intern->slots_n - 1)) {
        struct intern_slot *slot = &intern->slots[i];
        if (!slot->offset_plus_1) {
            *slot = (struct intern_slot){hash, intern->used + 1};
            break;
        }
        uint32_t offset = slot->offset_plus_1 - 1;
        if (slot->hash == hash && intern->used - offset >= len &&
            memcmp(intern->block + offset, item, len) == 0)
            return offset;
    }
    uint32_t offset = intern->used;
    memcpy(intern->block + offset, item, len);
    intern->used += (uint32_t)len;
    intern->taken++;
    return offset;
}

void intern_freeze(struct intern *intern)
{
    free(intern->slots);
    intern->slots = NULL;
    intern->slots_n = 0;
    intern->block = settle(intern->block, intern->used);
    intern->cap = (uint32_t)settled_bytes(intern->used);
}

void intern_done(struct intern *intern)
{
    free(intern->slots);
    free(intern->block);
    *intern = (struct intern){0};
}

size_t intern_bytes(const struct intern *intern)
{
    return intern->cap + intern->slots_n * sizeof(struct intern_slot);
}
