/* SPDX-License-Identifier: Apache-2.0
 *
 * A story in words: the steps in order, their stages, a sentence for the description.
 */
#include "detectors/takeover/chain_story.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

/* Oldest first; the stage decides where the grain cannot tell: an item whose time is only known to
 * the half hour comes after the first one of an earlier stage in it. */
static int64_t order_of(const struct chain_view *view, const struct chain_story *st, unsigned i)
{
    const struct chain_item *item = &view->items[i];
    int64_t at_ms = INT64_MAX;
    for (unsigned k = 0; k < view->n; k++) {
        const struct chain_item *other = &view->items[k];
        if (st->in[k] && other->stage < item->stage && other->first_ms > item->first_ms &&
            other->first_ms < item->first_ms + item->grain_ms && other->first_ms < at_ms)
            at_ms = other->first_ms;
    }
    return at_ms == INT64_MAX ? item->first_ms : at_ms;
}

/* A total order, whatever the order of the words in the row. */
static bool is_before(const struct chain_item *a, int64_t a_ms, const struct chain_item *b,
                      int64_t b_ms)
{
    if (a_ms != b_ms)
        return a_ms < b_ms;
    if (a->stage != b->stage)
        return a->stage < b->stage;
    int what = strcmp(a->what, b->what);
    return what != 0 ? what < 0 : a->subject < b->subject;
}

static void write_step(const struct detection *d, const struct chain_item *item,
                       struct finding_step *ret)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t uid[FINDING_UID_BYTES];
    *ret = (struct finding_step){.stage = item->stage,
                                 .first_ms = item->first_ms,
                                 .last_ms = item->last_ms,
                                 .grain_ms = item->grain_ms,
                                 .what = item->what,
                                 .detector = item->detector};
    if (!item->detector)
        return;
    struct detection said = *d;
    said.detector = item->detector;
    detector_uid(&said, item->subject, item->bucket, uid);
    for (unsigned i = 0; i < FINDING_UID_BYTES; i++) {
        ret->uid[2 * i] = digits[uid[i] >> 4];
        ret->uid[2 * i + 1] = digits[uid[i] & 15];
    }
}

/* The oldest FINDING_STEPS_MAX; strong ones first where there are more. */
void chain_write_steps(const struct detection *d, const struct chain_view *view,
                       const struct chain_story *st, struct finding *f)
{
    unsigned order[CHAIN_ITEMS_MAX], n = 0;
    for (unsigned weak = 0; weak < 2; weak++)
        for (unsigned i = 0; i < view->n && n < FINDING_STEPS_MAX; i++) {
            if (!st->in[i] || view->items[i].weak != (weak == 1))
                continue;
            unsigned at = n++;
            for (; at > 0 &&
                   is_before(&view->items[i], order_of(view, st, i), &view->items[order[at - 1]],
                             order_of(view, st, order[at - 1]));
                 at--)
                order[at] = order[at - 1];
            order[at] = i;
        }
    for (unsigned i = 0; i < n; i++)
        write_step(d, &view->items[order[i]], &f->steps[i]);
    f->steps_n = (uint8_t)n;
}

/* "access, mail"; in Japanese with its own names and comma. */
void chain_write_stages(unsigned stages, bool japanese, char text[static CHAIN_STAGES_TEXT_MAX])
{
    static const char *const ja[STAGES_N] = {
        [STAGE_TARGETED] = "攻撃の標的", [STAGE_CONFIRMED] = "パスワード一致",
        [STAGE_ACCESS] = "不正アクセス", [STAGE_SESSION] = "セッション悪用",
        [STAGE_PERSISTENCE] = "永続化",  [STAGE_MAIL] = "メール設定の改変",
        [STAGE_ACTION] = "一括外部転送",
    };
    size_t len = 0;
    text[0] = '\0';
    for (unsigned i = 1; i < STAGES_N; i++)
        if (stages >> i & 1)
            len += (size_t)snprintf(text + len, CHAIN_STAGES_TEXT_MAX - len, "%s%s",
                                    len == 0   ? ""
                                    : japanese ? "、"
                                               : ", ",
                                    japanese ? ja[i] : chain_stage_name((enum chain_stage)i));
}

/* As many steps as the text has room for. */
void chain_write_desc(struct finding *f, const char *user, double span_s)
{
    char span[SPAN_TEXT_MAX], at[TIMESTAMP_TEXT_MAX], line[160];
    wording_span((int64_t)(span_s * 1000), span);
    size_t len = (size_t)snprintf(
        f->desc, sizeof f->desc,
        "What other detectors say about %.80s, and acts that are innocent alone, fit into one "
        "takeover: from the first access to the last act it took %s. " FINDING_TIMELINE,
        user, span);
    for (unsigned i = 0; i < f->steps_n; i++) {
        const struct finding_step *step = &f->steps[i];
        timestamp_format(step->first_ms, at);
        char within[24] = ""; /* a time that is only known to so many minutes */
        if (step->grain_ms > 60000)
            snprintf(within, sizeof within, " (+%d min)", (int)(step->grain_ms / 60000));
        int n = snprintf(line, sizeof line, "%s%.10s %.8s%s %s: %s", i ? "; " : " ", at, at + 11,
                         within, chain_stage_name(step->stage), step->what);
        if (n < 0 || len + (size_t)n + 8 > sizeof f->desc)
            break;
        memcpy(f->desc + len, line, (size_t)n + 1);
        len += (size_t)n;
    }
    snprintf(f->desc + len, sizeof f->desc - len, ".");
}
