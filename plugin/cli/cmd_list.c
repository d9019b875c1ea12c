/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor list: formats, detectors and options, straight from the tables that the program runs by.
 */
#include "config/config.h"
#include "detectors/detectors.h"
#include "parsers/reader/parser.h"
#include "plugin/cli/cli.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A line that begins with the name, as in the other lists, and four about it. */
static void list_parser(const struct parser *parser)
{
    printf("%-16s %s\n  kinds    ", parser->name, parser->summary);
    for (unsigned kind = 0; kind < KIND_N; kind++)
        if (parser->kinds & 1u << kind)
            printf(" %s", event_kind_name((enum event_kind)kind));
    printf("\n  fields    %s\n  example   %s\n  page      %s\n", parser->fields, parser->example,
           parser->page);
}

static void list_parsers(void)
{
    for (const struct parser *const *p = parsers_all; *p; p++)
        list_parser(*p);
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
        [OPTION_SET] = "list",
    };
    return names[type];
}

struct unit {
    const char *name;
    double size;
};

/* Greatest first; the last one divides everything. */
static const struct unit *units_of(enum option_type type)
{
    static const struct unit durations[] = {
        {"d", 86400e3}, {"h", 3600e3}, {"m", 60e3}, {"s", 1e3}, {"ms", 1}};
    static const struct unit counts[] = {{"M", 1e6}, {"k", 1e3}, {"", 1}};
    static const struct unit bytes[] = {
        {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};
    static const struct unit distances[] = {{"km", 1}}, speeds[] = {{"km/h", 1}},
                             plain[] = {{"", 1}};
    switch (type) {
    case OPTION_DURATION:
        return durations;
    case OPTION_COUNT:
        return counts;
    case OPTION_BYTES:
        return bytes;
    case OPTION_DISTANCE:
        return distances;
    case OPTION_SPEED:
        return speeds;
    default:
        return plain;
    }
}

/* One end of a range as it would be written in a config: in the greatest unit that divides it. */
static size_t bound_text(char *text, size_t cap, enum option_type type, double value)
{
    const struct unit *unit = units_of(type);
    while (unit->size > 1 && (value < unit->size || fmod(value, unit->size) != 0))
        unit++;
    return (size_t)snprintf(text, cap, "%.15g%s", value / unit->size, unit->name);
}

static void range_text(char *text, size_t cap, const struct option *option)
{
    size_t len = 0;
    text[0] = '\0';
    if (option->type == OPTION_CHOICE || option->type == OPTION_SET) {
        for (const char *const *c = option->choices; c && *c && len < cap; c++)
            len += (size_t)snprintf(text + len, cap - len, "%s%s", len ? "|" : "", *c);
    } else if (option->min != 0 || option->max != 0) {
        len = bound_text(text, cap, option->type, option->min);
        len += (size_t)snprintf(text + len, cap - len, "..");
        bound_text(text + len, cap - len, option->type, option->max);
    }
}

enum { COLUMNS = 4, CELL_MAX = 96 };

/* Options are gone through twice: for the widths of the columns, then to be printed. */
struct columns {
    int width[COLUMNS];
    bool print;
};

static void list_row(struct columns *columns, const char *const cells[COLUMNS], const char *help)
{
    for (int i = 0; i < COLUMNS; i++) {
        int width = (int)strlen(cells[i]);
        if (columns->print)
            printf("%-*s  ", columns->width[i], cells[i]);
        else if (width > columns->width[i])
            columns->width[i] = width;
    }
    if (columns->print)
        printf("%s\n", help);
}

static void list_table(struct columns *columns, const char *prefix,
                       const struct option_table *table)
{
    bool top = !table->name || !*table->name;
    for (const struct option *o = table->options; o && o->name; o++) {
        char name[CELL_MAX], range[CELL_MAX];
        snprintf(name, sizeof name, "%s%s%s%s", prefix, top ? "" : table->name, top ? "" : ".",
                 o->name);
        range_text(range, sizeof range, o);
        const char *const cells[COLUMNS] = {name, type_name(o->type),
                                            o->fallback ? o->fallback : "-", *range ? range : "-"};
        list_row(columns, cells, o->help ? o->help : "");
    }
}

static void list_options(void)
{
    static const char *const heads[COLUMNS] = {"OPTION", "TYPE", "DEFAULT", "RANGE"};
    const struct option_table *tables = detectors_tables();
    struct columns columns = {0};
    for (int pass = 0; pass < 2; pass++) {
        columns.print = pass == 1;
        list_row(&columns, heads, "MEANING");
        for (size_t i = 0; i < config_tables_n; i++)
            list_table(&columns, "", &config_tables[i]);
        for (unsigned i = 0; i < detectors_n(); i++)
            list_table(&columns, "detectors.", &tables[i]);
    }
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
