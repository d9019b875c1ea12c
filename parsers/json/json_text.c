/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of the tape's nodes: escapes decoded when somebody asks, JSON in strings opened.
 */
#include "parsers/json/json.h"

#include "parsers/values/text.h"

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return value;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(lead[more] | code >> (6 * more));
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> (6 * more) & 0x3F));
    return to;
}

/* One \uXXXX or a surrogate pair at `p`, behind the u; a lone surrogate becomes U+FFFD. yajl's own
 * decoder would make it "?" or broken UTF-8. Returns the first byte behind. */
static const char *decode_unicode(const char *p, const char *end, char **to)
{
    uint32_t code = hex4(p);
    p += 4;
    if (code >= 0xD800 && code < 0xE000) {
        uint32_t low = 0;
        if (code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u')
            low = hex4(p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            p += 6;
        } else {
            code = 0xFFFD;
        }
    }
    *to = put_utf8(*to, code);
    return p;
}

/* The text is known to be well formed, and decoding never makes it longer. */
static size_t decode(const char *p, const char *end, char *to)
{
    char *begin = to;
    while (p < end) {
        if (*p != '\\') {
            *to++ = *p++;
            continue;
        }
        p++;
        char c = *p++;
        static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
        if (c == '"' || c == '\\') { /* nearly all, in JSON within JSON */
            *to++ = c;
        } else if (c == 'u') {
            p = decode_unicode(p, end, &to);
        } else {
            const char *at = strchr(from, c);
            *to++ = at ? into[at - from] : c;
        }
    }
    return (size_t)(to - begin);
}

struct slice json_node_text(struct json *doc, uint32_t index)
{
    struct json_node *node = &doc->nodes[index];
    if (node->escaped) {
        char *to = arena_text(doc->arena, node->len);
        if (to == NULL) {
            doc->starved = true;
            return (struct slice){NULL, 0};
        }
        node->len = (uint32_t)decode(node->text, node->text + node->len, to);
        node->text = to;
        node->escaped = false;
    }
    return (struct slice){node->text, node->len};
}

uint32_t json_open(struct json *doc, uint32_t index)
{
    struct json_node *node = &doc->nodes[index];
    if (node->type >= JSON_OBJECT)
        return index;
    if (node->type != JSON_STRING || node->opened >= JSON_OPENED_MAX)
        return 0;
    if (node->tried)
        return node->child;
    node->tried = true;
    struct slice text = text_bare(json_node_text(doc, index));
    if (text.len < 2 || (*text.ptr != '{' && *text.ptr != '['))
        return 0;
    uint32_t before = doc->n;
    struct json_value value = json_read(doc, text, NULL);
    bool whole = value.fault.reason == BAD_N;
    for (const char *p = value.end; whole && p < text.ptr + text.len; p++)
        whole = (uint8_t)*p <= ' ';
    if (!whole) {
        doc->n = before;
        return 0;
    }
    for (uint32_t i = before; i < doc->n; i++)
        doc->nodes[i].opened = (node->opened + 1u) & 15u;
    return node->child = value.root;
}
