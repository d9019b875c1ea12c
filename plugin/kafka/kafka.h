/* SPDX-License-Identifier: Apache-2.0
 *
 * The config's `kafka:` section -> a configuration for each client librdkafka is asked to make. Any
 * property passes through but those that carry our guarantees; errors of librdkafka are told where
 * the property stands in the config. Before the threads start.
 */
#ifndef PLUGIN_KAFKA_KAFKA_H
#define PLUGIN_KAFKA_KAFKA_H

#include "config/config.h"

struct rd_kafka_conf_s;

enum kafka_client {
    KAFKA_INPUT,    /* the group member that reads the input */
    KAFKA_REPLICA,  /* reads the windows topic, by assignment, without joining the group */
    KAFKA_PRODUCER, /* everything that is written */
    KAFKA_CLIENTS
};

enum {
    KAFKA_OUTAGE_MS = 10 * 60 * 1000, /* nothing could be written for so long: give up, exit 1 */
    KAFKA_START_MS = 60 * 1000        /* no broker answered at the start for so long: exit 1 */
};

const char *kafka_version(void); /* librdkafka's, as it runs */
void kafka_tell_version(void);   /* logs what is to be known about it */

/* The group of the input consumer: `group.id` of the section, or "spoor". */
const char *kafka_group(const struct config *config);

/* Everything that can be known about the section without a broker: properties that are ours,
 * properties that librdkafka does not know or accept, a missing bootstrap.servers, a delivery that
 * this version does not offer, a librdkafka that must not be used. Mistakes go to diag. */
void kafka_check(const struct config *config, struct diag *diag);

/* The configuration of one client. The caller sets its callbacks and hands it to rd_kafka_new, or
 * destroys it. NULL: mistakes in diag. */
struct rd_kafka_conf_s *kafka_conf(const struct config *config, enum kafka_client client,
                                   struct diag *diag);

#endif
