/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text as a flat document, the "tape": a node is followed by its children, and `next` jumps
 * over them. Only wanted keys get nodes (parsers/json/keys.h); the rest is checked for syntax and
 * forgotten.
 *
 *   {"a":{"b":1},"c":[2]}   ->   0    object  next 5
 *                                1  a   object  next 3
 *                                2   b  1
 *                                3  c   array   next 5
 *                                4      2
 *
 * yajl does the tokenising, over memory of ours; nothing is allocated after json_new. Strings
 * borrow the text and are decoded into the arena only when somebody asks for one that has escapes.
 */
#ifndef PARSERS_JSON_JSON_H
#define PARSERS_JSON_JSON_H

#include "parsers/json/keys.h"
#include "parsers/json/limits.h"
#include "parsers/json/region.h"
#include "parsers/values/arena.h"

enum {
    JSON_NODES_MAX = 16384, /* of one record; more is too_large. A sign-in has about 100 */
    JSON_GIVE_UP_DEPTH =
        8192,           /* deeper than READER_DEPTH_MAX spoils its record, this its message */
    JSON_OPENED_MAX = 3 /* JSON in a string in a string in a string */
};

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_OBJECT,
    JSON_ARRAY
};

struct json_node {
    const char *text; /* as in the input: a string without its quotes, an object with its braces */
    const char *name; /* its key, NULL in an array */
    uint32_t len, name_len;
    uint32_t next;      /* the node after this one and all its children */
    uint32_t child;     /* first child; of a string: where its JSON was opened, 0 if not */
    uint16_t key;       /* id of its key, 0 if nobody asked for that */
    uint8_t type;       /* enum json_type */
    bool escaped : 1;   /* the text has escapes not yet decoded */
    bool tried : 1;     /* opening it as JSON was tried */
    uint8_t opened : 4; /* how many strings around it were opened */
};

/* What went wrong and where, a pointer into the text; BAD_N: nothing. */
struct json_fault {
    enum bad_reason reason;
    const char *at;
};

/* Takes the elements of arrays that are handed out while the rest is still unread. */
struct json_stream {
    void *ctx;
    /* An array opens, as the whole text or as member `key` of the outermost object, whose earlier
     * members are on the tape from node `root`: true to have its elements one by one. */
    bool (*opens)(void *ctx, uint32_t root, uint16_t key);
    /* One element; its nodes are gone afterwards. False stops reading. With a fault the nodes are
     * not complete and `text` only says where it began. */
    bool (*element)(void *ctx, uint32_t node, const char *text, struct json_fault fault);
};

struct json {
    struct json_node *nodes;
    uint32_t n;
    const struct keys *keys;
    struct arena *arena;
    bool
        starved; /* the arena was full: a text is missing from the answers since this was cleared */
    struct region region; /* yajl's memory */
};

/* One value that was read. */
struct json_value {
    uint32_t root;           /* its node; meaningless when streamed as a whole array */
    const char *end;         /* where reading stopped */
    bool complete;           /* reading stopped behind the value, not inside it */
    bool streamed;           /* an array of it was handed out */
    bool stopped;            /* the stream's taker wanted no more */
    uint32_t depth;          /* levels that were open where reading stopped */
    const char *element;     /* the element that was being read, where depth > stream_depth */
    uint32_t stream_depth;   /* the array handed out is the innermost of so many; 0: not in one */
    struct json_fault fault; /* the value as a whole: not JSON, truncated, too deep, too large */
};

/* False: out of memory. */
bool json_init(struct json *doc, const struct keys *keys, struct arena *arena);
void json_done(struct json *doc);

/* Reads the one value at the start of `text`, which begins with {, [ or ". The tape is appended to;
 * whoever calls sets doc->n back. `stream` may be NULL. */
struct json_value json_read(struct json *doc, struct slice text, const struct json_stream *stream);

/* The text of a string (decoded), number or literal; of an object or array as written. */
struct slice json_node_text(struct json *doc, uint32_t node);

/* The node itself if it is an object or array; a string that holds one is opened, once; else 0. */
uint32_t json_open(struct json *doc, uint32_t node);

#endif
