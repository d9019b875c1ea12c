/* SPDX-License-Identifier: Apache-2.0
 *
 * What detectors cost, all together and each alone, in processor time and instructions an event, on
 * the streams of mix.h: from a parsed event to its verdicts, 64 events a batch as in the pipeline.
 * "shared" is what remains with all of them off (hashes, what users are known for); a detector
 * alone is told without it. Each is the median of nine stretches of the run. Beside them, in the
 * same run and for the same 4 KB records: memcpy, yajl alone, and parsing. Then what memory a user,
 * a source and so on takes.
 *
 * Instructions come from the processor's counter where the kernel and the machine give one; else
 * run `sh tests/bench/instructions.sh`, which counts them by valgrind.
 * Usage: detect [EVENTS [all|shared|DETECTOR [benign|attack]]]
 */
#include "plugin/base/clock.h"
#include "plugin/findings/claims.h"
#include "plugin/findings/speaker.h"
#include "plugin/path/setup.h"
#include "tests/bench/bare.h"
#include "tests/bench/mix.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH = 64, PIECES = 9 };

/* What is counted, for a stretch of the program or the sum of many. */
struct cost {
    double ns, instructions;
};

struct bench {
    enum mix mix;
    struct setup setup;
    struct claims *claims;
    struct speaker *speaker;
    struct reader *reader;
    struct mix_record records[BATCH];
    struct enriched_event events[BATCH];
    struct sighting sightings[BATCH];
    unsigned events_n;
    uint64_t said;
};

static int counter = -1;
static struct bench bench;
static char copy[RECORD_MAX];

static void open_counter(void)
{
    struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
                                   .size = sizeof attr,
                                   .config = PERF_COUNT_HW_INSTRUCTIONS,
                                   .exclude_kernel = 1,
                                   .exclude_hv = 1};
    counter = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static struct cost now(void)
{
    uint64_t instructions = 0;
    if (counter >= 0 && read(counter, &instructions, sizeof instructions) < 0)
        instructions = 0;
    return (struct cost){(double)clock_thread_ns(), (double)instructions};
}

static void add_since(struct cost *sum, struct cost begun)
{
    struct cost ended = now();
    sum->ns += ended.ns - begun.ns;
    sum->instructions += ended.instructions - begun.instructions;
}

/* --- sinks --- */

static void on_say(void *ctx, const struct finding *f)
{
    (void)f;
    ++*(uint64_t *)ctx;
}

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    return claims_due(((struct bench *)ctx)->claims, uid, at_ms, at_least);
}

static void on_report(void *ctx, const struct report *report)
{
    struct bench *b = ctx;
    if (claims_take(b->claims, report))
        speaker_report(b->speaker, report);
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    struct bench *b = ctx;
    return claims_take_held(b->claims, uid, at_ms, reason);
}

static void on_held(void *ctx, const struct report *report)
{
    (void)ctx, (void)report;
}

static void on_event(void *ctx, const struct event *ev)
{
    struct bench *b = ctx;
    if (b->events_n < BATCH)
        b->events[b->events_n++].ev = *ev;
}

static void on_ignored(void *ctx, uint32_t index)
{
    (void)ctx, (void)index;
    abort();
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    (void)ctx, (void)reason, (void)offset, (void)index;
    abort();
}

static void on_flush(void *ctx)
{
    (void)ctx;
}

/* --- what is measured; the name is known to instructions.sh --- */

__attribute__((noinline)) void bench_detect(struct bench *b);

