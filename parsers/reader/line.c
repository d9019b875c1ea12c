/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines on the tape. The nodes are those that json.c would make of {"name":"value",...}.
 */
#include "parsers/reader/line.h"

static struct json_node *push(struct json *doc, enum json_type type, struct slice text)
{
    if (doc->n >= JSON_NODES_MAX) {
        doc->starved = true;
        return NULL;
    }
    struct json_node *node = &doc->nodes[doc->n++];
    *node = (struct json_node){
        .text = text.ptr, .len = (uint32_t)text.len, .next = doc->n, .type = (uint8_t)type};
    return node;
}

uint32_t line_begin(struct json *doc, struct slice text)
{
    struct json_node *node = push(doc, JSON_OBJECT, text);
    if (node == NULL)
        return 0;
    node->child = doc->n;
    return doc->n - 1;
}

void line_end(struct json *doc, uint32_t root)
{
    doc->nodes[root].next = doc->n;
}

void line_add(struct line *line, struct slice name, struct slice value)
{
    uint16_t key = keys_find(line->doc->keys, name.ptr, name.len);
    uint64_t bit = UINT64_C(1) << key % 64;
    if (key == 0 || value.ptr == NULL || (line->added[key / 64] & bit) != 0)
        return;
    line->added[key / 64] |= bit;
    struct json_node *node = push(line->doc, JSON_STRING, value);
    if (node == NULL)
        return;
    node->key = key;
    node->name = name.ptr;
    node->name_len = (uint32_t)name.len;
}

char *line_text(struct line *line, size_t len)
{
    char *text = arena_text(line->doc->arena, len);
    line->doc->starved |= text == NULL;
    return text;
}
