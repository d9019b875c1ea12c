/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of envelopes: each wraps a message, any text, so that the same records must come out.
 */
#ifndef TESTS_UNIT_WRAPPING_H
#define TESTS_UNIT_WRAPPING_H

#include "parsers/values/slice.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { WRAPPING_MAX = 4 << 20 };

/* A text on the heap, with exactly its bytes behind `done`: a sanitizer sees reading behind it. */
struct wrapped {
    char *text;
    size_t len;
};

static inline void wrapped_add(struct wrapped *to, const char *text, size_t len)
{
    if (to->text == NULL)
        to->text = malloc(WRAPPING_MAX);
    if (to->text == NULL || to->len + len > WRAPPING_MAX)
        abort();
    memcpy(to->text + to->len, text, len);
    to->len += len;
}

static inline struct slice wrapped_done(struct wrapped *to)
{
    to->text = realloc(to->text, to->len ? to->len : 1);
    if (to->text == NULL)
        abort();
    return (struct slice){to->text, to->len};
}

/* As the inside of a JSON string. */
static inline void wrapped_add_string(struct wrapped *to, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], code[8];
        if (c == '"' || c == '\\')
            wrapped_add(to, (char[]){'\\', c}, 2);
        else if ((uint8_t)c < ' ')
            wrapped_add(to, code, (size_t)snprintf(code, sizeof(code), "\\u%04x", (uint8_t)c));
        else
            wrapped_add(to, &c, 1);
    }
}

