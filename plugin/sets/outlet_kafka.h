/* SPDX-License-Identifier: Apache-2.0
 *
 * A topic that messages of a generated set go to, by a producer with the config's properties. A
 * message has the time at which it reaches the topic in the set's own time. One thread.
 */
#ifndef PLUGIN_SETS_OUTLET_KAFKA_H
#define PLUGIN_SETS_OUTLET_KAFKA_H

#include "config/config.h"
#include "plugin/generate/delivery.h"

struct outlet_kafka;

struct outlet_kafka *outlet_kafka_new(const struct config *config, const char *topic,
                                      struct diag *diag); /* NULL: told to diag */
void outlet_kafka_free(struct outlet_kafka *kafka);       /* NULL is nothing */

/* Waits while the producer's queue is full. False: refused for good, or a delivery failed. */
bool outlet_kafka_send(struct outlet_kafka *kafka, const struct message *message);
bool outlet_kafka_flush(struct outlet_kafka *kafka); /* false: something was not delivered */

#endif
