/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a diag out: each message with its place, the line it is about and a caret. What is written
 * goes to a terminal and comes partly from files that others wrote, so bytes that could move the
 * cursor, change colours or reverse the reading order are escaped. Columns count characters, as
 * libyaml does; East Asian wide characters take two cells, so the caret is placed by cells.
 */
#include "config/diag.h"

#include "config/diag_inside.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUOTE_MAX = 100, QUOTE_BEFORE = 60 }; /* characters of a line shown, and before the caret */

/* Text that grows. After a failure nothing is added, and the result is thrown away. */
struct out {
    char *text;
    size_t len, size;
    bool failed;
};

static void put(struct out *out, const char *text, size_t len)
{
    if (out->failed)
        return;
    if (out->size - out->len <= len) {
        const size_t size = out->size * 2 + len + 256;
        char *text_new = realloc(out->text, size);
        if (!text_new) {
            out->failed = true;
            return;
        }
        out->text = text_new;
        out->size = size;
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
    out->text[out->len] = '\0';
}

static void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_number(struct out *out, const char *before, size_t number, const char *after)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%zu", number);
    put_text(out, before);
    put_text(out, digits);
    put_text(out, after);
}

/* Decodes one UTF-8 character. Its length in bytes, or 0 when there is none (then one byte is to be
 * skipped). Overlong forms and surrogates are not told apart: both are only shown. */
static size_t decode(const char *text, size_t len, uint32_t *ret_c)
{
    const unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        *ret_c = first;
        return 1;
    }
    const size_t n = first >= 0xf5   ? 0
                     : first >= 0xf0 ? 4
                     : first >= 0xe0 ? 3
                     : first >= 0xc2 ? 2
                                     : 0;
    if (n == 0 || n > len)
        return 0;
    uint32_t c = first & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (byte & 0x3fU);
    }
    *ret_c = c;
    return n;
}

/* Controls, marks that change the reading order, and line separators. */
static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* The blocks of Unicode's EastAsianWidth.txt that are wholly or nearly wide. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
           (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
           (c >= 0x20000 && c <= 0x3fffd);
}

/* Adds a text with everything unsafe escaped: \n, \x1b, \u202e. */
static void put_escaped(struct out *out, const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        uint32_t c = 0;
        n = decode(text + i, len - i, &c);
        if (n > 0 && !is_unsafe(c)) {
            put(out, text + i, n);
            continue;
        }
        char escape[16];
        if (n == 0)
            c = (unsigned char)text[i];
        if (c == '\n' || c == '\t')
            snprintf(escape, sizeof escape, "\\%c", c == '\n' ? 'n' : 't');
        else
            snprintf(escape, sizeof escape, c < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        put_text(out, escape);
    }
}

/* The line of that number, without its end; false when the text has fewer. */
static bool find_line(const struct diag_file *file, unsigned line, const char **ret,
                      size_t *ret_len)
{
    const char *start = file->text, *end = file->text + file->len;
    for (unsigned i = 1; i < line; i++) {
        const char *newline = memchr(start, '\n', (size_t)(end - start));
        if (!newline)
            return false;
        start = newline + 1;
    }
    const char *newline = memchr(start, '\n', (size_t)(end - start));
    size_t len = (size_t)((newline ? newline : end) - start);
    if (len > 0 && start[len - 1] == '\r')
        len--;
    *ret = start;
    *ret_len = len;
    return true;
}

static bool contains_any(const char *word, size_t len, const char *const parts[], size_t n)
{
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0, part_len = strlen(parts[p]); i + part_len <= len; i++)
            if (strncasecmp(word + i, parts[p], part_len) == 0)
                return true;
    return false;
}

/* Errors end up in logs and tickets, so a line that may hold a password in the clear is not shown:
 * one with a dotted name like sasl.password. Loose, because mistyped names are what errors are
 * about. */
static bool may_hold_secret(const char *line, size_t len)
{
    static const char *const dot[] = {"."};
    static const char *const parts[] = {"pas",  "pwd", "secr",  "tok",
                                        "jaas", "pem", "oauth", "cred"};
    for (size_t i = 0, n; i < len; i += n + 1) {
        n = 0;
        while (i + n < len && !strchr(" \t\"'{},:[]=", line[i + n]))
            n++;
        if (contains_any(line + i, n, dot, 1) &&
            contains_any(line + i, n, parts, sizeof parts / sizeof *parts))
            return true;
        if (n == strlen("secret") && strncasecmp(line + i, "secret", n) == 0)
            return true;
    }
    return false;
}

static void put_quote(struct out *out, const char *line, size_t len, unsigned column)
{
    const size_t first = column > QUOTE_MAX - 20 ? column - QUOTE_BEFORE : 1;
    size_t at = 1, caret = 0; /* character number; cells before the caret */
    put_text(out, first > 1 ? "  ..." : "  ");
    for (size_t i = 0, n; i < len && at < first + QUOTE_MAX; at++, i += n ? n : 1) {
        uint32_t c = 0;
        n = decode(line + i, len - i, &c);
        if (at < first)
            continue;
        if (n == 0 || is_unsafe(c))
            put_text(out, c == '\t' ? " " : "?");
        else
            put(out, line + i, n);
        if (at < column)
            caret += n > 0 && is_wide(c) ? 2 : 1;
    }
    put_text(out, "\n");
    if (column == 0)
        return;
    put_text(out, first > 1 ? "     " : "  ");
    while (caret-- > 0)
        put_text(out, " ");
    put_text(out, "^\n");
}

static void put_item(struct out *out, const struct diag_item *item)
{
    if (item->file) {
        put_escaped(out, item->file->name);
        put_text(out, ":");
        if (item->line > 0)
            put_number(out, "", item->line, ":");
        if (item->line > 0 && item->column > 0)
            put_number(out, "", item->column, ":");
        put_text(out, " ");
    }
    put_text(out, item->error ? "error: " : "warning: ");
    put_escaped(out, item->text);
    put_text(out, "\n");

    const char *line;
    size_t len;
    if (!item->file || !item->file->text || item->line == 0 ||
        !find_line(item->file, item->line, &line, &len))
        return;
    if (may_hold_secret(line, len))
        put_text(out, "  (line not shown: it may hold a secret)\n");
    else if (len > 0)
        put_quote(out, line, len, item->column);
}

static bool is_before(const struct diag_item *a, const struct diag_item *b)
{
    const unsigned a_file = a->file ? a->file->number : 0, b_file = b->file ? b->file->number : 0;
    if (a_file != b_file)
        return a_file < b_file;
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

char *diag_render(const struct diag *diag)
{
    /* Insertion sort, since at most 2 * DIAG_MAX items and equal ones must keep their order. */
    const struct diag_item *sorted[2 * DIAG_MAX];
    for (size_t i = 0; i < diag->items_n; i++) {
        size_t j = i;
        for (; j > 0 && is_before(&diag->items[i], sorted[j - 1]); j--)
            sorted[j] = sorted[j - 1];
        sorted[j] = &diag->items[i];
    }
    struct out out = {0};
    put_text(&out, "");
    for (size_t i = 0; i < diag->items_n; i++)
        put_item(&out, sorted[i]);
    const size_t unseen = diag->errors + diag->warnings - diag->items_n;
    if (unseen > 0)
        put_number(&out, "and ", unseen, " more, not shown\n");
    if (out.failed) {
        free(out.text);
        return NULL;
    }
    return out.text;
}
