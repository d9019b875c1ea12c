/* SPDX-License-Identifier: Apache-2.0
 *
 * What one event says about a takeover that no detector says alone. Pure functions of the event,
 * its tenant and the baseline as of the cut.
 *
 * An act from a network its actor is known for, from a trusted one or on a managed device is his
 * own: a help desk that resets factors, a new laptop in the office. What only tells that something
 * was taken away (factors deleted, tokens revoked) is what defenders do.
 */
#include "detectors/known/baseline.h"
#include "detectors/mail/mail.h"
#include "detectors/takeover/chain.h"

/* What is not listed strengthens nobody. */
static const uint8_t account_facts[CHANGE_N] = {
    [CHANGE_FACTOR_ADDED] = CHAIN_FACT_FACTOR, [CHANGE_FACTOR_CHANGED] = CHAIN_FACT_FACTOR,
    [CHANGE_FACTOR_OFF] = CHAIN_FACT_FACTOR,   [CHANGE_RECOVERY] = CHAIN_FACT_FACTOR,
    [CHANGE_DEVICE] = CHAIN_FACT_DEVICE,       [CHANGE_CONSENT] = CHAIN_FACT_CONSENT,
    [CHANGE_CREDENTIAL] = CHAIN_FACT_CONSENT,  [CHANGE_GRANT] = CHAIN_FACT_APP,
    [CHANGE_ROLE] = CHAIN_FACT_ROLE,           [CHANGE_ACCOUNT] = CHAIN_FACT_ROLE,
    [CHANGE_PASSWORD] = CHAIN_FACT_PASSWORD,
};

static enum chain_fact mail_fact(const struct sighting *s)
{
    enum { MOVES = MAIL_F_DELETE | MAIL_F_HIDE | MAIL_F_READ | MAIL_F_STOP };
    struct mail_act act;
    if (s->e->ev.kind == KIND_TRANSPORT_RULE || !mail_act_of(s, &act) || act.removed)
        return CHAIN_FACT_NONE;
    return act.features & MAIL_F_EXTERNAL ? CHAIN_FACT_FORWARD
           : act.features & MOVES         ? CHAIN_FACT_RULE
                                          : CHAIN_FACT_NONE;
}

/* Most events end at the first question. */
static enum chain_fact sign_in_fact(const struct windows *w, const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    bool listed = e->sets & ~(1ull << NETWORKS_TRUSTED);
    bool hosting = e->network == NETWORK_HOSTING || e->network == NETWORK_VPN;
    if (!(listed || hosting) || e->ev.outcome != OUTCOME_SUCCESS || !e->usable_ip ||
        watch_excuse_of(w, s) != SUPPRESSED_NOT)
        return CHAIN_FACT_NONE;
    if (listed)
        return CHAIN_FACT_FEED;
    uint32_t row = table_find(w->table[WINDOWS_USER], s->user_hash);
    bool strange = row != TABLE_NONE && baseline_strange_asn(w, row, e->asn, e->ev.time_ms);
    return strange ? CHAIN_FACT_HOSTING : CHAIN_FACT_NONE;
}

enum chain_fact chain_fact_of(const struct windows *w, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    enum chain_fact fact = CHAIN_FACT_NONE;
    if (ev->kind == KIND_SIGN_IN)
        return s->user_hash != 0 ? sign_in_fact(w, s) : fact;
    if (ev->outcome == OUTCOME_FAILURE || ev->outcome == OUTCOME_INTERRUPTED)
        return fact;
    if (ev->kind == KIND_ACCOUNT_CHANGE)
        fact = (enum chain_fact)account_facts[ev->change];
    else if (ev->kind == KIND_MAILBOX_RULE || ev->kind == KIND_MAILBOX_FORWARDING)
        fact = mail_fact(s);
    return fact != CHAIN_FACT_NONE && watch_excuse_of(w, s) == SUPPRESSED_NOT ? fact
                                                                              : CHAIN_FACT_NONE;
}
