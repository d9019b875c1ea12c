/* SPDX-License-Identifier: Apache-2.0
 *
 * The path of one event.
 *
 *   A message comes from Kafka (or a file). `pipeline_take` gives it to the reader, which opens its
 *   envelope and hands out records one by one; each becomes an event, is "not ours", is of a format
 *   that nobody knows, or is bad. The last two go to the dead-letter sink at once; events wait in
 *   the batch. When the batch is full, or `pipeline_flush` asks for it, the batch goes through the
 *   rest together:
 *
 *     enrich            the address gets its place, autonomous system and network sets
 *     detectors_plan    every row that the event touches is named, and its memory asked for
 *     (rows are found or made)
 *     detectors_update  what happened is merged into the words of those rows
 *     detectors_judge   the predicates are evaluated; what they find goes to the report sink
 *
 *   After pipeline_flush, every message taken so far is finished: its facts are in the windows and
 *   its reports with the sink. Only then may the worker mark the message done, and only then may
 *   the message be freed, because events borrow from it.
 *
 * A pipeline belongs to one worker. Windows, enricher and detectors are shared by all of them.
 * It knows no Kafka, no threads and no clock but the CPU time it may be asked to account.
 */
#ifndef PLUGIN_PATH_PIPELINE_H
#define PLUGIN_PATH_PIPELINE_H

#include "detectors/detectors.h"
#include "parsers/reader/parser.h"

struct pipeline;

/* Takes what became no event. offset: bytes into the message. Thread: the worker. */
struct dead_sink {
    void *ctx;
    void (*bad)(void *ctx, const struct event_ref *ref, enum bad_reason reason, size_t offset);
    /* A record that is sound, but of no format that a parser knows. */
    void (*unknown)(void *ctx, const struct event_ref *ref, const struct reader_shape *shape,
                    size_t offset);
    /* A record of a known format that is not ours. */
    void (*ignored)(void *ctx, const struct event_ref *ref, const struct reader_shape *shape);
};

struct pipeline_parts {
    const struct detectors *detectors;
    struct windows *windows;
    const struct enricher *enricher;
    const struct report_sink *reports;
    const struct dead_sink *dead;
    unsigned reader; /* the worker's number, for table_epoch_enter */
    bool timed;      /* account CPU time by stage */
    /* NULL, or called after each batch with the newest event time so far, when no row is held. A
     * batch also ends when event time moves on by a minute: else sixty-four messages of a quiet
     * topic would be hours, and short windows over before they are judged; and whoever speaks in
     * event time is not late, however much one message holds. */
    void (*batch)(void *ctx, int64_t watermark_ms);
    void *batch_ctx;
    /* NULL, or called for an event whose topic or format is not that of the event before. */
    void (*carries)(void *ctx, const char *topic, const char *format);
    void *carries_ctx;
    /* NULL, or called when a topic's stamps without a zone seem to be in one (skew.h). */
    void (*skewed)(void *ctx, const char *topic, const char *zone);
    void *skewed_ctx;
};

struct pipeline *pipeline_new(const struct pipeline_parts *parts); /* NULL: out of memory */
void pipeline_free(struct pipeline *pipeline);

/* Reads the next messages as one format, or recognises each record (NULL, as at first). */
void pipeline_bind(struct pipeline *pipeline, const struct parser *format);

/* The zones of stamps without one in the next messages (reader_zones), and when messages without a
 * broker's time arrived, for stamps without a year; 0: that is not known. */
void pipeline_zones(struct pipeline *pipeline, const struct zones *zones);
void pipeline_received(struct pipeline *pipeline, int64_t received_ms);

/* Takes one message; ref->index is ignored. The bytes must stay until pipeline_flush returns.
 * timestamp_ms: the broker's, 0 if there is none; an event more than 10 minutes later than it is
 * taken to have happened then (its clock is wrong), counted. */
void pipeline_take(struct pipeline *pipeline, struct slice message, const struct event_ref *ref,
                   int64_t timestamp_ms);

/* Finishes all messages taken so far. */
void pipeline_flush(struct pipeline *pipeline);

enum { STAGE_PARSE, STAGE_ENRICH, STAGE_DETECT, STAGE_N };

/* Written by the worker alone, read by anybody: sums of several pipelines may disagree for a
 * moment. */
struct pipeline_counts {
    uint64_t messages, bytes, events, ignored, unknown, bad;
    uint64_t bad_by_reason[BAD_N]; /* unknown_format is not bad, so its place stays 0 */
    uint64_t future;               /* events later than their broker's time + 10 min */
    int64_t watermark_ms;          /* newest event time seen */
    uint64_t stage_ns[STAGE_N];
};
/* Bad times that lacked nothing but a year. */
uint64_t pipeline_yearless(const struct pipeline *pipeline);

struct pipeline_counts pipeline_counts(const struct pipeline *pipeline);

#endif
