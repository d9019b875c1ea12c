/* SPDX-License-Identifier: Apache-2.0
 *
 * Where mail goes: addresses out of the forms that logs write them in, and whether their domain is
 * the tenant's own. Own is a configured domain or a true sub-domain of it: x.contoso.com is,
 * contoso.com.evil.net and evil-contoso.com are not. Pure functions; any thread.
 */
#ifndef DETECTORS_MAIL_MAIL_ADDRESS_H
#define DETECTORS_MAIL_MAIL_ADDRESS_H

#include "config/config.h"
#include "parsers/values/slice.h"

#include <stdbool.h>

/* In rising order: of several addresses in one text the last of these counts. */
enum mail_where {
    MAIL_NOWHERE,  /* no address: a name of the directory, or nothing readable */
    MAIL_INTERNAL, /* the tenant's own */
    MAIL_ACCEPTED, /* one of the tenant's accepted forwarders */
    MAIL_EXTERNAL
};

/* What is known of a tenant's mail. */
struct mail_home {
    const struct config_list *domains;  /* NULL: not configured, the two below stand in for them */
    const struct config_list *accepted; /* NULL: none */
    struct slice people[2]; /* addresses of the mailbox and of the actor; may be empty */
};

struct mail_target {
    enum mail_where where;
    bool lookalike;       /* external, and made to be taken for the tenant's own */
    struct slice address; /* empty for MAIL_NOWHERE */
};

/* text: `x@y`, `smtp:x@y`, `"Name" [SMTP:x@y]`, `Name <x@y>`, `"Name" [EX:/o=...]`, or several. */
struct mail_target mail_target_of(const struct mail_home *home, struct slice text);

/* The part behind the last @; empty without one. */
struct slice mail_domain(struct slice address);

/* A domain as it looks: ASCII, lower case, look-alike letters and xn-- undone. Longer domains are
 * cut. Returns its length. */
enum { MAIL_SKELETON_MAX = 256 };
size_t mail_skeleton(struct slice domain, char ret[static MAIL_SKELETON_MAX]);

#endif
