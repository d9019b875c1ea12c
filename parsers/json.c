/* SPDX-License-Identifier: Apache-2.0
 *
 * yajl's callbacks fill the tape. While a value that nobody wants is read, the callbacks for
 * scalars and keys are taken out of yajl's table, so that it neither calls nor decodes; that makes
 * skipping cheaper than a table of empty callbacks.
 *
 * The only file of parsers/ that knows yajl.
 */
#include "parsers/json.h"

#include <setjmp.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>

/* yajl decodes a string with escapes in a buffer that doubles; 4 MiB of text need 8. A longer one
 * ends its message as too_large. The pages are taken from the system only when touched. */
enum { REGION_BYTES = 12 << 20, ALIGN = 16 };

/* What a level of nesting keeps of its members. */
enum keep { KEEP_WANTED, KEEP_NAMES, KEEP_ALL };

struct level {
    uint32_t node;
    bool is_object;
    enum keep keep;
};

/* One call of json_read. */
struct run {
    struct json *doc;
    yajl_handle yajl;
    yajl_callbacks calls;
    const struct json_stream *stream;
    const char *begin, *end;
    const char *record;        /* where the record being read begins */
    struct json_fault fault;   /* of that record */
    struct json_fault outside; /* of what stands around a streamed array */
    uint32_t first;            /* tape before this run */
    uint32_t mark;             /* tape before the streamed element */
    uint32_t depth, skip_depth, stream_depth;
    uint32_t unlisted; /* node whose children are being skipped, or NO_NODE */
    uint16_t key;
    const char *name;
    uint32_t name_len;
    bool skip_value, escaped, done, streamed, stopped;
    struct level levels[READER_DEPTH_MAX + 2];
    jmp_buf full; /* the region is used up */
};

#define NO_NODE UINT32_MAX

/* ---- yajl's memory: a stack of pieces, each after a word that holds its size ---- */

