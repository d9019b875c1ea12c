/* SPDX-License-Identifier: Apache-2.0
 *
 * What a record that became no event looks like. One that nobody recognised: a short fingerprint of its shape and a text for
 * people. The shape of an object is the set of names of its members, told apart by a hash that does
 * not depend on their order; of a line of text the tag of its syslog header; of anything else its
 * type. The hash has no key: who makes two shapes collide has mixed up two lines of a summary.
 * Whoever counts shapes bounds how many (plugin/path/unread.h).
 */
#ifndef PARSERS_READER_SHAPES_H
#define PARSERS_READER_SHAPES_H

#include "parsers/reader/parser.h"
#include "parsers/reader/record.h"

/* Of a node of the tape, whatever its type. */
void shape_of_node(struct reader_shape *shape, const struct json *doc, uint32_t node);

/* Of a line of text, by the tag of its syslog header, which may be absent. */
void shape_of_line(struct reader_shape *shape, struct slice tag);

/* Of a record that its parser, whose paths are in use, answered is not ours. */
void shape_of_ignored(struct reader_shape *shape, const struct record *record);

#endif
