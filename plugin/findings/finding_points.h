/* SPDX-License-Identifier: Apache-2.0
 *
 * The points of an applicability check in a finding's record: `unmapped.spoor.exposure`. Written
 * for findings that have any; plugin/pages/finding_read.h reads them back.
 */
#ifndef PLUGIN_FINDINGS_FINDING_POINTS_H
#define PLUGIN_FINDINGS_FINDING_POINTS_H

#include "detectors/words/finding.h"
#include "plugin/base/json_write.h"

/* Appends the member "exposure" to the open object; nothing where the finding has no points. */
void finding_points(struct json_out *out, const struct finding *f);

#endif
