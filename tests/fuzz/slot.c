/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a record of the windows topic -> decode -> merge into a row and its dense blocks.
 * Whatever comes must be refused, or merge twice as well as once and be written back as it was
 * read. Input: | key 12 | value |; the table has one of each kind of field.
 */
#include "detectors/windows/codec.h"
#include "detectors/windows/distinct.h"
#include "detectors/windows/places.h"
#include "detectors/windows/tokens.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 48, DENSE = 32, MINUTE = 29916666 };

static const struct field fields[] = {
    DISTINCT_FIELD("users", 0),
    PLACES_FIELD("places", 12, 8),
    TOKENS_FIELD("tokens", 20, 8),
    {.name = "marks", .first = 28, .words = 8, .join = JOIN_MAX},
    {.name = "flags", .first = 36, .words = 4, .join = JOIN_OR},
    {.name = "ranks", .first = 40, .words = 8, .join = JOIN_RANKS},
};
static const struct field *const sets[] = {&fields[0]};
static const struct layout layout = {.name = "fuzz",
                                     .id = 1,
                                     .version = 1,
                                     .words_n = WORDS,
                                     .fields = fields,
                                     .fields_n = sizeof fields / sizeof *fields,
                                     .ttl_ms = 86400000};
static const struct distinct_shape shape = {{300000, 3600000}, {6, 24}};

static void must(bool good)
{
    if (!good)
        abort();
}

static void merge_row(struct table *t, uint32_t row, const uint64_t *words)
{
    uint64_t once[WORDS], twice[WORDS];
    row_merge_all(t, row, words);
    row_copy(t, row, once);
    row_merge_all(t, row, words);
    row_copy(t, row, twice);
    must(memcmp(once, twice, sizeof once) == 0);
    must(!row_merge_all(t, row, once));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct table *t;
    static struct distinct_pool *pool;
    static struct table_epochs *epochs;
    struct codec_key key;
    struct codec_head head;
    uint64_t words[WORDS];
    uint8_t again[CODEC_VALUE_BYTES(WORDS)];
    if (!t) {
        t = table_new(&layout, 64);
        pool = distinct_pool_new(&shape, 8);
        epochs = table_epochs_new();
        must(t && pool && epochs && distinct_pool_attach(pool, t, sets, 1));
    }
    if (size < CODEC_KEY_BYTES || !codec_key_read(data, CODEC_KEY_BYTES, &key))
        return 0;
    size_t n = key.part ? DENSE : WORDS, len = size - CODEC_KEY_BYTES;
    if (!codec_value_read(data + CODEC_KEY_BYTES, len, n, &head, words))
        return 0;
    must(codec_value_write(&head, words, n, again) == len &&
         memcmp(again, data + CODEC_KEY_BYTES, len) == 0);
    table_collect(t, epochs, MINUTE);
    uint32_t row =
        table_row(t, key.key, head.minute % 2 ? MINUTE : head.minute, head.flags & CODEC_PROMOTED);
    if (row == TABLE_NONE)
        return 0;
    if (key.part)
        distinct_merge(pool, t, row, key.part, words);
    else
        merge_row(t, row, words);
    for (unsigned units = 1; units <= 24; units += 23)
        (void)distinct_count(pool, t, row, sets[0], 0, units > 1, units, (int64_t)MINUTE * 60000);
    (void)tokens_active_days(t, row, &fields[2], 0, 100000);
    return 0;
}
