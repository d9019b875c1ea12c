/* SPDX-License-Identifier: Apache-2.0
 *
 * Durations and counts in words of both languages, and phrases that stand for names nobody knows.
 */
#include "detectors/words/wording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S   INT64_C(1000)
#define MIN (60 * S)
#define H   (60 * MIN)

static void expect_span(int64_t ms, const char *en, const char *ja)
{
    char text[SPAN_TEXT_MAX];
    wording_span(ms, text);
    assert_string_equal(text, en);
    wording_span_ja(ms, text);
    assert_string_equal(text, ja);
}

static void test_spans(void **state)
{
    (void)state;
    expect_span(0, "0 s", "0 秒");
    expect_span(119 * S, "119 s", "119 秒");
    expect_span(2 * MIN, "2 min", "2 分");
    expect_span(2 * H - S, "119 min", "119 分");
    expect_span(2 * H, "2 h", "2 時間");
    expect_span(3 * H + 20 * MIN, "3 h 20 min", "3 時間 20 分");
    expect_span(47 * H + 59 * MIN, "47 h 59 min", "47 時間 59 分");
    expect_span(48 * H, "2 d", "2 日");
    expect_span(400 * 24 * H, "400 d", "400 日");
}

static void test_counts(void **state)
{
    (void)state;
    char text[COUNT_TEXT_MAX], title[] = "about 120 attempts", plain[] = "9 attempts";
    struct verdict v = {.fires = true};
    verdict_measure(&v, MEASURE_USERS, 12);
    verdict_measure(&v, MEASURE_ATTEMPTS, 1204);
    verdict_estimate(&v, MEASURE_ATTEMPTS, true);
    verdict_estimate(&v, MEASURE_SPEED, true);
    wording_count(&v, MEASURE_USERS, text);
    assert_string_equal(text, "12");
    wording_count_ja(&v, MEASURE_USERS, text);
    assert_string_equal(text, "12");
    wording_count(&v, MEASURE_ATTEMPTS, text);
    assert_string_equal(text, "about 1204");
    wording_count_ja(&v, MEASURE_ATTEMPTS, text);
    assert_string_equal(text, "約 1204");
    assert_false(verdict_estimated(&v, MEASURE_SPEED));
    wording_capital(title);
    assert_string_equal(title, "About 120 attempts");
    wording_capital(plain);
    assert_string_equal(plain, "9 attempts");
}

static void test_phrases(void **state)
{
    (void)state;
    assert_string_equal(wording_ja("an unknown network"), "不明なネットワーク");
    assert_string_equal(wording_ja("AS64500 Example"), "AS64500 Example");
    assert_string_equal(wording_ja(""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_phrases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
