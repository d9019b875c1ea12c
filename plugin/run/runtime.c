/* SPDX-License-Identifier: Apache-2.0
 *
 * Start and stop, in one visible order each. See runtime.h.
 */
#include "plugin/run/runtime.h"

#include "plugin/base/clock.h"
#include "plugin/base/log.h"
#include "plugin/kafka/kafka.h"
#include "plugin/kafka/topics.h"
#include "plugin/run/publisher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct runtime {
    const struct setup *setup;
    struct claims *claims;
    struct unread *unread;
    struct carried *carried;
    struct row_records *records;
    struct spoken *spoken;
    struct producer *producer;
    struct replica *replica;
    struct worker *workers[WORKERS_MAX];
    struct ring *rings[WORKERS_MAX];
    unsigned workers_n;
    struct publisher *publisher;
    struct consumer *consumer;
    bool started;
};

static unsigned workers_wanted(const struct config *config)
{
    long n = config->workers > 0 ? (long)config->workers : sysconf(_SC_NPROCESSORS_ONLN);

    if (n < 1)
        n = 1;
    return n > WORKERS_MAX ? WORKERS_MAX : (unsigned)n;
}

/* Tells our own records in the windows topic from others': not a secret, only rarely the same. */
static uint32_t writer_number(void)
{
    const uint64_t mixed =
        ((uint64_t)clock_wall_ms() << 20 ^ (uint64_t)getpid()) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(mixed >> 32);
}

static bool make_workers(struct runtime *runtime)
{
    const unsigned n = workers_wanted(runtime->setup->config);

    for (unsigned i = 0; i < n; i++) {
        const struct worker_parts parts = {
            .setup = runtime->setup,
            .claims = runtime->claims,
            .unread = runtime->unread,
            .carried = runtime->carried,
            .producer = runtime->producer,
            .number = i,
        };
        runtime->workers[i] = worker_new(&parts);
        if (!runtime->workers[i])
            return false;
        runtime->rings[i] = worker_ring(runtime->workers[i]);
        runtime->workers_n = i + 1;
    }
    return true;
}

static void on_settle(void *ctx, int64_t timeout_ms)
{
    const struct runtime *runtime = ctx;

    if (!publisher_settle(runtime->publisher, timeout_ms))
        log_warning("partitions go before all of their messages are committed; they will be read "
                    "again",
                    "waited_ms=%lld", (long long)timeout_ms);
}

static bool make_publisher(struct runtime *runtime)
{
    const struct publisher_parts parts = {
        .setup = runtime->setup,
        .claims = runtime->claims,
        .producer = runtime->producer,
        .records = runtime->records,
        .spoken = runtime->spoken,
        .workers = runtime->workers,
        .workers_n = runtime->workers_n,
        .consumer = &runtime->consumer,
    };

    runtime->publisher = publisher_new(&parts);
    return runtime->publisher != NULL;
}

static bool make_consumer(struct runtime *runtime, struct diag *diag)
{
    const struct consumer_parts parts = {
        .config = runtime->setup->config,
        .rings = runtime->rings,
        .rings_n = runtime->workers_n,
        .ctx = runtime,
        .settle = on_settle,
    };

    runtime->consumer = consumer_new(&parts, diag);
    return runtime->consumer != NULL;
}

struct runtime *runtime_new(const struct setup *setup, struct diag *diag)
{
    struct runtime *runtime = calloc(1, sizeof *runtime);

    if (!runtime)
        return NULL;
    runtime->setup = setup;
    runtime->claims = claims_new(SETUP_CLAIMS, SETUP_UPDATE_MS);
    runtime->unread = unread_new();
    runtime->carried = carried_new();
    runtime->records = row_records_new(setup->windows, &setup->key, writer_number());
    runtime->spoken = spoken_new();
    runtime->producer = producer_new(setup->config, diag);
    if (runtime->claims && runtime->unread && runtime->carried && runtime->records &&
        runtime->spoken && runtime->producer) {
        runtime->replica = replica_new(setup->config, setup->windows, runtime->records, diag);
        if (runtime->replica && make_workers(runtime) && make_publisher(runtime) &&
            make_consumer(runtime, diag))
            return runtime;
    }
    if (diag_errors(diag) == 0)
        diag_error(diag, (struct diag_place){0}, "out of memory");
    runtime_free(runtime);
    return NULL;
}

