/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON writer: commas, escapes, numbers, and every buffer size from nothing to enough.
 */
#include "plugin/base/json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static char buffer[4096];

static void expect(struct json_out *out, const char *text)
{
    assert_true(json_complete(out));
    assert_int_equal(out->len, strlen(text));
    buffer[out->len] = '\0';
    assert_string_equal(buffer, text);
    *out = json_begin(buffer, sizeof buffer - 1);
}

static void write_document(struct json_out *out)
{
    json_begin_object(out);
    json_member_text(out, "a", "x");
    json_key(out, "list");
    json_begin_array(out);
    json_number_i64(out, -1);
    json_begin_object(out);
    json_end_object(out);
    json_begin_array(out);
    json_end_array(out);
    json_bool(out, true);
    json_null(out);
    json_end_array(out);
    json_member_string(out, "absent", (struct slice){0});
    json_member_text(out, "absent", NULL);
    json_member_bool(out, "b", false);
    json_key(out, "raw");
    json_raw(out, SLICE("{\"k\":1}"));
    json_member_i64(out, "n", 7);
    json_end_object(out);
}
static const char document[] =
    "{\"a\":\"x\",\"list\":[-1,{},[],true,null],\"b\":false,\"raw\":{\"k\":1},\"n\":7}";

static void test_structure(void **state)
{
    (void)state;
    struct json_out out = json_begin(buffer, sizeof buffer - 1);
    write_document(&out);
    expect(&out, document);
    json_begin_array(&out);
    json_end_array(&out);
    json_newline(&out);
    json_number_u64(&out, 1);
    json_newline(&out);
    expect(&out, "[]\n1\n");
}

static void test_every_buffer_size(void **state)
{
    (void)state;
    size_t need = sizeof document - 1;
    for (size_t cap = 0; cap <= need; cap++) {
        char *exact = malloc(cap + 1);
        exact[cap] = 'G';
        struct json_out out = json_begin(exact, cap);
        write_document(&out);
        assert_int_equal(json_complete(&out), cap == need);
        assert_true(out.len <= cap);
        assert_memory_equal(exact, document, out.len);
        assert_int_equal(exact[cap], 'G');
        free(exact);
    }
}

static void test_incomplete(void **state)
{
    (void)state;
    struct json_out out = json_begin(buffer, sizeof buffer);
    assert_false(json_complete(&out));
    json_begin_object(&out);
    assert_false(json_complete(&out));
    json_key(&out, "k");
    assert_false(json_complete(&out));
    out = json_begin(buffer, sizeof buffer);
    for (int i = 0; i < JSON_NESTING_MAX; i++)
        json_begin_array(&out);
    assert_false(out.overflow);
    json_begin_array(&out);
    assert_true(out.overflow);
}

static void expect_text(struct slice text, const char *json)
{
    struct json_out out = json_begin(buffer, sizeof buffer - 1);
    json_string(&out, text);
    expect(&out, json);
}

static void test_strings(void **state)
{
    (void)state;
    expect_text(SLICE(""), "\"\"");
    expect_text((struct slice){0}, "\"\"");
    expect_text(SLICE("plain /'<&>"), "\"plain /'<&>\"");
    expect_text(SLICE("a\"b\\c"), "\"a\\\"b\\\\c\"");
    expect_text(SLICE("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
    expect_text(SLICE("\0a\x01\x1B\x7F"), "\"\\u0000a\\u0001\\u001b\\u007f\"");
    expect_text(SLICE("\xC2\x9B\xC2\x9F\xC2\xA0"), "\"\\u009b\\u009f\xC2\xA0\"");
    expect_text(SLICE("\xE2\x80\xA8\xE2\x80\xA9"), "\"\\u2028\\u2029\"");
    expect_text(SLICE("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
                "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    /* One U+FFFD for each bad byte. */
    expect_text(SLICE("a\xFF"
                      "b\xC0\xAF"),
                "\"a\xEF\xBF\xBD"
                "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
    expect_text(SLICE("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    expect_text(SLICE("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    expect_text(SLICE("\xEF\xBF\xBD"), "\"\xEF\xBF\xBD\"");
}

static void test_integers(void **state)
{
    (void)state;
    struct json_out out = json_begin(buffer, sizeof buffer - 1);
    json_begin_array(&out);
    json_number_i64(&out, 0);
    json_number_i64(&out, INT64_MIN);
    json_number_i64(&out, INT64_MAX);
    json_number_u64(&out, UINT64_MAX);
    json_end_array(&out);
    expect(&out, "[0,-9223372036854775808,9223372036854775807,18446744073709551615]");
}

static void test_doubles(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-2, "-2"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {35.6895, "35.6895"},
        {-139.6917, "-139.6917"},
        {1e21, "1e+21"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123456789012345, "123456789012345"},
        {NAN, "null"},
        {INFINITY, "null"},
        {-INFINITY, "null"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_out out = json_begin(buffer, sizeof buffer - 1);
        json_number_double(&out, rows[i].value);
        expect(&out, rows[i].text);
    }
}

static void test_random_doubles_read_back(void **state)
{
    (void)state;
    uint64_t bits = 0x9E3779B97F4A7C15;
    for (int i = 0; i < 10000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        struct json_out out = json_begin(buffer, sizeof buffer - 1);
        json_number_double(&out, value);
        assert_true(json_complete(&out));
        buffer[out.len] = '\0';
        assert_true(strtod(buffer, NULL) == value);
    }
}

static void test_fixed(void **state)
{
    (void)state;
    static const struct {
        double value;
        unsigned decimals;
        const char *text;
    } rows[] = {
        {0, 2, "0"},
        {1.5, 2, "1.5"},
        {2.0, 2, "2"},
        {1.234, 2, "1.23"},
        {1.236, 2, "1.24"},
        {-1.236, 2, "-1.24"},
        {0.05, 2, "0.05"},
        {0.004, 2, "0"},
        {-0.004, 2, "0"},
        {0.125, 2, "0.13"},
        {-0.125, 2, "-0.13"},
        {9.999, 2, "10"},
        {1234.5678, 0, "1235"},
        {0.000001, 6, "0.000001"},
        {0.0000004, 9, "0"},
        {1e300, 2, "1e+300"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {9551.07, 2, "9551.07"},
        {100.01, 2, "100.01"},
        {-0.5, 0, "-1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_out out = json_begin(buffer, sizeof buffer - 1);
        json_fixed(&out, rows[i].value, rows[i].decimals);
        expect(&out, rows[i].text);
    }
}

/* In a locale made here: few machines have one with a decimal comma, which must not get through. */
static void test_decimal_comma(void **state)
{
    (void)state;
    char folder[] = "/tmp/spoor-locale-XXXXXX", command[128];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(setenv("LOCPATH", folder, 1), 0);
    assert_non_null(setlocale(LC_NUMERIC, "de_DE.UTF-8"));
    assert_string_equal(localeconv()->decimal_point, ",");
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    struct json_out out = json_begin(buffer, sizeof buffer - 1);
    json_number_double(&out, 0.25);
    setlocale(LC_NUMERIC, "C");
    expect(&out, "0.25");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_every_buffer_size),
        cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_random_doubles_read_back),
        cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_decimal_comma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
