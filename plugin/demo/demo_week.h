/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes into the demo: a generated week of three small companies with two attacks, and the
 * config that belongs to it. Thread: main.
 */
#ifndef PLUGIN_DEMO_DEMO_WEEK_H
#define PLUGIN_DEMO_DEMO_WEEK_H

#include "plugin/generate/stage.h"

enum { DEMO_WEEK_COMPANIES = 3, DEMO_WEEK_PEOPLE = 30, DEMO_WEEK_ATTACKS = 2 };
enum { DEMO_WEEK_PATH_MAX = 64 };

/* The week, ready to run; the same bytes every time. NULL: out of memory. */
struct stage *demo_week_new(const struct atlas *atlas, const struct delivery_sink *sink);

/* The kind of an attack of the week, which is also its number in the truth, and how many tries of
 * the first one there are. */
const char *demo_week_attack(uint32_t i);
unsigned demo_week_tries(void);

/* A new folder in /tmp with spoor.yaml for a Kafka, and what that names. False: errno tells why. */
bool demo_week_config(const struct stage *stage, const struct atlas *atlas, const char *bootstrap,
                      char ret_folder[static DEMO_WEEK_PATH_MAX]);

#endif
