/* SPDX-License-Identifier: Apache-2.0
 *
 * What the operator says about accounts of a tenant: which are service accounts and from where they
 * work, which are administrators, and who turns mail during an announced maintenance. Names are
 * whole user names, or their part before the @ where the pattern has none; `*` stands for any text.
 *
 * Within its networks a service account is vouched for as if the address were trusted, so that what
 * is known of it does not depend on which event came first; outside, its findings are graver.
 */
#ifndef DETECTORS_KNOWN_ACCOUNTS_H
#define DETECTORS_KNOWN_ACCOUNTS_H

#include "detectors/frame/detector.h"

/* Does the user's name match? ASCII case is ignored. Takes time as pattern times name at most. */
bool accounts_match(const char *pattern, struct slice user);

/* What a tenant's config says; checks it. *ret NULL: it says nothing. False: out of memory. */
struct accounts;
bool accounts_new(const struct config_tenant *from, struct diag *diag, struct accounts **ret);
void accounts_free(struct accounts *accounts);

/* Is the user a service account; is he one, and the event from within its networks? All take NULL
 * accounts: nobody is anything. */
bool accounts_is_service(const struct accounts *accounts, struct slice user);
bool accounts_is_within(const struct accounts *accounts, const struct event *ev);
bool accounts_is_admin(const struct accounts *accounts, struct slice user);

/* Does an announced maintenance by this actor contain time_ms? */
bool accounts_in_maintenance(const struct accounts *accounts, struct slice actor, int64_t time_ms);

/* Is the user of a watch row a service account? */
bool accounts_watched_service(const struct detection *d, uint32_t watch_row);

/* Is the subject of a finding (the key of a row) a service account? user: of the event in hand,
 * who is the subject's but for rows of users under suspicion, which know their own. */
bool accounts_about_service(const struct detection *d, uint64_t subject, struct slice user);

#endif
