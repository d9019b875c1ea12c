/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of each finding. Entries live in one array, found through an open-addressed index of
 * uids; both are made at start. An entry is never removed, only displaced by a new finding when all
 * are taken, so a closed finding can be opened again by a late event under the same uid.
 */
#include "plugin/findings/speaker.h"

#include "detectors/known/detector_say.h"
#include "parsers/values/timestamp.h"
#include "plugin/findings/finding_links.h"

#include <stdlib.h>
#include <string.h>

enum { REVIEWS_A_TICK = 4, NO_ENTRY = UINT32_MAX };

enum life { LIFE_FREE, LIFE_OPEN, LIFE_CLOSED, LIFE_RETRACTED };

struct entry {
    enum life life;
    struct report
        report; /* verdict: the join of all; witness: the first event's; at_ms: the newest */
    struct witness more[FINDING_WITNESSES_MAX - 1];
    uint8_t more_n;
    bool confirmed; /* one verdict was not provisional, or held when its window was over */
    bool holds;     /* the words said so when last asked, and still covered it */
    bool stale; /* events may have come whose report claims held back: look at the words again */
    struct verdict said; /* the verdict when last said */
    int64_t said_ms;     /* event time when last said */
    uint64_t said_links; /* which related findings it named then, as a digest */
    uint32_t sequence;
};

struct speaker {
    const struct detectors *detectors;
    struct speaker_out out;
    int64_t interval_ms, watermark_ms, ticked_ms;
    uint32_t reviewed; /* how many reviews there were: whose turn is next */
    struct entry *entries;
    uint32_t entries_n, entries_max;
    uint32_t *index; /* of index_size slots: an entry's number, or NO_ENTRY */
    uint32_t index_size;
    struct finding finding; /* the one being said: too large for a stack */
    struct entry held;      /* the report being held back: likewise */
    struct speaker_counts counts;
};

static uint32_t index_size(size_t findings_max)
{
    uint32_t size = 16;
    while (size < 2 * findings_max)
        size *= 2;
    return size;
}

size_t speaker_bytes(size_t findings_max)
{
    return sizeof(struct speaker) + findings_max * sizeof(struct entry) +
           index_size(findings_max) * sizeof(uint32_t);
}

struct speaker *speaker_new(const struct detectors *detectors, const struct speaker_out *out,
                            size_t findings_max, int64_t update_interval_ms)
{
    struct speaker *sp = calloc(1, sizeof *sp);
    if (!sp)
        return NULL;
    *sp = (struct speaker){.detectors = detectors, .out = *out, .interval_ms = update_interval_ms};
    sp->entries_max = (uint32_t)findings_max;
    sp->index_size = index_size(findings_max);
    sp->entries = calloc(findings_max, sizeof *sp->entries);
    sp->index = malloc(sp->index_size * sizeof *sp->index);
    if (!sp->entries || !sp->index) {
        speaker_free(sp);
        return NULL;
    }
    memset(sp->index, 0xFF, sp->index_size * sizeof *sp->index);
    return sp;
}

void speaker_free(struct speaker *sp)
{
    if (!sp)
        return;
    free(sp->entries);
    free(sp->index);
    free(sp);
}

static uint32_t slot_of(const struct speaker *sp, const uint8_t uid[static FINDING_UID_BYTES])
{
    uint64_t hash;
    memcpy(&hash, uid, sizeof hash);
    return (uint32_t)hash & (sp->index_size - 1);
}

/* The index slot of a uid: where it is, or where it would go. Ends: half of the slots stay free. */
static uint32_t probe(const struct speaker *sp, const uint8_t uid[static FINDING_UID_BYTES])
{
    uint32_t slot = slot_of(sp, uid);
    while (sp->index[slot] != NO_ENTRY &&
           memcmp(sp->entries[sp->index[slot]].report.uid, uid, FINDING_UID_BYTES) != 0)
        slot = (slot + 1) & (sp->index_size - 1);
    return slot;
}

/* Takes a uid out of the index, closing the gap so that later probes still find what follows. */
static void unindex(struct speaker *sp, const uint8_t uid[static FINDING_UID_BYTES])
{
    uint32_t gap = probe(sp, uid), mask = sp->index_size - 1;
    sp->index[gap] = NO_ENTRY;
    for (uint32_t i = (gap + 1) & mask; sp->index[i] != NO_ENTRY; i = (i + 1) & mask) {
        uint32_t moved = sp->index[i];
        sp->index[i] = NO_ENTRY;
        sp->index[probe(sp, sp->entries[moved].report.uid)] = moved;
    }
}

static struct detection detection_of(const struct speaker *sp, const struct report *report)
{
    const struct tenant *tenant = detectors_tenant(sp->detectors, slice_of(report->witness.tenant));
    return detectors_detection(sp->detectors, detector_index(report->detector), tenant, NULL);
}

