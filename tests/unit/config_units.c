/* SPDX-License-Identifier: Apache-2.0
 *
 * units: what is read, what is refused, and that what is written reads back the same.
 */
#include "config/units.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void reads_whole(void **state)
{
    (void)state;
    static const struct {
        enum unit_kind kind;
        const char *text;
        int64_t value;
    } cases[] = {
        {UNIT_COUNT, "0", 0},
        {UNIT_COUNT, "12", 12},
        {UNIT_COUNT, "64k", 64000},
        {UNIT_COUNT, "1M", 1000000},
        {UNIT_COUNT, "1.5M", 1500000},
        {UNIT_COUNT, "007", 7},
        {UNIT_COUNT, "9223372036854775807", INT64_MAX},
        {UNIT_DURATION, "0", 0},
        {UNIT_DURATION, "100ms", 100},
        {UNIT_DURATION, "30s", 30000},
        {UNIT_DURATION, "15m", 900000},
        {UNIT_DURATION, "15 m", 900000},
        {UNIT_DURATION, "1.5h", 5400000},
        {UNIT_DURATION, "24h", 86400000},
        {UNIT_DURATION, "14d", 1209600000},
        {UNIT_BYTES, "512", 512},
        {UNIT_BYTES, "64KiB", 65536},
        {UNIT_BYTES, "64MiB", 67108864},
        {UNIT_BYTES, "1GiB", 1073741824},
        {UNIT_BYTES, "0.5KiB", 512},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = -1;
        assert_int_equal(units_read_whole(cases[i].kind, cases[i].text, &value), 0);
        assert_int_equal(value, cases[i].value);
    }
}

