/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of the notice as tables, each in Japanese and English (index: enum notice_lang). What
 * to do is not here: that is the detector's own remediation.
 */
#ifndef PLUGIN_PAGES_NOTICE_TEXTS_H
#define PLUGIN_PAGES_NOTICE_TEXTS_H

#include "detectors/words/finding.h"
#include "parsers/values/slice.h"

enum notice_lang { NOTICE_JA, NOTICE_EN, NOTICE_LANGS };

/* Fixed parts of a mail. */
enum notice_phrase {
    PHRASE_SUBJECT,
    PHRASE_DRAFT,
    PHRASE_GREETING,
    PHRASE_INTRO, /* before the topic, */
    PHRASE_ABOUT, /* and after it */
    PHRASE_OVERVIEW,
    PHRASE_SCOPE,
    PHRASE_ACTIONS,
    PHRASE_COMMANDS,
    PHRASE_WITHHELD,
    PHRASE_INDICATORS,
    PHRASE_REFERENCE,
    PHRASE_PERIOD,
    PHRASE_TENANT,
    PHRASE_USERS,
    PHRASE_APPS,
    PHRASE_APPLIES,
    PHRASE_CLI_SEEN,
    PHRASE_ROPC_ALLOWED,
    PHRASE_LEGACY,
    PHRASE_CLI,
    PHRASE_SINGLE,
    PHRASE_SINGLE_AFTER, /* the number of users */
    PHRASE_ROPC,
    PHRASE_LEGACY_POINT,
    PHRASE_NO_POINT,
    PHRASE_NETWORKS,
    PHRASE_ADDRESSES,
    PHRASE_APP_IDS,
    PHRASE_AGENTS,
    PHRASE_ASNS,
    PHRASE_DESTINATIONS,
    PHRASE_ADVISORY,
    PHRASE_RELATED,
    PHRASE_ABOUT_SO_MANY, /* before an estimate */
    PHRASE_YES,
    PHRASE_NO,
    PHRASE_FEED,
    PHRASE_FINDING,
    PHRASE_EVENTS,
    PHRASE_PRIORITY,
    PHRASE_DEADLINE,
    PHRASE_MORE_BEFORE, /* how many are not listed, */
    PHRASE_MORE_AFTER,
    PHRASE_OTHERS,      /* that an unknown number is not listed */
    PHRASE_ALSO_BEFORE, /* and how many more findings the mail has */
    PHRASE_ALSO_AFTER,
    PHRASE_N
};
extern const char *const notice_phrases[PHRASE_N][NOTICE_LANGS];

/* By OCSF severity, 0 to 5. */
struct notice_grade {
    const char *prefix[NOTICE_LANGS], *priority[NOTICE_LANGS], *deadline[NOTICE_LANGS];
};
const struct notice_grade *notice_grade(int64_t severity);

/* What a detector is about, for the greeting, and what its finding means. family: the detector
 * whose mail it shares, as their findings are one story; NULL: its own. */
struct notice_topic {
    const char *detector, *topic[NOTICE_LANGS], *meaning[NOTICE_LANGS], *family;
};
/* Never NULL: a detector without a row gets the general one. */
const struct notice_topic *notice_topic(const char *detector);

/* The state of a point of the applicability check: of an application or protocol in use, or of
 * something that is permitted. */
const char *notice_state(enum point_state state, bool permitted, enum notice_lang lang);

/* A measure's name, or a unit, in words; NULL: there are none. */
const char *notice_measure(struct slice name, enum notice_lang lang);
const char *notice_unit(struct slice unit, enum notice_lang lang);

/* The published campaign behind a network: what a notice about it says besides. */
struct notice_campaign {
    const char *cidr;
    const char *overview[NOTICE_LANGS], *scope[NOTICE_LANGS], *reference[NOTICE_LANGS];
    const char *actions[3][NOTICE_LANGS];
};
/* NULL: the network belongs to none. */
const struct notice_campaign *notice_campaign(struct slice cidr);

#endif
