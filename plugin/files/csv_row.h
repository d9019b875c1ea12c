/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of a CSV export as the JSON object that it was: what Log Analytics, Sentinel, advanced
 * hunting and the Entra portal let one download has the columns of a table, and objects in cells as JSON text, which the
 * paths of the formats open. Empty cells are left out. Names lose the zone that the portal adds
 * ("TimeGenerated [UTC]"). Columns behind CSV_COLUMNS_MAX, or whose names do not fit, are left out.
 */
#ifndef PLUGIN_FILES_CSV_ROW_H
#define PLUGIN_FILES_CSV_ROW_H

#include "parsers/reader/parser.h"

enum { CSV_COLUMNS_MAX = 512, CSV_NAMES_BYTES = 32 << 10 };

struct csv_row {
    unsigned columns_n;
    bool is_table, too_large;
    size_t names_len, len;
    uint32_t names[CSV_COLUMNS_MAX + 1]; /* where each begins in names_text */
    char names_text[CSV_NAMES_BYTES];
    char text[READER_RECORD_MAX];
};

void csv_row_begin(struct csv_row *row);

/* The name of the next column. is_table is true when one was the time of a table's rows. */
void csv_row_name(struct csv_row *row, struct slice name);

void csv_row_cell(struct csv_row *row, unsigned column, struct slice cell);

/* The row, valid until its next cell; absent if it had none. *ret_too_large: more than
 * READER_RECORD_MAX bytes. */
struct slice csv_row_end(struct csv_row *row, bool *ret_too_large);

#endif
