/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a story through the path of `run` behind the parsers, alone or on several threads, and
 * everything that was said meanwhile. For the programs of this folder.
 *
 *   world_open    what a story's config builds, once for all its runs
 *   run_story     the events in an order, in batches, by so many threads; run_free
 *
 * Whatever a story gets wrong about itself ends the program: a story that is half run proves
 * nothing. Thread: the caller's; run_story starts and joins its own.
 */
#ifndef TESTS_SCENARIO_RUN_H
#define TESTS_SCENARIO_RUN_H

#include "plugin/findings/claims.h"
#include "plugin/findings/speaker.h"
#include "tests/scenario/story.h"

#include <pthread.h>
#include <time.h>

enum { BATCH_MAX = 64, RECORDS_MAX = 256, THREADS_MAX = 4 };
enum { CLAIMS = 512, FINDINGS = 64, INTERVAL_MS = 5 * 60 * 1000 };

static const char prelude[] =
    "geoip: {city: tests/data/geoip/city-maxmind.mmdb, asn: tests/data/geoip/asn.mmdb}\n"
    "windows: {users: 8k, sources: 512, networks: 1k, feeds: 64, sessions: 1k, crowds: 1k, dense: "
    "32}\n";

/* What a story's config builds, once for all its runs. */
struct world {
    struct diag *diag;
    struct config *config;
    struct networks *networks;
    struct enricher *enricher;
    struct windows_sizes sizes;
    struct hash_key key;
};

/* The last that was said about a finding, and how often something was. */
struct record {
    char uid[FINDING_UID_TEXT], subject[WITNESS_TEXT_MAX], title[256];
    const struct detector *detector;
    bool retracted;
    enum suppression reason;
    struct verdict verdict;
    unsigned created, updated, closed, rises; /* closed: retractions as well */
};

/* How a story is run. */
struct way {
    const char *name;
    const size_t *order; /* numbers of events, each as often as it comes */
    size_t n, batch;
    unsigned threads; /* 0: the caller's alone, with a tick after each batch, as replay does it */
    bool live;    /* threads: the speaker hears each report at once and ticks, as in `run`; else all
                     at the end, newest first, the worst that can happen to it */
    bool cramped; /* the tables are too small: findings are made, but not kept, nor is there a check
                     that nothing was evicted */
    bool stalled; /* a reader holds back the reuse of evicted rows, so that tables fill up */
    int64_t after_ms; /* event time that passes silently after the last event */
};

struct run {
    const struct world *world;
    const struct way *way;
    struct windows *windows;
    struct detectors *detectors;
    struct claims *claims;
    struct speaker *speaker;
    struct record records[RECORDS_MAX];
    unsigned records_n;
    uint64_t suppressed[DETECTORS_MAX][SUPPRESSED_N];
    int64_t watermark_ms;
    pthread_mutex_t lock; /* the next three, and suppressed */
    bool threaded;        /* reports wait until the workers are done, unless it is live */
    struct report *reports;
    size_t reports_n, reports_max;
    unsigned working;
    pthread_barrier_t barrier;
};

struct worker {
    struct run *run;
    const struct story *story;
    unsigned number;
    pthread_t thread;
    struct enriched_event e[BATCH_MAX];
    struct sighting s[BATCH_MAX];
};

/* exposure says something about every tenant with twenty sign-ins, which is noise in a story about
 * anything else: it is on where a story speaks of it. */
static inline void quieten(const struct story *st, struct config *config)
{
    bool spoken = strstr(st->config, "exposure") != NULL;
    for (unsigned i = 0; i < st->claims_n; i++)
        spoken |= strcmp(st->claims[i].detector->name, "exposure") == 0;
    bool *enabled = config->detectors[detector_index(detectors_find("exposure"))];
    *enabled &= spoken; /* all option structs begin with it */
}

static inline void world_open(struct world *w, const struct story *st)
{
    char text[sizeof st->config + sizeof prelude];
    *w = (struct world){.diag = diag_new(), .key = {1, 2}};
    int len = snprintf(text, sizeof text, "%s%s", prelude, st->config);
    w->config =
        config_read_text(st->file, text, (size_t)len, detectors_tables(), detectors_n(), w->diag);
    const char *city = "", *asn = "";
    if (w->config && diag_errors(w->diag) == 0) {
        quieten(st, w->config);
        city = w->config->geoip.city.items[0].text;
        asn = w->config->geoip.asn.items[0].text;
        w->networks = detectors_networks(w->config, w->diag);
    }
    if (w->networks)
        w->enricher =
            enricher_new(&(struct enricher_sources){&city, 1, &asn, 1, NULL}, w->networks, w->diag);
    if (!w->enricher) {
        fprintf(stderr, "%s\n", diag_render(w->diag));
        exit(2);
    }
    w->sizes = (struct windows_sizes){.users = (size_t)w->config->windows.users,
                                      .sources = (size_t)w->config->windows.sources,
                                      .networks = (size_t)w->config->windows.networks,
                                      .feeds = (size_t)w->config->windows.feeds,
                                      .names = (size_t)w->config->windows.users,
                                      .dense = (size_t)w->config->windows.dense,
                                      .sessions = (size_t)w->config->windows.sessions,
                                      .crowds = (size_t)w->config->windows.crowds};
}

