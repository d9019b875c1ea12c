/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects errors and warnings for people, and finds the name that somebody meant to type. When
 * memory runs out an error is still counted, so that a bad config never passes for a good one.
 */
#include "config/diag.h"

#include "config/diag_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_MAX = 1000,   /* bytes of one message; more is cut */
    NAME_MAX_LEN = 64, /* names longer than this are nobody's typing mistake */
};

struct diag *diag_new(void)
{
    return calloc(1, sizeof(struct diag));
}

void diag_free(struct diag *diag)
{
    if (!diag)
        return;
    for (size_t i = 0; i < diag->items_n; i++)
        free(diag->items[i].text);
    while (diag->files) {
        struct diag_file *file = diag->files;
        diag->files = file->next;
        if (file->text)
            explicit_bzero(file->text, file->len); /* may hold passwords */
        free(file->text);
        free(file);
    }
    free(diag);
}

/* The entry of that name, made at its first mention. NULL: no name, or out of memory. */
static struct diag_file *file_of(struct diag *diag, const char *name)
{
    if (!name)
        return NULL;
    struct diag_file **end = &diag->files;
    unsigned number = 1;
    for (; *end; end = &(*end)->next, number++)
        if (strcmp((*end)->name, name) == 0)
            return *end;
    const size_t size = strlen(name) + 1;
    struct diag_file *file = calloc(1, sizeof *file + size);
    if (!file)
        return NULL;
    memcpy(file->name, name, size);
    file->number = number;
    *end = file;
    return file;
}

static void add(struct diag *diag, struct diag_place at, bool error, const char *format,
                va_list args) __attribute__((format(printf, 4, 0)));
static void add(struct diag *diag, struct diag_place at, bool error, const char *format,
                va_list args)
{
    size_t *count = error ? &diag->errors : &diag->warnings;
    if ((*count)++ >= DIAG_MAX || diag->items_n == 2 * DIAG_MAX)
        return;
    char text[TEXT_MAX];
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    char *copy = strdup(text);
    if (!copy)
        return;
    diag->items[diag->items_n++] = (struct diag_item){
        .file = file_of(diag, at.file),
        .line = at.line,
        .column = at.column,
        .error = error,
        .text = copy,
    };
}

void diag_error(struct diag *diag, struct diag_place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(diag, at, true, format, args);
    va_end(args);
}

void diag_warn(struct diag *diag, struct diag_place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(diag, at, false, format, args);
    va_end(args);
}

void diag_source(struct diag *diag, const char *file, const char *text, size_t len)
{
    struct diag_file *entry = file_of(diag, file);
    char *copy = entry && len > 0 ? malloc(len) : NULL;
    if (!copy)
        return; /* messages then come without their line */
    memcpy(copy, text, len);
    free(entry->text);
    entry->text = copy;
    entry->len = len;
}

size_t diag_errors(const struct diag *diag)
{
    return diag->errors;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance where two swapped neighbours count as one mistake (optimal string alignment), row
 * by row over the longer word; three rows are enough. Both words are at most NAME_MAX_LEN long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][NAME_MAX_LEN + 1] = {0};
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[b_len];
}

const char *diag_nearest(const char *typed, const char *const names[], size_t n)
{
    const size_t len = strlen(typed);
    if (len > NAME_MAX_LEN)
        return NULL;
    const char *nearest = NULL;
    size_t best = len / 3 + 1; /* one more than is allowed */
    for (size_t i = 0; i < n; i++) {
        const size_t name_len = strlen(names[i]);
        if (name_len > NAME_MAX_LEN)
            continue;
        const size_t d = distance(typed, len, names[i], name_len);
        if (d < best) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
