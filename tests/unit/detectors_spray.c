/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds of sprays, and which windows are asked: those that contain the event, each for the day
 * on which it ends, the same for every order of arrival.
 */
#include "detectors/known/crowd.h"
#include "detectors/spray/spray.h"

#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define DAY    (1440 * MINUTE)

static const struct spray_options usual = {.enabled = true,
                                           .size_floor = 4,
                                           .size_ceiling = 30,
                                           .quiet_factor = 0.5,
                                           .egress_share = 0.25,
                                           .tries_per_user = 3};

static void expect_thresholds(const struct spray_options *o, unsigned size, const unsigned busy[3],
                              const unsigned quiet[3])
{
    for (int shape = SPRAY_FAST; shape <= SPRAY_WIDE; shape++) {
        assert_int_equal(spray_threshold(o, (enum spray_shape)shape, size, false), busy[shape]);
        assert_int_equal(spray_threshold(o, (enum spray_shape)shape, size, true), quiet[shape]);
    }
}

static void test_thresholds_of_the_operator(void **state)
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
        expect_thresholds(&o, CROWD_UNKNOWN, rows[i].busy, rows[i].quiet);
    }
}

/* The table of the specification, and its edges. */
static void test_thresholds_by_size(void **state)
{
    (void)state;
    static const struct {
        unsigned size, busy[3], quiet[3];
    } rows[] = {
        {CROWD_UNKNOWN, {5, 8, 15}, {4, 4, 8}},
        {1, {4, 5, 6}, {4, 4, 4}},
        {10, {5, 5, 6}, {4, 4, 4}},
        {50, {12, 12, 23}, {6, 6, 12}},
        {100, {14, 14, 27}, {7, 7, 14}},
        {1000, {20, 20, 40}, {10, 10, 20}},
        {50000, {30, 30, 60}, {15, 15, 30}},
        {4000000000, {30, 30, 60}, {15, 15, 30}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_thresholds(&usual, rows[i].size, rows[i].busy, rows[i].quiet);
    struct spray_options o = usual;
    o.size_floor = 8;
    o.size_ceiling = 9;
    expect_thresholds(&o, 10, (const unsigned[3]){8, 8, 12}, (const unsigned[3]){8, 8, 8});
    expect_thresholds(&o, 1000, (const unsigned[3]){9, 9, 18}, (const unsigned[3]){8, 8, 9});
}

static const struct tenant nobody = {0};

static struct detection detection_of(const struct parts *p, const struct tenant *tenant)
{
    return (struct detection){.windows = p->windows, .options = &usual, .tenant = tenant};
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

static struct spray evaluate(struct parts *p, enum spray_shape shape, uint32_t row, int64_t time_ms,
                             int64_t day)
{
    struct detection d = detection_of(p, &nobody);
    return spray_evaluate(&d, shape, row, time_ms, day);
}

static struct spray fast(struct parts *p, uint32_t row, int64_t time_ms, int64_t day)
{
    return evaluate(p, SPRAY_FAST, row, time_ms, day);
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
        assert_true(evaluate(&p, SPRAY_SLOW, row, start + 120 * MINUTE * i, day).fires);
    for (int64_t d = 1; d < 8; d++)
        assert_int_equal(evaluate(&p, SPRAY_SLOW, row, start, day + d).fires, d == 5);
    /* A tool is remembered for a day: of an older one nothing can be said. */
    assert_false(evaluate(&p, SPRAY_WIDE, row, 0, day).fires);
    parts_close(&p);
}

/* Twelve users behind one address are an egress once they were there before the cut: of 600, but
 * not of 601. As many must be tried there as the share says, here all of them. */
static void test_egress(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    int64_t day = PARTS_NOW / DAY;
    char name[16];
    for (int i = 0; i < 12; i++) {
        struct enriched_event e;
        struct sighting s;
        snprintf(name, sizeof name, "u%d", i);
        struct event ev = parts_event(name, "103.10.1.7", PARTS_NOW - 4 * DAY, REASON_OK);
        parts_take(&p, &ev, &e, &s);
    }
    struct event ev = parts_event("x", "103.10.1.9", PARTS_NOW, REASON_WRONG_PASSWORD);
    struct enriched_event e;
    struct sighting s;
    parts_take(&p, &ev, &e, &s);
    struct rung rungs[LADDER_MAX];
    unsigned n = ladder_of(&e, rungs);
    assert_int_equal(n, 4);
    for (unsigned i = 0; i < n; i++) {
        uint64_t key = ladder_key(p.windows, WINDOWS_SOURCE, s.tenant_hash, &rungs[i], 0);
        uint32_t row = table_find(p.windows->table[WINDOWS_SOURCE], table_lawful_key(key));
        static const struct tenant sizes[] = {{.users = 600}, {.users = 601}, {.users = 10}};
        for (int k = 0; k < 3; k++) {
            struct spray_options o = usual;
            struct detection d = detection_of(&p, &sizes[k]);
            o.egress_share = 1;
            d.options = &o;
            struct spray_limit l = spray_limit(&d, SPRAY_FAST, row, day);
            assert_int_equal(l.egress_users, 12);
            assert_int_equal(l.established, k != 1);
            assert_int_equal(l.base, k == 2 ? 5 : 19);
            assert_int_equal(l.threshold, k == 2 ? 12 : 19);
            assert_int_equal(spray_limit(&d, SPRAY_FAST, row, day - 3).egress_users, 0);
        }
    }
    parts_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds_of_the_operator),
        cmocka_unit_test(test_thresholds_by_size),
        cmocka_unit_test(test_egress),
        cmocka_unit_test(test_windows_that_contain_the_event),
        cmocka_unit_test(test_edge),
        cmocka_unit_test(test_midnight),
        cmocka_unit_test(test_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
