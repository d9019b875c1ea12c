/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the user ends and the sender begins. Whoever knocks chooses the user name, blanks and all
 * ("x from 198.51.100.1 port 1 ssh2" is one), and so he does what stands behind "ssh2:", a key or a
 * certificate that calls itself what it likes ("ID anna from hq"):
 *
 *   Failed METHOD for [invalid user ]USER from IP port N ssh2[: KEY FINGERPRINT[ ID ...]]
 *
 * - A method that has no key writes nothing behind ssh2: the sender is the last one.
 * - With a key, a user that the server knows has the name of an account, in which no " from "
 *   stands: the sender is the first one.
 * - With a key and a user it does not know, two words behind "ssh2:" are the key and its
 *   fingerprint, and the sender is the last one before them. More are a certificate: then no
 *   reading is sure, and the first sender is taken. Such a line is no guess at a password.
 *
 * Source: OpenSSH auth.c (auth_log), auth2-pubkey.c (pubkey_auth_info), auth-pam.c (sshpam_query),
 * releases 5 to 9; rsyslog's "message repeated".
 */
#include "parsers/formats/sshd.h"

#include "parsers/values/text.h"

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

static bool ends(struct slice text, struct slice with)
{
    return text.len >= with.len && memcmp(text.ptr + text.len - with.len, with.ptr, with.len) == 0;
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

static struct slice without_last_word(struct slice text)
{
    while (text.len > 0 && text.ptr[text.len - 1] != ' ')
        text.len--;
    text.len -= text.len > 0;
    return text;
}

enum ending { SENDER_LAST, SENDER_FIRST };

/* Of a line with a key; see the top. */
static enum ending ending_of(struct slice text, bool invalid)
{
    if (!invalid)
        return SENDER_FIRST;
    struct slice before = without_last_word(without_last_word(text));
    return ends(before, SLICE(" ssh2:")) || ends(text, SLICE(" ssh2")) ? SENDER_LAST : SENDER_FIRST;
}

static bool has_key(struct slice method)
{
    static const char *const keyless[] = {"password", "keyboard-interactive", "none", "unknown"};
    for (size_t i = 0; i < sizeof(keyless) / sizeof(keyless[0]); i++)
        if (slice_starts_nocase(method, slice_of(keyless[i])))
            return false;
    return true;
}

/* "USER from IP[ port N[ ssh2: more]]" -> the parts. False: that is no such end. */
static bool add_peer(struct line *line, struct slice text, enum ending ending)
{
    const struct slice mark = SLICE(" from ");
    size_t at = ending == SENDER_FIRST ? first(text, mark) : last(text, mark);
    if (at == text.len)
        return false;
    struct slice user = {text.ptr, at}, rest = from(text, at + mark.len);
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

static bool skip_invalid(struct slice *text)
{
    return skip(text, SLICE("invalid user ")) || skip(text, SLICE("illegal user "));
}

static void add_act(struct line *line, const char *act, struct slice operation, bool invalid)
{
    line_add(line, SLICE("sshd:act"), slice_of(act));
    line_add(line, SLICE("sshd:operation"), operation);
    if (invalid)
        line_add(line, SLICE("sshd:invalid"), SLICE("true"));
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
    bool invalid = skip_invalid(&text), accepted = *act == 'a';
    enum ending ending = accepted          ? SENDER_FIRST
                         : has_key(method) ? ending_of(text, invalid)
                                           : SENDER_LAST;
    if (!add_peer(line, text, ending))
        return false;
    line_add(line, SLICE("sshd:method"), method);
    add_act(line, act, operation, invalid);
    return true;
}

/* "PAM: WHY for [illegal user ]USER from HOST". One of PAM's sentences has a " for " of its own.
 * Where sshd looks names up, HOST is a name. */
static bool add_pam(struct line *line, struct slice text, struct slice rest)
{
    const struct slice service = SLICE("Have exhausted maximum number of retries for service");
    size_t n = slice_starts_nocase(rest, service) ? service.len : first(rest, SLICE(" for "));
    struct slice why = {rest.ptr, n}, operation = {text.ptr, (size_t)(rest.ptr + n - text.ptr)};
    rest = from(rest, n);
    if (n == 0 || !skip(&rest, SLICE(" for ")))
        return false;
    bool invalid = skip_invalid(&rest);
    if (!add_peer(line, rest, SENDER_LAST))
        return false;
    line_add(line, SLICE("sshd:why"), why);
    add_act(line, "pam", operation, invalid);
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

/* Some systems put the level before the text; before the sign-in is over the process that speaks
 * for the client says so at the end. */
static struct slice bare(struct slice text)
{
    text = without_repetition(text_trim(text));
    (void)(skip(&text, SLICE("error: ")) || skip(&text, SLICE("info: ")));
    const struct slice mark = SLICE(" [preauth]");
    if (ends(text, mark))
        text.len -= mark.len;
    return text_trim(text);
}

static bool add_line(struct line *line)
{
    struct slice text = bare(line->text), rest = text;
    if (skip(&rest, SLICE("Accepted ")))
        return add_attempt(line, text, "accepted");
    if (skip(&rest, SLICE("Failed ")))
        return add_attempt(line, text, "failed");
    if (skip(&rest, SLICE("PAM: ")))
        return add_pam(line, text, rest);
    if (!skip(&rest, SLICE("Invalid user ")) && !skip(&rest, SLICE("Illegal user ")))
        return false;
    if (!add_peer(line, rest, SENDER_LAST))
        return false;
    add_act(line, "invalid", SLICE("Invalid user"), true);
    return true;
}

/* The two words that a line begins with: sshd's own, by which its lines are told apart. */
static void add_said(struct line *line)
{
    struct slice text = line->text, rest = text;
    take_word(&rest);
    struct slice second = take_word(&rest);
    if (second.len > 0)
        text.len = (size_t)(second.ptr + second.len - text.ptr);
    line_add(line, SLICE("sshd:said"), text);
}

enum line_answer sshd_open_line(struct line *line)
{
    static const char *const tags[] = {"sshd", "sshd-session", "sshd-auth"};
    bool tagged = false;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        tagged |= slice_equal_nocase(line->tag, slice_of(tags[i]));
    if (!tagged) /* any program may be given a name that reads like a line of sshd */
        return LINE_OTHER;
    if (line->host.len > 0)
        line_add(line, SLICE("sshd:host"), line->host);
    uint32_t before = line->doc->n;
    add_line(line);
    if (line->doc->n == before) /* none of ours: the operator wonders what it is */
        add_said(line);
    return LINE_OPENED;
}