static inline void wrapped_add_gzip(struct wrapped *to, struct slice text)
{
    z_stream z = {0};
    unsigned char *packed = malloc(text.len + 4096);
    if (packed == NULL || deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    z.next_in = (Bytef *)(uintptr_t)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = packed;
    z.avail_out = (uInt)(text.len + 4096);
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    wrapped_add(to, (const char *)packed, text.len + 4096 - z.avail_out);
    deflateEnd(&z);
    free(packed);
}

enum wrapping_what { WRAP_PLAIN, WRAP_STRING, WRAP_COUNT, WRAP_GZIP, WRAP_GZIP_TWO };

/* `before` and `after` are written with ' for ". */
struct wrapping {
    const char *name;
    enum wrapping_what what;
    const char *before, *after;
    bool json_only; /* the text must be one JSON value */
    bool line_only; /* the text must stand on one line */
};

#define NESTED_1 "{'message':'"
#define SHIPPED  "{'@timestamp':'2001-01-01T00:00:00Z',"

static const struct wrapping wrappings[] = {
    {"array", WRAP_PLAIN, "[", "]", true, false},
    {"records", WRAP_PLAIN, "{'records':[", "]}", true, false},
    {"Records", WRAP_PLAIN, "{'Records':[", "],'more':{'a':[1]}}", true, false},
    {"page", WRAP_PLAIN, "{'@odata.context':'x','value':[", "]}", true, false},
    {"items page", WRAP_PLAIN, "{'kind':'admin#reports#activities','etag':'e','items':[",
     "],'nextPageToken':'t'}", true, false},
    {"lines", WRAP_PLAIN, "\xEF\xBB\xBF\r\n\r\n", "\r\n \t\n", false, false},
    {"hec", WRAP_PLAIN, "{'host':'h','source':'s','event':", ",'fields':{'a':1}}", true, false},
    {"hec string", WRAP_STRING, "{'sourcetype':'x','index':'i','event':'", "'}", false, false},
    {"_raw", WRAP_STRING, "{'_raw':'", "','user':'mallory','category':'x'}", false, false},
    {"result._raw", WRAP_STRING, "{'preview':false,'offset':0,'result':{'_raw':'", "','user':'m'}}",
     false, false},
    {"eventbridge", WRAP_PLAIN,
     "{'version':'0','id':'e','detail-type':'t','source':'aws.signin','account':'1','detail':", "}",
     true, false},
    {"lookup events", WRAP_STRING, "{'EventId':'1','EventName':'x','CloudTrailEvent':'", "'}",
     false, false},
    {"cloudwatch", WRAP_STRING,
     "{'messageType':'DATA_MESSAGE','owner':'1','logEvents':[{'id':'1','message':'", "'}]}", false,
     true},
    {"jsonPayload", WRAP_PLAIN, "{'insertId':'1','jsonPayload':", ",'logName':'l'}", true, false},
    {"textPayload", WRAP_STRING, "{'insertId':'1','textPayload':'", "','logName':'l'}", false,
     false},
    {"message", WRAP_STRING, SHIPPED "'host':{'name':'h'},'message':'", "'}", false, true},
    {"log", WRAP_STRING, SHIPPED "'stream':'stdout','log':'", "\\n'}", false, true},
    {"log object", WRAP_PLAIN, SHIPPED "'message':'prose','log':", "}", true, false},
    {"body", WRAP_PLAIN, "{'resource':{'a':1},'body':", "}", true, false},
    {"payload", WRAP_PLAIN, "{'schema':{'type':'struct','fields':[]},'payload':", "}", true, false},
    {"data", WRAP_PLAIN, "{'source':'prefix','log':'cloudtrail:events','data':", "}", true, false},
    {"event.original", WRAP_STRING, SHIPPED "'event':{'kind':'event','original':'", "'}}", false,
     true},
    {"event.original, flat", WRAP_STRING, SHIPPED "'event.kind':'event','event.original':'", "'}",
     false, true},
    {"duo page", WRAP_PLAIN, "{'stat':'OK','response':{'authlogs':[", "],'metadata':{'a':1}}}",
     true, false},
    {"duo page v1", WRAP_PLAIN, "{'stat':'OK','response':[", "]}", true, false},
    {"okta hook", WRAP_PLAIN,
     "{'eventType':'com.okta.event_hook','cloudEventsVersion':'0.1','data':{'events':[", "]}}",
     true, false},
    {"sns", WRAP_STRING,
     "{'EventSource':'aws:sns','Sns':{'Type':'Notification','Subject':'s','Message':'", "'}}",
     false, false},
    {"sqs", WRAP_STRING, "{'messageId':'m','eventSource':'aws:sqs','awsRegion':'r','body':'", "'}",
     false, true},
    {"msg", WRAP_STRING,
     "{'rawmsg':'x','timereported':'2001-01-01T00:00:00Z','syslogtag':'app','procid':'-','msg':' ",
     "'}", false, true},
    {"format-json", WRAP_STRING, "{'PROGRAM':'app','HOST':'h','MESSAGE':'", "'}", true, true},
    {"gelf", WRAP_STRING, "{'version':'1.1','host':'h','short_message':'", "'}\n", false, true},
    {"line", WRAP_STRING, "{'schema':{'type':'struct'},'payload':{'line':'", "'}}", false, true},
    {"full_log", WRAP_STRING, "{'agent':{'name':'a'},'full_log':'", "','data':{'srcip':'x'}}",
     false, true},
    {"SyslogMessage", WRAP_STRING, "{'Computer':'c','Type':'Syslog','SyslogMessage':'", "'}", false,
     true},
    {"telegraf", WRAP_STRING, "{'name':'syslog','tags':{'a':'b'},'fields':{'message':'", "'}}",
     false, true},
    {"otlp", WRAP_STRING,
     "{'resourceLogs':[{'resource':{},'scopeLogs':[{'scope':{'name':'2001'},'logRecords':[{'"
     "attributes':[],"
     "'observedTimeUnixNano':'978307200000000000','body':{'stringValue':'",
     "'}}]}]}]}", false, true},
    {"ecs", WRAP_STRING, SHIPPED "'ecs':{'version':'8'},'event':{'module':'m'},'message':'", "'}",
     false, true},
    {"BOM and cookie in a string", WRAP_STRING, SHIPPED "'message':'\\ufeff @cee: ", " \\u0000'}",
     true, true},
    {"string", WRAP_STRING, "'", "'\n", false, true},
    {"5424", WRAP_PLAIN, "<134>1 - host app 123 ID47 - ", "\n", false, true},
    {"5424 with BOM", WRAP_PLAIN,
     "<0>1 - host app - - [a@1 k='v\\']\\'' l='{']"
     "[b@1] \xEF\xBB\xBF",
     "", false, true},
    {"3164", WRAP_PLAIN, "<13>Mar  4 05:06:07 host app[12]: ", "\n", true, true},
    {"3164 without a tag", WRAP_PLAIN, "<13>Mar 14 05:06:07 host ", "", true, true},
    {"3164 with a year", WRAP_PLAIN, "<191>Mar 04 2001 05:06:07 host app: ", "", true, true},
    {"ISO in place of 3164", WRAP_PLAIN, "2001-01-01T00:00:00.123+02:00 host app: ", "", true,
     true},
    {"cee", WRAP_PLAIN, "<13>Mar  4 05:06:07 host app: @cee: ", "", true, true},
    {"counted", WRAP_COUNT, "<134>1 - host app 123 - - ", "", false, true},
    {"string in string", WRAP_STRING, "{'event':'{\\'_raw\\':\\'", "\\'}'}", true, true},
    {"gzip", WRAP_GZIP, "", "", false, false},
    {"gzip, two members", WRAP_GZIP_TWO, "", "", false, false},
};
enum { WRAPPINGS_N = sizeof(wrappings) / sizeof(wrappings[0]) };

static inline void wrapped_add_quoted(struct wrapped *to, const char *text)
{
    for (; *text != '\0'; text++)
        wrapped_add(to, *text == '\'' ? "\"" : text, 1);
}

/* The caller frees. */
static inline struct slice wrap(const struct wrapping *by, struct slice text)
{
    struct wrapped to = {0}, inner = {0};
    wrapped_add_quoted(&to, by->before);
    if (by->what == WRAP_STRING && strstr(by->before, "\\'") != NULL) {
        wrapped_add_string(&inner, text);
        wrapped_add_string(&to, wrapped_done(&inner));
        free(inner.text);
    } else if (by->what == WRAP_STRING) {
        wrapped_add_string(&to, text);
    } else if (by->what == WRAP_GZIP) {
        wrapped_add_gzip(&to, text);
    } else if (by->what == WRAP_GZIP_TWO) {
        wrapped_add_gzip(&to, (struct slice){text.ptr, text.len / 3});
        wrapped_add_gzip(&to, (struct slice){text.ptr + text.len / 3, text.len - text.len / 3});
    } else {
        wrapped_add(&to, text.ptr, text.len);
    }
    wrapped_add_quoted(&to, by->after);
    if (by->what == WRAP_COUNT) {
        char count[32];
        struct wrapped all = {0};
        wrapped_add(&all, count, (size_t)snprintf(count, sizeof(count), "%zu ", to.len));
        wrapped_add(&all, to.text, to.len);
        free(to.text);
        to = all;
    }
    return wrapped_done(&to);
}

#endif
