/* SPDX-License-Identifier: Apache-2.0
 *
 * An event is made of each of a finding's again, as far as keys need it, and asked for the rows it
 * would have touched.
 */
#include "detectors/spray/causes.h"

#include "detectors/frame/fingerprint.h"
#include "detectors/frame/ladder.h"

/* An array of a witness; its text ends within it. */
#define TEXT_OF(array) ((struct slice){(array), strnlen((array), sizeof(array))})

static void add(struct finding *f, const struct detector *detector, uint64_t subject,
                int64_t from_ms, int64_t to_ms)
{
    for (unsigned i = 0; i < f->causes_n; i++) {
        struct finding_cause *c = &f->causes[i];
        if (c->detector != detector || c->subject != subject)
            continue;
        c->from_ms = from_ms < c->from_ms ? from_ms : c->from_ms;
        c->to_ms = to_ms > c->to_ms ? to_ms : c->to_ms;
        return;
    }
    if (f->causes_n < FINDING_CAUSES_MAX)
        f->causes[f->causes_n++] = (struct finding_cause){detector, subject, from_ms, to_ms};
}

/* By the keys of password_spray.c: the widest rung, and the tool. */
static void add_sprays(const struct detection *d, struct finding *f, const struct witness *w,
                       const struct enriched_event *e, uint64_t tenant_hash, int64_t memory_ms)
{
    const struct windows *windows = d->windows;
    int64_t from_ms = w->time_ms - memory_ms, to_ms = w->time_ms + memory_ms;
    struct rung rungs[LADDER_MAX];
    unsigned n = ladder_of(e, rungs);
    if (n == 0)
        return;
    uint64_t source = ladder_key(windows, WINDOWS_SOURCE, tenant_hash, &rungs[n - 1], 0);
    uint64_t fp =
        fingerprint_of(d->windows, &e->ev, fingerprint_agent(d->windows, TEXT_OF(w->user_agent)));
    uint64_t tool = ladder_key(windows, WINDOWS_NETWORK, tenant_hash,
                               &(struct rung){.network = e->network}, fp);
    add(f, &detector_password_spray, table_lawful_key(source), from_ms, to_ms);
    add(f, &detector_password_spray, table_lawful_key(tool), from_ms, to_ms);
}

void causes_of_events(const struct detection *d, struct finding *f, int64_t memory_ms)
{
    for (unsigned i = 0; i < f->witnesses_n; i++) {
        const struct witness *w = &f->witnesses[i];
        struct enriched_event e = {0};
        uint64_t tenant_hash = hash_slice(&d->windows->key, TEXT_OF(w->tenant));
        if (!w->has_ip)
            continue;
        struct event ev = {.time_ms = w->time_ms,
                           .ip = w->ip,
                           .has_ip = true,
                           .ropc = w->ropc,
                           .legacy = w->legacy};
        ev.app = TEXT_OF(w->app);
        ev.app_id = TEXT_OF(w->app_id);
        ev.protocol = TEXT_OF(w->protocol);
        ev.client = TEXT_OF(w->client);
        ev.user_agent = TEXT_OF(w->user_agent);
        enrich(d->enricher, &ev, &e);
        add_sprays(d, f, w, &e, tenant_hash, memory_ms);
        for (int set = 0; set < NETWORKS_SETS_MAX; set++)
            if (set != NETWORKS_TRUSTED && e.sets >> set & 1)
                add(f, &detector_cidr_match, cidr_match_subject(d, tenant_hash, set), w->time_ms,
                    w->time_ms);
    }
}
