/* SPDX-License-Identifier: Apache-2.0
 *
 * Distances: known ones, the edges of the globe, and the C library's functions as an oracle.
 */
#include "geoip/distance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double pi = 3.14159265358979323846, earth = 6371.0088;

static void near_km(double found, double expected, double within)
{
    assert_true(fabs(found - expected) <= within);
}

static void test_known(void **state)
{
    (void)state;
    near_km(distance_km(51.5142, -0.0931, 47.2513, -122.3149), 7732, 5); /* London, Milton */
    near_km(distance_km(51.5142, -0.0931, 58.4167, 15.6167), 1258, 3);   /* London, Linkoping */
    near_km(distance_km(27.5, 90.5, 43.88, 125.3228), 3596, 5);          /* Bhutan, Changchun */
    near_km(distance_km(0, 179.9, 0, -179.9), 0.2 * pi / 180 * earth,
            1e-6);                                               /* over the date line */
    near_km(distance_km(-17.7, 178.0, -13.8, -172.1), 1144, 30); /* Fiji, Samoa */
    near_km(distance_km(10, 20, 10, 20), 0, 0);
    near_km(distance_km(90, 0, 90, 120), 0, 1e-6); /* one pole, whatever the longitude */
}

static void test_antipodes(void **state)
{
    (void)state;
    near_km(distance_km(90, 0, -90, 0), pi * earth, 1e-3);
    near_km(distance_km(0, 0, 0, 180), pi * earth, 1e-3);
    for (int lat = -90; lat <= 90; lat++)
        for (int lon = -180; lon <= 0; lon++)
            near_km(distance_km(lat, lon, -lat, lon + 180), pi * earth, 1e-3);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 16;
}

static double library_km(double lat1, double lon1, double lat2, double lon2)
{
    double up = sin((lat1 - lat2) * pi / 360), across = sin((lon1 - lon2) * pi / 360);
    double h = up * up + cos(lat1 * pi / 180) * cos(lat2 * pi / 180) * across * across;
    return 2 * earth * asin(sqrt(fmin(h, 1)));
}

/* Near the antipode the arc sine magnifies rounding: there a millimetre, elsewhere less. */
static void test_against_library(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 1000000; i++) {
        double a[4];
        for (int k = 0; k < 4; k++)
            a[k] = (double)(next(&seed) % 1800001) / 10000.0 - 90.0;
        double lon1 = a[1] * 2, lon2 = a[3] * 2;
        double ours = distance_km(a[0], lon1, a[2], lon2),
               theirs = library_km(a[0], lon1, a[2], lon2);
        near_km(ours, theirs, theirs < 19000 ? 1e-9 * (1 + theirs) : 1e-3);
        assert_true(ours == distance_km(a[2], lon2, a[0], lon1)); /* the same bits both ways */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_antipodes),
        cmocka_unit_test(test_against_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
