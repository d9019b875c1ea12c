/* SPDX-License-Identifier: Apache-2.0
 *
 * What an event costs from bytes to verdict: a 4 KB Entra record, varied in place, one a message,
 * 64 messages a batch. Beside it, in the same run, yajl alone tokenising the same bytes, so that
 * the numbers of two machines can be compared. Usage: replay [EVENTS [CONFIG]]
 */
#include "plugin/files/replay.h"
#include "plugin/base/clock.h"
#include "tests/bench/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>

enum { BATCH = 64, USERS = 200000 };

static struct record_text batch[BATCH];
static char line[FINDING_JSON_MAX];

static void say(void *ctx, const struct finding *f)
{
    uint64_t *records = ctx;
    struct json_out out = json_begin(line, sizeof line);
    if (finding_json(&out, f))
        ++*records;
}

/* Nanoseconds for varying alone, which both sides pay. */
static uint64_t run_nothing(uint64_t events)
{
    uint64_t start = clock_thread_ns();
    for (uint64_t i = 0; i < events; i++)
        record_vary(&batch[i % BATCH], i, USERS);
    return clock_thread_ns() - start;
}

static uint64_t run_yajl(uint64_t events)
{
    static const yajl_callbacks none;
    yajl_handle handle = yajl_alloc(&none, NULL, NULL);
    yajl_config(handle, yajl_allow_multiple_values, 1);
    uint64_t start = clock_thread_ns();
    for (uint64_t i = 0; i < events; i++) {
        struct record_text *r = &batch[i % BATCH];
        record_vary(r, i, USERS);
        if (yajl_parse(handle, (const unsigned char *)r->text, r->len) != yajl_status_ok)
            abort();
    }
    uint64_t ns = clock_thread_ns() - start;
    yajl_free(handle);
    return ns;
}

static uint64_t run_replay(struct replay *replay, uint64_t events)
{
    uint64_t start = clock_thread_ns();
    for (uint64_t i = 0; i < events; i++) {
        struct record_text *r = &batch[i % BATCH];
        record_vary(r, i, USERS);
        replay_take(replay, (struct slice){r->text, r->len}, i);
        if (i % BATCH == BATCH - 1)
            replay_flush(replay);
    }
    replay_end(replay);
    return clock_thread_ns() - start;
}

static void print(const struct replay *replay, uint64_t ns, uint64_t yajl_ns, uint64_t records)
{
    static const char *const names[STAGE_N] = {"parse", "enrich", "detect"};
    struct pipeline_counts counts = replay_counts(replay);
    double seconds = (double)ns / 1e9, staged = 0;
    for (int s = 0; s < STAGE_N; s++)
        staged += (double)counts.stage_ns[s];
    printf("replay: %llu events of %zu bytes, %llu bad, %llu finding records\n",
           (unsigned long long)counts.events, batch[0].len, (unsigned long long)counts.bad,
           (unsigned long long)records);
    printf("  %.0f events/s, %.1f MB/s of processor time, %.0f ns an event\n",
           (double)counts.events / seconds, (double)counts.bytes / seconds / 1e6,
           (double)ns / (double)counts.events);
    for (int s = 0; s < STAGE_N; s++)
        printf("  %-6s %5.1f %%\n", names[s], 100 * (double)counts.stage_ns[s] / staged);
    printf("  yajl alone %.1f MB/s; the whole path takes %.2f times as long\n",
           (double)counts.bytes / ((double)yajl_ns / 1e9) / 1e6, (double)ns / (double)yajl_ns);
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000, records = 0;
    const struct speaker_out out = {&records, say};
    struct diag *diag = diag_new();
    struct setup setup;
    if (!diag || setup_init(&setup, argc > 2 ? argv[2] : NULL, diag) != 0) {
        setup_tell(diag);
        return 1;
    }
    struct replay *replay = replay_new(&setup, &out, true);
    if (!replay)
        return 1;
    for (int i = 0; i < BATCH; i++)
        record_make(&batch[i]);
    uint64_t vary_ns = run_nothing(events);
    uint64_t yajl_ns = run_yajl(events), ns = run_replay(replay, events);
    print(replay, ns - vary_ns, yajl_ns - vary_ns, records);
    replay_free(replay);
    setup_done(&setup);
    diag_free(diag);
    return 0;
}
