/* SPDX-License-Identifier: Apache-2.0
 *
 * A world: people, their habits, their networks, and attacks on them, with the rates of all that.
 * The engine (stage.h) asks it what happens when; the writers of records (records.h) write it down.
 * There is more than one world on purpose: detectors are calibrated on one and measured on another,
 * so the author of a world has read this header and those it names, and no other world.
 *
 *   its place  a room: plugin/NAME/ with one `const struct world world_NAME`, a line in
 *              tests/lint/rooms beside the other worlds, and a line in plugin/sets/worlds.c
 *   to read    act.h (what can happen), atlas.h (where), dice.h (chance), stage.h (saying it),
 *              truth.h (labels), records.h (what each vendor's record can say)
 *
 * What a world promises:
 * - Actors are numbers of its own choosing (a person, a robot, an attacker, a tenant's spray). Each
 *   is woken when it asked to be, says what happens at that moment or soon after, and asks for the
 *   next time. What an actor does depends on its own state and its own dice (dice_for with a key
 *   mixed from the seed and the actor), never on which actors were woken before: then the same seed
 *   gives the same bytes, and 10 attacks more leave everybody else's days as they were. And it draws
 *   one number an expression: which of two arguments is drawn first is the compiler's choice.
 * - Memory is a matter of how many actors there are, not of how long they live: nothing is planned
 *   further ahead than a day or so. 2,000 tenants with 160,000 people must fit 500 MB.
 * - A step costs microseconds: a set of 81 million acts is made while it is read.
 * - Addresses come from the atlas alone, since nothing else has a place.
 * - Everything that is an attack is told to the truth, with all its acts; everything honest that
 *   might be taken for one is told as an oddity. Who is in neither is where a body can be: of his
 *   successes on fixed lines, carriers and universities no two are more than 100 km apart that
 *   1,000 km/h could not join.
 * - A dozen tenants have records of every product among them, and each kind of attack that is asked
 *   for happens where the set is large enough for it.
 * tests/unit/generate_worlds.c holds every world of worlds.c to this.
 */
#ifndef PLUGIN_GENERATE_WORLD_H
#define PLUGIN_GENERATE_WORLD_H

#include "plugin/records/act.h"

struct stage;

/* A kind of attack that --attacks may name. */
struct attack_kind {
    const char *name;    /* "mfa_fatigue" */
    const char *summary; /* one sentence: who, how, what is in the logs */
    /* How many of it there are of themselves in a set of `people` and `days`, with --attacks all.
     */
    unsigned (*usual)(unsigned tenants, unsigned people, unsigned days);
    bool tries; /* N of KIND:N is how many tries it makes, and there is one of it */
};

/* What a set shall be. */
struct world_plan {
    uint64_t seed;
    int64_t start_ms;              /* midnight UTC of the first day */
    unsigned days, tenants, users; /* users: of all tenants together; at least 5 a tenant */
    const unsigned *attacks;       /* how many of each kind, in the order of world.attacks */
    const struct atlas *atlas;
};

/* What the people of a tenant would have written into spoor's config. Lists end with NULL. */
struct told {
    const struct org *org;
    const char *const *trusted;          /* prefixes of offices, VPN and SASE egress they know */
    const char *const *forwarders;       /* outside addresses or domains mail may go to */
    const char *const *service_accounts; /* names or patterns */
    const char *const *admins;
};

struct world {
    const char *name, *summary;
    const struct attack_kind *attacks; /* ends with a NULL name */

    /* Makes everybody, tells the truth what is known already, and wakes each actor for the first
     * time (stage_wake). NULL: out of memory. */
    void *(*make)(const struct world_plan *plan, struct stage *stage);

    /* The actor's moment has come. Says what happens (stage_say, at now_ms or later) and returns
     * when it wants to be woken next, later than now_ms; STAGE_NEVER: not again. */
    int64_t (*step)(void *world, uint32_t actor, int64_t now_ms, struct stage *stage);

    /* The i-th tenant's part of the config; false: there is none. */
    bool (*tell)(const void *world, size_t i, struct told *ret);
    const char *const *feed; /* prefixes of the feed that operators have; ends with NULL */

    void (*unmake)(void *world);
};

#endif
