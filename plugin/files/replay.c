/* SPDX-License-Identifier: Apache-2.0
 *
 * One worker, one speaker, one thread. The speaker hears of event time after each batch, however
 * much a message holds, and tables are collected between batches, when no row number is held.
 */
#include "plugin/files/replay.h"

#include "plugin/findings/claims.h"

#include <stdlib.h>

enum { MINUTE_MS = 60000, COLLECT_BATCHES = 8 };

struct replay {
    const struct setup *setup;
    struct claims *claims;
    struct speaker *speaker;
    struct pipeline *pipeline;
    struct unread *unread;
    struct speaker_out out; /* these three are borrowed by the parts */
    struct report_sink reports;
    struct dead_sink dead;
    struct held *held;
    uint64_t batches;
    bool tell_held;
};

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    struct replay *replay = ctx;
    return claims_due(replay->claims, uid, at_ms, at_least);
}

static void on_report(void *ctx, const struct report *report)
{
    struct replay *replay = ctx;
    if (claims_take(replay->claims, report))
        speaker_report(replay->speaker, report);
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    struct replay *replay = ctx;
    return claims_take_held(replay->claims, uid, at_ms, reason);
}

static void on_held(void *ctx, const struct report *report)
{
    struct replay *replay = ctx;
    held_add(replay->held, report);
    if (replay->tell_held)
        speaker_report(replay->speaker, report);
}

/* The pipeline counts what was bad; without Kafka there is nowhere to put it. */
static void on_dead(void *ctx, const struct event_ref *ref, enum bad_reason reason, size_t offset)
{
    (void)ctx;
    (void)ref;
    (void)reason;
    (void)offset;
}

static void on_unknown(void *ctx, const struct event_ref *ref, const struct reader_shape *shape,
                       size_t offset)
{
    (void)ref, (void)offset;
    unread_take(((struct replay *)ctx)->unread, shape);
}

static void on_ignored(void *ctx, const struct event_ref *ref, const struct reader_shape *shape)
{
    (void)ref;
    unread_take(((struct replay *)ctx)->unread, shape);
}

static void collect(struct replay *replay, int64_t watermark_ms)
{
    struct windows *windows = replay->setup->windows;
    int64_t minute = watermark_ms / MINUTE_MS;
    windows_collect(windows, watermark_ms);
    table_collect(claims_table(replay->claims), windows->epochs,
                  minute > 0 && minute < UINT32_MAX ? (uint32_t)minute : 0);
}

/* After each batch: what is due is said, and now and then evicted rows become free. */
static void on_batch(void *ctx, int64_t watermark_ms)
{
    struct replay *replay = ctx;
    speaker_tick(replay->speaker, watermark_ms);
    if (++replay->batches % COLLECT_BATCHES == 0)
        collect(replay, watermark_ms);
}

static struct pipeline *make_pipeline(struct replay *replay, bool timed)
{
    const struct pipeline_parts parts = {
        .detectors = replay->setup->detectors,
        .windows = replay->setup->windows,
        .enricher = replay->setup->enricher,
        .reports = &replay->reports,
        .dead = &replay->dead,
        .reader = 0,
        .timed = timed,
        .batch = on_batch,
        .batch_ctx = replay,
    };
    return pipeline_new(&parts);
}

struct replay *replay_new(const struct setup *setup, const struct speaker_out *out, bool timed)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (!replay)
        return NULL;
    replay->setup = setup;
    replay->out = *out;
    replay->reports = (struct report_sink){replay, on_due, on_report, on_first_held, on_held};
    replay->tell_held = setup->config->output.suppressed;
    replay->held = held_new();
    replay->dead = (struct dead_sink){replay, on_dead, on_unknown, on_ignored};
    replay->claims = claims_new(SETUP_CLAIMS, SETUP_UPDATE_MS);
    replay->speaker = speaker_new(setup->detectors, &replay->out, SETUP_FINDINGS, SETUP_UPDATE_MS);
    replay->unread = unread_new();
    replay->pipeline = make_pipeline(replay, timed);
    if (!replay->claims || !replay->speaker || !replay->unread || !replay->held ||
        !replay->pipeline) {
        replay_free(replay);
        return NULL;
    }
    replay_bind(replay, setup->format);
    replay_zones(replay, topic_zones_of(setup->zones, NULL));
    return replay;
}

void replay_bind(struct replay *replay, const struct parser *format)
{
    pipeline_bind(replay->pipeline, format);
}

void replay_zones(struct replay *replay, const struct zones *zones)
{
    pipeline_zones(replay->pipeline, zones);
}

void replay_received(struct replay *replay, int64_t received_ms)
{
    pipeline_received(replay->pipeline, received_ms);
}

uint64_t replay_yearless(const struct replay *replay)
{
    return pipeline_yearless(replay->pipeline);
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    pipeline_free(replay->pipeline);
    speaker_free(replay->speaker);
    claims_free(replay->claims);
    unread_free(replay->unread);
    held_free(replay->held);
    free(replay);
}

void replay_tell_held(struct replay *replay)
{
    replay->tell_held = true;
}

void replay_take(struct replay *replay, struct slice message, uint64_t offset)
{
    const struct event_ref ref = {.topic = NULL, .offset = (int64_t)offset};
    pipeline_take(replay->pipeline, message, &ref, 0);
}

void replay_flush(struct replay *replay)
{
    pipeline_flush(replay->pipeline);
}

void replay_end(struct replay *replay)
{
    replay_flush(replay);
    speaker_end(replay->speaker);
}

struct pipeline_counts replay_counts(const struct replay *replay)
{
    return pipeline_counts(replay->pipeline);
}

size_t replay_unread(const struct replay *replay, enum unread_why why,
                     struct unread_shape ret[static UNREAD_MAX])
{
    return unread_list(replay->unread, why, ret);
}

struct speaker_counts replay_speaker_counts(const struct replay *replay)
{
    return speaker_counts(replay->speaker);
}

const struct held *replay_held(const struct replay *replay)
{
    return replay->held;
}
