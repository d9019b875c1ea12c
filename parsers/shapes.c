/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting shapes. Runs only for records that are refused, on at most SHAPE_NAMES of their names.
 */
#include "parsers/shapes.h"

enum { SHAPE_NAMES = 256 };

static uint64_t hash_of(struct slice name)
{
    uint64_t h = 0xCBF29CE484222325u; /* FNV-1a, then mixed: the sum of plain ones would collide */
    for (size_t i = 0; i < name.len && i < 64; i++)
        h = (h ^ (uint8_t)slice_lower(name.ptr[i])) * 0x100000001B3u;
    h = (h ^ h >> 31) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* Appends what is printable; an example is for reading, so the rest becomes a question mark. */
static void put(struct reader_shape *row, size_t *len, struct slice text)
{
    for (size_t i = 0; i < text.len && *len + 1 < sizeof(row->example); i++) {
        char c = text.ptr[i];
        row->example[(*len)++] = c >= ' ' && c <= '~' ? c : '?';
    }
    row->example[*len] = '\0';
}

/* The row of a shape; *ret_new if its example is still to be written. */
static struct reader_shape *row_of(struct shapes *shapes, uint64_t hash, bool *ret_new)
{
    struct reader_shape *least = &shapes->rows[0];
    for (uint32_t i = 0; i < shapes->n; i++) {
        struct reader_shape *row = &shapes->rows[i];
        if (row->hash == hash) {
            row->seen++;
            *ret_new = false;
            return row;
        }
        if (row->seen < least->seen)
            least = row;
    }
    if (shapes->n < READER_SHAPES_MAX)
        least = &shapes->rows[shapes->n++];
    least->hash = hash;
    least->seen++;
    *ret_new = true;
    return least;
}

void shapes_object(struct shapes *shapes, const struct json *doc, uint32_t object)
{
    const struct json_node *nodes = doc->nodes;
    uint64_t hash = 1;
    unsigned names = 0;
    for (uint32_t i = object + 1; i < nodes[object].next && names < SHAPE_NAMES; i = nodes[i].next)
        if (nodes[i].name != NULL) {
            hash += hash_of((struct slice){nodes[i].name, nodes[i].name_len});
            names++;
        }
    bool fresh;
    struct reader_shape *row = row_of(shapes, hash, &fresh);
    if (!fresh)
        return;
    size_t len = 0;
    put(row, &len, SLICE("{"));
    for (uint32_t i = object + 1; i < nodes[object].next && names > 0; i = nodes[i].next)
        if (nodes[i].name != NULL) {
            if (len > 1)
                put(row, &len, SLICE(", "));
            put(row, &len, (struct slice){nodes[i].name, nodes[i].name_len});
            names--;
        }
    put(row, &len, SLICE("}"));
}

void shapes_line(struct shapes *shapes, struct slice tag)
{
    if (tag.len > 64)
        tag.len = 64;
    bool fresh;
    struct reader_shape *row = row_of(shapes, hash_of(tag), &fresh);
    if (!fresh)
        return;
    size_t len = 0;
    put(row, &len, SLICE("text"));
    if (tag.len > 0) {
        put(row, &len, SLICE(" of "));
        put(row, &len, tag);
    }
}
