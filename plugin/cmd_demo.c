/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor demo: the processor of `run` on a Kafka inside this process. A day of sample events goes
 * in, findings come out of the findings topic through a client of its own, are printed, and the
 * program ends. It fails, and says so, if what was planted is not found within a minute.
 */
#include "plugin/cli.h"
#include "plugin/clock.h"
#include "plugin/demo_view.h"
#include "plugin/embedded.h"
#include "plugin/finding_json.h"
#include "plugin/log.h"
#include "plugin/runtime.h"
#include "plugin/sample.h"
#include "plugin/tap.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the demo reads, below share/spoor of an installed program and in the repository. */
static const struct demo_file {
    const char *installed, *in_tree;
} city_file = {"demo/city-maxmind.mmdb", "tests/data/geoip/city-maxmind.mmdb"},
  asn_file = {"demo/asn.mmdb", "tests/data/geoip/asn.mmdb"},
  feed_file = {"feeds/lshiy.txt", "config/feeds/lshiy.txt"};

enum { PARTITIONS = 4, FINDINGS_MAX = 256, WAIT_MS = 60000, SEED = 7, PACE = 16, PACE_US = 50000 };

/* Tuesday, 17 June 2025: a fixed day, so that every run prints the same. */
static const int64_t base_ms = INT64_C(1750118400000);

struct shown {
    char uid[FINDING_UID_TEXT], detector[32], severity[16];
    char *json;
    size_t len;
};

struct demo {
    struct embedded *kafka;
    struct tap *tap;
    struct setup setup;
    struct runtime *runtime;
    struct diag *diag;
    bool places; /* the test databases are here */
    uint64_t sent;
    struct shown findings[FINDINGS_MAX];
    size_t findings_n;
    uint64_t records;
};

/* Where a file stands: beside the installed program, wherever that is called from, or in the
 * repository. False: nowhere. */
