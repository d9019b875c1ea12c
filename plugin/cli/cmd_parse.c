/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor parse: files -> normalised events, one JSON a line. Bad records stand where they were
 * found, so that the output has the order of the input. Keeps nothing between records.
 */
#include "plugin/cli/cli.h"
#include "plugin/cli/when.h"
#include "plugin/files/csv.h"
#include "plugin/files/files.h"
#include "plugin/findings/event_json.h"
#include "plugin/path/gunzip.h"
#include "plugin/path/skew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parse {
    struct reader *reader;
    struct files *files;
    struct gunzip *gunzip; /* of gzip in gzip; files opens the outermost itself */
    char *line;
    uint64_t base; /* offset in the file of the message in hand */
    const struct parser *only;
    bool is_csv;
    struct when when;
    struct skew skew;
    const char **paths;
    int paths_n;
};

static void print_line(struct json_out *out)
{
    json_newline(out);
    fwrite(out->ptr, 1, out->len, stdout);
}

static void on_event(void *ctx, const struct event *ev)
{
    struct parse *parse = ctx;
    struct json_out out = json_begin(parse->line, EVENT_JSON_MAX);
    event_json(&out, ev);
    print_line(&out);
    char zone[SKEW_TEXT_MAX];
    bool told =
        parse->when.is_mtime || parse->when.received_ms != 0; /* alike for all: no arrival */
    if (!told && skew_take(&parse->skew, NULL, ev, zone))
        fprintf(stderr,
                "spoor parse: times without a zone stand a constant way off what carried them: "
                "--zone %s, or input.zones, if that is where the clocks are\n",
                zone);
}

static void on_ignored(void *ctx, uint32_t index)
{
    (void)ctx;
    (void)index;
}

static void print_bad(struct parse *parse, enum bad_reason reason, uint64_t offset)
{
    struct json_out out = json_begin(parse->line, EVENT_JSON_MAX);
    event_json_bad(&out, bad_reason_name(reason), (size_t)offset);
    print_line(&out);
}

static void on_bad_record(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    struct parse *parse = ctx;
    (void)index;
    print_bad(parse, reason, parse->base + offset);
}

static void on_flush(void *ctx)
{
    (void)ctx; /* every event was printed when it came */
}

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    struct parse *parse = ctx;
    struct record_sink sink = {parse, on_event, on_ignored, on_bad_record, on_flush};
    parse->base = offset;
    reader_read(parse->reader, bytes, &sink);
    reader_reset(parse->reader);
}

static void on_bad_text(void *ctx, enum bad_reason reason, uint64_t offset)
{
    print_bad(ctx, reason, offset);
}

/* Fills paths and format; CLI_OK or the exit code. */
static int read_arguments(struct parse *parse, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        bool taken;
        int exit_code = when_option(&parse->when, argc, argv, &i, &taken);
        if (exit_code != CLI_OK)
            return exit_code;
        if (taken)
            continue;
        if (strcmp(argv[i], "--csv") == 0) {
            parse->is_csv = true;
            continue;
        }
        if (strcmp(argv[i], "--format") != 0)
            return cli_usage_error(argv[0], "no option \"%s\"", argv[i]);
        exit_code = cli_format(argv[0], argv[++i], &parse->only);
        if (exit_code != CLI_OK)
            return exit_code;
    }
    for (; i < argc; i++)
        parse->paths[parse->paths_n++] = argv[i];
    if (parse->paths_n == 0)
        parse->paths[parse->paths_n++] = "-";
    return CLI_OK;
}

static int parse_files(struct parse *parse, const char *command)
{
    const struct files_sink sink = {parse, on_message, on_bad_text};
    int exit_code = CLI_OK;
    parse->reader = reader_new(parse->only);
    parse->files = files_new();
    parse->gunzip = gunzip_new();
    parse->line = malloc(EVENT_JSON_MAX);
    const struct inflater inflater = gunzip_inflater(parse->gunzip);
    if (!parse->reader || !parse->files || !parse->gunzip || !parse->line ||
        !reader_use_inflater(parse->reader, &inflater)) {
        fprintf(stderr, "spoor %s: out of memory\n", command);
        return CLI_FAILED;
    }
    if (parse->when.zone)
        reader_zones(parse->reader, &parse->when.zones);
    for (int i = 0; i < parse->paths_n; i++) {
        reader_reference(parse->reader, when_received_ms(&parse->when, parse->paths[i]));
        int result = csv_read(parse->files, parse->paths[i], parse->is_csv, &sink);
        if (result == 0)
            continue;
        fprintf(stderr, "spoor %s: %s: %s\n", command, parse->paths[i], strerror(-result));
        exit_code = CLI_FAILED;
    }
    when_tell_yearless(command, reader_counts(parse->reader)->yearless);
    return cli_stdout_ok(command) ? exit_code : CLI_FAILED;
}

int cmd_parse(int argc, char **argv)
{
    struct parse parse = {.paths = calloc((size_t)argc + 1, sizeof *parse.paths)};
    int exit_code = parse.paths ? read_arguments(&parse, argc, argv) : CLI_FAILED;
    if (exit_code == CLI_OK)
        exit_code = parse_files(&parse, argv[0]);
    reader_free(parse.reader);
    files_free(parse.files);
    gunzip_free(parse.gunzip);
    free(parse.line);
    when_done(&parse.when);
    free(parse.paths);
    return exit_code;
}
