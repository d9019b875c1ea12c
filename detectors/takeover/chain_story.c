/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs of an access and an act, and what stands around them. See the header, and kill_chain.c for
 * the predicate.
 */
#include "detectors/takeover/chain_story.h"

#include "parsers/values/timestamp.h"

enum { BEFORE_DAYS = 14 }; /* nodes that guess passwords live weeks; as success_after_spray */

static bool is_access(const struct chain_item *item)
{
    return item->stage == STAGE_ACCESS || item->stage == STAGE_SESSION;
}

static bool is_act(const struct chain_item *item)
{
    return item->stage >= STAGE_PERSISTENCE;
}

bool chain_is_pair(const struct chain_options *o, const struct chain_item *in,
                   const struct chain_item *act)
{
    return is_access(in) && is_act(act) && (o->weak_pairs || !in->weak || !act->weak) &&
           act->last_ms + act->grain_ms > in->first_ms &&
           act->first_ms <= in->last_ms + o->window_ms;
}

int64_t chain_bucket(const struct detection *d, const struct chain_item *in,
                     const struct chain_item *act)
{
    return detector_bucket(d->detector,
                           in->first_ms > act->first_ms ? in->first_ms : act->first_ms);
}

static void take_pair(struct chain_story *st, const struct chain_view *view, unsigned in,
                      unsigned act)
{
    const struct chain_item *a = &view->items[in], *b = &view->items[act];
    if (!st->any || a->first_ms < st->access_ms)
        st->access_ms = a->first_ms;
    if (!st->any || a->last_ms > st->in_ms)
        st->in_ms = a->last_ms;
    if (!st->any || b->last_ms > st->act_ms)
        st->act_ms = b->last_ms;
    int64_t from_ms = a->first_ms < b->first_ms ? a->first_ms : b->first_ms;
    int64_t to_ms = a->last_ms > b->last_ms ? a->last_ms : b->last_ms;
    if (!st->any || from_ms < st->from_ms)
        st->from_ms = from_ms;
    if (!st->any || to_ms > st->to_ms)
        st->to_ms = to_ms;
    st->any = st->in[in] = st->in[act] = true;
    st->strong |= !a->weak && !b->weak;
}

/* What led there may lie a fortnight back; everything else, the window around. */
static bool is_around(const struct chain_options *o, const struct chain_story *st,
                      const struct chain_item *item)
{
    if (item->stage <= STAGE_CONFIRMED)
        return item->last_ms >= st->from_ms - BEFORE_DAYS * DAY_MS && item->first_ms <= st->in_ms;
    return item->last_ms >= st->from_ms - o->window_ms &&
           item->first_ms <= st->to_ms + o->window_ms;
}

void chain_tell(const struct detection *d, const struct chain_view *view, int64_t bucket,
                struct chain_story *ret)
{
    const struct chain_options *o = d->options;
    *ret = (struct chain_story){.any = false};
    for (unsigned i = 0; i < view->n; i++)
        for (unsigned k = 0; k < view->n; k++)
            if (chain_is_pair(o, &view->items[i], &view->items[k]) &&
                chain_bucket(d, &view->items[i], &view->items[k]) == bucket)
                take_pair(ret, view, i, k);
    for (unsigned i = 0; ret->any && i < view->n; i++) {
        const struct chain_item *item = &view->items[i];
        ret->in[i] |= is_around(o, ret, item);
        if (!ret->in[i])
            continue;
        ret->stages |= 1u << item->stage;
        ret->findings += item->detector != NULL;
    }
    for (unsigned stages = ret->stages; stages != 0; stages &= stages - 1)
        ret->stages_n++;
}
