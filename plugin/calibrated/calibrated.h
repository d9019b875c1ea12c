/* SPDX-License-Identifier: Apache-2.0
 *
 * The world on which detectors are calibrated.
 */
#ifndef PLUGIN_CALIBRATED_CALIBRATED_H
#define PLUGIN_CALIBRATED_CALIBRATED_H

#include "plugin/generate/world.h"

extern const struct world world_calibrated;

#endif
