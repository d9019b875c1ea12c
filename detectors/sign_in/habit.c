/* SPDX-License-Identifier: Apache-2.0
 *
 * Successes the user is not known for; see the header.
 */
#include "detectors/sign_in/habit.h"

#include "detectors/known/detector_say.h"
#include "detectors/known/learning.h"
#include "parsers/values/timestamp.h"

static unsigned flags_of(const struct enriched_event *e)
{
    bool hosting = e->network == NETWORK_HOSTING || e->network == NETWORK_VPN;
    bool listed = e->sets & ~(1ull << NETWORKS_TRUSTED);
    return (hosting ? FACT_HOSTING : 0u) | (listed ? FACT_FEED : 0u);
}

static uint64_t fact_of(const struct detection *d, const struct sighting *s, const struct habit *h,
                        uint64_t what)
{
    const struct enriched_event *e = s->e;
    struct fact fact = {.time_ms = e->ev.time_ms,
                        .flags = flags_of(e),
                        .token = baseline_token(d->windows, h->kind, what)};
    if (e->usable_ip)
        memcpy(fact.country, e->place.country, sizeof fact.country);
    return fact_word(&fact);
}

static bool is_familiar(const struct detection *d, const struct sighting *s, const struct habit *h,
                        uint64_t what)
{
    return baseline_familiar(d->windows, baseline_row(s), h->kind, what, s->e->ev.time_ms,
                             h->familiar_days);
}

/* What is familiar already is not kept, or a busy account would push out what is not. */
void habit_update(const struct detection *d, const struct sighting *s, const struct habit *h,
                  uint64_t what)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE || is_familiar(d, s, h, what))
        return;
    row_merge(d->windows->table[WINDOWS_USER], row, h->field, 0, fact_of(d, s, h, what));
}

/* verdict.words[0]: the fact in hand. */
static struct verdict evaluate(const struct detection *d, uint32_t row, const struct habit *h,
                               int64_t bucket, uint64_t own)
{
    int64_t length = DAY_MS * (int64_t)d->detector->bucket_days;
    struct fact_query query = {.field = h->field,
                               .own = own,
                               .familiar_days = h->familiar_days,
                               .from_ms = bucket * length,
                               .to_ms = (bucket + 1) * length};
    struct fact_summary facts = fact_read(d->windows, row, &query);
    struct verdict v = {.fires = facts.n + facts.familiar > 0, .confidence = 2, .rank = facts.n};
    v.severity = h->severity(&facts);
    if (facts.n == 0) {
        v.suppressed = SUPPRESSED_FAMILIAR;
        return v;
    }
    v.first_ms = facts.first_ms;
    v.last_ms = facts.last_ms;
    v.words[0] = own;
    verdict_measure(&v, MEASURE_SUCCESSES, facts.n);
    verdict_threshold(&v, MEASURE_DAYS_KNOWN, facts.days, h->familiar_days);
    verdict_measure(&v, MEASURE_FROM_HOSTING, (facts.flags & FACT_HOSTING) != 0);
    verdict_measure(&v, MEASURE_FROM_STRANGE_COUNTRY, facts.strange_country);
    verdict_measure(&v, MEASURE_FROM_FEED, (facts.flags & FACT_FEED) != 0);
    struct learner learner = learning_user(d->windows, 0, row);
    learner.tenant_days = h->learning_days;
    learner.lowers = facts.flags & h->grave ? 0 : LEARNING_TENANT;
    learner.to = SEVERITY_MEDIUM;
    learning_lower(d, &learner, &v);
    return v;
}

struct verdict habit_excused(const struct sighting *s, const struct habit *h,
                             enum suppression reason)
{
    struct fact_summary fact = {.n = 1, .flags = flags_of(s->e)};
    struct verdict v = {.fires = true, .suppressed = reason, .confidence = 2};
    v.severity = h->severity(&fact);
    verdict_measure(&v, MEASURE_SUCCESSES, 1);
    verdict_measure(&v, MEASURE_FROM_HOSTING, (fact.flags & FACT_HOSTING) != 0);
    verdict_measure(&v, MEASURE_FROM_FEED, (fact.flags & FACT_FEED) != 0);
    return v;
}

void habit_judge(const struct detection *d, const struct sighting *s, const struct habit *h,
                 uint64_t what)
{
    uint32_t row = baseline_row(s);
    if (row == TABLE_NONE)
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    struct verdict v = is_familiar(d, s, h, what)
                           ? habit_excused(s, h, SUPPRESSED_FAMILIAR)
                           : evaluate(d, row, h, bucket, fact_of(d, s, h, what));
    detector_say(d, s, s->user_hash, bucket, &v);
}

bool habit_recheck(const struct detection *d, const struct report *report, const struct habit *h,
                   struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_USER], report->subject);
    uint64_t fact = report->verdict.words[0];
    if (row == TABLE_NONE)
        return false;
    if (!report->wordless && !fact_is_kept(d->windows, row, h->field, fact))
        return false;
    *ret_verdict = evaluate(d, row, h, report->bucket, report->wordless ? 0 : fact);
    return !report->wordless || ret_verdict->fires; /* no fact of the bucket is left */
}
