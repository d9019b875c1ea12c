/* SPDX-License-Identifier: Apache-2.0
 *
 * For the fuzz targets of formats: one reader for all inputs, and what must hold for any of them.
 */
#ifndef TESTS_FUZZ_READING_H
#define TESTS_FUZZ_READING_H

#include "parsers/reader/parser.h"

#include <stdlib.h>

struct fuzz_counts {
    size_t len, events, ignored, bads;
    uint32_t next_index;
    uint8_t sum; /* keeps the reads of texts from being thrown away */
};

static inline void fuzz_must(bool holds)
{
    if (!holds)
        abort();
}

static inline void fuzz_text(struct fuzz_counts *counts, struct slice text)
{
    fuzz_must(text.ptr != NULL || text.len == 0);
    fuzz_must(text.len <= READER_TEXT_MAX);
    for (size_t i = 0; i < text.len; i++)
        counts->sum = (uint8_t)(counts->sum + (uint8_t)text.ptr[i]);
}

static inline void fuzz_event(void *ctx, const struct event *ev)
{
    struct fuzz_counts *counts = ctx;
    const struct slice texts[] = {ev->tenant,   ev->user,      ev->code,         ev->app_id,
                                  ev->app,      ev->client,    ev->protocol,     ev->user_agent,
                                  ev->session,  ev->device,    ev->token_id,     ev->operation,
                                  ev->event_id, ev->mail.rule, ev->mail.mailbox, ev->mail.folder};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fuzz_text(counts, texts[i]);
    fuzz_must(ev->mail.destinations_n <= EVENT_DESTINATIONS_MAX);
    fuzz_must(ev->mail.words_n <= EVENT_WORDS_MAX);
    for (size_t i = 0; i < ev->mail.destinations_n; i++)
        fuzz_text(counts, ev->mail.destinations[i]);
    for (size_t i = 0; i < ev->mail.words_n; i++)
        fuzz_text(counts, ev->mail.words[i]);
    fuzz_must(ev->index == counts->next_index++ && ev->offset < counts->len);
    fuzz_must(ev->kind < KIND_N && ev->outcome < OUTCOME_N && ev->reason < REASON_N);
    fuzz_must(ev->reason != REASON_NONE || ev->kind != KIND_SIGN_IN ||
              ev->outcome != OUTCOME_SUCCESS);
    counts->events++;
}

static inline void fuzz_ignored(void *ctx, uint32_t index)
{
    struct fuzz_counts *counts = ctx;
    fuzz_must(index == counts->next_index++);
    counts->ignored++;
}

static inline void fuzz_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    struct fuzz_counts *counts = ctx;
    fuzz_must(reason < BAD_N && offset <= counts->len && index == counts->next_index++);
    counts->bads++;
}

static inline void fuzz_flush(void *ctx)
{
    (void)ctx;
}

/* Reads one input with a reader that is kept. */
static inline int fuzz_read_with(struct reader *reader, const uint8_t *data, size_t size)
{
    bool packed = size >= 2 && data[0] == 0x1F && data[1] == 0x8B; /* offsets are of the text */
    struct fuzz_counts counts = {.len = packed ? READER_MESSAGE_MAX : size};
    struct record_sink sink = {&counts, fuzz_event, fuzz_ignored, fuzz_bad, fuzz_flush};
    uint64_t before = reader_counts(reader)->records;
    reader_reset(reader);
    reader_read(reader, (struct slice){(const char *)data, size}, &sink);
    fuzz_must(reader_counts(reader)->records - before ==
              counts.events + counts.ignored + counts.bads);
    return 0;
}

/* The same with the parser of that name. */
static inline int fuzz_read(const char *name, const uint8_t *data, size_t size)
{
    static struct reader *reader;
    if (reader == NULL)
        reader = reader_new(parsers_find(slice_of(name)));
    fuzz_must(reader != NULL);
    return fuzz_read_with(reader, data, size);
}

#endif
