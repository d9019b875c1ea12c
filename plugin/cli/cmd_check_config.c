/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor check-config: everything that can be known about a config without running it. It opens all
 * that the config names (feeds, databases, secret) and asks librdkafka about its properties, tells
 * every mistake at once, or else what the tables will take.
 */
#include "plugin/cli/cli.h"
#include "plugin/findings/claims.h"
#include "plugin/findings/speaker.h"
#include "plugin/kafka/kafka.h"
#include "plugin/path/setup.h"

#include <stdio.h>
#include <string.h>

static const char *read_arguments(int argc, char **argv, int *ret_exit)
{
    const char *file = NULL;
    *ret_exit = CLI_OK;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-c") == 0 && i + 1 < argc) {
            file = argv[++i];
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            *ret_exit = strcmp(argv[i], "-c") == 0
                            ? cli_usage_error(argv[0], "-c needs a file")
                            : cli_usage_error(argv[0], "no option \"%s\"", argv[i]);
            return NULL;
        } else {
            *ret_exit = cli_usage_error(argv[0], "write -c before \"%s\"", argv[i]);
            return NULL;
        }
    }
    if (!file)
        *ret_exit = cli_usage_error(argv[0], "which config?");
    return file;
}

static void print_bytes(const char *name, size_t rows, size_t bytes)
{
    if (rows > 0)
        printf("%-12s %14zu bytes  %zu rows\n", name, bytes, rows);
    else
        printf("%-12s %14zu bytes\n", name, bytes);
}

/* Every table, then what holds its sets of distinct values, then the look-up data. */
static void print_memory(const struct setup *setup)
{
    size_t rows_bytes = 0, all = windows_bytes(&setup->sizes);
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        const struct table *table = setup->windows->table[t];
        size_t rows = table_rows(table), bytes = table_bytes(windows_layout(t), rows);
        print_bytes(windows_layout(t)->name, rows, bytes);
        rows_bytes += bytes;
    }
    print_bytes("sets", 0, all > rows_bytes ? all - rows_bytes : 0);
    size_t databases = enricher_bytes(setup->enricher), networks = networks_bytes(setup->networks);
    print_bytes("geoip", 0, databases);
    print_bytes("prefixes", 0, networks);
    size_t findings = claims_bytes(SETUP_CLAIMS) + speaker_bytes(SETUP_FINDINGS);
    print_bytes("findings", 0, findings);
    print_bytes("total", 0, all + databases + networks + findings);
}

int cmd_check_config(int argc, char **argv)
{
    int exit_code = CLI_OK;
    const char *file = read_arguments(argc, argv, &exit_code);
    if (!file)
        return exit_code;
    struct diag *diag = diag_new();
    if (!diag)
        return CLI_FAILED;
    struct setup setup;
    int result = setup_init(&setup, file, diag);
    if (setup.config && setup.config->kafka_n > 0) /* a config for replay has no such section */
        kafka_check(setup.config, diag);
    setup_tell(diag);
    exit_code = setup_exit_code(result);
    if (exit_code == CLI_OK && diag_errors(diag) > 0)
        exit_code = CLI_CONFIG;
    if (exit_code == CLI_OK) {
        printf("%s is fine\n", file);
        print_memory(&setup);
        exit_code = cli_stdout_ok(argv[0]) ? CLI_OK : CLI_FAILED;
    } else {
        fprintf(stderr, "%s: %zu %s\n", file, diag_errors(diag),
                diag_errors(diag) == 1 ? "error" : "errors");
    }
    setup_done(&setup);
    diag_free(diag);
    return exit_code;
}
