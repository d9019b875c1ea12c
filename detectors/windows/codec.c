/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of records; the format is drawn in codec.h.
 */
#include "detectors/windows/codec.h"

#include <string.h>

static void put(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

void codec_key_write(const struct codec_key *key, uint8_t ret[static CODEC_KEY_BYTES])
{
    ret[0] = key->table;
    ret[1] = key->version;
    put(ret + 2, key->part, 2);
    put(ret + 4, key->key, 8);
}

bool codec_key_read(const void *data, size_t len, struct codec_key *ret)
{
    const uint8_t *p = data;
    if (len != CODEC_KEY_BYTES)
        return false;
    *ret = (struct codec_key){p[0], p[1], (uint16_t)get(p + 2, 2), get(p + 4, 8)};
    return true;
}

size_t codec_value_write(const struct codec_head *head, const uint64_t *words, size_t n,
                         uint8_t *ret)
{
    uint8_t *bitmap = ret + CODEC_HEAD_BYTES, *to = bitmap + (n + 7) / 8;
    ret[0] = CODEC_VERSION;
    ret[1] = head->flags;
    put(ret + 2, head->fingerprint, 2);
    put(ret + 4, head->writer, 4);
    put(ret + 8, head->minute, 4);
    memset(bitmap, 0, (n + 7) / 8);
    for (size_t i = 0; i < n; i++) {
        if (words[i] == 0)
            continue;
        bitmap[i / 8] |= (uint8_t)(1u << i % 8);
        put(to, words[i], 8);
        to += 8;
    }
    return (size_t)(to - ret);
}

/* How many words the bitmap names; SIZE_MAX if it names one beyond n. */
static size_t bitmap_count(const uint8_t *bitmap, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < (n + 7) / 8 * 8; i++) {
        size_t bit = bitmap[i / 8] >> i % 8 & 1;
        if (bit && i >= n)
            return SIZE_MAX;
        count += bit;
    }
    return count;
}

bool codec_value_read(const void *data, size_t len, size_t n, struct codec_head *ret_head,
                      uint64_t *ret_words)
{
    const uint8_t *p = data;
    size_t fixed = CODEC_HEAD_BYTES + (n + 7) / 8;
    if (len < fixed || p[0] != CODEC_VERSION)
        return false;
    const uint8_t *bitmap = p + CODEC_HEAD_BYTES, *from = p + fixed;
    size_t count = bitmap_count(bitmap, n);
    if (count == SIZE_MAX || len - fixed != 8 * count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (get(from + 8 * i, 8) == 0)
            return false;
    for (size_t i = 0; i < n; i++) {
        bool there = bitmap[i / 8] >> i % 8 & 1;
        ret_words[i] = there ? get(from, 8) : 0;
        from += there ? 8 : 0;
    }
    *ret_head = (struct codec_head){p[1], (uint16_t)get(p + 2, 2), (uint32_t)get(p + 4, 4),
                                    (uint32_t)get(p + 8, 4)};
    return true;
}
