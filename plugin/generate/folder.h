/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands beside the events of a set in a folder (`generate -o DIR`): spoor.yaml with what the
 * tenants would have told (domains, offices, feed), the feed, and databases of the set's networks.
 */
#ifndef PLUGIN_GENERATE_FOLDER_H
#define PLUGIN_GENERATE_FOLDER_H

#include "plugin/generate/world.h"

#include <stdio.h>

/* The folder is made if it is not there. False: errno tells why. */
bool folder_make(const char *dir);

/* Opens DIR/name for writing; NULL: errno tells why. */
FILE *folder_open(const char *dir, const char *name);

/* Writes everything but events and truth. head: the config's lines about the Kafka and what is
 * particular. False: something could not be written. */
bool folder_write(const char *dir, const char *head, const struct world *world, const void *people,
                  const struct atlas *atlas);

/* What to write where nobody told of a Kafka. */
extern const char folder_head[];

/* Removes what folder_write wrote, and the folder if it is then empty. */
void folder_remove(const char *dir);

#endif
