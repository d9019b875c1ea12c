/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells to members. See csv_row.h.
 */
#include "plugin/files/csv_row.h"

#include "parsers/codes/microsoft.h"
#include "parsers/values/text.h"

#include <stdio.h>
#include <string.h>

void csv_row_begin(struct csv_row *row)
{
    row->columns_n = 0;
    row->is_table = row->too_large = false;
    row->names_len = row->len = 0;
    row->names[0] = 0;
}

void csv_row_name(struct csv_row *row, struct slice name)
{
    const struct slice zone = SLICE(" [UTC]");
    if (name.len > zone.len &&
        slice_equal((struct slice){name.ptr + name.len - zone.len, zone.len}, zone))
        name.len -= zone.len;
    row->is_table |= microsoft_is_time_column(name);
    if (row->columns_n == CSV_COLUMNS_MAX)
        return;
    if (name.len > sizeof row->names_text - row->names_len)
        name.len = 0;
    memcpy(row->names_text + row->names_len, name.len > 0 ? name.ptr : "", name.len);
    row->names_len += name.len;
    row->names[++row->columns_n] = (uint32_t)row->names_len;
}

static void put(struct csv_row *row, const char *bytes, size_t n)
{
    if (n > sizeof row->text - row->len) {
        row->too_large = true;
        return;
    }
    memcpy(row->text + row->len, bytes, n);
    row->len += n;
}

static void put_string(struct csv_row *row, struct slice text)
{
    put(row, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        char escape[8];
        if (c == '"' || c == '\\')
            put(row, "\\", 1);
        if ((unsigned char)c < ' ')
            put(row, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c));
        else
            put(row, &c, 1);
    }
    put(row, "\"", 1);
}

void csv_row_cell(struct csv_row *row, unsigned column, struct slice cell)
{
    if (column >= row->columns_n || cell.len == 0 || row->names[column] == row->names[column + 1])
        return;
    const struct slice name = {row->names_text + row->names[column],
                               row->names[column + 1] - row->names[column]};
    put(row, row->len == 0 ? "{" : ",", 1);
    put_string(row, name);
    put(row, ":", 1);
    put_string(row, cell);
}

struct slice csv_row_end(struct csv_row *row, bool *ret_too_large)
{
    const bool any = row->len > 0;
    if (any)
        put(row, "}", 1);
    *ret_too_large = row->too_large;
    const struct slice text = {any ? row->text : NULL, row->len};
    row->too_large = false;
    row->len = 0;
    return text;
}
