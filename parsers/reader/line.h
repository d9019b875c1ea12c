/* SPDX-License-Identifier: Apache-2.0
 *
 * How a line of text becomes a record. A format that is written as lines (CEF, LEEF, sshd) cuts its
 * fields out and puts them on the tape as members of an object; from there on it is a record like
 * any other: the parser names what it wants in its table of paths, and null-like words, lengths,
 * times and addresses are handled in the one place that handles them for JSON.
 */
#ifndef PARSERS_READER_LINE_H
#define PARSERS_READER_LINE_H

#include "parsers/json/json.h"

/* What parser.line is given: the line without what stands before it, and what stood there. */
struct line {
    struct json *doc;
    struct slice text;
    struct slice tag, host;        /* of the header or envelope; absent if there was none */
    uint64_t added[KEYS_MAX / 64]; /* by key id */
};

/* Adds a member; one whose name nobody wants is forgotten, and so is a second one of a name: a
 * format's own fields stand before the texts in which somebody may have written fields of his. The
 * bytes are taken as they are. */
void line_add(struct line *line, struct slice name, struct slice value);

/* Room for a text that has to be rewritten, at most `len` bytes; NULL: the record is given up. */
char *line_text(struct line *line, size_t len);

/* Begins the object and ends it; the first returns its node, 0 if the tape is full. */
uint32_t line_begin(struct json *doc, struct slice text);
void line_end(struct json *doc, uint32_t root);

#endif
