/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of event fields: trimming, the words that mean "nothing", lower case, UTF-8. The words were
 * collected from real exports of the supported products; compare them trimmed and in any case.
 */
#include "parsers/values/text.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice text_trim(struct slice text)
{
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    while (text.len > 0 && is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    return text;
}

struct slice text_bare(struct slice text)
{
    static const struct slice mark = {"\xEF\xBB\xBF", 3}, cookie = {"@cee:", 5};
    char first = text.len > 0 ? *text.ptr : '\0';
    if (first > ' ' && first != '@' && text.ptr[text.len - 1] > ' ')
        return text; /* nearly always */
    while (text.len > 0 && (text.ptr[text.len - 1] == '\0' || is_blank(text.ptr[text.len - 1])))
        text.len--;
    text = text_trim(text);
    while (slice_starts_nocase(text, mark))
        text = text_trim((struct slice){text.ptr + mark.len, text.len - mark.len});
    if (text.len > 0 && *text.ptr == '@' && slice_starts_nocase(text, cookie)) {
        struct slice rest = text_trim((struct slice){text.ptr + cookie.len, text.len - cookie.len});
        text = rest.len > 0 && (*rest.ptr == '{' || *rest.ptr == '[') ? rest : text;
    }
    return text;
}

static const struct slice null_words[] = {
    {"-", 1},
    {"NA", 2},
    {"{}", 2},
    {"[]", 2},
    {"N/A", 3},
    {"...", 3},
    {"null", 4},
    {"none", 4},
    {"(null)", 6},
    {"unknown", 7},
    {"redacted", 8},
    {"undefined", 9},
    {"Not Available", 13},
    {"00000000-0000-0000-0000-000000000000", 36},
};

/* <IP ADDRESS>, $UserName$: a place-holder nobody filled in. One pair of marks, none inside. */
static bool is_placeholder(struct slice text)
{
    if (text.len < 2)
        return false;
    char first = text.ptr[0], last = text.ptr[text.len - 1];
    bool angle = first == '<' && last == '>';
    bool dollar = first == '$' && last == '$' && text.len > 2;
    if (!angle && !dollar)
        return false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.ptr[i];
        if (angle ? c == '<' || c == '>' : c == '$' || is_blank(c))
            return false;
    }
    return true;
}

bool text_is_null(struct slice text)
{
    text = text_trim(text);
    if (text.len == 0)
        return true;
    /* What the words and marks begin with; most texts begin with something else. */
    if (memchr("-NnUuRr{[(.0<$", *text.ptr, 14) == NULL)
        return false;
    for (size_t i = 0; i < sizeof null_words / sizeof *null_words; i++)
        if (slice_equal_nocase(text, null_words[i]))
            return true;
    return is_placeholder(text);
}

struct slice text_lower(struct arena *arena, struct slice text)
{
    size_t same = 0;
    while (same < text.len && slice_lower(text.ptr[same]) == text.ptr[same])
        same++;
    if (same == text.len)
        return text;
    char *copy = arena_text(arena, text.len);
    if (!copy)
        return (struct slice){0};
    memcpy(copy, text.ptr, same);
    for (size_t i = same; i < text.len; i++)
        copy[i] = slice_lower(text.ptr[i]);
    return (struct slice){copy, text.len};
}

struct slice text_cut(struct slice text, size_t max)
{
    if (text.len <= max)
        return text;
    /* The sequence that covers byte `max`, if there is a valid one, begins at most 3 bytes earlier.
     */
    for (size_t back = 1; back <= 3 && back <= max; back++) {
        uint32_t ignored;
        struct slice rest = {text.ptr + max - back, text.len - (max - back)};
        if (text_utf8_next(rest, &ignored) > back)
            return (struct slice){text.ptr, max - back};
    }
    return (struct slice){text.ptr, max};
}

size_t text_utf8_next(struct slice rest, uint32_t *ret_code_point)
{
    /* The least code point that needs so many bytes: below it, the sequence is overlong. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (rest.len == 0)
        return 0;
    unsigned char first = (unsigned char)rest.ptr[0];
    if (first < 0x80) {
        *ret_code_point = first;
        return 1;
    }
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    *ret_code_point = TEXT_BAD;
    if (first < 0xC2 || first > 0xF4 || rest.len < length)
        return 1;
    uint32_t point = first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char c = (unsigned char)rest.ptr[i];
        if ((c & 0xC0) != 0x80)
            return 1;
        point = point << 6 | (c & 0x3Fu);
    }
    if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return 1;
    *ret_code_point = point;
    return length;
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Begins a word: behind something else than a letter, or a capital behind a small one. */
static bool begins_word(struct slice text, size_t at)
{
    if (at == 0 || !is_letter(text.ptr[at - 1]))
        return true;
    return text.ptr[at] <= 'Z' && text.ptr[at - 1] >= 'a';
}

bool text_has_word(struct slice text, const char *const *words)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_letter(text.ptr[i]) || !begins_word(text, i))
            continue;
        struct slice rest = {text.ptr + i, text.len - i};
        for (const char *const *word = words; *word != NULL; word++)
            if (slice_starts_nocase(rest, slice_of(*word)))
                return true;
    }
    return false;
}

bool text_number(struct slice text, uint32_t max, uint32_t *ret)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text.ptr[i] - '0');
        if (number > max)
            return false;
    }
    *ret = text.len > 0 ? (uint32_t)number : *ret;
    return text.len > 0;
}

bool text_deceives(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0xAD || point == 0x61C ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF || point == TEXT_BAD ||
           (point >= 0xE0000 && point <= 0xE007F);
}
