/* SPDX-License-Identifier: Apache-2.0
 *
 * THE LIST of detectors, what the operator wants of them for each tenant, and the three phases.
 */
#include "detectors/detectors.h"

#include "detectors/frame/fingerprint.h"
#include "detectors/known/accounts.h"
#include "detectors/known/baseline.h"
#include "detectors/known/crowd.h"
#include "detectors/known/watch.h"
#include "detectors/session/context.h"
#include "detectors/takeover/chain.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct detector detector_impossible_travel, detector_password_spray,
    detector_cidr_match, detector_ropc, detector_legacy_auth, detector_brute_force,
    detector_mfa_fatigue, detector_password_confirmed, detector_success_after_spray,
    detector_inbox_rule, detector_mailbox_forwarding, detector_bulk_forwarding,
    detector_session_replay, detector_session_user_agent, detector_long_session, detector_exposure,
    detector_kill_chain;

/* password_confirmed and success_after_spray stand after password_spray, whose rows tell them what
 * a spray is; kill_chain last, as it reads what all others said. */
const struct detector *const detectors_all[] = {
    &detector_impossible_travel,   &detector_password_spray,
    &detector_cidr_match,          &detector_ropc,
    &detector_legacy_auth,         &detector_brute_force,
    &detector_mfa_fatigue,         &detector_password_confirmed,
    &detector_success_after_spray, &detector_inbox_rule,
    &detector_mailbox_forwarding,  &detector_bulk_forwarding,
    &detector_session_replay,      &detector_session_user_agent,
    &detector_long_session,        &detector_exposure,
    &detector_kill_chain,          NULL,
};
enum { LIST_N = sizeof detectors_all / sizeof detectors_all[0] - 1 };
_Static_assert((int)LIST_N <= (int)DETECTORS_MAX,
               "sighting and tenant have room for DETECTORS_MAX");

struct detectors {
    struct windows *windows;
    const struct enricher *enricher;
    const struct networks *networks;
    const struct config *config;
    enum severity feed_severity[NETWORKS_SETS_MAX];
    struct tenant everybody; /* tenants without an entry of their own */
    struct tenant *tenants;  /* in the order of config->tenants */
    struct networks **trusted;
    struct accounts **accounts;
};

unsigned detectors_n(void)
{
    return LIST_N;
}

const struct detector *detectors_find(const char *name)
{
    for (unsigned i = 0; i < LIST_N; i++)
        if (strcmp(detectors_all[i]->name, name) == 0)
            return detectors_all[i];
    return NULL;
}

const struct option_table *detectors_tables(void)
{
    static struct option_table tables[LIST_N];
    for (unsigned i = 0; i < LIST_N; i++)
        tables[i] = detectors_all[i]->options;
    return tables;
}

static void add_feed(struct networks *networks, const struct config_feed *feed, struct diag *diag)
{
    int set = networks_add_set(networks, feed->name.text);
    if (set < 0)
        diag_error(diag, feed->name.at, "more than %d feeds", NETWORKS_SETS_MAX - 1);
    else if (access(feed->file.text, R_OK) != 0)
        diag_error(diag, feed->file.at, "feed %s: %s: %s", feed->name.text, feed->file.text,
                   strerror(errno));
    else
        networks_add_file(networks, set, feed->file.text, diag);
}

struct networks *detectors_networks(const struct config *config, struct diag *diag)
{
    struct networks *networks = networks_new();
    if (!networks)
        return NULL;
    networks_add_set(networks, "trusted");
    networks_add_list(networks, NETWORKS_TRUSTED, &config->networks.trusted, diag);
    for (size_t i = 0; i < config->networks.feeds_n; i++)
        add_feed(networks, &config->networks.feeds[i], diag);
    if (networks_freeze(networks) != 0) {
        networks_free(networks);
        return NULL;
    }
    return networks;
}

