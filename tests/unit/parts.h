/* SPDX-License-Identifier: Apache-2.0
 *
 * What tests of detectors and of the speaker need around them: a config text, and the networks,
 * enricher, windows and detectors made of it with the databases of tests/data/geoip.
 */
#ifndef TESTS_UNIT_PARTS_H
#define TESTS_UNIT_PARTS_H

#include "detectors/detectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-06-12T10:00:00Z */
#define PARTS_NOW INT64_C(1781258400000)

struct parts {
    struct diag *diag;
    struct config *config;
    struct networks *networks;
    struct enricher *enricher;
    struct windows *windows;
    struct detectors *detectors;
};

static inline void parts_open(struct parts *p, const char *config)
{
    const char *city = "tests/data/geoip/city-maxmind.mmdb", *asn = "tests/data/geoip/asn.mmdb";
    const struct enricher_sources sources = {&city, 1, &asn, 1, NULL};
    const struct windows_sizes sizes = {256, 256, 512, 64, 1024, 32, 256, 256};
    *p = (struct parts){.diag = diag_new()};
    p->config = config_read_text("test.yaml", config, strlen(config), detectors_tables(),
                                 detectors_n(), p->diag);
    p->networks = detectors_networks(p->config, p->diag);
    p->enricher = enricher_new(&sources, p->networks, p->diag);
    p->windows = windows_new(&sizes, (struct hash_key){3, 4});
    p->detectors = detectors_new(p->config, p->windows, p->enricher, p->networks, p->diag);
    if (!p->detectors || diag_errors(p->diag) > 0) {
        fprintf(stderr, "%s\n", diag_render(p->diag));
        abort();
    }
}

static inline void parts_close(struct parts *p)
{
    detectors_free(p->detectors);
    windows_free(p->windows);
    enricher_free(p->enricher);
    networks_free(p->networks);
    config_free(p->config);
    diag_free(p->diag);
}

static inline struct ip parts_ip(const char *text)
{
    struct ip ip;
    if (!ip_parse(slice_of(text), &ip))
        abort();
    return ip;
}

/* A sign-in of a user of `contoso`. */
static inline struct event parts_event(const char *user, const char *ip, int64_t time_ms,
                                       enum event_reason reason)
{
    struct event ev = {.time_ms = time_ms,
                       .kind = KIND_SIGN_IN,
                       .reason = reason,
                       .outcome = reason == REASON_OK ? OUTCOME_SUCCESS : OUTCOME_FAILURE,
                       .password_valid = reason == REASON_OK || reason == REASON_PASSWORD_OK,
                       .interactive = TRI_TRUE,
                       .source = "test",
                       .has_ip = true,
                       .ip = parts_ip(ip),
                       .tenant = SLICE("contoso")};
    ev.user = slice_of(user);
    return ev;
}

/* Takes an event through enrich, plan, update; the caller may judge. */
static inline void parts_take(const struct parts *p, const struct event *ev,
                              struct enriched_event *e, struct sighting *s)
{
    const struct event_ref ref = {.offset = 1};
    enrich(p->enricher, ev, e);
    detectors_plan(p->detectors, e, &ref, s);
    for (unsigned i = 0; i < s->touches_n; i++)
        s->touches[i].row = table_row(s->touches[i].table, s->touches[i].key,
                                      (uint32_t)(ev->time_ms / 60000), s->touches[i].promote);
    detectors_update(p->detectors, s);
}

static inline struct detection parts_detection(const struct parts *p, const char *name)
{
    unsigned i = detector_index(detectors_find(name));
    return detectors_detection(p->detectors, i, detectors_tenant(p->detectors, SLICE("contoso")),
                               NULL);
}

#endif
