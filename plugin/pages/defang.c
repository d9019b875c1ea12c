/* SPDX-License-Identifier: Apache-2.0
 *
 * A run of letters, digits, dots, hyphens and colons is looked at as a whole: is it an address, a
 * name whose last part is letters, or neither?
 */
#include "plugin/pages/defang.h"

#include "parsers/values/ip.h"

static bool is_letter(char c)
{
    return slice_lower(c) >= 'a' && slice_lower(c) <= 'z';
}

static bool in_run(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '_';
}

/* The last label has two letters or more and nothing else: "evil.net", not "2.31". */
static bool is_name(struct slice run)
{
    size_t letters = 0;
    while (letters < run.len && is_letter(run.ptr[run.len - 1 - letters]))
        letters++;
    return letters >= 2 && letters < run.len && run.ptr[run.len - 1 - letters] == '.';
}

/* Full stops and colons that follow a word belong to the sentence. */
static struct slice without_end(struct slice run)
{
    while (run.len > 0 && (run.ptr[run.len - 1] == '.' || run.ptr[run.len - 1] == ':') &&
           !(run.len > 1 && run.ptr[run.len - 1] == ':' && run.ptr[run.len - 2] == ':'))
        run.len--;
    return run;
}

static void put_marked(struct slice run, char mark, bool only_first,
                       void (*put)(void *ctx, struct slice piece), void *ctx)
{
    const char text[3] = {'[', mark, ']'};
    size_t from = 0;
    for (size_t i = 0; i < run.len; i++) {
        if (run.ptr[i] != mark)
            continue;
        put(ctx, (struct slice){run.ptr + from, i - from});
        put(ctx, (struct slice){text, sizeof text});
        from = i + 1;
        if (only_first)
            break;
    }
    put(ctx, (struct slice){run.ptr + from, run.len - from});
}

/* What stands between colons: "https", "evil.net", "8080". */
static void put_part(struct slice part, void (*put)(void *ctx, struct slice piece), void *ctx)
{
    struct ip ip;
    if (slice_equal_nocase(part, SLICE("http")))
        put(ctx, SLICE("hxxp"));
    else if (slice_equal_nocase(part, SLICE("https")))
        put(ctx, SLICE("hxxps"));
    else
        put_marked(part, ip_parse(part, &ip) || is_name(part) ? '.' : '\0', false, put, ctx);
}

static void put_parts(struct slice run, void (*put)(void *ctx, struct slice piece), void *ctx)
{
    for (const char *colon; run.len > 0 && (colon = memchr(run.ptr, ':', run.len));) {
        size_t n = (size_t)(colon - run.ptr);
        put_part((struct slice){run.ptr, n}, put, ctx);
        put(ctx, SLICE(":"));
        run = (struct slice){colon + 1, run.len - n - 1};
    }
    put_part(run, put, ctx);
}

static void put_run(struct slice run, void (*put)(void *ctx, struct slice piece), void *ctx)
{
    struct slice core = without_end(run);
    struct ip ip;
    if (core.len > 0 && memchr(core.ptr, ':', core.len) && ip_parse(core, &ip))
        put_marked(core, ':', true, put, ctx);
    else
        put_parts(core, put, ctx);
    put(ctx, (struct slice){core.ptr + core.len, run.len - core.len});
}

void defang(struct slice text, void (*put)(void *ctx, struct slice piece), void *ctx)
{
    while (text.len > 0) {
        size_t n = 0;
        bool run = in_run(text.ptr[0]);
        while (n < text.len && in_run(text.ptr[n]) == run)
            n++;
        if (run)
            put_run((struct slice){text.ptr, n}, put, ctx);
        else
            put(ctx, (struct slice){text.ptr, n});
        text.ptr += n;
        text.len -= n;
    }
}
