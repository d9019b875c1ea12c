/* SPDX-License-Identifier: Apache-2.0
 *
 * The mail draft for a tenant's administrator, of findings of one tenant and one family of
 * detectors, in one language. Sections that would be empty are left out; nothing is guessed.
 */
#ifndef PLUGIN_PAGES_NOTICE_H
#define PLUGIN_PAGES_NOTICE_H

#include "plugin/pages/finding_read.h"
#include "plugin/pages/notice_texts.h"

#include <stdbool.h>
#include <stdio.h>

enum { NOTICE_COLUMNS = 76, NOTICE_FINDINGS_MAX = 16 /* of one mail; more are further mails */ };

struct notice {
    const struct read_finding *findings; /* the gravest first */
    unsigned n;
    unsigned part, parts; /* of the mails for this tenant and family, from 1 */
    enum notice_lang lang;
    bool defang;
};

void notice_write(FILE *to, const struct notice *notice);

#endif
