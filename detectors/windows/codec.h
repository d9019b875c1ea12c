/* SPDX-License-Identifier: Apache-2.0
 *
 * Purpose: words of a row, or of a part of one, <-> the bytes of a record of the windows topic. All
 *   numbers little-endian. Pure functions; any thread; no allocation.
 *
 *   key:    | table 1 | layout version 1 | part 2 | key 8 |       part 0: the row itself
 *   value:  | 1 | flags 1 | fingerprint 2 | writer 4 | newest minute 4 | bitmap of words that are
 *             not 0, 1 bit each, rounded up to bytes | those words, 8 each |
 *
 * Reading accepts exactly what writing produces: another length, a bit beyond the words, or a word
 * 0 is refused. A flipped bit elsewhere gives other words; they merge by the same joins as any.
 */
#ifndef DETECTORS_WINDOWS_CODEC_H
#define DETECTORS_WINDOWS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CODEC_VERSION = 1, CODEC_KEY_BYTES = 12, CODEC_HEAD_BYTES = 12 };
enum codec_flag { CODEC_PROMOTED = 1 };

/* The most bytes that n words take. */
#define CODEC_VALUE_BYTES(n) (CODEC_HEAD_BYTES + ((size_t)(n) + 7) / 8 + 8 * (size_t)(n))

struct codec_key {
    uint8_t table, version;
    uint16_t part;
    uint64_t key;
};

struct codec_head {
    uint8_t flags;
    uint16_t fingerprint; /* of the group's geometry: words of another are not ours */
    uint32_t writer;      /* which instance */
    uint32_t minute;      /* newest event time in the row */
};

void codec_key_write(const struct codec_key *key, uint8_t ret[static CODEC_KEY_BYTES]);
bool codec_key_read(const void *data, size_t len, struct codec_key *ret);

/* Returns the bytes written; ret has room for CODEC_VALUE_BYTES(n). */
size_t codec_value_write(const struct codec_head *head, const uint64_t *words, size_t n,
                         uint8_t *ret);

/* False: refused, nothing is written. n: how many words the layout has. */
bool codec_value_read(const void *data, size_t len, size_t n, struct codec_head *ret_head,
                      uint64_t *ret_words);

#endif
