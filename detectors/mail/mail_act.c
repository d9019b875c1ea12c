/* SPDX-License-Identifier: Apache-2.0
 *
 * One event as an act on mail: where it goes and what is odd about it. Pure functions of the event,
 * its tenant and the words file; called anew in each phase, since acts on mail are rare.
 */
#include "detectors/mail/mail.h"
#include "detectors/mail/mail_words.h"
#include "parsers/values/text.h"

enum { ODD_NAME_MAX = 2 };

/* Zero-width and other code points that show nothing, and punctuation: no letter, no digit. */
static bool is_blank_or_symbol(uint32_t point)
{
    if (point < 128)
        return !((point | 32) >= 'a' && (point | 32) <= 'z') && !(point >= '0' && point <= '9');
    return point == TEXT_BAD || point <= 0xBF || (point >= 0x2000 && point <= 0x2BFF) ||
           (point >= 0x3000 && point <= 0x3004) || point == 0x3164 || point == 0xFEFF ||
           (point >= 0xFE00 && point <= 0xFE0F);
}

/* At most two characters, or nothing to read. Two Chinese characters are a word: letters beyond
 * Latin count double. */
static bool is_odd_name(struct slice name)
{
    unsigned n = 0;
    bool readable = false;
    if (name.ptr == NULL)
        return false; /* not told */
    for (name = text_trim(name); name.len > 0;) {
        uint32_t point = 0;
        size_t bytes = text_utf8_next(name, &point);
        n += point >= 0x2E80 ? 2 : 1;
        readable |= !is_blank_or_symbol(point);
        name.ptr += bytes;
        name.len -= bytes;
    }
    return n <= ODD_NAME_MAX || !readable;
}

static uint32_t rule_features(const struct event_mail *mail)
{
    uint32_t f = 0;
    for (unsigned i = 0; i < mail->words_n; i++)
        if (mail_words_keyword(mail->words[i]))
            f |= MAIL_F_KEYWORD;
    if (mail->deletes)
        f |= MAIL_F_DELETE;
    if (mail->folder.len > 0 && mail_words_hides(mail->folder))
        f |= MAIL_F_HIDE;
    if (is_odd_name(mail->rule))
        f |= MAIL_F_ODD;
    if (mail->marks_read)
        f |= MAIL_F_READ;
    if (mail->stops)
        f |= MAIL_F_STOP;
    if (mail->made && mail->words_n == 0 && !mail->narrowed)
        f |= MAIL_F_ALL;
    return f;
}

static void read_destinations(const struct sighting *s, struct mail_act *act)
{
    const struct event_mail *mail = &s->e->ev.mail;
    const struct mail_home home = {.domains = s->tenant->domains,
                                   .accepted = s->tenant->accepted_forwarders,
                                   .people = {mail->mailbox, s->e->ev.user}};
    for (unsigned i = 0; i < mail->destinations_n; i++) {
        struct mail_target t = mail_target_of(&home, mail->destinations[i]);
        if (t.where == MAIL_NOWHERE)
            act->features |= MAIL_F_UNKNOWN;
        else if (t.where == MAIL_ACCEPTED)
            act->excuse = SUPPRESSED_ACCEPTED;
        else if (t.where == MAIL_INTERNAL && act->excuse == SUPPRESSED_NOT)
            act->excuse = SUPPRESSED_INTERNAL;
        else if (t.where == MAIL_EXTERNAL) {
            act->external[act->external_n++] = t.address;
            act->features |= MAIL_F_EXTERNAL | (t.lookalike ? MAIL_F_LOOKALIKE : 0);
        }
    }
}

static uint32_t circumstances(const struct sighting *s)
{
    const struct enriched_event *e = s->e;
    const struct event_mail *mail = &e->ev.mail;
    uint32_t f = s->tenant->domains ? MAIL_F_SURE : 0;
    if (mail->mailbox.len == 0)
        f |= MAIL_F_OWN;
    if (!(mail->by_admin && mail->mailbox.len > 0 && s->trusted))
        f |= MAIL_F_GRAVE;
    return f;
}

bool mail_act_of(const struct sighting *s, struct mail_act *ret)
{
    const struct enriched_event *e = s->e;
    const struct event *ev = &e->ev;
    bool flow = ev->kind == KIND_TRANSPORT_RULE;
    if ((ev->kind != KIND_MAILBOX_RULE && ev->kind != KIND_MAILBOX_FORWARDING && !flow) ||
        ev->outcome == OUTCOME_FAILURE)
        return false;
    *ret = (struct mail_act){.mailbox = ev->mail.mailbox.len > 0 ? ev->mail.mailbox : ev->user,
                             .removed = ev->mail.removed};
    if (ret->mailbox.len == 0 && !flow)
        return false;
    if (ret->removed)
        return true;
    read_destinations(s, ret);
    if (ev->kind == KIND_MAILBOX_RULE)
        ret->features |= rule_features(&ev->mail);
    if (flow && ev->mail.forwards && ev->mail.destinations_n == 0)
        ret->features |= MAIL_F_OPENED;
    if (ev->mail.redirects)
        ret->features |= MAIL_F_REDIRECT;
    if (ev->mail.as_attachment)
        ret->features |= MAIL_F_ATTACHMENT;
    if (ret->features & MAIL_F_EXTERNAL)
        ret->features |= circumstances(s);
    if (e->network == NETWORK_HOSTING || e->network == NETWORK_VPN ||
        (e->sets & ~(1ull << NETWORKS_TRUSTED)) != 0)
        ret->features |= MAIL_F_STRANGE;
    return true;
}