/* Order: whoever uses something goes before it. */
void runtime_free(struct runtime *runtime)
{
    if (!runtime)
        return;
    consumer_free(runtime->consumer);
    publisher_free(runtime->publisher);
    for (unsigned i = 0; i < runtime->workers_n; i++)
        worker_free(runtime->workers[i]);
    replica_free(runtime->replica);
    producer_free(runtime->producer);
    spoken_free(runtime->spoken);
    row_records_free(runtime->records);
    carried_free(runtime->carried);
    unread_free(runtime->unread);
    claims_free(runtime->claims);
    free(runtime);
}

static int64_t longest_ttl_ms(void)
{
    int64_t longest = 0;

    for (unsigned t = 0; t < WINDOWS_N; t++)
        if (windows_layout(t)->ttl_ms > longest)
            longest = windows_layout(t)->ttl_ms;
    return longest;
}

int runtime_start(struct runtime *runtime, const volatile _Atomic bool *stop)
{
    const struct config *config = runtime->setup->config;
    int result = topics_ensure(producer_client(runtime->producer), config, longest_ttl_ms(), stop);

    if (result == 0)
        result = spoken_recover(runtime->spoken, config, stop);
    if (result == 0)
        result = replica_recover(runtime->replica, stop);
    if (result != 0)
        return result;
    bool ok = replica_start(runtime->replica);
    for (unsigned i = 0; ok && i < runtime->workers_n; i++)
        ok = worker_start(runtime->workers[i]);
    ok = ok && publisher_start(runtime->publisher) && consumer_start(runtime->consumer);
    if (!ok) {
        log_error("a thread could not be started", "workers=%u", runtime->workers_n);
        return -EIO;
    }
    runtime->started = true;
    log_info("running", "group=%s workers=%u delivery=at_least_once findings=%s",
             kafka_group(config), runtime->workers_n, config->output.findings);
    return 0;
}

const char *runtime_failure(const struct runtime *runtime)
{
    const char *why = consumer_failure(runtime->consumer);

    return why ? why : publisher_failure(runtime->publisher);
}

bool runtime_stop(struct runtime *runtime)
{
    const int64_t until = clock_mono_ms() + RUNTIME_STOP_MS;
    bool drained = true;

    consumer_drain(runtime->consumer);
    while (runtime->started && !(drained = consumer_drained(runtime->consumer)) &&
           clock_mono_ms() < until && !runtime_failure(runtime))
        clock_sleep_us(1000);
    for (unsigned i = 0; i < runtime->workers_n; i++)
        worker_stop(runtime->workers[i]);
    const bool committed = publisher_stop(runtime->publisher);
    consumer_stop(runtime->consumer);
    replica_stop(runtime->replica);
    return !runtime->started || (drained && committed && !runtime_failure(runtime));
}

static void add_counts(struct pipeline_counts *sum, const struct pipeline_counts *one)
{
    sum->messages += one->messages;
    sum->bytes += one->bytes;
    sum->events += one->events;
    sum->ignored += one->ignored;
    sum->unknown += one->unknown;
    sum->bad += one->bad;
    sum->future += one->future;
    for (int r = 0; r < BAD_N; r++)
        sum->bad_by_reason[r] += one->bad_by_reason[r];
    for (int s = 0; s < STAGE_N; s++)
        sum->stage_ns[s] += one->stage_ns[s];
    if (one->watermark_ms > sum->watermark_ms)
        sum->watermark_ms = one->watermark_ms;
}

uint64_t runtime_messages(const struct runtime *runtime)
{
    uint64_t messages = 0;

    for (unsigned i = 0; i < runtime->workers_n; i++)
        messages += worker_counts(runtime->workers[i]).messages;
    return messages;
}

struct runtime_counts runtime_counts(const struct runtime *runtime)
{
    struct runtime_counts counts = {
        .consumer = consumer_counts(runtime->consumer),
        .producer = producer_counts(runtime->producer),
        .replica = replica_counts(runtime->replica),
        .speaker = publisher_speaker_counts(runtime->publisher),
        .workers = runtime->workers_n,
    };

    for (unsigned i = 0; i < runtime->workers_n; i++) {
        const struct pipeline_counts one = worker_counts(runtime->workers[i]);
        const struct held *held = worker_held(runtime->workers[i]);
        add_counts(&counts.pipeline, &one);
        for (unsigned t = 0; t < held_tenants(held); t++)
            counts.held += held_of_tenant(held, t);
        counts.held += held_of_tenant(held, HELD_OTHERS);
    }
    return counts;
}

size_t runtime_unread(const struct runtime *runtime, enum unread_why why,
                      struct unread_shape ret[static UNREAD_MAX])
{
    return unread_list(runtime->unread, why, ret);
}
