/* SPDX-License-Identifier: Apache-2.0
 *
 * The path of one event; its header tells the story. Thread: one worker's. Allocates only in
 * pipeline_new: batch, reader and counters have fixed sizes.
 */
#include "plugin/path/pipeline.h"

#include "plugin/base/clock.h"
#include "plugin/path/gunzip.h"
#include "plugin/path/skew.h"

#include <stdlib.h>

enum { BATCH_MAX = 64, FUTURE_MS = 10 * 60 * 1000, BATCH_MS = 60 * 1000 };

/* One event of the batch, from enrichment to verdict. */
struct pending {
    struct enriched_event e;
    struct event_ref ref;
    struct sighting sighting;
};

struct pipeline {
    struct pipeline_parts parts;
    struct reader *reader;
    struct gunzip *gunzip; /* the reader's inflater */
    struct event_ref ref;  /* of the message in hand */
    int64_t received_ms;   /* of messages that have none */
    struct skew skew;
    int64_t timestamp_ms;       /* the broker's, of the message in hand */
    const char *topic, *format; /* of the last event */
    unsigned batch_n;
    struct pending batch[BATCH_MAX];
    struct pipeline_counts counts;
};

static uint64_t stage_begin(const struct pipeline *p)
{
    return p->parts.timed ? clock_thread_ns() : 0;
}

/* Accounts the time since *begun to a stage and starts the next. */
static void stage_end(struct pipeline *p, int stage, uint64_t *begun)
{
    if (!p->parts.timed)
        return;
    uint64_t now = clock_thread_ns();
    p->counts.stage_ns[stage] += now - *begun;
    *begun = now;
}

/* All rows of the batch: asked for while planning, found or made here, when they have arrived. */
static void find_rows(struct pipeline *p)
{
    for (unsigned i = 0; i < p->batch_n; i++) {
        struct sighting *s = &p->batch[i].sighting;
        uint32_t minute = (uint32_t)(s->e->ev.time_ms / 60000);
        for (unsigned t = 0; t < s->touches_n; t++)
            s->touches[t].row =
                table_row(s->touches[t].table, s->touches[t].key, minute, s->touches[t].promote);
    }
}

/* Runs the batch through enrich, plan, update and judge. */
static void run_batch(struct pipeline *p)
{
    if (p->batch_n == 0)
        return;
    const struct detectors *detectors = p->parts.detectors;
    uint64_t begun = stage_begin(p);
    table_epoch_enter(p->parts.windows->epochs, p->parts.reader);
    for (unsigned i = 0; i < p->batch_n; i++) {
        struct pending *item = &p->batch[i];
        struct event ev = item->e.ev;
        enrich(p->parts.enricher, &ev, &item->e);
    }
    stage_end(p, STAGE_ENRICH, &begun);
    for (unsigned i = 0; i < p->batch_n; i++) {
        struct pending *item = &p->batch[i];
        detectors_plan(detectors, &item->e, &item->ref, &item->sighting);
        for (unsigned t = 0; t < item->sighting.touches_n; t++)
            table_prefetch(item->sighting.touches[t].table, item->sighting.touches[t].key);
    }
    find_rows(p);
    for (unsigned i = 0; i < p->batch_n; i++)
        detectors_update(detectors, &p->batch[i].sighting);
    for (unsigned i = 0; i < p->batch_n; i++)
        detectors_judge(detectors, &p->batch[i].sighting, p->parts.reports);
    table_epoch_leave(p->parts.windows->epochs, p->parts.reader);
    p->batch_n = 0;
    if (p->parts.batch)
        p->parts.batch(p->parts.batch_ctx, p->counts.watermark_ms);
    stage_end(p, STAGE_DETECT, &begun);
}

/* Names of topics and formats are told apart by where they stand: both live as long as we do. */
static void tell_carried(struct pipeline *p, const char *format)
{
    if (!p->parts.carries || (p->topic == p->ref.topic && p->format == format))
        return;
    p->topic = p->ref.topic;
    p->format = format;
    p->parts.carries(p->parts.carries_ctx, p->topic, format);
}

static void tell_skewed(struct pipeline *p, const struct event *ev)
{
    char zone[SKEW_TEXT_MAX];
    if (p->parts.skewed && ev->zoneless && skew_take(&p->skew, p->ref.topic, ev, zone))
        p->parts.skewed(p->parts.skewed_ctx, p->ref.topic, zone);
}