void bench_detect(struct bench *b)
{
    const struct report_sink sink = {b, on_due, on_report, on_first_held, on_held};
    int64_t newest_ms = 0;
    table_epoch_enter(b->setup.windows->epochs, 0);
    for (unsigned i = 0; i < b->events_n; i++) {
        struct enriched_event *e = &b->events[i];
        struct event ev = e->ev;
        struct sighting *s = &b->sightings[i];
        const struct event_ref ref = {.offset = i};
        enrich(b->setup.enricher, &ev, e);
        newest_ms = ev.time_ms;
        detectors_plan(b->setup.detectors, e, &ref, s);
        for (unsigned t = 0; t < s->touches_n; t++)
            table_prefetch(s->touches[t].table, s->touches[t].key);
    }
    for (unsigned i = 0; i < b->events_n; i++) {
        struct sighting *s = &b->sightings[i];
        for (unsigned t = 0; t < s->touches_n; t++)
            s->touches[t].row =
                table_row(s->touches[t].table, s->touches[t].key,
                          (uint32_t)(s->e->ev.time_ms / 60000), s->touches[t].promote);
    }
    for (unsigned i = 0; i < b->events_n; i++)
        detectors_update(b->setup.detectors, &b->sightings[i]);
    for (unsigned i = 0; i < b->events_n; i++)
        detectors_judge(b->setup.detectors, &b->sightings[i], &sink);
    table_epoch_leave(b->setup.windows->epochs, 0);
    speaker_tick(b->speaker, newest_ms);
}

/* --- one run --- */

/* A config with no detector on but `only`; "all", "shared". */
static void write_config(const char *file, const char *only)
{
    FILE *out = fopen(file, "w");
    if (!out)
        abort();
    fprintf(out, "geoip: {city: tests/data/geoip/city-maxmind.mmdb, asn: "
                 "tests/data/geoip/asn.mmdb}\nnetworks:\n  feeds: [{name: lshiy, file: "
                 "config/feeds/lshiy.txt}]\nwindows: {users: 256k, sources: 64k, networks: 64k, "
                 "sessions: 256k}\ndetectors:\n");
    for (unsigned i = 0; i < detectors_n(); i++) {
        const char *name = detectors_all[i]->name;
        bool on = strcmp(only, "all") == 0 || strcmp(only, name) == 0;
        fprintf(out, "  %s: {enabled: %s}\n", name, on ? "true" : "false");
    }
    fclose(out);
}

static void bench_open(struct bench *b, enum mix mix, const char *only)
{
    char file[] = "/tmp/spoor-bench-XXXXXX";
    int fd = mkstemp(file);
    struct diag *diag = diag_new();
    if (fd < 0)
        abort();
    close(fd);
    write_config(file, only);
    memset(b, 0, sizeof *b);
    b->mix = mix;
    if (setup_init(&b->setup, file, diag) != 0) {
        setup_tell(diag);
        exit(1);
    }
    unlink(file);
    diag_free(diag);
    const struct speaker_out out = {&b->said, on_say};
    b->claims = claims_new(SETUP_CLAIMS, SETUP_UPDATE_MS);
    b->speaker = speaker_new(b->setup.detectors, &out, SETUP_FINDINGS, SETUP_UPDATE_MS);
    b->reader = reader_new(parsers_find(slice_of("entra")));
    for (int i = 0; i < BATCH; i++)
        mix_make(&b->records[i]);
}

static void bench_close(struct bench *b)
{
    reader_free(b->reader);
    speaker_free(b->speaker);
    claims_free(b->claims);
    setup_done(&b->setup);
}

enum stretch { STRETCH_COPY, STRETCH_YAJL, STRETCH_PARSE, STRETCH_DETECT, STRETCH_N };

static void run_batch(struct bench *b, uint64_t first, struct cost cost[STRETCH_N], bool bare)
{
    const struct record_sink sink = {b, on_event, on_ignored, on_bad, on_flush};
    b->events_n = 0;
    for (unsigned i = 0; i < BATCH; i++)
        mix_vary(&b->records[i], b->mix, first + i);
    struct cost begun = now();
    for (unsigned i = 0; bare && i < BATCH; i++) {
        memcpy(copy, b->records[i].text.text, b->records[i].text.len);
        __asm__ volatile("" ::: "memory");
    }
    add_since(&cost[STRETCH_COPY], begun);
    begun = now();
    for (unsigned i = 0; bare && i < BATCH; i++)
        bare_read(NULL, (struct slice){b->records[i].text.text, b->records[i].text.len});
    add_since(&cost[STRETCH_YAJL], begun);
    begun = now();
    for (unsigned i = 0; i < BATCH; i++)
        reader_read(b->reader, (struct slice){b->records[i].text.text, b->records[i].text.len},
                    &sink);
    add_since(&cost[STRETCH_PARSE], begun);
    begun = now();
    bench_detect(b);
    add_since(&cost[STRETCH_DETECT], begun);
    reader_reset(b->reader);
    windows_collect(b->setup.windows, b->events[b->events_n - 1].ev.time_ms);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double values[PIECES])
{
    qsort(values, PIECES, sizeof *values, by_value);
    return values[PIECES / 2];
}

