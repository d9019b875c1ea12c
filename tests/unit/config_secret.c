/* SPDX-License-Identifier: Apache-2.0
 *
 * secret: where it is read from, what is refused, and that the key of a secret never changes.
 */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_NAME "build/test_config_secret"

static struct config *config_of(const char *text)
{
    struct diag *diag = diag_new();
    struct config *config = config_read_text("f", text, strlen(text), NULL, 0, diag);
    assert_non_null(config);
    assert_int_equal(diag_errors(diag), 0);
    diag_free(diag);
    return config;
}

static void write_file(const void *bytes, size_t len)
{
    FILE *file = fopen(FILE_NAME, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* The key of a secret file with these bytes. */
static void key_of(const void *bytes, size_t len, unsigned char key[static 16])
{
    write_file(bytes, len);
    struct config *config = config_of("secret: {file: " FILE_NAME "}");
    struct diag *diag = diag_new();
    memset(key, 0, 16);
    assert_true(config_secret(config, key, diag));
    assert_int_equal(diag_errors(diag), 0);
    diag_free(diag);
    config_free(config);
}

/* Refused with this text in the message, with the key untouched. */
static void refused(const char *yaml, const char *expected)
{
    struct config *config = config_of(yaml);
    struct diag *diag = diag_new();
    unsigned char key[16], before[16];
    memset(key, 0x5a, sizeof key);
    memcpy(before, key, sizeof key);
    assert_false(config_secret(config, key, diag));
    assert_memory_equal(key, before, sizeof key);
    char *text = diag_render(diag);
    if (diag_errors(diag) != 1 || !strstr(text, expected) || !strstr(text, "f:1:"))
        fail_msg("%s", text);
    assert_null(strstr(text, "hunter2"));
    free(text);
    diag_free(diag);
    config_free(config);
}

static void key_is_frozen(void **state)
{
    (void)state;
    /* Changing these makes every published window unreadable: see derive(). */
    static const unsigned char expected[16] = {0x84, 0xbc, 0xcd, 0x7f, 0x85, 0x2d, 0x73, 0x0a,
                                               0x73, 0x65, 0x6e, 0xb3, 0xe6, 0x40, 0xa4, 0xae};
    unsigned char key[16];
    key_of("0123456789abcdef", 16, key);
    assert_memory_equal(key, expected, 16);
}

static void file_and_variable_agree(void **state)
{
    (void)state;
    unsigned char a[16], b[16];
    key_of("correct horse battery\r\n\n", 24, a);
    assert_int_equal(setenv("SPOOR_TEST_SECRET", "correct horse battery", 1), 0);
    struct config *config = config_of("secret: {env: SPOOR_TEST_SECRET}");
    struct diag *diag = diag_new();
    assert_true(config_secret(config, b, diag));
    assert_memory_equal(a, b, 16);
    diag_free(diag);
    config_free(config);
}

/* Each bit of a secret must change about half of the 64 bits of each half of the key. */
static void every_bit_counts(void **state)
{
    (void)state;
    unsigned char secret[37], key[16], other[16];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (unsigned char)(i * 7 + 65);
    key_of(secret, sizeof secret, key);
    for (size_t bit = 0; bit < sizeof secret * 8; bit++) {
        secret[bit / 8] ^= (unsigned char)(1U << bit % 8);
        key_of(secret, sizeof secret, other);
        secret[bit / 8] ^= (unsigned char)(1U << bit % 8);
        for (int half = 0; half < 2; half++) {
            int changed = 0;
            for (int i = half * 8; i < half * 8 + 8; i++)
                changed += __builtin_popcount((unsigned)(key[i] ^ other[i]));
            assert_in_range(changed, 14, 50);
        }
    }
}

static void padding_is_not_data(void **state)
{
    (void)state;
    unsigned char a[16], b[16];
    key_of("0123456789abcdefg", 17, a);
    key_of("0123456789abcdefg\0", 18, b);
    assert_memory_not_equal(a, b, 16);
}

static void refuses_what_is_missing_or_weak(void **state)
{
    (void)state;
    unlink(FILE_NAME);
    refused("secret: {file: " FILE_NAME "}", "No such file");
    refused("secret: {file: /}", "cannot read secret file");
    write_file("hunter2\n", 8);
    refused("secret: {file: " FILE_NAME "}", "has 7 bytes; expected at least 16");
    write_file("hunter2hunter22\n\n\n", 18);
    refused("secret: {file: " FILE_NAME "}", "has 15 bytes");
    write_file("\n\r\n", 3);
    refused("secret: {file: " FILE_NAME "}", "is empty");
    char *large = calloc(1, 65537);
    write_file(large, 65537);
    free(large);
    refused("secret: {file: " FILE_NAME "}", "larger than 65536");
    unsetenv("SPOOR_TEST_SECRET");
    refused("secret: {env: SPOOR_TEST_SECRET}", "is not set");
    setenv("SPOOR_TEST_SECRET", "hunter2", 1);
    refused("secret: {env: SPOOR_TEST_SECRET}", "at least 16");
    unlink(FILE_NAME);
}

static void none_is_no_error(void **state)
{
    (void)state;
    struct config *config = config_of("secret:\n");
    struct diag *diag = diag_new();
    unsigned char key[16];
    assert_false(config_secret(config, key, diag));
    assert_int_equal(diag_errors(diag), 0);
    diag_free(diag);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_frozen),    cmocka_unit_test(file_and_variable_agree),
        cmocka_unit_test(every_bit_counts), cmocka_unit_test(padding_is_not_data),
        cmocka_unit_test(none_is_no_error), cmocka_unit_test(refuses_what_is_missing_or_weak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
