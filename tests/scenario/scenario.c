/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs every story of this folder (.scn) through the path of `run` behind the parsers:
 *
 *   struct event -> enrich -> plan, update, judge -> claims -> speaker
 *
 * with real databases and the real config reader. Time is the events' own; nothing reads a clock.
 *
 *   config LINE      a line of the YAML config, blanks as they stand
 *   at TIME [xN] [every SPAN] FIELD=VALUE...
 *                    N sign-ins; {1..20} counts and {a,b} takes turns in a value
 *   expect DETECTOR SUBJECT SEVERITY [N[..M]]
 *                    N findings (1); SUBJECT is a part of theirs, * any
 *   never DETECTOR   no finding of it stays
 *   suppressed DETECTOR REASON
 *                    a finding was held back or retracted for this reason
 *
 * A finding that no `expect` covers fails the story. Each story is run in the given order,
 * reversed, shuffled with many seeds, with every event twice, in batches of several sizes and split
 * over two to four threads on shared windows; and from the bytes that vendors write (records.h),
 * through the parsers, as `replay` does it. No event is later than a day behind the newest one:
 * the lateness that baselines promise to bear. What was said last about each finding must be the
 * same each time, and a finding never spoken is as good as one retracted.
 */
#include "tests/scenario/chance.h"
#include "tests/scenario/order.h"
#include "tests/scenario/records.h"
#include "tests/scenario/told.h"

#include "plugin/files/replay.h"

#include <glob.h>

enum { LARGE = 400 }; /* events of a story that makes do with a quarter of the shuffles */
#ifdef __SANITIZE_THREAD__
/* The rest is slow and shows this sanitizer nothing. */
enum { SHUFFLES = 0, THREADS_ONLY = 1, CHANCES = 20 };
#else
enum { SHUFFLES = 20, THREADS_ONLY = 0, CHANCES = 100 };
#endif

/* How long one is known, how soon a session seemed to move before its first use was known, which
 * window or rung is told, how many failures beyond 32 (estimated), and
 * how many of a user's newest facts or of a source's newest right passwords are still there, is
 * evidence; all other numbers are exact. */
static bool is_exact(const struct record *r, enum measure_id id)
{
    static const enum measure_id evidence[] = {
        MEASURE_SUCCEEDED_USERS,      MEASURE_WINDOW,       MEASURE_SUCCESSES, MEASURE_FAILURES,
        MEASURE_RIGHT_PASSWORD_USERS, MEASURE_TENANT_KNOWN, MEASURE_USER_KNOWN};
    bool exact = id != MEASURE_ADDRESSES || strcmp(r->detector->name, "cidr_match") == 0;
    exact &= id != MEASURE_SPEED || strcmp(r->detector->name, "session_replay") != 0;
    for (unsigned i = 0; i < sizeof evidence / sizeof evidence[0]; i++)
        exact &= id != evidence[i];
    return exact;
}

static bool same(const struct record *a, const struct record *b)
{
    if (a->verdict.severity != b->verdict.severity)
        return false;
    for (unsigned i = 0; i < a->verdict.measures_n; i++) {
        const struct measure *m = &a->verdict.measures[i];
        double other = verdict_measured(&b->verdict, m->id);
        if (is_exact(a, m->id) && (m->value > other || m->value < other))
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
        fprintf(stderr, "%s: differs between %s and %s: %s\n", st->file, a->way->name, b->way->name,
                r->uid);
        print_record(r);
        if (k < b->records_n)
            print_record(&b->records[k]);
        return 1;
    }
    return 0;
}

static unsigned compare(const struct world *world, const struct story *st, const struct run *given,
                        const char *name, enum order kind, uint64_t seed, size_t times,
                        size_t batch, unsigned threads)
{
    size_t *order = make_order(st, kind, seed, times, threads ? DAY_MS / 2 : DAY_MS);
    const struct way way = {.name = name,
                            .order = order,
                            .n = st->events_n * times,
                            .batch = batch,
                            .threads = threads};
    struct run *run = run_story(world, st, &way);
    unsigned bad = check_claims(st, run) + check_few(st, run, true);
    if (bad == 0)
        bad = check_within(st, given, run) + check_within(st, run, given);
    run_free(run);
    free(order);
    return bad;
}

