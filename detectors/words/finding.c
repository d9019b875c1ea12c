/* SPDX-License-Identifier: Apache-2.0
 *
 * Names, joins and copies of verdicts, witnesses and findings. Pure functions.
 */
#include "detectors/words/finding.h"

#include <assert.h>

static const char *const severity_names[SEVERITY_N] = {
    [SEVERITY_NONE] = "Unknown", [SEVERITY_INFORMATIONAL] = "Informational",
    [SEVERITY_LOW] = "Low",      [SEVERITY_MEDIUM] = "Medium",
    [SEVERITY_HIGH] = "High",    [SEVERITY_CRITICAL] = "Critical",
};

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

enum severity severity_of_name(const char *name)
{
    for (int i = SEVERITY_INFORMATIONAL; i < SEVERITY_N; i++)
        if (slice_equal_nocase(slice_of(name), slice_of(severity_names[i])))
            return (enum severity)i;
    return SEVERITY_NONE;
}

static const char *const suppression_names[SUPPRESSED_N] = {
    [SUPPRESSED_NOT] = "",
    [SUPPRESSED_TRUSTED] = "trusted_both_ends",
    [SUPPRESSED_FAMILIAR] = "familiar",
    [SUPPRESSED_SAME_DEVICE] = "same_device",
    [SUPPRESSED_VPN_KNOWN] = "vpn_known",
    [SUPPRESSED_MOBILE] = "mobile",
    [SUPPRESSED_SHARED_EGRESS] = "shared_egress",
    [SUPPRESSED_INTERNAL] = "internal_domain",
    [SUPPRESSED_ACCEPTED] = "accepted_forwarder",
    [SUPPRESSED_LEARNING] = "learning",
    [SUPPRESSED_EGRESS] = "established_egress",
    [SUPPRESSED_SERVICE] = "service_account",
    [SUPPRESSED_MAINTENANCE] = "maintenance",
    [SUPPRESSED_RELAY] = "relay",
    [SUPPRESSED_SATELLITE] = "satellite",
    [SUPPRESSED_BACKEND] = "backend_asn",
    [SUPPRESSED_SUPERSEDED] = "superseded",
    [SUPPRESSED_ANSWERED] = "answered",
    [SUPPRESSED_MUTED] = "muted",
};

const char *suppression_name(enum suppression reason)
{
    return suppression_names[reason];
}

const char *chain_stage_name(enum chain_stage stage)
{
    static const char *const names[STAGES_N] = {
        [STAGE_NONE] = "",
        [STAGE_TARGETED] = "targeted",
        [STAGE_CONFIRMED] = "password known",
        [STAGE_ACCESS] = "access",
        [STAGE_SESSION] = "session",
        [STAGE_PERSISTENCE] = "persistence",
        [STAGE_MAIL] = "mail",
        [STAGE_ACTION] = "action",
    };
    return names[stage];
}

static void add_measure(struct verdict *v, struct measure measure)
{
    assert(v->measures_n < MEASURES_MAX);
    v->measures[v->measures_n++] = measure;
}

void verdict_measure(struct verdict *v, enum measure_id id, double value)
{
    add_measure(v, (struct measure){.id = id, .value = value});
}

void verdict_threshold(struct verdict *v, enum measure_id id, double value, double threshold)
{
    add_measure(v, (struct measure){id, value, threshold, true, false});
}

/* Its number; measures_n: there is none. */
static unsigned find(const struct verdict *v, enum measure_id id)
{
    unsigned i = 0;
    while (i < v->measures_n && v->measures[i].id != id)
        i++;
    return i;
}

double verdict_measured(const struct verdict *v, enum measure_id id)
{
    unsigned i = find(v, id);
    return i < v->measures_n ? v->measures[i].value : 0;
}

void verdict_estimate(struct verdict *v, enum measure_id id, bool estimated)
{
    unsigned i = find(v, id);
    if (i < v->measures_n)
        v->measures[i].estimated = estimated;
}

bool verdict_estimated(const struct verdict *v, enum measure_id id)
{
    unsigned i = find(v, id);
    return i < v->measures_n && v->measures[i].estimated;
}

static const char *const point_states[POINT_STATES_N] = {
    [POINT_UNKNOWN] = "unknown",
    [POINT_NO] = "no",
    [POINT_YES] = "yes",
    [POINT_ATTACKED] = "attacked",
    [POINT_NOT_SHOWN_BLOCKED] = "not_shown_blocked",
    [POINT_BLOCKED] = "blocked",
};

