/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor replay: the whole path of an event without Kafka and in one thread. Files -> pipeline ->
 * claims -> speaker -> findings, one JSON a line. No clock but the one that --timing asks for, so
 * the same input gives the same bytes.
 */
#include "plugin/replay.h"

#include "plugin/cli.h"
#include "plugin/clock.h"
#include "plugin/csv.h"
#include "plugin/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *config;
    const struct parser *format;
    bool timing, is_csv, told_format; /* told_format: --format stands above the config */
    const char **paths;
    int paths_n;
};

struct output {
    char *line;
    uint64_t records, unwritten;
    uint64_t bad_by_reason[BAD_N]; /* texts that never became messages */
    struct replay *replay;
};

static void on_finding(void *ctx, const struct finding *f)
{
    struct output *output = ctx;
    struct json_out out = json_begin(output->line, FINDING_JSON_MAX);
    if (!finding_json(&out, f)) {
        output->unwritten++;
        return;
    }
    json_newline(&out);
    fwrite(out.ptr, 1, out.len, stdout);
    output->records++;
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
    output->bad_by_reason[reason]++;
}

/* --- the summary: one line a number, what it is made of in brackets --- */

static void print_part(bool *first, const char *name, const char *what, uint64_t n)
{
    if (n == 0)
        return;
    fprintf(stderr, "%s%s%s%s %llu", *first ? "  (" : ", ", name, *what ? " " : "", what,
            (unsigned long long)n);
    *first = false;
}

static void print_total(const char *name, uint64_t n)
{
    fprintf(stderr, "%-11s %llu", name, (unsigned long long)n);
}

static void end_line(bool first)
{
    fputs(first ? "\n" : ")\n", stderr);
}

static void print_bad(const struct output *output, const struct pipeline_counts *counts)
{
    uint64_t n = counts->bad;
    for (int r = 0; r < BAD_N; r++)
        n += output->bad_by_reason[r];
    print_total("bad", n);
    bool first = true;
    for (int r = 0; r < BAD_N; r++)
        print_part(&first, bad_reason_name((enum bad_reason)r), "",
                   counts->bad_by_reason[r] + output->bad_by_reason[r]);
    end_line(first);
}

/* What nobody recognised, that the operator may see whose records those are. */
static void print_unknown(const struct replay *replay, uint64_t records)
{
    struct unknown shapes[UNKNOWNS_MAX];
    size_t n = replay_unknowns(replay, shapes);
    print_total("unknown", records);
    end_line(true);
    for (size_t i = 0; i < n && i < UNKNOWNS_SHOWN; i++)
        fprintf(stderr, "  shape     %llu of %08x: %s\n", (unsigned long long)shapes[i].seen,
                unknown_mark(&shapes[i].shape), shapes[i].shape.example);
    if (n > UNKNOWNS_SHOWN)
        fprintf(stderr, "  shape     and of %zu%s more\n", n - UNKNOWNS_SHOWN,
                n == UNKNOWNS_MAX ? " or" : "");
}

static void print_suppressed(const struct replay *replay)
{
    uint64_t n = 0;
    bool first = true;
    for (unsigned d = 0; d < detectors_n(); d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            n += replay_suppressed(replay, d, (enum suppression)r);
    print_total("suppressed", n);
    for (unsigned d = 0; d < detectors_n(); d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            print_part(&first, detectors_all[d]->name, suppression_name((enum suppression)r),
                       replay_suppressed(replay, d, (enum suppression)r));
    end_line(first);
}

static void print_findings(const struct replay *replay, const struct output *output)
{
    struct speaker_counts counts = replay_speaker_counts(replay);
    uint64_t created = 0, updated = 0, closed = 0, retracted = 0;
    for (unsigned d = 0; d < detectors_n(); d++) {
        created += counts.created[d];
        updated += counts.updated[d];
        closed += counts.closed[d];
        retracted += counts.retracted[d];
    }
    bool first = true;
    print_total("findings", created);
    for (unsigned d = 0; d < detectors_n(); d++)
        print_part(&first, detectors_all[d]->name, "", counts.created[d]);
    end_line(first);
    first = true;
    print_total("records", output->records);
    print_part(&first, "created", "", created);
    print_part(&first, "updated", "", updated);
    print_part(&first, "closed", "", closed);
    print_part(&first, "retracted", "", retracted);
    print_part(&first, "not written", "", output->unwritten);
    end_line(first);
}

static void print_timing(const struct pipeline_counts *counts, uint64_t ns)
{
    static const char *const names[STAGE_N] = {"parse", "enrich", "detect"};
    double seconds = ns > 0 ? (double)ns / 1e9 : 1e-9, staged = 0;
    for (int s = 0; s < STAGE_N; s++)
        staged += (double)counts->stage_ns[s];
    fprintf(stderr, "timing      %.3f s of processor time, %.0f events/s, %.1f MB/s", seconds,
            (double)counts->events / seconds, (double)counts->bytes / seconds / 1e6);
    for (int s = 0; s < STAGE_N && staged > 0; s++)
        fprintf(stderr, "%s%s %.1f %%", s == 0 ? "  (" : ", ", names[s],
                100 * (double)counts->stage_ns[s] / staged);
    fputs(staged > 0 ? ")\n" : "\n", stderr);
}

static void print_summary(const struct replay *replay, const struct output *output)
{
    struct pipeline_counts counts = replay_counts(replay);
    print_total("messages", counts.messages);
    end_line(true);
    print_total("events", counts.events);
    end_line(true);
    print_total("not ours", counts.ignored);
    end_line(true);
    print_unknown(replay, counts.unknown);
    print_bad(output, &counts);
    print_suppressed(replay);
    print_findings(replay, output);
}

/* --- running --- */

static int read_arguments(struct arguments *args, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(argv[i], "--timing") == 0) {
            args->timing = true;
        } else if (strcmp(argv[i], "--csv") == 0) {
            args->is_csv = true;
        } else if (strcmp(argv[i], "--format") == 0) {
            int exit_code = cli_format(argv[0], argv[++i], &args->format);
            if (exit_code != CLI_OK)
                return exit_code;
            args->told_format = true;
        } else if (strcmp(argv[i], "-c") != 0) {
            return cli_usage_error(argv[0], "no option \"%s\"", argv[i]);
        } else if (++i < argc) {
            args->config = argv[i];
        } else {
            return cli_usage_error(argv[0], "-c needs a file");
        }
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
        uint64_t start = clock_thread_ns();
        exit_code = read_files(&output, args);
        replay_end(output.replay);
        uint64_t ns = clock_thread_ns() - start;
        if (!cli_stdout_ok("replay") || output.unwritten > 0)
            exit_code = CLI_FAILED;
        print_summary(output.replay, &output);
        struct pipeline_counts counts = replay_counts(output.replay);
        if (args->timing)
            print_timing(&counts, ns);
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
    return exit_code;
}
