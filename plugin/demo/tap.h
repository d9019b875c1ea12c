/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo's own two hands on Kafka: a client that is not the processor's writes its input and
 * reads its findings, as a user's programs would. Thread: main.
 */
#ifndef PLUGIN_DEMO_TAP_H
#define PLUGIN_DEMO_TAP_H

#include "parsers/values/slice.h"

struct tap;

struct tap_headers {
    char detector[32], severity[16], activity[16];
};

struct tap *tap_new(const char *bootstrap); /* NULL: could not be made */
void tap_free(struct tap *tap);

void tap_produce(struct tap *tap, const char *topic, struct slice key, struct slice value);
bool tap_flush(struct tap *tap); /* false: something was not delivered */

/* All records of a topic, partition by partition, to its end as of now. */
void tap_read(struct tap *tap, const char *topic, int partitions, void *ctx,
              void (*take)(void *ctx, struct slice key, struct slice value,
                           const struct tap_headers *headers));

#endif
