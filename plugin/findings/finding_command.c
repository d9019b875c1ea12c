/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling command templates. The rule: what cannot be written so that the target reads it as one
 * value, exactly as the log had it, is not written at all.
 */
#include "plugin/findings/finding_command.h"

#include "detectors/frame/detector.h"
#include "parsers/values/text.h"

#include <string.h>

struct command_out {
    char *text;
    size_t len;
    bool full;
};

static void put(struct command_out *out, const char *bytes, size_t n)
{
    if (out->full || n > FINDING_COMMAND_MAX - 1 - out->len) {
        out->full = true;
        return;
    }
    memcpy(out->text + out->len, bytes, n);
    out->len += n;
}

static bool can_be_shown(struct slice value)
{
    if (value.len == 0 || value.len > FINDING_COMMAND_VALUE_MAX)
        return false;
    while (value.len > 0) {
        uint32_t point = 0;
        size_t n = text_utf8_next(value, &point);
        if (text_deceives(point))
            return false;
        value.ptr += n;
        value.len -= n;
    }
    return true;
}

/* PowerShell ends a single-quoted string at any of these (CharTraits.IsSingleQuote). */
static bool is_powershell_quote(uint32_t point)
{
    return point == '\'' || (point >= 0x2018 && point <= 0x201B);
}

static void put_powershell(struct command_out *out, struct slice value)
{
    while (value.len > 0) {
        uint32_t point = 0;
        size_t n = text_utf8_next(value, &point);
        put(out, value.ptr, n);
        if (is_powershell_quote(point))
            put(out, value.ptr, n);
        value.ptr += n;
        value.len -= n;
    }
}

static void put_json(struct command_out *out, struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            put(out, "\\", 1);
        put(out, &value.ptr[i], 1);
    }
}

static bool is_path_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~@", c));
}

/* RFC 3986, 3.3. A segment of dots alone would climb the path, so its dots are encoded too. */
static void put_path(struct command_out *out, struct slice value)
{
    static const char hex[] = "0123456789ABCDEF";
    bool dots = strspn(value.ptr, ".") >= value.len;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (is_path_char(value.ptr[i]) && !dots)
            put(out, &value.ptr[i], 1);
        else
            put(out, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
    }
}

static void put_value(struct command_out *out, char before, const char *text)
{
    struct slice value = slice_of(text);
    if (!can_be_shown(value))
        put(out, FINDING_COMMAND_WITHHELD, strlen(FINDING_COMMAND_WITHHELD));
    else if (before == '\'')
        put_powershell(out, value);
    else if (before == '"')
        put_json(out, value);
    else
        put_path(out, value);
}

/* A network is ours to write: read it and print it again, or withhold it. */
static void put_cidr(struct command_out *out, const char *text)
{
    struct prefix prefix;
    const char *error = NULL;
    char canonical[PREFIX_TEXT_MAX];
    if (!text || !prefix_parse(slice_of(text), &prefix, &error)) {
        put_value(out, '\0', NULL);
        return;
    }
    put(out, canonical, prefix_format(&prefix, canonical));
}

/* Graph names the type of a range by its family. */
static void put_cidr_type(struct command_out *out, const char *text)
{
    const char *type = text && strchr(text, ':') ? "iPv6CidrRange" : "iPv4CidrRange";
    put(out, type, strlen(type));
}

/* Replaces a placeholder at the template's beginning; returns how long it was, 0 if there is none.
 */
static size_t put_placeholder(struct command_out *out, const char *at, char before,
                              const struct command_values *values)
{
    const struct {
        const char *name, *value;
    } names[] = {{"{user}", values->user},
                 {"{mailbox}", values->mailbox},
                 {"{actor}", values->actor},
                 {"{rule}", values->rule},
                 {"{feed}", values->feed}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].name);
        if (strncmp(at, names[i].name, len) != 0)
            continue;
        put_value(out, before, names[i].value);
        return len;
    }
    if (strncmp(at, "{cidr}", 6) == 0) {
        put_cidr(out, values->cidr);
        return 6;
    }
    if (strncmp(at, "{cidr_type}", 11) == 0) {
        put_cidr_type(out, values->cidr);
        return 11;
    }
    return 0;
}

size_t finding_command_fill(const char *template, const struct command_values *values,
                            char ret_text[static FINDING_COMMAND_MAX])
{
    struct command_out out = {.text = ret_text};
    for (const char *at = template; *at != '\0';) {
        size_t n = put_placeholder(&out, at, at > template ? at[-1] : '\0', values);
        if (n == 0)
            put(&out, at, 1);
        at += n > 0 ? n : 1;
    }
    if (out.full)
        return 0;
    ret_text[out.len] = '\0';
    return out.len;
}

/* Texts of a finding are cut at their capacity, and names that come from the windows at 63 bytes:
 * one that fills its place may name somebody else. */
static const char *whole(const char *text, size_t cap)
{
    size_t len = strlen(text);
    return len > 0 && len < cap - 1 && len != 63 ? text : NULL;
}

