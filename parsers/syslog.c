/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: RFC 5424 section 6, RFC 3164 section 4.1, RFC 6587 section 3.4.1; forms that break them
 * from samples of senders: CEF where 5424 wants an application name, an ISO time where 3164 wants
 * its own, a year in 3164, no host, no tag.
 */
#include "parsers/syslog.h"

#include "parsers/text.h"
#include "parsers/timestamp.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct slice skip_blanks(struct slice text)
{
    while (text.len > 0 && (*text.ptr == ' ' || *text.ptr == '\t'))
        text = (struct slice){text.ptr + 1, text.len - 1};
    return text;
}

/* Takes the word that *rest begins with, up to a blank. */
static struct slice take_word(struct slice *rest)
{
    struct slice text = skip_blanks(*rest);
    size_t n = 0;
    while (n < text.len && text.ptr[n] != ' ' && text.ptr[n] != '\t')
        n++;
    *rest = (struct slice){text.ptr + n, text.len - n};
    return (struct slice){text.ptr, n};
}

static struct slice behind(struct slice text, const char *at)
{
    return (struct slice){at, text.len - (size_t)(at - text.ptr)};
}

bool syslog_is_cef(struct slice text)
{
    size_t n = slice_starts_nocase(text, SLICE("CEF:"))    ? 4
               : slice_starts_nocase(text, SLICE("LEEF:")) ? 5
                                                           : 0;
    return n > 0 && text.len > n && is_digit(text.ptr[n]);
}

/* Braces are common in text; JSON shows itself by what follows them. */
static bool is_json(struct slice text)
{
    char c = text.len > 0 ? *text.ptr : '\0';
    if (c != '{' && c != '[')
        return false;
    struct slice next = text_trim((struct slice){text.ptr + 1, text.len - 1});
    char d = next.len > 0 ? *next.ptr : '\0';
    return c == '{' ? d == '"' || d == '}' : d == '{' || (d == ']' && next.len == 1);
}

/* Where nothing but the payload can stand, broken JSON is told from templates: {{ host }}. */
static bool begins_json(struct slice text)
{
    if (text.len < 2 || is_json(text))
        return text.len > 1;
    return text.ptr[0] == '{' ? text.ptr[1] != '{'
                              : text.ptr[0] == '[' && (text.ptr[1] == '[' || text.ptr[1] == '"');
}

bool syslog_count(struct slice text, size_t *ret_head, size_t *ret_len)
{
    size_t n = 0, value = 0;
    for (; n < text.len && n < 8 && is_digit(text.ptr[n]); n++)
        value = value * 10 + (size_t)(text.ptr[n] - '0');
    if (n == 0 || n + 1 >= text.len || text.ptr[n] != ' ' || text.ptr[n + 1] != '<')
        return false;
    *ret_head = n + 1;
    *ret_len = value;
    return true;
}

/* ---- the parts of a header; each takes what it reads off *rest, or nothing ---- */

static bool take_pri(struct slice *rest)
{
    size_t n = 1;
    unsigned value = 0;
    for (; n < rest->len && n < 4 && is_digit(rest->ptr[n]); n++)
        value = value * 10 + (unsigned)(rest->ptr[n] - '0');
    if (n == 1 || n >= rest->len || rest->ptr[n] != '>' || value > 191)
        return false;
    *rest = (struct slice){rest->ptr + n + 1, rest->len - n - 1};
    return true;
}

static bool is_month(struct slice word)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (size_t i = 0; word.len == 3 && i < 36; i += 3)
        if (slice_equal_nocase(word, (struct slice){names + i, 3}))
            return true;
    return false;
}

static bool is_clock(struct slice word)
{
    return word.len >= 7 && memchr(word.ptr, ':', word.len) != NULL && is_digit(*word.ptr);
}

/* "Mar  4 05:06:07", "Mar 04 2025 05:06:07" (some senders put a colon behind), or an ISO time,
 * which may be two words. */
static struct slice take_time(struct slice *rest)
{
    struct slice after = *rest, first = take_word(&after);
    const struct slice none = {NULL, 0};
    int64_t ms;
    if (is_month(first)) {
        take_word(&after);
        struct slice last = take_word(&after);
        if (!is_clock(last))
            last = take_word(&after);
        if (!is_clock(last))
            return none;
        if (last.ptr[last.len - 1] == ':')
            last.len--;
        *rest = after;
        return (struct slice){first.ptr, (size_t)(last.ptr + last.len - first.ptr)};
    }
    if (first.len < 10 || first.ptr[4] != '-' || !is_digit(*first.ptr))
        return none;
    if (first.len == 10) {
        struct slice last = take_word(&after);
        first.len = (size_t)(last.ptr + last.len - first.ptr);
    }
    if (!timestamp_parse(first, &ms))
        return none;
    *rest = after;
    return first;
}

