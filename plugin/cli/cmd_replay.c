/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor replay: the whole path of an event without Kafka and in one thread. Files -> pipeline ->
 * claims -> speaker -> findings, one JSON a line. No clock but the one that --timing asks for, so
 * the same input gives the same bytes.
 */
#include "plugin/files/replay.h"

#include "plugin/base/clock.h"
#include "plugin/cli/cli.h"
#include "plugin/cli/when.h"
#include "plugin/files/csv.h"
#include "plugin/files/files.h"
#include "plugin/files/replay_summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *config;
    const struct parser *format;
    struct when when;
    bool timing, explain, is_csv, told_format; /* told_format: --format stands above the config */
    const char **paths;
    int paths_n;
};

struct output {
    char *line;
    struct replay_written written;
    struct replay *replay;
};

static void on_finding(void *ctx, const struct finding *f)
{
    struct output *output = ctx;
    struct json_out out = json_begin(output->line, FINDING_JSON_MAX);
    if (!finding_json(&out, f)) {
        output->written.failed++;
        return;
    }
    json_newline(&out);
    fwrite(out.ptr, 1, out.len, stdout);
    output->written.records++;
}

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    struct output *output = ctx;
    replay_take(output->replay, bytes, offset);
    replay_flush(output->replay);
}

static void on_bad_text(void *ctx, enum bad_reason reason, uint64_t offset)
{
    struct output *output = ctx;
    (void)offset;
    output->written.bad_by_reason[reason]++;
}

/* --- running --- */

/* One option and its value, of which *i is then the last. */
static int read_option(struct arguments *args, int argc, char **argv, int *i)
{
    const char *option = argv[*i];
    bool taken;
    int exit_code = when_option(&args->when, argc, argv, i, &taken);
    if (taken)
        return exit_code;
    if (strcmp(option, "--timing") == 0) {
        args->timing = true;
    } else if (strcmp(option, "--explain") == 0) {
        args->explain = true;
    } else if (strcmp(option, "--csv") == 0) {
        args->is_csv = true;
    } else if (strcmp(option, "--format") == 0) {
        args->told_format = true;
        return cli_format(argv[0], argv[++*i], &args->format);
    } else if (strcmp(option, "-c") != 0) {
        return cli_usage_error(argv[0], "no option \"%s\"", option);
    } else if (++*i < argc) {
        args->config = argv[*i];
    } else {
        return cli_usage_error(argv[0], "-c needs a file");
    }
    return CLI_OK;
}

static int read_arguments(struct arguments *args, int argc, char **argv)
{
    int i = 1, exit_code = CLI_OK;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        exit_code = read_option(args, argc, argv, &i);
        if (exit_code != CLI_OK)
            return exit_code;
    }
    for (; i < argc; i++)
        args->paths[args->paths_n++] = argv[i];
    if (args->paths_n == 0)
        args->paths[args->paths_n++] = "-";
    return CLI_OK;
}

static int read_files(struct output *output, const struct arguments *args)
{
    const struct files_sink sink = {output, on_message, on_bad_text};
    int exit_code = CLI_OK;
    struct files *files = files_new();
    if (!files)
        return CLI_FAILED;
    for (int i = 0; i < args->paths_n; i++) {
        replay_received(output->replay, when_received_ms(&args->when, args->paths[i]));
        int result = csv_read(files, args->paths[i], args->is_csv, &sink);
        if (result == 0)
            continue;
        fprintf(stderr, "spoor replay: %s: %s\n", args->paths[i], strerror(-result));
        exit_code = CLI_FAILED;
    }
    files_free(files);
    return exit_code;
}

static int replay_all(const struct setup *setup, const struct arguments *args)
{
    struct output output = {.line = malloc(FINDING_JSON_MAX + 1)};
    const struct speaker_out speaker_out = {&output, on_finding};
    output.replay = replay_new(setup, &speaker_out, args->timing);
    int exit_code = CLI_FAILED;
    if (output.line && output.replay) {
        if (args->told_format)
            replay_bind(output.replay, args->format);
        if (args->when.zone)
            replay_zones(output.replay, &args->when.zones);
        if (args->explain)
            replay_tell_held(output.replay);
        uint64_t start = clock_thread_ns();
        exit_code = read_files(&output, args);
        replay_end(output.replay);
        uint64_t ns = clock_thread_ns() - start;
        if (!cli_stdout_ok("replay") || output.written.failed > 0)
            exit_code = CLI_FAILED;
        replay_summary(output.replay, &output.written);
        when_tell_yearless("replay", replay_yearless(output.replay));
        if (args->timing)
            replay_timing(output.replay, ns);
    } else {
        fputs("spoor replay: out of memory\n", stderr);
    }
    replay_free(output.replay);
    free(output.line);
    return exit_code;
}

int cmd_replay(int argc, char **argv)
{
    struct arguments args = {.paths = calloc((size_t)argc + 1, sizeof *args.paths)};
    struct setup setup = {0};
    struct diag *diag = diag_new();
    int exit_code = args.paths && diag ? read_arguments(&args, argc, argv) : CLI_FAILED;
    if (exit_code == CLI_OK) {
        exit_code = setup_exit_code(setup_init(&setup, args.config, diag));
        setup_tell(diag);
    }
    if (exit_code == CLI_OK)
        exit_code = replay_all(&setup, &args);
    setup_done(&setup);
    diag_free(diag);
    free(args.paths);
    when_done(&args.when);
    return exit_code;
}
