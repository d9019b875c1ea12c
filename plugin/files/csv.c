/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass, byte by byte. Only the header and the wanted column are kept; everything else is
 * walked over.
 */
#include "plugin/files/csv.h"

#include "parsers/values/text.h"
#include "plugin/files/csv_row.h"

#include <errno.h>
#include <stdlib.h>

enum csv_state {
    CSV_START,  /* before the first byte of a cell */
    CSV_PLAIN,  /* in a cell without quotes */
    CSV_QUOTED, /* in quotes */
    CSV_CLOSED  /* behind a quote that ends the cell, or is doubled */
};

struct csv {
    enum csv_state state;
    bool header, found, refused; /* reading the header; a column is wanted; there is none */
    bool comment;                /* in the line #TYPE before the header */
    char separator;              /* the header's first, 0 before that */
    bool too_large;              /* the cell is, what of it is kept counts for nothing */
    unsigned column, wanted;
    uint64_t at, cell; /* offsets: of the byte in hand, of the cell it is in */
    size_t len;
    uint64_t row_at;    /* offset of the row in hand */
    struct csv_row row; /* where no column holds records, but each row is one */
    char text[READER_RECORD_MAX];
};

struct csv *csv_new(void)
{
    return calloc(1, sizeof(struct csv));
}

void csv_free(struct csv *csv)
{
    free(csv);
}

static void begin(struct csv *csv)
{
    csv->state = CSV_START;
    csv->header = true;
    csv->found = csv->refused = csv->too_large = csv->comment = false;
    csv->separator = 0;
    csv_row_begin(&csv->row);
    csv->column = 0;
    csv->len = 0;
}

static void keep(struct csv *csv, char c)
{
    if (!csv->header && csv->found && csv->column != csv->wanted)
        return;
    if (csv->len < sizeof csv->text)
        csv->text[csv->len++] = c;
    else
        csv->too_large = true;
}

static void end_cell(struct csv *csv, const struct files_sink *to)
{
    struct slice text = {csv->text, csv->len};
    if (csv->header) {
        text = text_trim(text);
        csv_row_name(&csv->row, text);
        if (!csv->found && (slice_equal_nocase(text, SLICE("AuditData")) ||
                            slice_equal_nocase(text, SLICE("_raw")))) {
            csv->found = true;
            csv->wanted = csv->column;
        }
    } else if (!csv->found) {
        csv_row_cell(&csv->row, csv->column, text);
        csv->row.too_large |= csv->too_large;
    } else if (csv->column == csv->wanted && csv->too_large) {
        to->bad(to->ctx, BAD_TOO_LARGE, csv->cell);
    } else if (csv->column == csv->wanted && text.len > 0) {
        to->message(to->ctx, text, csv->cell);
    }
    csv->column++;
    csv->len = 0;
    csv->too_large = false;
    csv->state = CSV_START;
}

static void give_row(struct csv *csv, const struct files_sink *to)
{
    bool too_large = false;
    struct slice row = csv_row_end(&csv->row, &too_large);
    if (too_large)
        to->bad(to->ctx, BAD_TOO_LARGE, csv->row_at);
    else if (row.len > 0)
        to->message(to->ctx, row, csv->row_at);
}

static void end_row(struct csv *csv, const struct files_sink *to)
{
    end_cell(csv, to);
    csv->column = 0;
    if (!csv->header && !csv->found)
        give_row(csv, to);
    csv->refused = csv->header && !csv->found && !csv->row.is_table;
    csv->header = false;
    if (csv->refused)
        to->bad(to->ctx, BAD_UNKNOWN_FORMAT, 0);
}

/* A byte order mark, and the line in which Export-Csv says the type of its objects. */
static bool stands_before(struct csv *csv, char c)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (csv->at < 3 && csv->state == CSV_START && c == mark[csv->at])
        return true;
    if (csv->header && csv->column == 0 && csv->state == CSV_START && c == '#')
        csv->comment = true;
    const bool skipped = csv->comment;
    csv->comment &= c != '\n';
    return skipped;
}

