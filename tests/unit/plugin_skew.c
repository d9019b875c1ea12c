/* SPDX-License-Identifier: Apache-2.0
 *
 * Stamps a constant half or whole hour away from their arrival, and what is no such thing.
 */
#include "plugin/path/skew.h"

#include "parsers/values/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define NOON INT64_C(1752580800000)

/* Feeds n stamps whose gap is that, with a lag of up to a minute; returns how often it was told. */
static unsigned feed(struct skew *skew, const char *topic, unsigned n, int64_t gap_ms,
                     char text[static SKEW_TEXT_MAX])
{
    unsigned told = 0;
    for (unsigned i = 0; i < n; i++) {
        struct event ev = {.zoneless = true, .received_ms = NOON + i * MINUTE_MS};
        ev.time_ms = ev.received_ms + gap_ms - (int64_t)(i % 60) * 1000;
        told += skew_take(skew, topic, &ev, text);
    }
    return told;
}

static void test_told_once(void **state)
{
    (void)state;
    static const struct {
        int64_t gap_ms;
        const char *zone;
    } rows[] = {{2 * HOUR_MS, "+02:00"},
                {-5 * HOUR_MS, "-05:00"},
                {5 * HOUR_MS + 30 * MINUTE_MS, "+05:30"},
                {-30 * MINUTE_MS, "-00:30"},
                {14 * HOUR_MS, "+14:00"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct skew skew = {0};
        char text[SKEW_TEXT_MAX] = "";
        assert_int_equal(feed(&skew, "a", SKEW_STAMPS - 1, rows[i].gap_ms, text), 0);
        assert_int_equal(feed(&skew, "a", 100, rows[i].gap_ms, text), 1);
        assert_string_equal(text, rows[i].zone);
    }
}

static void test_not_told(void **state)
{
    (void)state;
    static const int64_t gaps[] = {
        0, -9 * MINUTE_MS, MINUTE_MS, -15 * MINUTE_MS, 15 * HOUR_MS, -20 * HOUR_MS, 20 * MINUTE_MS};
    char text[SKEW_TEXT_MAX];
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        struct skew skew = {0};
        assert_int_equal(feed(&skew, "a", 100, gaps[i], text), 0);
    }
    /* Two zones in one topic; and times that have a zone, or no arrival. */
    struct skew skew = {0};
    for (unsigned i = 0; i < 50; i++)
        assert_int_equal(feed(&skew, "a", 10, (i % 2 ? 1 : 2) * HOUR_MS, text), 0);
    struct event ev = {.received_ms = NOON, .time_ms = NOON + HOUR_MS};
    for (unsigned i = 0; i < 100; i++)
        assert_false(skew_take(&skew, "b", &ev, text));
    ev = (struct event){.zoneless = true, .time_ms = NOON};
    for (unsigned i = 0; i < 100; i++)
        assert_false(skew_take(&skew, "c", &ev, text));
}

static void test_many_topics(void **state)
{
    (void)state;
    static const char names[3 * SKEW_TOPICS];
    struct skew skew = {0};
    char text[SKEW_TEXT_MAX];
    unsigned told = 0;
    for (size_t i = 0; i < sizeof names; i++)
        told += feed(&skew, &names[i], SKEW_STAMPS, HOUR_MS, text);
    assert_int_equal(told, sizeof names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_once),
        cmocka_unit_test(test_not_told),
        cmocka_unit_test(test_many_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
