/* SPDX-License-Identifier: Apache-2.0
 *
 * The place word: what goes in comes out, no place is empty, equal places are equal words, and two
 * instances that saw different halves of an hour agree after merging.
 */
#include "detectors/windows/places.h"
#include "tests/unit/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW INT64_C(1795000000000)

static const struct place_fact london = {.lat = 51.5074,
                                         .lon = -0.1278,
                                         .radius_km = 10,
                                         .city_level = true,
                                         .net = PLACE_ISP,
                                         .device = 0};

static void round_trip(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        struct place_fact f = {.lat = (double)random_below(&seed, 1800001) / 10000 - 90,
                               .lon = (double)random_below(&seed, 3600000) / 10000 - 180,
                               .radius_km = (float)random_below(&seed, 1500),
                               .city_level = random_below(&seed, 4) > 0,
                               .net = (enum place_class)random_below(&seed, 4),
                               .device = (uint8_t)random_below(&seed, 256)};
        int64_t t = NOW - (int64_t)random_below(&seed, INT64_C(4000000000000)); /* 1900 to 2026 */
        uint64_t w = place_make(&f, t);
        assert_int_not_equal(w >> PLACE_SPAN_BITS, 0);
        assert_true(fabs(place_lat(w) - f.lat) <= 0.0501);
        assert_true(fabs(remainder(place_lon(w) - f.lon, 360)) <= 0.0501);
        assert_int_equal(place_net(w), f.net);
        assert_int_equal(place_device(w), f.device);
        bool country = !f.city_level || !(f.radius_km > 0) || f.radius_km > 1000;
        assert_int_equal(place_is_country(w), country);
        assert_true(country || place_radius_km(w) >= (double)f.radius_km);
        int64_t near = t + (int64_t)random_below(&seed, 20000000000) - 10000000000; /* 115 days */
        assert_true(place_is_near(w, near));
        assert_true(place_slot_ms(w, near) <= t && t < place_slot_ms(w, near) + PLACE_SLOT_MS);
        assert_true(place_first_ms(w, near) <= t && t - place_first_ms(w, near) < PLACE_STEP_MS);
        assert_true(place_last_ms(w, near) >= t && place_last_ms(w, near) - t < PLACE_STEP_MS);
    }
}

static void radius_classes(void **state)
{
    (void)state;
    static const struct {
        float km;
        double bound;
    } cases[] = {{1, 10},    {10, 10},     {10.5f, 25},  {76, 100},
                 {201, 500}, {1000, 1000}, {1001, 1000}, {0, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place_fact f = london;
        f.radius_km = cases[i].km;
        assert_true(place_radius_km(place_make(&f, NOW)) == cases[i].bound);
    }
}

/* One meridian has one number; poles and numbers out of range stay inside; no number is no place.
 */
static void ends_of_the_earth(void **state)
{
    (void)state;
    struct place_fact east = london, west = london, far = london;
    east.lon = 180;
    west.lon = -180;
    far.lon = 179.97;
    assert_int_equal(place_make(&east, NOW), place_make(&west, NOW));
    assert_int_equal(place_make(&far, NOW), place_make(&west, NOW));
    far.lon = 540;
    assert_int_equal(place_make(&far, NOW), place_make(&west, NOW));
    far.lat = -90;
    assert_true(place_lat(place_make(&far, NOW)) == -90);
    far.lat = 1e300;
    assert_true(place_lat(place_make(&far, NOW)) == 90);
    far.lon = 1e300;
    assert_true(fabs(place_lon(place_make(&far, NOW))) <= 180);
    far.lat = NAN;
    assert_int_equal(place_make(&far, NOW), 0);
    far.lat = 0;
    far.lon = INFINITY;
    assert_int_equal(place_make(&far, NOW), 0);
    assert_false(place_is_near(0, NOW));
}

static void a_year_away_is_not_near(void **state)
{
    (void)state;
    uint64_t w = place_make(&london, NOW);
    const int64_t day = 86400000;
    assert_true(place_is_near(w, NOW + 340 * day) && place_is_near(w, NOW - 340 * day));
    assert_false(place_is_near(w, NOW + 345 * day) || place_is_near(w, NOW - 345 * day));
}

static void identities(void **state)
{
    (void)state;
    struct place_fact other = london;
    other.device = 9;
    uint64_t a = place_make(&london, NOW), b = place_make(&london, NOW + 86400000),
             c = place_make(&other, NOW);
    assert_int_equal(place_identity(a), place_identity(b));
    assert_int_not_equal(place_identity(a), place_identity(c));
    assert_int_equal(place_cell(a), place_cell(c));
    other.lon += 1;
    assert_int_not_equal(place_cell(a), place_cell(place_make(&other, NOW)));
    other.net = PLACE_MOBILE;
    other.lon = london.lon;
    assert_int_not_equal(place_cell(a), place_cell(place_make(&other, NOW)));
}

/* In a row: one place and half hour is one word, from its first to its last event. */
static void in_a_row(void **state)
{
    (void)state;
    static const struct field field = PLACES_FIELD("strong", 0, 8);
    static const struct layout layout = {
        .name = "t", .id = 1, .version = 1, .words_n = 8, .fields = &field, .fields_n = 1};
    struct table *t = table_new(&layout, 8);
    const int64_t start = NOW / PLACE_SLOT_MS * PLACE_SLOT_MS;
    uint32_t row = table_row(t, 1, (uint32_t)(start / 60000), false);
    static const int64_t at[] = {600000, 60000, 1200000, 600000};
    for (size_t i = 0; i < 4; i++)
        row_merge(t, row, &field, 0, place_make(&london, start + at[i]));
    uint64_t words[8];
    row_copy(t, row, words);
    assert_int_equal(words[1], 0);
    assert_in_range(place_first_ms(words[0], NOW), start + 60000 - PLACE_STEP_MS, start + 60000);
    assert_in_range(place_last_ms(words[0], NOW), start + 1200000, start + 1200000 + PLACE_STEP_MS);
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),        cmocka_unit_test(radius_classes),
        cmocka_unit_test(ends_of_the_earth), cmocka_unit_test(a_year_away_is_not_near),
        cmocka_unit_test(identities),        cmocka_unit_test(in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
