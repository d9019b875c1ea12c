/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of a batch behind one that broke.
 *
 * Assumed is that what broke the batch lies before the place where reading stopped, so that every
 * byte behind it is as it was sent. That holds for one damage, because a parser that goes from left
 * to right cannot pass over the first wrong byte without having stopped at or behind it. Then:
 *
 *  - No object is found in a string. `{` and a quote, followed by a byte that may not follow a
 *    value, stand outside strings: inside one that quote has no backslash before it, so it would
 *    end the string, and behind the end of a string stand only white space, `,`, `:`, `}` and `]`.
 *    What an outsider writes into a string has its quotes escaped and is never such a place.
 *  - No part of a record is taken for one. From such a place on, brackets are counted to the end
 *    of the batch. Each that closes without having been opened belongs to a level around the
 *    place, so their number is its depth, whatever the damage did to the brackets before. Only
 *    what begins at the depth of the batch's elements is one.
 *
 * If the count does not come out as the end of a batch, or as fewer levels than are seen to open
 * before the place, more than one place is damaged. Counting begins again behind the place that
 * shows it; without any sound end the rest is lost. A line end before `{`, `[` or `<` begins a
 * message, as it does everywhere; behind it nothing is counted.
 *
 * An object in whose brace or first name reading stopped may be the damage itself:
 * `[{"a":1,{"b":2}]` is short of one bracket or has one too many. It is a record if a comma is
 * before it and its first name is also the first of the one that broke: a part of that one it
 * cannot be, for at this depth it would give the name there a second time. Any other is lost.
 *
 * Each byte is looked at five times at most: for two places counting may begin at, for what opens
 * before one, walked over, and read as JSON.
 */
#include "parsers/reader/reader_inside.h"

/* What the rest of a batch turned out to be. */
struct rest {
    const char *begin; /* where an object begins */
    const char *end;   /* behind the bracket that closes the batch */
    unsigned depth;    /* levels around `begin` */
};

enum { UNSOUND = '!', OVER = '\0' };

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Behind the string whose first quote is before `at`; NULL if it has no end or cannot be one. */
static const char *behind_string(const char *at, const char *end)
{
    for (; at < end && *at != '"'; at++) {
        if ((uint8_t)*at < ' ')
            return NULL;
        at += *at == '\\';
    }
    return at < end ? at + 1 : NULL;
}

/* The next bracket outside strings, with *at behind it; OVER, or UNSOUND with *at where that shows.
 */
static char next_bracket(const char **at, const char *end)
{
    for (const char *p = *at; p < end;) {
        char c = *p++;
        *at = p;
        if (is_one_of(c, "{}[]"))
            return c;
        if (c == '"')
            p = behind_string(p, end);
        else if (!is_one_of(c, ":, \t\r\n0123456789+-.eEtrufalsn"))
            return UNSOUND;
        if (p == NULL)
            return UNSOUND;
    }
    *at = end;
    return OVER;
}

static const char *behind_space(const char *at, const char *end)
{
    while (at < end && is_one_of(*at, " \t\r\n"))
        at++;
    return at;
}

/* The next object that certainly stands outside strings; NULL if there is none. */
static const char *next_object(const char *from, const char *end)
{
    for (const char *p; from < end && (p = memchr(from, '{', (size_t)(end - from))) != NULL;) {
        from = behind_space(p + 1, end);
        if (end - from >= 2 && *from == '"' && !is_one_of(from[1], " \t\r\n,:}]"))
            return p;
    }
    return NULL;
}

/* Counts brackets from rest->begin to the end of the batch. False: the text is unsound, and
 * rest->end is where that shows. */
static bool count_rest(struct rest *rest, const char *end, unsigned elements)
{
    uint64_t objects = 0; /* one bit for each open level */
    unsigned open = 0;
    char closed = '\0', before = '\0'; /* the last two without an opening bracket */
    rest->depth = 0;
    rest->end = rest->begin;
    for (char c; (c = next_bracket(&rest->end, end)) != OVER && c != UNSOUND;) {
        bool object = c == '{' || c == '}';
        if (c == '{' || c == '[') {
            if (open++ == READER_DEPTH_MAX)
                return false;
            objects = objects << 1 | object;
        } else if (open > 0) {
            if ((objects & 1) != object)
                return false;
            objects >>= 1;
            open--;
        } else {
            before = closed;
            closed = c;
            rest->depth++;
            const char *next = behind_space(rest->end, end);
            if (next == end || !is_one_of(*next, ",}]"))
                return rest->depth >= elements &&
                       (elements == 1 ? c == ']' : before == ']' && c == '}');
        }
    }
    return false;
}

/* How many levels open between two places and do not close, if the first is outside strings. */
static unsigned opened_between(const char *at, const char *end)
{
    unsigned open = 0;
    for (char c; (c = next_bracket(&at, end)) != OVER;) {
        if (c == UNSOUND)
            return 0;
        if (c == '{' || c == '[')
            open++;
        else if (open > 0)
            open--;
    }
    return open;
}

/* The object in whose brace or first name reading stopped, if it must be the next record; NULL: there
 * is none. */
static const char *record_at_break(const struct json_value *value, const char *end)
{
    const char *broken = value->element, *p = value->end;
    if (value->depth <= value->stream_depth || p >= end || *broken != '{')
        return NULL;
    const char *quote = behind_space(broken + 1, end);
    const char *named = quote < end && *quote == '"' ? behind_string(quote + 1, end) : NULL;
    size_t len = named != NULL ? (size_t)(named - broken) : 0;
    if ((size_t)(p - broken) < len)
        return NULL;
    for (const char *first = p - len; p > first && *p != '{';)
        p--;
    if ((size_t)(end - p) < len || len == 0 || memcmp(p, broken, len) != 0)
        return NULL;
    const char *before = p - 1;
    while (before > broken && is_one_of(*before, " \t\r\n"))
        before--;
    return *before == ',' ? p : NULL;
}

static bool find_rest(struct rest *rest, const char *from, const char *end, unsigned elements)
{
    while ((rest->begin = next_object(from, end)) != NULL) {
        unsigned opened = opened_between(from, rest->begin);
        if (count_rest(rest, end, elements) && rest->depth >= elements + opened)
            return true;
        from = rest->end;
    }
    return false;
}

static bool read_element(struct reader *reader, const char *begin, const char *end)
{
    reader->doc.n = reader->text->first;
    reader->resumed += (size_t)(end - begin);
    struct json_value value =
        json_read(&reader->doc, (struct slice){begin, (size_t)(end - begin)}, NULL);
    return reader_element(reader, value.root, begin, value.fault);
}

const char *reader_resume(struct reader *reader, const struct json_value *value, const char *end)
{
    /* Between two elements a bracket that was refused is no damage: a comma is missing. */
    const char *from = value->end, *begin = NULL;
    unsigned elements = value->stream_depth;
    if (from < end && value->depth > elements)
        from++;
    struct rest rest;
    rest.begin = record_at_break(value, end);
    reader->resumed += 3 * (size_t)(end - value->end);
    bool found = rest.begin != NULL && count_rest(&rest, end, elements) && rest.depth == elements;
    if (!found && !find_rest(&rest, from, end, elements))
        return NULL;
    reader->resumed += (size_t)(rest.end - rest.begin);
    unsigned depth = rest.depth;
    for (const char *at = rest.begin; depth >= elements;) {
        char c = next_bracket(&at, rest.end);
        if (c == '{' || c == '[') {
            if (depth++ == elements)
                begin = at - 1;
        } else if (--depth == elements && begin != NULL) {
            if (!read_element(reader, begin, at))
                break;
        }
    }
    return rest.end;
}
