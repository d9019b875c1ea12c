/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs every story of this folder (.scn) through the path of `run` behind the parsers:
 *
 *   struct event -> enrich -> plan, update, judge -> claims -> speaker
 *
 * with real databases and the real config reader. Time is the events' own; nothing reads a clock.
 *
 *   config LINE                            a line of the YAML config, blanks as they stand
 *   at TIME [xN] [every SPAN] FIELD=VALUE  N sign-ins; {1..20} counts and {a,b} takes turns in a
 * value expect DETECTOR SUBJECT SEVERITY [N[..M]]   N findings (1); SUBJECT is a part of theirs, *
 * any never DETECTOR                         no finding of it stays suppressed DETECTOR REASON a
 * finding was held back or retracted for this reason
 *
 * A finding that no `expect` covers fails the story. Each story is run in the given order,
 * reversed, shuffled with many seeds, with every event twice, in batches of several sizes and split
 * over two to four threads on shared windows. No event is later than a day behind the newest one:
 * the lateness that baselines promise to bear. What was said last about each finding must be the
 * same each time, and a finding never spoken is as good as one retracted.
 */
#include "tests/scenario/story.h"

#include "plugin/claims.h"
#include "plugin/speaker.h"
#include "tests/unit/random.h"

#include <glob.h>
#include <pthread.h>
#include <time.h>

enum { DAY_MS = 86400000, BATCH_MAX = 64, RECORDS_MAX = 256, THREADS_MAX = 4 };
enum { LARGE = 400 }; /* events of a story that makes do with a quarter of the shuffles */
#ifdef __SANITIZE_THREAD__
enum { SHUFFLES = 0, THREADS_ONLY = 1 }; /* the rest is slow and shows this sanitizer nothing */
#else
enum { SHUFFLES = 20, THREADS_ONLY = 0 };
#endif
enum { CLAIMS = 512, FINDINGS = 64, INTERVAL_MS = 5 * 60 * 1000 };

static const char prelude[] =
    "geoip: {city: tests/data/geoip/city-maxmind.mmdb, asn: tests/data/geoip/asn.mmdb}\n"
    "windows: {users: 8k, sources: 512, networks: 1k, feeds: 64, sessions: 1k, crowds: 1k, dense: "
    "32}\n";
/* exposure says something about every tenant with twenty sign-ins, which is noise in a story about
 * anything else; its own stories switch it on, by a `detectors:` line in place of this one. */
static const char quiet[] = "detectors: {exposure: {enabled: false}}\n";

/* What a story's config builds, once for all its runs. */
struct world {
    struct diag *diag;
    struct config *config;
    struct networks *networks;
    struct enricher *enricher;
    struct windows_sizes sizes;
    struct hash_key key;
};

/* The last that was said about a finding. */
struct record {
    char uid[FINDING_UID_TEXT], subject[WITNESS_TEXT_MAX], title[256];
    const struct detector *detector;
    bool retracted;
    enum suppression reason;
    struct verdict verdict;
};

struct run {
    const struct world *world;
    const char *name;
    struct windows *windows;
    struct detectors *detectors;
    struct claims *claims;
    struct speaker *speaker;
    struct record records[RECORDS_MAX];
    unsigned records_n;
    uint64_t suppressed[DETECTORS_MAX][SUPPRESSED_N];
    int64_t watermark_ms;
    pthread_mutex_t lock; /* the next three, and suppressed */
    bool threaded;        /* reports wait until the workers are done */
    struct report *reports;
    size_t reports_n, reports_max;
    unsigned working;
    pthread_barrier_t barrier;
};

struct worker {
    struct run *run;
    const struct story *story;
    const size_t *order;
    size_t n, batch;
    unsigned number, of;
    pthread_t thread;
    struct enriched_event e[BATCH_MAX];
    struct sighting s[BATCH_MAX];
};