const char *point_state_name(enum point_state state)
{
    return point_states[state];
}

/* By value, then by threshold, then what was counted before what was estimated: a total order, so
 * that the join commutes. */
static bool exceeds(const struct measure *b, const struct measure *a)
{
    if (b->value > a->value || b->value < a->value)
        return b->value > a->value;
    if (b->threshold > a->threshold || b->threshold < a->threshold)
        return b->threshold > a->threshold;
    return a->estimated && !b->estimated;
}

static void join_measures(struct verdict *a, const struct verdict *b)
{
    for (unsigned i = 0; i < b->measures_n; i++) {
        unsigned j = find(a, b->measures[i].id);
        if (j == a->measures_n && j < MEASURES_MAX)
            a->measures[a->measures_n++] = b->measures[i];
        else if (j < a->measures_n && exceeds(&b->measures[i], &a->measures[j]))
            a->measures[j] = b->measures[i];
    }
}

/* Of two verdicts the one whose words are kept: a total order, so that the join commutes. */
static bool outranks(const struct verdict *b, const struct verdict *a)
{
    if (b->rank > a->rank || b->rank < a->rank)
        return b->rank > a->rank;
    return memcmp(b->words, a->words, sizeof b->words) > 0;
}

void verdict_join(struct verdict *a, const struct verdict *b)
{
    if (!b->fires)
        return;
    if (!a->fires) {
        *a = *b;
        return;
    }
    a->provisional = a->provisional && b->provisional;
    if (b->settle_ms > a->settle_ms)
        a->settle_ms = b->settle_ms;
    if (b->severity > a->severity)
        a->severity = b->severity;
    if (b->unlearned > a->unlearned)
        a->unlearned = b->unlearned;
    if (b->confidence > a->confidence)
        a->confidence = b->confidence;
    if (b->first_ms < a->first_ms)
        a->first_ms = b->first_ms;
    if (b->last_ms > a->last_ms)
        a->last_ms = b->last_ms;
    if (b->since_ms != 0 && (a->since_ms == 0 || b->since_ms < a->since_ms))
        a->since_ms = b->since_ms;
    if (outranks(b, a)) {
        a->rank = b->rank;
        memcpy(a->words, b->words, sizeof a->words);
    }
    join_measures(a, b);
}

void finding_uid_text(const uint8_t uid[static FINDING_UID_BYTES],
                      char ret_text[static FINDING_UID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < FINDING_UID_BYTES; i++) {
        ret_text[2 * i] = digits[uid[i] >> 4];
        ret_text[2 * i + 1] = digits[uid[i] & 15];
    }
    ret_text[2 * FINDING_UID_BYTES] = '\0';
}

/* Copies text and the NUL; longer text is cut before the code point that does not fit. */
static void copy_text(struct slice text, char *to, size_t size)
{
    size_t len = text.len < size ? text.len : size - 1;
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    if (len > 0)
        memcpy(to, text.ptr, len);
    to[len] = '\0';
}

void witness_of(const struct enriched_event *e, const struct event_ref *ref, struct witness *ret)
{
    const struct event *ev = &e->ev;
    *ret = (struct witness){.time_ms = ev->time_ms,
                            .ref = *ref,
                            .ip = ev->ip,
                            .has_ip = ev->has_ip,
                            .port = ev->port,
                            .reason = ev->reason,
                            .factor = ev->factor,
                            .ropc = ev->ropc,
                            .legacy = ev->legacy,
                            .control = ev->control,
                            .source = ev->source};
    copy_text(ev->tenant, ret->tenant, sizeof ret->tenant);
    copy_text(ev->user, ret->user, sizeof ret->user);
    copy_text(ev->app, ret->app, sizeof ret->app);
    copy_text(ev->app_id, ret->app_id, sizeof ret->app_id);
    copy_text(ev->client, ret->client, sizeof ret->client);
    copy_text(ev->protocol, ret->protocol, sizeof ret->protocol);
    copy_text(ev->user_agent, ret->user_agent, sizeof ret->user_agent);
    copy_text(ev->session, ret->session, sizeof ret->session);
    copy_text(ev->token_id, ret->token_id, sizeof ret->token_id);
    copy_text(ev->device, ret->device, sizeof ret->device);
    copy_text(ev->host, ret->host, sizeof ret->host);
    copy_text(ev->operation, ret->operation, sizeof ret->operation);
    copy_text(ev->event_id, ret->event_id, sizeof ret->event_id);
    copy_text(ev->code, ret->code, sizeof ret->code);
}
