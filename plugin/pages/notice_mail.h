/* SPDX-License-Identifier: Apache-2.0
 *
 * How a notice is laid out. Our own lines begin at column 0; whatever comes from a finding is
 * indented, also where it goes on, so that no name can pass for a heading. Thread: one.
 */
#ifndef PLUGIN_PAGES_NOTICE_MAIL_H
#define PLUGIN_PAGES_NOTICE_MAIL_H

#include "plugin/base/columns.h"
#include "plugin/pages/notice.h"

enum { MAIL_BODY = 2, MAIL_DEEP = 4, MAIL_SET_MAX = 512 };

struct mail {
    struct columns c;
    const struct notice *notice;
    enum notice_lang lang;
};

/* Different texts in the order of appearance. Beyond its capacity they are counted, and so is what
 * the records themselves had no room for. */
struct mail_set {
    struct slice items[MAIL_SET_MAX];
    unsigned n, more;
};

void mail_set_add(struct mail_set *set, struct slice item);
void mail_set_names(struct mail_set *set, const struct read_names *names);

/* Our own words in the mail's language. */
const char *mail_text(const struct mail *m, enum notice_phrase which);

/* Within a line: a text of the finding, defanged where that is asked for; a phrase; a number
 * between two phrases, if it is not 0. */
void mail_put(struct mail *m, struct slice text);
void mail_phrase(struct mail *m, enum notice_phrase which);
void mail_more(struct mail *m, enum notice_phrase before, enum notice_phrase after, unsigned n);

void mail_blank(struct mail *m);
void mail_line(struct mail *m, unsigned indent, const char *text);
void mail_heading(struct mail *m, enum notice_phrase which);

/* "Label: a, b, c"; and the label, then one entry a line with `before` in front. Left out when
 * there is none. */
void mail_listed(struct mail *m, enum notice_phrase label, const struct mail_set *set);
void mail_column(struct mail *m, enum notice_phrase label, const char *before,
                 const struct mail_set *set);

#endif
