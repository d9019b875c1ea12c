/* SPDX-License-Identifier: Apache-2.0
 *
 * evidences[] of a finding: the events themselves, then the addresses that are known only from the
 * windows. Part of the finding writer. Any thread.
 */
#ifndef PLUGIN_FINDINGS_FINDING_EVIDENCE_H
#define PLUGIN_FINDINGS_FINDING_EVIDENCE_H

#include "detectors/words/finding.h"
#include "plugin/base/json_write.h"

/* Writes the member "evidences"; nothing if there is none. */
void finding_evidences(struct json_out *out, const struct finding *f);

/* Writes the member "observables": what an analyst would search for. Lists of addresses, networks
 * and users are those of the finding, so they are bounded by it. */
void finding_observables(struct json_out *out, const struct finding *f);

/* The address, or its network where only that is known, as text. */
void finding_address_text(const struct finding_address *a, char text[static PREFIX_TEXT_MAX]);

#endif
