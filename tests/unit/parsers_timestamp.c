/* SPDX-License-Identifier: Apache-2.0
 *
 * Times: every form of the specification, what must be refused, years of syslog, and 10,000 random
 * times each way against the C library's calendar.
 */
#include "parsers/values/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#define BASE INT64_C(1741064767000) /* 2025-03-04T05:06:07Z */

static const struct {
    const char *text;
    int64_t ms;
} good[] = {
    {"2025-03-04T05:06:07Z", BASE},
    {"2025-03-04T05:06:07.1Z", BASE + 100},
    {"2025-03-04T05:06:07.12Z", BASE + 120},
    {"2025-03-04T05:06:07.123Z", BASE + 123},
    {"2025-03-04T05:06:07.1239Z", BASE + 123},
    {"2025-03-04T05:06:07.1234567Z", BASE + 123},
    {"2025-03-04T05:06:07.123456789Z", BASE + 123},
    {"2025-03-04T05:06:07.999999999Z", BASE + 999},
    {"2025-03-04T05:06:07+00:00", BASE},
    {"2025-03-04T07:06:07+0200", BASE},
    {"2025-03-03T23:36:07-05:30", BASE},
    {"2025-03-04T19:06:07.5+14:00", BASE + 500},
    {"2025-03-04t05:06:07z", BASE},
    {"2025-03-04T05:06:07", BASE},
    {"2025-03-04 05:06:07", BASE},
    {"2025-03-04 05:06:07.123456789", BASE + 123},
    {"2025-03-04 05:06:07 UTC", BASE},
    {"2025-03-04 05:06:07 GMT", BASE},
    {"2025-03-04 05:06:07 utc", BASE},
    {"2025-03-04 05:06:07.25 +00:00", BASE + 250},
    {"2025-03-04 07:06:07 +02:00", BASE},
    {" 2025-03-04T05:06:07Z\r\n", BASE},
    {"3/4/2025 5:06:07 AM", BASE},
    {"3/4/2025, 5:06:07.123 AM", BASE + 123},
    {"03/04/2025 05:06:07", BASE},
    {"03/04/2025 05:06:07 AM", BASE},
    {"3/4/2025 5:06:07 am", BASE},
    {"3/4/2025 7:06:07 AM +02:00", BASE},
    {"3/4/2025 5:06:07 UTC", BASE},
    {"3/4/2025 5:06:07 PM", BASE + 43200000},
    {"03/04/2025 17:06:07", BASE + 43200000},
    {"3/4/2025 12:06:07 AM", BASE - 18000000},
    {"3/4/2025 12:06:07 PM", BASE + 25200000},
    {"Tue, 4 Mar 2025, 05:06:07 UTC", BASE},
    {"Tue, 04 Mar 2025 05:06:07 +0000", BASE},
    {"4 Mar 2025 05:06:07", BASE},
    {"04 Mar 2025 07:06:07.5 +02:00", BASE + 500},
    {"1741064767", BASE},
    {"1741064767.123", BASE + 123},
    {"1741064767.123999", BASE + 123},
    {"1741064767.1", BASE + 100},
    {"1741064767123", BASE + 123},
    {"1741064767123.9", BASE + 123},
    {"1741064767123456", BASE + 123},
    {"1741064767123456789", BASE + 123},
    {"1.741064767123E9", BASE + 123},
    {"1.741064767123e+12", BASE + 123},
    {"1741064767E0", BASE},
    {"Mar 04 2025 05:06:07", BASE},
    {"Mar  4 2025 05:06:07", BASE},
    {"mar 4 2025 05:06:07.123", BASE + 123},
    {"Mar 04 2025 05:06:07.123 UTC", BASE + 123},
    {"Mar 04 2025 07:06:07 +0200", BASE},
    {"Tue Mar  4 05:06:07 2025", BASE},
    {"Tue Mar 04 05:06:07 UTC 2025", BASE},
    {"2000-01-01T00:00:00Z", INT64_C(946684800000)},
    {"2100-12-31T23:59:59.999Z", INT64_C(4133980799999)},
    {"1999-12-31T23:00:00-01:00", INT64_C(946684800000)},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
    {"2000-02-29T00:00:00Z", INT64_C(951782400000)},
    {"2016-12-31T23:59:60Z", INT64_C(1483228799999)},
    {"2016-12-31T23:59:60.5Z", INT64_C(1483228799999)},
};

