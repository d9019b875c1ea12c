/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: reports on their way from one worker to the publisher, in buffers made at the start that
 *   go round between two rings.
 * Who may call what at once: outbox_put by the worker; outbox_take and outbox_return by the
 *   publisher.
 * Progress: take and return are wait-free.
 * What when full: put waits for the publisher; the worker's ring then fills, and the consumer
 *   pauses: nothing is dropped.
 * Bytes: OUTBOX_REPORTS * (sizeof(struct report) + 32).
 *
 *   worker:  free -pop-> fill -push-> full      publisher:  full -pop-> read -push-> free
 */
#ifndef PLUGIN_PATH_OUTBOX_H
#define PLUGIN_PATH_OUTBOX_H

#include "detectors/words/finding.h"
#include "plugin/path/ring.h"

enum { OUTBOX_REPORTS = 256 };

struct outbox {
    struct ring full, free;
    struct report *reports;
};

bool outbox_init(struct outbox *outbox); /* false: out of memory */
void outbox_done(struct outbox *outbox);

void outbox_put(struct outbox *outbox, const struct report *report); /* copies; may wait */
struct report *outbox_take(struct outbox *outbox);                   /* NULL: empty */
void outbox_return(struct outbox *outbox, struct report *report);

#endif
