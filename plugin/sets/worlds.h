/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of worlds of `spoor generate`. Each stands in a room of its own and sees none beside it.
 */
#ifndef PLUGIN_SETS_WORLDS_H
#define PLUGIN_SETS_WORLDS_H

#include "plugin/generate/world.h"

/* All worlds, the default first; ends with NULL. */
extern const struct world *const worlds_all[];

#endif
