/* SPDX-License-Identifier: Apache-2.0
 *
 * The world as the engine sees it. Actors: people and robots first, then attacks.
 */
#include "plugin/calibrated/calibrated.h"

#include "plugin/calibrated/town.h"

#include <stdlib.h>

static void unmake(void *world)
{
    struct town *town = world;

    free(town->houses);
    free(town->souls);
    free(town->attacks);
    free(town);
}

static void *make(const struct world_plan *plan, struct stage *stage)
{
    struct town *town = calloc(1, sizeof *town);

    if (!town)
        return NULL;
    town->plan = *plan;
    if (houses_make(town, stage) && people_make(town, stage) && attacks_make(town, stage))
        return town;
    unmake(town);
    return NULL;
}

static int64_t step(void *world, uint32_t actor, int64_t now_ms, struct stage *stage)
{
    struct town *town = world;

    if (actor < town->souls_n)
        return soul_step(town, actor, now_ms, stage);
    return attack_step(town, actor - town->souls_n, now_ms, stage);
}

static bool tell(const void *world, size_t i, struct told *ret)
{
    static const char *const services[] = {"svc-*", NULL};
    const struct town *town = world;

    if (i >= town->plan.tenants)
        return false;
    *ret = (struct told){.org = &town->houses[i].org,
                         .trusted = town->houses[i].trusted,
                         .forwarders = accepted_forwarders,
                         .service_accounts = services};
    return true;
}

static const char *const feed[] = {"2a0a:d683::/32", NULL};

const struct world world_calibrated = {
    .name = "calibrated",
    .summary = "offices, people, robots and attackers; the one detectors are calibrated on",
    .attacks = attack_kinds,
    .make = make,
    .step = step,
    .tell = tell,
    .feed = feed,
    .unmake = unmake,
};
