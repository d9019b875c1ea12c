/* SPDX-License-Identifier: Apache-2.0
 *
 * Haversine. The C library's sin, cos and asin may differ in the last bit between versions and
 * between processors with and without fused multiply-add, and a distance appears in findings that
 * must be equal everywhere. So the functions here use only + - * / and sqrt, which IEEE 754 rounds
 * in one way. Over the ranges needed they agree with the C library to some 1e-15
 * (tests/unit/geoip_distance.c).
 */
#include "geoip/distance.h"

#include <math.h>

#define EARTH_KM  6371.0088 /* IUGG mean radius */
#define HALF_TURN 3.14159265358979323846

/* Taylor series, for |x| up to a right angle. */
static double sine(double x)
{
    double square = x * x, sum = 1.0;
    for (int k = 22; k > 0; k -= 2) /* the first term left out is (pi/2)^25 / 25! = 5e-21 */
        sum = 1.0 - sum * square / (double)(k * (k + 1));
    return x * sum;
}

/* Two halvings bring any argument below tan(pi/16) = 0.199, where the series is short. */
static double arc_sine(double x)
{
    double t = x / (1.0 + sqrt(1.0 - x * x)); /* tan of half the angle */
    t = t / (1.0 + sqrt(1.0 + t * t));
    t = t / (1.0 + sqrt(1.0 + t * t));
    double square = t * t, sum = 0.0;
    for (int k = 23; k > 0; k -= 2) /* the first term left out is 0.199^24 / 25 = 6e-19 */
        sum = 1.0 / k - sum * square;
    return 8.0 * t * sum;
}

double distance_km(double lat1, double lon1, double lat2, double lon2)
{
    const double radians = HALF_TURN / 180.0;
    double turn = fabs(lon1 - lon2);
    if (turn > 180.0)
        turn = 360.0 - turn;
    double up = sine((lat1 - lat2) * radians / 2.0);
    double across = sine(turn * radians / 2.0);
    double narrow = sine((90.0 - fabs(lat1)) * radians) * sine((90.0 - fabs(lat2)) * radians);
    double h = up * up + narrow * across * across;
    if (!(h > 0.0))
        return 0.0;
    return 2.0 * EARTH_KM * arc_sine(sqrt(h < 1.0 ? h : 1.0));
}
