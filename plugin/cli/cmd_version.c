/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor version: what to write into a bug report.
 */
#include "plugin/base/version.h"
#include "plugin/cli/cli.h"
#include "plugin/findings/finding_json.h"
#include "plugin/kafka/kafka.h"

#include <stdio.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

int cmd_version(int argc, char **argv)
{
    if (argc > 1)
        return cli_usage_error(argv[0], "\"%s\" is one argument too many", argv[1]);
    printf("spoor %s\nlibrdkafka %s\nOCSF %s\ncompiler %s\n", version_text(), kafka_version(),
           OCSF_VERSION, COMPILER);
    return cli_stdout_ok(argv[0]) ? CLI_OK : CLI_FAILED;
}
