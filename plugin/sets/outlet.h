/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a generated set goes: stdout, a file, or a Kafka topic, as fast as it is read or at a pace.
 * One thread.
 */
#ifndef PLUGIN_SETS_OUTLET_H
#define PLUGIN_SETS_OUTLET_H

#include "config/config.h"
#include "plugin/generate/delivery.h"

#include <stdio.h>

/* 0: not bounded. */
struct pace {
    double rate;  /* records a second */
    double speed; /* times as fast as the set's own time */
};

struct outlet;

/* A message a line. The file stays the caller's. NULL: out of memory. */
struct outlet *outlet_lines(FILE *to, const struct pace *pace);

/* A topic of the config's cluster. NULL: told to diag. */
struct outlet *outlet_topic(const struct config *config, const char *topic, const struct pace *pace,
                            struct diag *diag);

/* For a delivery_sink: ctx is the outlet. Waits where the pace says so. */
bool outlet_message(void *outlet, const struct message *message);

/* Everything written so far is on its way or delivered. False: something was not. */
bool outlet_flush(struct outlet *outlet);
void outlet_free(struct outlet *outlet);

#endif
