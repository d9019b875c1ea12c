/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows <-> bytes: round trips, the format itself, and every truncation and bit flip.
 */
#include "detectors/windows/codec.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 21 };

static void the_format(void **state)
{
    (void)state;
    uint8_t key[CODEC_KEY_BYTES], value[CODEC_VALUE_BYTES(3)];
    codec_key_write(&(struct codec_key){7, 2, 0x8001, 0x0102030405060708}, key);
    assert_memory_equal(key, "\7\2\1\x80\x8\7\6\5\4\3\2\1", sizeof key);
    struct codec_head head = {CODEC_PROMOTED, 0x1234, 0xa1b2c3d4, 29583333};
    size_t n = codec_value_write(&head, (uint64_t[3]){0, 0xff, 0}, 3, value);
    assert_int_equal(n, 12 + 1 + 8);
    assert_memory_equal(value, "\1\1\x34\x12\xd4\xc3\xb2\xa1\xe5\x67\xc3\1\2\xff\0\0\0\0\0\0\0", n);
}

static void round_trip(void **state)
{
    (void)state;
    uint64_t seed = 1, words[WORDS], back[WORDS];
    uint8_t value[CODEC_VALUE_BYTES(WORDS)];
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < WORDS; i++)
            words[i] = random_below(&seed, 2) ? random_next(&seed) : 0;
        struct codec_head head = {(uint8_t)round, (uint16_t)random_next(&seed),
                                  (uint32_t)random_next(&seed), 5},
                          got;
        size_t n = codec_value_write(&head, words, WORDS, value);
        assert_true(codec_value_read(value, n, WORDS, &got, back));
        assert_memory_equal(words, back, sizeof words);
        assert_true(got.flags == head.flags && got.fingerprint == head.fingerprint &&
                    got.writer == head.writer && got.minute == 5);
    }
    struct codec_key key = {3, 4, 5, UINT64_MAX - 6}, key_back;
    uint8_t bytes[CODEC_KEY_BYTES];
    codec_key_write(&key, bytes);
    assert_true(codec_key_read(bytes, sizeof bytes, &key_back));
    assert_true(key_back.table == 3 && key_back.version == 4 && key_back.part == 5 &&
                key_back.key == UINT64_MAX - 6);
    for (size_t n = 0; n < 20; n++)
        assert_int_equal(codec_key_read(bytes, n, &key_back), n == sizeof bytes);
}

/* Reading accepts only what writing makes: whatever is accepted is written back to the same bytes.
 */
static void damage(void **state)
{
    (void)state;
    uint64_t seed = 2, words[WORDS], back[WORDS];
    uint8_t value[CODEC_VALUE_BYTES(WORDS) + 1], again[CODEC_VALUE_BYTES(WORDS)];
    struct codec_head head = {0, 1, 2, 3}, got;
    for (size_t i = 0; i < WORDS; i++)
        words[i] = i % 3 ? random_next(&seed) : 0;
    size_t n = codec_value_write(&head, words, WORDS, value), refused = 0;
    for (size_t cut = 0; cut < n; cut++)
        assert_false(codec_value_read(value, cut, WORDS, &got, back));
    assert_false(codec_value_read(NULL, 0, WORDS, &got, back));
    value[n] = 0;
    assert_false(codec_value_read(value, n + 1, WORDS, &got, back));
    assert_false(codec_value_read(value, n, WORDS + 8, &got, back));
    for (size_t bit = 0; bit < 8 * n; bit++) {
        value[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (!codec_value_read(value, n, WORDS, &got, back))
            refused++;
        else
            assert_true(codec_value_write(&got, back, WORDS, again) == n &&
                        memcmp(value, again, n) == 0);
        value[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(refused, 8 + 24); /* the version, the bitmap */
}

static void zero_words_are_refused(void **state)
{
    (void)state;
    uint8_t value[CODEC_VALUE_BYTES(1)];
    struct codec_head head = {0}, got;
    uint64_t word = 1;
    size_t n = codec_value_write(&head, &word, 1, value);
    value[n - 8] = 0;
    word = 42;
    assert_false(codec_value_read(value, n, 1, &got, &word));
    assert_int_equal(word, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(damage),
        cmocka_unit_test(zero_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
