/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: on which days something (a place, a network, a client) was seen with a user: what is
 *   familiar. Time is cut into fixed epochs of 32 days and the epoch is part of the identity: a
 *   rank by newest day would change as the word grows, and joining would not be associative.
 * Who may call what at once: everything, any thread. Progress, ordering: as row_merge.
 * What when full: the K newest (epoch, key) stay; with K tokens newer than the one asked for it is
 *   forgotten, which makes the user less familiar, never more.
 *
 *   | epoch since 2015, 9 | key 23 | days of the epoch, 32 bits |      a TOP field with OR payload
 *
 * A day is event time / 86,400,000, counted from 1970. Days before 2015 or after 2059 are dropped.
 */
#ifndef DETECTORS_WINDOWS_TOKENS_H
#define DETECTORS_WINDOWS_TOKENS_H

#include "detectors/windows/table.h"

enum {
    TOKEN_DAY_MS = 86400000,
    TOKEN_EPOCH_DAYS = 32,
    TOKEN_FAMILIAR_DAYS = 3,
    TOKEN_LOOK_BACK = 30
};

#define TOKENS_FIELD(name_, first_, words_)                                                        \
    {                                                                                              \
        .name = (name_), .first = (first_), .words = (words_), .join = JOIN_TOP,                   \
        .payload = PAYLOAD_OR, .payload_bits = 32                                                  \
    }

/* key: a 64-bit hash of what was seen (with its kind in it), of which the top 23 bits are kept: one
 * in 8 million other things passes for it. */
enum word_result tokens_add(struct table *table, uint32_t row, const struct field *field,
                            uint64_t key, int64_t time_ms);

/* Different days in [from_day, to_day) on which the key was seen. */
unsigned tokens_days(const struct table *table, uint32_t row, const struct field *field,
                     uint64_t key, int64_t from_day, int64_t to_day);

/* Different days in [from_day, to_day) on which anything was seen. */
unsigned tokens_active_days(const struct table *table, uint32_t row, const struct field *field,
                            int64_t from_day, int64_t to_day);

/* Seen on at least TOKEN_FAMILIAR_DAYS of the TOKEN_LOOK_BACK days before cut_day. */
bool tokens_familiar_at(const struct table *table, uint32_t row, const struct field *field,
                        uint64_t key, int64_t cut_day);

#endif
