/* SPDX-License-Identifier: Apache-2.0
 *
 * Stamps without a zone that stand a constant half or whole hour away from their arrival: the
 * hosts' clocks are right and their zone is not told. One object a thread; no allocation.
 */
#ifndef PLUGIN_PATH_SKEW_H
#define PLUGIN_PATH_SKEW_H

#include "parsers/values/event.h"

#include <stdbool.h>

enum {
    SKEW_TOPICS = 16,  /* watched at a time; a further one takes the place of another */
    SKEW_STAMPS = 20,  /* in a row that must agree */
    SKEW_TEXT_MAX = 8, /* "+02:00" */
};

struct skew {
    struct {
        const char *topic; /* told apart by where it stands */
        int16_t half_hours;
        uint16_t agreed; /* so many in a row */
        bool told;
    } topics[SKEW_TOPICS];
};

/* Takes an event. True, once a topic: its stamps agree; text is then the zone they seem to be in.
 * Lag: a stamp may be up to ten minutes older than its arrival, and two minutes newer. */
bool skew_take(struct skew *skew, const char *topic, const struct event *ev,
               char text[static SKEW_TEXT_MAX]);

#endif
