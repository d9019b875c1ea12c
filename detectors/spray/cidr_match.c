/* SPDX-License-Identifier: Apache-2.0
 *
 * cidr_match: a sign-in from a listed network, at once and from the first event. Every feed that
 * covers the address matches, not only the one with the longest prefix. No threshold and no
 * learning: who lists a network wants to know.
 *
 * Keeps one feed row per tenant and feed: users, addresses, events, who succeeded. One finding per
 * tenant, feed and day. A success makes it Critical; a right password raises it one step.
 */
#include "detectors/frame/tried.h"
#include "detectors/known/detector_say.h"
#include "detectors/spray/causes.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>

enum { OUTCOMES_ANY, OUTCOMES_SUCCESS };
static const char *const outcome_names[] = {"any", "success", NULL};

struct cidr_options {
    bool enabled;
    struct shared_options shared;
    int outcomes;
};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct cidr_options, enabled),
     .fallback = "true",
     .help = "report sign-ins from the networks of feeds"},
    {.name = "outcomes",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct cidr_options, outcomes),
     .fallback = "any",
     .choices = outcome_names,
     .help = "any: attempts are reported too, for who is tried today may fall tomorrow; success: "
             "only sign-ins that went through"},
    OPTIONS_SHARED(cidr_options),
    {.name = NULL},
};

static bool concerns(const struct detection *d, const struct sighting *s)
{
    const struct cidr_options *o = d->options;
    const struct event *ev = &s->e->ev;
    return ev->kind == KIND_SIGN_IN && (s->e->sets & ~(1ull << NETWORKS_TRUSTED)) != 0 &&
           (o->outcomes == OUTCOMES_ANY || ev->outcome == OUTCOME_SUCCESS);
}

/* By the feed's name: its number may change with the config. */
uint64_t cidr_match_subject(const struct detection *d, uint64_t tenant_hash, int set)
{
    uint64_t words[] = {WINDOWS_FEED, tenant_hash,
                        hash_slice(&d->windows->key, slice_of(networks_name(d->networks, set)))};
    return hash_words(&d->windows->key, words, 3);
}

/* The next set of the event's feeds at or after `set`; -1: no more. */
static int next_feed(const struct sighting *s, int set)
{
    for (; set < NETWORKS_SETS_MAX; set++)
        if (set != NETWORKS_TRUSTED && s->e->sets >> set & 1)
            return set;
    return -1;
}

static void plan(const struct detection *d, struct sighting *s)
{
    if (!concerns(d, s))
        return;
    for (int set = next_feed(s, 0); set >= 0; set = next_feed(s, set + 1))
        sighting_touch(s, d->windows->table[WINDOWS_FEED],
                       cidr_match_subject(d, s->tenant_hash, set), true);
}

/* What is trusted does not count: or a penetration test's success would be told as the feed's. */
static void update(const struct detection *d, struct sighting *s)
{
    if (!concerns(d, s) || s->trusted)
        return;
    struct windows *w = d->windows;
    const struct event *ev = &s->e->ev;
    const struct rung rung = {.network =
                                  s->e->network}; /* a feed has many prefixes: none labels it */
    for (int set = next_feed(s, 0); set >= 0; set = next_feed(s, set + 1)) {
        uint32_t row =
            table_find(w->table[WINDOWS_FEED], cidr_match_subject(d, s->tenant_hash, set));
        if (row == TABLE_NONE)
            continue;
        tried_update(w, WINDOWS_FEED, row, s, &rung, 0);
        windows_add(w, WINDOWS_FEED, row, SET_TRIED, s->user_hash, ev->time_ms);
        windows_add(w, WINDOWS_FEED, row, SET_ADDRESSES, ladder_address(w, s->e), ev->time_ms);
        windows_add(w, WINDOWS_FEED, row, SET_USER_HOURS, s->id_hash, ev->time_ms);
        if (ev->outcome == OUTCOME_SUCCESS)
            windows_add(w, WINDOWS_FEED, row, SET_OK, s->user_hash, ev->time_ms);
    }
}

/* Adds how many a set has on the day that begins at from_ms. */
static double measure(struct verdict *v, enum measure_id id, const struct detection *d,
                      uint32_t row, unsigned set, int64_t from_ms)
{
    struct distinct_count n = windows_count(d->windows, WINDOWS_FEED, row, set, 1, 1, from_ms);
    verdict_measure(v, id, n.n);
    verdict_estimate(v, id, distinct_is_about(n));
    return n.n;
}

/* The words of one day. verdict.words[0]: the set. */
static struct verdict evaluate(const struct detection *d, uint32_t row, int set, int64_t bucket)
{
    int64_t from_ms = bucket * DAY_MS;
    unsigned hits = tried_hits(d->windows, WINDOWS_FEED, row, from_ms, from_ms + DAY_MS);
    const struct word *first =
        row_words(d->windows->table[WINDOWS_FEED], row, &source_fields[SOURCE_FIRST]);
    const struct word *last =
        row_words(d->windows->table[WINDOWS_FEED], row, &source_fields[SOURCE_LAST]);
    struct verdict v = {.fires = true, .confidence = 3, .severity = d->feed_severity[set]};
    v.rank = measure(&v, MEASURE_ATTEMPTS, d, row, SET_USER_HOURS, from_ms);
    measure(&v, MEASURE_USERS, d, row, SET_TRIED, from_ms);
    measure(&v, MEASURE_ADDRESSES, d, row, SET_ADDRESSES, from_ms);
    double ok = measure(&v, MEASURE_ACCEPTED_USERS, d, row, SET_OK, from_ms);
    verdict_measure(&v, MEASURE_RIGHT_PASSWORD_USERS, hits);
    if (hits > 0 && v.severity < SEVERITY_CRITICAL)
        v.severity++;
    if (ok > 0)
        v.severity = SEVERITY_CRITICAL;
    v.first_ms = (int64_t)~word_load(first);
    v.last_ms = (int64_t)word_load(last);
    if (v.first_ms < from_ms)
        v.first_ms = from_ms;
    if (v.last_ms >= from_ms + DAY_MS)
        v.last_ms = from_ms + DAY_MS - 1;
    v.words[0] = (uint64_t)set;
    return v;
}

