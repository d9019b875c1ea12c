/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as JSON: the tape must hold together, every text must be readable, every string
 * openable.
 */
#include "parsers/json/json.h"
#include "parsers/reader/paths.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t read_all(struct json *doc, uint32_t root)
{
    uint8_t sum = 0;
    uint32_t end = doc->nodes[root].next;
    must(end <= doc->n);
    for (uint32_t i = root; i < end; i++) {
        const struct json_node *node = &doc->nodes[i];
        must(node->next > i && node->next <= end);
        must(node->type >= JSON_OBJECT || node->next == i + 1);
        struct slice text = json_node_text(doc, i);
        for (size_t k = 0; k < text.len; k++)
            sum = (uint8_t)(sum + (uint8_t)text.ptr[k]);
        for (uint32_t k = 0; k < node->name_len; k++)
            sum = (uint8_t)(sum + (uint8_t)node->name[k]);
        uint32_t opened = json_open(doc, i);
        if (opened != 0 && node->type == JSON_STRING)
            sum = (uint8_t)(sum + read_all(doc, opened)); /* JSON_OPENED_MAX deep at most */
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct paths paths;
    static struct arena *arena;
    static struct json doc;
    if (arena == NULL) {
        paths_init(&paths);
        for (const struct parser *const *parser = parsers_all; *parser != NULL; parser++)
            paths_compile(&paths, *parser);
        arena = arena_new(4 << 20);
        must(arena != NULL && json_init(&doc, &paths.keys, arena));
    }
    if (size == 0 || (data[0] != '{' && data[0] != '['))
        return 0;
    arena_reset(arena);
    doc.n = 0;
    const char *text = (const char *)data;
    struct json_value value = json_read(&doc, (struct slice){text, size}, NULL);
    must(value.end >= text && value.end <= text + size);
    must(value.complete || value.fault.reason != BAD_N);
    must(value.fault.reason == BAD_N || (value.fault.at >= text && value.fault.at <= text + size));
    static volatile uint8_t sum;
    if (value.fault.reason == BAD_N)
        sum = read_all(&doc, value.root);
    (void)sum;
    return 0;
}
