/* SPDX-License-Identifier: Apache-2.0
 *
 * Quantities as people write them: "15m" "64MiB" "500km" "1000km/h" "1M" <-> numbers. A unit is
 * never left out or guessed, except that plain 0 is 0 of anything. Pure functions: any thread.
 */
#ifndef CONFIG_UNITS_H
#define CONFIG_UNITS_H

#include <stddef.h>
#include <stdint.h>

enum unit_kind {
    UNIT_NUMBER,   /* 12 1.5 -3       real, the only one that may be negative */
    UNIT_COUNT,    /* 12 64k 1M       whole; k is 1000, M is 1000000 */
    UNIT_DURATION, /* 100ms 30s 15m 24h 14d   whole, in milliseconds */
    UNIT_BYTES,    /* 512 64KiB 16MiB 1GiB    whole */
    UNIT_DISTANCE, /* 500km           real, in km */
    UNIT_SPEED     /* 1000km/h        real, in km/h */
};

/* Read a quantity of a whole or a real kind; space between number and unit is allowed. Decimals are
 * as well if the result fits the kind ("1.5h", not "0.5ms"). 0, -EINVAL when it has not the form,
 * or -ERANGE when it has more digits than can be kept. */
int units_read_whole(enum unit_kind kind, const char *text, int64_t *ret);
int units_read_real(enum unit_kind kind, const char *text, double *ret);

/* Writes a value in the largest unit that needs no decimals, at most `size` bytes with the NUL.
 * Whole kinds are exact up to 2^53, real ones to six decimals. */
void units_format(enum unit_kind kind, double value, char *buffer, size_t size);

/* The form in words, for error messages: "a duration such as 30s, 15m or 24h". */
const char *units_form(enum unit_kind kind);

#endif
