/* SPDX-License-Identifier: Apache-2.0
 *
 * THE LIST. To add a world: its room in tests/lint/rooms, its line here.
 */
#include "plugin/sets/worlds.h"

#include "plugin/calibrated/calibrated.h"

const struct world *const worlds_all[] = {&world_calibrated, NULL};
