/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor explain: findings, one JSON a line, as pages for a person. Each record is a page, as it
 * comes, so it may stand behind a consumer of the findings topic.
 */
#include "plugin/cli/cli.h"
#include "plugin/pages/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct explaining {
    struct finding_reader *reader;
    bool colour;
};

static bool take(void *ctx, const char *path, unsigned long number, struct slice line)
{
    struct explaining *x = ctx;
    struct read_finding f;
    finding_reader_reset(x->reader);
    const char *why = finding_read(x->reader, line, &f);
    if (why) {
        fprintf(stderr, "spoor explain: %s:%lu: %s\n", path, number, why);
        return false;
    }
    explain(stdout, x->colour, &f);
    return fflush(stdout) == 0;
}

/* https://no-color.org: any value but the empty one. */
static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no && *no);
}

int cmd_explain(int argc, char **argv)
{
    static const char *const only_stdin[] = {"-"};
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") != 0)
            return cli_usage_error(argv[0], "no option \"%s\"", argv[i]);
        i++;
        break;
    }
    struct explaining x = {finding_reader_new(1), wants_colour()};
    if (!x.reader) {
        fputs("spoor explain: out of memory\n", stderr);
        return CLI_FAILED;
    }
    const struct line_sink sink = {&x, take};
    const char *const *paths = i < argc ? (const char *const *)(argv + i) : only_stdin;
    bool fine = finding_lines("explain", paths, i < argc ? argc - i : 1, &sink);
    finding_reader_free(x.reader);
    return cli_stdout_ok("explain") && fine ? CLI_OK : CLI_FAILED;
}