/* A list of mail domains, or with `address` of addresses and domains; NULL: it is empty. */
static const struct config_list *mail_list(const struct config_list *list, bool address,
                                           struct diag *diag)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *text = list->items[i].text, *at = strrchr(text, '@');
        const char *domain = address && at ? at + 1 : text;
        if (!strchr(domain, '.') || domain[0] == '.' || domain[strcspn(domain, "@ ,;*")] != '\0')
            diag_error(diag, list->items[i].at, "`%s` is no mail %s such as %s", text,
                       address ? "address or domain" : "domain",
                       address ? "tickets@example.com or example.com" : "example.com");
    }
    return list->n > 0 ? list : NULL;
}

static bool build_tenant(struct detectors *all, size_t i, struct diag *diag)
{
    const struct config_tenant *from = &all->config->tenants[i];
    struct tenant *tenant = &all->tenants[i];
    for (unsigned k = 0; k < LIST_N; k++)
        tenant->options[k] =
            from->detectors && from->detectors[k] ? from->detectors[k] : all->everybody.options[k];
    tenant->domains = mail_list(&from->domains, false, diag);
    tenant->accepted_forwarders = mail_list(&from->accepted_forwarders, true, diag);
    tenant->users = from->users;
    if (!accounts_new(from, diag, &all->accounts[i]))
        return false;
    tenant->accounts = all->accounts[i];
    if (from->trusted.n == 0)
        return true;
    tenant->trusted = all->trusted[i] = networks_of_list("trusted", &from->trusted, diag);
    return tenant->trusted != NULL;
}

static void read_severities(struct detectors *all, struct diag *diag)
{
    for (size_t i = 0; i < all->config->networks.feeds_n && i + 1 < NETWORKS_SETS_MAX; i++) {
        const struct config_text *text = &all->config->networks.feeds[i].severity;
        enum severity severity = text->text ? severity_of_name(text->text) : SEVERITY_MEDIUM;
        if (severity == SEVERITY_NONE)
            diag_error(diag, text->at,
                       "severity `%s`; expected informational, low, medium, high or critical",
                       text->text);
        all->feed_severity[i + 1] = severity;
    }
}

struct detectors *detectors_new(const struct config *config, struct windows *windows,
                                const struct enricher *enricher, const struct networks *networks,
                                struct diag *diag)
{
    size_t errors = diag_errors(diag);
    struct detectors *all = calloc(1, sizeof *all);
    if (!all)
        return NULL;
    *all = (struct detectors){
        .windows = windows, .enricher = enricher, .networks = networks, .config = config};
    all->tenants = calloc(config->tenants_n + 1, sizeof *all->tenants);
    all->trusted = calloc(config->tenants_n + 1, sizeof *all->trusted);
    all->accounts = calloc(config->tenants_n + 1, sizeof *all->accounts);
    bool ok = all->tenants && all->trusted && all->accounts;
    for (unsigned k = 0; k < LIST_N; k++)
        all->everybody.options[k] = config->detectors[k];
    for (size_t i = 0; ok && i < config->tenants_n; i++)
        ok = build_tenant(all, i, diag);
    read_severities(all, diag);
    if (!ok || diag_errors(diag) > errors) {
        detectors_free(all);
        return NULL;
    }
    return all;
}

void detectors_free(struct detectors *all)
{
    if (!all)
        return;
    for (size_t i = 0; all->trusted && i < all->config->tenants_n; i++)
        networks_free(all->trusted[i]);
    for (size_t i = 0; all->accounts && i < all->config->tenants_n; i++)
        accounts_free(all->accounts[i]);
    free(all->accounts);
    free(all->trusted);
    free(all->tenants);
    free(all);
}

const struct tenant *detectors_tenant(const struct detectors *all, struct slice id)
{
    if (all->config->tenants_n == 0 || id.len == 0)
        return &all->everybody;
    const struct config_tenant *found = config_tenant_find(all->config, id.ptr, id.len);
    return found ? &all->tenants[found - all->config->tenants] : &all->everybody;
}

