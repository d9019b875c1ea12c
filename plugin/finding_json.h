/* SPDX-License-Identifier: Apache-2.0
 *
 * A finding as OCSF Detection Finding (class 2004) JSON: THE finding writer, for every output.
 */
#ifndef PLUGIN_FINDING_JSON_H
#define PLUGIN_FINDING_JSON_H

#include "detectors/finding.h"
#include "plugin/json_write.h"

#define OCSF_VERSION                                                                               \
    "1.4.0" /* the first with is_alert; tests hold every finding against its schema */
/* Fits every finding, even one whose texts are all bytes that need six characters: a record that an
 * attacker can make too large to be written would be a way to hide. */
enum { FINDING_JSON_MAX = 160 * 1024 };

/* Appends the finding as one line without newline. Field order is fixed and numbers have their
 * shortest form: equal findings are equal bytes. False: it did not fit. */
bool finding_json(struct json_out *out, const struct finding *f);

#endif