/* Excel writes a semicolon where the comma is the decimal sign; some tools a tab. */
static bool separates(struct csv *csv, char c)
{
    if (csv->separator == 0 && csv->header && (c == ',' || c == ';' || c == '\t'))
        csv->separator = c;
    return c == csv->separator && c != 0;
}

static void take(struct csv *csv, char c, const struct files_sink *to)
{
    if (stands_before(csv, c))
        return;
    if (csv->state == CSV_START) {
        csv->cell = csv->at + (c == '"');
        csv->row_at = csv->column == 0 ? csv->at : csv->row_at;
        csv->state = c == '"' ? CSV_QUOTED : CSV_PLAIN;
        if (c == '"')
            return;
    }
    if (csv->state == CSV_QUOTED) {
        if (c == '"')
            csv->state = CSV_CLOSED;
        else
            keep(csv, c);
    } else if (c == '"' && csv->state == CSV_CLOSED) {
        keep(csv, c);
        csv->state = CSV_QUOTED;
    } else if (separates(csv, c)) {
        end_cell(csv, to);
    } else if (c == '\n') {
        end_row(csv, to);
    } else if (c != '\r') {
        keep(csv, c);
    }
}

void csv_feed(struct csv *csv, struct slice bytes, uint64_t offset, const struct files_sink *to)
{
    if (offset == 0)
        begin(csv);
    for (size_t i = 0; i < bytes.len && !csv->refused; i++) {
        csv->at = offset + i;
        take(csv, bytes.ptr[i], to);
    }
    csv->at = offset + bytes.len;
}

void csv_end(struct csv *csv, const struct files_sink *to)
{
    if (csv->refused)
        return;
    if (csv->state == CSV_QUOTED)
        to->bad(to->ctx, BAD_TRUNCATED, csv->at);
    else if (csv->state != CSV_START || csv->column > 0)
        end_row(csv, to);
    begin(csv);
}

/* ---- a file ---- */

struct column {
    struct csv *csv;
    const struct files_sink *to;
    bool is_csv; /* told, or seen by the header */
};

static void on_no_message(void *ctx, struct slice bytes, uint64_t offset)
{
    (void)ctx, (void)bytes, (void)offset;
}

static void on_no_bad(void *ctx, enum bad_reason reason, uint64_t offset)
{
    (void)ctx, (void)reason, (void)offset;
}

/* Has the text a header with a column of ours? JSON and lines of syslog never begin like one. */
static bool has_header(struct csv *csv, struct slice text)
{
    static const struct files_sink nowhere = {NULL, on_no_message, on_no_bad};
    begin(csv);
    for (csv->at = 0; csv->at < text.len && csv->header; csv->at++) {
        const char c = text.ptr[csv->at];
        if (csv->state == CSV_START && csv->column == 0 && memchr("{[<", c, 3) != NULL)
            return false;
        take(csv, c, &nowhere);
    }
    if (csv->header && csv->state != CSV_START)
        end_cell(csv, &nowhere);
    return csv->found || csv->row.is_table;
}

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    struct column *column = ctx;
    if (offset == 0 && !column->is_csv)
        column->is_csv = has_header(column->csv, bytes);
    if (column->is_csv)
        csv_feed(column->csv, bytes, offset, column->to);
    else
        column->to->message(column->to->ctx, bytes, offset);
}

static void on_bad(void *ctx, enum bad_reason reason, uint64_t offset)
{
    struct column *column = ctx;
    column->to->bad(column->to->ctx, reason, offset);
}

int csv_read(struct files *files, const char *path, bool is_csv, const struct files_sink *sink)
{
    struct column column = {csv_new(), sink, is_csv};
    const struct files_sink in = {&column, on_message, on_bad};
    if (!column.csv)
        return -ENOMEM;
    begin(column.csv);
    int result = files_read(files, path, &in);
    if (column.is_csv)
        csv_end(column.csv, sink);
    csv_free(column.csv);
    return result;
}
