/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a story: the text format of the .scn files here, which scenario.c describes. Five verbs
 * and one generator; every mistake ends the program with FILE:LINE, because a story that is half
 * read proves nothing. Everything is kept until story_free.
 */
#ifndef TESTS_SCENARIO_STORY_H
#define TESTS_SCENARIO_STORY_H

#include "detectors/detectors.h"
#include "parsers/codes/microsoft.h"
#include "parsers/values/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum story_verb { STORY_EXPECT, STORY_NEVER, STORY_SUPPRESSED };

struct story_claim {
    enum story_verb verb;
    unsigned line;
    const struct detector *detector;
    char subject[128]; /* expect: a part of it; "*" any */
    enum severity severity;
    enum suppression reason;
    unsigned least, most; /* expect: how many findings */
};

struct story {
    const char *file;
    unsigned line;
    char config[8192];
    size_t config_len;
    struct event *events;
    size_t events_n, events_max;
    struct story_claim claims[64];
    unsigned claims_n;
    char **texts;
    size_t texts_n, texts_max;
};

_Noreturn static inline void story_fail(const struct story *st, const char *what, const char *text)
{
    fprintf(stderr, "%s:%u: %s%s%s\n", st->file, st->line, what, text ? ": " : "",
            text ? text : "");
    exit(2);
}

static inline void *story_grow(void *items, size_t n, size_t *max, size_t size)
{
    if (n < *max)
        return items;
    *max = *max ? 2 * *max : 64;
    void *more = realloc(items, *max * size);
    if (!more)
        abort();
    return more;
}

static inline struct slice story_keep(struct story *st, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        abort();
    st->texts = story_grow(st->texts, st->texts_n, &st->texts_max, sizeof *st->texts);
    st->texts[st->texts_n++] = copy;
    return slice_of(copy);
}

/* The next word: blanks end it, "quotes" keep blanks. NULL: the line is over. */
static inline char *story_word(char **rest)
{
    char *from = *rest + strspn(*rest, " \t"), *to = from, *word = from;
    if (*from == '\0' || *from == '#')
        return NULL;
    for (bool quoted = false; *from && (quoted || !strchr(" \t", *from)); from++)
        if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
    *rest = *from ? from + 1 : from;
    *to = '\0';
    return word;
}

/* Replaces each {a..b} by the number number i % (b - a + 1) of a..b, and {x,y} by text i % 2. */
static inline void story_expand(const struct story *st, const char *text, unsigned i, char out[256])
{
    size_t len = 0;
    while (*text && len < 255) {
        size_t close = strcspn(text, "}");
        if (*text != '{' || !text[close]) {
            out[len++] = *text++;
            continue;
        }
        unsigned a, b, n = 1;
        const char *from = text + 1;
        text += close + 1;
        if (sscanf(from, "%u..%u}", &a, &b) == 2) {
            if (b < a)
                story_fail(st, "an empty range", from);
            len += (size_t)snprintf(out + len, 256 - len, "%u", a + i % (b - a + 1));
            continue;
        }
        for (const char *p = from; *p != '}'; p++)
            n += *p == ',';
        for (unsigned k = i % n; k > 0; k--)
            from = strchr(from, ',') + 1;
        len += (size_t)snprintf(out + len, 256 - len, "%.*s", (int)strcspn(from, ",}"), from);
    }
    out[len < 255 ? len : 255] = '\0';
}

static inline bool story_yes(const struct story *st, const char *value)
{
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        story_fail(st, "yes or no expected", value);
    return value[0] == 'y';
}

/* Splits at ';' as the parsers do. */
static inline void story_list(struct story *st, const char *value, struct slice *to, uint8_t *n)
{
    char part[256];
    for (const char *end; *value && *n < EVENT_WORDS_MAX; value = end + (*end == ';')) {
        end = value + strcspn(value, ";");
        snprintf(part, sizeof part, "%.*s", (int)(end - value), value);
        to[(*n)++] = story_keep(st, part);
    }
}

