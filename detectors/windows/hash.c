/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash after Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and the 128-bit
 * variant of the authors' reference code. One compression loop serves 1-3, 2-4 and case folding.
 * Bytes are read little-endian, so that all machines of a group agree.
 */
#include "detectors/windows/hash.h"

#include <endian.h>
#include <string.h>

#define ONES UINT64_C(0x0101010101010101)

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotl(s->v1, 13) ^ s->v0;
    s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 = rotl(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotl(s->v1, 17) ^ s->v2;
    s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v2 = rotl(s->v2, 32);
}

static struct sip sip_init(const struct hash_key *key)
{
    return (struct sip){
        key->k0 ^ UINT64_C(0x736f6d6570736575), key->k1 ^ UINT64_C(0x646f72616e646f6d),
        key->k0 ^ UINT64_C(0x6c7967656e657261), key->k1 ^ UINT64_C(0x7465646279746573)};
}

static inline void sip_word(struct sip *s, uint64_t word, int rounds)
{
    s->v3 ^= word;
    for (int i = 0; i < rounds; i++)
        sip_round(s);
    s->v0 ^= word;
}

static inline uint64_t sip_end(struct sip *s, int rounds)
{
    for (int i = 0; i < rounds; i++)
        sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* The bytes A to Z of a word in lower case, all others as they are: eight slice_lower at once. */
static uint64_t lower8(uint64_t x)
{
    uint64_t seven = x & 0x7f * ONES;
    uint64_t above_z = seven + (0x7f - 'Z') * ONES, from_a = seven + (0x80 - 'A') * ONES;
    uint64_t upper = ~x & (above_z ^ from_a) & 0x80 * ONES;
    return x | upper >> 2;
}

static inline void sip_bytes(struct sip *s, const unsigned char *p, size_t len, bool fold,
                             int rounds)
{
    uint64_t last = (uint64_t)len << 56, word;
    for (; len >= 8; p += 8, len -= 8) {
        memcpy(&word, p, 8);
        word = le64toh(word);
        sip_word(s, fold ? lower8(word) : word, rounds);
    }
    word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)p[i] << 8 * i;
    sip_word(s, last | (fold ? lower8(word) : word), rounds);
}

struct hash_key hash_key_of(const unsigned char bytes[static 16])
{
    uint64_t k[2];
    memcpy(k, bytes, sizeof k);
    return (struct hash_key){le64toh(k[0]), le64toh(k[1])};
}

static inline uint64_t hash_1_3(const struct hash_key *key, const void *data, size_t len, bool fold)
{
    struct sip s = sip_init(key);
    sip_bytes(&s, data, len, fold, 1);
    s.v2 ^= 0xff;
    return sip_end(&s, 3);
}

uint64_t hash_bytes(const struct hash_key *key, const void *data, size_t len)
{
    return hash_1_3(key, data, len, false);
}

uint64_t hash_slice(const struct hash_key *key, struct slice text)
{
    return hash_1_3(key, text.ptr, text.len, true);
}

/* The same as hash_bytes of the words written little-endian. */
uint64_t hash_words(const struct hash_key *key, const uint64_t *words, size_t n)
{
    struct sip s = sip_init(key);
    for (size_t i = 0; i < n; i++)
        sip_word(&s, words[i], 1);
    sip_word(&s, (uint64_t)n << 59, 1);
    s.v2 ^= 0xff;
    return sip_end(&s, 3);
}

void hash_128(const struct hash_key *key, const void *data, size_t len, uint8_t ret[static 16])
{
    struct sip s = sip_init(key);
    s.v1 ^= 0xee;
    sip_bytes(&s, data, len, false, 2);
    s.v2 ^= 0xee;
    uint64_t low = htole64(sip_end(&s, 4));
    s.v1 ^= 0xdd;
    uint64_t high = htole64(sip_end(&s, 4));
    memcpy(ret, &low, 8);
    memcpy(ret + 8, &high, 8);
}
