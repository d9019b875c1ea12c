/* SPDX-License-Identifier: Apache-2.0
 *
 * Exit codes, a contract with scripts.
 */
#ifndef PLUGIN_BASE_EXIT_H
#define PLUGIN_BASE_EXIT_H

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_CONFIG = 3 };

#endif
