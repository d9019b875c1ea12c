/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON writer. Every byte goes through put(), which writes all of a piece or none and then
 * remembers the overflow. Numbers do not depend on the locale: where the C library writes a decimal
 * comma, it is put right.
 */
#include "plugin/base/json_write.h"

#include "parsers/values/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct json_out json_begin(char *buffer, size_t cap)
{
    return (struct json_out){.ptr = buffer, .cap = cap};
}

bool json_complete(const struct json_out *out)
{
    return !out->overflow && out->depth == 0 && out->len > 0 && !out->after_key;
}

static void put(struct json_out *out, const char *bytes, size_t n)
{
    if (out->overflow || n > out->cap - out->len) {
        out->overflow = true;
        return;
    }
    if (n > 0)
        memcpy(out->ptr + out->len, bytes, n);
    out->len += n;
}

static void put_char(struct json_out *out, char c)
{
    put(out, &c, 1);
}

/* What comes before a value or a key: a comma, unless it is the first or belongs to a key. */
static void separate(struct json_out *out)
{
    uint64_t bit = UINT64_C(1) << out->depth;
    if (!out->after_key && out->depth > 0 && (out->nonempty & bit))
        put_char(out, ',');
    out->nonempty |= bit;
    out->after_key = false;
}

static void begin_container(struct json_out *out, char bracket)
{
    separate(out);
    if (out->depth == JSON_NESTING_MAX) {
        out->overflow = true;
        return;
    }
    put_char(out, bracket);
    out->depth++;
    out->nonempty &= ~(UINT64_C(1) << out->depth);
}

static void end_container(struct json_out *out, char bracket)
{
    if (out->depth > 0)
        out->depth--;
    put_char(out, bracket);
}

void json_newline(struct json_out *out)
{
    put_char(out, '\n');
}

void json_begin_object(struct json_out *out)
{
    begin_container(out, '{');
}

void json_end_object(struct json_out *out)
{
    end_container(out, '}');
}

void json_begin_array(struct json_out *out)
{
    begin_container(out, '[');
}

void json_end_array(struct json_out *out)
{
    end_container(out, ']');
}

void json_key(struct json_out *out, const char *key)
{
    separate(out);
    put_char(out, '"');
    put(out, key, strlen(key));
    put(out, "\":", 2);
    out->after_key = true;
}

/* C1 controls (0x9B begins a terminal's escape sequence), and the separators that end a line for
 * JavaScript and some log viewers. */
static bool must_escape(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x2028 || point == 0x2029;
}

static void put_escaped(struct json_out *out, uint32_t point)
{
    static const char hex[] = "0123456789abcdef", controls[] = "\b\t\n\f\r", letters[] = "btnfr";
    const char *control = point < 0x20 ? memchr(controls, (int)point, sizeof controls - 1) : NULL;
    if (control) {
        put(out, (char[]){'\\', letters[control - controls]}, 2);
        return;
    }
    char text[] = {
        '\\',           'u', hex[point >> 12 & 15], hex[point >> 8 & 15], hex[point >> 4 & 15],
        hex[point & 15]};
    put(out, text, sizeof text);
}

/* Bytes of ASCII from the beginning that stand for themselves. */
static size_t plain_run(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] != '"' && text.ptr[n] != '\\' &&
           text.ptr[n] != 0x7F && (unsigned char)text.ptr[n] < 0x80)
        n++;
    return n;
}

void json_string(struct json_out *out, struct slice text)
{
    separate(out);
    put_char(out, '"');
    while (text.len > 0) {
        size_t n = plain_run(text);
        if (n > 0) {
            put(out, text.ptr, n);
        } else {
            uint32_t point = 0;
            n = text_utf8_next(text, &point);
            if (point == '"' || point == '\\')
                put(out, (char[]){'\\', (char)point}, 2);
            else if (must_escape(point))
                put_escaped(out, point);
            else if (point == TEXT_BAD)
                put(out, "\xEF\xBF\xBD", 3);
            else
                put(out, text.ptr, n);
        }
        text.ptr += n;
        text.len -= n;
    }
    put_char(out, '"');
}

void json_text(struct json_out *out, const char *text)
{
    if (text)
        json_string(out, slice_of(text));
    else
        json_null(out);
}

void json_raw(struct json_out *out, struct slice json)
{
    separate(out);
    put(out, json.ptr, json.len);
}

void json_bool(struct json_out *out, bool value)
{
    json_raw(out, value ? SLICE("true") : SLICE("false"));
}

void json_null(struct json_out *out)
{
    json_raw(out, SLICE("null"));
}

/* Digits of `value` before `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t value)
{
    do
        *--end = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    return end;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

void json_number_u64(struct json_out *out, uint64_t value)
{
    char text[20], *end = text + sizeof text, *at = digits_before(end, value);
    json_raw(out, (struct slice){at, (size_t)(end - at)});
}

void json_number_i64(struct json_out *out, int64_t value)
{
    char text[21], *end = text + sizeof text, *at = digits_before(end, magnitude(value));
    if (value < 0)
        *--at = '-';
    json_raw(out, (struct slice){at, (size_t)(end - at)});
}

/* Makes the decimal sign of whatever locale, which may be several bytes, a point. */
static size_t with_point(char *text, size_t n)
{
    size_t kept = 0;
    bool in_sign = false;
    for (size_t i = 0; i < n; i++) {
        bool sign = !strchr("0123456789+-e", text[i]);
        if (!sign || !in_sign)
            text[kept++] = sign ? '.' : text[i];
        in_sign = sign;
    }
    return kept;
}

void json_number_double(struct json_out *out, double value)
{
    if (!isfinite(value)) {
        json_null(out);
        return;
    }
    if (value == trunc(value) && fabs(value) < 1e15) {
        json_number_i64(out, (int64_t)value);
        return;
    }
    char text[64];
    int n = 0;
    for (int precision = 1; precision <= 17; precision++) {
        n = snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    json_raw(out, (struct slice){text, with_point(text, (size_t)n)});
}

void json_fixed(struct json_out *out, double value, unsigned decimals)
{
    static const int64_t scales[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    if (decimals > 6)
        decimals = 6;
    double scaled = value * (double)scales[decimals];
    if (!(fabs(scaled) < 9e15)) {
        json_number_double(out, value);
        return;
    }
    int64_t rounded = (int64_t)round(scaled);
    while (decimals > 0 && rounded % 10 == 0) {
        rounded /= 10;
        decimals--;
    }
    char text[32], *end = text + sizeof text;
    uint64_t parts = magnitude(rounded), scale = (uint64_t)scales[decimals];
    char *at = end;
    if (decimals > 0) {
        /* Adding the scale keeps the zeros after the point; its leading 1 becomes the point. */
        at = digits_before(end, parts % scale + scale);
        *at = '.';
    }
    at = digits_before(at, parts / scale);
    if (rounded < 0)
        *--at = '-';
    json_raw(out, (struct slice){at, (size_t)(end - at)});
}

void json_member_string(struct json_out *out, const char *key, struct slice text)
{
    if (text.len == 0)
        return;
    json_key(out, key);
    json_string(out, text);
}

void json_member_text(struct json_out *out, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(out, key);
    json_text(out, text);
}

void json_member_i64(struct json_out *out, const char *key, int64_t value)
{
    json_key(out, key);
    json_number_i64(out, value);
}

void json_member_bool(struct json_out *out, const char *key, bool value)
{
    json_key(out, key);
    json_bool(out, value);
}
