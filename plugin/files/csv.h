/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV exports as files of messages: the cells of one column, AuditData of Microsoft Purview's audit
 * search or _raw of Splunk, each a message; or the rows of a table (csv_row.h). RFC 4180: cells in quotes may hold line ends and
 * commas, "" is a quote. Between cells stands what stands first in the header: a comma, a semicolon
 * (Excel, where the comma is the decimal sign) or a tab. A line #TYPE before it is skipped. Takes
 * the text in pieces of any size; a cell of more than READER_RECORD_MAX bytes is too_large, a
 * header without such a column unknown_format, once. Thread: one.
 */
#ifndef PLUGIN_FILES_CSV_H
#define PLUGIN_FILES_CSV_H

#include "plugin/files/files.h"

/* files_read, of a CSV export if is_csv or if the file begins with a header that has such a column
 * -ENOMEM: out of memory. */
int csv_read(struct files *files, const char *path, bool is_csv, const struct files_sink *sink);

struct csv;

struct csv *csv_new(void); /* NULL: out of memory */
void csv_free(struct csv *csv);

/* The next bytes of a text, which stand at `offset` in it; 0 begins another one. A message's offset
 * is that of its cell. */
void csv_feed(struct csv *csv, struct slice bytes, uint64_t offset, const struct files_sink *to);

/* The text is over: its last row may lack a line end; in open quotes it is truncated. */
void csv_end(struct csv *csv, const struct files_sink *to);

#endif
