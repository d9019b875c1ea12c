/* SPDX-License-Identifier: Apache-2.0
 *
 * What reading costs, in MB/s of one core: yajl with callbacks that do nothing, the tape, and all
 * the way to events, on one Entra sign-in record given again and again; what each envelope adds to
 * that; and what it saves to be told the format (hence what remembering it would).
 */
#include "parsers/json/json.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/paths.h"
#include "tests/bench/bare.h"
#include "tests/unit/wrapping.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 2000, TRIES = 50 };

static void tape(void *ctx, struct slice text)
{
    struct json *doc = ctx;
    doc->n = 0;
    if (json_read(doc, text, NULL).fault.reason != BAD_N)
        abort();
}

static size_t events;

static void on_event(void *ctx, const struct event *ev)
{
    (void)ctx;
    events += ev->has_ip;
}

static void on_ignored(void *ctx, uint32_t index)
{
    (void)ctx, (void)index;
    abort();
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    (void)ctx, (void)reason, (void)offset, (void)index;
    abort();
}

static void on_flush(void *ctx)
{
    (void)ctx;
}

static void full(void *ctx, struct slice text)
{
    static const struct record_sink sink = {NULL, on_event, on_ignored, on_bad, on_flush};
    reader_read(ctx, text, &sink);
    reader_reset(ctx);
}

struct stage {
    const char *name;
    void (*work)(void *, struct slice);
    void *ctx;
    struct slice text;
    double best_ns;
};

/* The stages take turns, so that a busy machine slows them alike. */
static void measure(struct stage *stages, size_t n)
{
    for (int i = 0; i < TRIES; i++) {
        for (size_t s = 0; s < n; s++) {
            double from = bare_seconds();
            for (int k = 0; k < ROUNDS; k++)
                stages[s].work(stages[s].ctx, stages[s].text);
            double ns = (bare_seconds() - from) * 1e9 / ROUNDS;
            if (i == 0 || ns < stages[s].best_ns)
                stages[s].best_ns = ns;
        }
    }
    for (size_t s = 0; s < n; s++) {
        double ns = stages[s].best_ns;
        struct slice text = stages[s].text;
        printf("%-24s %5.0f MB/s %6.2f us/record %6.3f ns/byte %5.2f of yajl\n", stages[s].name,
               (double)text.len * 1e3 / ns, ns / 1e3, ns / (double)text.len,
               ns / stages[0].best_ns);
    }
}

int main(void)
{
    static char buffer[65536];
    FILE *file = fopen("tests/data/entra/sign_in.json", "rb");
    if (file == NULL)
        return 1;
    struct slice text = {buffer, fread(buffer, 1, sizeof(buffer), file)};
    fclose(file);

    struct paths *paths = calloc(1, sizeof(*paths));
    struct arena *arena = arena_new(1 << 20);
    struct reader *reader = reader_new(NULL);
    struct json doc;
    if (paths == NULL || arena == NULL || reader == NULL)
        return 1;
    paths_init(paths);
    for (const struct parser *const *parser = parsers_all; *parser != NULL; parser++)
        paths_compile(paths, *parser);
    if (!json_init(&doc, &paths->keys, arena))
        return 1;
    printf("one Entra sign-in of %zu bytes, best of %d\n", text.len, TRIES);
    struct reader *only = reader_new(&parser_entra);
    if (only == NULL)
        return 1;
    struct stage stages[16] = {{"yajl, empty callbacks", bare_read, NULL, text, 0},
                               {"tape", tape, &doc, text, 0},
                               {"to events", full, reader, text, 0},
                               {"to events, format told", full, only, text, 0}};
    size_t n = 4;
    static const char *const names[] = {"hec",     "hec string", "eventbridge",     "message",
                                        "payload", "5424",       "string in string"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        for (size_t w = 0; w < WRAPPINGS_N; w++)
            if (strcmp(wrappings[w].name, names[i]) == 0)
                stages[n++] = (struct stage){names[i], full, reader, wrap(&wrappings[w], text), 0};
    measure(stages, n);
    for (size_t i = 4; i < n; i++)
        free((void *)(uintptr_t)stages[i].text.ptr);
    reader_free(only);
    json_done(&doc);
    arena_free(arena);
    reader_free(reader);
    free(paths);
    return 0;
}