static bool is_before(const struct witness *a, const struct witness *b)
{
    return a->time_ms != b->time_ms ? a->time_ms < b->time_ms
                                    : strcmp(a->event_id, b->event_id) < 0;
}

/* Oldest first. By hand: qsort allocates for elements of this size. */
static void add_in_order(struct finding *f, const struct witness *w)
{
    unsigned at = f->witnesses_n++;
    for (; at > 0 && is_before(w, &f->witnesses[at - 1]); at--)
        f->witnesses[at] = f->witnesses[at - 1];
    f->witnesses[at] = *w;
}

/* Was it said, and not taken back? */
static bool stands(void *ctx, const uint8_t uid[static FINDING_UID_BYTES])
{
    const struct speaker *sp = ctx;
    uint32_t number = sp->index[probe(sp, uid)];
    return number != NO_ENTRY && sp->entries[number].life != LIFE_RETRACTED;
}

/* Fills sp->finding with all that the words say by now. */
static void put_into_words(struct speaker *sp, const struct entry *e)
{
    struct finding *f = &sp->finding;
    const struct report *r = &e->report;
    struct detection d = detection_of(sp, r);
    memset(f, 0, sizeof *f);
    f->detector = r->detector;
    finding_uid_text(r->uid, f->uid);
    f->verdict = r->verdict;
    f->verdict.provisional = !e->confirmed;
    f->bucket = r->bucket;
    f->created_ms = r->verdict.first_ms;
    f->modified_ms = r->verdict.last_ms;
    memcpy(f->tenant, r->witness.tenant, sizeof f->tenant);
    add_in_order(f, &r->witness);
    for (uint8_t i = 0; i < e->more_n; i++)
        add_in_order(f, &e->more[i]);
    detector_describe(&d, r, f);
    finding_links(f, &d, r, sp, stands);
}

static void say(struct speaker *sp, struct entry *e, enum activity activity, enum status status,
                enum suppression suppressed)
{
    struct finding *f = &sp->finding;
    const struct report *r = &e->report;
    put_into_words(sp, e);
    f->activity = activity;
    f->status = status;
    f->suppressed = suppressed;
    f->held = e == &sp->held;
    f->sequence = e->sequence++;
    sp->out.say(sp->out.ctx, f);
    e->said = r->verdict;
    e->said_ms = sp->watermark_ms;
    e->said_links = finding_links_digest(f);
    unsigned i = detector_index(r->detector);
    if (activity == ACTIVITY_CREATE)
        sp->counts.created[i]++;
    else if (activity == ACTIVITY_UPDATE)
        sp->counts.updated[i]++;
    else if (f->held)
        sp->counts.held[i]++;
    else if (status == STATUS_SUPPRESSED)
        sp->counts.retracted[i]++;
    else
        sp->counts.closed[i]++;
}

/* It became graver, or a number rose: somebody else was tried, another address came. At most once
 * per interval, so that also a long attack is few records. */
static bool worth_an_update(const struct entry *e)
{
    const struct verdict *now = &e->report.verdict, *said = &e->said;
    if (now->severity > said->severity || now->measures_n != said->measures_n)
        return true;
    for (unsigned i = 0; i < now->measures_n; i++)
        if (now->measures[i].value > said->measures[i].value)
            return true;
    return false;
}

/* From when the finding may be said again: what is graver after the interval of all, anything else
 * after the detector's own, if that is longer. */
static int64_t rested_ms(const struct speaker *sp, const struct entry *e)
{
    bool graver = e->report.verdict.severity > e->said.severity;
    int64_t own_ms = graver ? 0 : e->report.detector->update_ms;
    return e->said_ms + (own_ms > sp->interval_ms ? own_ms : sp->interval_ms);
}

/* When it closes: so long without evidence, or a day after its bucket, in which late events of it
 * may still come (baseline.h). */
static int64_t closes_ms(const struct entry *e)
{
    const struct detector *detector = e->report.detector;
    if (detector->silence_ms > 0)
        return e->report.verdict.last_ms + detector->silence_ms;
    return ((e->report.bucket + 1) * (int64_t)detector->bucket_days + 1) * DAY_MS;
}

static bool moved(const struct entry *e)
{
    const struct verdict *now = &e->report.verdict, *said = &e->said;
    bool same = now->severity == said->severity && now->measures_n == said->measures_n &&
                now->first_ms == said->first_ms && now->last_ms == said->last_ms &&
                memcmp(now->words, said->words, sizeof now->words) == 0;
    for (unsigned i = 0; same && i < now->measures_n; i++)
        same = now->measures[i].value <= said->measures[i].value; /* they only rise */
    return !same;
}