static const char *target_user(const struct finding *f)
{
    bool person = f->subject_type &&
                  (strcmp(f->subject_type, "user") == 0 || strcmp(f->subject_type, "mailbox") == 0);
    if (person)
        return whole(f->subject, sizeof f->subject);
    return f->users_n == 1 ? whole(f->users[0], sizeof f->users[0]) : NULL;
}

/* How often a template is filled: for each network, mailbox, or user of one session; what else is
 * missing is written as such. */
static unsigned times(const struct finding *f, const char *template, unsigned cidrs_n)
{
    bool session = f->subject_type && strcmp(f->subject_type, "session") == 0;
    bool each = strstr(template, "{mailbox}") || (session && strstr(template, "{user}"));
    unsigned n = each ? f->users_n : 1;
    if (strstr(template, "{cidr}"))
        return cidrs_n; /* there is no network to block: nothing to say */
    return n == 0 ? 1 : n < FINDING_COMMAND_TARGETS ? n : FINDING_COMMAND_TARGETS;
}

static bool is_cidr(const char *text)
{
    struct prefix prefix;
    const char *error = NULL;
    return prefix_parse(slice_of(text), &prefix, &error);
}

/* The networks to block: the feed's entry, else those listed, else a subject that is one. */
static unsigned target_cidrs(const struct finding *f,
                             const char *ret[static FINDING_COMMAND_TARGETS])
{
    unsigned n = 0;
    if (is_cidr(f->feed.cidr)) {
        ret[n++] = f->feed.cidr;
        return n;
    }
    for (unsigned i = 0; i < f->networks_n && n < FINDING_COMMAND_TARGETS; i++)
        if (is_cidr(f->networks[i]))
            ret[n++] = f->networks[i];
    if (n == 0 && is_cidr(f->subject))
        ret[n++] = f->subject;
    return n;
}

/* Who did it: the user of every event there is, or nobody. */
static const char *target_actor(const struct finding *f)
{
    for (unsigned i = 1; i < f->witnesses_n; i++)
        if (strcmp(f->witnesses[i].user, f->witnesses[0].user) != 0)
            return NULL;
    const struct witness *w = &f->witnesses[0];
    return f->witnesses_n > 0 ? whole(w->user, sizeof w->user) : NULL;
}

static bool is_from(const struct finding *f, const char *const *sources)
{
    for (unsigned i = 0; i < f->witnesses_n; i++)
        for (const char *const *s = sources; *s; s++)
            if (f->witnesses[i].source && strcmp(f->witnesses[i].source, *s) == 0)
                return true;
    return false;
}

/* Does the tag hold, which is text between brackets? *ret_dialect: it names a product. */
static bool holds(const struct finding *f, struct slice tag, bool *ret_dialect)
{
    static const char *const okta[] = {"okta", NULL}, *const google[] = {"google", NULL};
    char word[64] = "";
    memcpy(word, tag.ptr, tag.len < sizeof word ? tag.len : sizeof word - 1);
    if (strncmp(word, "if ", 3) == 0)
        return verdict_measured(&f->verdict, measure_of_name(slice_of(word + 3))) > 0;
    if (strncmp(word, "about ", 6) == 0)
        return f->subject_type && strcmp(f->subject_type, word + 6) == 0;
    *ret_dialect = true;
    return is_from(f, strcmp(word, "okta") == 0 ? okta : google);
}

/* The template behind its tags; NULL: it is not for this finding. */
static const char *offered(const struct finding *f, const char *template)
{
    static const char *const microsoft[] = {"entra", "entra_graph", "o365", "defender", NULL};
    bool dialect = false, all = true;
    for (const char *end; *template == '[' && (end = strchr(template, ']')); template = end + 1)
        all &= holds(f, (struct slice){template + 1, (size_t)(end - template) - 1}, &dialect);
    return all && (dialect || is_from(f, microsoft)) ? template : NULL;
}

void finding_commands(const struct finding *f, void (*take)(void *ctx, const char *command),
                      void *ctx)
{
    const char *cidrs[FINDING_COMMAND_TARGETS] = {NULL};
    unsigned cidrs_n = target_cidrs(f, cidrs);
    struct command_values values = {.user = target_user(f),
                                    .feed = whole(f->feed.name, sizeof f->feed.name),
                                    .actor = target_actor(f),
                                    .rule = whole(f->rule, sizeof f->rule)};
    const char *user = values.user;
    char text[FINDING_COMMAND_MAX];
    for (const char *const *t = f->detector->commands; t && *t; t++) {
        const char *template = offered(f, *t);
        for (unsigned i = 0; template && i < times(f, template, cidrs_n); i++) {
            values.cidr = cidrs[i];
            values.mailbox = i < f->users_n ? whole(f->users[i], sizeof f->users[i]) : NULL;
            values.user = user ? user : times(f, template, 0) > 1 ? values.mailbox : NULL;
            if (finding_command_fill(template, &values, text) > 0)
                take(ctx, text);
        }
    }
}
