/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of text for a terminal or a mail, at most so many columns wide, in which whatever an
 * attacker wrote stays inert: control characters, line ends, bidirectional and invisible marks and
 * broken UTF-8 are spelt out as \u{...} or \x.., and a continued line is always indented, so no
 * value can begin a line of its own. East Asian wide characters, and those that Japanese fonts show
 * wide, count two columns. Thread: one.
 */
#ifndef PLUGIN_BASE_COLUMNS_H
#define PLUGIN_BASE_COLUMNS_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { COLUMNS_WORD_MAX = 1024 };

struct columns {
    FILE *to;
    unsigned limit;  /* columns of a line */
    unsigned indent; /* of continued lines */
    unsigned at;     /* columns written on this line */
    /* What cannot be broken and is not written yet. */
    char word[COLUMNS_WORD_MAX];
    unsigned word_bytes, word_columns, spaces, marks;
    uint32_t last; /* last code point of the word */
};

/* Begins a line with `indent` spaces before it; continued ones have `hang`. */
void columns_begin(struct columns *c, unsigned indent, unsigned hang);
/* Adds text, breaking it at spaces and between wide characters. */
void columns_put(struct columns *c, struct slice text);
void columns_text(struct columns *c, const char *text);
/* Goes on at column `at`, or right after the text if that is longer; continued lines too. */
void columns_tab(struct columns *c, unsigned at);
/* Written as it is and without width: colours. */
void columns_raw(struct columns *c, const char *text);
void columns_end(struct columns *c);

/* A command that a person may paste, at `indent`. It is broken only where that changes nothing: in
 * JSON after commas, at a space of a PowerShell line with a backtick; and, where there is no other
 * way, an address before a slash, which must be joined again. A command that cannot be broken so,
 * or holds a character that deceives, is not shown; `instead` is. */
void columns_command(struct columns *c, unsigned indent, struct slice command, const char *instead);

/* Columns of one code point: 0, 1 or 2. */
unsigned columns_of(uint32_t point);

#endif