static void reads_real(void **state)
{
    (void)state;
    static const struct {
        enum unit_kind kind;
        const char *text;
        double value;
    } cases[] = {
        {UNIT_NUMBER, "12", 12},          {UNIT_NUMBER, "1.5", 1.5},
        {UNIT_NUMBER, "-0.1", -0.1},      {UNIT_DISTANCE, "500km", 500},
        {UNIT_DISTANCE, "0.25 km", 0.25}, {UNIT_DISTANCE, "0", 0},
        {UNIT_SPEED, "1000km/h", 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = -1;
        assert_int_equal(units_read_real(cases[i].kind, cases[i].text, &value), 0);
        assert_true(value == cases[i].value);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        enum unit_kind kind;
        const char *text;
        int error;
    } cases[] = {
        {UNIT_COUNT, "", -EINVAL},
        {UNIT_COUNT, "k", -EINVAL},
        {UNIT_COUNT, "-1", -EINVAL},
        {UNIT_COUNT, "+1", -EINVAL},
        {UNIT_COUNT, "1K", -EINVAL},
        {UNIT_COUNT, "0x10", -EINVAL},
        {UNIT_COUNT, "1e3", -EINVAL},
        {UNIT_COUNT, "1.5", -EINVAL},
        {UNIT_COUNT, "1,000", -EINVAL},
        {UNIT_COUNT, "1.", -EINVAL},
        {UNIT_COUNT, ".5k", -EINVAL},
        {UNIT_COUNT, "1.2.3", -EINVAL},
        {UNIT_COUNT, " 1", -EINVAL},
        {UNIT_COUNT, "1k ", -EINVAL},
        {UNIT_DURATION, "15", -EINVAL},
        {UNIT_DURATION, "0.5ms", -EINVAL},
        {UNIT_DURATION, "15min", -EINVAL},
        {UNIT_DURATION, "1h30m", -EINVAL},
        {UNIT_DURATION, "14D", -EINVAL},
        {UNIT_BYTES, "64MB", -EINVAL},
        {UNIT_BYTES, "64mib", -EINVAL},
        {UNIT_DISTANCE, "500", -EINVAL},
        {UNIT_DISTANCE, "500m", -EINVAL},
        {UNIT_DISTANCE, "-1km", -EINVAL},
        {UNIT_SPEED, "1000km", -EINVAL},
        {UNIT_SPEED, "1000kmh", -EINVAL},
        {UNIT_NUMBER, "nan", -EINVAL},
        {UNIT_NUMBER, "inf", -EINVAL},
        {UNIT_NUMBER, "-", -EINVAL},
        {UNIT_NUMBER, "1 2", -EINVAL},
        {UNIT_COUNT, "9223372036854775808", -ERANGE},
        {UNIT_COUNT, "9223372036854775807k", -ERANGE},
        {UNIT_COUNT, "10000000000000M", -ERANGE},
        {UNIT_BYTES, "8589934592GiB", -ERANGE},
        {UNIT_NUMBER, "0.0000000000000001", -ERANGE},
        {UNIT_NUMBER, "99999999999999999999", -ERANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t whole = 77;
        double real = 77;
        const enum unit_kind kind = cases[i].kind;
        const bool is_real = kind == UNIT_NUMBER || kind == UNIT_DISTANCE || kind == UNIT_SPEED;
        const int error = is_real ? units_read_real(kind, cases[i].text, &real)
                                  : units_read_whole(kind, cases[i].text, &whole);
        if (error != cases[i].error)
            fail_msg("\"%s\": %d, expected %d", cases[i].text, error, cases[i].error);
        assert_int_equal(whole, 77); /* outputs are untouched */
        assert_true(real == 77);
    }
}

static void writes_largest_unit(void **state)
{
    (void)state;
    static const struct {
        enum unit_kind kind;
        double value;
        const char *text;
    } cases[] = {
        {UNIT_COUNT, 0, "0"},
        {UNIT_COUNT, 64000, "64k"},
        {UNIT_COUNT, 1500, "1500"},
        {UNIT_COUNT, 1e6, "1M"},
        {UNIT_DURATION, 0, "0ms"},
        {UNIT_DURATION, 5400000, "90m"},
        {UNIT_DURATION, 1001, "1001ms"},
        {UNIT_DURATION, 86400000, "1d"},
        {UNIT_BYTES, 65536, "64KiB"},
        {UNIT_BYTES, 1000, "1000"},
        {UNIT_DISTANCE, 500, "500km"},
        {UNIT_DISTANCE, 0.5, "0.5km"},
        {UNIT_SPEED, 1000, "1000km/h"},
        {UNIT_NUMBER, -1.25, "-1.25"},
        {UNIT_NUMBER, 100, "100"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        units_format(cases[i].kind, cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    char tiny[4];
    units_format(UNIT_DISTANCE, 123456, tiny, sizeof tiny);
    assert_string_equal(tiny, "123"); /* cut, never overrun */
}

static void written_reads_back(void **state)
{
    (void)state;
    static const enum unit_kind wholes[] = {UNIT_COUNT, UNIT_DURATION, UNIT_BYTES};
    uint64_t seed = 1;
    for (int i = 0; i < 30000; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const int64_t value = (int64_t)((seed >> 11) >> (i % 53)) * (i % 3 == 0 ? 1000 : 1);
        if (value > INT64_C(1) << 53)
            continue;
        int64_t back = -1;
        char text[64];
        units_format(wholes[i % 3], (double)value, text, sizeof text);
        assert_int_equal(units_read_whole(wholes[i % 3], text, &back), 0);
        assert_int_equal(back, value);
    }
}

static void every_form_is_an_example(void **state)
{
    (void)state;
    assert_non_null(strstr(units_form(UNIT_DURATION), "15m"));
    assert_non_null(strstr(units_form(UNIT_BYTES), "64KiB"));
    assert_non_null(strstr(units_form(UNIT_DISTANCE), "500km"));
    assert_non_null(strstr(units_form(UNIT_SPEED), "1000km/h"));
    assert_non_null(strstr(units_form(UNIT_COUNT), "64k"));
    assert_non_null(strstr(units_form(UNIT_NUMBER), "1.5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole),
        cmocka_unit_test(reads_real),
        cmocka_unit_test(refuses),
        cmocka_unit_test(writes_largest_unit),
        cmocka_unit_test(written_reads_back),
        cmocka_unit_test(every_form_is_an_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
