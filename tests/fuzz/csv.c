/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a CSV export, in two pieces: cells and rows begin in the text, in order, and are
 * bounded; one piece and two give the same.
 */
#include "plugin/files/csv.h"

#include <stdlib.h>

struct seen {
    size_t len;
    uint64_t last;
    uint64_t sum;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    struct seen *seen = ctx;
    if (bytes.len == 0 || bytes.len > READER_RECORD_MAX || offset < seen->last ||
        offset >= seen->len)
        abort();
    seen->last = offset;
    for (size_t i = 0; i < bytes.len; i++)
        seen->sum = seen->sum * 31 + (uint8_t)bytes.ptr[i];
}

static void on_bad(void *ctx, enum bad_reason reason, uint64_t offset)
{
    struct seen *seen = ctx;
    if (offset > seen->len)
        abort();
    seen->sum = seen->sum * 31 + reason + offset;
}

static uint64_t read_in(struct csv *csv, const uint8_t *data, size_t size, size_t first)
{
    struct seen seen = {.len = size};
    const struct files_sink sink = {&seen, on_message, on_bad};
    csv_feed(csv, (struct slice){(const char *)data, first}, 0, &sink);
    if (first < size && first > 0)
        csv_feed(csv, (struct slice){(const char *)data + first, size - first}, first, &sink);
    csv_end(csv, &sink);
    return seen.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct csv *csv;
    if (csv == NULL)
        csv = csv_new();
    if (size == 0 || csv == NULL)
        return 0;
    size_t first = 1 + data[0] % size;
    if (read_in(csv, data, size, size) != read_in(csv, data, size, first > size ? size : first))
        abort();
    return 0;
}
