/* SPDX-License-Identifier: Apache-2.0
 *
 * Which headers are believed, and where the payload is. Sources: RFC 6587 section 3.4.1; templates
 * of rsyslog 8 and syslog-ng 3 and 4 for what relays make of CEF and of lines read from files.
 */
#include "parsers/syslog/syslog.h"

#include "parsers/syslog/syslog_inside.h"
#include "parsers/values/text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct slice behind(struct slice text, size_t n)
{
    return (struct slice){text.ptr + n, text.len - n};
}

struct slice syslog_program(struct slice tag)
{
    if (tag.len > 0 && *tag.ptr == '/')
        for (const char *slash; (slash = memchr(tag.ptr, '/', tag.len)) != NULL;)
            tag = behind(tag, (size_t)(slash + 1 - tag.ptr));
    size_t n = 0;
    while (n < tag.len && tag.ptr[n] != '[' && tag.ptr[n] != ':')
        n++;
    bool none = n == 0 || (n == 1 && (*tag.ptr == '-' || *tag.ptr == '1'));
    return none ? (struct slice){NULL, 0} : (struct slice){tag.ptr, n};
}

bool syslog_has_process(struct slice tag)
{
    const char *open = tag.len > 0 ? memchr(tag.ptr, '[', tag.len) : NULL;
    return open != NULL && open + 1 < tag.ptr + tag.len && is_digit(open[1]);
}

static const struct slice cef_names[] = {{"CEF", 3}, {"LEEF", 4}};

/* "0|", "2.0|": what follows the name. */
static bool is_version(struct slice text)
{
    size_t n = 0;
    while (n < text.len && n < 8 && (is_digit(text.ptr[n]) || (n > 0 && text.ptr[n] == '.')))
        n++;
    return n > 0 && n < text.len && text.ptr[n] == '|';
}

bool syslog_takes_cef(struct slice text, struct slice tag, struct slice name,
                      struct slice *ret_rest)
{
    *ret_rest = text;
    if (slice_equal_nocase(tag, name))
        return is_version(text);
    if (text.len <= name.len || text.ptr[name.len] != ':' || !slice_starts_nocase(text, name))
        return false;
    *ret_rest = text_trim(behind(text, name.len + 1)); /* relays put a blank behind the colon */
    return ret_rest->len > 0 && is_digit(*ret_rest->ptr);
}

bool syslog_is_cef(struct slice text)
{
    static const struct slice no_tag = {NULL, 0};
    struct slice rest;
    char c = text.len > 0 ? slice_lower(*text.ptr) : '\0';
    return (c == 'c' && syslog_takes_cef(text, no_tag, cef_names[0], &rest)) ||
           (c == 'l' && syslog_takes_cef(text, no_tag, cef_names[1], &rest));
}

static bool is_cef_name(struct slice tag)
{
    return slice_equal_nocase(tag, cef_names[0]) || slice_equal_nocase(tag, cef_names[1]);
}

