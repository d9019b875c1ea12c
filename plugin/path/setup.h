/* SPDX-License-Identifier: Apache-2.0
 *
 * What run, demo, replay and check-config share: from a config file to everything that judges
 * events.
 *
 *   config -> networks (CIDR sets, feeds) -> enricher (databases) -> windows (tables) -> detectors
 *
 * Made once before any thread starts, then only read. Knows no Kafka.
 */
#ifndef PLUGIN_PATH_SETUP_H
#define PLUGIN_PATH_SETUP_H

#include "config/config.h"
#include "detectors/detectors.h"
#include "parsers/reader/parser.h"
#include "plugin/path/zones.h"

/* What happens to findings after they are found, in `run` and `replay` alike. */
enum {
    SETUP_CLAIMS = 65536,           /* rows of the claims table */
    SETUP_FINDINGS = 16384,         /* findings that the speaker follows at a time */
    SETUP_UPDATE_MS = 5 * 60 * 1000 /* event time between two records of one finding */
};

/* What a topic was bound to. */
struct setup_format {
    const char *topic;
    const struct parser *parser; /* NULL: auto */
};

struct setup {
    struct config *config;
    const struct parser *format;  /* of topics that are not bound, and of files; NULL: auto */
    struct setup_format *formats; /* topics that are */
    size_t formats_n;
    struct topic_zones *zones; /* of stamps without one */
    struct windows_sizes sizes;
    struct hash_key key;
    bool development_key; /* no secret configured: the hashes are keyed with a published constant */
    struct networks *networks;
    struct enricher *enricher;
    struct windows *windows;
    struct detectors *detectors;
};

/* Reads the config and builds all parts. config_file NULL: all defaults. Goes on after an error as
 * far as the next part does not need the one that failed, so that one run reports all errors.
 * Returns 0; -EINVAL: errors are in diag (exit code 3); -ENOMEM: told to diag too (exit code 1).
 * In every case the caller ends with setup_done; on failure the parts may be NULL.
 * Thread: main, before start. */
int setup_init(struct setup *setup, const char *config_file, struct diag *diag);

/* Frees everything, in the reverse order. Takes a half-built or zeroed struct. */
void setup_done(struct setup *setup);

/* The format to read a topic as; NULL: auto. */
const struct parser *setup_format(const struct setup *setup, const char *topic);

/* Renders diag on stderr if there is anything in it, errors and warnings alike. */
void setup_tell(const struct diag *diag);

/* The exit code for what setup_init returned: 0, 3 or 1. */
int setup_exit_code(int result);

#endif
