/* SPDX-License-Identifier: Apache-2.0
 *
 * Option tables: a row's text becomes a field of a struct. Fields are written with memcpy because
 * the table knows only their offsets.
 */
#include "config/option.h"

#include "config/units.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    EXPECTED_MAX = 400,
    SHOWN_MAX = 80
}; /* bytes in a message: what was expected, what was found */

static void field_set(const struct option *option, void *into, const void *value, size_t size)
{
    memcpy((char *)into + option->offset, value, size);
}

static bool in_range(const struct option *option, double value)
{
    const bool unbounded = option->min == 0 && option->max == 0;
    return unbounded || (value >= option->min && value <= option->max);
}

static enum unit_kind kind_of(enum option_type type)
{
    switch (type) {
    case OPTION_COUNT:
        return UNIT_COUNT;
    case OPTION_DURATION:
        return UNIT_DURATION;
    case OPTION_BYTES:
        return UNIT_BYTES;
    case OPTION_DISTANCE:
        return UNIT_DISTANCE;
    case OPTION_SPEED:
        return UNIT_SPEED;
    default:
        return UNIT_NUMBER;
    }
}

static bool store_bool(const struct option *option, void *into, const char *text)
{
    const bool value = strcmp(text, "true") == 0;
    if (!value && strcmp(text, "false") != 0)
        return false;
    field_set(option, into, &value, sizeof value);
    return true;
}

static bool store_choice(const struct option *option, void *into, const char *text)
{
    for (int i = 0; option->choices[i]; i++)
        if (strcmp(option->choices[i], text) == 0) {
            field_set(option, into, &i, sizeof i);
            return true;
        }
    return false;
}

static bool add_choice(const struct option *option, unsigned *set, const char *text, size_t len)
{
    for (unsigned i = 0; option->choices[i]; i++)
        if (strlen(option->choices[i]) == len && strncmp(option->choices[i], text, len) == 0) {
            bool new = !(*set >> i & 1);
            *set |= 1u << i;
            return new;
        }
    return false;
}

/* "a" or "all", or "[a, b]" as defaults are written. */
static bool store_set(const struct option *option, void *into, const char *text)
{
    unsigned set = 0;
    if (strcmp(text, "all") == 0) {
        for (unsigned i = 0; option->choices[i]; i++)
            set |= 1u << i;
    } else if (*text != '[') {
        if (!add_choice(option, &set, text, strlen(text)))
            return false;
    } else {
        for (text++; *text; text += strspn(text, ", ]")) {
            const size_t len = strcspn(text, ", ]");
            if (!add_choice(option, &set, text, len))
                return false;
            text += len;
        }
    }
    field_set(option, into, &set, sizeof set);
    return set != 0;
}

static bool store_whole(const struct option *option, void *into, const char *text)
{
    int64_t value;
    if (units_read_whole(kind_of(option->type), text, &value) != 0 ||
        !in_range(option, (double)value))
        return false;
    field_set(option, into, &value, sizeof value);
    return true;
}

static bool store_real(const struct option *option, void *into, const char *text)
{
    double value;
    if (units_read_real(kind_of(option->type), text, &value) != 0 || !in_range(option, value))
        return false;
    field_set(option, into, &value, sizeof value);
    return true;
}

/* False: the text is not what the option takes, and the field is as it was. */
static bool store(const struct option *option, void *into, const char *text)
{
    switch (option->type) {
    case OPTION_BOOL:
        return store_bool(option, into, text);
    case OPTION_CHOICE:
        return store_choice(option, into, text);
    case OPTION_SET:
        return store_set(option, into, text);
    case OPTION_COUNT:
    case OPTION_DURATION:
    case OPTION_BYTES:
        return store_whole(option, into, text);
    case OPTION_NUMBER:
    case OPTION_DISTANCE:
    case OPTION_SPEED:
        return store_real(option, into, text);
    case OPTION_TEXT:
        if (*text == '\0')
            return false;
        field_set(option, into, &text, sizeof text);
        return true;
    }
    return false;
}

void option_defaults(const struct option_table *table, void *into)
{
    memset(into, 0, table->size);
    for (const struct option *option = table->options; option->name; option++) {
        const bool good = !option->fallback || store(option, into, option->fallback);
        assert(good);
        (void)good;
    }
}

const struct option *option_find(const struct option_table *table, const char *name)
{
    for (const struct option *option = table->options; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

/* "low, high or off", and the choice that was probably meant. */
static void expect_choice(const struct option *option, const char *text, char *buffer, size_t size)
{
    size_t n = 0, used = 0;
    while (option->choices[n])
        n++;
    for (size_t i = 0; i < n && used < size; i++) {
        const char *before = i == 0 ? "" : i + 1 == n ? " or " : ", ";
        used += (size_t)snprintf(buffer + used, size - used, "%s%s", before, option->choices[i]);
    }
    const char *nearest = diag_nearest(text, option->choices, n);
    if (nearest && used < size)
        snprintf(buffer + used, size - used, "; did you mean \"%s\"?", nearest);
}

/* "a duration such as 30s, 15m or 24h, from 1m to 14d". */
static void expect_quantity(const struct option *option, char *buffer, size_t size)
{
    const enum unit_kind kind = kind_of(option->type);
    char min[64], max[64];
    units_format(kind, option->min, min, sizeof min);
    if (in_range(option, -INFINITY)) {
        snprintf(buffer, size, "%s", units_form(kind));
    } else if (isinf(option->max)) {
        snprintf(buffer, size, "%s, at least %s", units_form(kind), min);
    } else {
        units_format(kind, option->max, max, sizeof max);
        snprintf(buffer, size, "%s, from %s to %s", units_form(kind), min, max);
    }
}

bool option_set(const struct option_table *table, const struct option *option, void *into,
                const char *text, struct diag_place at, struct diag *diag)
{
    if (store(option, into, text))
        return true;
    char expected[EXPECTED_MAX];
    switch (option->type) {
    case OPTION_BOOL:
        snprintf(expected, sizeof expected, "true or false");
        break;
    case OPTION_CHOICE:
    case OPTION_SET:
        expect_choice(option, text, expected, sizeof expected);
        break;
    case OPTION_TEXT:
        snprintf(expected, sizeof expected, "some text");
        break;
    default:
        expect_quantity(option, expected, sizeof expected);
        break;
    }
    diag_error(diag, at, "%s%s%s is \"%.*s\"; expected %s", table->name, *table->name ? "." : "",
               option->name, SHOWN_MAX, text, expected);
    return false;
}

bool option_set_item(const struct option_table *table, const struct option *option, void *into,
                     bool first, const char *text, struct diag_place at, struct diag *diag)
{
    unsigned set = 0, none = 0;
    char expected[EXPECTED_MAX];
    if (!first)
        memcpy(&set, (const char *)into + option->offset, sizeof set);
    if (add_choice(option, &set, text, strlen(text))) {
        field_set(option, into, &set, sizeof set);
        return true;
    }
    if (add_choice(option, &none, text, strlen(text))) {
        diag_error(diag, at, "%s.%s holds \"%s\" twice", table->name, option->name, text);
        return false;
    }
    expect_choice(option, text, expected, sizeof expected);
    diag_error(diag, at, "%s.%s holds \"%.*s\"; expected %s", table->name, option->name, SHOWN_MAX,
               text, expected);
    return false;
}
