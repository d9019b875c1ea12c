/* SPDX-License-Identifier: Apache-2.0
 *
 * The other findings that belong to one: what it rests on (its causes, which describe filled in)
 * and the same attack in the bucket before. An id follows from detector, subject and bucket, so all
 * that could be are made, and whoever knows says which there are. Pure; any thread.
 */
#ifndef PLUGIN_FINDINGS_FINDING_LINKS_H
#define PLUGIN_FINDINGS_FINDING_LINKS_H

#include "detectors/frame/detector.h"

/* Fills f->related; more than FINDING_RELATED_MAX are left out. d: of the finding's detector. */
void finding_links(struct finding *f, const struct detection *d, const struct report *report,
                   void *ctx,
                   bool (*stands)(void *ctx, const uint8_t uid[static FINDING_UID_BYTES]));

/* Of what f->related names: another one means that there is something new to say. */
uint64_t finding_links_digest(const struct finding *f);

#endif
