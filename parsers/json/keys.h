/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabulary: every JSON key that some parser looks for, interned once when a reader is made.
 * While a document is read each of its keys is looked up here; one that nobody wants gets id 0 and
 * its value is skipped, which is where most of the bytes of a sign-in record go. Immutable after
 * start. Match is ASCII case-insensitive.
 */
#ifndef PARSERS_JSON_KEYS_H
#define PARSERS_JSON_KEYS_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEYS_MAX = 1024, KEYS_SLOTS = 4096 };

struct keys {
    uint16_t slots[KEYS_SLOTS]; /* open addressing; 0 is free */
    struct slice names[KEYS_MAX];
    bool list[KEYS_MAX]; /* a Name/Value list: members of an object in its place are all kept */
    uint16_t n;          /* ids are 1 .. n */
};

/* Adds a name, which must stay, or finds it; 0 when the vocabulary is full. */
uint16_t keys_add(struct keys *keys, struct slice name);

/* A filter, not an identity: the length and the first and last 8 bytes with bit 0x20 set. Two loads
 * instead of a loop over the key; what collides is told apart by the comparison that follows. */
static inline uint32_t keys_hash(const char *p, size_t len)
{
    uint64_t a = 0, b = 0;
    if (len >= 8) {
        memcpy(&a, p, 8);
        memcpy(&b, p + len - 8, 8);
    } else if (len >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + len - 4, 4);
        a = low;
        b = high;
    } else if (len > 0) {
        a = (uint8_t)p[0] | (uint64_t)(uint8_t)p[len / 2] << 8 |
            (uint64_t)(uint8_t)p[len - 1] << 16;
    }
    a |= 0x2020202020202020u;
    b |= 0x2020202020202020u;
    uint64_t h = (a ^ len) * 0x9E3779B97F4A7C15u ^ (b + 0x632BE59BD9B4E019u) * 0xD6E8FEB86659FD93u;
    return (uint32_t)(h >> 32 ^ h >> 13);
}

/* The id of a key, 0 if nobody wants it. Probes end: a quarter of the slots is never filled. */
static inline uint16_t keys_find(const struct keys *keys, const char *p, size_t len)
{
    for (uint32_t i = keys_hash(p, len);; i++) {
        uint16_t id = keys->slots[i % KEYS_SLOTS];
        if (id == 0)
            return 0;
        struct slice name = keys->names[id];
        if (name.len == len &&
            (memcmp(name.ptr, p, len) == 0 || slice_equal_nocase(name, (struct slice){p, len})))
            return id;
    }
}

#endif