struct detection detectors_detection(const struct detectors *all, unsigned index,
                                     const struct tenant *tenant, const struct report_sink *sink)
{
    return (struct detection){.windows = all->windows,
                              .enricher = all->enricher,
                              .networks = all->networks,
                              .feed_severity = all->feed_severity,
                              .tenant = tenant,
                              .options = tenant->options[index],
                              .detector = detectors_all[index],
                              .sink = sink};
}

/* All option structs begin with `bool enabled`. */
static bool is_enabled(const struct tenant *tenant, unsigned index)
{
    return *(const bool *)tenant->options[index];
}

/* Which act this is, so that one delivered twice counts once where acts are counted: by its own id,
 * or where it has none by the bytes of its record, not of what was around them. Time and operation
 * belong to it because samples and batches of one act share an id. */
static uint64_t id_hash(const struct hash_key *key, const struct sighting *s)
{
    const struct event *ev = &s->e->ev;
    uint64_t words[] = {s->tenant_hash,
                        hash_slice(key, slice_of(ev->source)),
                        hash_slice(key, ev->operation),
                        (uint64_t)ev->time_ms,
                        0,
                        0,
                        0};
    if (ev->event_id.len > 0) {
        words[4] = hash_bytes(key, ev->event_id.ptr, ev->event_id.len);
    } else if (ev->record.len > 0) {
        words[5] = hash_bytes(key, ev->record.ptr, ev->record.len);
    } else {
        words[5] = s->user_hash;
        words[6] = ev->has_ip ? hash_bytes(key, ev->ip.bytes, sizeof ev->ip.bytes) : 0;
    }
    return hash_words(key, words, 7);
}

void detectors_plan(const struct detectors *all, const struct enriched_event *e,
                    const struct event_ref *ref, struct sighting *s)
{
    const struct hash_key *key = &all->windows->key;
    s->e = e;
    s->ref = *ref;
    s->tenant = detectors_tenant(all, e->ev.tenant);
    s->tenant_hash = hash_slice(key, e->ev.tenant);
    s->user_hash = sighting_user_hash(all->windows, s->tenant_hash, e->ev.user);
    s->id_hash = id_hash(key, s);
    s->agent_class = fingerprint_agent(all->windows, e->ev.user_agent);
    s->fingerprint = fingerprint_of(all->windows, &e->ev, s->agent_class);
    s->trusted = e->sets >> NETWORKS_TRUSTED & 1;
    if (!s->trusted && s->tenant->trusted && e->ev.has_ip)
        s->trusted = networks_find(s->tenant->trusted, &e->ev.ip, NULL) != 0;
    s->service = accounts_is_within(s->tenant->accounts, &e->ev);
    s->touches_n = 0;
    baseline_plan(all->windows, s);
    watch_plan(all->windows, s);
    context_plan(all->windows, s);
    crowd_plan(all->windows, s);
    for (unsigned i = 0; i < LIST_N; i++) {
        struct detection d = detectors_detection(all, i, s->tenant, NULL);
        s->first[i] = s->touches_n;
        if (d.detector->plan && is_enabled(s->tenant, i))
            d.detector->plan(&d, s);
    }
    s->first[LIST_N] = s->touches_n;
}

void detectors_update(const struct detectors *all, struct sighting *s)
{
    baseline_update(all->windows, s);
    watch_update(all->windows, s);
    context_update(all->windows, s);
    crowd_update(all->windows, s);
    for (unsigned i = 0; i < LIST_N; i++) {
        struct detection d = detectors_detection(all, i, s->tenant, NULL);
        if (d.detector->update && is_enabled(s->tenant, i))
            d.detector->update(&d, s);
    }
}

void detectors_judge(const struct detectors *all, const struct sighting *s,
                     const struct report_sink *sink)
{
    struct chain_rows touched;
    touched.n = 0;
    for (unsigned i = 0; i < LIST_N; i++) {
        struct detection d = detectors_detection(all, i, s->tenant, sink);
        if (is_enabled(s->tenant, LIST_N - 1)) {
            d.note = chain_note;
            d.chains = &touched;
        }
        if (is_enabled(s->tenant, i))
            d.detector->judge(&d, s);
    }
}
