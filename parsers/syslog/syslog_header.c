/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: RFC 5424 section 6, RFC 3164 section 4.1; forms that break them from samples of senders
 * and the sources of relays: CEF where 5424 wants an application name, an ISO time where 3164 wants
 * its own, a year in 3164, no host, no tag; <4.6> behind the time (FreeBSD, syslogd -v), a level
 * before the tag and "Message forwarded from" (AIX), no colon behind a tag that came in 5424
 * (rsyslog's %syslogtag%), [ID 800047 auth.info] before the text (Solaris, illumos).
 */
#include "parsers/syslog/syslog_inside.h"

#include "parsers/values/text.h"

static const struct slice none = {NULL, 0};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static struct slice skip_blanks(struct slice text)
{
    while (text.len > 0 && (*text.ptr == ' ' || *text.ptr == '\t'))
        text = (struct slice){text.ptr + 1, text.len - 1};
    return text;
}

static struct slice behind(struct slice text, size_t n)
{
    return (struct slice){text.ptr + n, text.len - n};
}

struct slice syslog_word(struct slice *rest)
{
    struct slice text = skip_blanks(*rest);
    size_t n = 0;
    while (n < text.len && text.ptr[n] != ' ' && text.ptr[n] != '\t')
        n++;
    *rest = behind(text, n);
    return (struct slice){text.ptr, n};
}

/* Braces are common in text; JSON shows itself by what follows them. */
bool syslog_is_json(struct slice text)
{
    char c = text.len > 0 ? *text.ptr : '\0';
    if (c != '{' && c != '[')
        return false;
    struct slice next = text_trim(behind(text, 1));
    char d = next.len > 0 ? *next.ptr : '\0';
    return c == '{' ? d == '"' || d == '}' : d == '{' || (d == ']' && next.len == 1);
}

bool syslog_begins_json(struct slice text)
{
    if (text.len < 2 || syslog_is_json(text))
        return text.len > 1;
    return text.ptr[0] == '{' ? text.ptr[1] != '{'
                              : text.ptr[0] == '[' && (text.ptr[1] == '[' || text.ptr[1] == '"');
}

/* ---- the parts of a header; each takes what it reads off *rest, or nothing ---- */

/* "<134>" */
static bool take_pri(struct slice *rest)
{
    size_t n = 1;
    unsigned value = 0;
    for (; n < rest->len && n < 4 && is_digit(rest->ptr[n]); n++)
        value = value * 10 + (unsigned)(rest->ptr[n] - '0');
    if (n == 1 || n >= rest->len || rest->ptr[n] != '>' || value > 191)
        return false;
    *rest = behind(*rest, n + 1);
    return true;
}

/* "<4.6>", "<auth.info>" */
static bool take_level(struct slice *rest)
{
    struct slice text = skip_blanks(*rest);
    size_t n = 1, dots = 0;
    if (text.len == 0 || *text.ptr != '<')
        return false;
    for (; n < text.len && n < 24 &&
           (is_digit(text.ptr[n]) || is_letter(text.ptr[n]) || text.ptr[n] == '.');
         n++)
        dots += text.ptr[n] == '.';
    if (dots != 1 || n < 4 || n >= text.len || text.ptr[n] != '>')
        return false;
    *rest = behind(text, n + 1);
    return true;
}

/* "info " */
static bool is_level(struct slice *rest)
{
    static const char *const levels[] = {"emerg",   "alert",  "crit", "err",
                                         "warning", "notice", "info", "debug"};
    struct slice after = *rest, word = syslog_word(&after);
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (!slice_equal(word, slice_of(levels[i])))
            continue;
        *rest = after;
        return true;
    }
    return false;
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

/* 2025-03-04T05:06:07 and whatever follows: whether it is a time is seen where it is needed. */
static bool is_iso(struct slice text)
{
    static const char form[] = "dddd-dd-dd?dd:dd:dd";
    if (text.len < sizeof(form) - 1)
        return false;
    for (size_t i = 0; i < sizeof(form) - 1; i++)
        if (form[i] == 'd' ? !is_digit(text.ptr[i]) : form[i] != '?' && form[i] != text.ptr[i])
            return false;
    return (text.ptr[5] - '0') * 10 + text.ptr[6] - '0' <= 12;
}

/* "Mar  4 05:06:07", "Mar 04 2025 05:06:07" (some senders put a colon behind), or an ISO time,
 * which may be two words. */
static struct slice take_time(struct slice *rest)
{
    struct slice after = *rest, first = syslog_word(&after);
    if (is_month(first)) {
        syslog_word(&after);
        struct slice last = syslog_word(&after);
        if (!is_clock(last))
            last = syslog_word(&after);
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
        struct slice last = syslog_word(&after);
        first.len = (size_t)(last.ptr + last.len - first.ptr);
    }
    if (!is_iso(first))
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
        *rest = behind(text, 1);
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
    *rest = behind(text, (size_t)(at - text.ptr));
    return true;
}

static bool is_tag_char(char c)
{
    return is_digit(c) || is_letter(c) || (c != '\0' && strchr("_-./%@()|", c) != NULL);
}

bool syslog_tag(struct slice *rest, bool bare, struct syslog *ret)
{
    struct slice text = skip_blanks(*rest);
    size_t n = 0;
    while (n < text.len && is_tag_char(text.ptr[n]))
        n++;
    size_t after = n, digits = 0;
    if (after < text.len && text.ptr[after] == '[') {
        while (after < text.len && text.ptr[after] != ']' && text.ptr[after] != ' ')
            digits += is_digit(text.ptr[after++]);
        after += after < text.len && text.ptr[after] == ']';
    }
    bool process = digits > 0 && digits + 2 == after - n;
    bool colon = after < text.len && text.ptr[after] == ':';
    bool blank = process && bare && (after == text.len || text.ptr[after] == ' ');
    if (n == 0 || (!colon && !blank) || is_iso(text)) /* a time, behind which a line stands */
        return false;
    ret->tag = (struct slice){text.ptr, n};
    ret->process = process;
    ret->at_once = true;
    *rest = behind(text, after + colon);
    return true;
}

struct slice syslog_without_id(struct slice text)
{
    size_t n = strlen("[ID ");
    if (text.len < n || memcmp(text.ptr, "[ID ", n) != 0)
        return text;
    while (n < text.len && is_digit(text.ptr[n]))
        n++;
    if (n == strlen("[ID ") || n >= text.len || text.ptr[n++] != ' ')
        return text;
    while (n < text.len && n < 48 &&
           (is_letter(text.ptr[n]) || is_digit(text.ptr[n]) || text.ptr[n] == '.'))
        n++;
    return n < text.len && text.ptr[n] == ']' ? skip_blanks(behind(text, n + 1)) : text;
}

/* ---- the whole ---- */

/* Behind "<PRI>1 ": time host app procid msgid data [msg]. */
static void read_5424(struct slice text, struct syslog *ret)
{
    struct slice rest = text, time = syslog_word(&rest), host = syslog_word(&rest);
    struct slice from_app = skip_blanks(rest), app = syslog_word(&rest);
    ret->time = slice_equal(time, SLICE("-")) ? none : time;
    ret->host = host;
    ret->payload = from_app;
    if (app.len == 0 || syslog_is_cef(from_app) || syslog_begins_json(from_app))
        return;
    struct slice process = syslog_word(&rest);
    syslog_word(&rest); /* msgid */
    if (!take_data(&rest))
        return;
    ret->tag = app;
    ret->process = process.len > 0 && is_digit(*process.ptr);
    ret->at_once = true;
    ret->payload = rest;
}

static bool is_number(struct slice word)
{
    size_t n = 0;
    while (n < word.len && is_digit(word.ptr[n]))
        n++;
    return n > 0 && n == word.len;
}

/* What a receiver of RFC 3164 leaves of RFC 5424: the version may be gone, taken for the program,
 * and the priority. All fields must be there, so that it is no header of the other kind. */
static bool is_5424_without_pri(struct slice *text)
{
    struct slice rest = *text;
    if (rest.len > 2 && rest.ptr[0] == '1' && rest.ptr[1] == ' ')
        rest = behind(rest, 2);
    struct slice at = rest, time = syslog_word(&rest);
    if (!is_iso(time) || syslog_word(&rest).len == 0) /* the host */
        return false;
    struct slice app = syslog_word(&rest), process = syslog_word(&rest);
    if (app.len == 0 || memchr(app.ptr, ':', app.len) != NULL || syslog_is_json(app))
        return false;
    if (!is_number(process) && !slice_equal(process, SLICE("-")))
        return false;
    if (syslog_word(&rest).len == 0 || !take_data(&rest)) /* behind the msgid */
        return false;
    *text = at;
    return true;
}

/* "Message forwarded from host: " */
static void take_forwarder(struct slice *rest, struct syslog *ret)
{
    struct slice text = skip_blanks(*rest), words = SLICE("Message forwarded from ");
    if (text.len < words.len || memcmp(text.ptr, words.ptr, words.len) != 0)
        return;
    text = behind(text, words.len);
    struct slice host = syslog_word(&text);
    if (host.len > 1 && host.ptr[host.len - 1] == ':') {
        ret->host = (struct slice){host.ptr, host.len - 1};
        *rest = text;
    }
}

/* The host, unless what stands there is a tag already. */
static void take_host(struct slice *rest, struct syslog *ret)
{
    struct slice after = *rest, host = syslog_word(&after);
    if (host.len == 0 || host.ptr[host.len - 1] == ':' || is_iso(host))
        return;
    ret->host = host;
    *rest = after;
    take_forwarder(rest, ret);
}

/* time [host] [tag:] msg */
static void read_3164(struct slice text, struct syslog *ret)
{
    ret->time = take_time(&text);
    if (ret->time.ptr != NULL) {
        ret->header = true;
        take_level(&text);
        struct slice rest = skip_blanks(text);
        if (!syslog_is_cef(rest) && !syslog_begins_json(rest))
            take_host(&text, ret);
    }
    if (!syslog_is_cef(skip_blanks(text)) && syslog_tag(&text, ret->header, ret)) {
        ret->header |= ret->process;
        if (text.len > 0 && is_letter(*text.ptr) && is_level(&text)) /* auth:info sshd[1]: */
            syslog_tag(&text, ret->header, ret);
    }
    ret->payload = text;
}

static struct slice known(struct slice text)
{
    return slice_equal(text, SLICE("-")) ? none : text;
}

bool syslog_header(struct slice text, struct syslog *ret)
{
    const struct slice whole = text;
    if (text.len > 0 && *text.ptr == '<') {
        if (!take_pri(&text) && !take_level(&text))
            return false;
        ret->header = true;
    }
    bool version = ret->header && text.len > 2 && text.ptr[0] == '1' && text.ptr[1] == ' ';
    if (version)
        text = behind(text, 2);
    if (version || is_5424_without_pri(&text)) {
        ret->header = true;
        read_5424(text, ret);
        if (ret->at_once && syslog_program(ret->tag).ptr == NULL &&
            !syslog_is_cef(skip_blanks(ret->payload)))
            syslog_tag(&ret->payload, true, ret); /* where it was left */
    } else {
        read_3164(text, ret);
    }
    if (!ret->header) /* a word and a colon are no header */
        *ret = (struct syslog){.payload = whole};
    ret->payload = text_bare(ret->payload);
    ret->host = known(ret->host);
    ret->tag = syslog_program(ret->tag);
    return true;
}