/* As much as one of the pieces fills the tables first, and is not counted. */
static void run(enum mix mix, const char *only, uint64_t events, bool bare, struct cost *ret)
{
    struct cost cost[PIECES + 1][STRETCH_N] = {{{0, 0}}};
    double ns[PIECES], instructions[PIECES];
    uint64_t batches = events / BATCH / (PIECES + 1);
    bench_open(&bench, mix, only);
    for (uint64_t i = 0; i < batches * (PIECES + 1); i++)
        run_batch(&bench, i * BATCH, cost[i / batches], bare);
    for (int s = 0; s < STRETCH_N; s++) {
        for (int k = 0; k < PIECES; k++) {
            ns[k] = cost[k + 1][s].ns / (double)(batches * BATCH);
            instructions[k] = cost[k + 1][s].instructions / (double)(batches * BATCH);
        }
        ret[s] = (struct cost){median(ns), median(instructions)};
    }
    bench_close(&bench);
}

static void print(const char *name, struct cost c)
{
    printf("  %-22s %9.0f", name, c.ns);
    if (counter >= 0)
        printf(" %13.0f", c.instructions);
    printf("\n");
}

static void run_mix(enum mix mix, uint64_t events)
{
    struct cost all[STRETCH_N], shared[STRETCH_N], one[STRETCH_N];
    run(mix, "all", events, true, all);
    printf("%s: %llu events of %zu bytes, %llu finding records\n  %-22s %9s%s\n", mix_names[mix],
           (unsigned long long)events, bench.records[0].text.len, (unsigned long long)bench.said,
           "", "ns/event", counter >= 0 ? "  instructions" : "");
    print("memcpy of the record", all[STRETCH_COPY]);
    print("yajl alone", all[STRETCH_YAJL]);
    print("parse", all[STRETCH_PARSE]);
    print("all detectors", all[STRETCH_DETECT]);
    run(mix, "shared", events, false, shared);
    print("shared", shared[STRETCH_DETECT]);
    for (unsigned i = 0; i < detectors_n(); i++) {
        run(mix, detectors_all[i]->name, events, false, one);
        one[STRETCH_DETECT].ns -= shared[STRETCH_DETECT].ns;
        one[STRETCH_DETECT].instructions -= shared[STRETCH_DETECT].instructions;
        print(detectors_all[i]->name, one[STRETCH_DETECT]);
    }
}

static void print_memory(void)
{
    enum { ROWS = 1 << 20 };
    printf("memory, from the layouts\n");
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        const struct layout *layout = windows_layout(t);
        printf("  %-10s %7.1f bytes a row, %u of them words", layout->name,
               (double)table_bytes(layout, ROWS) / ROWS, 8u * layout->words_n);
        for (unsigned set = 0; set < SETS_N; set++)
            if (windows_dense_bytes(t, set) > 0)
                printf("; %s dense %zu", windows_set(t, set)->name, windows_dense_bytes(t, set));
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 64000;
    enum mix only = argc > 3 && strcmp(argv[3], "attack") == 0 ? MIX_ATTACK : MIX_BENIGN;
    if (events < (PIECES + 1) * BATCH)
        return 2;
    open_counter();
    if (argc > 2) {
        struct cost cost[STRETCH_N];
        run(only, argv[2], events, false, cost);
        print(argv[2], cost[STRETCH_DETECT]);
        return 0;
    }
    for (int mix = 0; mix < MIX_N; mix++)
        run_mix((enum mix)mix, events);
    print_memory();
    if (counter < 0)
        printf("no instruction counter here: sh tests/bench/instructions.sh counts them\n");
    return 0;
}
