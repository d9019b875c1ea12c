/* SPDX-License-Identifier: Apache-2.0
 *
 * What describing a finding needs in every detector: the subject, addresses with what is known of
 * them, lists of users, times and durations in words. Bounded; allocates nothing.
 * Thread: the speaker's.
 */
#ifndef DETECTORS_WORDS_WORDING_H
#define DETECTORS_WORDS_WORDING_H

#include "detectors/windows/windows.h"
#include "detectors/words/finding.h"

enum { WHERE_TEXT_MAX = 96, SPAN_TEXT_MAX = 32, COUNT_TEXT_MAX = 24 };

/* The user of the witness is the subject. */
void finding_user(struct finding *f, const struct witness *w);

/* Adds an address with its place and autonomous system; a repeated one is not added. NULL when the
 * list is full (FINDING_ADDRESSES_MAX): the counts tell how many there were. */
struct finding_address *finding_address(const struct enricher *enricher, struct finding *f,
                                        const struct prefix *prefix, int64_t time_ms);

/* Adds the addresses of all witnesses and writes where the first of them is: "City, CC (AS1 Name)",
 * or as much of it as is known, or "an unknown network". */
void finding_where(const struct enricher *enricher, struct finding *f,
                   char where[static WHERE_TEXT_MAX]);
void finding_where_of(const struct finding_address *a, char where[static WHERE_TEXT_MAX]);

/* Adds a name to the users or networks; a repeated one is not added, nor one beyond the list. */
void finding_add_user(struct finding *f, const char *name);
void finding_add_network(struct finding *f, const char *text);

/* "35 s", "12 min", "3 h 20 min", "2 d"; and "35 秒", "12 分", "3 時間 20 分", "2 日". */
void wording_span(int64_t ms, char text[static SPAN_TEXT_MAX]);
void wording_span_ja(int64_t ms, char text[static SPAN_TEXT_MAX]);

/* "120", or of an estimate "about 120" and "約 120". */
void wording_count(const struct verdict *v, enum measure_id id, char text[static COUNT_TEXT_MAX]);
void wording_count_ja(const struct verdict *v, enum measure_id id,
                      char text[static COUNT_TEXT_MAX]);

/* Begins a text with a capital: "About 120 ...". */
void wording_capital(char *text);

/* Japanese for the phrases that stand where a name is not known ("an unknown network"); any other
 * text as it is. */
const char *wording_ja(const char *text);

#endif