static const char *const bad[] = {
    "",
    " ",
    "T",
    "null",
    "2025",
    "20250304",
    "2025-03-04",
    "2025-03-04T",
    "2025-03-04T05:06Z",
    "2025-03-04T05:06:07X",
    "2025-03-04T05:06:07 CET",
    "2025-03-04T05:06:07UTC",
    "2025-03-04T05:06:07 EST",
    "2025-03-04T05:06:07.Z",
    "2025-03-04T05:06:07.1234567890Z",
    "2025-03-04T05:06:07Z ago",
    "2025-03-04T05:06:07ZZ",
    "2025-03-04T05:06:07+2:00",
    "2025-03-04T05:06:07+02",
    "2025-03-04T05:06:07+02:60",
    "2025-03-04T05:06:07+14:01",
    "2025-03-04T05:06:07-15:00",
    "2025-3-4T05:06:07Z",
    "2025-03-04T5:06:07Z",
    "2025-00-04T05:06:07Z",
    "2025-13-04T05:06:07Z",
    "2025-03-00T05:06:07Z",
    "2025-03-32T05:06:07Z",
    "2025-02-29T05:06:07Z",
    "2100-02-29T05:06:07Z",
    "2025-04-31T05:06:07Z",
    "2025-03-04T24:00:00Z",
    "2025-03-04T05:60:07Z",
    "2025-03-04T05:06:61Z",
    "2025-03-04T05:06.5Z",
    "2025-W10-2T05:06:07Z",
    "-2025-03-04T05:06:07Z",
    "+2025-03-04T05:06:07Z",
    "12025-03-04T05:06:07Z",
    "0001-01-01T00:00:00",
    "1601-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "1999-12-31T23:59:59.999Z",
    "2000-01-01T00:30:00+01:00",
    "2101-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0",
    "-1",
    "-1741064767",
    "946684799",
    "946684799999.9",
    "4133980800",
    "4133980800000",
    "1741064767.",
    ".5",
    "1741064767.1.2",
    "1741064767x",
    "1E8",
    "1e",
    "1e-3",
    "1741064767e99",
    "99999999999999999999",
    "18446744073709551616",
    "9223372036854775807",
    "1 741 064 767",
    "0x67c68a7f",
    "13/4/2025 5:06:07 AM",
    "3/4/2025,5:06:07 AM",
    "3/4/2025,, 5:06:07 AM",
    "3/4/25 5:06:07 AM",
    "3/4/2025 0:06:07 AM",
    "3/4/2025 13:06:07 PM",
    "3/4/2025 5:06:07 XM",
    "3/4/2025",
    "3/4/2025 5:06 AM",
    "3/4/2025 5:06:07 AM EST",
    "4.3.2025 05:06:07",
    "Mar 04 05:06:07",
    "Mar 04 2025",
    "Foo 04 2025 05:06:07",
    "Mar 32 2025 05:06:07",
    "Mar 04 2025 05:06:07 CET",
    "Tue Mar  4 05:06:07 CET 2025",
    "Xyz Mar  4 05:06:07 2025",
    "Tue Mar  4 05:06:07",
    "Tue Mar  4 05:06:07 25",
    "Z",
    "UTC",
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t ms = -7;
        timestamp_parse(slice_of(good[i].text), &ms);
        if (ms != good[i].ms)
            fail_msg("'%s' gives %lld, not %lld", good[i].text, (long long)ms,
                     (long long)good[i].ms);
    }
}

static void test_bad(void **state)
{
    (void)state;
    int64_t ms = -7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (timestamp_parse(slice_of(bad[i]), &ms) || ms != -7)
            fail_msg("accepted: '%s' as %lld", bad[i], (long long)ms);
    assert_false(timestamp_parse((struct slice){0}, &ms));
    assert_false(timestamp_parse_epoch((struct slice){0}, &ms));
    assert_false(timestamp_parse_epoch(SLICE("2025-03-04T05:06:07Z"), &ms));
}

/* No beginning of a good text may read as another time, except where that is one too. */
static void test_truncated(void **state)
{
    (void)state;
    static const char text[] = "2025-03-04T05:06:07.123456+02:00";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        int64_t ms;
        bool whole = n == 19 || (n >= 21 && n <= 26);
        assert_int_equal(timestamp_parse((struct slice){text, n}, &ms), whole);
    }
}

