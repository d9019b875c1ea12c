/* SPDX-License-Identifier: Apache-2.0
 *
 * The topics that spoor writes: made at the start where they are absent, with the settings that the
 * protocol needs, never by a broker's auto-creation. Before the threads start.
 */
#ifndef PLUGIN_KAFKA_TOPICS_H
#define PLUGIN_KAFKA_TOPICS_H

#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

struct rd_kafka_s;

/* 0; -ECANCELED: *stop became true; -EIO, said in the log: which topic, and which setting or right
 * is missing. ttl_ms: the
 * longest time that a row of the windows is remembered. */
int topics_ensure(struct rd_kafka_s *client, const struct config *config, int64_t ttl_ms,
                  const volatile _Atomic bool *stop);

#endif
