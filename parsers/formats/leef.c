/* SPDX-License-Identifier: Apache-2.0
 *
 * IBM QRadar Log Event Extended Format:
 *
 *   LEEF:1.0|Vendor|Product|Version|EventID|key=value<tab>key=value
 *   LEEF:2.0|Vendor|Product|Version|EventID|^|key=value^key=value
 *
 * The delimiter of 2.0 is a character, xHH or 0xHH; none means tab. Source: IBM Documentation, "Log
 * Event Extended Format (LEEF)", "LEEF event components" and "Predefined LEEF event attributes",
 * read 2025.
 */
#include "parsers/formats/cef_fields.h"
#include "parsers/reader/formats.h"
#include "parsers/syslog/syslog.h"
#include "parsers/values/text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False if the field is no delimiter: some senders of 2.0 leave it out. */
static bool read_delimiter(struct slice field, char *ret)
{
    if (field.len == 0) {
        *ret = '\t';
        return true;
    }
    if (field.len == 1) {
        *ret = *field.ptr;
        return true;
    }
    size_t x = field.ptr[0] == '0' ? 1 : 0;
    if (field.len != x + 3 || (field.ptr[x] | 0x20) != 'x')
        return false;
    int high = hex_digit(field.ptr[x + 1]), low = hex_digit(field.ptr[x + 2]);
    if (high < 0 || low < 0 || high + low == 0)
        return false;
    *ret = (char)(high << 4 | low);
    return true;
}

/* rsyslog writes control characters as #011; where it did, no tab is left. */
static struct slice with_tabs(struct line *line, struct slice text)
{
    static const char tab[] = "#011";
    const size_t n = sizeof(tab) - 1;
    if (text.len == 0 || memchr(text.ptr, '\t', text.len) != NULL ||
        memmem(text.ptr, text.len, tab, n) == NULL)
        return text;
    char *to = line_text(line, text.len);
    size_t len = 0;
    if (to == NULL)
        return text;
    for (size_t i = 0; i < text.len;) {
        bool is_tab = i + n <= text.len && memcmp(text.ptr + i, tab, n) == 0;
        to[len++] = is_tab ? '\t' : text.ptr[i];
        i += is_tab ? n : 1;
    }
    return (struct slice){to, len};
}

static enum line_answer open_line(struct line *line)
{
    struct slice rest, field;
    if (!syslog_takes_cef(line->text, line->tag, SLICE("LEEF"), &rest))
        return LINE_OTHER;
    bool second = *rest.ptr == '2';
    static const char *const names[] = {"header:version", "header:vendor", "header:product",
                                        "header:product version", "header:signature"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!cef_take_field(line, &rest, &field))
            return LINE_BAD_HEADER;
        line_add(line, slice_of(names[i]), field);
    }
    char delimiter = '\t';
    const char *bar = rest.len > 0 ? memchr(rest.ptr, '|', rest.len) : NULL;
    if (second && bar != NULL) {
        struct slice mark = {rest.ptr, (size_t)(bar - rest.ptr)};
        if (read_delimiter(mark, &delimiter))
            rest = (struct slice){bar + 1, rest.len - mark.len - 1};
    }
    if (delimiter == '\t')
        rest = with_tabs(line, rest);
    cef_add_pairs(line, rest, delimiter);
    return LINE_OPENED;
}

const struct parser parser_leef = {
    .name = "leef",
    .summary = "QRadar Log Event Extended Format: authentication events of any product",
    .signs = (const char *const[]){NULL},
    .paths = cef_paths,
    .paths_n = CEF_PATHS_N,
    .line = open_line,
    .tells = {CEF_FILL + 1, CEF_SIGNATURE, CEF_TOPIC},
    .parse = cef_parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields = "user ip port host outcome reason code app device operation",
    .example = "LEEF:2.0|Example|IdP|1|300|^|cat=Authentication^devTime=1741064767123^usrName=anna^"
               "src=203.0.113.7",
    .page = "https://www.ibm.com/docs/en/dsm?topic=overview-predefined-leef-event-attributes",
};
