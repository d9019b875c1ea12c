/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyed hashes. Whoever does not know the secret cannot choose names that collide in our tables or
 * guess finding ids. SipHash (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): 1-3
 * for tables, 2-4 with 128 bits for finding ids. Pure functions, any thread, the same on every
 * machine.
 */
#ifndef DETECTORS_WINDOWS_HASH_H
#define DETECTORS_WINDOWS_HASH_H

#include "parsers/values/slice.h"

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t k0, k1;
};

/* The key from 16 bytes, little-endian. */
struct hash_key hash_key_of(const unsigned char bytes[static 16]);

uint64_t hash_bytes(const struct hash_key *key, const void *data, size_t len);
uint64_t hash_slice(const struct hash_key *key, struct slice text); /* ASCII case folded */

/* Hashes numbers: for keys derived from hashes already made. n is at most 8. */
uint64_t hash_words(const struct hash_key *key, const uint64_t *words, size_t n);

void hash_128(const struct hash_key *key, const void *data, size_t len, uint8_t ret[static 16]);

#endif
