/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines and lists of a mail; see the header.
 */
#include "plugin/pages/notice_mail.h"

#include "plugin/pages/defang.h"

#include <string.h>

void mail_set_add(struct mail_set *set, struct slice item)
{
    if (item.len == 0)
        return;
    for (unsigned i = 0; i < set->n; i++)
        if (slice_equal(set->items[i], item))
            return;
    if (set->n < MAIL_SET_MAX)
        set->items[set->n++] = item;
    else
        set->more++;
}

void mail_set_names(struct mail_set *set, const struct read_names *names)
{
    for (unsigned i = 0; i < names->n; i++)
        mail_set_add(set, names->items[i]);
    set->more += names->total - names->n;
}

const char *mail_text(const struct mail *m, enum notice_phrase which)
{
    return notice_phrases[which][m->lang];
}

static void put_plain(void *ctx, struct slice text)
{
    columns_put(ctx, text);
}

/* A text of the finding. */
void mail_put(struct mail *m, struct slice text)
{
    if (m->notice->defang)
        defang(text, put_plain, &m->c);
    else
        columns_put(&m->c, text);
}

void mail_phrase(struct mail *m, enum notice_phrase which)
{
    columns_text(&m->c, mail_text(m, which));
}

/* A number between two phrases, if it is not 0. */
void mail_more(struct mail *m, enum notice_phrase before, enum notice_phrase after, unsigned n)
{
    char text[16];
    if (n == 0)
        return;
    snprintf(text, sizeof text, "%u", n);
    mail_phrase(m, before);
    columns_text(&m->c, text);
    mail_phrase(m, after);
}

void mail_blank(struct mail *m)
{
    fputc('\n', m->c.to);
}

void mail_line(struct mail *m, unsigned indent, const char *text)
{
    columns_begin(&m->c, indent, indent);
    columns_text(&m->c, text);
    columns_end(&m->c);
}

void mail_heading(struct mail *m, enum notice_phrase which)
{
    mail_blank(m);
    mail_line(m, 0, mail_text(m, which));
}

/* "Label: a, b, c", left out when there is none. */
void mail_listed(struct mail *m, enum notice_phrase label, const struct mail_set *set)
{
    if (set->n == 0)
        return;
    columns_begin(&m->c, MAIL_BODY, MAIL_DEEP);
    mail_phrase(m, label);
    for (unsigned i = 0; i < set->n; i++) {
        columns_text(&m->c, i == 0 ? "" : ", ");
        mail_put(m, set->items[i]);
    }
    /* Those that several findings leave out may be the same ones. */
    if (set->more > 0 && m->notice->n > 1)
        mail_phrase(m, PHRASE_OTHERS);
    else
        mail_more(m, PHRASE_MORE_BEFORE, PHRASE_MORE_AFTER, set->more);
    columns_end(&m->c);
}

/* The label, then one entry a line. */
void mail_column(struct mail *m, enum notice_phrase label, const char *before,
                 const struct mail_set *set)
{
    if (set->n == 0)
        return;
    mail_line(m, MAIL_BODY, mail_text(m, label));
    for (unsigned i = 0; i < set->n; i++) {
        columns_begin(&m->c, MAIL_DEEP, MAIL_DEEP + 2);
        columns_text(&m->c, before);
        mail_put(m, set->items[i]);
        columns_end(&m->c);
    }
}
