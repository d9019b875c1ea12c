/* SPDX-License-Identifier: Apache-2.0
 *
 * libyaml's events -> nodes with places. The only file that knows libyaml. Recursion is bounded by
 * YAML_DEPTH_MAX; the event interface is used because the document one resolves aliases, which lets
 * a file of a few lines become gigabytes.
 */
#include "config/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    const char *file, *text;
    size_t len;
    struct keep *keep;
    struct diag *diag;
    size_t nodes;
    unsigned depth;
};

static struct diag_place place(const struct reader *r, yaml_mark_t mark)
{
    return (struct diag_place){r->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* Bytes that are no UTF-8 are refused before they are tokens: libyaml then knows only their offset.
 */
static struct diag_place place_of_offset(const struct reader *r, size_t offset)
{
    struct diag_place at = {r->file, 1, 1};
    for (size_t i = 0; i < offset && i < r->len; i++) {
        at.column += (r->text[i] & 0xc0) != 0x80; /* characters, not bytes */
        if (r->text[i] == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return at;
}

/* Whether the character at that place is a tab, the most frequent mistake of all. */
static bool is_tab(const struct reader *r, yaml_mark_t mark)
{
    size_t i = 0, column = 0;
    for (size_t line = 0; i < r->len && line < mark.line; i++)
        line += r->text[i] == '\n';
    for (; i < r->len && column < mark.column; i++)
        column += i + 1 == r->len || (r->text[i + 1] & 0xc0) != 0x80;
    return i < r->len && r->text[i] == '\t';
}

static void syntax_error(const struct reader *r)
{
    const yaml_parser_t *p = &r->parser; /* its problem is NULL for lack of memory alone */
    if (p->error == YAML_READER_ERROR)
        diag_error(r->diag, place_of_offset(r, p->problem_offset), "%s", p->problem);
    else if (p->error == YAML_MEMORY_ERROR)
        diag_error(r->diag, (struct diag_place){.file = r->file}, "out of memory");
    else
        diag_error(r->diag, place(r, p->problem_mark), "%s%s%s%s", p->problem,
                   p->context ? " " : "", p->context ? p->context : "",
                   is_tab(r, p->problem_mark) ? "; indent with spaces, not tabs" : "");
}

static bool next_event(struct reader *r, yaml_event_t *ev)
{
    if (yaml_parser_parse(&r->parser, ev))
        return true;
    syntax_error(r);
    return false;
}

static struct yaml_node *node_new(struct reader *r, enum yaml_kind kind, struct diag_place at)
{
    if (++r->nodes > YAML_NODES_MAX) {
        diag_error(r->diag, at, "more than %d values in one file", (int)YAML_NODES_MAX);
        return NULL;
    }
    struct yaml_node *node = keep_alloc(r->keep, sizeof *node);
    if (node) {
        node->kind = kind;
        node->at = at;
    }
    return node;
}

/* Names are not repeated: this may be a password that begins with such a mark. */
static void refuse_extras(const struct reader *r, const yaml_event_t *ev, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    const struct diag_place at = place(r, ev->start_mark);
    if (anchor)
        diag_error(r->diag, at, "anchors are not supported; quote a text that begins with \"&\"");
    if (tag)
        diag_error(r->diag, at, "tags are not supported; quote a text that begins with \"!\"");
}

/* A scalar's text, kept. NULL after an error if it holds a NUL, which C text cannot, or no memory.
 */
static const char *text_of(const struct reader *r, const yaml_event_t *ev)
{
    const char *value = (const char *)ev->data.scalar.value;
    const size_t len = ev->data.scalar.length;
    if (memchr(value, '\0', len)) {
        diag_error(r->diag, place(r, ev->start_mark), "a text must not contain a NUL character");
        return NULL;
    }
    return keep_text(r->keep, value, len);
}

static struct yaml_node *scalar_read(struct reader *r, const yaml_event_t *ev)
{
    refuse_extras(r, ev, ev->data.scalar.anchor, ev->data.scalar.tag);
    struct yaml_node *node = node_new(r, YAML_SCALAR, place(r, ev->start_mark));
    if (!node)
        return NULL;
    node->text = text_of(r, ev);
    if (!node->text)
        node->kind = YAML_BAD;
    else if (ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
             (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0))
        node->kind = YAML_NULL;
    return r->keep->failed ? NULL : node;
}

static struct yaml_node *node_read(struct reader *r, yaml_event_t *ev);

static struct yaml_node *list_read(struct reader *r, const yaml_event_t *start)
{
    refuse_extras(r, start, start->data.sequence_start.anchor, start->data.sequence_start.tag);
    struct yaml_node *list = node_new(r, YAML_LIST, place(r, start->start_mark));
    struct yaml_node **end = list ? &list->first : NULL;
    yaml_event_t ev;
    while (list && next_event(r, &ev)) {
        if (ev.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&ev);
            return list;
        }
        *end = node_read(r, &ev);
        if (!*end)
            return NULL;
        end = &(*end)->next;
        list->n++;
    }
    return NULL;
}

/* Reads the key that ev begins. False: give up. *ret_key stays NULL for a key that was refused. */
static bool key_read(struct reader *r, yaml_event_t *ev, const char **ret_key)
{
    if (ev->type == YAML_SCALAR_EVENT) {
        refuse_extras(r, ev, ev->data.scalar.anchor, ev->data.scalar.tag);
        *ret_key = text_of(r, ev);
        yaml_event_delete(ev);
        return !r->keep->failed;
    }
    if (ev->type != YAML_ALIAS_EVENT)
        diag_error(r->diag, place(r, ev->start_mark), "a key must be plain text");
    return node_read(r, ev) != NULL;
}

static int compare_keys(const void *a, const void *b)
{
    const struct yaml_node *const *x = a, *const *y = b;
    const int order = strcmp((*x)->key, (*y)->key);
    if (order != 0)
        return order;
    const struct diag_place p = (*x)->key_at, q = (*y)->key_at;
    return p.line != q.line ? (p.line < q.line ? -1 : 1) : (p.column < q.column ? -1 : 1);
}

/* A key given twice keeps its first value. Sorted, so that a large map costs n log n. */
static bool refuse_duplicates(struct reader *r, struct yaml_node *map)
{
    if (map->n < 2)
        return true;
    struct yaml_node **sorted = malloc(map->n * sizeof(struct yaml_node *));
    if (!sorted) {
        r->keep->failed = true;
        return false;
    }
    size_t n = 0;
    for (struct yaml_node *child = map->first; child; child = child->next)
        sorted[n++] = child;
    qsort(sorted, n, sizeof *sorted, compare_keys);
    const struct yaml_node *first = sorted[0];
    for (size_t i = 1; i < n; i++) {
        if (strcmp(first->key, sorted[i]->key) != 0) {
            first = sorted[i];
            continue;
        }
        diag_error(r->diag, sorted[i]->key_at, "key \"%.80s\" is given twice, first in line %u",
                   first->key, first->key_at.line);
        sorted[i]->kind = YAML_BAD;
    }
    free(sorted);
    return true;
}

static struct yaml_node *map_read(struct reader *r, const yaml_event_t *start)
{
    refuse_extras(r, start, start->data.mapping_start.anchor, start->data.mapping_start.tag);
    struct yaml_node *map = node_new(r, YAML_MAP, place(r, start->start_mark));
    struct yaml_node **end = map ? &map->first : NULL;
    yaml_event_t ev;
    while (map && next_event(r, &ev)) {
        if (ev.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&ev);
            return refuse_duplicates(r, map) ? map : NULL;
        }
        const struct diag_place key_at = place(r, ev.start_mark);
        const char *key = NULL;
        if (!key_read(r, &ev, &key) || !next_event(r, &ev))
            return NULL;
        struct yaml_node *value = node_read(r, &ev);
        if (!value)
            return NULL;
        if (!key)
            continue;
        value->key = key;
        value->key_at = key_at;
        *end = value;
        end = &value->next;
        map->n++;
    }
    return NULL;
}

/* Reads the node that ev begins, and takes ev. NULL: give up. */
static struct yaml_node *node_read(struct reader *r, yaml_event_t *ev)
{
    struct yaml_node *node = NULL;
    const struct diag_place at = place(r, ev->start_mark);
    if (r->depth == YAML_DEPTH_MAX) {
        diag_error(r->diag, at, "more than %d levels deep", (int)YAML_DEPTH_MAX);
        yaml_event_delete(ev);
        return NULL;
    }
    r->depth++;
    if (ev->type == YAML_SEQUENCE_START_EVENT) {
        node = list_read(r, ev);
    } else if (ev->type == YAML_MAPPING_START_EVENT) {
        node = map_read(r, ev);
    } else if (ev->type == YAML_SCALAR_EVENT) {
        node = scalar_read(r, ev);
    } else { /* an alias: the parser lets nothing else stand here */
        diag_error(r->diag, at, "aliases are not supported; quote a text that begins with \"*\"");
        node = node_new(r, YAML_BAD, at);
    }
    r->depth--;
    yaml_event_delete(ev);
    return node;
}

/* STREAM-START [DOCUMENT-START node DOCUMENT-END] STREAM-END */
static struct yaml_node *stream_read(struct reader *r)
{
    struct yaml_node *root = NULL;
    yaml_event_t ev;
    while (next_event(r, &ev)) {
        const yaml_event_type_t type = ev.type;
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_END_EVENT) {
            yaml_event_delete(&ev);
        } else if (type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(&ev);
            return root ? root : node_new(r, YAML_NULL, (struct diag_place){r->file, 1, 1});
        } else if (type == YAML_DOCUMENT_START_EVENT) {
            if (root)
                diag_error(r->diag, place(r, ev.start_mark),
                           "a config is one document, not several");
            yaml_event_delete(&ev); /* clears the mark too */
            if (root)
                return root;
        } else if (!(root = node_read(r, &ev))) {
            return NULL;
        }
    }
    return NULL;
}

struct yaml_node *yaml_read(const char *file, const char *text, size_t len, struct keep *keep,
                            struct diag *diag)
{
    struct reader r = {.file = file, .text = text, .len = len, .keep = keep, .diag = diag};
    if (len > YAML_BYTES_MAX) {
        diag_error(diag, (struct diag_place){.file = file}, "larger than 1 MiB");
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        keep->failed = true;
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    struct yaml_node *root = stream_read(&r);
    yaml_parser_delete(&r.parser);
    return root;
}