/* [id name="value" ...] with \" \\ \] in values, any number of them, or "-". */
static bool take_data(struct slice *rest)
{
    struct slice text = skip_blanks(*rest);
    if (text.len == 0)
        return false;
    const char *at = text.ptr, *end = at + text.len;
    if (*at == '-' && (text.len == 1 || at[1] == ' ')) {
        *rest = behind(text, at + 1);
        return true;
    }
    while (at < end && *at == '[') {
        bool quoted = false;
        for (at++; at < end && (quoted || *at != ']'); at++) {
            if (quoted && *at == '\\' && at + 1 < end)
                at++;
            else if (*at == '"')
                quoted = !quoted;
        }
        if (at >= end)
            return false;
        at++;
    }
    if (at == text.ptr || (at < end && *at != ' '))
        return false;
    *rest = behind(text, at);
    return true;
}

static bool is_tag_char(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr("_-./%@()", c) != NULL;
}

/* tag[pid]: and tag: ; the tag is a program's name. */
static struct slice take_tag(struct slice *rest)
{
    struct slice text = skip_blanks(*rest);
    size_t n = 0;
    while (n < text.len && text.ptr[n] != '\0' && is_tag_char(text.ptr[n]))
        n++;
    size_t after = n;
    if (after < text.len && text.ptr[after] == '[') {
        while (after < text.len && text.ptr[after] != ']' && text.ptr[after] != ' ')
            after++;
        after += after < text.len && text.ptr[after] == ']';
    }
    if (n == 0 || after >= text.len || text.ptr[after] != ':')
        return (struct slice){NULL, 0};
    *rest = (struct slice){text.ptr + after + 1, text.len - after - 1};
    return (struct slice){text.ptr, n};
}

/* ---- the whole ---- */

static struct slice without_bom(struct slice text)
{
    text = skip_blanks(text);
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0)
        text = (struct slice){text.ptr + 3, text.len - 3};
    return text_trim(text);
}

/* Behind "<PRI>1 ": time host app procid msgid data [msg]. */
static bool read_5424(struct slice text, struct syslog *ret)
{
    struct slice rest = text, time = take_word(&rest), host = take_word(&rest);
    struct slice app = take_word(&rest);
    ret->time = slice_equal(time, SLICE("-")) ? (struct slice){NULL, 0} : time;
    ret->host = host;
    ret->payload = behind(text, host.ptr + host.len);
    if (app.len == 0 || syslog_is_cef(app) || begins_json(app))
        return false;
    take_word(&rest); /* procid */
    take_word(&rest); /* msgid */
    if (!take_data(&rest))
        return false;
    ret->tag = app;
    ret->payload = rest;
    return true;
}

/* time [host] [tag:] msg */
static void read_3164(struct slice text, struct syslog *ret)
{
    ret->time = take_time(&text);
    if (ret->time.ptr != NULL) {
        struct slice before = text, rest = skip_blanks(text);
        ret->header = true;
        if (!syslog_is_cef(rest) && !begins_json(rest)) {
            ret->host = take_word(&text);
            if (ret->host.len > 0 && ret->host.ptr[ret->host.len - 1] == ':') { /* that is a tag */
                ret->host = (struct slice){NULL, 0};
                text = before;
            }
        }
    }
    struct slice rest = skip_blanks(text);
    if (!syslog_is_cef(rest))
        ret->tag = take_tag(&text);
    ret->payload = text;
}

/* Behind a tag the payload is where it should be or nowhere: what a program writes may hold a name
 * that somebody at the door has chosen, JSON or CEF if he likes. Where there is no tag, it is
 * looked for in the bytes that may be a header, and JSON must reach to the end. */
static void find_payload(struct syslog *ret)
{
    ret->payload = without_bom(ret->payload);
    struct slice text = ret->payload;
    if (slice_starts_nocase(text, SLICE("@cee:")))
        text = skip_blanks((struct slice){text.ptr + 5, text.len - 5});
    char last = text.len > 0 ? text.ptr[text.len - 1] : '\0';
    size_t n = ret->tag.ptr != NULL ? 1 : SYSLOG_HEADER_MAX;
    for (size_t i = 0; i < n && i < text.len; i++) {
        struct slice at = {text.ptr + i, text.len - i};
        char c = *at.ptr;
        bool cef = ((c | 0x20) == 'c' || (c | 0x20) == 'l') && syslog_is_cef(at);
        bool json =
            ret->header && (i == 0 ? begins_json(at) : (last == '}' || last == ']') && is_json(at));
        if (!cef && !json)
            continue;
        ret->header |= i > 0 || ret->tag.ptr != NULL;
        ret->payload = at;
        ret->kind = cef ? SYSLOG_CEF : SYSLOG_JSON;
        return;
    }
}

bool syslog_read(struct slice frame, struct syslog *ret)
{
    struct slice text = without_bom(frame);
    *ret = (struct syslog){.kind = SYSLOG_TEXT};
    if (text.len > 0 && *text.ptr == '<') {
        if (!take_pri(&text))
            return false;
        ret->header = true;
    }
    bool is_5424 = ret->header && text.len > 2 && text.ptr[0] == '1' && text.ptr[1] == ' ';
    if (is_5424)
        read_5424((struct slice){text.ptr + 2, text.len - 2}, ret);
    else
        read_3164(text, ret);
    if (!ret->header) { /* a word and a colon are no header */
        ret->tag = ret->host = (struct slice){NULL, 0};
        ret->payload = text;
    }
    find_payload(ret);
    return true;
}
