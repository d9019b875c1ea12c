/* SPDX-License-Identifier: Apache-2.0
 *
 * What `spoor generate` costs, in MB of one core: the records of each kind alone, and the
 * calibrated world whole, with people only and with a campaign against many tenants.
 */
#include "plugin/base/clock.h"
#include "plugin/calibrated/calibrated.h"
#include "plugin/generate/stage.h"
#include "plugin/records/dice.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 20000 };

static const struct org org = {.key = 77, .domain = "a.example", .name = "A", .policies = 9};
static const struct person person = {
    .key = 1, .org = &org, .upn = "anna.keller@a.example", .name = "Anna Keller"};
static const struct device device = {1, "DESKTOP-1", "Windows10", "Azure AD joined", true, true};
static const struct agent agent = {"Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Edge 145.0.0",
                                   "Windows10"};
static const struct app app = {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"};
static const struct mail_change mail = {.name = "a", .words = "b;c", .folder = "d"};

static double seconds_since(uint64_t began)
{
    return (double)(clock_thread_ns() - began) / 1e9;
}

static void each_kind(const struct atlas *atlas)
{
    struct records *records = records_new();
    struct pen to = {.ptr = malloc(RECORD_BYTES_MAX), .max = RECORD_BYTES_MAX};

    for (int kind = 0; records && to.ptr && kind < ACT_KINDS; kind++) {
        const struct network *network = atlas_at(atlas, 0);
        struct act act = {.kind = (enum act_kind)kind,
                          .person = &person,
                          .device = &device,
                          .agent = &agent,
                          .app = &app,
                          .resource = &app,
                          .network = network,
                          .ip = atlas_address(network, 1),
                          .session = 3,
                          .multi = true,
                          .client = "Browser",
                          .protocol = "none",
                          .token = "none",
                          .mail = &mail,
                          .what = "Add device"};
        size_t bytes = 0;
        const uint64_t began = clock_thread_ns();
        for (int i = 0; i < ROUNDS; i++) {
            act.id = (uint64_t)i;
            act.at_ms = INT64_C(1772409600000) + i;
            to.len = 0;
            if (!records_write(records, &act, act.at_ms, &to))
                abort();
            bytes += to.len;
        }
        const double s = seconds_since(began);
        printf("%-20s %6zu bytes  %7.0f ns  %6.0f MB/s\n", record_kinds[kind].name, bytes / ROUNDS,
               s * 1e9 / ROUNDS, (double)bytes / s / 1e6);
    }
    records_free(records);
    free(to.ptr);
}

static bool on_message(void *ctx, const struct message *message)
{
    (void)ctx, (void)message;
    return true;
}

static void whole(const struct atlas *atlas, const char *name, unsigned tenants, unsigned users,
                  unsigned days, unsigned campaign)
{
    const unsigned attacks[64] = {campaign};
    const struct world_plan plan = {.seed = 1,
                                    .start_ms = INT64_C(1772409600000),
                                    .days = days,
                                    .tenants = tenants,
                                    .users = users,
                                    .attacks = attacks,
                                    .atlas = atlas};
    const uint64_t began = clock_thread_ns();
    struct stage *stage =
        stage_new(&world_calibrated, &plan, &(struct delivery_sink){NULL, on_message});

    if (!stage || stage_run(stage))
        abort();
    const struct stage_counts c = stage_counts(stage);
    const double s = seconds_since(began);
    printf("%-20s %9llu records  %7.0f ns  %6.0f MB/s  (%zu waited at most)\n", name,
           (unsigned long long)c.records, s * 1e9 / (double)c.records, (double)c.bytes / s / 1e6,
           c.held_max);
    stage_free(stage);
}

int main(void)
{
    struct atlas *atlas = atlas_new();

    if (!atlas)
        return 1;
    each_kind(atlas);
    whole(atlas, "people", 12, 600, 7, 0);
    whole(atlas, "campaign", 2000, 10000, 1, 500000);
    atlas_free(atlas);
    return 0;
}
