/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs once per broken value, over text that has passed yajl's lexer up to `stop`.
 */
#include "parsers/json/json_token.h"

/* Behind the token that begins at `p`; the text up to there has passed yajl's lexer. */
static const char *token_end(const char *p, const char *end)
{
    if (*p == '"') {
        for (p++; p < end && *p != '"'; p++)
            p += *p == '\\';
        return p + 1;
    }
    if (strchr("{}[]:,", *p) != NULL)
        return p + 1;
    while (p < end && *p != '\0' && strchr("{}[]:,\" \t\r\n\v\f", *p) == NULL)
        p++;
    return p;
}

const char *json_refused_token(struct slice text, const char *stop, bool taken_off)
{
    const char *p = text.ptr;
    while (p < stop) {
        const char *next = p + 1;
        if (memchr(" \t\r\n\v\f", *p, 6) == NULL) {
            next = token_end(p, text.ptr + text.len);
            if (taken_off ? *p == '"' && p + 2 == stop : next >= stop)
                return p;
        }
        p = next;
    }
    return stop;
}
