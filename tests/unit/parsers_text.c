/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that mean nothing, trimming, lower case, UTF-8 step by step and cutting.
 */
#include "parsers/values/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_null_likes(void **state)
{
    (void)state;
    static const char *const null[] = {
        "",
        "   ",
        "\t\r\n",
        "null",
        "NULL",
        " null ",
        "<null>",
        "none",
        "None",
        "N/A",
        "n/a",
        "NA",
        "-",
        "Not Available",
        "not available",
        "unknown",
        "Unknown",
        "UNDEFINED",
        "(null)",
        "redacted",
        "REDACTED",
        "<IP ADDRESS>",
        "<>",
        "...",
        "$Name$",
        "$UserName$",
        "{}",
        "[]",
        "00000000-0000-0000-0000-000000000000",
    };
    static const char *const values[] = {
        "anna",
        "0",
        "nullable",
        "none of it",
        "--",
        "<a> and <b>",
        "<a",
        "a>",
        "$",
        "$$",
        "$a",
        "$5 or $",
        "unknown user",
        "{ }x",
        "..",
        "00000000-0000-0000-0000-000000000001",
        "N A",
    };
    assert_true(text_is_null((struct slice){0}));
    for (size_t i = 0; i < sizeof null / sizeof *null; i++)
        if (!text_is_null(slice_of(null[i])))
            fail_msg("a value: %s", null[i]);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (text_is_null(slice_of(values[i])))
            fail_msg("taken for nothing: %s", values[i]);
}

static void test_trim(void **state)
{
    (void)state;
    assert_true(slice_equal(text_trim(SLICE(" \t a b\r\n\v\f")), SLICE("a b")));
    assert_true(slice_equal(text_trim(SLICE("ab")), SLICE("ab")));
    struct slice blank = text_trim(SLICE("   "));
    assert_int_equal(blank.len, 0);
    assert_non_null(blank.ptr);
    assert_null(text_trim((struct slice){0}).ptr);
}

static void test_lower(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16);
    struct slice same = SLICE("anna@contoso.com \xC3\x84");
    assert_ptr_equal(text_lower(arena, same).ptr, same.ptr);
    assert_int_equal(arena_left(arena), 16);
    /* Only ASCII changes: A with dots above (C3 84) stays what it was. */
    struct slice lower = text_lower(arena, SLICE("aNNA[Z@\xC3\x84"));
    assert_true(slice_equal(lower, SLICE("anna[z@\xC3\x84")));
    assert_null(text_lower(arena, SLICE("LONGER THAN WHAT IS LEFT")).ptr);
    arena_free(arena);
}

static void expect_steps(struct slice text, const uint32_t *points, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t point = 0;
        size_t length = text_utf8_next(text, &point);
        assert_true(length > 0 && length <= text.len);
        assert_int_equal(point, points[i]);
        text.ptr += length;
        text.len -= length;
    }
    uint32_t point = 7;
    assert_int_equal(text_utf8_next(text, &point), 0);
    assert_int_equal(point, 7);
}
#define STEPS(text, ...)                                                                           \
    expect_steps(SLICE(text), (const uint32_t[]){__VA_ARGS__},                                     \
                 sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void test_utf8(void **state)
{
    (void)state;
    enum { BAD = TEXT_BAD };
    STEPS("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 'a', 0xE9, 0x20AC, 0x1F600);
    STEPS("\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80", 0x10FFFF, 0xD7FF, 0xE000);
    STEPS("\x80z", BAD, 'z');    /* a continuation alone */
    STEPS("\xC0\xAF", BAD, BAD); /* overlong slash */
    STEPS("\xC1\xBF\xE0\x9F\xBF", BAD, BAD, BAD, BAD, BAD);
    STEPS("\xF0\x8F\xBF\xBF", BAD, BAD, BAD, BAD); /* overlong, four bytes */
    STEPS("\xED\xA0\x80", BAD, BAD, BAD);          /* a surrogate */
    STEPS("\xF4\x90\x80\x80", BAD, BAD, BAD, BAD); /* above U+10FFFF */
    STEPS("\xF5\xFF\xFE", BAD, BAD, BAD);
    STEPS("\xE2\x82", BAD, BAD); /* ends too early */
    STEPS("\xE2\x28\xA1", BAD, '(', BAD);
    STEPS("a\0b", 'a', 0, 'b');
}

static void test_cut(void **state)
{
    (void)state;
    struct slice euro = SLICE("ab\xE2\x82\xAC"
                              "c");
    const size_t expected[] = {0, 1, 2, 2, 2, 5, 6, 6};
    for (size_t max = 0; max < 8; max++)
        assert_int_equal(text_cut(euro, max).len, expected[max]);
    struct slice face = SLICE("\xF0\x9F\x98\x80");
    for (size_t max = 0; max < 4; max++)
        assert_int_equal(text_cut(face, max).len, 0);
    assert_int_equal(text_cut(SLICE("\x80\x80\x80\x80\x80"), 3).len, 3);
    assert_int_equal(text_cut(SLICE("\xE2\x82\x28\x28"), 2).len, 2);
}

static void test_deceives(void **state)
{
    (void)state;
    const uint32_t bad[] = {0,      '\n',   0x1B,   0x7F,   0x9B,    0xAD,
                            0x200B, 0x202E, 0x2066, 0xFEFF, TEXT_BAD};
    const uint32_t fine[] = {' ', 'a', '~', 0xA0, 0xE9, 0x2010, 0x3042, 0x1F600};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(text_deceives(bad[i]));
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_false(text_deceives(fine[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_likes), cmocka_unit_test(test_trim),
        cmocka_unit_test(test_lower),      cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_cut),        cmocka_unit_test(test_deceives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
