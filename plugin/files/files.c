/* SPDX-License-Identifier: Apache-2.0
 *
 * Files to messages. Two halves: a source gives plain bytes whatever the file is, and a window
 * slides over them and is emptied at the cuts.
 *
 *   file --read--> in[] --inflate or copy--> window | taken | ...... message ...... | rest |
 */
#include "plugin/files/files.h"

#include "plugin/files/utf16.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { IN_BYTES = 64 << 10, WINDOW_BYTES = READER_MESSAGE_MAX + 1 };

struct source {
    int fd;
    bool gzip, ended;       /* ended: the file is, not what is in in[] */
    bool member_open;       /* inside a gzip member */
    size_t in_at, in_n;     /* what of in[] is still to be used */
    uint64_t given;         /* bytes given out */
    uint64_t member_start;  /* value of `given` where the current member began */
    enum bad_reason broken; /* BAD_N: sound so far */
    int error;              /* negative errno of read */
};

struct files {
    z_stream z;
    struct source src;
    struct utf16 utf16;
    bool is_utf16;
    unsigned char in[IN_BYTES];
    char *window;
    size_t len;      /* bytes in the window */
    uint64_t offset; /* of the window's first byte in the text */
    bool skipping;   /* what is in the window belongs to a text that was too large */
};

struct files *files_new(void)
{
    struct files *files = calloc(1, sizeof *files);
    if (!files)
        return NULL;
    files->window = malloc(WINDOW_BYTES);
    if (!files->window || inflateInit2(&files->z, 15 + 16) != Z_OK) {
        free(files->window);
        free(files);
        return NULL;
    }
    return files;
}

void files_free(struct files *files)
{
    if (!files)
        return;
    inflateEnd(&files->z);
    free(files->window);
    free(files);
}

/* Gets more of the file behind what is left in in[]. */
static void source_more(struct files *files)
{
    struct source *s = &files->src;
    memmove(files->in, files->in + s->in_at, s->in_n);
    s->in_at = 0;
    ssize_t n;
    do
        n = read(s->fd, files->in + s->in_n, sizeof files->in - s->in_n);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        s->error = -errno;
    s->ended = n <= 0;
    if (n > 0)
        s->in_n += (size_t)n;
}

/* At the start of the file, and where a member ended: what follows? False at the end. Anything that
 * is not a member after one is broken, zeros apart: tapes and some tools pad with them. */
static bool member_begins(struct files *files)
{
    struct source *s = &files->src;
    for (;;) {
        while (s->in_n > 0 && files->in[s->in_at] == 0) {
            s->in_at++;
            s->in_n--;
        }
        if (s->in_n >= 2 || s->ended)
            break;
        source_more(files);
    }
    if (s->in_n == 0)
        return false;
    s->member_start = s->given;
    if (s->in_n < 2 || files->in[s->in_at] != 0x1F || files->in[s->in_at + 1] != 0x8B) {
        s->broken = BAD_COMPRESSION;
        return false;
    }
    inflateReset(&files->z);
    s->member_open = true;
    return true;
}

/* Inflates into `to` until it is full or the file ends; returns bytes written. */
static size_t source_inflate(struct files *files, char *to, size_t cap)
{
    struct source *s = &files->src;
    size_t start = cap;
    while (cap > 0 && s->broken == BAD_N && s->error == 0) {
        if (!s->member_open && !member_begins(files))
            break;
        if (s->in_n == 0 && !s->ended)
            source_more(files);
        files->z.next_in = files->in + s->in_at;
        files->z.avail_in = (uInt)s->in_n;
        files->z.next_out = (Bytef *)to;
        files->z.avail_out = (uInt)cap;
        int result = inflate(&files->z, Z_NO_FLUSH);
        s->in_at += s->in_n - files->z.avail_in;
        s->in_n = files->z.avail_in;
        size_t n = cap - files->z.avail_out;
        to += n;
        cap -= n;
        s->given += n;
        if (result == Z_STREAM_END)
            s->member_open = false;
        else if (result == Z_BUF_ERROR && s->ended)
            s->broken = BAD_TRUNCATED;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            s->broken = BAD_COMPRESSION;
    }
    return start - cap;
}

static size_t source_copy(struct files *files, char *to, size_t cap)
{
    struct source *s = &files->src;
    if (s->in_n == 0 && !s->ended)
        source_more(files);
    size_t n = s->in_n < cap ? s->in_n : cap;
    memcpy(to, files->in + s->in_at, n);
    s->in_at += n;
    s->in_n -= n;
    s->given += n;
    return n;
}

static size_t source_bytes(void *ctx, char *to, size_t cap)
{
    struct files *files = ctx;
    return files->src.gzip ? source_inflate(files, to, cap) : source_copy(files, to, cap);
}

