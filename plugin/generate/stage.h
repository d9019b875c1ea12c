/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine of `spoor generate`: wakes the actors of a world in the order of their times, gives
 * what they say to the delivery (delivery.h), and passes messages on in the order in which they
 * reach the topic. Memory: 24 bytes an actor, and what waits for delivery. One thread.
 */
#ifndef PLUGIN_GENERATE_STAGE_H
#define PLUGIN_GENERATE_STAGE_H

#include "plugin/generate/delivery.h"
#include "plugin/generate/truth.h"

#define STAGE_NEVER INT64_MAX

struct world;
struct world_plan;
struct stage;

/* --- for worlds --- */

/* Something happens: a record will tell of it. act->at_ms is not before the time of the step. What
 * would happen after the set's last day is left out (and not counted among an attack's events). */
void stage_say(struct stage *stage, const struct act *act);

/* The same for an act of an attack: also told to the truth. */
void stage_say_attack(struct stage *stage, const struct act *act, uint32_t attack);

/* An actor is to be woken. In world.make, and in steps for actors that are not waiting: whoever is
 * being woken says when to come next by what step returns. */
void stage_wake(struct stage *stage, uint32_t actor, int64_t at_ms);

struct truth *stage_truth(struct stage *stage);

/* --- for who runs it --- */

struct stage_counts {
    uint64_t acts, messages, records, bytes;
    size_t held_max; /* most acts that waited for delivery at one time */
};

/* NULL: out of memory. The sink is given each message once. */
struct stage *stage_new(const struct world *world, const struct world_plan *plan,
                        const struct delivery_sink *sink);
void stage_free(struct stage *stage);

/* Runs the set to its end. NULL: it is whole; else what went wrong, in words. */
const char *stage_run(struct stage *stage);

struct stage_counts stage_counts(const struct stage *stage);
void *stage_world(const struct stage *stage); /* what world.make returned */

#endif