/* Gives the whole story to the readers of records, one message an event. */
static void replay_story(struct replay *replay, const struct story *st, const size_t *order)
{
    for (size_t i = 0; i < st->events_n; i++) {
        char text[RECORD_TEXT_MAX];
        size_t len = 0;
        if (!record_text_of(&st->events[order[i]], text, &len)) {
            fprintf(stderr, "%s: no record for event %zu\n", st->file, order[i]);
            exit(2);
        }
        replay_take(replay, (struct slice){text, len}, i);
        replay_flush(replay); /* it borrows the text until here */
    }
    replay_end(replay);
}

static void take_suppressed(struct run *run, const struct replay *replay)
{
    for (unsigned d = 0; d < detectors_n(); d++)
        for (int r = 0; r < SUPPRESSED_N; r++)
            run->suppressed[d][r] = held_total(replay_held(replay), d, (enum suppression)r);
}

static const struct way as_records = {.name = "as records"};

/* From bytes, as `replay` does it. */
static struct run *run_records(const struct world *world, const struct story *st,
                               const size_t *order)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        abort();
    run->world = world;
    run->way = &as_records;
    pthread_mutex_init(&run->lock, NULL);
    run->windows = windows_new(&world->sizes, world->key);
    run->detectors =
        detectors_new(world->config, run->windows, world->enricher, world->networks, world->diag);
    const struct setup setup = {.config = world->config,
                                .sizes = world->sizes,
                                .key = world->key,
                                .networks = world->networks,
                                .enricher = world->enricher,
                                .windows = run->windows,
                                .detectors = run->detectors};
    const struct speaker_out out = {run, on_say};
    struct replay *replay = run->windows && run->detectors ? replay_new(&setup, &out, false) : NULL;
    if (!replay)
        abort();
    replay_story(replay, st, order);
    take_suppressed(run, replay);
    struct pipeline_counts counts = replay_counts(replay);
    if (counts.events != st->events_n) {
        fprintf(stderr, "%s: %zu events, of which the parsers read %llu\n", st->file, st->events_n,
                (unsigned long long)counts.events);
        exit(2);
    }
    replay_free(replay);
    return run;
}

static unsigned compare_records(const struct world *world, const struct story *st,
                                const struct run *given)
{
    struct run *run = run_records(world, st, given->way->order);
    unsigned bad = check_claims(st, run) + check_few(st, run, true);
    if (bad == 0)
        bad = check_within(st, given, run) + check_within(st, run, given);
    run_free(run);
    return bad;
}

/* Every way but the given one. */
static unsigned compare_all(const struct world *world, const struct story *st,
                            const struct run *given)
{
    unsigned bad = 0;
    char name[32];
    if (!THREADS_ONLY) {
        bad += compare_records(world, st, given);
        bad += compare(world, st, given, "reversed", REVERSED, 0, 1, 1, 0);
        bad += compare(world, st, given, "reversed in batches", REVERSED, 0, 1, BATCH_MAX, 0);
        bad += compare(world, st, given, "each twice", IN_ORDER, 0, 2, 1, 0);
        bad += compare(world, st, given, "each twice, shuffled", SHUFFLED, 99, 2, 7, 0);
    }
    for (unsigned threads = 2; bad == 0 && threads <= THREADS_MAX; threads++) {
        snprintf(name, sizeof name, "%u threads", threads);
        bad += compare(world, st, given, name, IN_ORDER, 0, 1, threads, threads);
        bad += compare(world, st, given, name, SHUFFLED, threads, 2, 5, threads);
    }
    unsigned shuffles = st->events_n < LARGE ? SHUFFLES : SHUFFLES / 4;
    for (unsigned seed = 1; bad == 0 && seed <= shuffles; seed++) {
        snprintf(name, sizeof name, "shuffle %u", seed);
        bad += compare(world, st, given, name, SHUFFLED, seed, 1, seed % 3 ? 1 : BATCH_MAX, 0);
    }
    return bad;
}

