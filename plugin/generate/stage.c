/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/generate/stage.h"

#include "parsers/values/timestamp.h"
#include "plugin/generate/heap.h"
#include "plugin/generate/world.h"

#include <stdlib.h>

struct stage {
    const struct world *world;
    void *people; /* the world's own */
    struct records *records;
    struct delivery *delivery;
    struct truth *truth;
    struct delivery_sink sink;
    struct heap actors;
    struct stage_counts counts;
    int64_t now_ms, end_ms;
    const char *failure;
};

static bool on_message(void *ctx, const struct message *message)
{
    struct stage *stage = ctx;

    stage->counts.messages++;
    stage->counts.records += message->records_n;
    stage->counts.bytes += message->bytes.len;
    return stage->sink.message(stage->sink.ctx, message);
}

struct stage *stage_new(const struct world *world, const struct world_plan *plan,
                        const struct delivery_sink *sink)
{
    struct stage *stage = calloc(1, sizeof *stage);

    if (!stage)
        return NULL;
    stage->world = world;
    stage->sink = *sink;
    stage->now_ms = plan->start_ms;
    stage->end_ms = plan->start_ms + plan->days * DAY_MS;
    stage->records = records_new();
    stage->truth = truth_new();
    if (stage->records)
        stage->delivery = delivery_new(stage->records, &(struct delivery_sink){stage, on_message});
    if (stage->delivery && stage->truth && (stage->people = world->make(plan, stage)) != NULL &&
        !stage->failure)
        return stage;
    stage_free(stage);
    return NULL;
}

void stage_free(struct stage *stage)
{
    if (!stage)
        return;
    delivery_free(stage->delivery);
    truth_free(stage->truth);
    if (stage->people)
        stage->world->unmake(stage->people);
    records_free(stage->records);
    heap_done(&stage->actors);
    free(stage);
}

void stage_wake(struct stage *stage, uint32_t actor, int64_t at_ms)
{
    if (at_ms < stage->end_ms && !heap_push(&stage->actors, &(struct due){at_ms, actor, actor}))
        stage->failure = "out of memory";
}

void stage_say(struct stage *stage, const struct act *act)
{
    if (act->at_ms < stage->now_ms)
        stage->failure = "the world said something after it had happened";
    if (act->at_ms >= stage->end_ms)
        return;
    stage->counts.acts++;
    if (!delivery_take(stage->delivery, act))
        stage->failure = "out of memory";
}

void stage_say_attack(struct stage *stage, const struct act *act, uint32_t attack)
{
    if (act->at_ms < stage->end_ms)
        truth_event(stage->truth, attack, act);
    stage_say(stage, act);
}

struct truth *stage_truth(struct stage *stage)
{
    return stage->truth;
}

const char *stage_run(struct stage *stage)
{
    bool good = true;

    while (good && !stage->failure && stage->actors.n > 0) {
        const struct due due = heap_pop(&stage->actors);
        good = delivery_until(stage->delivery, due.at_ms);
        stage->now_ms = due.at_ms;
        const int64_t next = stage->world->step(stage->people, due.what, due.at_ms, stage);
        if (next <= due.at_ms)
            stage->failure = "the world asked for a time that is over";
        else
            stage_wake(stage, due.what, next);
    }
    if (stage->failure)
        return stage->failure;
    return good && delivery_until(stage->delivery, INT64_MAX) ? NULL
                                                              : "a message could not be written";
}

struct stage_counts stage_counts(const struct stage *stage)
{
    struct stage_counts counts = stage->counts;

    counts.held_max = delivery_held_max(stage->delivery);
    return counts;
}

void *stage_world(const struct stage *stage)
{
    return stage->people;
}
