/* SPDX-License-Identifier: Apache-2.0
 *
 * A Kafka inside this process, for `demo` and tests: librdkafka's mock cluster on the loopback. It
 * keeps at most 5 MB a partition, in memory, and knows neither transactions nor compaction.
 */
#ifndef PLUGIN_DEMO_EMBEDDED_H
#define PLUGIN_DEMO_EMBEDDED_H

#include <stdbool.h>

struct embedded;

struct embedded *embedded_new(void); /* one broker; NULL: could not be made */
void embedded_free(struct embedded *embedded);

const char *embedded_bootstrap(const struct embedded *embedded); /* "127.0.0.1:40813" */
bool embedded_topic(struct embedded *embedded, const char *name, int partitions);

#endif
