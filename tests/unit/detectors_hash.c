/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash against published vectors: key 00..0f, message 00, 01, .. of the given length. 1-3: the
 * vectors of Rust's core library (coretests/tests/hash/sip.rs); 2-4-128: those of the reference
 * code (vectors.h), also what `openssl mac -macopt size:16 SIPHASH` prints.
 */
#include "detectors/windows/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const unsigned char key_bytes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void fill(unsigned char *message, size_t n)
{
    for (size_t i = 0; i < n; i++)
        message[i] = (unsigned char)i;
}

static void siphash_1_3(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        uint64_t hash;
    } vectors[] = {{0, 0xabac0158050fc4dc},  {1, 0xc9f49bf37d57ca93},  {4, 0xcf75576088d38328},
                   {7, 0xd3927d989bb11140},  {8, 0x369095118d299a8e},  {9, 0x25a48eb36c063de4},
                   {15, 0xd320d86d2a519956}, {16, 0xcc4fdd1a7d908b66}, {63, 0x9d199062b7bbb3a8}};
    struct hash_key key = hash_key_of(key_bytes);
    unsigned char message[64];
    fill(message, sizeof message);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_int_equal(hash_bytes(&key, message, vectors[i].len), vectors[i].hash);
}

static void siphash_2_4_128(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        uint8_t hash[16];
    } vectors[] = {{0,
                    {0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7,
                     0x55, 0x02, 0x93}},
                   {1,
                    {0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b,
                     0x22, 0xfc, 0x45}},
                   {7,
                    {0xa1, 0xf1, 0xeb, 0xbe, 0xd8, 0xdb, 0xc1, 0x53, 0xc0, 0xb8, 0x4a, 0xa6, 0x1f,
                     0xf0, 0x82, 0x39}},
                   {8,
                    {0x3b, 0x62, 0xa9, 0xba, 0x62, 0x58, 0xf5, 0x61, 0x0f, 0x83, 0xe2, 0x64, 0xf3,
                     0x14, 0x97, 0xb4}},
                   {15,
                    {0x54, 0x93, 0xe9, 0x99, 0x33, 0xb0, 0xa8, 0x11, 0x7e, 0x08, 0xec, 0x0f, 0x97,
                     0xcf, 0xc3, 0xd9}}};
    struct hash_key key = hash_key_of(key_bytes);
    unsigned char message[16];
    uint8_t hash[16];
    fill(message, sizeof message);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        hash_128(&key, message, vectors[i].len, hash);
        assert_memory_equal(hash, vectors[i].hash, 16);
    }
}

/* Folding by eights equals slice_lower byte by byte, for every byte at every position. */
static void slices_fold_case(void **state)
{
    (void)state;
    struct hash_key key = hash_key_of(key_bytes);
    char text[19], lower[19];
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < sizeof text; at++) {
            for (size_t i = 0; i < sizeof text; i++)
                text[i] = (char)(i == at ? byte : 'Q' + i);
            for (size_t i = 0; i < sizeof text; i++)
                lower[i] = slice_lower(text[i]);
            assert_int_equal(hash_slice(&key, (struct slice){text, sizeof text}),
                             hash_bytes(&key, lower, sizeof lower));
        }
    }
    assert_int_equal(hash_slice(&key, (struct slice){0}), hash_bytes(&key, "", 0));
    assert_int_not_equal(hash_slice(&key, SLICE("a")), hash_slice(&key, SLICE("b")));
}

static void words_are_bytes(void **state)
{
    (void)state;
    struct hash_key key = hash_key_of(key_bytes);
    unsigned char message[64];
    fill(message, sizeof message);
    uint64_t words[8];
    for (unsigned n = 0; n <= 8; n++) {
        for (unsigned i = 0; i < n; i++) {
            words[i] = 0;
            for (unsigned b = 0; b < 8; b++)
                words[i] |= (uint64_t)message[8 * i + b] << 8 * b;
        }
        assert_int_equal(hash_words(&key, words, n), hash_bytes(&key, message, 8 * n));
    }
}

static void keys_matter(void **state)
{
    (void)state;
    struct hash_key a = hash_key_of(key_bytes), b = a;
    b.k1 ^= 1;
    assert_int_equal(a.k0, 0x0706050403020100);
    assert_int_not_equal(hash_bytes(&a, "x", 1), hash_bytes(&b, "x", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(siphash_1_3),      cmocka_unit_test(siphash_2_4_128),
        cmocka_unit_test(slices_fold_case), cmocka_unit_test(words_are_bytes),
        cmocka_unit_test(keys_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
