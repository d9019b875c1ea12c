/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of feed files and tables: whole files into memory, and text cut into lines. Bounded; a
 * file that cannot be read is told to diag.
 */
#ifndef GEOIP_LINES_H
#define GEOIP_LINES_H

#include "config/diag.h"
#include "parsers/values/slice.h"

enum { LINES_BYTES_MAX = 256 << 20 };

/* The whole regular file, at most LINES_BYTES_MAX; the caller frees ret_text->ptr. 0, or a negative
 * errno that diag already holds in words. */
int lines_load(const char *file, struct diag *diag, struct slice *ret_text);

/* Cuts the next line off the front of *rest, without its end (LF or CRLF). False at the end. */
bool lines_next(struct slice *rest, struct slice *ret_line);

/* The same bytes without blanks and tabs at both ends; *ret_column counts those cut at the front,
 * + 1. */
struct slice lines_trim(struct slice text, unsigned *ret_column);

#endif
