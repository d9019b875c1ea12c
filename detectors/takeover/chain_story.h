/* SPDX-License-Identifier: Apache-2.0
 *
 * What the items of a chain row make together: which of them are pairs of an access and an act,
 * which stand around them, and the timeline of a finding. Pure functions of a view and the
 * tenant's options; any thread.
 */
#ifndef DETECTORS_TAKEOVER_CHAIN_STORY_H
#define DETECTORS_TAKEOVER_CHAIN_STORY_H

#include "detectors/takeover/chain.h"

struct chain_options {
    bool enabled;
    struct shared_options shared;
    bool weak_pairs;
    int64_t window_ms, min_stages;
};

/* Somebody is in, and somebody who stays acts no earlier, and no later than the window. */
bool chain_is_pair(const struct chain_options *o, const struct chain_item *in,
                   const struct chain_item *act);

/* The bucket of a pair: that of its later side. */
int64_t chain_bucket(const struct detection *d, const struct chain_item *in,
                     const struct chain_item *act);

/* The pairs of a bucket, and which items belong to its story. */
struct chain_story {
    bool any, in[CHAIN_ITEMS_MAX];
    bool strong;     /* a pair of two strong sides */
    unsigned stages; /* bits 1 << stage */
    unsigned stages_n, findings;
    int64_t from_ms, to_ms;    /* of the pairs */
    int64_t access_ms, act_ms; /* first access and last act of them */
    int64_t in_ms;             /* last access of them */
};

void chain_tell(const struct detection *d, const struct chain_view *view, int64_t bucket,
                struct chain_story *ret);

/* Fills the steps, oldest first; where there are more than FINDING_STEPS_MAX, weak ones are left
 * out first. */
void chain_write_steps(const struct detection *d, const struct chain_view *view,
                       const struct chain_story *st, struct finding *f);

/* "access, mail" of bits 1 << enum chain_stage. */
enum { CHAIN_STAGES_TEXT_MAX = 160 };
void chain_write_stages(unsigned stages, bool japanese, char text[static CHAIN_STAGES_TEXT_MAX]);

/* The steps as a sentence; as many as there is room for. */
void chain_write_desc(struct finding *f, const char *user, double span_s);

#endif