static void judge(const struct detection *d, const struct sighting *s)
{
    if (!concerns(d, s))
        return;
    int64_t bucket = detector_bucket(d->detector, s->e->ev.time_ms);
    enum severity least = s->e->ev.outcome == OUTCOME_SUCCESS ? SEVERITY_CRITICAL : SEVERITY_NONE;
    for (int set = next_feed(s, 0); set >= 0; set = next_feed(s, set + 1)) {
        uint64_t key = cidr_match_subject(d, s->tenant_hash, set);
        uint32_t row = table_find(d->windows->table[WINDOWS_FEED], key);
        uint8_t uid[FINDING_UID_BYTES];
        detector_uid(d, key, bucket, uid);
        if (row == TABLE_NONE || !d->sink->due(d->sink->ctx, uid, s->e->ev.time_ms, least))
            continue;
        struct verdict v = evaluate(d, row, set, bucket);
        if (s->trusted)
            v.suppressed = SUPPRESSED_TRUSTED;
        detector_say(d, s, key, bucket, &v);
    }
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    uint32_t row = table_find(d->windows->table[WINDOWS_FEED], report->subject);
    if (row == TABLE_NONE)
        return false;
    *ret_verdict = evaluate(d, row, (int)report->verdict.words[0], report->bucket);
    return true;
}

/* The listed prefix around the witness, as the enricher found it: through transition addresses.
 * Never wider than what is listed: people block what they read here. */
static struct prefix witness_network(const struct detection *d, const struct witness *w)
{
    struct ip origin = ip_embedded(&w->ip);
    struct prefix cidr = ip_network(&w->ip, 128);
    if (networks_find(d->networks, &origin, &cidr) == 0)
        networks_find(d->networks, &w->ip, &cidr);
    return cidr;
}

static const char *plural(const struct verdict *v, enum measure_id id)
{
    double n = verdict_measured(v, id);
    return n > 0 && n < 2 ? "" : "s";
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const char *feed = networks_name(d->networks, (int)report->verdict.words[0]);
    uint32_t row = table_find(d->windows->table[WINDOWS_FEED], report->subject);
    if (row != TABLE_NONE)
        tried_describe(d->windows, WINDOWS_FEED, row, d->enricher,
                       (struct tried_days){report->bucket, report->bucket}, f);
    char where[WHERE_TEXT_MAX];
    finding_where(d->enricher, f, where);
    f->subject_type = "feed";
    snprintf(f->subject, sizeof f->subject, "%s", feed);
    snprintf(f->feed.name, sizeof f->feed.name, "%.63s", feed);
    struct prefix cidr = witness_network(d, &report->witness);
    prefix_format(&cidr, f->feed.cidr);
    finding_add_network(f, f->feed.cidr);
    const struct verdict *v = &report->verdict;
    bool accepted = verdict_measured(v, MEASURE_ACCEPTED_USERS) > 0;
    char attempts[COUNT_TEXT_MAX], in[COUNT_TEXT_MAX], users[COUNT_TEXT_MAX];
    wording_count_ja(v, MEASURE_ATTEMPTS, attempts);
    wording_count_ja(v, MEASURE_ACCEPTED_USERS, in);
    snprintf(f->title_ja, sizeof f->title_ja, "%.60s (%s) からのサインイン試行: %s 件、成功 %s 名",
             feed, f->feed.cidr, attempts, in);
    wording_count(v, MEASURE_ATTEMPTS, attempts);
    wording_count(v, MEASURE_ACCEPTED_USERS, in);
    wording_count(v, MEASURE_USERS, users);
    snprintf(f->title, sizeof f->title, "%s sign-in attempt%s from %.60s (%s), %s user%s accepted",
             attempts, plural(v, MEASURE_ATTEMPTS), feed, f->feed.cidr, in,
             plural(v, MEASURE_ACCEPTED_USERS));
    wording_capital(f->title);
    snprintf(f->desc, sizeof f->desc,
             "From %s, which the feed %.60s lists, came %s sign-in attempt%s on %s user%s. %s",
             f->feed.cidr, feed, attempts, plural(v, MEASURE_ATTEMPTS), users,
             plural(v, MEASURE_USERS),
             accepted ? "At least one was accepted: treat that account as compromised."
                      : "None was accepted so far.");
}

static const struct attack attacks[] = {
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {"T1110", "Brute Force", "TA0006", "Credential Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Listed network", NULL};
static const char *const commands[] = {
    COMMAND_BLOCK_RANGE("{feed}"),
    COMMAND_CLOSE_ROPC,
    COMMAND_BLOCK_LEGACY,
    NULL,
};

const struct detector detector_cidr_match = {
    .name = "cidr_match",
    .summary = "a sign-in from a network that a feed lists",
    .version = 1,
    .bucket_days = 1,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Investigate every sign-in from the range; treat accepted ones as compromise.",
    .remediation_ja =
        "当該範囲からのサインインをすべて調査し、成功したものは侵害として扱ってください。",
    .commands = commands,
    .advisory = &advisory_ropc_spray,
    .options = {"cidr_match", options, sizeof(struct cidr_options)},
    .shared_at = offsetof(struct cidr_options, shared),
    .plan = plan,
    .update = update,
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
