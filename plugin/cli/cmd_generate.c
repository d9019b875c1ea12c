/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor generate: realistic traffic with the truth beside it, from a seed. World -> stage ->
 * outlet; see plugin/generate/README.md.
 */
#include "plugin/base/clock.h"
#include "plugin/cli/cli.h"
#include "plugin/generate/folder.h"
#include "plugin/generate/stage.h"
#include "plugin/path/setup.h"
#include "plugin/sets/generate_arguments.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct generating {
    struct arguments args;
    struct atlas *atlas;
    struct config *config;
    struct diag *diag;
    FILE *events; /* of the folder; NULL: stdout or a topic */
    struct outlet *outlet;
    struct stage *stage;
};

static bool failed_with(const char *what)
{
    fprintf(stderr, "spoor generate: %s: %s\n", what, strerror(errno));
    return false;
}

static bool open_outlet(struct generating *g)
{
    const struct arguments *args = &g->args;

    if (args->topic) {
        g->config = config_read(args->config, detectors_tables(), detectors_n(), g->diag);
        if (g->config && diag_errors(g->diag) == 0)
            g->outlet = outlet_topic(g->config, args->topic, &args->pace, g->diag);
        return g->outlet != NULL;
    }
    if (!args->dir) {
        g->outlet = outlet_lines(stdout, &args->pace);
        return g->outlet != NULL;
    }
    if (!folder_make(args->dir) || !(g->events = folder_open(args->dir, "events.ndjson")))
        return failed_with(args->dir);
    g->outlet = outlet_lines(g->events, &args->pace);
    return g->outlet != NULL;
}

static bool write_truth(const struct generating *g)
{
    const struct arguments *args = &g->args;
    FILE *to = args->truth ? fopen(args->truth, "w")
               : args->dir ? folder_open(args->dir, "truth.ndjson")
                           : NULL;

    if (!to)
        return !args->truth && !args->dir ? true : failed_with("the truth");
    const bool good = truth_write(stage_truth(g->stage), to);
    return (fclose(to) == 0 && good) || failed_with("the truth");
}

/* A tenant may be too small for an attack, or everybody attacked already. */
static void tell_left_out(const struct generating *g)
{
    const struct attack_kind *kinds = g->args.world->attacks;
    const size_t made = truth_counts(stage_truth(g->stage)).attacks;
    size_t wanted = 0;

    for (size_t k = 0; kinds[k].name && k < ARGUMENTS_ATTACKS_MAX; k++)
        wanted += kinds[k].tries ? g->args.attacks[k] > 0 : g->args.attacks[k];
    if (made < wanted)
        fprintf(stderr, "spoor generate: %zu of %zu attacks found no place in so small a set\n",
                wanted - made, wanted);
}

static void tell(const struct generating *g, uint64_t ns)
{
    const struct stage_counts c = stage_counts(g->stage);
    const struct truth_counts t = truth_counts(stage_truth(g->stage));

    fprintf(stderr,
            "spoor generate: %" PRIu64 " records of %" PRIu64 " acts in %" PRIu64
            " messages, %.1f MB in %.2f s of processor time; %zu attacks, %zu oddities; at most "
            "%zu acts waited\n",
            c.records, c.acts, c.messages, (double)c.bytes / 1e6, (double)ns / 1e9, t.attacks,
            t.oddities, c.held_max);
}

static int generate(struct generating *g)
{
    const struct delivery_sink sink = {g->outlet, outlet_message};
    const uint64_t began = clock_thread_ns();

    g->args.plan.atlas = g->atlas;
    g->args.plan.attacks = g->args.attacks;
    g->stage = stage_new(g->args.world, &g->args.plan, &sink);
    if (!g->stage) {
        fputs("spoor generate: out of memory\n", stderr);
        return CLI_FAILED;
    }
    const char *wrong = stage_run(g->stage);
    if (!wrong && !outlet_flush(g->outlet))
        wrong = "a message could not be written";
    if (!wrong && g->args.dir &&
        !folder_write(g->args.dir, folder_head, g->args.world, stage_world(g->stage), g->atlas))
        wrong = "the folder could not be written";
    if (wrong)
        fprintf(stderr, "spoor generate: %s\n", wrong);
    if (wrong || !write_truth(g))
        return CLI_FAILED;
    tell_left_out(g);
    tell(g, clock_thread_ns() - began);
    return CLI_OK;
}

static int run(struct generating *g)
{
    g->diag = diag_new();
    g->atlas = atlas_new();
    if (!g->diag || !g->atlas)
        return CLI_FAILED;
    const bool opened = open_outlet(g);
    setup_tell(g->diag);
    if (!opened)
        return diag_errors(g->diag) > 0 ? CLI_CONFIG : CLI_FAILED;
    int exit_code = generate(g);
    if (g->events && fclose(g->events) != 0 && exit_code == CLI_OK) {
        failed_with(g->args.dir);
        exit_code = CLI_FAILED;
    }
    if (exit_code == CLI_OK && !cli_stdout_ok("generate"))
        exit_code = CLI_FAILED;
    return exit_code;
}

int cmd_generate(int argc, char **argv)
{
    struct generating g = {0};
    char wrong[ARGUMENTS_WRONG_MAX];

    if (!arguments_read(argc, argv, &g.args, wrong))
        return cli_usage_error(argv[0], "%s", wrong);
    const int exit_code = run(&g);
    stage_free(g.stage);
    outlet_free(g.outlet);
    config_free(g.config);
    atlas_free(g.atlas);
    diag_free(g.diag);
    return exit_code;
}
