/* SPDX-License-Identifier: Apache-2.0
 *
 * A finding as OCSF Detection Finding (class 2004) JSON: THE finding writer, for every output.
 */
#ifndef PLUGIN_FINDINGS_FINDING_JSON_H
#define PLUGIN_FINDINGS_FINDING_JSON_H

#include "detectors/words/finding.h"
#include "plugin/base/json_write.h"

#define OCSF_VERSION                                                                               \
    "1.4.0" /* the first with is_alert; tests hold every finding against its schema */
/* Fits every finding, even one whose texts are all bytes that need six characters: a record that an
 * attacker can make too large to be written would be a way to hide. */
enum { FINDING_JSON_MAX = 160 * 1024 };

/* Appends the finding as one line without newline. Field order is fixed and numbers have their
 * shortest form: equal findings are equal bytes. False: it did not fit. */
bool finding_json(struct json_out *out, const struct finding *f);

/* The record's key: the uid; of a finding that was held back "UID.REASON", so that it never stands
 * in the place of one that was said. Returns the length. */
enum { FINDING_KEY_MAX = FINDING_UID_TEXT + 24 };
size_t finding_key(const struct finding *f, char ret_key[static FINDING_KEY_MAX]);

#endif
