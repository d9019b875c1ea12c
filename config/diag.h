/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors for people, collected instead of printed: FILE:LINE:COL: what; what was expected. A reader
 * goes on after an error so that one run reports all of them. Only plugin prints.
 * Thread: whoever owns the diag; it has no locks.
 */
#ifndef CONFIG_DIAG_H
#define CONFIG_DIAG_H

#include <stdbool.h>
#include <stddef.h>

enum { DIAG_MAX = 64 }; /* further ones are only counted */

struct diag;

/* Where in which file; line and column count from 1, 0 means "not known". file may be NULL. */
struct diag_place {
    const char *file;
    unsigned line, column;
};

struct diag *diag_new(void); /* NULL: out of memory */
void diag_free(struct diag *diag);

/* Adds an error, or a warning, which does not fail anything. The text is one sentence without
 * a closing full stop or newline; control characters in it are escaped. */
void diag_error(struct diag *diag, struct diag_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_warn(struct diag *diag, struct diag_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Remembers a file's text so that rendering can quote the line with a caret. Copies it. */
void diag_source(struct diag *diag, const char *file, const char *text, size_t len);

size_t diag_errors(const struct diag *diag); /* warnings not counted */

/* Renders everything in order of file and line: "FILE:LINE:COL: error: TEXT", the line, a caret.
 * The result is a NUL-terminated string that the caller frees; NULL: out of memory. */
char *diag_render(const struct diag *diag);

/* Of n names the one nearest to a mistyped one (edit distance, at most a third of its length,
 * ASCII case ignored); NULL if none is near. */
const char *diag_nearest(const char *typed, const char *const names[], size_t n);

#endif