/* Where a relay took the name for the tag. */
static bool is_tagged_cef(struct slice text, struct slice tag)
{
    return is_cef_name(tag) && is_version(text);
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

/* ---- headers in headers ---- */

/* A whole header, which nobody writes by chance: time and host, and a process, CEF or JSON. */
static bool is_whole(const struct syslog *line)
{
    return line->header && line->time.ptr != NULL && line->host.ptr != NULL &&
           (line->process || syslog_is_cef(line->payload) ||
            is_tagged_cef(line->payload, line->tag) || syslog_begins_json(line->payload));
}

bool syslog_speaks(struct slice program)
{
    static const char *const speakers[] = {
        "kernel", "nginx", "httpd", "apache", "apache2",      "haproxy",   "squid",         "su",
        "sudo",   "login", "named", "sshd",   "sshd-session", "sshd-auth", "systemd-logind"};
    for (size_t i = 0; i < sizeof(speakers) / sizeof(speakers[0]); i++)
        if (slice_equal_nocase(program, slice_of(speakers[i])))
            return true;
    return false;
}

/* May the text of a program be a line that the program only took up? Readers of files name what
 * they read, and relays write no process id; whoever has one speaks for itself, and what it says
 * may have been chosen by somebody at the door. So may the words of those that write none. */
static bool may_relay(struct slice program, bool process)
{
    return !process && !syslog_speaks(program);
}

static bool is_whole_line(struct slice text)
{
    struct syslog inner = {0};
    return text.len > 0 && syslog_header(text, &inner) && is_whole(&inner);
}

/* Is the payload a line of its own? The name of a file may stand before it without a colon. */
static bool find_line(struct syslog *ret)
{
    struct slice text = ret->payload, rest = text;
    size_t head, len;
    if (!ret->header || !may_relay(ret->tag, ret->process))
        return false;
    ret->kind = syslog_count(text, &head, &len) ? SYSLOG_COUNTED : SYSLOG_LINE;
    if (ret->kind == SYSLOG_COUNTED || is_whole_line(text))
        return true;
    ret->kind = SYSLOG_TEXT;
    if (ret->tag.ptr != NULL || ret->at_once || ret->host.ptr == NULL)
        return false;
    struct slice name = syslog_word(&rest);
    rest = text_trim(rest);
    if (!may_relay(name, false) || !is_whole_line(rest))
        return false;
    *ret = (struct syslog){.header = true,
                           .kind = SYSLOG_LINE,
                           .payload = rest,
                           .time = ret->time,
                           .host = ret->host,
                           .tag = syslog_program(name)};
    return true;
}

/* ---- the payload ---- */

/* Relays write control characters as #000: the NUL or line end of a frame. */
static struct slice without_end(struct slice text)
{
    while (text.len >= 4 && text.ptr[text.len - 4] == '#') {
        const char *end = text.ptr + text.len - 4;
        if (memcmp(end, "#000", 4) != 0 && memcmp(end, "#012", 4) != 0 &&
            memcmp(end, "#015", 4) != 0)
            break;
        text.len -= 4;
    }
    return text;
}

static bool take_payload(struct syslog *ret, struct slice at, bool json)
{
    bool cef = syslog_is_cef(at);
    if (!cef && !json)
        return false;
    ret->header |= at.ptr > ret->payload.ptr || ret->tag.ptr != NULL;
    ret->payload = at;
    ret->kind = cef ? SYSLOG_CEF : SYSLOG_JSON;
    return true;
}

/* Behind a tag the payload is where it should be or nowhere: what a program writes may hold a name
 * that somebody at the door has chosen, JSON or CEF if he likes. Where there is no tag, it is
 * looked for in the bytes that may be a header, and JSON must reach to the end. */
static void find_payload(struct syslog *ret)
{
    struct slice text = syslog_without_id(without_end(ret->payload));
    ret->payload = text;
    if (is_tagged_cef(text, ret->tag)) {
        ret->kind = SYSLOG_CEF;
        return;
    }
    if (take_payload(ret, text, ret->header && syslog_begins_json(text)) || find_line(ret))
        return;
    char last = text.len > 0 ? text.ptr[text.len - 1] : '\0';
    bool json = ret->header && (last == '}' || last == ']');
    for (size_t i = 1; !ret->at_once && i < SYSLOG_HEADER_MAX && i < text.len; i++)
        if (take_payload(ret, behind(text, i), json && syslog_is_json(behind(text, i))))
            return;
}

/* ---- the whole ---- */

/* Is the header in the text of a program more than its words? */
static bool is_believed(const struct syslog *ret, const struct origin *around)
{
    if (!ret->header)
        return false;
    bool same = ret->tag.ptr != NULL ? slice_equal_nocase(ret->tag, around->program)
                                     : syslog_is_cef(ret->payload) && is_cef_name(around->program);
    return same || (may_relay(around->program, around->process) && is_whole(ret));
}

/* What a program wrote, which may begin with its name once more. */
static struct syslog text_of(const struct origin *around, struct slice text)
{
    struct syslog own = {0};
    struct slice rest = text;
    if (syslog_tag(&rest, false, &own) && slice_equal_nocase(own.tag, around->program))
        text = text_bare(rest);
    return (struct syslog){.header = true,
                           .payload = text,
                           .tag = around->program,
                           .process = around->process || own.process,
                           .at_once = true};
}

bool syslog_read(struct slice frame, const struct origin *around, struct syslog *ret)
{
    struct slice text = text_bare(frame);
    bool within = around != NULL && around->program.ptr != NULL;
    *ret = (struct syslog){.kind = SYSLOG_TEXT};
    bool good = syslog_header(text, ret);
    if (!good && !within)
        return false;
    if (within && !(good && is_believed(ret, around)))
        *ret = text_of(around, text);
    find_payload(ret);
    return true;
}
