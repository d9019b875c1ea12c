/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor demo: the processor of `run` on a Kafka inside this process. A generated week of three
 * small companies goes in, with two attacks; findings come out of the findings topic through a
 * client of its own and are held against the truth, and the program ends. It fails, and says so, if
 * an attack is not found within a minute.
 */
#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/cli/cli.h"
#include "plugin/demo/demo_view.h"
#include "plugin/demo/demo_week.h"
#include "plugin/demo/embedded.h"
#include "plugin/demo/tap.h"
#include "plugin/findings/finding_json.h"
#include "plugin/generate/folder.h"
#include "plugin/run/runtime.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PARTITIONS = 4, FINDINGS_MAX = 512, WAIT_MS = 60000, BACKLOG = 400, NAP_US = 2000 };

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
    struct atlas *atlas;
    struct stage *stage;
    uint64_t sent;
    struct shown findings[FINDINGS_MAX];
    size_t findings_n;
    uint64_t records;
};

/* --- what goes in --- */

/* A record cut in the middle, as a full disk makes them: it must go to the dead letters. */
static void send_broken(struct demo *demo)
{
    tap_produce(
        demo->tap, "signins", SLICE("broken"),
        SLICE("{\"time\":\"2026-03-02T11:00:00Z\",\"category\":\"SignInLogs\",\"properties\":{"));
    demo->sent++;
}

/* As fast as it is taken: the cluster keeps only 5 MB a partition. */
static bool on_message(void *ctx, const struct message *message)
{
    struct demo *demo = ctx;
    const int64_t until = clock_mono_ms() + WAIT_MS;

    tap_produce(demo->tap, "signins", message->key, message->bytes);
    if (++demo->sent == BACKLOG)
        send_broken(demo);
    while (runtime_messages(demo->runtime) + BACKLOG < demo->sent)
        if (clock_mono_ms() > until || runtime_failure(demo->runtime))
            return false;
        else
            clock_sleep_us(NAP_US);
    return true;
}

/* --- config: a file, because that is how everybody configures --- */

static int read_config(struct demo *demo)
{
    char folder[DEMO_WEEK_PATH_MAX], path[DEMO_WEEK_PATH_MAX + 16];

    if (!demo_week_config(demo->stage, demo->atlas, embedded_bootstrap(demo->kafka), folder)) {
        fprintf(stderr, "spoor demo: %s: %s\n", folder, strerror(errno));
        return CLI_FAILED;
    }
    snprintf(path, sizeof path, "%s/spoor.yaml", folder);
    const int exit_code = setup_exit_code(setup_init(&demo->setup, path, demo->diag));
    folder_remove(folder);
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

/* --- held against the truth --- */

static bool of_attack(const struct demo *demo, const struct shown *one, uint32_t attack)
{
    return truth_names(stage_truth(demo->stage), attack, json_of(one));
}

/* One that names an event or an account of an attack. */
static bool is_true(const struct demo *demo, const struct shown *one)
{
    for (uint32_t a = 0; a < DEMO_WEEK_ATTACKS; a++)
        if (of_attack(demo, one, a))
            return true;
    return false;
}

static bool is_grave(const struct shown *one)
{
    return strcmp(one->severity, "Critical") == 0 || strcmp(one->severity, "High") == 0;
}

static bool found_all(const struct demo *demo)
{
    for (uint32_t a = 0; a < DEMO_WEEK_ATTACKS; a++) {
        bool found = false;
        for (size_t i = 0; i < demo->findings_n; i++)
            found |= of_attack(demo, &demo->findings[i], a);
        if (!found) {
            fprintf(stderr, "spoor demo: nothing about the %s\n", demo_week_attack(a));
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

    while (runtime_messages(demo->runtime) < demo->sent)
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
        if (!is_grave(one) || !is_true(demo, one))
            continue;
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
    size_t true_n = 0;

    for (size_t i = 0; i < demo->findings_n; i++)
        true_n += is_true(demo, &demo->findings[i]);
    printf("\n%llu messages, %llu events (%llu records not ours, %llu unreadable), %zu findings in "
           "%llu records, %llu dead letter%s, %.1f s\n",
           (unsigned long long)c->pipeline.messages, (unsigned long long)c->pipeline.events,
           (unsigned long long)c->pipeline.ignored, (unsigned long long)c->pipeline.bad,
           demo->findings_n, (unsigned long long)demo->records,
           (unsigned long long)c->producer.delivered[PRODUCER_DEAD],
           c->producer.delivered[PRODUCER_DEAD] == 1 ? "" : "s", (double)ms / 1000);
    printf(
        "%zu of the findings name an event or account of the two attacks (the table has those of "
        "High and\nCritical severity); the other %zu are about ordinary life.\n",
        true_n, demo->findings_n - true_n);
}

static int process(struct demo *demo)
{
    static volatile _Atomic bool never;
    const int64_t began = clock_mono_ms();

    if (runtime_start(demo->runtime, &never) != 0)
        return CLI_FAILED;
    wait_joined(demo);
    const bool taken = !stage_run(demo->stage) && tap_flush(demo->tap) && wait_taken(demo);
    const bool clean = runtime_stop(demo->runtime);
    const struct runtime_counts counts = runtime_counts(demo->runtime);
    tap_read(demo->tap, "spoor.findings", PARTITIONS, demo, on_record);
    print_findings(demo);
    print_summary(demo, &counts, clock_mono_ms() - began);
    if (!taken || !clean || !found_all(demo)) {
        fputs("spoor demo: the attacks were not found within a minute\n", stderr);
        return CLI_FAILED;
    }
    return cli_stdout_ok("demo") ? CLI_OK : CLI_FAILED;
}

static bool make_week(struct demo *demo)
{
    demo->atlas = atlas_new();
    if (demo->atlas)
        demo->stage = demo_week_new(demo->atlas, &(struct delivery_sink){demo, on_message});
    return demo->stage != NULL;
}

static int demo_run(struct demo *demo)
{
    if (!make_kafka(demo) || !make_week(demo)) {
        fputs("spoor demo: the embedded Kafka, or what goes in, could not be made\n", stderr);
        return CLI_FAILED;
    }
    demo->tap = tap_new(embedded_bootstrap(demo->kafka));
    const int exit_code = demo->tap ? read_config(demo) : CLI_FAILED;
    if (exit_code != CLI_OK)
        return exit_code;
    printf(
        "An embedded Kafka at %s; a week of %d companies with %d people goes in, and\n"
        "two attacks: a password spray of some %u tries, each from another address, and an account "
        "taken over.\n",
        embedded_bootstrap(demo->kafka), DEMO_WEEK_COMPANIES, DEMO_WEEK_PEOPLE, demo_week_tries());
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
    stage_free(demo->stage);
    atlas_free(demo->atlas);
    diag_free(demo->diag);
    for (size_t i = 0; i < demo->findings_n; i++)
        free(demo->findings[i].json);
    free(demo);
    return exit_code;
}
