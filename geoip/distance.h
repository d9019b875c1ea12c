/* SPDX-License-Identifier: Apache-2.0
 *
 * Distance on the globe. Pure functions, any thread, the same bits on every machine.
 */
#ifndef GEOIP_DISTANCE_H
#define GEOIP_DISTANCE_H

/* Great-circle distance in km by the haversine formula on a sphere of 6371.0088 km (IUGG mean
 * radius). Degrees. The haversine argument is clamped to [0,1], so antipodes give no NaN.
 * Against the ellipsoid it is at most 0.56 % too long: whoever claims "impossible" multiplies by
 * DISTANCE_SAFE. */
double distance_km(double lat1, double lon1, double lat2, double lon2);

#define DISTANCE_SAFE 0.994

#endif
