/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of detectors/mail/data as bytes of the binary, so that an installed spoor needs no files,
 * and what is asked of it. The path is relative to the root of the repository, where make runs.
 */
#include "detectors/mail/mail_words.h"

#include "parsers/values/text.h"

__asm__(".section .rodata\n"
        ".hidden embed_mail_words\n"
        ".hidden embed_mail_words_end\n"
        ".globl embed_mail_words\n"
        ".globl embed_mail_words_end\n"
        "embed_mail_words:\n"
        ".incbin \"detectors/mail/data/mail-words.tsv\"\n"
        "embed_mail_words_end:\n"
        ".byte 0\n"
        ".text\n");
extern const char embed_mail_words[] __attribute__((visibility("hidden")));
extern const char embed_mail_words_end[] __attribute__((visibility("hidden")));

struct slice mail_words_text(void)
{
    return (struct slice){embed_mail_words, (size_t)(embed_mail_words_end - embed_mail_words)};
}

/* Cuts what stands before the next `end` off *rest. */
static struct slice cut(struct slice *rest, char end)
{
    const char *found = rest->len > 0 ? memchr(rest->ptr, end, rest->len) : NULL;
    struct slice part = {rest->ptr, found ? (size_t)(found - rest->ptr) : rest->len};
    size_t taken = part.len + (found != NULL);
    rest->ptr += taken;
    rest->len -= taken;
    return part;
}

bool mail_words_next(struct slice *rest, struct mail_word *ret)
{
    while (rest->len > 0) {
        struct slice line = cut(rest, '\n');
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        ret->kind = cut(&line, '\t');
        ret->text = cut(&line, '\t');
        ret->more = line;
        return true;
    }
    return false;
}

static bool contains(struct slice text, struct slice part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (slice_starts_nocase((struct slice){text.ptr + i, text.len - i}, part))
            return true;
    return false;
}

bool mail_words_keyword(struct slice text)
{
    if (text.len > MAIL_WORDS_TEXT_MAX)
        text.len = MAIL_WORDS_TEXT_MAX;
    struct slice rest = mail_words_text();
    struct mail_word word;
    while (mail_words_next(&rest, &word))
        if (slice_equal(word.kind, SLICE("keyword")) && contains(text, word.text))
            return true;
    return false;
}

/* What stands behind the last \, / or : of a folder's path. */
static struct slice last_part(struct slice path)
{
    path = text_trim(path);
    for (size_t i = path.len; i > 0; i--)
        if (strchr("\\/:", path.ptr[i - 1]))
            return text_trim((struct slice){path.ptr + i, path.len - i});
    return path;
}

bool mail_words_hides(struct slice folder)
{
    struct slice rest = mail_words_text(), name = last_part(folder);
    struct mail_word word;
    while (mail_words_next(&rest, &word))
        if (slice_equal(word.kind, SLICE("folder")) && slice_equal_nocase(name, word.text))
            return true;
    return false;
}

char mail_words_letter(uint32_t code_point)
{
    struct slice rest = mail_words_text();
    struct mail_word word;
    while (mail_words_next(&rest, &word)) {
        uint32_t letter = 0;
        if (slice_equal(word.kind, SLICE("letter")) && text_utf8_next(word.text, &letter) > 0 &&
            letter == code_point && word.more.len == 1)
            return word.more.ptr[0];
    }
    return 0;
}