static void *region_malloc(void *ctx, size_t bytes)
{
    struct run *run = ctx;
    struct json *doc = run->doc;
    size_t need = ALIGN + (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if (need > REGION_BYTES - doc->region_used)
        longjmp(run->full, 1);
    char *piece = doc->region + doc->region_used;
    doc->region_used += need;
    *(size_t *)(void *)piece = need - ALIGN;
    return piece + ALIGN;
}

static void region_free(void *ctx, void *at)
{
    struct json *doc = ((struct run *)ctx)->doc;
    if (at == NULL)
        return;
    size_t size = *(size_t *)(void *)((char *)at - ALIGN);
    if ((char *)at + size == doc->region + doc->region_used)
        doc->region_used = (size_t)((char *)at - ALIGN - doc->region);
}

static void *region_realloc(void *ctx, void *at, size_t bytes)
{
    if (at == NULL)
        return region_malloc(ctx, bytes);
    size_t size = *(size_t *)(void *)((char *)at - ALIGN);
    if (bytes <= size)
        return at;
    struct json *doc = ((struct run *)ctx)->doc;
    if ((char *)at + size == doc->region + doc->region_used) {
        doc->region_used -= ALIGN + size; /* the last piece grows in place */
        return region_malloc(ctx, bytes);
    }
    /* Small pieces (yajl's stack grows by 128 bytes) get room to grow, so that they move seldom. */
    char *moved = region_malloc(ctx, bytes < 4096 ? 4096 : bytes < 65536 ? bytes * 2 : bytes);
    memcpy(moved, at, size);
    return moved;
}

/* ---- building ---- */

/* Just behind the token that yajl has read. */
static const char *here(const struct run *run)
{
    return run->begin + yajl_get_bytes_consumed(run->yajl);
}

static bool borrowed(const struct run *run, const char *text)
{
    return (uintptr_t)text >= (uintptr_t)run->begin && (uintptr_t)text < (uintptr_t)run->end;
}

static void spoil(struct run *run, enum bad_reason reason, const char *at)
{
    if (run->fault.reason == BAD_N)
        run->fault = (struct json_fault){reason, at};
}

static const yajl_callbacks calls_build;

static void skip_begin(struct run *run)
{
    run->skip_depth = run->depth;
    run->calls.yajl_string = NULL;
    run->calls.yajl_number = NULL;
    run->calls.yajl_boolean = NULL;
    run->calls.yajl_null = NULL;
    run->calls.yajl_map_key = NULL;
}

static uint32_t push(struct run *run, enum json_type type, const char *text, size_t len)
{
    struct json *doc = run->doc;
    if (doc->n == JSON_NODES_MAX) {
        spoil(run, BAD_TOO_LARGE, run->record);
        return NO_NODE;
    }
    const struct level *level = &run->levels[run->depth];
    struct json_node *node = &doc->nodes[doc->n];
    *node = (struct json_node){.text = text,
                               .len = (uint32_t)len,
                               .next = doc->n + 1,
                               .type = (uint8_t)type,
                               .escaped = run->escaped};
    run->escaped = false;
    if (level->is_object) {
        node->key = run->key;
        node->name = run->name;
        node->name_len = run->name_len;
    }
    return doc->n++;
}

/* A value at the present depth is complete. */
static bool finish(struct run *run, uint32_t node, const char *end)
{
    struct json *doc = run->doc;
    if (run->depth == 0) {
        run->done = true;
    } else if (run->stream_depth != 0 && run->depth == run->stream_depth) {
        if (end - run->record > READER_RECORD_MAX)
            spoil(run, BAD_TOO_LARGE, run->record);
        run->stopped = !run->stream->element(run->stream->ctx, node, run->record, run->fault);
        run->fault.reason = BAD_N;
        doc->n = run->mark;
        return !run->stopped;
    }
    return true;
}

static bool wanted(struct run *run)
{
    if (!run->skip_value)
        return true;
    run->skip_value = false;
    return false;
}

static void scalar_begins(struct run *run, const char *at)
{
    if (run->stream_depth != 0 && run->depth == run->stream_depth)
        run->record = at;
}

static int add_scalar(struct run *run, enum json_type type, const char *text, size_t len)
{
    scalar_begins(run, type == JSON_STRING ? text - 1 : text);
    uint32_t node = push(run, type, text, len);
    return finish(run, node, text + len);
}

static int on_null(void *ctx)
{
    struct run *run = ctx;
    return !wanted(run) || add_scalar(run, JSON_NULL, here(run) - 4, 4);
}

static int on_boolean(void *ctx, int value)
{
    struct run *run = ctx;
    size_t len = value ? 4 : 5;
    return !wanted(run) || add_scalar(run, value ? JSON_TRUE : JSON_FALSE, here(run) - len, len);
}

static int on_number(void *ctx, const char *text, size_t len)
{
    struct run *run = ctx;
    return !wanted(run) || add_scalar(run, JSON_NUMBER, text, len);
}

static int on_string(void *ctx, const unsigned char *bytes, size_t len)
{
    struct run *run = ctx;
    if (!wanted(run))
        return 1;
    const char *text = (const char *)bytes;
    if (len == 0)
        text = here(run) - 1;
    if (borrowed(run, text))
        return add_scalar(run, JSON_STRING, text, len);
    /* yajl decoded it, into a buffer of its own: go back to the text. All quotes in it have an odd
     * number of backslashes before them, the opening quote has none. */
    const char *last = here(run) - 1;
    for (text = last; text[-1] != '"' || text[-2] == '\\';)
        text--;
    run->escaped = true;
    return add_scalar(run, JSON_STRING, text, (size_t)(last - text));
}

static int on_key(void *ctx, const unsigned char *bytes, size_t len)
{
    struct run *run = ctx;
    const struct level *level = &run->levels[run->depth];
    run->key = keys_find(run->doc->keys, (const char *)bytes, len);
    if (run->key == 0 && level->keep == KEEP_WANTED) {
        run->skip_value = true;
        return 1;
    }
    run->name = (const char *)bytes;
    run->name_len = (uint32_t)len;
    if (!borrowed(run, run->name)) {
        char *copy = arena_text(run->doc->arena, len);
        if (copy == NULL) {
            run->doc->starved = true;
            run->name_len = 0;
        } else {
            run->name = memcpy(copy, bytes, len);
        }
    }
    return 1;
}

/* True if the array that just opened is handed out element by element. */
static bool stream_opens(struct run *run)
{
    const struct json_stream *stream = run->stream;
    bool member = run->depth == 2 && run->levels[1].is_object;
    if (member) /* so far, for the stream to look at */
        run->doc->nodes[run->first].next = run->doc->n;
    if (member && run->key == 0)
        return false;
    if (stream == NULL || run->stream_depth != 0 || (run->depth != 1 && !member) ||
        !stream->opens(stream->ctx, run->first, member ? run->key : 0))
        return false;
    run->outside = run->fault;
    run->fault.reason = BAD_N;
    run->stream_depth = run->depth;
    run->mark = run->doc->n;
    run->streamed = true;
    run->levels[run->depth] = (struct level){.node = NO_NODE};
    return true;
}

static enum keep keep_of(const struct run *run, bool is_object)
{
    const struct level *parent = &run->levels[run->depth - 1];
    if (run->depth == run->stream_depth + 1)
        return KEEP_NAMES; /* the record itself: an unknown member may be a wrapper's */
    if (is_object && parent->is_object && run->key != 0 && run->doc->keys->list[run->key])
        return KEEP_ALL;
    return KEEP_WANTED;
}

static int open_container(struct run *run, bool is_object)
{
    const char *at = here(run) - 1;
    if (++run->depth > READER_DEPTH_MAX) {
        spoil(run, BAD_TOO_DEEP, at);
        if (run->depth > JSON_GIVE_UP_DEPTH)
            return 0;
    }
    if (run->skip_depth != 0)
        return 1;
    if (!wanted(run) || run->depth > READER_DEPTH_MAX) {
        skip_begin(run);
        return 1;
    }
    if (!is_object && stream_opens(run))
        return 1;
    if (run->depth == run->stream_depth + 1)
        run->record = at;

    const struct level *parent = &run->levels[run->depth - 1];
    bool unlisted =
        run->depth > 1 && parent->is_object && parent->keep == KEEP_NAMES && run->key == 0;
    enum keep keep = keep_of(run, is_object);
    run->depth--; /* the node is a member of the level around it */
    uint32_t node = push(run, is_object ? JSON_OBJECT : JSON_ARRAY, at, 0);
    run->depth++;
    if (node != NO_NODE)
        run->doc->nodes[node].child = node + 1;
    run->levels[run->depth] = (struct level){node, is_object, keep};
    if (node == NO_NODE || unlisted) {
        run->unlisted = node;
        skip_begin(run);
    }
    return 1;
}

static int close_container(struct run *run)
{
    const char *end = here(run);
    uint32_t depth = run->depth--;
    uint32_t node = NO_NODE;
    if (run->skip_depth != 0) {
        if (depth > run->skip_depth)
            return 1;
        run->skip_depth = 0;
        run->calls = calls_build;
        node = run->unlisted;
        run->unlisted = NO_NODE;
    } else {
        node = run->levels[depth].node;
    }
    if (depth == run->stream_depth) { /* the streamed array itself */
        run->stream_depth = 0;
        run->fault = run->outside;
    }
    if (node != NO_NODE) {
        run->doc->nodes[node].next = run->doc->n;
        run->doc->nodes[node].len = (uint32_t)(end - run->doc->nodes[node].text);
    }
    return finish(run, node, end);
}

static int on_open_object(void *ctx)
{
    return open_container(ctx, true);
}

static int on_open_array(void *ctx)
{
    return open_container(ctx, false);
}

static int on_close(void *ctx)
{
    return close_container(ctx);
}

static const yajl_callbacks calls_build = {.yajl_null = on_null,
                                           .yajl_boolean = on_boolean,
                                           .yajl_number = on_number,
                                           .yajl_string = on_string,
                                           .yajl_start_map = on_open_object,
                                           .yajl_map_key = on_key,
                                           .yajl_end_map = on_close,
                                           .yajl_start_array = on_open_array,
                                           .yajl_end_array = on_close};

/* ---- running yajl ---- */

/* The byte that yajl refused. It only says where it stopped: for a token in the wrong place that is
 * behind the token, for an unknown character behind that. */
static const char *refused(const struct run *run)
{
    const char *at = here(run);
    unsigned char *said = yajl_get_error(run->yajl, 0, NULL, 0);
    bool lexical = said != NULL && strncmp((const char *)said, "lexical", 7) == 0;
    if (lexical && strstr((const char *)said, "invalid char in json text") == NULL)
        return at;
    if (at > run->begin)
        at--;
    if (lexical)
        return at;
    if (*at == '"') {
        while (at > run->begin && (at[-1] != '"' || (at - run->begin > 1 && at[-2] == '\\')))
            at--;
        return at > run->begin ? at - 1 : at;
    }
    while (at > run->begin && *at != '\0' && strchr("{}[]:,", *at) == NULL &&
           strchr("{}[]:,\" \t\r\n", at[-1]) == NULL)
        at--;
    return at;
}

static void run_yajl(struct run *run)
{
    yajl_alloc_funcs memory = {region_malloc, region_realloc, region_free, run};
    if (setjmp(run->full) != 0) {
        run->outside = run->fault;
        run->fault = (struct json_fault){BAD_TOO_LARGE, run->record};
        run->end = run->record;
        return;
    }
    run->yajl = yajl_alloc(&run->calls, &memory, run);
    yajl_config(run->yajl, yajl_dont_validate_strings, 1);
    yajl_config(run->yajl, yajl_allow_trailing_garbage, 1);
    size_t len = (size_t)(run->end - run->begin);
    yajl_status status = yajl_parse(run->yajl, (const unsigned char *)run->begin, len);
    if (status == yajl_status_error)
        run->fault = (struct json_fault){BAD_NOT_JSON, refused(run)};
    else if (status == yajl_status_ok && !run->done)
        run->fault = (struct json_fault){BAD_TRUNCATED, run->end};
    else if (run->done && run->fault.reason == BAD_N && !run->streamed &&
             here(run) - run->begin > READER_RECORD_MAX)
        run->fault = (struct json_fault){BAD_TOO_LARGE, run->begin};
    if (status == yajl_status_ok)
        run->end = run->done ? here(run) : run->end;
    else
        run->end = status == yajl_status_error ? run->fault.at : here(run);
}

struct json_value json_read(struct json *doc, struct slice text, const struct json_stream *stream)
{
    size_t region_used = doc->region_used;
    struct run run;
    run.doc = doc;
    run.calls = calls_build;
    run.stream = stream;
    run.begin = run.record = text.ptr;
    run.end = text.ptr + text.len;
    run.fault = run.outside = (struct json_fault){BAD_N, NULL};
    run.first = doc->n;
    run.mark = run.depth = run.skip_depth = run.stream_depth = run.name_len = 0;
    run.unlisted = NO_NODE;
    run.key = 0;
    run.name = NULL;
    run.skip_value = run.escaped = run.done = run.streamed = run.stopped = false;
    run.levels[0] = (struct level){.node = NO_NODE};
    run_yajl(&run);
    doc->region_used = region_used;
    return (struct json_value){.root = run.first,
                               .end = run.end,
                               .complete = run.done,
                               .streamed = run.streamed,
                               .stopped = run.stopped,
                               .fault = run.fault};
}

bool json_init(struct json *doc, const struct keys *keys, struct arena *arena)
{
    *doc = (struct json){.keys = keys, .arena = arena};
    doc->nodes = calloc(JSON_NODES_MAX, sizeof(*doc->nodes));
    doc->region = malloc(REGION_BYTES);
    return doc->nodes != NULL && doc->region != NULL;
}

void json_done(struct json *doc)
{
    free(doc->nodes);
    free(doc->region);
}

/* ---- reading the tape ---- */

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return value;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(lead[more] | code >> (6 * more));
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> (6 * more) & 0x3F));
    return to;
}

