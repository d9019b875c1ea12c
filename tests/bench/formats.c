/* SPDX-License-Identifier: Apache-2.0
 *
 * What each format costs: all golden inputs of a format as one message, read all the way to events
 * by a reader that has to recognise them, beside yajl with empty callbacks over the same bytes in
 * the same run. For lines of text there is no yajl, so theirs is held against the mean of yajl over
 * the JSON formats, byte for byte. Golden inputs are shorter than real records and hold more that
 * is odd, so these are upper bounds of the cost of a byte.
 */
#include "parsers/reader/parser.h"
#include "tests/bench/bare.h"

#include <glob.h>
#include <stdio.h>

enum { TEXT_MAX = 1 << 16, BYTES_A_TRY = 1 << 20, TRIES = 20, FORMATS_MAX = 64 };

struct format {
    const char *name;
    struct slice text;
    bool lines;
    uint64_t records;
    double read_ns, yajl_ns; /* the best of all tries, for one reading of the text */
};

static void on_event(void *ctx, const struct event *ev)
{
    (void)ctx, (void)ev;
}

static void on_ignored(void *ctx, uint32_t index)
{
    (void)ctx, (void)index;
}

static void on_bad(void *ctx, enum bad_reason reason, size_t offset, uint32_t index)
{
    (void)ctx, (void)reason, (void)offset, (void)index;
}

static void on_flush(void *ctx)
{
    (void)ctx;
}

static void read_events(void *ctx, struct slice text)
{
    static const struct record_sink sink = {NULL, on_event, on_ignored, on_bad, on_flush};
    reader_read(ctx, text, &sink);
    reader_reset(ctx);
}

/* Adds the files of a pattern, a line break behind each. */
static size_t add_files(const char *name, const char *ending, char text[static TEXT_MAX],
                        size_t len)
{
    char pattern[128];
    glob_t paths;
    snprintf(pattern, sizeof(pattern), "tests/data/%s/*.%s", name, ending);
    if (glob(pattern, 0, NULL, &paths) != 0)
        return len;
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        FILE *file = fopen(paths.gl_pathv[i], "rb");
        if (file == NULL)
            abort();
        len += fread(text + len, 1, TEXT_MAX - 1 - len, file);
        text[len++] = '\n';
        fclose(file);
        if (len >= TEXT_MAX - 1)
            abort(); /* more room is needed */
    }
    globfree(&paths);
    return len;
}

static struct format format_of(const char *name, struct reader *reader)
{
    char *text = malloc(TEXT_MAX);
    if (text == NULL)
        abort();
    size_t json = add_files(name, "json", text, 0), len = add_files(name, "log", text, json);
    struct format format = {.name = name, .text = {text, len}, .lines = json < len};
    uint64_t before = reader_counts(reader)->records;
    read_events(reader, format.text);
    format.records = reader_counts(reader)->records - before;
    if (format.records == 0)
        abort();
    return format;
}

static double best_of(double best, void (*work)(void *, struct slice), void *ctx, struct slice text)
{
    size_t rounds = BYTES_A_TRY / text.len + 1;
    double from = bare_seconds();
    for (size_t k = 0; k < rounds; k++)
        work(ctx, text);
    double ns = (bare_seconds() - from) * 1e9 / (double)rounds;
    return best == 0 || ns < best ? ns : best;
}

static void print(const struct format *format, double yajl_ns_a_byte)
{
    double bytes = (double)format->text.len;
    double yajl_ns = format->lines ? yajl_ns_a_byte * bytes : format->yajl_ns;
    printf("%-12s %6zu bytes %4llu records %5.0f MB/s %6.2f us/record %5.2f of yajl%s\n",
           format->name, format->text.len, (unsigned long long)format->records,
           bytes * 1e3 / format->read_ns, format->read_ns / 1e3 / (double)format->records,
           format->read_ns / yajl_ns, format->lines ? "'s mean" : "");
}

int main(void)
{
    static struct format formats[FORMATS_MAX];
    struct reader *reader = reader_new(NULL);
    size_t n = 0;
    double yajl_ns = 0, yajl_bytes = 0;
    if (reader == NULL)
        return 1;
    for (; parsers_all[n] != NULL && n < FORMATS_MAX; n++)
        formats[n] = format_of(parsers_all[n]->name, reader);
    /* All take turns, so that a busy machine slows them alike. */
    for (int i = 0; i < TRIES; i++) {
        for (struct format *f = formats; f < formats + n; f++) {
            f->read_ns = best_of(f->read_ns, read_events, reader, f->text);
            if (!f->lines)
                f->yajl_ns = best_of(f->yajl_ns, bare_read, NULL, f->text);
        }
    }
    for (size_t i = 0; i < n; i++) {
        yajl_ns += formats[i].yajl_ns;
        yajl_bytes += formats[i].lines ? 0 : (double)formats[i].text.len;
    }
    printf("golden inputs to events, best of %d; yajl mean %.0f MB/s\n", TRIES,
           yajl_bytes * 1e3 / yajl_ns);
    for (size_t i = 0; i < n; i++) {
        print(&formats[i], yajl_ns / yajl_bytes);
        free((void *)(uintptr_t)formats[i].text.ptr);
    }
    reader_free(reader);
    return 0;
}
