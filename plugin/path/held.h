/* SPDX-License-Identifier: Apache-2.0
 *
 * What was held back, counted by detector, reason and tenant: a rule that excuses too much shows
 * here. Who may call what at once: held_add by one thread; reading by any, at any time. What when
 * full: the first HELD_TENANTS tenants have numbers of their own, all later ones share those of
 * HELD_OTHERS. Bytes: sizeof of it, about 800 KiB.
 */
#ifndef PLUGIN_PATH_HELD_H
#define PLUGIN_PATH_HELD_H

#include "detectors/frame/detector.h"

enum { HELD_TENANTS = 256, HELD_OTHERS = HELD_TENANTS };

struct held;

struct held *held_new(void); /* NULL: out of memory */
void held_free(struct held *held);

/* Counts a report whose verdict is suppressed. */
void held_add(struct held *held, const struct report *report);

/* tenant: from 0 to held_tenants - 1, or HELD_OTHERS. */
unsigned held_tenants(const struct held *held);
const char *held_tenant(const struct held *held, unsigned tenant); /* as the log wrote it first */
uint64_t held_count(const struct held *held, unsigned tenant, unsigned detector,
                    enum suppression reason);

/* Over all detectors and reasons; over all tenants. */
uint64_t held_of_tenant(const struct held *held, unsigned tenant);
uint64_t held_total(const struct held *held, unsigned detector, enum suppression reason);

#endif
