/* SPDX-License-Identifier: Apache-2.0
 *
 * The program's entry, and nothing else: tests link everything but this file.
 */
#include "plugin/cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
