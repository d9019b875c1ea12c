/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor list: formats, detectors and options, straight from the tables that the program runs by.
 */
#include "config/config.h"
#include "detectors/detectors.h"
#include "parsers/parser.h"
#include "plugin/cli.h"

#include <stdio.h>
#include <string.h>

static void list_parsers(void)
{
    for (const struct parser *const *p = parsers_all; *p; p++)
        printf("%-16s %s\n", (*p)->name, (*p)->summary);
}

static void list_detectors(void)
{
    for (const struct detector *const *d = detectors_all; *d; d++)
        printf("%-20s %s\n", (*d)->name, (*d)->summary);
}

static const char *type_name(enum option_type type)
{
    static const char *const names[] = {
        [OPTION_BOOL] = "boolean",      [OPTION_NUMBER] = "number", [OPTION_COUNT] = "count",
        [OPTION_DURATION] = "duration", [OPTION_BYTES] = "bytes",   [OPTION_DISTANCE] = "distance",
        [OPTION_SPEED] = "speed",       [OPTION_CHOICE] = "choice", [OPTION_TEXT] = "text",
    };
    return names[type];
}

/* A duration as a person would write it: the greatest unit that divides it. */
static int duration_text(char *text, size_t cap, double ms)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"d", 86400e3}, {"h", 3600e3}, {"m", 60e3}, {"s", 1e3}, {"ms", 1}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units &&
           (ms < units[i].ms || (double)(long long)(ms / units[i].ms) != ms / units[i].ms))
        i++;
    return snprintf(text, cap, "%.15g%s", ms / units[i].ms, units[i].unit);
}

/* One end of a range with its unit. */
static int bound_text(char *text, size_t cap, const struct option *option, double value)
{
    switch (option->type) {
    case OPTION_DURATION:
        return duration_text(text, cap, value);
    case OPTION_DISTANCE:
        return snprintf(text, cap, "%.15gkm", value);
    case OPTION_SPEED:
        return snprintf(text, cap, "%.15gkm/h", value);
    default:
        return snprintf(text, cap, "%.15g", value);
    }
}

static void range_text(char *text, size_t cap, const struct option *option)
{
    text[0] = '\0';
    if (option->type == OPTION_CHOICE) {
        size_t len = 0;
        for (const char *const *c = option->choices; c && *c && len < cap; c++)
            len += (size_t)snprintf(text + len, cap - len, "%s%s", len ? "|" : "", *c);
    } else if (option->min != 0 || option->max != 0) {
        size_t len = (size_t)bound_text(text, cap, option, option->min);
        len += (size_t)snprintf(text + len, cap - len, "..");
        bound_text(text + len, cap - len, option, option->max);
    }
}

static void list_table(const char *prefix, const struct option_table *table)
{
    for (const struct option *o = table->options; o->name; o++) {
        char name[96], range[96];
        bool top = !table->name || !*table->name;
        snprintf(name, sizeof name, "%s%s%s%s", prefix, top ? "" : table->name, top ? "" : ".",
                 o->name);
        range_text(range, sizeof range, o);
        printf("%-44s %-9s %-12s %-20s %s\n", name, type_name(o->type),
               o->fallback ? o->fallback : "-", *range ? range : "-", o->help ? o->help : "");
    }
}

static void list_options(void)
{
    printf("%-44s %-9s %-12s %-20s %s\n", "OPTION", "TYPE", "DEFAULT", "RANGE", "MEANING");
    for (size_t i = 0; i < config_tables_n; i++)
        list_table("", &config_tables[i]);
    const struct option_table *tables = detectors_tables();
    for (unsigned i = 0; i < detectors_n(); i++)
        list_table("detectors.", &tables[i]);
}

static const struct {
    const char *name;
    void (*list)(void);
} lists[] = {{"parsers", list_parsers}, {"detectors", list_detectors}, {"options", list_options}};

int cmd_list(int argc, char **argv)
{
    if (argc != 2)
        return cli_usage_error(argv[0], argc < 2 ? "what?" : "one thing at a time");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(argv[1], lists[i].name) != 0)
            continue;
        lists[i].list();
        return cli_stdout_ok(argv[0]) ? CLI_OK : CLI_FAILED;
    }
    const char *names[] = {"parsers", "detectors", "options"};
    const char *near = diag_nearest(argv[1], names, 3);
    return near ? cli_usage_error(argv[0], "no list \"%s\"; did you mean \"%s\"?", argv[1], near)
                : cli_usage_error(argv[0], "no list \"%s\"", argv[1]);
}