static void close_entry(struct speaker *sp, struct entry *e)
{
    e->life = LIFE_CLOSED;
    sp->counts.open--;
    say(sp, e, ACTIVITY_CLOSE, STATUS_RESOLVED, SUPPRESSED_NOT);
}

static void retract(struct speaker *sp, struct entry *e, enum suppression why)
{
    if (e->life == LIFE_OPEN)
        sp->counts.open--;
    e->life = LIFE_RETRACTED;
    e->stale = true; /* to be looked at once more, for evidence that comes late */
    say(sp, e, ACTIVITY_CLOSE, STATUS_SUPPRESSED, why);
}

/* Evaluates again from the words and takes over what they say now. Returns why the finding is to be
 * taken back, if it is: the words excuse it by now (a baseline that came late), or it rests on a
 * negative fact that does not hold, and its window is over by now_ms. What the words do not cover
 * any more stands as it was said. */
static enum suppression review(struct speaker *sp, struct entry *e, int64_t now_ms)
{
    struct detection d = detection_of(sp, &e->report);
    struct verdict v = {0};
    bool known = detector_recheck(&d, &e->report, &v);
    bool holds = known && v.fires && v.suppressed == SUPPRESSED_NOT;
    bool rests = e->report.verdict.provisional, over = e->report.verdict.settle_ms <= now_ms;
    e->stale = false;
    e->holds = holds;
    if (holds)
        verdict_join(&e->report.verdict, &v);
    if (known && v.fires && !holds && (over || !rests))
        return v.suppressed;
    if (rests && over && known && !holds)
        return SUPPRESSED_SHARED_EGRESS;
    e->confirmed |= over;
    return SUPPRESSED_NOT;
}

/* Whose place a new finding takes: the one longest without evidence, closed ones first. */
static struct entry *displace(struct speaker *sp)
{
    struct entry *victim = &sp->entries[0];
    for (uint32_t i = 1; i < sp->entries_max; i++) {
        struct entry *e = &sp->entries[i];
        bool closed = e->life != LIFE_OPEN, victim_closed = victim->life != LIFE_OPEN;
        if (closed != victim_closed ? closed
                                    : e->report.verdict.last_ms < victim->report.verdict.last_ms)
            victim = e;
    }
    if (victim->life == LIFE_OPEN) {
        enum suppression why = review(sp, victim, sp->watermark_ms);
        if (why == SUPPRESSED_NOT)
            close_entry(sp, victim);
        else
            retract(sp, victim, why);
    }
    unindex(sp, victim->report.uid);
    sp->counts.displaced++;
    return victim;
}

static void add_witness(struct entry *e, const struct witness *w)
{
    bool known = strcmp(e->report.witness.event_id, w->event_id) == 0;
    for (uint8_t i = 0; i < e->more_n; i++)
        known |= strcmp(e->more[i].event_id, w->event_id) == 0;
    if (!known && e->more_n < FINDING_WITNESSES_MAX - 1)
        e->more[e->more_n++] = *w;
}

static void take_verdict(struct entry *e, const struct report *r)
{
    e->confirmed |= !r->verdict.provisional;
    e->stale = true;
    if (r->at_ms > e->report.at_ms)
        e->report.at_ms = r->at_ms;
    verdict_join(&e->report.verdict, &r->verdict);
}

static void create(struct speaker *sp, const struct report *r)
{
    struct entry *e =
        sp->entries_n < sp->entries_max ? &sp->entries[sp->entries_n++] : displace(sp);
    memset(e, 0, sizeof *e);
    e->report = *r;
    e->life = LIFE_OPEN;
    take_verdict(e, r);
    sp->index[probe(sp, r->uid)] = (uint32_t)(e - sp->entries);
    sp->counts.open++;
    say(sp, e, ACTIVITY_CREATE, STATUS_NEW, SUPPRESSED_NOT);
}

static void reopen(struct speaker *sp, struct entry *e)
{
    e->life = LIFE_OPEN;
    sp->counts.open++;
    say(sp, e, ACTIVITY_UPDATE, STATUS_IN_PROGRESS, SUPPRESSED_NOT);
}

static void hold(struct speaker *sp, const struct report *r)
{
    sp->held = (struct entry){.report = *r, .confirmed = true};
    say(sp, &sp->held, ACTIVITY_CLOSE, STATUS_SUPPRESSED, r->verdict.suppressed);
}

