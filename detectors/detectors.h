/* SPDX-License-Identifier: Apache-2.0
 *
 * All detectors together: the list, their options for every tenant, and the three phases of a
 * batch. Made once from the config, then read by every worker.
 */
#ifndef DETECTORS_DETECTORS_H
#define DETECTORS_DETECTORS_H

#include "config/config.h"
#include "detectors/frame/detector.h"

/* How many detectors_all (detector.h) has; and one of them by name, NULL: none has it. */
unsigned detectors_n(void);
const struct detector *detectors_find(const char *name);

/* The option tables in the order of the list, for config_read. */
const struct option_table *detectors_tables(void);

struct detectors;

/* Builds tenants, trusted networks and feeds' severities from the config; every mistake goes to
 * diag. windows, enricher and networks are borrowed. NULL: out of memory or errors. */
struct detectors *detectors_new(const struct config *config, struct windows *windows,
                                const struct enricher *enricher, const struct networks *networks,
                                struct diag *diag);
void detectors_free(struct detectors *detectors);

/* The context of one detector for a tenant; sink may be NULL. */
struct detection detectors_detection(const struct detectors *detectors, unsigned index,
                                     const struct tenant *tenant, const struct report_sink *sink);
const struct tenant *detectors_tenant(const struct detectors *detectors, struct slice id);

/* The three phases. Thread: worker, between table_epoch_enter and _leave. */
void detectors_plan(const struct detectors *detectors, const struct enriched_event *e,
                    const struct event_ref *ref, struct sighting *ret);
void detectors_update(const struct detectors *detectors, struct sighting *s);
void detectors_judge(const struct detectors *detectors, const struct sighting *s,
                     const struct report_sink *sink);

/* Builds the operator's CIDR sets from the config: set 0 trusted, then one a feed. Frozen. NULL:
 * out of memory; mistakes go to diag. */
struct networks *detectors_networks(const struct config *config, struct diag *diag);

#endif
