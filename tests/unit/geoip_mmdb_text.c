/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and coordinates as databases hold them as text.
 */
#include "geoip/mmdb_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_clean(void **state)
{
    (void)state;
    static const char *const good[] = {"", "London", "Linköping", "東京", "\U0001f5fa", "\uFFFD"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(mmdb_text_is_clean(slice_of(good[i])));
    static const char *const bad[] = {
        "a\nb", "\x7f", "\x80", "abc\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(mmdb_text_is_clean(slice_of(bad[i])));
    assert_false(mmdb_text_is_clean((struct slice){"a\0b", 3}));
}

static void test_degrees(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double degrees;
    } good[] = {{"51.5142", 51.5142}, {"-0.0931", -0.0931},    {"0", 0},
                {"180", 180},         {"-.5", -0.5},           {"7.", 7},
                {"001.5", 1.5},       {"1.23456789", 1.234567}};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        double degrees = 99;
        assert_true(mmdb_text_degrees(slice_of(good[i].text), &degrees));
        assert_true(degrees == good[i].degrees);
    }
    static const char *const bad[] = {"",   "-",  ".",   "1e3", "1.2.3",
                                      "+1", " 1", "1,5", "nan", "99999999999999999999"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        double degrees = 99;
        assert_false(mmdb_text_degrees(slice_of(bad[i]), &degrees));
        assert_true(degrees == 99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_degrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