/* One \uXXXX or a surrogate pair at `p`, behind the u; a lone surrogate becomes U+FFFD. yajl's own
 * decoder would make it "?" or broken UTF-8. Returns the first byte behind. */
static const char *decode_unicode(const char *p, const char *end, char **to)
{
    uint32_t code = hex4(p);
    p += 4;
    if (code >= 0xD800 && code < 0xE000) {
        uint32_t low = 0;
        if (code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u')
            low = hex4(p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            p += 6;
        } else {
            code = 0xFFFD;
        }
    }
    *to = put_utf8(*to, code);
    return p;
}

/* The text is known to be well formed, and decoding never makes it longer. */
static size_t decode(const char *p, const char *end, char *to)
{
    char *begin = to;
    while (p < end) {
        if (*p != '\\') {
            *to++ = *p++;
            continue;
        }
        p++;
        char c = *p++;
        static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
        const char *at = strchr(from, c);
        if (c == 'u')
            p = decode_unicode(p, end, &to);
        else
            *to++ = at ? into[at - from] : c;
    }
    return (size_t)(to - begin);
}

struct slice json_node_text(struct json *doc, uint32_t index)
{
    struct json_node *node = &doc->nodes[index];
    if (node->escaped) {
        char *to = arena_text(doc->arena, node->len);
        if (to == NULL) {
            doc->starved = true;
            return (struct slice){NULL, 0};
        }
        node->len = (uint32_t)decode(node->text, node->text + node->len, to);
        node->text = to;
        node->escaped = false;
    }
    return (struct slice){node->text, node->len};
}

uint32_t json_open(struct json *doc, uint32_t index)
{
    struct json_node *node = &doc->nodes[index];
    if (node->type >= JSON_OBJECT)
        return index;
    if (node->type != JSON_STRING || node->opened >= JSON_OPENED_MAX)
        return 0;
    if (node->tried)
        return node->child;
    node->tried = true;
    struct slice text = json_node_text(doc, index);
    while (text.len > 0 && (uint8_t)*text.ptr <= ' ') {
        text.ptr++;
        text.len--;
    }
    if (text.len < 2 || (*text.ptr != '{' && *text.ptr != '['))
        return 0;
    uint32_t before = doc->n;
    struct json_value value = json_read(doc, text, NULL);
    bool whole = value.fault.reason == BAD_N;
    for (const char *p = value.end; whole && p < text.ptr + text.len; p++)
        whole = (uint8_t)*p <= ' ';
    if (!whole) {
        doc->n = before;
        return 0;
    }
    for (uint32_t i = before; i < doc->n; i++)
        doc->nodes[i].opened = (node->opened + 1u) & 3u;
    return node->child = value.root;
}
