/* SPDX-License-Identifier: Apache-2.0
 *
 * `input.zones`: the zones of stamps without one, by topic and host. Made before the threads start,
 * then only read.
 */
#ifndef PLUGIN_PATH_ZONES_H
#define PLUGIN_PATH_ZONES_H

#include "config/config.h"
#include "parsers/values/zone.h"

struct topic_zones;

/* Mistakes are errors in diag, where the config says the zone. NULL: out of memory. */
struct topic_zones *topic_zones_new(const struct config *config, struct diag *diag);
void topic_zones_free(struct topic_zones *zones);

/* Of a topic, or of all that are not named ("*", also for files: topic NULL); NULL: UTC. */
const struct zones *topic_zones_of(const struct topic_zones *zones, const char *topic);

#endif
