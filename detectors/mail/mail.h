/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody did to mail, and the rows that remember it. One act (a rule made or changed, a
 * mailbox forwarded, the mail flow opened) becomes features; a row joins the features of each day,
 * so edits of one rule add up whatever order their records come in. A row is about one of
 * enum mail_row.
 *
 *   features:     | day since 1970, 32 | enum mail_feature bits 32 |     of the 8 newest days
 *   times:        | day 32 | first minute of it 16 | last 16 |
 *   destinations, actors, mailboxes: | day 16 | name key 48 |            the newest
 *
 * Thread: update: any worker; reading: any.
 */
#ifndef DETECTORS_MAIL_MAIL_H
#define DETECTORS_MAIL_MAIL_H

#include "detectors/frame/detector.h"
#include "detectors/mail/mail_address.h"

enum mail_feature {
    MAIL_F_EXTERNAL = 1 << 0, /* leaves the organisation */
    MAIL_F_OWN = 1 << 1,      /* ... by the owner of the mailbox, or whoever acts as him */
    MAIL_F_SURE = 1 << 2,     /* ... by the tenant's configured domains */
    MAIL_F_LOOKALIKE = 1 << 3,
    MAIL_F_REDIRECT = 1 << 4,
    MAIL_F_ATTACHMENT = 1 << 5,
    MAIL_F_DELETE = 1 << 6,
    MAIL_F_HIDE = 1 << 7,    /* moved to where nobody looks */
    MAIL_F_KEYWORD = 1 << 8, /* of detectors/mail/data/mail-words.tsv */
    MAIL_F_ODD = 1 << 9,     /* a name of at most two characters, or without a letter */
    MAIL_F_READ = 1 << 10,
    MAIL_F_STOP = 1 << 11,
    MAIL_F_ALL = 1 << 12,     /* matches all mail */
    MAIL_F_UNKNOWN = 1 << 13, /* forwards to something that is no address */
    MAIL_F_OPENED = 1 << 14,  /* automatic forwarding allowed for the whole tenant */
    MAIL_F_STRANGE = 1 << 15, /* from a hosting or vpn network, or one of a feed */
    MAIL_F_ADMIN = 1 << 17,   /* by an administrator, by the record or the config */
    MAIL_F_GRAVE = 1 << 16,   /* external, not by an administrator in a trusted network */
};

enum mail_row {
    MAIL_ROW_RULE,
    MAIL_ROW_FORWARDING,
    MAIL_ROW_POLICY,
    MAIL_ROW_ACTOR,
    MAIL_ROW_DESTINATION
};

/* One event as an act on mail. */
struct mail_act {
    struct slice mailbox;
    uint32_t features;
    bool removed;
    enum suppression excuse; /* where it only goes to what is excused */
    struct slice external[EVENT_DESTINATIONS_MAX];
    uint8_t external_n;
};

/* False: no act on mail, or one that failed. */
bool mail_act_of(const struct sighting *s, struct mail_act *ret);

/* The key of a row: its kind, and whom and what it is about (0: nothing). Kinds may share a number
 * with nothing else of the table. */
uint64_t mail_key(const struct detection *d, const struct sighting *s, enum mail_row kind,
                  struct slice whom, struct slice what);

/* Merges an act: features and time of its day, actor, destinations, mailbox; and what the row is
 * about, for describing. An act that takes something away only sets MAIL_REMOVED. */
void mail_keep(const struct detection *d, const struct sighting *s, uint32_t row,
               const struct mail_act *act, struct slice subject, struct slice rule);

/* Days of a row with features, oldest first; at most MAIL_DAYS_MAX. */
enum { MAIL_DAYS_MAX = 8 };
unsigned mail_days(const struct windows *w, uint32_t row, int64_t ret_days[static MAIL_DAYS_MAX]);

/* The features of one day, or with `before` of all days up to it. */
uint32_t mail_features(const struct windows *w, uint32_t row, int64_t day, bool before);

/* First and last act of [from_day, to_day]; false: none is known. */
bool mail_span(const struct windows *w, uint32_t row, int64_t from_day, int64_t to_day,
               int64_t *ret_first_ms, int64_t *ret_last_ms);

/* Judges each day of the row from a week before the event on, since features of the event may have
 * completed those of a later day; says `excuse` where the event's own day fires nothing. */
void mail_judge(const struct detection *d, const struct sighting *s, const struct mail_act *act,
                uint64_t key,
                struct verdict (*evaluate)(const struct detection *d, uint32_t row, int64_t day));

/* Adds when it was last taken away, if after first_ms. */
void mail_measure_removal(const struct windows *w, uint32_t row, struct verdict *v);

/* For describing: what the row is about, and the names in its lists joined by ", ". */
enum { MAIL_TEXT_MAX = sizeof((struct finding *)NULL)->destination };
void mail_name(const struct windows *w, uint32_t row, unsigned field, char text[static 64]);
void mail_names(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                int64_t to_day, char text[static MAIL_TEXT_MAX]);
/* The names themselves, newest first; at most MAIL_LIST_MAX. */
enum { MAIL_LIST_MAX = 12 };
unsigned mail_list(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                   int64_t to_day, char ret_names[static MAIL_LIST_MAX][64]);
void mail_users(const struct windows *w, uint32_t row, unsigned field, int64_t from_day,
                int64_t to_day, struct finding *f);

#endif
