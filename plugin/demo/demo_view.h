/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings for a person's eyes: rows of a table, and one whole record with line breaks.
 */
#ifndef PLUGIN_DEMO_DEMO_VIEW_H
#define PLUGIN_DEMO_DEMO_VIEW_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The first text member of that name, unescaped, or "". Of JSON that we wrote ourselves. */
void demo_view_text(struct slice json, const char *name, char *ret_text, size_t size);

/* The first number member of that name, or 0. */
int64_t demo_view_number(struct slice json, const char *name);

void demo_view_head(FILE *out, bool colour);
void demo_view_row(FILE *out, bool colour, struct slice json, const char *detector,
                   const char *severity);

/* With two spaces an indent, one member a line. */
void demo_view_pretty(FILE *out, struct slice json);

#endif