/* An act on mail. False: no field of one. */
static inline bool story_mail(struct story *st, struct event *ev, const char *key,
                              const char *value)
{
    struct event_mail *mail = &ev->mail;
    const struct {
        const char *name;
        bool *flag;
    } does[] = {{"forward", &mail->forwards},    {"redirect", &mail->redirects},
                {"delete", &mail->deletes},      {"read", &mail->marks_read},
                {"stop", &mail->stops},          {"new", &mail->made},
                {"narrow", &mail->narrowed},     {"remove", &mail->removed},
                {"attach", &mail->as_attachment}};
    if (strcmp(key, "mailbox") == 0)
        mail->mailbox = story_keep(st, value);
    else if (strcmp(key, "rule") == 0)
        mail->rule = story_keep(st, value);
    else if (strcmp(key, "folder") == 0)
        mail->folder = story_keep(st, value);
    else if (strcmp(key, "to") == 0)
        story_list(st, value, mail->destinations, &mail->destinations_n);
    else if (strcmp(key, "words") == 0)
        story_list(st, value, mail->words, &mail->words_n);
    else if (strcmp(key, "admin") == 0)
        mail->by_admin = story_yes(st, value);
    else if (strcmp(key, "does") == 0) {
        for (size_t k = 0; k < sizeof does / sizeof does[0]; k++)
            *does[k].flag |= strstr(value, does[k].name) != NULL;
    } else
        return false;
    return true;
}

static inline void story_field(struct story *st, struct event *ev, const char *key,
                               const char *value)
{
    const struct {
        const char *name;
        struct slice *field;
    } texts[] = {
        {"user", &ev->user},        {"tenant", &ev->tenant},      {"app", &ev->app},
        {"app_id", &ev->app_id},    {"client", &ev->client},      {"protocol", &ev->protocol},
        {"agent", &ev->user_agent}, {"session", &ev->session},    {"device", &ev->device},
        {"id", &ev->event_id},      {"operation", &ev->operation}};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        if (strcmp(key, texts[k].name) == 0) {
            *texts[k].field = story_keep(st, value);
            return;
        }
    if (strcmp(key, "result") == 0 && strcmp(value, "unsaid") == 0)
        microsoft_judge((struct reason){REASON_UNSAID, OUTCOME_FAILURE, false}, ev);
    else if (strcmp(key, "result") == 0)
        microsoft_judge(reason_of_microsoft_code(ev->code = story_keep(st, value)), ev);
    else if (strcmp(key, "push") == 0) {
        ev->prompted = true;
        microsoft_judge((struct reason){REASON_INTERRUPT, OUTCOME_INTERRUPTED, false}, ev);
    } else if (strcmp(key, "factor") == 0)
        ev->factor = strcmp(value, "multi") == 0 ? FACTOR_MULTI : FACTOR_SINGLE;
    else if (strcmp(key, "access") == 0)
        ev->access = strcmp(value, "report_only") == 0   ? ACCESS_REPORT_ONLY
                     : strcmp(value, "not_applied") == 0 ? ACCESS_NOT_APPLIED
                                                         : ACCESS_SUCCESS;
    else if (strcmp(key, "denial") == 0)
        ev->denial = microsoft_denial(slice_of(value));
    else if (strcmp(key, "interactive") == 0)
        ev->interactive = story_yes(st, value) ? TRI_TRUE : TRI_FALSE;
    else if (strcmp(key, "kind") == 0) {
        int kind = 0;
        while (kind < KIND_N && strcmp(event_kind_name((enum event_kind)kind), value) != 0)
            kind++;
        if (kind == KIND_N)
            story_fail(st, "no such kind", value);
        ev->kind = (enum event_kind)kind;
    } else if (strcmp(key, "managed") == 0)
        ev->managed_device = story_yes(st, value);
    else if (strcmp(key, "ip") == 0) {
        ev->has_ip = ip_parse_logged(slice_of(value), &ev->ip, &ev->port);
        if (!ev->has_ip)
            story_fail(st, "no address", value);
    } else if (!story_mail(st, ev, key, value))
        story_fail(st, "no such field", key);
}

/* What the parsers derive from the same fields. */
static inline void story_derive(struct event *ev)
{
    ev->ropc =
        slice_equal_nocase(ev->protocol, SLICE("ropc")) || microsoft_is_ropc_agent(ev->user_agent);
    ev->legacy = microsoft_legacy(ev->client, ev->user_agent);
    ev->program = microsoft_is_program(ev->user);
    bool only_factors;
    ev->change = microsoft_change_of(ev->operation, &only_factors);
}

static inline int64_t story_span(const struct story *st, const char *text)
{
    char unit = 0;
    unsigned n = 0;
    const char *units = "smhd";
    static const int64_t ms[] = {1000, 60000, 3600000, 86400000};
    if (sscanf(text, "%u%c", &n, &unit) != 2 || !strchr(units, unit))
        story_fail(st, "a time span such as 10s, 5m, 2h, 3d expected", text);
    return n * ms[strchr(units, unit) - units];
}

