/* SPDX-License-Identifier: Apache-2.0
 *
 * A batch of three records with outsiders' text in each and one byte of the second changed: what is
 * read begins where a record does, and of a sound record it is all. The first two bytes say where,
 * the third to what, the rest is the text.
 */
#include "tests/fuzz/reading.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 3, TEXT_MAX = 512, RECORD_MAX = 8 * TEXT_MAX };

struct batch {
    char text[RECORDS * RECORD_MAX];
    size_t len, begin[RECORDS], end[RECORDS];
    uint32_t next_index;
};

static void on_event(void *ctx, const struct event *ev)
{
    struct batch *batch = ctx;
    size_t i = 0;
    batch->next_index++;
    while (i < RECORDS && ev->offset != batch->begin[i])
        i++;
    fuzz_must(i < RECORDS);
    fuzz_must(i == 1 || ev->record.len == batch->end[i] - batch->begin[i]);
}

static void on_ignored(void *ctx, uint32_t index)
{
    fuzz_must(index == ((struct batch *)ctx)->next_index++);
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    fuzz_must(reason < BAD_N && offset <= ((struct batch *)ctx)->len);
    on_ignored(ctx, index);
}

static void put(struct batch *batch, const char *text)
{
    size_t len = strlen(text);
    memcpy(batch->text + batch->len, text, len);
    batch->len += len;
}

/* As a serialiser writes it. */
static void put_escaped(struct batch *batch, const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char out[8] = {(char)text[i]};
        if (text[i] < ' ')
            snprintf(out, sizeof(out), "\\u%04x", text[i]);
        else if (text[i] == '"' || text[i] == '\\')
            snprintf(out, sizeof(out), "\\%c", text[i]);
        put(batch, out);
    }
}

static void make(struct batch *batch, const uint8_t *text, size_t len)
{
    put(batch, "{\"records\":[");
    for (size_t i = 0; i < RECORDS; i++) {
        batch->begin[i] = batch->len;
        put(batch, "{\"category\":\"SignInLogs\",\"properties\":{\"createdDateTime\":"
                   "\"2025-03-04T05:06:07Z\",\"userAgent\":\"");
        put_escaped(batch, text, len);
        put(batch, "\",\"userPrincipalName\":\"");
        put_escaped(batch, text, len);
        put(batch, "\"},\"level\":4}");
        batch->end[i] = batch->len;
        put(batch, i + 1 < RECORDS ? "," : "]}");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reader *reader;
    static struct batch batch;
    if (reader == NULL)
        reader = reader_new(NULL);
    fuzz_must(reader != NULL);
    if (size < 3 || size - 3 > TEXT_MAX || data[2] == '\n')
        return 0;
    batch.len = batch.next_index = 0;
    make(&batch, data + 3, size - 3);
    size_t at = (data[0] | (size_t)data[1] << 8) % (batch.end[1] - batch.begin[1]);
    batch.text[batch.begin[1] + at] = (char)data[2];
    struct record_sink sink = {&batch, on_event, on_ignored, on_bad, fuzz_flush};
    reader_reset(reader);
    reader_read(reader, (struct slice){batch.text, batch.len}, &sink);
    return 0;
}
