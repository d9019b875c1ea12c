/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: one table of commands, from which dispatch, usage and help come. Each command
 * stands in its own file, cmd_NAME.c, as a function of argv with argv[0] = its name.
 */
#ifndef PLUGIN_CLI_CLI_H
#define PLUGIN_CLI_CLI_H

#include "parsers/reader/parser.h"
#include "plugin/base/exit.h"

#include <stdbool.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;   /* what follows "spoor NAME" */
    const char *summary; /* one sentence for `spoor help` */
    const char *help;    /* the options and examples for `spoor NAME --help`, "" for none */
};

/* THE LIST, in the order of `spoor help`; ends with a NULL name. */
extern const struct command cli_commands[];

/* argv of the program -> a command -> exit code. */
int cli_main(int argc, char **argv);

/* Prints "spoor NAME: TEXT" and the usage of that command on stderr; returns CLI_USAGE. */
int cli_usage_error(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The value of --format; CLI_OK, or CLI_USAGE with the nearest name said. NULL: auto. */
int cli_format(const char *command, const char *name, const struct parser **ret);

/* True if the last write to stdout went through; false tells why on stderr. Call before exit 0. */
bool cli_stdout_ok(const char *name);

int cmd_run(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_notice(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_check_config(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_version(int argc, char **argv);

#endif
