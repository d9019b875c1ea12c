/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole processor with all its threads on the embedded Kafka: exit 0 means that the attacks of
 * the generated week were found. Its worth is in the sanitizers: make SAN=thread unit, and
 * SAN=address,undefined. Takes about six seconds, three of them the mock cluster's group.
 */
#include "plugin/cli/cli.h"

#include <stdio.h>

int main(void)
{
    char name[] = "demo", *argv[] = {name, NULL};

    if (!freopen("/dev/null", "w", stdout))
        return 1;
    return cmd_demo(1, argv);
}