static inline void world_close(struct world *w)
{
    enricher_free(w->enricher);
    networks_free(w->networks);
    config_free(w->config);
    diag_free(w->diag);
}

/* --- the sinks of a run --- */

static inline void on_say(void *ctx, const struct finding *f)
{
    struct run *run = ctx;
    unsigned i = 0;
    if (f->held) {
        if (f->title[0] == '\0' || f->subject[0] == '\0' || f->verdict.last_ms <= 0 ||
            f->verdict.severity == SEVERITY_NONE) {
            fprintf(stderr, "%s: `%s` about `%s` says nothing to a reader\n", f->detector->name,
                    f->title, f->subject);
            abort();
        }
        return;
    }
    if (run->way->cramped)
        return;
    while (i < run->records_n && strcmp(run->records[i].uid, f->uid) != 0)
        i++;
    if (i == RECORDS_MAX)
        abort();
    run->records_n += i == run->records_n;
    struct record *r = &run->records[i];
    r->detector = f->detector;
    r->retracted = f->status == STATUS_SUPPRESSED;
    r->reason = f->suppressed;
    r->created += f->activity == ACTIVITY_CREATE;
    r->updated += f->activity == ACTIVITY_UPDATE;
    r->closed += f->activity == ACTIVITY_CLOSE;
    r->rises += f->activity != ACTIVITY_CREATE && f->verdict.severity > r->verdict.severity;
    r->verdict = f->verdict;
    memcpy(r->uid, f->uid, sizeof r->uid);
    memcpy(r->subject, f->subject, sizeof r->subject);
    memcpy(r->title, f->title, sizeof r->title);
}

static inline bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum severity at_least)
{
    return claims_due(((struct run *)ctx)->claims, uid, at_ms, at_least);
}

/* A finding is about somebody: subject 0 would be shared by all whose row was evicted. */
static inline void require_subject(const struct report *report)
{
    if (report->subject != 0)
        return;
    fprintf(stderr, "%s: a report about nobody\n", report->detector->name);
    abort();
}

static inline void on_report(void *ctx, const struct report *report)
{
    struct run *run = ctx;
    require_subject(report);
    if (!claims_take(run->claims, report))
        return;
    if (!run->threaded) {
        speaker_report(run->speaker, report);
        return;
    }
    pthread_mutex_lock(&run->lock);
    if (run->way->live) {
        speaker_report(run->speaker, report);
    } else {
        run->reports =
            story_grow(run->reports, run->reports_n, &run->reports_max, sizeof *run->reports);
        run->reports[run->reports_n++] = *report;
    }
    pthread_mutex_unlock(&run->lock);
}

static inline bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES],
                                 int64_t at_ms, enum suppression reason)
{
    return claims_take_held(((struct run *)ctx)->claims, uid, at_ms, reason);
}

/* What is held back is said, too (on_say drops it), so that every detector describes it. */
static inline void on_held(void *ctx, const struct report *report)
{
    struct run *run = ctx;
    require_subject(report);
    pthread_mutex_lock(&run->lock);
    run->suppressed[detector_index(report->detector)][report->verdict.suppressed]++;
    pthread_mutex_unlock(&run->lock);
    if (!run->threaded)
        speaker_report(run->speaker, report);
}

/* --- the path of events --- */

/* As plugin/path/pipeline.c does it, without its reader. */
static inline void judge_minute(struct worker *w, const size_t *order, size_t n)
{
    struct run *run = w->run;
    const struct report_sink sink = {run, on_due, on_report, on_first_held, on_held};
    table_epoch_enter(run->windows->epochs, w->number);
    for (size_t i = 0; i < n; i++) {
        const struct event *ev = &w->story->events[order[i]];
        const struct event_ref ref = {.offset = (int64_t)order[i]};
        enrich(run->world->enricher, ev, &w->e[i]);
        detectors_plan(run->detectors, &w->e[i], &ref, &w->s[i]);
        for (unsigned t = 0; t < w->s[i].touches_n; t++) {
            struct touch *touch = &w->s[i].touches[t];
            touch->row = table_row(touch->table, touch->key, (uint32_t)(ev->time_ms / 60000),
                                   touch->promote);
        }
    }
    for (size_t i = 0; i < n; i++)
        detectors_update(run->detectors, &w->s[i]);
    for (size_t i = 0; i < n; i++)
        detectors_judge(run->detectors, &w->s[i], &sink);
    table_epoch_leave(run->windows->epochs, w->number);
}

/* A batch ends when event time moves on by a minute. */
static inline void judge_batch(struct worker *w, const size_t *order, size_t n)
{
    const struct event *events = w->story->events;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && events[order[end]].time_ms < events[order[i]].time_ms + 60000;)
            end++;
        judge_minute(w, order + i, end - i);
    }
}

