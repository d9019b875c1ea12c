/* SPDX-License-Identifier: Apache-2.0
 *
 * A header by itself, cut into its parts; serves syslog.c alone.
 */
#ifndef PARSERS_SYSLOG_SYSLOG_INSIDE_H
#define PARSERS_SYSLOG_SYSLOG_INSIDE_H

#include "parsers/syslog/syslog.h"

/* Reads a header into *ret, which is zeroed, and leaves what follows in its payload; a text without
 * one is all payload. False: it begins with < and that is no PRI. */
bool syslog_header(struct slice text, struct syslog *ret);

/* True where JSON begins, told from the braces of other texts by what follows. */
bool syslog_is_json(struct slice text);

/* True where JSON begins and nothing else can stand. Broken JSON is told from templates:
 * {{ host }}. */
bool syslog_begins_json(struct slice text);

/* Takes the word that *rest begins with, up to a blank; blanks before it are skipped. */
struct slice syslog_word(struct slice *rest);

/* Takes "NAME[123]: ", "NAME: " or, if `bare`, "NAME[123] ". */
bool syslog_tag(struct slice *rest, bool bare, struct syslog *ret);

/* Without "[ID 800047 auth.info] " before it. */
struct slice syslog_without_id(struct slice text);

#endif
