/* SPDX-License-Identifier: Apache-2.0
 *
 * What `parse` and `replay` are told of times that say too little: --zone for those without a zone,
 * --received for those without a year. In Kafka the config and the broker tell.
 */
#ifndef PLUGIN_CLI_WHEN_H
#define PLUGIN_CLI_WHEN_H

#include "parsers/values/zone.h"

#include <stdbool.h>

struct when {
    struct zone *zone;   /* NULL: not told */
    struct zones zones;  /* of that alone */
    bool is_mtime;       /* a file arrived when it was last written */
    int64_t received_ms; /* 0: not told */
};

/* If argv[*i] is one of the two, reads it and its value, moves *i on and sets *ret_taken. CLI_OK,
 * or CLI_USAGE, said on stderr. */
int when_option(struct when *when, int argc, char **argv, int *i, bool *ret_taken);
void when_done(struct when *when);

/* When the messages of a file arrived; "-" is stdin, whose time is known where it is a file. 0: not
 * known. */
int64_t when_received_ms(const struct when *when, const char *path);

/* Says on stderr, if times without a year were refused, which option helps. */
void when_tell_yearless(const char *command, uint64_t yearless);

#endif
