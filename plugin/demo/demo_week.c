/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/demo/demo_week.h"

#include "plugin/generate/folder.h"
#include "plugin/sets/worlds.h"

#include <stdlib.h>
#include <string.h>

/* Kinds of attacks as the world names them; of a campaign, how many tries. */
static const struct {
    const char *kind;
    unsigned n;
} planted[DEMO_WEEK_ATTACKS] = {{"campaign", 500}, {"takeover", 1}};
enum { SEED = 1, DAYS = 7, KINDS_MAX = 64 };

/* Monday, 2 March 2026: a fixed week, so that every run prints the same. */
static const int64_t base_ms = INT64_C(1772409600000);

struct stage *demo_week_new(const struct atlas *atlas, const struct delivery_sink *sink)
{
    const struct world *world = worlds_all[0];
    unsigned attacks[KINDS_MAX] = {0};

    for (size_t k = 0; world->attacks[k].name && k < KINDS_MAX; k++)
        for (size_t i = 0; i < DEMO_WEEK_ATTACKS; i++)
            if (strcmp(world->attacks[k].name, planted[i].kind) == 0)
                attacks[k] = planted[i].n;
    const struct world_plan plan = {.seed = SEED,
                                    .start_ms = base_ms,
                                    .days = DAYS,
                                    .tenants = DEMO_WEEK_COMPANIES,
                                    .users = DEMO_WEEK_PEOPLE,
                                    .attacks = attacks,
                                    .atlas = atlas};
    return stage_new(world, &plan, sink);
}

const char *demo_week_attack(uint32_t i)
{
    return planted[i].kind;
}

unsigned demo_week_tries(void)
{
    return planted[0].n;
}

bool demo_week_config(const struct stage *stage, const struct atlas *atlas, const char *bootstrap,
                      char ret_folder[static DEMO_WEEK_PATH_MAX])
{
    char head[512];

    snprintf(head, sizeof head,
             "kafka: {bootstrap.servers: \"%s\", group.id: demo, fetch.wait.max.ms: 10, "
             "session.timeout.ms: 6000}\n"
             "input: {topics: [signins]}\n"
             "windows: {users: 10k, sources: 16k, networks: 4k, feeds: 1k, dense: 500}\n"
             "workers: 2\n",
             bootstrap);
    snprintf(ret_folder, DEMO_WEEK_PATH_MAX, "/tmp/spoor-demo-XXXXXX");
    return mkdtemp(ret_folder) &&
           folder_write(ret_folder, head, worlds_all[0], stage_world(stage), atlas);
}
