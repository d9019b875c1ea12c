/* SPDX-License-Identifier: Apache-2.0
 *
 * What a diag holds, for the two files that make it: diag.c collects, diag_render.c writes it out.
 * Nobody else includes this.
 */
#ifndef CONFIG_DIAG_INSIDE_H
#define CONFIG_DIAG_INSIDE_H

#include "config/diag.h"

#include <stdbool.h>
#include <stddef.h>

/* A file that was named, in order of first mention; text is NULL until diag_source gives it. */
struct diag_file {
    struct diag_file *next;
    unsigned number;
    char *text;
    size_t len;
    char name[];
};

struct diag_item {
    const struct diag_file *file; /* NULL: about no file */
    unsigned line, column;
    bool error; /* else a warning */
    char *text; /* as given: escaped when rendered */
};

/* Errors and warnings have DIAG_MAX places each, so that warnings never push out an error. */
struct diag {
    struct diag_file *files;
    struct diag_item items[2 * DIAG_MAX];
    size_t items_n;
    size_t errors, warnings; /* all of them, kept or not */
};

#endif