/* Fills the window up to `want` bytes; false if the text ended before. */
static bool window_fill(struct files *files, size_t want)
{
    while (files->len < want) {
        char *to = files->window + files->len;
        size_t n = files->is_utf16 ? utf16_read(&files->utf16, to, want - files->len)
                                   : source_bytes(files, to, want - files->len);
        if (n == 0)
            return false;
        files->len += n;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does a record end before this line end, and another begin after it? The next byte must be there.
 */
static bool is_cut(const char *window, size_t newline)
{
    char next = window[newline + 1];
    if (is_blank(next) || next == '}' || next == ']' || next == ',')
        return false;
    size_t at = newline;
    while (at > 0 && is_blank(window[at - 1]))
        at--;
    return at > 0 && !memchr("{[:,", window[at - 1], 4);
}

/* The length of the longest beginning that ends at a cut, 0 if there is none. */
static size_t last_cut(const char *window, size_t len)
{
    for (size_t n = len > 0 ? len - 1 : 0; n > 0;) {
        const char *lf = memrchr(window, '\n', n);
        if (!lf)
            return 0;
        n = (size_t)(lf - window);
        if (is_cut(window, n))
            return n + 1;
    }
    return 0;
}

/* The same for the shortest one that ends at or after `from`. */
static size_t first_cut(const char *window, size_t from, size_t len)
{
    while (from + 1 < len) {
        const char *lf = memchr(window + from, '\n', len - 1 - from);
        if (!lf)
            return 0;
        from = (size_t)(lf - window);
        if (is_cut(window, from++))
            return from;
    }
    return 0;
}

static void window_drop(struct files *files, size_t n)
{
    files->len -= n;
    files->offset += n;
    memmove(files->window, files->window + n, files->len);
}

static void hand_over(struct files *files, size_t n, const struct files_sink *sink)
{
    if (n > 0 && !files->skipping)
        sink->message(sink->ctx, (struct slice){files->window, n}, files->offset);
    files->skipping = false;
    window_drop(files, n);
}

/* The end of the text. Of a broken member only whole lines are worth reading. */
static void finish(struct files *files, const struct files_sink *sink)
{
    const struct source *s = &files->src;
    size_t n = files->len;
    if (s->broken != BAD_N) {
        const char *lf = n > 0 ? memrchr(files->window, '\n', n) : NULL;
        n = lf ? (size_t)(lf - files->window) + 1 : 0;
    }
    hand_over(files, n, sink);
    if (s->broken != BAD_N)
        sink->bad(sink->ctx, s->broken, s->broken == BAD_COMPRESSION ? s->member_start : s->given);
}

/* Where the next message ends, 0: with the text, or nowhere yet. *ret_more: there is more to read.
 */
static size_t next_cut(struct files *files, bool *ret_more)
{
    *ret_more = window_fill(files, FILES_CUT + 1);
    if (files->skipping)
        return first_cut(files->window, 0, files->len);
    if (files->len <= FILES_CUT)
        return 0;
    size_t cut = last_cut(files->window, FILES_CUT + 1);
    if (cut > 0)
        return cut;
    *ret_more = window_fill(files, WINDOW_BYTES);
    return first_cut(files->window, FILES_CUT, files->len);
}

static bool is_gzip(const void *bytes, size_t n)
{
    return n >= 2 && memcmp(bytes, "\x1F\x8B", 2) == 0;
}

/* gzip in gzip has no lines to be cut at: all of it is one message or none. */
static void read_packed(struct files *files, const struct files_sink *sink)
{
    const struct source *s = &files->src;
    bool more = window_fill(files, WINDOW_BYTES);
    if (more)
        sink->bad(sink->ctx, BAD_TOO_LARGE, 0);
    else if (s->broken != BAD_N)
        sink->bad(sink->ctx, s->broken, s->broken == BAD_COMPRESSION ? s->member_start : s->given);
    else
        hand_over(files, files->len, sink);
}

static void read_all(struct files *files, const struct files_sink *sink)
{
    if (window_fill(files, 2) && utf16_begins(&files->utf16, files->window)) {
        files->is_utf16 = true;
        files->len = 0;
    }
    if (files->src.gzip && window_fill(files, 2) && is_gzip(files->window, 2)) {
        read_packed(files, sink);
        return;
    }
    for (;;) {
        bool more = false;
        size_t cut = next_cut(files, &more);
        if (cut > 0) {
            hand_over(files, cut, sink);
            continue;
        }
        if (!more)
            break;
        if (!files->skipping)
            sink->bad(sink->ctx, BAD_TOO_LARGE, files->offset);
        files->skipping = true;
        /* Two bytes stay: a cut may lie between what is here and what comes. */
        window_drop(files, files->len - 2);
    }
    finish(files, sink);
}

static void begin(struct files *files, int fd)
{
    files->src = (struct source){.fd = fd, .broken = BAD_N};
    files->len = 0;
    files->offset = 0;
    files->skipping = files->is_utf16 = false;
    files->utf16.ctx = files;
    files->utf16.read = source_bytes;
    while (files->src.in_n < 2 && !files->src.ended)
        source_more(files);
    files->src.gzip = is_gzip(files->in, files->src.in_n);
}

int files_read(struct files *files, const char *path, const struct files_sink *sink)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    begin(files, fd);
    read_all(files, sink);
    if (!standard)
        close(fd);
    return files->src.error;
}
