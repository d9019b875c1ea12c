/* SPDX-License-Identifier: Apache-2.0
 *
 * Breaking lines. A word collects what must stay together; it is written when a place to break
 * comes, on this line if it fits, else on the next. Widths follow Unicode's EastAsianWidth (W and F
 * are two; the ambiguous punctuation and symbols count two as well, since that is what a Japanese
 * mail reader makes of them). Breaking follows the core of JIS X 4051: no line begins with a
 * closing mark or ends with an opening one.
 */
#include "plugin/base/columns.h"

#include "parsers/values/text.h"

#include <stddef.h>
#include <string.h>

enum { COMMAND_HANG = 1 }; /* a namedLocations address just fits a mail with it */

struct range {
    uint32_t first, last;
};

static bool within(const struct range *ranges, size_t n, uint32_t point)
{
    for (size_t i = 0; i < n; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

static bool is_mark(uint32_t point)
{
    static const struct range marks[] = {
        {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},   {0x64B, 0x65F},
        {0xE31, 0xE31},   {0xE34, 0xE3A},   {0xE47, 0xE4E},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
        {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
    };
    return within(marks, sizeof marks / sizeof *marks, point);
}

static bool is_wide(uint32_t point)
{
    static const struct range wide[] = {
        {0x1100, 0x115F},   {0x2014, 0x2015},   {0x2018, 0x201D},   {0x2025, 0x2026},
        {0x203B, 0x203B},   {0x2190, 0x21FF},   {0x2460, 0x27BF},   {0x2B1B, 0x2B55},
        {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
        {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF}, {0x1AFF0, 0x1B2FF},
        {0x1F000, 0x1FAFF}, {0x20000, 0x3FFFD}, {0x231A, 0x231B},   {0x23E9, 0x23F3},
    };
    return within(wide, sizeof wide / sizeof *wide, point);
}

unsigned columns_of(uint32_t point)
{
    return is_mark(point) ? 0 : is_wide(point) ? 2 : 1;
}

static bool in_list(const uint32_t *list, uint32_t point)
{
    for (; *list; list++)
        if (*list == point)
            return true;
    return false;
}

static bool no_start(uint32_t point)
{
    static const uint32_t list[] = {0x3001, 0x3002, 0xFF0C, 0xFF0E, 0x300D, 0x300F,
                                    0x3011, 0xFF09, 0x30FB, 0x30FC, 0xFF0F, 0xFF1A,
                                    ')',    ',',    '.',    ':',    0};
    return in_list(list, point);
}

static bool no_end(uint32_t point)
{
    static const uint32_t list[] = {0x300C, 0x300E, 0x3010, 0xFF08, '(', 0};
    return in_list(list, point);
}

static void spaces(struct columns *c, unsigned n)
{
    fprintf(c->to, "%*s", (int)n, "");
    c->at += n;
}

static void flush(struct columns *c)
{
    if (c->word_bytes == 0)
        return;
    if (c->at > c->indent && c->at + c->spaces + c->word_columns > c->limit) {
        fputc('\n', c->to);
        c->at = 0;
        spaces(c, c->indent);
    } else {
        spaces(c, c->spaces);
    }
    fwrite(c->word, 1, c->word_bytes, c->to);
    c->at += c->word_columns;
    c->spaces = c->word_bytes = c->word_columns = 0;
    c->last = 0;
}

void columns_begin(struct columns *c, unsigned indent, unsigned hang)
{
    c->at = c->spaces = c->word_bytes = c->word_columns = c->marks = 0;
    c->last = 0;
    c->indent = hang;
    spaces(c, indent);
}

static void add(struct columns *c, uint32_t point, const char *bytes, unsigned n, unsigned width)
{
    if (c->word_columns + width > c->limit - c->indent || c->word_bytes + n > COLUMNS_WORD_MAX)
        flush(c);
    memcpy(c->word + c->word_bytes, bytes, n);
    c->word_bytes += n;
    c->word_columns += width;
    c->last = point;
}

/* Two marks on a letter are writing, a heap of them is not. */
static bool must_spell(struct columns *c, uint32_t point)
{
    c->marks = columns_of(point) == 0 ? c->marks + 1 : 0;
    return text_deceives(point) || c->marks > 2;
}

static void spell(struct columns *c, uint32_t point, unsigned char byte)
{
    char text[16];
    int n = point == TEXT_BAD ? snprintf(text, sizeof text, "\\x%02X", byte)
                              : snprintf(text, sizeof text, "\\u{%X}", (unsigned)point);
    add(c, 'x', text, (unsigned)n, (unsigned)n);
}

void columns_put(struct columns *c, struct slice text)
{
    while (text.len > 0) {
        uint32_t point = 0;
        size_t n = text_utf8_next(text, &point);
        if (point == ' ') {
            flush(c);
            c->spaces = c->spaces < 2 ? c->spaces + 1 : c->spaces;
        } else if (must_spell(c, point)) {
            spell(c, point, (unsigned char)text.ptr[0]);
        } else {
            unsigned width = columns_of(point);
            bool may_break = width == 2 || (width == 1 && c->last != 0 && columns_of(c->last) == 2);
            if (may_break && !no_start(point) && !no_end(c->last))
                flush(c);
            add(c, point, text.ptr, (unsigned)n, width);
        }
        text.ptr += n;
        text.len -= n;
    }
}

void columns_text(struct columns *c, const char *text)
{
    columns_put(c, slice_of(text));
}

void columns_tab(struct columns *c, unsigned at)
{
    flush(c);
    c->spaces = 0;
    spaces(c, c->at < at ? at - c->at : 1);
    c->indent = at;
}

void columns_raw(struct columns *c, const char *text)
{
    flush(c);
    fputs(text, c->to);
}

void columns_end(struct columns *c)
{
    flush(c);
    fputc('\n', c->to);
    c->at = 0;
}

/* --- commands --- */

static bool is_request(struct slice command)
{
    static const char *const verbs[] = {"GET ", "POST ", "PATCH ", "PUT ", "DELETE "};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (slice_starts_nocase(command, slice_of(verbs[i])))
            return true;
    return false;
}

/* Measures up to the next place to break: its bytes with the space that ends it, its columns
 * without. Quotes of either kind hold together. With `slashes` a path breaks before each of them.
 */
static size_t piece(struct slice rest, bool request, bool slashes, unsigned *ret_columns,
                    bool *ret_fit_to_show)
{
    char quote = '\0';
    size_t i = 0;
    *ret_columns = 0;
    while (i < rest.len) {
        uint32_t point = 0;
        size_t n = text_utf8_next((struct slice){rest.ptr + i, rest.len - i}, &point);
        *ret_fit_to_show = *ret_fit_to_show && !text_deceives(point) && !is_mark(point);
        if (slashes && !quote && point == '/' && i > 0 && !strchr("/:", rest.ptr[i - 1]))
            return i;
        i += n;
        if (!quote && point == ' ')
            break;
        *ret_columns += columns_of(point);
        if (request && quote && point == '\\' && i < rest.len) {
            i++; /* all that our writer escapes is one byte */
            ++*ret_columns;
        } else if (quote) {
            quote = point == (uint32_t)quote ? '\0' : quote;
        } else if (point == '"' || (!request && point == '\'')) {
            quote = (char)point;
        } else if (request && point == ',') {
            break;
        }
    }
    return i;
}

/* With `show` false only finds out whether it can be shown. */
static bool lay_out(struct columns *c, unsigned indent, struct slice rest, bool show)
{
    bool request = is_request(rest), fit = true, gap = false;
    unsigned room = c->limit - indent - COMMAND_HANG - (request ? 0 : 2), at = 0; /* 2: " `" */
    for (size_t n; fit && rest.len > 0; rest.ptr += n, rest.len -= n) {
        unsigned width = 0;
        n = piece(rest, request, false, &width, &fit);
        if (request && width > room)
            n = piece(rest, request, true, &width, &fit);
        fit = fit && width <= room;
        bool breaks = at > 0 && at + gap + width > room;
        if (show && breaks)
            fprintf(c->to, "%s\n%*s", gap && !request ? " `" : "", (int)(indent + COMMAND_HANG),
                    "");
        else if (show && gap)
            fputc(' ', c->to);
        at = (breaks ? 0 : at + gap) + width;
        gap = rest.ptr[n - 1] == ' ';
        if (show)
            fwrite(rest.ptr, 1, gap ? n - 1 : n, c->to);
    }
    return fit;
}

void columns_command(struct columns *c, unsigned indent, struct slice command, const char *instead)
{
    columns_begin(c, indent, indent + COMMAND_HANG);
    if (!lay_out(c, indent, command, false)) {
        columns_text(c, instead);
        columns_end(c);
        return;
    }
    lay_out(c, indent, command, true);
    fputc('\n', c->to);
    c->at = 0;
}
