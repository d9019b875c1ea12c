/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of `spoor generate` read into a plan.
 */
#ifndef PLUGIN_SETS_GENERATE_ARGUMENTS_H
#define PLUGIN_SETS_GENERATE_ARGUMENTS_H

#include "plugin/generate/world.h"
#include "plugin/sets/outlet.h"

enum { ARGUMENTS_ATTACKS_MAX = 64, ARGUMENTS_WRONG_MAX = 160 };

/* Set-wide limits: a mistyped number must not ask for a year of the world's population. */
enum { TENANTS_MAX = 50000, USERS_MAX = 2000000, DAYS_MAX = 400 };

struct arguments {
    const struct world *world;
    struct world_plan plan; /* .attacks points into `attacks`; .atlas is set by who has it */
    unsigned attacks[ARGUMENTS_ATTACKS_MAX];
    struct pace pace;
    const char *truth, *dir, *config, *topic; /* NULL: not given */
};

/* False: ret_wrong says in words what is wrong. Strings of *ret_arguments point into argv. */
bool arguments_read(int argc, char **argv, struct arguments *ret_arguments,
                    char ret_wrong[static ARGUMENTS_WRONG_MAX]);

#endif
