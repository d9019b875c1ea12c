/* SPDX-License-Identifier: Apache-2.0
 *
 * One event on its way through the detectors: the keys made of it, what the operator wants for its
 * tenant, and the rows it touches, which are asked for in the first phase (detector.h) and found
 * before the second.
 */
#ifndef DETECTORS_FRAME_SIGHTING_H
#define DETECTORS_FRAME_SIGHTING_H

#include "config/config.h"
#include "detectors/windows/windows.h"
#include "detectors/words/finding.h"
#include "geoip/enrich.h"

enum { DETECTORS_MAX = 32, TOUCHES_MAX = 48 };

/* A row that an event touches. row is TABLE_NONE until the pipeline has found it, and after that if
 * the table refused it. */
struct touch {
    struct table *table;
    uint64_t key;
    uint32_t row;
    bool promote;
};

/* What the operator wants for one tenant; `tenants_find` in detectors/detectors.h. */
struct tenant {
    const void *options[DETECTORS_MAX]; /* by index in the list */
    const struct networks *trusted;     /* set 0 is the tenant's own; NULL: none */
    const struct config_list *domains;  /* the tenant's mail domains; NULL: none are known */
    const struct config_list *accepted_forwarders; /* addresses and domains; NULL: none */
    int64_t users;                                 /* as the operator counts them; 0: not told */
    const struct accounts *accounts;               /* accounts.h; NULL: nothing is said of any */
};

/* One event on its way through the detectors. */
struct sighting {
    const struct enriched_event *e;
    const struct tenant *tenant;
    struct event_ref ref;
    uint64_t tenant_hash; /* keyed hash of the tenant */
    uint64_t user_hash;   /* keyed hash of tenant and user; 0: no user */
    uint64_t id_hash;     /* keyed hash of the event's id, or of what it says where it has none */
    uint64_t fingerprint; /* of application, protocol and agent; fingerprint.h */
    uint32_t agent_class; /* of the user agent: user_agent_class */
    bool trusted;         /* address in a trusted network, global or the tenant's */
    bool service;         /* the user is a service account within its networks; accounts.h */
    struct touch touches[TOUCHES_MAX];
    uint8_t touches_n;
    uint8_t first[DETECTORS_MAX + 1]; /* first[i]: where detector i's touches begin */
    uint8_t user_touch;               /* the user's row, or UINT8_MAX: none */
    uint8_t watch_touch;              /* the watch row of the user, or UINT8_MAX: none; watch.h */
    uint8_t crowd_touch, egress_touches[4]; /* or UINT8_MAX: none; crowd.h */
    uint8_t egress_n;
    uint32_t shows; /* of its tenant, read once for three phases; exposure.c */
    uint8_t known;  /* enum suppression: why the address is the user's own; only with a watch row */
};

/* Asks for a row. Returns its number among the touches; the same key asked twice is one touch. When
 * TOUCHES_MAX are taken, UINT8_MAX (counted): the detector skips it. */
uint8_t sighting_touch(struct sighting *s, struct table *table, uint64_t key, bool promote);

/* Why the address itself vouches for the user: SUPPRESSED_TRUSTED, _SERVICE, or _NOT. */
enum suppression sighting_vouched(const struct sighting *s);

/* The keyed hash of a user of a tenant: sighting.user_hash, and the key of the user's row. */
uint64_t sighting_user_hash(const struct windows *windows, uint64_t tenant_hash, struct slice user);

#endif
