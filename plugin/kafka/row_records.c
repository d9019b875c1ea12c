/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows <-> records. Publishing takes the dirty mark first and reads the words afterwards, so a
 * change in between marks the row again (windows notes: bit, words, never the other way round).
 */
#include "plugin/kafka/row_records.h"

#include "detectors/windows/codec.h"

#include <stdlib.h>

enum { ROW_WORDS_MAX = 256, PART_WORDS = 32, ROWS_PER_EPOCH = 128 };

struct row_records {
    struct windows *windows;
    uint16_t fingerprint;
    uint32_t writer;
    /* publisher */
    uint64_t words[ROW_WORDS_MAX];
    uint8_t value[CODEC_VALUE_BYTES(ROW_WORDS_MAX)];
    /* replica */
    uint64_t merged[ROW_WORDS_MAX];
};

struct row_records *row_records_new(struct windows *windows, const struct hash_key *key,
                                    uint32_t writer)
{
    struct row_records *records = calloc(1, sizeof *records);
    uint64_t shape = CODEC_VERSION;

    if (!records)
        return NULL;
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        const struct layout *layout = windows_layout(t);
        const uint64_t words[] = {shape, layout->id, layout->version, layout->words_n};
        shape = hash_words(key, words, sizeof words / sizeof words[0]);
    }
    records->windows = windows;
    records->fingerprint = (uint16_t)shape;
    records->writer = writer;
    return records;
}

void row_records_free(struct row_records *records)
{
    free(records);
}

/* --- out --- */

/* What a part's callback needs to know of its row. */
struct taking {
    struct row_records *records;
    const struct table *table;
    uint64_t row_key;
    struct codec_head head;
    void *ctx;
    void (*put)(void *ctx, struct slice key, struct slice value);
};

static void put_words(struct taking *taking, uint16_t part, const uint64_t *words, size_t n)
{
    const struct layout *layout = table_layout(taking->table);
    const struct codec_key key = {
        .table = layout->id, .version = layout->version, .part = part, .key = taking->row_key};
    uint8_t key_bytes[CODEC_KEY_BYTES];
    struct row_records *records = taking->records;

    codec_key_write(&key, key_bytes);
    const size_t len = codec_value_write(&taking->head, words, n, records->value);
    taking->put(taking->ctx, (struct slice){(const char *)key_bytes, sizeof key_bytes},
                (struct slice){(const char *)records->value, len});
}

static void on_part(void *ctx, uint16_t part, const uint64_t words[static PART_WORDS])
{
    put_words(ctx, part, words, PART_WORDS);
}

static void take_row(struct taking *taking, unsigned t, uint32_t row)
{
    taking->row_key = table_key(taking->table, row);
    if (taking->row_key == 0)
        return; /* evicted since */
    taking->head.minute = table_minute(taking->table, row);
    taking->head.flags = table_promoted(taking->table, row) ? CODEC_PROMOTED : 0;
    row_copy(taking->table, row, taking->records->words);
    put_words(taking, 0, taking->records->words, table_layout(taking->table)->words_n);
    windows_take_parts(taking->records->windows, t, row, on_part, taking);
}

void row_records_take(struct row_records *records, unsigned reader, void *ctx,
                      void (*put)(void *ctx, struct slice key, struct slice value))
{
    struct taking taking = {
        .records = records,
        .head = {.fingerprint = records->fingerprint, .writer = records->writer},
        .ctx = ctx,
        .put = put,
    };

    for (unsigned t = 0; t < WINDOWS_N; t++) {
        struct table *table = records->windows->table[t];
        uint32_t cursor = 0, row = 0;
        bool more = table != NULL;
        taking.table = table;
        while (more) {
            table_epoch_enter(records->windows->epochs, reader);
            for (int i = 0; i < ROWS_PER_EPOCH && more; i++) {
                more = table_take_dirty(table, &cursor, &row);
                if (more)
                    take_row(&taking, t, row);
            }
            table_epoch_leave(records->windows->epochs, reader);
        }
    }
}

/* --- in --- */

static bool find_table(const struct codec_key *key, unsigned *ret_table)
{
    for (unsigned t = 0; t < WINDOWS_N; t++)
        if (windows_layout(t)->id == key->table) {
            *ret_table = t;
            return windows_layout(t)->version == key->version;
        }
    return false;
}

/* Older than its table remembers, by the newest event time known: it would only be swept again. */
static bool is_dead(const struct table *table, uint32_t minute)
{
    const int64_t age = (int64_t)table_watermark(table) - minute;

    return age * 60000 > table_layout(table)->ttl_ms;
}

static enum row_records_answer merge_words(struct row_records *records, unsigned t, uint16_t part,
                                           uint32_t row, bool own)
{
    struct table *table = records->windows->table[t];

    if (part == 0)
        return row_merge_all(table, row, records->merged) && !own ? ROW_RECORD_MORE
               : own                                              ? ROW_RECORD_OWN
                                                                  : ROW_RECORD_SAME;
    if (!windows_merge_part(records->windows, t, row, part, records->merged))
        return ROW_RECORD_REFUSED;
    return own ? ROW_RECORD_OWN : ROW_RECORD_SAME;
}

enum row_records_answer row_records_merge(struct row_records *records, struct slice key,
                                          struct slice value, unsigned *ret_table,
                                          uint32_t *ret_row)
{
    struct codec_key k;
    struct codec_head head;
    unsigned t = 0;

    if (!codec_key_read(key.ptr, key.len, &k))
        return ROW_RECORD_BAD;
    if (!find_table(&k, &t))
        return ROW_RECORD_FOREIGN;
    const size_t n = k.part == 0 ? windows_layout(t)->words_n : PART_WORDS;
    if (!codec_value_read(value.ptr, value.len, n, &head, records->merged))
        return ROW_RECORD_BAD;
    if (head.fingerprint != records->fingerprint)
        return ROW_RECORD_FOREIGN;
    struct table *table = records->windows->table[t];
    const bool own = head.writer == records->writer;
    const bool promoted = head.flags & CODEC_PROMOTED;
    /* Our own echo must not bring back what was evicted here. */
    if (is_dead(table, head.minute) || (own ? table_find(table, k.key) == TABLE_NONE
                                            : !table_admits(table, k.key, head.minute, promoted)))
        return ROW_RECORD_REFUSED;
    const uint32_t row = table_row(table, k.key, head.minute, promoted);
    if (row == TABLE_NONE)
        return ROW_RECORD_REFUSED;
    *ret_table = t;
    *ret_row = row;
    return merge_words(records, t, k.part, row, own);
}