void speaker_report(struct speaker *sp, const struct report *r)
{
    if (r->at_ms > sp->watermark_ms)
        sp->watermark_ms = r->at_ms;
    uint32_t number = sp->index[probe(sp, r->uid)];
    if (r->verdict.suppressed != SUPPRESSED_NOT) {
        if (number == NO_ENTRY)
            hold(sp, r);
        return; /* what was said under this uid stands until its words are looked at again */
    }
    if (number == NO_ENTRY) {
        create(sp, r);
        return;
    }
    struct entry *e = &sp->entries[number];
    take_verdict(e, r);
    add_witness(e, &r->witness);
    if (e->life != LIFE_OPEN) {
        if (moved(e) || e->life == LIFE_RETRACTED)
            reopen(sp, e);
        return; /* nothing new: it stays closed */
    }
    bool critical =
        r->verdict.severity == SEVERITY_CRITICAL && e->said.severity < SEVERITY_CRITICAL;
    if (critical || (worth_an_update(e) && sp->watermark_ms >= rested_ms(sp, e)))
        say(sp, e, ACTIVITY_UPDATE, STATUS_NEW, SUPPRESSED_NOT);
}

/* A retracted finding is looked at once more after the interval, for evidence that came late. */
static void tick_retracted(struct speaker *sp, struct entry *e)
{
    if (e->stale && sp->watermark_ms >= e->said_ms + sp->interval_ms &&
        review(sp, e, sp->watermark_ms) == SUPPRESSED_NOT && e->holds)
        reopen(sp, e);
}

static void tick_open(struct speaker *sp, struct entry *e)
{
    int64_t now_ms = sp->watermark_ms;
    bool silent = now_ms >= closes_ms(e);
    bool settles = !e->confirmed && now_ms >= e->report.verdict.settle_ms;
    bool rested = now_ms >= e->said_ms + sp->interval_ms;
    enum suppression why = SUPPRESSED_NOT;
    if (silent || settles || (rested && e->stale))
        why = review(sp, e, now_ms);
    if (why != SUPPRESSED_NOT)
        retract(sp, e, why);
    else if (now_ms >= closes_ms(e)) /* the review may have moved it */
        close_entry(sp, e);
    else if (now_ms >= rested_ms(sp, e) && worth_an_update(e))
        say(sp, e, ACTIVITY_UPDATE, STATUS_NEW, SUPPRESSED_NOT);
}

void speaker_review(struct speaker *sp, size_t most)
{
    for (size_t i = 0; i < most && i < sp->entries_n; i++) {
        struct entry *e = &sp->entries[sp->reviewed++ % sp->entries_n];
        enum suppression why =
            e->life == LIFE_OPEN ? review(sp, e, sp->watermark_ms) : SUPPRESSED_NOT;
        if (why != SUPPRESSED_NOT)
            retract(sp, e, why);
    }
}

void speaker_tick(struct speaker *sp, int64_t watermark_ms)
{
    if (watermark_ms > sp->watermark_ms)
        sp->watermark_ms = watermark_ms;
    speaker_review(sp, REVIEWS_A_TICK);
    if (sp->watermark_ms < sp->ticked_ms + 1000)
        return;
    sp->ticked_ms = sp->watermark_ms;
    for (uint32_t i = 0; i < sp->entries_n; i++) {
        struct entry *e = &sp->entries[i];
        if (e->life == LIFE_OPEN)
            tick_open(sp, e);
        else if (e->life == LIFE_RETRACTED)
            tick_retracted(sp, e);
    }
}

/* Now that all is decided: who names a finding that was taken back, or misses one, is said again.
 */
static void say_new_links(struct speaker *sp)
{
    for (uint32_t i = 0; i < sp->entries_n; i++) {
        struct entry *e = &sp->entries[i];
        bool open = e->life == LIFE_OPEN;
        if (!open && e->life != LIFE_CLOSED)
            continue;
        put_into_words(sp, e);
        if (finding_links_digest(&sp->finding) != e->said_links)
            say(sp, e, open ? ACTIVITY_UPDATE : ACTIVITY_CLOSE, open ? STATUS_NEW : STATUS_RESOLVED,
                SUPPRESSED_NOT);
    }
}

void speaker_end(struct speaker *sp)
{
    for (uint32_t i = 0; i < sp->entries_n; i++) {
        struct entry *e = &sp->entries[i];
        enum suppression why = review(sp, e, INT64_MAX);
        if (e->life == LIFE_RETRACTED) {
            if (why == SUPPRESSED_NOT && e->holds)
                reopen(sp, e);
        } else if (why != SUPPRESSED_NOT)
            retract(sp, e, why);
        else if (moved(e))
            say(sp, e, e->life == LIFE_CLOSED ? ACTIVITY_CLOSE : ACTIVITY_UPDATE,
                e->life == LIFE_CLOSED ? STATUS_RESOLVED : STATUS_NEW, SUPPRESSED_NOT);
    }
    say_new_links(sp);
}

struct speaker_counts speaker_counts(const struct speaker *sp)
{
    return sp->counts;
}
