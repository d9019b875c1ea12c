/* SPDX-License-Identifier: Apache-2.0
 *
 * Records inside records: an event of one format that carries the record of another whole, as
 * Elastic's event.original and Defender's RawEventData do.
 */
#ifndef PARSERS_READER_INSIDE_H
#define PARSERS_READER_INSIDE_H

#include "parsers/reader/record.h"

/* The record that a path leads to, as a record of its own: of the format `of`, or with NULL of any
 * but the one around it that the reader may recognise. False, and *ret is undefined, if it is none.
 */
bool record_inside(const struct record *record, unsigned path, const struct parser *of,
                   struct record *ret);

#endif
