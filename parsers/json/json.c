/* SPDX-License-Identifier: Apache-2.0
 *
 * yajl's callbacks fill the tape. While a value that nobody wants is read, the callbacks for
 * scalars and keys are taken out of yajl's table, so that it neither calls nor decodes; that makes
 * skipping cheaper than a table of empty callbacks.
 *
 * The only file of parsers/ that knows yajl.
 */
#include "parsers/json/json.h"

#include "parsers/json/json_token.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

/* yajl decodes a string with escapes in a buffer that doubles; 4 MiB of text need 8. A longer one
 * ends its message as too_large. The pages are taken from the system only when touched. */
enum { REGION_BYTES = 12 << 20 };

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
};

#define NO_NODE UINT32_MAX

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
     * number of backslashes before them, the opening quote has none and may be the first byte of
     * all. */
    const char *last = here(run) - 1;
    for (text = last; text - 1 > run->begin && (text[-1] != '"' || text[-2] == '\\');)
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

/* Where reading failed. Only yajl's words tell what kind of place it says it stopped at. */
static const char *refused(const struct run *run)
{
    const char *at = here(run);
    unsigned char *said = yajl_get_error(run->yajl, 0, NULL, 0);
    const char *words = said != NULL ? (const char *)said : "";
    if (strncmp(words, "lexical", 7) == 0)
        return strstr(words, "invalid char in json text") != NULL ? at - 1 : at;
    return json_refused_token((struct slice){run->begin, (size_t)(run->end - run->begin)}, at,
                              strstr(words, "after key and value") != NULL);
}

static void run_yajl(struct run *run)
{
    struct region *region = &run->doc->region;
    yajl_alloc_funcs memory = {region_malloc, region_realloc, region_free, region};
    jmp_buf full;
    region->full = &full;
    if (setjmp(full) != 0) {
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
    struct region region = doc->region; /* of the document around this one, if any */
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
    doc->region = region;
    return (struct json_value){.root = run.first,
                               .end = run.end,
                               .complete = run.done,
                               .streamed = run.streamed,
                               .stopped = run.stopped,
                               .depth = run.depth,
                               .element = run.record,
                               .stream_depth = run.stream_depth,
                               .fault = run.fault};
}

bool json_init(struct json *doc, const struct keys *keys, struct arena *arena)
{
    *doc = (struct json){.keys = keys, .arena = arena};
    doc->nodes = calloc(JSON_NODES_MAX, sizeof(*doc->nodes));
    doc->region = (struct region){.bytes = malloc(REGION_BYTES), .capacity = REGION_BYTES};
    return doc->nodes != NULL && doc->region.bytes != NULL;
}

void json_done(struct json *doc)
{
    free(doc->nodes);
    free(doc->region.bytes);
}
