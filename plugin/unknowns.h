/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of records that no parser knows, by the fingerprint of their shape, so that the operator
 * learns whose records those are without their filling a topic.
 *
 * The table is bounded. When it is full the shape seen least often makes room and the newcomer
 * inherits its count ("space saving", Metwally et al. 2005): whatever makes up more than one in
 * UNKNOWNS_MAX of all is in the table, and a count is too high by at most that of the least. Only
 * the first UNKNOWNS_MAX shapes are called new, so that nobody can fill the log with inventions.
 * Any thread; one lock, held for a walk over the table, and only for records that are refused.
 */
#ifndef PLUGIN_UNKNOWNS_H
#define PLUGIN_UNKNOWNS_H

#include "parsers/parser.h"

#include <stddef.h>
#include <stdint.h>

enum { UNKNOWNS_MAX = 32, UNKNOWNS_SHOWN = 5 };

struct unknowns;

struct unknown {
    struct reader_shape shape;
    uint64_t seen; /* times, at most */
};

struct unknowns *unknowns_new(void); /* NULL: out of memory */
void unknowns_free(struct unknowns *unknowns);

/* True if this shape is one of the first UNKNOWNS_MAX and has not been seen before. */
bool unknowns_take(struct unknowns *unknowns, const struct reader_shape *shape);

/* Copies the table, most frequent first; returns how many. */
size_t unknowns_list(struct unknowns *unknowns, struct unknown ret[static UNKNOWNS_MAX]);

/* What people see of a fingerprint: eight digits are enough to tell 32 apart. */
static inline unsigned unknown_mark(const struct reader_shape *shape)
{
    return (unsigned)(shape->hash >> 32 ^ shape->hash);
}

#endif
