/* SPDX-License-Identifier: Apache-2.0
 *
 * What one event says about a takeover that no detector says alone. Pure functions of the event,
 * its tenant and the baseline as of the cut.
 *
 * An act from a network its actor is known for, from a trusted one or on a managed device is his
 * own: a help desk that resets factors, a new laptop in the office. What only tells that something
 * was taken away (factors deleted, tokens revoked) is what defenders do.
 *
 * Sources of the operations: the parsers' own lists (parsers/microsoft.c, okta.c, google_judge.c,
 * cloudtrail.c, duo.c, auth0.c, onelogin.c, ocsf.c) and the vendor pages named there.
 */
#include "detectors/baseline.h"
#include "detectors/chain.h"
#include "detectors/mail.h"

/* By how an operation begins; the first that fits. CHAIN_FACT_NONE: it strengthens nobody. */
static const struct {
    const char *begins;
    enum chain_fact fact;
} operations[] = {
    {"User registered", CHAIN_FACT_FACTOR},
    {"User changed default security info", CHAIN_FACT_FACTOR},
    {"Admin registered security info", CHAIN_FACT_FACTOR},
    {"Disable Strong Authentication", CHAIN_FACT_FACTOR},
    {"Update user", CHAIN_FACT_FACTOR}, /* parsed only where factors changed */
    {"Add device", CHAIN_FACT_DEVICE},
    {"Add registered owner to device", CHAIN_FACT_DEVICE},
    {"Consent to application", CHAIN_FACT_CONSENT},
    {"Add service principal credentials", CHAIN_FACT_CONSENT},
    {"Update application", CHAIN_FACT_CONSENT},
    {"Add delegated permission grant", CHAIN_FACT_APP},
    {"Add app role assignment", CHAIN_FACT_APP},
    {"Add member to role", CHAIN_FACT_ROLE},
    {"Add owner to", CHAIN_FACT_ROLE},
    {"Change password", CHAIN_FACT_PASSWORD},
    {"Change user password", CHAIN_FACT_PASSWORD},
    {"Reset password", CHAIN_FACT_PASSWORD},
    {"Reset user password", CHAIN_FACT_PASSWORD},
    {"user.mfa.factor.activate", CHAIN_FACT_FACTOR},
    {"user.account.update_password", CHAIN_FACT_PASSWORD},
    {"user.account.reset_password", CHAIN_FACT_PASSWORD},
    {"system.api_token.create", CHAIN_FACT_CONSENT},
    {"user.account.privilege.grant", CHAIN_FACT_ROLE},
    {"group.privilege.grant", CHAIN_FACT_ROLE},
    {"app.oauth2.as.consent.grant", CHAIN_FACT_APP},
    {"2sv_", CHAIN_FACT_FACTOR},
    {"titanium_", CHAIN_FACT_FACTOR},
    {"recovery_", CHAIN_FACT_FACTOR},
    {"password_edit", CHAIN_FACT_PASSWORD},
    {"authorize", CHAIN_FACT_APP},
    {"CHANGE_PASSWORD", CHAIN_FACT_PASSWORD},
    {"TURN_OFF_2_STEP_VERIFICATION", CHAIN_FACT_FACTOR},
    {"UNENROLL_USER_FROM_STRONG_AUTH", CHAIN_FACT_FACTOR},
    {"GENERATE_2SV_SCRATCH_CODES", CHAIN_FACT_FACTOR},
    {"CreateLoginProfile", CHAIN_FACT_PASSWORD},
    {"UpdateLoginProfile", CHAIN_FACT_PASSWORD},
    {"ChangePassword", CHAIN_FACT_PASSWORD},
    {"CreateAccessKey", CHAIN_FACT_CONSENT},
    {"DeactivateMFADevice", CHAIN_FACT_FACTOR},
    {"CreateVirtualMFADevice", CHAIN_FACT_FACTOR},
    {"EnableMFADevice", CHAIN_FACT_FACTOR},
    {"AttachUserPolicy", CHAIN_FACT_ROLE},
    {"CreateUser", CHAIN_FACT_ROLE},
    {"enrollment", CHAIN_FACT_FACTOR},
    {"bypass_create", CHAIN_FACT_FACTOR},
    {"phone_delete", CHAIN_FACT_NONE},
    {"phone_disassociate", CHAIN_FACT_NONE},
    {"phone_", CHAIN_FACT_FACTOR},
    {"hardtoken_create", CHAIN_FACT_FACTOR},
    {"gd_enrollment_complete", CHAIN_FACT_FACTOR},
    {"gd_update_device_account", CHAIN_FACT_FACTOR},
    {"scp", CHAIN_FACT_PASSWORD},
    {"11", CHAIN_FACT_PASSWORD},        /* OneLogin has numbers, and Auth0 the code, for a name */
    {"Password ", CHAIN_FACT_PASSWORD}, /* Change, Reset: OCSF */
    {"MFA Factor Enable", CHAIN_FACT_FACTOR},
    {"Attach Policy", CHAIN_FACT_ROLE},
};

static enum chain_fact account_fact(const struct event *ev)
{
    struct slice operation = ev->operation.len > 0 ? ev->operation : ev->code;
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (slice_starts_nocase(operation, slice_of(operations[i].begins)))
            return operations[i].fact;
    return CHAIN_FACT_NONE;
}

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
        fact = account_fact(ev);
    else if (ev->kind == KIND_MAILBOX_RULE || ev->kind == KIND_MAILBOX_FORWARDING)
        fact = mail_fact(s);
    return fact != CHAIN_FACT_NONE && watch_excuse_of(w, s) == SUPPRESSED_NOT ? fact
                                                                              : CHAIN_FACT_NONE;
}
