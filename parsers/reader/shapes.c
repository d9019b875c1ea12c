/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes. Runs only for records that become no event, on at most SHAPE_NAMES of their names.
 */
#include "parsers/reader/shapes.h"

#include "parsers/values/text.h"

enum { SHAPE_NAMES = 256, SHAPE_VALUE = 48 };

static uint64_t hash_of(struct slice name)
{
    uint64_t h = 0xCBF29CE484222325u; /* FNV-1a, then mixed: the sum of plain ones would collide */
    for (size_t i = 0; i < name.len && i < 64; i++)
        h = (h ^ (uint8_t)slice_lower(name.ptr[i])) * 0x100000001B3u;
    h = (h ^ h >> 31) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* Appends what is printable and cannot end a quoted text; the rest becomes a question mark: an
 * example is for reading. */
static void put(struct reader_shape *shape, size_t *len, struct slice text)
{
    for (size_t i = 0; i < text.len && *len + 1 < sizeof(shape->example); i++) {
        char c = text.ptr[i];
        shape->example[(*len)++] = c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?';
    }
    shape->example[*len] = '\0';
}

static void shape_of_object(struct reader_shape *shape, const struct json *doc, uint32_t object)
{
    const struct json_node *nodes = doc->nodes;
    unsigned names = 0;
    size_t len = 0;
    shape->format = NULL;
    shape->hash = 1;
    put(shape, &len, SLICE("{"));
    for (uint32_t i = object + 1; i < nodes[object].next && names < SHAPE_NAMES;
         i = nodes[i].next) {
        struct slice name = {nodes[i].name, nodes[i].name_len};
        if (name.ptr == NULL)
            continue; /* JSON opened from a string meanwhile */
        shape->hash += hash_of(name);
        if (names++ > 0)
            put(shape, &len, SLICE(", "));
        put(shape, &len, name);
    }
    put(shape, &len, SLICE("}"));
}

void shape_of_node(struct reader_shape *shape, const struct json *doc, uint32_t node)
{
    static const char *const types[] = {
        [JSON_NULL] = "null",     [JSON_FALSE] = "false",   [JSON_TRUE] = "true",
        [JSON_NUMBER] = "number", [JSON_STRING] = "string", [JSON_ARRAY] = "array"};
    uint8_t type = doc->nodes[node].type;
    if (type == JSON_OBJECT) {
        shape_of_object(shape, doc, node);
        return;
    }
    size_t len = 0;
    shape->format = NULL;
    shape->hash = 2 + type;
    put(shape, &len, slice_of(types[type]));
}

void shape_of_line(struct reader_shape *shape, struct slice tag)
{
    if (tag.len > 64)
        tag.len = 64;
    size_t len = 0;
    shape->format = NULL;
    shape->hash = hash_of(tag);
    put(shape, &len, SLICE("text"));
    if (tag.len > 0) {
        put(shape, &len, SLICE(" of "));
        put(shape, &len, tag);
    }
}

/* Keeps apart what the same values at other places, or of another format, would mix up. */
static uint64_t hash_after(uint64_t hash, struct slice value)
{
    return hash * 31 + hash_of(value);
}

void shape_of_ignored(struct reader_shape *shape, const struct record *record)
{
    const struct parser *parser = record->parser->parser;
    uint64_t hash = 0;
    size_t len = 0;
    for (unsigned i = 0; i < PARSER_TELLS && (i == 0 || parser->tells[i] != 0); i++) {
        struct slice value = text_cut(record_text(record, parser->tells[i]), SHAPE_VALUE);
        hash = hash_after(hash, value);
        if (value.len == 0)
            continue;
        if (len > 0)
            put(shape, &len, SLICE(" / "));
        put(shape, &len, value);
    }
    if (len == 0) {
        shape_of_node(shape, record->doc, record->root);
        hash = shape->hash;
    }
    shape->format = parser->name;
    shape->hash = hash_after(hash, slice_of(parser->name));
}
