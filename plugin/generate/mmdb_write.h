/* SPDX-License-Identifier: Apache-2.0
 *
 * The atlas as the two databases that spoor reads: where its networks are and whose they are. So a
 * generated set brings its own geography, which needs no download and agrees with what the world
 * meant. Format: maxmind.github.io/MaxMind-DB 2.0, the flat schema of ip-location-db.
 */
#ifndef PLUGIN_GENERATE_MMDB_WRITE_H
#define PLUGIN_GENERATE_MMDB_WRITE_H

#include "plugin/records/atlas.h"

#include <stdio.h>

/* False: out of memory or not written. The same atlas gives the same bytes. */
bool mmdb_write_city(const struct atlas *atlas, FILE *to);
bool mmdb_write_asn(const struct atlas *atlas, FILE *to);

#endif
