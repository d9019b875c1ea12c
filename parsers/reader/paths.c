/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiling "^a.b[Name].c / d" to steps. Runs before the first message; speed does not matter.
 */
#include "parsers/reader/paths.h"

#include <assert.h>

/* Takes the part of *rest before `mark`, or all of it. */
static struct slice take(struct slice *rest, const char *mark)
{
    size_t n = strlen(mark);
    struct slice part = *rest;
    for (size_t i = 0; i + n <= rest->len; i++) {
        if (memcmp(rest->ptr + i, mark, n) == 0) {
            part.len = i;
            rest->ptr += i + n;
            rest->len -= i + n;
            return part;
        }
    }
    rest->len = 0;
    return part;
}

static void add_step(struct paths *paths, enum step_kind kind, uint16_t key, struct slice word)
{
    assert(paths->steps_n < PATHS_STEPS_MAX);
    paths->steps[paths->steps_n++] = (struct path_step){kind, key, word};
}

static uint16_t key_of(struct paths *paths, struct slice name)
{
    uint16_t key = keys_add(&paths->keys, name);
    assert(key != 0);
    return key;
}

/* One "name", "name[Word]", "name[Key=Word]" or "name[0]". Member names here have no dots. */
static void compile_step(struct paths *paths, struct slice step)
{
    bool list = memchr(step.ptr, '[', step.len) != NULL;
    uint16_t key = key_of(paths, take(&step, "["));
    add_step(paths, STEP_MEMBER, key, (struct slice){NULL, 0});
    if (!list)
        return;
    struct slice word = take(&step, "]");
    if (slice_equal(word, SLICE("0"))) {
        add_step(paths, STEP_FIRST, 0, word);
    } else if (memchr(word.ptr, '=', word.len) != NULL) {
        uint16_t which = key_of(paths, take(&word, "="));
        add_step(paths, STEP_WHERE, which, word);
    } else {
        paths->keys.list[key] = true;
        if (word.len > 0) /* "name[]" only says that it is a list */
            add_step(paths, STEP_NAMED, 0, word);
    }
}

static void compile_path(struct paths *paths, const char *text)
{
    assert(paths->paths_n < PATHS_MAX && text != NULL);
    struct path_compiled *path = &paths->paths[paths->paths_n++];
    path->first = paths->alternatives_n;
    for (struct slice rest = slice_of(text); rest.len > 0;) {
        struct slice one = take(&rest, " / ");
        assert(paths->alternatives_n < PATHS_ALTERNATIVES_MAX && one.len > 0);
        struct path_alternative *way = &paths->alternatives[paths->alternatives_n++];
        way->from_root = *one.ptr == '^';
        if (way->from_root)
            one = (struct slice){one.ptr + 1, one.len - 1};
        way->first = paths->steps_n;
        bool quoted = *one.ptr == '\'';
        if (quoted)
            one = (struct slice){one.ptr + 1, one.len - 2};
        const char *dot = quoted || *one.ptr == '@' ? "'" : "."; /* "@odata.type" is one name */
        while (one.len > 0)
            compile_step(paths, take(&one, dot));
        way->end = paths->steps_n;
    }
    path->end = paths->alternatives_n;
}

/* The next word of a sign; a name with blanks is in quotes. */
static struct slice take_word(struct slice *rest)
{
    if (*rest->ptr != '\'')
        return take(rest, " ");
    *rest = (struct slice){rest->ptr + 1, rest->len - 1};
    struct slice word = take(rest, "'");
    (void)take(rest, " ");
    return word;
}

static void compile_sign(struct paths *paths, const char *text)
{
    for (struct slice rest = slice_of(text); rest.len > 0;) {
        struct slice word = take_word(&rest);
        assert(paths->words_n < PATHS_MAX);
        struct sign_word *to = &paths->words[paths->words_n++];
        to->not = *word.ptr == '!';
        if (to->not )
            word = (struct slice){word.ptr + 1, word.len - 1};
        while (word.len > 0) {
            assert(to->keys_n < 8);
            to->keys[to->keys_n++] = key_of(paths, take(&word, "|"));
        }
        to->last = rest.len == 0;
    }
}

void paths_init(struct paths *paths)
{
    paths->name = key_of(paths, SLICE("Name"));
    paths->value = key_of(paths, SLICE("Value"));
    paths->name_key = key_of(paths, SLICE("Key"));
}

const struct paths_parser *paths_compile(struct paths *paths, const struct parser *parser)
{
    assert(paths->parsers_n < PATHS_PARSERS_MAX);
    struct paths_parser *to = &paths->parsers[paths->parsers_n++];
    to->parser = parser;
    to->first = paths->paths_n;
    if (parser->body != NULL)
        to->body = key_of(paths, slice_of(parser->body));
    for (size_t i = 0; i < parser->paths_n; i++)
        compile_path(paths, parser->paths[i].path);
    to->signs_first = paths->words_n;
    for (const char *const *sign = parser->signs; *sign != NULL; sign++)
        compile_sign(paths, *sign);
    to->signs_end = paths->words_n;
    return to;
}
