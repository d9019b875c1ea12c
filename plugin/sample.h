/* SPDX-License-Identifier: Apache-2.0
 *
 * One working day of two invented companies, for `spoor demo`: ordinary sign-ins, some mistyped
 * passwords, mail rules, and the attacks that a reader should see found. The same seed and base
 * give the same bytes on every machine. Addresses are those of the test databases in
 * tests/data/geoip.
 */
#ifndef PLUGIN_SAMPLE_H
#define PLUGIN_SAMPLE_H

#include "parsers/slice.h"

#include <stdint.h>

/* Takes one message. key: what the topic would be partitioned by. Both live during the call. */
struct sample_sink {
    void *ctx;
    void (*message)(void *ctx, struct slice key, struct slice value);
};

/* base_ms: midnight UTC of the day. */
void sample_make(uint64_t seed, int64_t base_ms, const struct sample_sink *sink);

/* Detectors that have to speak, ends with NULL. travel needs databases. */
extern const char *const sample_expected[];
extern const char *const sample_expected_with_places[];

#endif
