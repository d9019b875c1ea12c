/* SPDX-License-Identifier: Apache-2.0
 *
 * The arithmetic of impossible travel on place words: distances over the date line and the poles,
 * radius classes, gaps within and across half hours, and that widening words never takes a verdict
 * back.
 */
#include "detectors/travel/travel.h"

#include "detectors/windows/places.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static const struct travel_options usual = {true, {0}, 500, 1000, 1.5, 200, 1};

enum { SLOT = PLACE_SLOT_MS };
#define T0 (INT64_C(989588) * SLOT) /* a half hour of June 2026 */

static uint64_t place(double lat, double lon, float radius_km, enum place_class net,
                      int64_t time_ms)
{
    const struct place_fact fact = {
        .lat = lat, .lon = lon, .radius_km = radius_km, .city_level = radius_km > 0, .net = net};
    return place_make(&fact, time_ms);
}

static uint64_t at(double lat, double lon, int64_t time_ms)
{
    return place(lat, lon, 10, PLACE_ISP, time_ms);
}

static void near_km(double a, double b)
{
    assert_true(fabs(a - b) < 12); /* a cell's half diagonal at either end */
}

static void test_distances(void **state)
{
    (void)state;
    struct leg leg = travel_leg(&usual, at(51.5142, -0.0931, T0), at(47.2513, -122.3149, T0), T0);
    near_km(leg.km, 7732);
    assert_true(leg.far);
    near_km(leg.km_min, 0.994 * 7732 - 1.5 * 20 - 16);
    /* Suva and Apia lie on either side of the date line. */
    leg = travel_leg(&usual, at(-18.14, 178.44, T0), at(-13.83, -171.77, T0), T0);
    near_km(leg.km, 1151);
    /* 22 km at the equator, drawn at opposite edges of a map. */
    leg = travel_leg(&usual, at(0, 179.9, T0), at(0, -179.9, T0 + SLOT), T0);
    near_km(leg.km, 22);
    assert_false(leg.far);
    /* One pole is one place, whatever its longitude; the other one is 20,015 km away. */
    leg = travel_leg(&usual, at(90, 0, T0), at(90, 180, T0), T0);
    assert_true(leg.km < 1);
    leg = travel_leg(&usual, at(90, 77, T0), at(-90, -12, T0), T0);
    near_km(leg.km, 20015);
    assert_true(leg.far);
}

static void test_fiji_samoa(void **state)
{
    (void)state;
    uint64_t suva = at(-18.14, 178.44, T0), apia = at(-13.83, -171.77, T0 + 3 * SLOT);
    assert_false(
        travel_leg(&usual, suva, apia, T0).far); /* 1,150 km in an hour and a half: a flight */
}

/* Half an hour at 1,000 km/h is 500 km: within a slot nothing nearer is far, whatever the seconds.
 */
static void test_gaps(void **state)
{
    (void)state;
    uint64_t london = at(51.5142, -0.0931, T0);
    uint64_t same = at(58.4167, 15.6167, T0 + SLOT - 1);
    struct leg leg = travel_leg(&usual, london, same, T0);
    assert_int_equal(leg.gap_ms, 0);
    assert_true(leg.far);
    assert_true(fabs(leg.kmh - leg.km_min / 0.5) < 0.001);
    for (int64_t minutes = 31; minutes < 120; minutes++) {
        uint64_t linkoping = place(58.4167, 15.6167, 76, PLACE_ISP, T0 + minutes * 60000);
        leg = travel_leg(&usual, london, linkoping, T0);
        assert_true(leg.gap_ms >= minutes * 60000); /* never an impossible gap made of rounding */
        assert_true(leg.gap_ms <= minutes * 60000 + 2 * PLACE_STEP_MS);
        assert_int_equal(leg.far, minutes <= 63); /* 1,069 km */
    }
}

/* Each class takes off one and a half times its upper bound. */
static void test_radius(void **state)
{
    (void)state;
    static const struct {
        float given;
        double taken;
    } rows[] = {{1, 10},    {10, 10},    {10.5f, 25},  {50, 50},     {76, 100}, {200, 200},
                {201, 500}, {534, 1000}, {1000, 1000}, {5000, 1000}, {0, 1000}};
    uint64_t b = at(0, 100, T0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t a = place(0, 0, rows[i].given, PLACE_ISP, T0);
        struct leg leg = travel_leg(&usual, a, b, T0);
        near_km(leg.km_min, 0.994 * leg.km - 1.5 * (rows[i].taken + 10) - 16);
    }
    struct leg mobile = travel_leg(&usual, place(0, 0, 10, PLACE_MOBILE, T0), b, T0);
    near_km(mobile.km_min, 0.994 * mobile.km - 1.5 * (200 + 10) - 16);
    /* More than the distance: nothing is left, not less than nothing. */
    struct leg none = travel_leg(&usual, place(0, 0, 0, PLACE_ISP, T0), at(0, 5, T0), T0);
    assert_true(none.km_min >= 0 && none.km_min <= 0 && !none.far);
}

static uint64_t random_place(uint64_t *seed)
{
    double lat = (double)random_below(seed, 1800) / 10 - 90;
    double lon = (double)random_below(seed, 3600) / 10 - 180;
    return place(lat, lon, (float)random_below(seed, 300), (enum place_class)random_below(seed, 4),
                 T0 + (int64_t)random_below(seed, 6 * SLOT));
}

/* The same words, with the span of a wider one. */
static uint64_t widened(uint64_t word, uint64_t *seed)
{
    uint64_t first = random_below(seed, 64), last = first + random_below(seed, 64 - first);
    uint64_t span = (word & ~0xfffull) | first << 6 | last;
    return word_join_payload(word, span, PAYLOAD_SPAN, PLACE_SPAN_BITS);
}

static void test_laws(void **state)
{
    (void)state;
    uint64_t seed = 5;
    unsigned far = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t a = random_place(&seed), b = random_place(&seed);
        struct leg ab = travel_leg(&usual, a, b, T0), ba = travel_leg(&usual, b, a, T0);
        assert_int_equal(ab.far, ba.far);
        assert_true(ab.first_ms == ba.first_ms && ab.last_ms == ba.last_ms &&
                    ab.gap_ms == ba.gap_ms);
        assert_true(ab.kmh <= ba.kmh && ab.kmh >= ba.kmh);
        struct leg more = travel_leg(&usual, widened(a, &seed), widened(b, &seed), T0);
        assert_true(more.far || !ab.far);
        assert_true(!ab.far || (more.kmh >= ab.kmh && more.km_min >= ab.km_min));
        far += ab.far;
    }
    assert_in_range(far, 5000, 19999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distances), cmocka_unit_test(test_fiji_samoa),
        cmocka_unit_test(test_gaps),      cmocka_unit_test(test_radius),
        cmocka_unit_test(test_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
