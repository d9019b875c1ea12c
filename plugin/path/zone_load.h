/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of a zone -> its steps. Uses the C library's time zones, whose choice is the process's:
 * before the threads start only.
 */
#ifndef PLUGIN_PATH_ZONE_LOAD_H
#define PLUGIN_PATH_ZONE_LOAD_H

#include "parsers/values/zone.h"

/* "+02:00", "-0530", "UTC", "GMT", "Z", or a name of the time zone database as "Europe/Berlin", for
 * the years 2000 to 2100. NULL: *ret_why says in a few words why not. Freed with zone_free. */
struct zone *zone_load(const char *name, const char **ret_why);
void zone_free(struct zone *zone);

#endif
