/* SPDX-License-Identifier: Apache-2.0
 *
 * What a message may hold at most, and the names of what is wrong with one. Any thread.
 */
#ifndef PARSERS_JSON_LIMITS_H
#define PARSERS_JSON_LIMITS_H

/* Why a record was refused; the closed list is also the dead letter's reason and a metric label. */
enum bad_reason {
    BAD_NOT_JSON,
    BAD_TRUNCATED,
    BAD_TOO_DEEP,
    BAD_TOO_LARGE,
    BAD_TOO_MANY,
    BAD_COMPRESSION,
    BAD_HEADER,
    BAD_UNKNOWN_FORMAT,
    BAD_NO_TIME,
    BAD_TIME,
    BAD_N
};

const char *bad_reason_name(enum bad_reason reason);

enum {
    READER_MESSAGE_MAX = 16 << 20, /* bytes of one message */
    READER_RECORD_MAX = 1 << 20,   /* bytes of one record */
    READER_EVENTS_MAX = 100000,    /* records of one message */
    READER_DEPTH_MAX = 64,         /* JSON nesting */
    READER_ENVELOPES_MAX = 8,      /* envelopes around a record */
    READER_TEXT_MAX = 4096         /* bytes of one kept string; longer is cut at a code point */
};

#endif
