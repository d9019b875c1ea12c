/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds of sprays, and which windows are asked: those that contain the event, each for the day
 * on which it ends, the same for every order of arrival.
 */
#include "detectors/spray.h"

#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define DAY    (1440 * MINUTE)

static const struct spray_options usual = {
    .enabled = true, .size_floor = 4, .quiet_factor = 0.5, .tries_per_user = 3};

static void test_thresholds(void **state)
{
    (void)state;
    static const struct {
        int64_t min_users, floor;
        double factor;
        unsigned busy[3], quiet[3];
    } rows[] = {
        {0, 4, 0.5, {5, 8, 15}, {4, 4, 8}},       {0, 2, 0.5, {5, 8, 15}, {3, 4, 8}},
        {0, 4, 1.0, {5, 8, 15}, {5, 8, 15}},      {0, 4, 0.1, {5, 8, 15}, {4, 4, 4}},
        {20, 4, 0.5, {20, 20, 20}, {10, 10, 10}}, {3, 4, 0.5, {3, 3, 3}, {4, 4, 4}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct spray_options o = usual;
        o.min_users = rows[i].min_users;
        o.size_floor = rows[i].floor;
        o.quiet_factor = rows[i].factor;
        for (int shape = SPRAY_FAST; shape <= SPRAY_WIDE; shape++) {
            assert_int_equal(spray_threshold(&o, (enum spray_shape)shape, false),
                             rows[i].busy[shape]);
            assert_int_equal(spray_threshold(&o, (enum spray_shape)shape, true),
                             rows[i].quiet[shape]);
        }
    }
}

static uint32_t new_row(struct parts *p, unsigned table, uint64_t key, enum network_class network)
{
    uint32_t row = table_row(p->windows->table[table], key << 50, 1, false);
    ladder_label(p->windows, table, row, &(struct rung){.network = network}, 0);
    return row;
}

static void try_user(struct parts *p, unsigned table, uint32_t row, uint64_t user, int64_t time_ms)
{
    windows_add(p->windows, table, row, SET_TRIED, user << 40, time_ms);
    if (table == WINDOWS_NETWORK)
        windows_add(p->windows, table, row, SET_ADDRESSES, user << 44, time_ms);
    row_merge(p->windows->table[table], row, &source_fields[SOURCE_LAST], 0, (uint64_t)time_ms);
}

static struct spray fast(struct parts *p, uint32_t row, int64_t time_ms, int64_t day)
{
    return spray_evaluate(p->windows, &usual, SPRAY_FAST, row, time_ms, day);
}

/* Five users at minutes 0, 5 .. 20: every one of them is in a window with all, whoever is asked. */
static void test_windows_that_contain_the_event(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    uint32_t row = new_row(&p, WINDOWS_SOURCE, 1, NETWORK_ISP);
    int64_t t = PARTS_NOW, day = t / DAY;
    for (int i = 4; i >= 0; i--) {
        assert_false(fast(&p, row, t + 5 * i * MINUTE, day).fires);
        try_user(&p, WINDOWS_SOURCE, row, 10 + (uint64_t)i, t + 5 * i * MINUTE);
    }
    for (int i = 0; i < 5; i++) {
        struct spray s = fast(&p, row, t + 5 * i * MINUTE, day);
        assert_true(s.fires && s.tried == 5 && s.threshold == 5 && s.ok == 0);
        assert_int_equal(s.end_ms, t + 25 * MINUTE - 1);
    }
    assert_true(fast(&p, row, 0, day).fires);
    assert_false(fast(&p, row, 0, day + 1).fires);
    assert_false(fast(&p, row, 0, day - 1).fires);
    assert_false(fast(&p, row, t + 60 * MINUTE, day).fires); /* nothing of it is in those windows */
    /* Five who succeed: as many as are tried. */
    for (uint64_t i = 0; i < 5; i++)
        windows_add(p.windows, WINDOWS_SOURCE, row, SET_OK, (90 + i) << 40, t);
    struct spray s = fast(&p, row, t, day);
    assert_true(!s.fires && s.shared && s.ok == 5);
    parts_close(&p);
}

/* Six sub-windows of five minutes: the last moment of the sixth, and the first of the seventh. */
static void test_edge(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    for (int late = 0; late < 2; late++) {
        uint32_t row = new_row(&p, WINDOWS_SOURCE, 2 + (uint64_t)late, NETWORK_HOSTING);
        for (uint64_t i = 0; i < 3; i++)
            try_user(&p, WINDOWS_SOURCE, row, 10 + i, PARTS_NOW);
        try_user(&p, WINDOWS_SOURCE, row, 20, PARTS_NOW + 30 * MINUTE - 1 + late);
        struct spray s = fast(&p, row, PARTS_NOW, PARTS_NOW / DAY);
        assert_int_equal(s.fires, !late);
        assert_int_equal(s.threshold, 4);
    }
    parts_close(&p);
}

/* A window belongs to the day on which it ends. */
static void test_midnight(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    uint32_t row = new_row(&p, WINDOWS_SOURCE, 4, NETWORK_ISP);
    int64_t midnight = (PARTS_NOW / DAY + 1) * DAY, day = midnight / DAY;
    for (uint64_t i = 0; i < 3; i++) {
        try_user(&p, WINDOWS_SOURCE, row, 10 + i, midnight - 10 * MINUTE);
        try_user(&p, WINDOWS_SOURCE, row, 20 + i, midnight + MINUTE);
    }
    assert_false(fast(&p, row, midnight - 10 * MINUTE, day - 1).fires);
    assert_true(fast(&p, row, midnight - 10 * MINUTE, day).fires);
    assert_true(fast(&p, row, midnight + MINUTE, day).fires);
    assert_int_equal(spray_last_day(p.windows, WINDOWS_SOURCE, row, midnight - 10 * MINUTE), day);
    assert_int_equal(spray_last_day(p.windows, WINDOWS_SOURCE, row, midnight + 10 * MINUTE), day);
    parts_close(&p);
}

/* Eight users in eight hours of a day: found from each of them, and on no day without a try. */
static void test_slow(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    uint32_t row = new_row(&p, WINDOWS_NETWORK, 5, NETWORK_ISP);
    int64_t start = PARTS_NOW / DAY * DAY, day = start / DAY;
    for (uint64_t i = 0; i < 8; i++)
        try_user(&p, WINDOWS_NETWORK, row, 10 + i, start + 60 * MINUTE * (int64_t)(2 * i));
    try_user(&p, WINDOWS_NETWORK, row, 10, start + 5 * DAY);
    for (int64_t i = 0; i < 8; i++)
        assert_true(
            spray_evaluate(p.windows, &usual, SPRAY_SLOW, row, start + 120 * MINUTE * i, day)
                .fires);
    for (int64_t d = 1; d < 8; d++)
        assert_int_equal(spray_evaluate(p.windows, &usual, SPRAY_SLOW, row, start, day + d).fires,
                         d == 5);
    /* A tool is remembered for a day: of an older one nothing can be said. */
    assert_false(spray_evaluate(p.windows, &usual, SPRAY_WIDE, row, 0, day).fires);
    parts_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds), cmocka_unit_test(test_windows_that_contain_the_event),
        cmocka_unit_test(test_edge),       cmocka_unit_test(test_midnight),
        cmocka_unit_test(test_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
