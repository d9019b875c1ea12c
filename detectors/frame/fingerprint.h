/* SPDX-License-Identifier: Apache-2.0
 *
 * What an attack tool looks like from the log: application, protocol and agent class. It stays the
 * same while addresses rotate. Who may call what at once: everything, any worker.
 */
#ifndef DETECTORS_FRAME_FINGERPRINT_H
#define DETECTORS_FRAME_FINGERPRINT_H

#include "detectors/windows/windows.h"
#include "geoip/enrich.h"

/* The class of a user agent text (user_agent_class), remembered by the text's hash: the same few
 * texts come over and over, and looking one up costs a tenth of reading it. */
uint32_t fingerprint_agent(struct windows *w, struct slice user_agent);

/* Keyed hash of application, protocol and agent class; never 0. Remembers what it stands for. */
uint64_t fingerprint_of(struct windows *w, const struct event *ev, uint32_t agent_class);

/* "Microsoft Azure CLI, ropc, python-requests"; "" if it is not known any more. */
void fingerprint_text(const struct windows *w, uint64_t fp, char text[static 64]);

#endif
