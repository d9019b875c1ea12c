/* SPDX-License-Identifier: Apache-2.0
 *
 * What an attack tool looks like from the log: application, protocol and agent class. It stays the same
 * while addresses rotate.
 */
#ifndef DETECTORS_FINGERPRINT_H
#define DETECTORS_FINGERPRINT_H

#include "detectors/windows.h"
#include "geoip/enrich.h"

/* Keyed hash; never 0. Remembers what it stands for: fingerprint_text prints it. */
uint64_t fingerprint_of(struct windows *w, const struct event *ev);

/* "Microsoft Azure CLI, ropc, python-requests"; "" if it is not known any more. */
void fingerprint_text(const struct windows *w, uint64_t fp, char text[static 64]);

#endif