/* Time has passed up to the newest of these events. */
static inline void pass_time(struct worker *w, const size_t *order, size_t n)
{
    struct run *run = w->run;
    for (size_t i = 0; i < n; i++)
        if (w->story->events[order[i]].time_ms > run->watermark_ms)
            run->watermark_ms = w->story->events[order[i]].time_ms;
    speaker_tick(run->speaker, run->watermark_ms);
}

static inline void run_alone(struct worker *w)
{
    const struct way *way = w->run->way;
    for (size_t i = 0; i < way->n; i += way->batch) {
        size_t n = way->n - i < way->batch ? way->n - i : way->batch;
        judge_batch(w, way->order + i, n);
        pass_time(w, way->order + i, n);
        windows_collect(w->run->windows, w->run->watermark_ms);
    }
}

/* Where a stretch of half a day ends. */
static inline size_t stretch_end(const struct worker *w, size_t i)
{
    const struct way *way = w->run->way;
    int64_t until_ms = w->story->events[way->order[i]].time_ms + DAY_MS / 2;
    while (i < way->n && w->story->events[way->order[i]].time_ms <= until_ms)
        i++;
    return i;
}

/* Threads wait for each other every half day: no partition may be further behind than that. */
static inline void *work(void *ctx)
{
    struct worker *w = ctx;
    const struct way *way = w->run->way;
    size_t own[BATCH_MAX], n = 0;
    for (size_t i = 0, end; i < way->n; i = end) {
        end = stretch_end(w, i);
        for (; i < end; i++) {
            if (i % way->threads == w->number)
                own[n++] = way->order[i];
            if (n == way->batch || i + 1 == end) {
                judge_batch(w, own, n);
                pthread_mutex_lock(&w->run->lock);
                if (way->live)
                    pass_time(w, own, n);
                pthread_mutex_unlock(&w->run->lock);
                n = 0;
            }
        }
        pthread_barrier_wait(&w->run->barrier);
    }
    pthread_mutex_lock(&w->run->lock);
    w->run->working--;
    pthread_mutex_unlock(&w->run->lock);
    return NULL;
}

static inline bool is_working(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    bool working = run->working > 0;
    pthread_mutex_unlock(&run->lock);
    return working;
}

static inline void run_together(struct worker *workers)
{
    struct run *run = workers[0].run;
    unsigned n = run->way->threads;
    run->threaded = true;
    run->working = n;
    pthread_barrier_init(&run->barrier, NULL, n);
    for (unsigned i = 0; i < n; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    while (is_working(run)) {
        windows_collect(run->windows, workers[0].story->events[run->way->order[0]].time_ms);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* leave the processor to them */
    }
    for (unsigned i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_barrier_destroy(&run->barrier);
    for (size_t i = run->reports_n; i-- > 0;) {
        speaker_report(run->speaker, &run->reports[i]);
        speaker_tick(run->speaker, run->reports[i].at_ms);
    }
}

static inline void check_room(const struct run *run)
{
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        struct table_counts c = table_counts(run->windows->table[t]);
        if (c.evicted || c.refused) {
            fprintf(stderr, "table %s is too small for the story\n", windows_layout(t)->name);
            exit(2);
        }
    }
}

static inline struct run *run_new(const struct world *world, const struct way *way)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        abort();
    run->world = world;
    run->way = way;
    pthread_mutex_init(&run->lock, NULL);
    run->windows = windows_new(&world->sizes, world->key);
    run->claims = claims_new(CLAIMS, INTERVAL_MS);
    run->detectors =
        detectors_new(world->config, run->windows, world->enricher, world->networks, world->diag);
    const struct speaker_out out = {run, on_say};
    run->speaker = speaker_new(run->detectors, &out, FINDINGS, INTERVAL_MS);
    if (!run->windows || !run->claims || !run->detectors || !run->speaker)
        abort();
    return run;
}

/* `way` stays borrowed until run_free. */
static inline struct run *run_story(const struct world *world, const struct story *st,
                                    const struct way *way)
{
    unsigned workers_n = way->threads ? way->threads : 1;
    struct worker *workers = calloc(workers_n, sizeof *workers);
    if (!workers)
        abort();
    struct run *run = run_new(world, way);
    if (way->stalled)
        table_epoch_enter(run->windows->epochs, TABLE_READERS - 1);
    for (unsigned i = 0; i < workers_n; i++)
        workers[i] = (struct worker){.run = run, .story = st, .number = i};
    if (way->threads)
        run_together(workers);
    else
        run_alone(&workers[0]);
    if (way->after_ms)
        speaker_tick(run->speaker, run->watermark_ms + way->after_ms);
    speaker_end(run->speaker);
    if (!way->cramped)
        check_room(run);
    free(workers);
    return run;
}

static inline void run_free(struct run *run)
{
    speaker_free(run->speaker);
    detectors_free(run->detectors);
    claims_free(run->claims);
    windows_free(run->windows);
    pthread_mutex_destroy(&run->lock);
    free(run->reports);
    free(run);
}

#endif
