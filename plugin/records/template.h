/* SPDX-License-Identifier: Apache-2.0
 *
 * A vendor's record as a text with fields in it: data/NAME, where @{name} stands for what a field
 * writes. Line ends and the blanks before a line's first character are left out, so the files read
 * like JSON and the records look like logs. Compiled once; to write a record is to copy pieces.
 */
#ifndef PLUGIN_RECORDS_TEMPLATE_H
#define PLUGIN_RECORDS_TEMPLATE_H

#include "plugin/records/act.h"
#include "plugin/records/pen.h"

struct policies;

/* One record on its way into a text. */
struct writing {
    struct pen *to;
    const struct act *act;
    int64_t sent_ms; /* when the record leaves the vendor's pipeline */
    const struct policies *policies;
};

/* What @{name} becomes. */
struct field {
    const char *name;
    void (*put)(const struct writing *w);
};

/* The fields, by whose records need them; each list ends with a NULL name. */
extern const struct field fields_common[], fields_entra[], fields_m365[], fields_vendors[];

struct template;

/* NULL: out of memory, no such file, or a field that nobody knows (a fault of the build: a test
 * makes all of them). */
struct template *template_new(const char *file);
void template_free(struct template *template);

void template_write(const struct template *template, const struct writing *w);

#endif
