/* SPDX-License-Identifier: Apache-2.0
 *
 * Quantities with units. Numbers are read digit by digit rather than by strtod: no locale, no hex,
 * no exponents, no infinity, and whole kinds stay exact.
 */
#include "config/units.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { UNITS_MAX = 5, SCALE_MAX = 15 };

struct unit {
    const char *suffix;
    int64_t factor;
};

/* Units from small to large; the list ends with a NULL suffix. */
static const struct kind {
    const char *form;
    struct unit units[UNITS_MAX + 1];
    bool whole;
} kinds[] = {
    [UNIT_NUMBER] = {"a number such as 12 or 1.5", {{"", 1}}, false},
    [UNIT_COUNT] = {"a count such as 12, 64k or 1M", {{"", 1}, {"k", 1000}, {"M", 1000000}}, true},
    [UNIT_DURATION] = {"a duration such as 100ms, 30s, 15m, 24h or 14d",
                       {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}},
                       true},
    [UNIT_BYTES] = {"a size such as 512, 64KiB, 16MiB or 1GiB",
                    {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}},
                    true},
    [UNIT_DISTANCE] = {"a distance such as 500km", {{"km", 1}}, false},
    [UNIT_SPEED] = {"a speed such as 1000km/h", {{"km/h", 1}}, false},
};

/* digits / 10^scale, then what follows. */
struct decimal {
    uint64_t digits;
    unsigned scale;
    bool negative;
    const char *rest;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int decimal_read(const char *text, struct decimal *ret)
{
    struct decimal d = {.negative = *text == '-'};
    const char *c = text + d.negative;
    if (!is_digit(*c))
        return -EINVAL;
    for (bool point = false; is_digit(*c) || (*c == '.' && !point); c++) {
        if (*c == '.') {
            point = true;
            if (!is_digit(c[1]))
                return -EINVAL;
            continue;
        }
        if (d.digits > (UINT64_MAX - 9) / 10 || (point && d.scale == SCALE_MAX))
            return -ERANGE;
        d.digits = d.digits * 10 + (uint64_t)(*c - '0');
        d.scale += point;
    }
    while (*c == ' ')
        c++;
    d.rest = c;
    *ret = d;
    return 0;
}

static uint64_t power_of_10(unsigned n)
{
    uint64_t power = 1;
    while (n-- > 0)
        power *= 10;
    return power;
}

/* The unit's factor, or 0 when the kind has no such unit. */
static int64_t factor_of(const struct kind *kind, const struct decimal *d)
{
    for (const struct unit *unit = kind->units; unit->suffix; unit++)
        if (strcmp(unit->suffix, d->rest) == 0)
            return unit->factor;
    return d->digits == 0 && *d->rest == '\0' ? 1 : 0;
}

int units_read_whole(enum unit_kind kind, const char *text, int64_t *ret)
{
    assert(kinds[kind].whole);
    struct decimal d;
    const int error = decimal_read(text, &d);
    if (error)
        return error;
    const int64_t factor = factor_of(&kinds[kind], &d);
    if (factor == 0 || d.negative)
        return -EINVAL;
    uint64_t product;
    if (__builtin_mul_overflow(d.digits, (uint64_t)factor, &product))
        return -ERANGE;
    const uint64_t divisor = power_of_10(d.scale);
    if (product % divisor != 0)
        return -EINVAL;
    if (product / divisor > INT64_MAX)
        return -ERANGE;
    *ret = (int64_t)(product / divisor);
    return 0;
}

int units_read_real(enum unit_kind kind, const char *text, double *ret)
{
    assert(!kinds[kind].whole);
    struct decimal d;
    const int error = decimal_read(text, &d);
    if (error)
        return error;
    if (factor_of(&kinds[kind], &d) == 0 || (d.negative && kind != UNIT_NUMBER))
        return -EINVAL;
    const double value = (double)d.digits / (double)power_of_10(d.scale);
    *ret = d.negative ? -value : value;
    return 0;
}

/* "1.500000" -> "1.5", "2.000000" -> "2". */
static void trim_zeros(char *number)
{
    char *end = number + strlen(number);
    if (!strchr(number, '.'))
        return;
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    *end = '\0';
}

void units_format(enum unit_kind kind, double value, char *buffer, size_t size)
{
    if (!kinds[kind].whole) {
        char number[352]; /* the largest double has 309 digits */
        snprintf(number, sizeof number, "%.6f", value);
        trim_zeros(number);
        snprintf(buffer, size, "%s%s", number, kinds[kind].units[0].suffix);
        return;
    }
    const int64_t whole = (int64_t)value;
    const struct unit *unit = kinds[kind].units;
    for (const struct unit *next = unit; next->suffix && whole != 0; next++)
        if (whole % next->factor == 0)
            unit = next;
    snprintf(buffer, size, "%lld%s", (long long)(whole / unit->factor), unit->suffix);
}

const char *units_form(enum unit_kind kind)
{
    return kinds[kind].form;
}