static void test_zone_beside(void **state)
{
    (void)state;
    static const struct {
        const char *text, *zone;
        int64_t ms; /* -1: unreadable */
    } rows[] = {
        {"Mar 04 2025 05:06:07", "", BASE},
        {"Mar 04 2025 05:06:07", "UTC", BASE},
        {"Mar 04 2025 07:06:07", " +02:00 ", BASE},
        {"Mar 04 2025 00:06:07", "-0500", BASE},
        {"Mar 04 2025 05:06:07 UTC", "+02:00", BASE},
        {"1741064767", "+02:00", BASE},
        {"Mar 04 2025 05:06:07", "Europe/Berlin", -1},
        {"Mar 04 2025 05:06:07", "+02:00x", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = -1;
        timestamp_parse_in(slice_of(rows[i].text), slice_of(rows[i].zone), &ms);
        assert_int_equal(ms, rows[i].ms);
    }
}

static void test_syslog_year(void **state)
{
    (void)state;
    static const struct {
        const char *reference, *text, *expected; /* "": unreadable */
        const char *zone;
    } rows[] = {
        {"2025-03-04T05:06:10Z", "Mar  4 05:06:07", "2025-03-04T05:06:07.000Z", ""},
        {"2025-03-04T05:06:10Z", "Mar 04 05:06:07", "2025-03-04T05:06:07.000Z", ""},
        {"2025-03-04T05:06:10Z", "Mar 4 05:06:07.250", "2025-03-04T05:06:07.250Z", ""},
        {"2025-03-04T05:06:07Z", "Mar  5 05:06:07", "2025-03-05T05:06:07.000Z", ""},
        {"2025-03-04T05:06:07Z", "Mar  5 05:06:08", "2024-03-05T05:06:08.000Z", ""},
        {"2025-01-01T00:00:05Z", "Dec 31 23:59:58", "2024-12-31T23:59:58.000Z", ""},
        {"2024-12-31T23:59:58Z", "Jan  1 00:00:05", "2025-01-01T00:00:05.000Z", ""},
        {"2024-12-31T23:59:58Z", "Jan  2 00:00:05", "2024-01-02T00:00:05.000Z", ""},
        {"2024-03-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00.000Z", ""},
        {"2026-03-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00.000Z", ""},
        {"2100-12-31T00:00:00Z", "Feb 29 12:00:00", "2096-02-29T12:00:00.000Z", ""},
        {"2000-01-01T00:00:00Z", "Dec 31 23:00:00", "", ""},
        {"2100-12-31T23:00:00Z", "Jan  1 01:00:00", "2100-01-01T01:00:00.000Z", ""},
        {"2025-03-04T05:06:10Z", "Feb 30 05:06:07", "", ""},
        {"2025-03-04T05:06:10Z", "Mar  4 25:06:07", "", ""},
        {"2025-03-04T05:06:10Z", "Mar  4 05:06:07 2025", "", ""},
        {"2025-03-04T05:06:10Z", "Mar 4", "", ""},
        {"2025-03-04T05:06:10Z", "", "", ""},
        {"2025-03-04T05:06:10Z", "Mar  4 07:06:07", "2025-03-04T05:06:07.000Z", "+02:00"},
        {"2024-12-31T22:59:58Z", "Jan  1 00:59:50", "2024-12-31T22:59:50.000Z", "+0200"},
        {"2025-03-04T05:06:10Z", "Mar  4 05:06:07", "", "Europe/Vienna"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t reference, ms = 0;
        char text[TIMESTAMP_TEXT_MAX] = "";
        assert_true(timestamp_parse(slice_of(rows[i].reference), &reference));
        if (timestamp_parse_syslog(slice_of(rows[i].text), slice_of(rows[i].zone), NULL, reference,
                                   &ms))
            timestamp_format(ms, text);
        assert_string_equal(text, rows[i].expected);
    }
    const struct slice utc = {NULL, 0};
    int64_t ms;
    assert_false(timestamp_parse_syslog(SLICE("Mar  4 05:06:07"), utc, NULL, 0, &ms));
    assert_false(timestamp_parse_syslog(SLICE("Mar  4 05:06:07"), utc, NULL, INT64_MIN, &ms));
    assert_false(timestamp_parse_syslog(SLICE("Mar  4 05:06:07"), utc, NULL, INT64_MAX, &ms));
}

static void test_format(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {BASE + 123, "2025-03-04T05:06:07.123Z"},
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(951868799999), "2000-02-29T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[TIMESTAMP_TEXT_MAX];
        assert_int_equal(timestamp_format(rows[i].ms, text), 24);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_random_against_libc(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 10000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        int64_t back, ms = INT64_C(946684800000) + (int64_t)(seed % UINT64_C(3187296000000));
        time_t seconds = ms / 1000;
        struct tm tm;
        char ours[TIMESTAMP_TEXT_MAX], theirs[64], us[64], cef[64];
        assert_non_null(gmtime_r(&seconds, &tm));
        size_t n = strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%S", &tm);
        snprintf(theirs + n, sizeof theirs - n, ".%03dZ", (int)(ms % 1000));
        timestamp_format(ms, ours);
        assert_string_equal(ours, theirs);
        assert_true(timestamp_parse(slice_of(theirs), &back));
        assert_int_equal(back, ms);
        strftime(us, sizeof us, "%m/%d/%Y %I:%M:%S %p", &tm);
        assert_true(timestamp_parse(slice_of(us), &back));
        assert_int_equal(back, (int64_t)seconds * 1000);
        strftime(cef, sizeof cef, "%a %b %e %H:%M:%S %Y", &tm);
        assert_true(timestamp_parse(slice_of(cef), &back));
        assert_int_equal(back, (int64_t)seconds * 1000);
    }
}

static void test_what_has_no_zone_to_lack(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool zoneless;
    } rows[] = {{"1741064767", false},
                {"1741064767.123", false},
                {"2025-03-04T05:06:07Z", false},
                {"2025-03-04T05:06:07", true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool zoneless = !rows[i].zoneless;
        int64_t ms;
        assert_true(
            timestamp_parse_local(slice_of(rows[i].text), (struct slice){0}, NULL, &zoneless, &ms));
        assert_int_equal(zoneless, rows[i].zoneless);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_zone_beside),
        cmocka_unit_test(test_syslog_year),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_random_against_libc),
        cmocka_unit_test(test_what_has_no_zone_to_lack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
