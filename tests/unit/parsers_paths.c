/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabulary and what compiling paths and signs makes; that the tables of all formats fit.
 */
#include "parsers/reader/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static struct paths paths;

static int set_up(void **state)
{
    (void)state;
    memset(&paths, 0, sizeof(paths));
    paths_init(&paths);
    return 0;
}

static uint16_t find(const char *name)
{
    return keys_find(&paths.keys, name, strlen(name));
}

static void test_keys_in_any_case(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "a", "id", "abc", "time", "@odata.type", "createdDateTime", "_raw"};
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        uint16_t id = keys_add(&paths.keys, slice_of(names[i]));
        assert_int_equal(id, paths.keys.n);
        assert_int_equal(find(names[i]), id);
    }
    assert_int_equal(find("CREATEDDATETIME"), find("createdDateTime"));
    assert_int_equal(find("Id"), find("id"));
    assert_int_equal(find("createdDateTim"), 0);
    assert_int_equal(find("createdDateTime "), 0);
    assert_int_equal(find(""), 0);
    assert_int_equal(find("\x7Fraw"), 0); /* differs from _raw in the bit that case has */
    assert_int_equal(find("`odata.type"), 0);
    assert_int_equal(keys_add(&paths.keys, SLICE("ABC")), find("abc"));
}

static void test_the_vocabulary_says_when_it_is_full(void **state)
{
    (void)state;
    static char names[KEYS_MAX][32];
    uint16_t id = 1;
    size_t n = 0;
    while (id != 0) {
        assert_true(n < KEYS_MAX);
        snprintf(names[n], sizeof(names[n]), "k%zu", n);
        id = keys_add(&paths.keys, slice_of(names[n++]));
    }
    assert_int_equal(paths.keys.n, KEYS_MAX - 1);
    for (size_t i = 0; i + 1 < n; i++)
        assert_int_not_equal(find(names[i]), 0);
    assert_int_equal(find(names[n - 1]), 0);
}

static void test_steps(void **state)
{
    (void)state;
    static const struct parser_path table[] = {
        {"^a.b / c[Word].d / e[Type=5].f / g[0] / @x.y", 0}, {"h[]", 0}, {"", 0}};
    const struct parser parser = {.paths = table,
                                  .paths_n = 3,
                                  .body = "body",
                                  .signs = (const char *const[]){"a b|c !d", "e", NULL}};
    const struct paths_parser *made = paths_compile(&paths, &parser);
    const struct path_compiled *path = &paths.paths[made->first];
    assert_int_equal(path[0].end - path[0].first, 5);
    const struct path_alternative *way = &paths.alternatives[path[0].first];
    assert_true(way[0].from_root && !way[1].from_root);
    static const enum step_kind kinds[] = {STEP_MEMBER, STEP_MEMBER,               /* a.b */
                                           STEP_MEMBER, STEP_NAMED,  STEP_MEMBER,  /* c[].d */
                                           STEP_MEMBER, STEP_WHERE,  STEP_MEMBER,  /* e[].f */
                                           STEP_MEMBER, STEP_FIRST,  STEP_MEMBER}; /* g[0], @x.y */
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        assert_int_equal(paths.steps[way[0].first + i].kind, kinds[i]);
    assert_int_equal(paths.steps[way[4].first].key, find("@x.y"));
    assert_true(paths.keys.list[find("c")] && paths.keys.list[find("h")]);
    assert_false(paths.keys.list[find("e")] || paths.keys.list[find("g")]);
    assert_int_equal(path[2].first, path[2].end);
    assert_int_equal(made->body, find("body"));
    const struct sign_word *word = &paths.words[made->signs_first];
    assert_int_equal(made->signs_end - made->signs_first, 4);
    assert_true(!word[0].last && word[1].keys_n == 2 && word[2].not &&word[2].last && word[3].last);
}

static void test_all_formats_fit(void **state)
{
    (void)state;
    for (const struct parser *const *parser = parsers_all; *parser != NULL; parser++)
        paths_compile(&paths, *parser);
    assert_true(paths.keys.n < KEYS_MAX / 2);
    assert_true(paths.steps_n < PATHS_STEPS_MAX / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_keys_in_any_case, set_up),
        cmocka_unit_test_setup(test_the_vocabulary_says_when_it_is_full, set_up),
        cmocka_unit_test_setup(test_steps, set_up),
        cmocka_unit_test_setup(test_all_formats_fit, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
