/* SPDX-License-Identifier: Apache-2.0
 *
 * Report buffers that go round between a worker and the publisher. See outbox.h.
 */
#include "plugin/path/outbox.h"

#include "plugin/base/clock.h"

bool outbox_init(struct outbox *outbox)
{
    *outbox = (struct outbox){.reports = calloc(OUTBOX_REPORTS, sizeof *outbox->reports)};
    /* A ring of size n holds n - 1. */
    if (!outbox->reports || !ring_init(&outbox->full, 2 * OUTBOX_REPORTS) ||
        !ring_init(&outbox->free, 2 * OUTBOX_REPORTS)) {
        outbox_done(outbox);
        return false;
    }
    for (size_t i = 0; i < OUTBOX_REPORTS; i++)
        ring_push(&outbox->free, &outbox->reports[i]);
    return true;
}

void outbox_done(struct outbox *outbox)
{
    ring_done(&outbox->full);
    ring_done(&outbox->free);
    free(outbox->reports);
    outbox->reports = NULL;
}

void outbox_put(struct outbox *outbox, const struct report *report)
{
    struct report *mine;

    while (!(mine = ring_pop(&outbox->free)))
        clock_sleep_us(500);
    *mine = *report;
    ring_push(&outbox->full, mine); /* has room for all buffers there are */
}

struct report *outbox_take(struct outbox *outbox)
{
    return ring_pop(&outbox->full);
}

void outbox_return(struct outbox *outbox, struct report *report)
{
    ring_push(&outbox->free, report);
}
