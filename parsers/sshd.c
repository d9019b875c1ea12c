/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSH server lines, as syslog carries them:
 *
 *   Accepted publickey for anna from 203.0.113.7 port 51234 ssh2: RSA SHA256:...
 *   Failed password for invalid user admin from 203.0.113.7 port 51234 ssh2
 *   Invalid user admin from 203.0.113.7 port 51234
 *   message repeated 2 times: [ Failed password for root from 203.0.113.7 port 51234 ssh2]
 *
 * Whoever knocks chooses the user name, blanks and all: "x from 198.51.100.1 port 1 ssh2" is one.
 * So the end of the line is read first, backwards, and the name is what is left. Who was let in has
 * the name of an account, which has no blanks; behind it a certificate may say what it likes ("ID
 * anna from hq"), so that line is read forwards. Old releases write "illegal user". Other lines of
 * sshd are not ours: what they tell of a failure these have told already. A repeated line is one
 * event, for nothing here counts attempts.
 *
 * Source: OpenSSH auth.c (auth_log, auth2 user checks), releases 7 to 9; rsyslog's "message
 * repeated".
 */
#include "parsers/formats.h"
#include "parsers/line.h"
#include "parsers/record.h"
#include "parsers/text.h"

enum path {
    SSHD_TIME, /* never there: the time is the syslog header's */
    SSHD_ACT,
    SSHD_METHOD,
    SSHD_INVALID,
    SSHD_USER,
    SSHD_IP,
    SSHD_PORT,
    SSHD_FILL,
    SSHD_PATHS_N = SSHD_FILL + 3
};

static const struct parser_path paths[SSHD_PATHS_N] = {
    [SSHD_TIME] = {"sshd:time", 0},
    [SSHD_ACT] = {"sshd:act", 0},
    [SSHD_METHOD] = {"sshd:method", 0},
    [SSHD_INVALID] = {"sshd:invalid", 0},
    [SSHD_USER] = {"sshd:user", 0},
    [SSHD_IP] = {"sshd:ip", 0},
    [SSHD_PORT] = {"sshd:port", 0},
    [SSHD_FILL] = {"sshd:protocol", offsetof(struct event, protocol)},
    [SSHD_FILL + 1] = {"sshd:host", offsetof(struct event, resource_id)},
    [SSHD_FILL + 2] = {"sshd:operation", offsetof(struct event, operation)},
};

/* The place of the last `what` in a text; its length if there is none. */
static size_t last(struct slice text, struct slice what)
{
    for (size_t i = text.len + 1 - what.len; text.len >= what.len && i-- > 0;)
        if (memcmp(text.ptr + i, what.ptr, what.len) == 0)
            return i;
    return text.len;
}

/* The place of the first; likewise. */
static size_t first(struct slice text, struct slice what)
{
    const char *at = text.len > 0 ? memmem(text.ptr, text.len, what.ptr, what.len) : NULL;
    return at != NULL ? (size_t)(at - text.ptr) : text.len;
}

static struct slice from(struct slice text, size_t at)
{
    return at < text.len ? (struct slice){text.ptr + at, text.len - at} : (struct slice){"", 0};
}

static bool skip(struct slice *text, struct slice word)
{
    if (text->len < word.len || memcmp(text->ptr, word.ptr, word.len) != 0)
        return false;
    *text = (struct slice){text->ptr + word.len, text->len - word.len};
    return true;
}

static struct slice take_word(struct slice *text)
{
    size_t n = 0;
    while (n < text->len && text->ptr[n] != ' ')
        n++;
    struct slice word = {text->ptr, n};
    *text = from(*text, n + 1);
    return word;
}

/* "USER from IP port N ssh2: more" -> the parts. False: that is no such end. */
static bool add_peer(struct line *line, struct slice text, bool accepted)
{
    size_t at = accepted ? first(text, SLICE(" from ")) : last(text, SLICE(" from "));
    if (at == text.len)
        return false;
    struct slice user = {text.ptr, at}, rest = from(text, at + strlen(" from "));
    struct slice ip = take_word(&rest), port = {NULL, 0}, protocol = {NULL, 0};
    if (ip.len == 0)
        return false;
    if (skip(&rest, SLICE("port "))) {
        port = take_word(&rest);
        protocol = take_word(&rest);
        while (protocol.len > 0 && memchr(":]", protocol.ptr[protocol.len - 1], 2) != NULL)
            protocol.len--;
    }
    line_add(line, SLICE("sshd:user"), user);
    line_add(line, SLICE("sshd:ip"), ip);
    line_add(line, SLICE("sshd:port"), port);
    if (protocol.len > 0)
        line_add(line, SLICE("sshd:protocol"), protocol);
    return true;
}

/* "Failed METHOD for [invalid user ]USER from ..." */
static bool add_attempt(struct line *line, struct slice text, const char *act)
{
    struct slice begin = text;
    take_word(&text);
    struct slice method = take_word(&text);
    struct slice operation = {begin.ptr, (size_t)(method.ptr + method.len - begin.ptr)};
    if (method.len == 0 || !skip(&text, SLICE("for ")))
        return false;
    bool invalid = skip(&text, SLICE("invalid user ")) || skip(&text, SLICE("illegal user "));
    if (!add_peer(line, text, *act == 'a'))
        return false;
    line_add(line, SLICE("sshd:act"), slice_of(act));
    line_add(line, SLICE("sshd:method"), method);
    line_add(line, SLICE("sshd:operation"), operation);
    if (invalid)
        line_add(line, SLICE("sshd:invalid"), SLICE("true"));
    return true;
}

static struct slice without_repetition(struct slice text)
{
    struct slice rest = text;
    if (!skip(&rest, SLICE("message repeated ")))
        return text;
    const char *open = memchr(rest.ptr, '[', rest.len);
    if (open == NULL)
        return text;
    rest = from(rest, (size_t)(open - rest.ptr) + 1);
    if (rest.len > 0 && rest.ptr[rest.len - 1] == ']')
        rest.len--;
    return text_trim(rest);
}

static bool add_line(struct line *line)
{
    struct slice text = without_repetition(text_trim(line->text)), rest = text;
    if (skip(&rest, SLICE("Accepted ")))
        return add_attempt(line, text, "accepted");
    if (skip(&rest, SLICE("Failed ")))
        return add_attempt(line, text, "failed");
    if (!skip(&rest, SLICE("Invalid user ")) && !skip(&rest, SLICE("Illegal user ")))
        return false;
    if (!add_peer(line, rest, false))
        return false;
    line_add(line, SLICE("sshd:act"), SLICE("invalid"));
    line_add(line, SLICE("sshd:operation"), SLICE("Invalid user"));
    return true;
}

/* With a tag of sshd any line; without one only those that can be nothing else. */
static enum line_answer open_line(struct line *line)
{
    static const char *const tags[] = {"sshd", "sshd-session", "sshd-auth"};
    bool tagged = false;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        tagged |= slice_equal_nocase(line->tag, slice_of(tags[i]));
    if (line->tag.ptr != NULL && !tagged)
        return LINE_OTHER;
    if (line->host.len > 0)
        line_add(line, SLICE("sshd:host"), line->host);
    return add_line(line) || tagged ? LINE_OPENED : LINE_OTHER;
}

static enum event_reason reason_of(struct slice act, struct slice method, bool invalid)
{
    if (slice_equal(act, SLICE("accepted")))
        return REASON_OK;
    if (invalid || slice_equal(act, SLICE("invalid")))
        return REASON_UNKNOWN_USER;
    if (slice_equal(method, SLICE("password")) ||
        slice_starts_nocase(method, SLICE("keyboard-interactive")))
        return REASON_WRONG_PASSWORD;
    return REASON_CLIENT; /* a key or ticket that does not fit: clients try several */
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    struct slice act = record_text(record, SSHD_ACT), method = record_text(record, SSHD_METHOD);
    if (act.ptr == NULL)
        return PARSE_IGNORED;
    enum parse_answer answer = record_time(record, SSHD_TIME, ev);
    if (answer != PARSE_EVENT)
        return answer;
    bool password = slice_equal(method, SLICE("password"));
    ev->kind = KIND_SIGN_IN;
    ev->reason = reason_of(act, method, record_text(record, SSHD_INVALID).ptr != NULL);
    ev->outcome = ev->reason == REASON_OK ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
    ev->factor = password ? FACTOR_SINGLE : FACTOR_ABSENT;
    ev->password_valid = password && ev->reason == REASON_OK;
    ev->user = record_lower(record, SSHD_USER);
    record_ip(record, SSHD_IP, ev);
    if (ev->has_ip)
        ev->port = record_port(record, SSHD_PORT);
    record_fill(record, SSHD_FILL, SSHD_PATHS_N, ev);
    return PARSE_EVENT;
}

const struct parser parser_sshd = {
    .name = "sshd",
    .summary = "OpenSSH server lines: accepted and failed sign-ins",
    .signs = (const char *const[]){NULL},
    .paths = paths,
    .paths_n = SSHD_PATHS_N,
    .line = open_line,
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields = "user ip port outcome reason protocol factor operation",
    .example = "2025-03-04T05:06:07Z bastion sshd[4711]: Failed password for anna from 203.0.113.7 "
               "port 51234 ssh2",
    .page = "https://man.openbsd.org/sshd",
};