static bool find_file(const struct demo_file *file, char ret_path[static PATH_MAX])
{
    char program[PATH_MAX / 2];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    program[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    snprintf(ret_path, PATH_MAX, "%s/../share/spoor/%s", program, file->installed);
    if (access(ret_path, R_OK) != 0)
        snprintf(ret_path, PATH_MAX, "%s", file->in_tree);
    return access(ret_path, R_OK) == 0;
}

/* --- config: a file, because that is how everybody configures --- */

static bool write_config(const struct demo *demo, char *path)
{
    const int fd = mkstemps(path, 5);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    char city[PATH_MAX], asn[PATH_MAX], feed[PATH_MAX];

    if (!file)
        return false;
    fprintf(file,
            "kafka: {bootstrap.servers: \"%s\", group.id: demo, fetch.wait.max.ms: 10, "
            "session.timeout.ms: 6000}\n"
            "input: {topics: [signins]}\n"
            "windows: {users: 10k, sources: 16k, networks: 4k, feeds: 1k, dense: 500}\n"
            "workers: 2\n",
            embedded_bootstrap(demo->kafka));
    if (find_file(&city_file, city) && find_file(&asn_file, asn))
        fprintf(file, "geoip: {city: [\"%s\"], asn: [\"%s\"]}\n", city, asn);
    if (find_file(&feed_file, feed))
        fprintf(file, "networks: {feeds: [{name: lshiy, file: \"%s\", severity: high}]}\n", feed);
    return fclose(file) == 0;
}

static int read_config(struct demo *demo)
{
    char path[] = "/tmp/spoor-demo-XXXXXX.yaml";

    if (!write_config(demo, path)) {
        fprintf(stderr, "spoor demo: %s: %s\n", path, strerror(errno));
        return CLI_FAILED;
    }
    const int exit_code = setup_exit_code(setup_init(&demo->setup, path, demo->diag));
    unlink(path);
    return exit_code;
}

/* --- the embedded cluster and its traffic --- */

static bool make_kafka(struct demo *demo)
{
    demo->kafka = embedded_new();
    return demo->kafka && embedded_topic(demo->kafka, "signins", PARTITIONS) &&
           embedded_topic(demo->kafka, "spoor.findings", PARTITIONS) &&
           embedded_topic(demo->kafka, "spoor.windows", PARTITIONS) &&
           embedded_topic(demo->kafka, "spoor.dead-letters", 1);
}

/* At some 300 messages a second: a day goes by in two seconds, in the order it happened. */
static void on_sample(void *ctx, struct slice key, struct slice value)
{
    struct demo *demo = ctx;

    tap_produce(demo->tap, "signins", key, value);
    if (++demo->sent % PACE == 0)
        clock_sleep_us(PACE_US);
}

/* --- findings read back --- */

/* Keeps the newest record of each finding. */
static void on_record(void *ctx, struct slice key, struct slice value, const struct tap_headers *h)
{
    struct demo *demo = ctx;
    struct shown *one = NULL;

    demo->records++;
    for (size_t i = 0; i < demo->findings_n && !one; i++)
        if (slice_equal(slice_of(demo->findings[i].uid), key))
            one = &demo->findings[i];
    if (!one && demo->findings_n < FINDINGS_MAX)
        one = &demo->findings[demo->findings_n++];
    if (!one)
        return;
    free(one->json);
    *one = (struct shown){.json = malloc(value.len), .len = value.len};
    snprintf(one->uid, sizeof one->uid, "%.*s", (int)key.len, key.ptr);
    snprintf(one->detector, sizeof one->detector, "%s", h->detector);
    snprintf(one->severity, sizeof one->severity, "%s", h->severity);
    if (one->json)
        memcpy(one->json, value.ptr, value.len);
}

static struct slice json_of(const struct shown *one)
{
    return (struct slice){one->json, one->len};
}

static int by_time(const void *a, const void *b)
{
    const int64_t x = demo_view_number(json_of(a), "first_seen_time");
    const int64_t y = demo_view_number(json_of(b), "first_seen_time");

    return x != y ? (x > y) - (x < y)
                  : strcmp(((const struct shown *)a)->uid, ((const struct shown *)b)->uid);
}

static bool found_all(const struct demo *demo, const char *const *expected)
{
    for (; *expected; expected++) {
        bool found = false;
        for (size_t i = 0; i < demo->findings_n; i++)
            found |= strcmp(demo->findings[i].detector, *expected) == 0;
        if (!found) {
            fprintf(stderr, "spoor demo: nothing from %s\n", *expected);
            return false;
        }
    }
    return true;
}

/* --- running --- */

/* The group forms: the mock cluster takes three seconds for it. */
static void wait_joined(const struct demo *demo)
{
    const int64_t until = clock_mono_ms() + WAIT_MS / 2;

    while (runtime_counts(demo->runtime).consumer.assigned < PARTITIONS && clock_mono_ms() < until)
        clock_sleep_us(20000);
}

/* Until everything sent was taken, or the minute is over. */
static bool wait_taken(const struct demo *demo)
{
    const int64_t until = clock_mono_ms() + WAIT_MS;

    while (runtime_counts(demo->runtime).pipeline.messages < demo->sent)
        if (clock_mono_ms() > until || runtime_failure(demo->runtime))
            return false;
        else
            clock_sleep_us(20000);
    return true;
}

static void print_findings(struct demo *demo)
{
    const bool colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    const struct shown *whole = NULL;

    qsort(demo->findings, demo->findings_n, sizeof demo->findings[0], by_time);
    demo_view_head(stdout, colour);
    for (size_t i = 0; i < demo->findings_n; i++) {
        const struct shown *one = &demo->findings[i];
        demo_view_row(stdout, colour, json_of(one), one->detector, one->severity);
        if (!whole || (strcmp(one->detector, "ropc") == 0 && strcmp(whole->detector, "ropc") != 0))
            whole = one;
    }
    if (whole) {
        printf("\nOne of them whole, as it stands in the topic spoor.findings (key %s):\n\n",
               whole->uid);
        demo_view_pretty(stdout, json_of(whole));
    }
}

static void print_summary(const struct demo *demo, const struct runtime_counts *c, int64_t ms)
{
    printf("\n%llu messages, %llu events (%llu records not ours, %llu unreadable), %zu findings in "
           "%llu records, %llu dead letter%s, %.1f s\n",
           (unsigned long long)c->pipeline.messages, (unsigned long long)c->pipeline.events,
           (unsigned long long)c->pipeline.ignored, (unsigned long long)c->pipeline.bad,
           demo->findings_n, (unsigned long long)demo->records,
           (unsigned long long)c->producer.delivered[PRODUCER_DEAD],
           c->producer.delivered[PRODUCER_DEAD] == 1 ? "" : "s", (double)ms / 1000);
}

static int process(struct demo *demo)
{
    static volatile _Atomic bool never;
    const int64_t began = clock_mono_ms();
    const struct sample_sink sink = {demo, on_sample};

    if (runtime_start(demo->runtime, &never) != 0)
        return CLI_FAILED;
    wait_joined(demo);
    sample_make(SEED, base_ms, &sink);
    const bool taken = tap_flush(demo->tap) && wait_taken(demo);
    const bool clean = runtime_stop(demo->runtime);
    const struct runtime_counts counts = runtime_counts(demo->runtime);
    tap_read(demo->tap, "spoor.findings", PARTITIONS, demo, on_record);
    print_findings(demo);
    print_summary(demo, &counts, clock_mono_ms() - began);
    if (!taken || !clean || !found_all(demo, sample_expected) ||
        (demo->places && !found_all(demo, sample_expected_with_places))) {
        fputs("spoor demo: what was planted was not found within a minute\n", stderr);
        return CLI_FAILED;
    }
    return cli_stdout_ok("demo") ? CLI_OK : CLI_FAILED;
}

static int demo_run(struct demo *demo)
{
    char path[PATH_MAX];
    demo->places = find_file(&city_file, path) && find_file(&asn_file, path);
    if (!demo->places)
        fprintf(stderr,
                "spoor demo: no databases at %s nor beside the program: going on "
                "without places, so no impossible travel will be found\n",
                city_file.in_tree);
    if (!make_kafka(demo)) {
        fputs("spoor demo: the embedded Kafka could not be started\n", stderr);
        return CLI_FAILED;
    }
    demo->tap = tap_new(embedded_bootstrap(demo->kafka));
    const int exit_code = demo->tap ? read_config(demo) : CLI_FAILED;
    if (exit_code != CLI_OK)
        return exit_code;
    printf("An embedded Kafka at %s; one working day of two companies goes in.\n",
           embedded_bootstrap(demo->kafka));
    fflush(stdout);
    demo->runtime = runtime_new(&demo->setup, demo->diag);
    return demo->runtime ? process(demo) : CLI_FAILED;
}

int cmd_demo(int argc, char **argv)
{
    if (argc > 1)
        return cli_usage_error(argv[0], "no argument \"%s\" is needed", argv[1]);
    struct demo *demo = calloc(1, sizeof *demo);
    if (!demo || !(demo->diag = diag_new())) {
        free(demo);
        return CLI_FAILED;
    }
    log_threshold(LOG_LEVEL_ERROR);
    const int exit_code = demo_run(demo);
    setup_tell(demo->diag);
    runtime_free(demo->runtime);
    setup_done(&demo->setup);
    tap_free(demo->tap);
    embedded_free(demo->kafka);
    diag_free(demo->diag);
    for (size_t i = 0; i < demo->findings_n; i++)
        free(demo->findings[i].json);
    free(demo);
    return exit_code;
}