static void on_event(void *ctx, const struct event *ev)
{
    struct pipeline *p = ctx;
    tell_carried(p, ev->source);
    tell_skewed(p, ev);
    if (p->batch_n > 0 && ev->time_ms >= p->batch[0].e.ev.time_ms + BATCH_MS)
        run_batch(p);
    p->counts.events++;
    struct pending *item = &p->batch[p->batch_n++];
    item->e.ev = *ev;
    item->ref = p->ref;
    item->ref.index = ev->index;
    if (p->timestamp_ms > 0 && ev->time_ms > p->timestamp_ms + FUTURE_MS) {
        item->e.ev.time_ms = p->timestamp_ms; /* or one bad clock would be the newest for ever */
        p->counts.future++;
    }
    if (item->e.ev.time_ms > p->counts.watermark_ms)
        p->counts.watermark_ms = item->e.ev.time_ms;
    if (p->batch_n == BATCH_MAX)
        run_batch(p);
}

static void on_ignored(void *ctx, uint32_t index)
{
    struct pipeline *p = ctx;
    struct event_ref ref = p->ref;
    struct reader_shape shape;
    ref.index = index;
    p->counts.ignored++;
    reader_ignored_shape(p->reader, &shape);
    p->parts.dead->ignored(p->parts.dead->ctx, &ref, &shape);
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    struct pipeline *p = ctx;
    const struct dead_sink *dead = p->parts.dead;
    struct event_ref ref = p->ref;
    ref.index = index;
    if (reason == BAD_UNKNOWN_FORMAT) {
        p->counts.unknown++;
        dead->unknown(dead->ctx, &ref, reader_shape(p->reader), offset);
        return;
    }
    p->counts.bad++;
    p->counts.bad_by_reason[reason]++;
    dead->bad(dead->ctx, &ref, reason, offset);
}

static void on_flush(void *ctx)
{
    run_batch(ctx);
}

struct pipeline *pipeline_new(const struct pipeline_parts *parts)
{
    struct pipeline *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->parts = *parts;
    p->reader = reader_new(NULL);
    p->gunzip = gunzip_new();
    if (p->reader && p->gunzip) {
        const struct inflater inflater = gunzip_inflater(p->gunzip);
        if (reader_use_inflater(p->reader, &inflater))
            return p;
    }
    pipeline_free(p);
    return NULL;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    reader_free(p->reader);
    gunzip_free(p->gunzip);
    free(p);
}

void pipeline_bind(struct pipeline *p, const struct parser *format)
{
    reader_bind(p->reader, format);
}

void pipeline_zones(struct pipeline *p, const struct zones *zones)
{
    reader_zones(p->reader, zones);
}

void pipeline_received(struct pipeline *p, int64_t received_ms)
{
    p->received_ms = received_ms;
}

void pipeline_take(struct pipeline *p, struct slice message, const struct event_ref *ref,
                   int64_t timestamp_ms)
{
    const struct record_sink sink = {p, on_event, on_ignored, on_bad, on_flush};
    p->counts.messages++;
    p->counts.bytes += message.len;
    p->ref = *ref;
    p->timestamp_ms = timestamp_ms;
    uint64_t begun = stage_begin(p);
    uint64_t other = p->counts.stage_ns[STAGE_ENRICH] + p->counts.stage_ns[STAGE_DETECT];
    reader_reference(p->reader, timestamp_ms > 0 ? timestamp_ms : p->received_ms);
    reader_read(p->reader, message, &sink);
    if (p->parts.timed) { /* batches that ran inside were accounted to their own stages */
        other = p->counts.stage_ns[STAGE_ENRICH] + p->counts.stage_ns[STAGE_DETECT] - other;
        p->counts.stage_ns[STAGE_PARSE] += clock_thread_ns() - begun - other;
    }
}

void pipeline_flush(struct pipeline *p)
{
    run_batch(p);
    reader_reset(p->reader);
}

struct pipeline_counts pipeline_counts(const struct pipeline *p)
{
    return p->counts;
}

uint64_t pipeline_yearless(const struct pipeline *p)
{
    return reader_counts(p->reader)->yearless;
}
