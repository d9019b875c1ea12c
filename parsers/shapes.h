/* SPDX-License-Identifier: Apache-2.0
 *
 * What the records that nobody recognised look like, for the operator who wonders why. A shape is
 * the set of names of a record's members, told apart by a hash that does not depend on their order.
 *
 * The table is bounded: when it is full, the shape seen least often makes room and the newcomer
 * inherits its count ("space saving", Metwally et al. 2005). So whatever makes up more than one in
 * SHAPES_MAX of all is in the table, and a count is too high by at most that of the least. The
 * hash has no key: who makes two shapes collide has mixed up two lines of a summary.
 */
#ifndef PARSERS_SHAPES_H
#define PARSERS_SHAPES_H

#include "parsers/json.h"

struct shapes {
    struct reader_shape rows[READER_SHAPES_MAX];
    uint32_t n;
};

/* Counts an object of the tape. */
void shapes_object(struct shapes *shapes, const struct json *doc, uint32_t object);

/* Counts a line of text by the tag of its syslog header, which may be absent. */
void shapes_line(struct shapes *shapes, struct slice tag);

#endif
