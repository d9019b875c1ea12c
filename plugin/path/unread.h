/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of records that became no event, by the fingerprint of their shape, so that the operator
 * learns what they are without their filling a topic: those that no parser knows, and those of a
 * known format that are not ours. Each kind has a table, or the many would push out the few.
 *
 * A table is bounded. When it is full the shape seen least often makes room and the newcomer
 * inherits its count ("space saving", Metwally et al. 2005): whatever makes up more than one in
 * UNREAD_MAX of all is in the table, and a count is too high by at most that of the least. Only
 * the first UNREAD_MAX shapes are called new, so that nobody can fill the log with inventions.
 * Any thread; one lock, held for a walk over the table, and only for these records.
 */
#ifndef PLUGIN_PATH_UNREAD_H
#define PLUGIN_PATH_UNREAD_H

#include "parsers/reader/parser.h"

#include <stddef.h>
#include <stdint.h>

enum { UNREAD_MAX = 32, UNREAD_SHOWN = 5 };

/* Which table: shape->format says which a record belongs to. */
enum unread_why { UNREAD_UNKNOWN, UNREAD_NOT_OURS, UNREAD_WHY_N };

struct unread;

struct unread_shape {
    struct reader_shape shape;
    uint64_t seen; /* times, at most */
};

struct unread *unread_new(void); /* NULL: out of memory */
void unread_free(struct unread *unread);

/* True if this shape is one of the first UNREAD_MAX and has not been seen before. */
bool unread_take(struct unread *unread, const struct reader_shape *shape);

/* Copies a table, most frequent first; returns how many. */
size_t unread_list(struct unread *unread, enum unread_why why,
                   struct unread_shape ret[static UNREAD_MAX]);

/* What people see of a fingerprint: eight digits are enough to tell 32 apart. */
static inline unsigned unread_mark(const struct reader_shape *shape)
{
    return (unsigned)(shape->hash >> 32 ^ shape->hash);
}

#endif