static unsigned tell_story(const struct story *st)
{
    struct world world;
    world_open(&world, st);
    size_t *order = make_order(st, IN_ORDER, 0, 1, DAY_MS);
    const struct way way = {.name = "in order", .order = order, .n = st->events_n, .batch = 1};
    struct run *given = run_story(&world, st, &way);
    unsigned bad = check_claims(st, given) + check_few(st, given, true);
    if (bad == 0)
        bad = compare_all(&world, st, given);
    run_free(given);
    free(order);
    world_close(&world);
    return bad;
}

static unsigned tell(const char *file, bool claimless)
{
    struct story st;
    story_read(&st, file);
    if (st.claims_n == 0 && !claimless)
        story_fail(&st, "a story has expectations", NULL);
    unsigned bad = tell_story(&st);
    story_free(&st);
    return bad;
}

/* Stories that nobody wrote, from seeds first .. first + n - 1. */
static unsigned tell_chance(uint64_t first, unsigned n)
{
    static struct chance chance;
    unsigned bad = 0;
    for (uint64_t seed = first; seed < first + n; seed++) {
        struct story st;
        chance_story(&chance, &st, seed);
        if (tell_story(&st) > 0) {
            fprintf(stderr, "the story of seed %llu:\n", (unsigned long long)seed);
            chance_print(&chance);
            bad++;
        }
        story_free(&st);
    }
    return bad;
}

/* Each story in tenants of its own, so that many of them make one stream. */
static void print_records(const char *file)
{
    struct story st;
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    story_read(&st, file);
    for (size_t i = 0; i < st.events_n; i++) {
        char text[RECORD_TEXT_MAX], tenant[256];
        size_t len = 0;
        struct event *ev = &st.events[i];
        snprintf(tenant, sizeof tenant, "%.*s.%.*s", (int)strcspn(name, "."), name,
                 (int)ev->tenant.len, ev->tenant.ptr);
        ev->tenant = slice_of(tenant);
        if (record_text_of(ev, text, &len))
            printf("%.*s\n", (int)len, text);
    }
    story_free(&st);
}

/* scenario [STORY...] runs stories, scenario --records STORY... prints their events, scenario
 * --chance SEED N runs N that nobody wrote, and scenario --orders STORY one without expectations.
 */
int main(int argc, char **argv)
{
    glob_t files = {0};
    unsigned bad = 0;
    if (argc > 1 && strcmp(argv[1], "--records") == 0) {
        for (int i = 2; i < argc; i++)
            print_records(argv[i]);
        return 0;
    }
    if (argc > 2 && strcmp(argv[1], "--orders") == 0)
        return tell(argv[2], true) > 0;
    if (argc > 3 && strcmp(argv[1], "--chance") == 0)
        return tell_chance(strtoull(argv[2], NULL, 10), (unsigned)atoi(argv[3])) > 0;
    if (argc > 1) {
        for (int i = 1; i < argc; i++)
            bad += tell(argv[i], false);
        return bad > 0;
    }
    if (glob("tests/scenario/*.scn", 0, NULL, &files) != 0) {
        fprintf(stderr, "no stories: run from the root of the repository\n");
        return 2;
    }
    for (size_t i = 0; i < files.gl_pathc; i++)
        bad += tell(files.gl_pathv[i], false) > 0;
    bad += tell_chance(1, CHANCES);
    printf("%zu stories and %d by chance, %u failed\n", files.gl_pathc, CHANCES, bad);
    globfree(&files);
    return bad > 0;
}
