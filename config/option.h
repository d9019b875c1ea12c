/* SPDX-License-Identifier: Apache-2.0
 *
 * Option tables: each option is told once, and that row fills the struct, checks the value, prints
 * `spoor list options`, and is held against config/spoor.yaml by a test.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include "config/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The type says the unit a value is written with and the C type of the field it fills. */
enum option_type {
    OPTION_BOOL,     /* true false            bool */
    OPTION_NUMBER,   /* 12  1.5               double */
    OPTION_COUNT,    /* 12  64k  1M           int64_t (k and M are 1000 and 1000000) */
    OPTION_DURATION, /* 100ms 30s 15m 24h 14d int64_t, milliseconds */
    OPTION_BYTES,    /* 512 64KiB 16MiB 1GiB  int64_t */
    OPTION_DISTANCE, /* 500km                 double, km */
    OPTION_SPEED,    /* 1000km/h              double, km/h */
    OPTION_CHOICE,   /* one of `choices`      int, its index */
    OPTION_SET,      /* [a, b] or a or all    unsigned, bit i for choice i; never none */
    OPTION_TEXT      /* any scalar            const char *, owned by the config */
};

struct option {
    const char *name;
    enum option_type type;
    size_t offset;        /* of the field in the struct that the table fills */
    const char *fallback; /* the default, as it would be written; NULL: the field stays zero */
    double min, max;      /* inclusive, in the field's unit; both 0: unbounded */
    const char *const *choices; /* OPTION_CHOICE, OPTION_SET (32 at most): NULL-terminated */
    const char *help;           /* one sentence: what it does and why the default */
};

/* A table with its struct's size; ends with a row whose name is NULL. */
struct option_table {
    const char *name; /* where it stands in the config, e.g. "impossible_travel" */
    const struct option *options;
    size_t size;
};

/* Fills `into` (table->size bytes) with the defaults. The defaults are our own: a bad one is a
 * programming error and asserts. OPTION_TEXT fields then point to the table's literals. */
void option_defaults(const struct option_table *table, void *into);

/* The row of that name, or NULL. */
const struct option *option_find(const struct option_table *table, const char *name);

/* Reads one value into its field. False with an error in diag that names the option, what was
 * found, the form expected and the allowed range. OPTION_TEXT stores the pointer `text` itself
 * and refuses an empty text. */
bool option_set(const struct option_table *table, const struct option *option, void *into,
                const char *text, struct diag_place at, struct diag *diag);

/* The same for an item of a list, OPTION_SET only: adds it to the field. The first one empties the
 * field before. A choice given twice is an error. */
bool option_set_item(const struct option_table *table, const struct option *option, void *into,
                     bool first, const char *text, struct diag_place at, struct diag *diag);

#endif
