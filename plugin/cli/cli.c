/* SPDX-License-Identifier: Apache-2.0
 *
 * argv -> one command. What a user asked to see goes to stdout, what went wrong to stderr.
 */
#include "plugin/cli/cli.h"

#include "config/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of parse and replay. */
#define WHEN_HELP                                                                                  \
    "  --zone ZONE    where times of lines that name no zone are: +02:00, Europe/Berlin\n"         \
    "  --received TIME|mtime\n"                                                                    \
    "                 when the messages arrived, or that each did when its file was last\n"        \
    "                 written: the year of times without one\n"

const struct command cli_commands[] = {
    {"run", cmd_run, "-c FILE", "the processor: events from Kafka in, findings to Kafka out",
     "  -c FILE   the config; see `spoor check-config`\n"
     "\nSIGTERM and SIGINT finish what was taken and stop.\n"},
    {"demo", cmd_demo, "",
     "the main job with a Kafka of its own: a week of events in, findings out", ""},
    {"replay", cmd_replay,
     "[-c FILE] [--format NAME] [--zone ZONE] [--received TIME|mtime] [--csv] [--explain] "
     "[--timing] [FILE...]",
     "no Kafka: events from files or stdin, findings as JSON lines on stdout",
     "  -c FILE        the config; without it, all defaults\n"
     "  --format NAME  take every record for this format, whatever the config says\n" WHEN_HELP
     "  --csv          FILE is a CSV export whose records are in AuditData or _raw\n"
     "  --explain      also write what is held back, with the status Suppressed and the reason\n"
     "  --timing       also print events per processor second and the share of each stage\n"
     "\nFILE is NDJSON, a JSON document or log lines, plain or gzip; \"-\" or none is stdin. "
     "Several\n"
     "files are one stream. A summary goes to stderr. The output depends on the input alone.\n"},
    {"parse", cmd_parse, "[--format NAME] [--zone ZONE] [--received TIME|mtime] [--csv] [FILE...]",
     "the normalised events as JSON lines on stdout",
     "  --format NAME  take every record for this format; see `spoor list parsers`\n" WHEN_HELP
     "  --csv          FILE is a CSV export whose records are in AuditData or _raw\n"
     "\nFILE is as for replay. A record that cannot be read is {\"error\": reason, \"offset\": "
     "byte}.\n"},
    {"explain", cmd_explain, "[FILE...]", "findings as pages for an analyst's terminal",
     "\nFILE holds findings, one JSON a line; \"-\" or none is stdin. At most 100 columns; colours "
     "only\non a terminal and without NO_COLOR. Whatever a log field holds is shown inert.\n"},
    {"notice", cmd_notice, "[--lang ja|en|both] [--defang] [FILE...]",
     "findings as mail drafts for the administrator of each tenant",
     "  --lang ja|en|both  Japanese, English, or one after the other (default)\n"
     "  --defang           write addresses and names so that nobody clicks them: evil[.]net;\n"
     "                     commands stay exact\n"
     "\nFILE holds findings, one JSON a line; \"-\" or none is stdin. Of a finding its last "
     "record\n"
     "counts, retracted ones are left out; the findings of one tenant and detector are one mail.\n"
     "Plain text of at most 76 columns; nothing is sent.\n"},
    {"generate", cmd_generate,
     "[--seed N] [--tenants N] [--users N] [--days N] [--attacks LIST] [--truth FILE]\n"
     "                      [-o DIR | -c FILE --topic NAME] [--rate N] [--speed Nx] [--world NAME]",
     "realistic traffic with the truth beside it, from a seed",
     "  --seed N         the same seed gives the same bytes (1)\n"
     "  --tenants N      organisations (3)\n"
     "  --users N        accounts of all of them together (120)\n"
     "  --days N         how long (7)\n"
     "  --start TIME     the first day (2026-03-02, a Monday)\n"
     "  --attacks LIST   all, none, or KIND[:N],...: which, and how many of each (all)\n"
     "  --truth FILE     what was an attack and what only looks like one, JSON lines\n"
     "  -o DIR           events, truth, databases of places, and a config for them, in a folder\n"
     "  -c FILE          the config of a Kafka; with --topic NAME\n"
     "  --rate N         at most so many records a second\n"
     "  --speed Nx       so many times as fast as the set's own time\n"
     "  --world NAME     by whose ideas people live (calibrated)\n"
     "\nWithout -o and --topic messages go to stdout, one a line. Kinds of attacks: campaign\n"
     "(N is how many attempts), spray_single, spray_rotating, spray_gateway, spray_residential,\n"
     "stuffing, brute_force, mfa_fatigue, aitm_cookie, aitm_proxy, token_theft, infostealer,\n"
     "device_code, far_success, same_second, late_arrival, hostile_rule, hostile_forwarding,\n"
     "bulk_forwarding, takeover.\n"},
    {"check-config", cmd_check_config, "-c FILE",
     "all mistakes of a config at once, or the memory that it asks for",
     "  -c FILE   the config\n"},
    {"list", cmd_list, "parsers|detectors|options", "what this build can read, find and be told",
     "  parsers    formats, in the order of recognition\n"
     "  detectors  what is looked for\n"
     "  options    what the config may set, with type, default and range\n"},
    {"version", cmd_version, "", "this version and that of the Kafka library", ""},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct command *find(const char *name)
{
    for (const struct command *c = cli_commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void print_overview(FILE *to)
{
    fputs("usage: spoor COMMAND [ARGUMENTS]\n\n"
          "Finds attacked and taken-over accounts in a stream of sign-in and audit events.\n\n",
          to);
    for (const struct command *c = cli_commands; c->name; c++)
        fprintf(to, "  %-14s %s\n", c->name, c->summary);
    fputs("\n`spoor COMMAND --help` tells more. Exit codes: 0 fine, 1 failed at run time, 2 wrong\n"
          "usage, 3 bad config.\n",
          to);
}

static void print_usage(FILE *to, const struct command *c)
{
    fprintf(to, "usage: spoor %s%s%s\n", c->name, *c->usage ? " " : "", c->usage);
}

static void print_help(const struct command *c)
{
    print_usage(stdout, c);
    printf("\n%s\n", c->summary);
    if (*c->help)
        printf("\n%s", c->help);
}

int cli_usage_error(const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "spoor %s: ", name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    const struct command *c = find(name);
    if (c)
        print_usage(stderr, c);
    return CLI_USAGE;
}

int cli_format(const char *command, const char *name, const struct parser **ret)
{
    const char *near = NULL;
    if (name == NULL)
        return cli_usage_error(command, "--format needs a name");
    if (parsers_choose(name, ret, &near))
        return CLI_OK;
    return cli_usage_error(command, "format \"%s\" is not known%s%s%s", name,
                           near ? "; did you mean \"" : "; `spoor list parsers` names them",
                           near ? near : "", near ? "\"?" : "");
}

bool cli_stdout_ok(const char *name)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    fprintf(stderr, "spoor %s: cannot write to stdout: %s\n", name,
            errno ? strerror(errno) : "write failed");
    return false;
}

static int unknown(const char *name)
{
    const char *names[32];
    size_t n = 0;
    for (const struct command *c = cli_commands; c->name && n < 32; c++)
        names[n++] = c->name;
    const char *near = diag_nearest(name, names, n);
    fprintf(stderr, "spoor: no command \"%s\"", name);
    if (near)
        fprintf(stderr, "; did you mean \"%s\"?", near);
    fputs("\nusage: spoor COMMAND [ARGUMENTS]; `spoor help` lists the commands\n", stderr);
    return CLI_USAGE;
}

static bool is_help(const char *arg)
{
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

static int help(int argc, char **argv)
{
    const struct command *c = argc > 2 ? find(argv[2]) : NULL;
    if (argc > 2 && !c)
        return unknown(argv[2]);
    if (c)
        print_help(c);
    else
        print_overview(stdout);
    return cli_stdout_ok("help") ? CLI_OK : CLI_FAILED;
}

/* Asked for anywhere before "--". */
static bool wants_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

int cli_main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || is_help(argv[1]))
        return help(argc, argv);
    if (strcmp(argv[1], "--version") == 0)
        return cmd_version(1, argv + 1);
    const struct command *c = find(argv[1]);
    if (!c)
        return unknown(argv[1]);
    if (wants_help(argc, argv)) {
        print_help(c);
        return cli_stdout_ok(c->name) ? CLI_OK : CLI_FAILED;
    }
    return c->run(argc - 1, argv + 1);
}
