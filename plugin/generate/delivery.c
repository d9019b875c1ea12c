/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/generate/delivery.h"

#include "parsers/values/timestamp.h"
#include "plugin/generate/heap.h"
#include "plugin/records/dice.h"

#include <stdlib.h>

enum { ROLL_LAG = 1, ROLL_SENT, ROLL_ORDER, NOBODY = UINT32_MAX };

/* One act that waits; free ones are a list. */
struct held {
    struct act act;
    uint32_t next;
};

struct delivery {
    const struct records *records;
    struct delivery_sink sink;
    struct heap due;
    struct held *pool;
    uint32_t pool_n, free, held_n, held_max;
    struct pen text; /* the message being written */
    uint64_t lane;   /* whose batch it is; 0: none is open */
    int64_t at_ms;
    size_t records_n;
};

struct delivery *delivery_new(const struct records *records, const struct delivery_sink *sink)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);

    if (!delivery)
        return NULL;
    *delivery = (struct delivery){.records = records, .sink = *sink, .free = NOBODY};
    delivery->text.max = DELIVERY_MESSAGE_BYTES + RECORD_BYTES_MAX;
    delivery->text.ptr = malloc(delivery->text.max);
    if (delivery->text.ptr)
        return delivery;
    free(delivery);
    return NULL;
}

void delivery_free(struct delivery *delivery)
{
    if (!delivery)
        return;
    heap_done(&delivery->due);
    free(delivery->pool);
    free(delivery->text.ptr);
    free(delivery);
}

/* --- taking --- */

static uint32_t take_place(struct delivery *d)
{
    if (d->free == NOBODY) {
        const uint32_t n = d->pool_n ? 2 * d->pool_n : 1024;
        struct held *pool = realloc(d->pool, n * sizeof *pool);
        if (!pool)
            return NOBODY;
        d->pool = pool;
        for (uint32_t i = d->pool_n; i < n; i++)
            pool[i].next = i + 1 < n ? i + 1 : NOBODY;
        d->free = d->pool_n;
        d->pool_n = n;
    }
    const uint32_t place = d->free;
    d->free = d->pool[place].next;
    if (++d->held_n > d->held_max)
        d->held_max = d->held_n;
    return place;
}

/* Records of one lane that are due together travel together. */
static uint64_t lane_of(const struct act *act)
{
    const enum batch_form form = record_kinds[act->kind].delivery.form;

    return form == BATCH_NONE ? 0 : dice_mix(act->person->org->key, form) | 1;
}

static int64_t arrival(const struct act *act, struct dice *dice)
{
    const struct delivery_model *model = &record_kinds[act->kind].delivery;
    int64_t at = act->at_ms + act->late_ms + dice_between(dice, model->least_ms, model->most_ms);

    if (dice_per_mille(dice, DELIVERY_DAY_LATE_PER_MILLE))
        at += dice_between(dice, HOUR_MS, DAY_MS);
    else if (dice_per_mille(dice, DELIVERY_LATE_PER_MILLE))
        at += dice_between(dice, 5 * MINUTE_MS, 30 * MINUTE_MS);
    if (model->tick_ms == 0)
        return at;
    const int64_t phase = (int64_t)(act->person->org->key % (uint64_t)model->tick_ms);
    return at + model->tick_ms - (at - phase) % model->tick_ms;
}

static bool hold(struct delivery *d, const struct act *act, int64_t at_ms)
{
    const uint32_t place = take_place(d);

    if (place == NOBODY)
        return false;
    d->pool[place].act = *act;
    const uint64_t lane = lane_of(act) >> 32 << 32;
    const uint64_t order = lane | dice_mix(act->id, ROLL_ORDER) >> 32;
    return heap_push(&d->due, &(struct due){at_ms, order, place});
}

bool delivery_take(struct delivery *delivery, const struct act *act)
{
    struct dice dice = dice_for(act->id, ROLL_LAG);

    if (!hold(delivery, act, arrival(act, &dice)))
        return false;
    return !dice_per_mille(&dice, DELIVERY_TWICE_PER_MILLE) ||
           hold(delivery, act, arrival(act, &dice));
}

/* --- passing on --- */

static bool close_message(struct delivery *d, struct slice key)
{
    if (d->records_n == 0)
        return true;
    if (d->lane)
        pen_lit(&d->text, "]}");
    const struct message message = {key, {d->text.ptr, d->text.len}, d->at_ms, d->records_n};
    d->records_n = 0;
    d->text.len = 0;
    d->lane = 0;
    return d->sink.message(d->sink.ctx, &message);
}

static bool fits(const struct delivery *d, uint64_t lane, int64_t at_ms)
{
    return d->records_n > 0 && d->lane == lane && d->at_ms == at_ms &&
           d->records_n < DELIVERY_BATCH_MAX &&
           d->text.len < DELIVERY_MESSAGE_BYTES - RECORD_BYTES_MAX;
}

static bool pass(struct delivery *d, const struct act *act, int64_t at_ms)
{
    const uint64_t lane = lane_of(act);
    struct dice dice = dice_for(act->id, ROLL_SENT);

    if (!(lane && fits(d, lane, at_ms)) && !close_message(d, (struct slice){NULL, 0}))
        return false;
    if (d->records_n > 0)
        pen_lit(&d->text, ",");
    else if (lane)
        pen_string(&d->text, record_kinds[act->kind].delivery.form == BATCH_TRAIL
                                 ? "{\"Records\":["
                                 : "{\"records\":[");
    /* The record itself says when it left, some seconds before it is here. */
    const int64_t sent_ms = at_ms - dice_between(&dice, 0, 5000);
    if (!records_write(d->records, act, sent_ms, &d->text))
        return false;
    d->lane = lane;
    d->at_ms = at_ms;
    d->records_n++;
    return lane || close_message(d, slice_of(act->person->upn));
}

bool delivery_until(struct delivery *delivery, int64_t now_ms)
{
    bool good = true;

    while (good && delivery->due.n > 0 && delivery->due.items[0].at_ms < now_ms) {
        const struct due due = heap_pop(&delivery->due);
        good = pass(delivery, &delivery->pool[due.what].act, due.at_ms);
        delivery->pool[due.what].next = delivery->free;
        delivery->free = due.what;
        delivery->held_n--;
    }
    return good && close_message(delivery, (struct slice){NULL, 0});
}

size_t delivery_held_max(const struct delivery *delivery)
{
    return delivery->held_max;
}
