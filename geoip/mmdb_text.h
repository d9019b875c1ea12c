/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as databases hold it: names, and coordinates written as decimal numbers. Pure functions.
 */
#ifndef GEOIP_MMDB_TEXT_H
#define GEOIP_MMDB_TEXT_H

#include "parsers/values/slice.h"

/* True if it is UTF-8 throughout and has no control characters. */
bool mmdb_text_is_clean(struct slice text);

/* "-12.3456": degrees, to six decimals; further digits are dropped. No exponent, no locale. False
 * for anything else; the output is then unchanged. */
bool mmdb_text_degrees(struct slice text, double *ret_degrees);

#endif
