/* SPDX-License-Identifier: Apache-2.0
 *
 * What JSON records arrive wrapped in. An object that no parser recognises is held against this
 * list; the first envelope whose sign it has is opened at its path. Text envelopes (syslog, gzip)
 * are opened by the reader before any JSON is read.
 */
#ifndef PARSERS_READER_ENVELOPES_H
#define PARSERS_READER_ENVELOPES_H

#include "parsers/reader/parser.h"

/* The paths of an envelope. What SOURCE and KIND name counts as the program of a line only where
 * it is one that speaks (syslog_speaks): they are a path, a port or a format as often. */
enum { ENVELOPE_PAYLOAD, ENVELOPE_TIME, ENVELOPE_SOURCE, ENVELOPE_KIND, ENVELOPE_PATHS_N };

/* As parsers: `signs`, the two `paths`, and `claims` where the signs do not suffice. */
extern const struct parser envelopes_all[];
extern const size_t envelopes_n;

/* The first so many hand their payload, an array, out element by element; from
 * LINES on a line may be in them; up to TELLING the keys suffice to know them; of the rest, which
 * are ordinary words, a payload must look like a record. ORIGINAL is tried even before a record is
 * recognised, and up to MESSAGE they are what a record that says nothing of itself may carry. */
enum {
    ENVELOPES_STREAMED = 7,
    ENVELOPES_LINES = 8,
    ENVELOPES_TELLING = 19,
    ENVELOPES_ORIGINAL = ENVELOPES_TELLING,
    ENVELOPES_RAW,
    ENVELOPES_MESSAGE
};

#endif