static void world_open(struct world *w, const struct story *st)
{
    char text[sizeof st->config + sizeof prelude + sizeof quiet];
    bool own = strncmp(st->config, "detectors:", 10) == 0 || strstr(st->config, "\ndetectors:");
    *w = (struct world){.diag = diag_new(), .key = {1, 2}};
    int len = snprintf(text, sizeof text, "%s%s%s", prelude, own ? "" : quiet, st->config);
    w->config =
        config_read_text(st->file, text, (size_t)len, detectors_tables(), detectors_n(), w->diag);
    const char *city = "", *asn = "";
    if (w->config && diag_errors(w->diag) == 0) {
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

static void world_close(struct world *w)
{
    enricher_free(w->enricher);
    networks_free(w->networks);
    config_free(w->config);
    diag_free(w->diag);
}

/* --- the sinks of a run --- */

static void on_say(void *ctx, const struct finding *f)
{
    struct run *run = ctx;
    unsigned i = 0;
    while (i < run->records_n && strcmp(run->records[i].uid, f->uid) != 0)
        i++;
    if (i == RECORDS_MAX)
        abort();
    run->records_n += i == run->records_n;
    struct record *r = &run->records[i];
    *r = (struct record){.detector = f->detector,
                         .retracted = f->status == STATUS_SUPPRESSED,
                         .reason = f->suppressed,
                         .verdict = f->verdict};
    memcpy(r->uid, f->uid, sizeof r->uid);
    memcpy(r->subject, f->subject, sizeof r->subject);
    memcpy(r->title, f->title, sizeof r->title);
}

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    return claims_due(((struct run *)ctx)->claims, uid, at_ms, at_least);
}

static void on_report(void *ctx, const struct report *report)
{
    struct run *run = ctx;
    if (!claims_take(run->claims, report))
        return;
    if (!run->threaded) {
        speaker_report(run->speaker, report);
        return;
    }
    pthread_mutex_lock(&run->lock);
    run->reports =
        story_grow(run->reports, run->reports_n, &run->reports_max, sizeof *run->reports);
    run->reports[run->reports_n++] = *report;
    pthread_mutex_unlock(&run->lock);
}

static void on_suppressed(void *ctx, const struct detector *detector, enum suppression reason,
                          const uint8_t uid[static FINDING_UID_BYTES])
{
    struct run *run = ctx;
    if (!claims_take_suppressed(run->claims, uid, reason))
        return;
    pthread_mutex_lock(&run->lock);
    run->suppressed[detector_index(detector)][reason]++;
    pthread_mutex_unlock(&run->lock);
}

/* --- the path of events --- */

/* As plugin/pipeline.c does it, without its reader. */
static void judge_batch(struct worker *w, const size_t *order, size_t n)
{
    struct run *run = w->run;
    const struct report_sink sink = {run, on_due, on_report, on_suppressed};
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

/* One thread: as replay does it, with a tick after each batch. */
static void run_alone(struct worker *w)
{
    struct run *run = w->run;
    for (size_t i = 0; i < w->n; i += w->batch) {
        size_t n = w->n - i < w->batch ? w->n - i : w->batch;
        judge_batch(w, w->order + i, n);
        for (size_t k = i; k < i + n; k++)
            if (w->story->events[w->order[k]].time_ms > run->watermark_ms)
                run->watermark_ms = w->story->events[w->order[k]].time_ms;
        speaker_tick(run->speaker, run->watermark_ms);
        windows_collect(run->windows, run->watermark_ms);
    }
}

/* Where a stretch of half a day ends. */
static size_t stretch_end(const struct worker *w, size_t i)
{
    int64_t until_ms = w->story->events[w->order[i]].time_ms + DAY_MS / 2;
    while (i < w->n && w->story->events[w->order[i]].time_ms <= until_ms)
        i++;
    return i;
}

/* Threads wait for each other every half day: no partition may be further behind than that. */
static void *work(void *ctx)
{
    struct worker *w = ctx;
    size_t own[BATCH_MAX], n = 0;
    for (size_t i = 0, end; i < w->n; i = end) {
        end = stretch_end(w, i);
        for (; i < end; i++) {
            if (i % w->of == w->number)
                own[n++] = w->order[i];
            if (n == w->batch || i + 1 == end) {
                judge_batch(w, own, n);
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

static bool is_working(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    bool working = run->working > 0;
    pthread_mutex_unlock(&run->lock);
    return working;
}

/* Several threads: the speaker hears everything at the end, newest report first. */
static void run_together(struct worker *workers, unsigned n)
{
    struct run *run = workers[0].run;
    run->threaded = true;
    run->working = n;
    pthread_barrier_init(&run->barrier, NULL, n);
    for (unsigned i = 0; i < n; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    while (is_working(run)) {
        windows_collect(run->windows, workers[0].story->events[workers[0].order[0]].time_ms);
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

static void check_room(const struct run *run)
{
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        struct table_counts c = table_counts(run->windows->table[t]);
        if (c.evicted || c.refused) {
            fprintf(stderr, "table %s is too small for the story\n", windows_layout(t)->name);
            exit(2);
        }
    }
}

static struct run *run_story(const struct world *world, const struct story *st, const char *name,
                             const size_t *order, size_t n, size_t batch, unsigned threads)
{
    struct run *run = calloc(1, sizeof *run);
    struct worker *workers = calloc(threads ? threads : 1, sizeof *workers);
    if (!run || !workers)
        abort();
    run->world = world;
    run->name = name;
    pthread_mutex_init(&run->lock, NULL);
    run->windows = windows_new(&world->sizes, world->key);
    run->claims = claims_new(CLAIMS, INTERVAL_MS);
    run->detectors =
        detectors_new(world->config, run->windows, world->enricher, world->networks, world->diag);
    const struct speaker_out out = {run, on_say};
    run->speaker = speaker_new(run->detectors, &out, FINDINGS, INTERVAL_MS);
    if (!run->windows || !run->claims || !run->detectors || !run->speaker)
        abort();
    for (unsigned i = 0; i < (threads ? threads : 1); i++)
        workers[i] = (struct worker){.run = run,
                                     .story = st,
                                     .order = order,
                                     .n = n,
                                     .batch = batch,
                                     .number = i,
                                     .of = threads};
    if (threads)
        run_together(workers, threads);
    else
        run_alone(&workers[0]);
    speaker_end(run->speaker);
    check_room(run);
    free(workers);
    return run;
}

static void run_free(struct run *run)
{
    speaker_free(run->speaker);
    detectors_free(run->detectors);
    claims_free(run->claims);
    windows_free(run->windows);
    pthread_mutex_destroy(&run->lock);
    free(run->reports);
    free(run);
}

/* --- what must hold --- */

static void print_record(const struct record *r)
{
    fprintf(stderr, "    %s %s %s%s: %s\n     ", r->detector->name,
            severity_name(r->verdict.severity), r->subject, r->retracted ? " (retracted)" : "",
            r->title);
    for (unsigned i = 0; i < r->verdict.measures_n; i++)
        fprintf(stderr, " %s=%g", r->verdict.measures[i].name, r->verdict.measures[i].value);
    fprintf(stderr, "\n");
}

static unsigned fail(const struct story *st, const struct run *run, unsigned line, const char *what)
{
    fprintf(stderr, "%s:%u: %s: %s; said:\n", st->file, line, run->name, what);
    for (unsigned i = 0; i < run->records_n; i++)
        print_record(&run->records[i]);
    return 1;
}

static bool covers(const struct story_claim *c, const struct record *r)
{
    return c->verb == STORY_EXPECT && c->detector == r->detector &&
           c->severity == r->verdict.severity &&
           (strcmp(c->subject, "*") == 0 || strstr(r->subject, c->subject));
}

static bool was_suppressed(const struct run *run, const struct story_claim *c)
{
    bool held = run->suppressed[detector_index(c->detector)][c->reason] > 0;
    for (unsigned i = 0; i < run->records_n; i++)
        held |= run->records[i].retracted && run->records[i].detector == c->detector &&
                run->records[i].reason == c->reason;
    return held;
}

static unsigned check_claims(const struct story *st, const struct run *run)
{
    unsigned bad = 0;
    for (unsigned k = 0; k < st->claims_n; k++) {
        const struct story_claim *c = &st->claims[k];
        unsigned found = 0, any = 0;
        for (unsigned i = 0; i < run->records_n; i++) {
            any += !run->records[i].retracted && run->records[i].detector == c->detector;
            found += !run->records[i].retracted && covers(c, &run->records[i]);
        }
        if (c->verb == STORY_EXPECT && (found < c->least || found > c->most))
            bad += fail(st, run, c->line, "expected finding is missing, or there are too many");
        if (c->verb == STORY_NEVER && any > 0)
            bad += fail(st, run, c->line, "there must be no finding");
        if (c->verb == STORY_SUPPRESSED && !was_suppressed(run, c))
            bad += fail(st, run, c->line, "nothing was suppressed for this reason");
    }
    for (unsigned i = 0; i < run->records_n; i++) {
        bool covered = run->records[i].retracted;
        for (unsigned k = 0; k < st->claims_n; k++)
            covered |= covers(&st->claims[k], &run->records[i]);
        if (!covered)
            bad += fail(st, run, 0, "a finding that nobody expects");
    }
    return bad;
}

/* Which window or rung is told, how many failures beyond 32 (estimated), and how many of a user's
 * newest facts are still there, is evidence; all other numbers are exact. */
static bool is_exact(const struct record *r, const char *measure)
{
    static const char *const evidence[] = {"succeeded_users", "window", "successes", "failures"};
    bool exact = strcmp(measure, "addresses") != 0 || strcmp(r->detector->name, "cidr_match") == 0;
    for (unsigned i = 0; i < sizeof evidence / sizeof evidence[0]; i++)
        exact &= strcmp(measure, evidence[i]) != 0;
    return exact;
}

static bool same(const struct record *a, const struct record *b)
{
    if (a->verdict.severity != b->verdict.severity)
        return false;
    for (unsigned i = 0; i < a->verdict.measures_n; i++) {
        const struct measure *m = &a->verdict.measures[i];
        double other = verdict_measured(&b->verdict, m->name);
        if (is_exact(a, m->name) && (m->value > other || m->value < other))
            return false;
    }
    return true;
}

/* Every finding of `a` that stays is in `b` with the same last record. */
static unsigned check_within(const struct story *st, const struct run *a, const struct run *b)
{
    for (unsigned i = 0; i < a->records_n; i++) {
        const struct record *r = &a->records[i];
        unsigned k = 0;
        while (k < b->records_n && strcmp(b->records[k].uid, r->uid) != 0)
            k++;
        if (r->retracted ||
            (k < b->records_n && !b->records[k].retracted && same(r, &b->records[k])))
            continue;
        fprintf(stderr, "%s: differs between %s and %s: %s\n", st->file, a->name, b->name, r->uid);
        print_record(r);
        if (k < b->records_n)
            print_record(&b->records[k]);
        return 1;
    }
    return 0;
}

/* --- orders --- */

struct arrival {
    int64_t key_ms;
    uint64_t tie;
    size_t event;
};

static int by_arrival(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->key_ms != y->key_ms)
        return x->key_ms < y->key_ms ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

enum order { IN_ORDER, REVERSED, SHUFFLED };

/* Each event of the story `times` times; none arrives more than late_ms behind a newer one. */
static size_t *make_order(const struct story *st, enum order kind, uint64_t seed, size_t times,
                          int64_t late_ms)
{
    size_t n = st->events_n * times, *order = calloc(n, sizeof *order);
    struct arrival *arrivals = calloc(n, sizeof *arrivals);
    if (!order || !arrivals)
        abort();
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < st->events_n; i++)
        first_ms = st->events[i].time_ms < first_ms ? st->events[i].time_ms : first_ms;
    for (size_t i = 0; i < n; i++) {
        int64_t at_ms = st->events[i / times].time_ms - first_ms;
        struct arrival *a = &arrivals[i];
        a->event = i / times;
        a->key_ms = at_ms;
        a->tie = i;
        if (kind == REVERSED) {
            a->key_ms = at_ms / DAY_MS * DAY_MS + DAY_MS - at_ms % DAY_MS;
            a->tie = n - i;
        } else if (kind == SHUFFLED) {
            a->key_ms = at_ms + (int64_t)random_below(&seed, (uint64_t)late_ms);
            a->tie = random_next(&seed);
        }
    }
    qsort(arrivals, n, sizeof *arrivals, by_arrival);
    for (size_t i = 0; i < n; i++)
        order[i] = arrivals[i].event;
    free(arrivals);
    return order;
}

static unsigned compare(const struct world *world, const struct story *st, const struct run *given,
                        const char *name, enum order kind, uint64_t seed, size_t times,
                        size_t batch, unsigned threads)
{
    size_t *order = make_order(st, kind, seed, times, threads ? DAY_MS / 2 : DAY_MS);
    struct run *run = run_story(world, st, name, order, st->events_n * times, batch, threads);
    unsigned bad = check_claims(st, run);
    if (given && bad == 0)
        bad = check_within(st, given, run) + check_within(st, run, given);
    run_free(run);
    free(order);
    return bad;
}

static unsigned tell(const char *file)
{
    struct story st;
    struct world world;
    story_read(&st, file);
    world_open(&world, &st);
    size_t *order = make_order(&st, IN_ORDER, 0, 1, DAY_MS);
    struct run *given = run_story(&world, &st, "in order", order, st.events_n, 1, 0);
    unsigned bad = check_claims(&st, given);
    char name[32];
    if (bad == 0 && !THREADS_ONLY) {
        bad += compare(&world, &st, given, "reversed", REVERSED, 0, 1, 1, 0);
        bad += compare(&world, &st, given, "reversed in batches", REVERSED, 0, 1, BATCH_MAX, 0);
        bad += compare(&world, &st, given, "each twice", IN_ORDER, 0, 2, 1, 0);
        bad += compare(&world, &st, given, "each twice, shuffled", SHUFFLED, 99, 2, 7, 0);
    }
    for (unsigned threads = 2; bad == 0 && threads <= THREADS_MAX; threads++) {
        snprintf(name, sizeof name, "%u threads", threads);
        bad += compare(&world, &st, given, name, IN_ORDER, 0, 1, threads, threads);
        bad += compare(&world, &st, given, name, SHUFFLED, threads, 2, 5, threads);
    }
    unsigned shuffles = st.events_n < LARGE ? SHUFFLES : SHUFFLES / 4;
    for (unsigned seed = 1; bad == 0 && seed <= shuffles; seed++) {
        snprintf(name, sizeof name, "shuffle %u", seed);
        bad += compare(&world, &st, given, name, SHUFFLED, seed, 1, seed % 3 ? 1 : BATCH_MAX, 0);
    }
    run_free(given);
    free(order);
    world_close(&world);
    story_free(&st);
    return bad;
}

int main(int argc, char **argv)
{
    glob_t files = {0};
    unsigned bad = 0;
    if (argc > 1) {
        for (int i = 1; i < argc; i++)
            bad += tell(argv[i]);
        return bad > 0;
    }
    if (glob("tests/scenario/*.scn", 0, NULL, &files) != 0) {
        fprintf(stderr, "no stories: run from the root of the repository\n");
        return 2;
    }
    for (size_t i = 0; i < files.gl_pathc; i++)
        bad += tell(files.gl_pathv[i]) > 0;
    printf("%zu stories, %u failed\n", files.gl_pathc, bad);
    globfree(&files);
    return bad > 0;
}