static inline void story_at(struct story *st, char *rest)
{
    char *time = story_word(&rest), *word, *fields[32];
    unsigned n = 1, fields_n = 0;
    int64_t from_ms = 0, every_ms = 0;
    if (!time || !timestamp_parse(slice_of(time), &from_ms))
        story_fail(st, "a time expected", time);
    while ((word = story_word(&rest)) != NULL) {
        if (strcmp(word, "every") == 0 && (word = story_word(&rest)) != NULL)
            every_ms = story_span(st, word);
        else if (word && sscanf(word, "x%u", &n) == 1 && !strchr(word, '='))
            continue;
        else if (word && fields_n < 32)
            fields[fields_n++] = word;
    }
    for (unsigned i = 0; i < n; i++) {
        struct event ev = {.time_ms = from_ms + i * every_ms,
                           .kind = KIND_SIGN_IN,
                           .interactive = TRI_TRUE,
                           .source = "scenario",
                           .tenant = SLICE("contoso")};
        char id[64];
        snprintf(id, sizeof id, "event-%zu", st->events_n);
        ev.event_id = story_keep(st, id);
        microsoft_judge(reason_of_microsoft_code(SLICE("0")), &ev);
        for (unsigned k = 0; k < fields_n; k++) {
            char text[256], *equals;
            story_expand(st, fields[k], i, text);
            if (!(equals = strchr(text, '=')))
                story_fail(st, "field=value expected", text);
            *equals = '\0';
            story_field(st, &ev, text, equals + 1);
        }
        story_derive(&ev);
        st->events = story_grow(st->events, st->events_n, &st->events_max, sizeof *st->events);
        st->events[st->events_n++] = ev;
    }
}

static inline void story_claim(struct story *st, enum story_verb verb, char *rest)
{
    struct story_claim c = {.verb = verb, .line = st->line, .least = 1, .most = 1};
    char *name = story_word(&rest), *subject = verb == STORY_EXPECT ? story_word(&rest) : NULL;
    char *what = verb == STORY_NEVER ? NULL : story_word(&rest), *range = story_word(&rest);
    c.detector = name ? detectors_find(name) : NULL;
    if (!c.detector)
        story_fail(st, "no such detector", name);
    if (verb != STORY_NEVER && !what)
        story_fail(st, "the line is too short", NULL);
    snprintf(c.subject, sizeof c.subject, "%s", subject ? subject : "*");
    if (verb == STORY_EXPECT && (c.severity = severity_of_name(what)) == SEVERITY_NONE)
        story_fail(st, "no such severity", what);
    while (verb == STORY_SUPPRESSED && strcmp(suppression_name(c.reason), what) != 0)
        if (++c.reason == SUPPRESSED_N)
            story_fail(st, "no such reason", what);
    if (range && sscanf(range, "%u..%u", &c.least, &c.most) == 1)
        c.most = c.least;
    st->claims[st->claims_n++] = c;
}

static inline void story_line(struct story *st, char *line)
{
    char *rest = line, *verb = story_word(&rest);
    if (!verb)
        return;
    if (strcmp(verb, "config") == 0)
        st->config_len += (size_t)snprintf(st->config + st->config_len,
                                           sizeof st->config - st->config_len, "%s\n", rest);
    else if (strcmp(verb, "at") == 0)
        story_at(st, rest);
    else if (st->claims_n == sizeof st->claims / sizeof st->claims[0])
        story_fail(st, "too many expectations", NULL);
    else if (strcmp(verb, "expect") == 0)
        story_claim(st, STORY_EXPECT, rest);
    else if (strcmp(verb, "never") == 0)
        story_claim(st, STORY_NEVER, rest);
    else if (strcmp(verb, "suppressed") == 0)
        story_claim(st, STORY_SUPPRESSED, rest);
    else
        story_fail(st, "no such verb", verb);
}

static inline void story_read(struct story *st, const char *file)
{
    char line[2048];
    *st = (struct story){.file = file};
    FILE *in = fopen(file, "r");
    if (!in)
        story_fail(st, "cannot be opened", NULL);
    while (fgets(line, sizeof line, in)) {
        st->line++;
        line[strcspn(line, "\r\n")] = '\0';
        story_line(st, line);
    }
    fclose(in);
    if (st->events_n == 0)
        story_fail(st, "a story has events", NULL);
}

static inline void story_free(struct story *st)
{
    for (size_t i = 0; i < st->texts_n; i++)
        free(st->texts[i]);
    free(st->texts);
    free(st->events);
}

#endif
