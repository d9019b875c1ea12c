/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml: trees with places, what is refused and where, and the bounds.
 */
#include "config/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct read {
    struct keep keep;
    struct diag *diag;
    struct yaml_node *root;
};

static struct read read_text(const char *text, size_t len)
{
    struct read r = {.diag = diag_new()};
    r.root = yaml_read("f", text, len, &r.keep, r.diag);
    return r;
}

static void done(struct read *r)
{
    keep_done(&r->keep);
    diag_free(r->diag);
}

static const struct yaml_node *get(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *child = map->first;
    while (child && strcmp(child->key, key) != 0)
        child = child->next;
    assert_non_null(child);
    return child;
}

/* The messages of a text, and whether a tree came back. */
static void expect(const char *text, size_t len, bool tree, const char *expected)
{
    struct read r = read_text(text, len);
    char *rendered = diag_render(r.diag);
    assert_string_equal(rendered, expected);
    assert_int_equal(r.root != NULL, tree);
    free(rendered);
    done(&r);
}

static void expect_text(const char *text, bool tree, const char *expected)
{
    expect(text, strlen(text), tree, expected);
}

static void reads_tree_with_places(void **state)
{
    (void)state;
    const char text[] = "# comment\n"
                        "kafka: {a.b: \"x: y\"}\n"
                        "input:\n"
                        "  topics:\n"
                        "    - one\n"
                        "    - 't w o'\n"
                        "  none:\n"
                        "  word: no\n"
                        "  folded: >-\n"
                        "    two\n"
                        "    lines\n";
    struct read r = read_text(text, sizeof text - 1);
    assert_int_equal(diag_errors(r.diag), 0);
    assert_int_equal(r.root->kind, YAML_MAP);
    assert_int_equal(r.root->n, 2);
    const struct yaml_node *pair = get(get(r.root, "kafka"), "a.b");
    assert_string_equal(pair->text, "x: y");
    assert_int_equal(pair->at.line, 2);
    assert_int_equal(pair->at.column, 14);
    assert_int_equal(pair->key_at.column, 9);
    assert_string_equal(pair->at.file, "f");
    const struct yaml_node *topics = get(get(r.root, "input"), "topics");
    assert_int_equal(topics->kind, YAML_LIST);
    assert_int_equal(topics->n, 2);
    assert_string_equal(topics->first->text, "one");
    assert_null(topics->first->key);
    assert_string_equal(topics->first->next->text, "t w o");
    assert_int_equal(topics->first->next->at.line, 6);
    assert_int_equal(topics->first->next->at.column, 7);
    assert_int_equal(get(get(r.root, "input"), "none")->kind, YAML_NULL);
    assert_string_equal(get(get(r.root, "input"), "word")->text, "no");
    assert_string_equal(get(get(r.root, "input"), "folded")->text, "two lines");
    done(&r);
}

static void tells_null_from_text(void **state)
{
    (void)state;
    const char text[] = "{a: ~, b: null, c: \"\", d: 'null', e: , f: nul}";
    struct read r = read_text(text, sizeof text - 1);
    static const enum yaml_kind kinds[] = {YAML_NULL,   YAML_NULL, YAML_SCALAR,
                                           YAML_SCALAR, YAML_NULL, YAML_SCALAR};
    size_t i = 0;
    for (const struct yaml_node *child = r.root->first; child; child = child->next)
        assert_int_equal(child->kind, kinds[i++]);
    assert_int_equal(i, 6);
    done(&r);
}

static void nothing_is_null(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# only a comment\n", "---\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct read r = read_text(texts[i], strlen(texts[i]));
        assert_non_null(r.root);
        assert_int_equal(r.root->kind, YAML_NULL);
        assert_int_equal(diag_errors(r.diag), 0);
        done(&r);
    }
}

static void refuses_with_place(void **state)
{
    (void)state;
    expect_text("a: &x 1\nb: *x\nc: 2\n", true,
                "f:1:4: error: anchors are not supported; quote a text that begins with \"&\"\n"
                "f:2:4: error: aliases are not supported; quote a text that begins with \"*\"\n");
    expect_text("a: !!str 1\n", true,
                "f:1:4: error: tags are not supported; quote a text that begins with \"!\"\n");
    expect_text("a: 1\nb: 2\na: 3\na: 4\n", true,
                "f:3:1: error: key \"a\" is given twice, first in line 1\n"
                "f:4:1: error: key \"a\" is given twice, first in line 1\n");
    expect_text("? [a, b]\n: 1\nc: 2\n", true, "f:1:3: error: a key must be plain text\n");
    expect_text("a: 1\n---\nb: 2\n", true, "f:2:1: error: a config is one document, not several\n");
    expect_text("a: \"\\0\"\nb: 1\n", true,
                "f:1:4: error: a text must not contain a NUL character\n");
}

static void broken_syntax_is_fatal(void **state)
{
    (void)state;
    expect_text("a:\n\tb: 1\n", false,
                "f:2:1: error: found character that cannot start any token while scanning for the "
                "next token; indent with spaces, not tabs\n");
    expect_text("a: [1, 2\nb: 3\n", false,
                "f:2:2: error: did not find expected ',' or ']' while parsing a flow sequence\n");
    expect_text("a: 1\n b: 2\n", false,
                "f:2:3: error: mapping values are not allowed in this context\n");
    expect_text("a: \xc3\xa9\nb: \xff\n", false, "f:2:4: error: invalid leading UTF-8 octet\n");
    expect("a: b\0c", 6, false, "f:1:5: error: control characters are not allowed\n");
    expect_text("a: 1\nb: 'x", false,
                "f:2:6: error: found unexpected end of stream while scanning a quoted scalar\n");
}

static void bad_values_are_marked(void **state)
{
    (void)state;
    struct read r = read_text("{a: *x, b: 1, b: 2}", 19);
    assert_int_equal(get(r.root, "a")->kind, YAML_BAD);
    assert_int_equal(get(r.root, "b")->kind, YAML_SCALAR); /* the first one */
    assert_string_equal(get(r.root, "b")->text, "1");
    assert_int_equal(get(r.root, "b")->next->kind, YAML_BAD);
    done(&r);
}

static void nested(unsigned depth, bool tree, const char *expected)
{
    char text[200] = {0};
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    expect(text, 2 * (size_t)depth, tree, expected);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    nested(YAML_DEPTH_MAX, true, "");
    nested(YAML_DEPTH_MAX + 1, false, "f:1:17: error: more than 16 levels deep\n");
}

static void nodes_are_bounded(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        const size_t n = YAML_NODES_MAX - 1 + (size_t)more; /* and the list itself */
        char *text = malloc(2 * n + 2), *end = text;
        *end++ = '[';
        for (size_t i = 0; i < n; i++, end += 2)
            memcpy(end, i + 1 < n ? "1," : "1]", 2);
        struct read r = read_text(text, (size_t)(end - text));
        assert_int_equal(r.root != NULL, !more);
        assert_int_equal(diag_errors(r.diag), (size_t)more);
        done(&r);
        free(text);
    }
}

static void bytes_are_bounded(void **state)
{
    (void)state;
    char *text = malloc(YAML_BYTES_MAX + 1);
    memset(text, '#', YAML_BYTES_MAX + 1);
    struct read r = read_text(text, YAML_BYTES_MAX);
    assert_non_null(r.root);
    done(&r);
    expect(text, YAML_BYTES_MAX + 1, false, "f: error: larger than 1 MiB\n");
    free(text);
}

/* Every prefix and every changed byte of a good file: no crash, and no tree without a reason. */
static void survives_damage(void **state)
{
    (void)state;
    const char good[] = "kafka: {a: \"b\\n\"}\nlist:\n  - 'x'\n  - [y, {z: >-\n   w}]\nt: |\n  u\n";
    const size_t len = sizeof good - 1;
    for (size_t i = 0; i <= len; i++) {
        struct read r = read_text(good, i);
        assert_true(r.root || diag_errors(r.diag) > 0);
        done(&r);
    }
    char text[sizeof good];
    for (size_t i = 0; i < len * 256; i++) {
        memcpy(text, good, sizeof good);
        text[i / 256] = (char)(i % 256);
        struct read r = read_text(text, len);
        assert_true(r.root || diag_errors(r.diag) > 0);
        done(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_tree_with_places), cmocka_unit_test(tells_null_from_text),
        cmocka_unit_test(nothing_is_null),        cmocka_unit_test(refuses_with_place),
        cmocka_unit_test(broken_syntax_is_fatal), cmocka_unit_test(bad_values_are_marked),
        cmocka_unit_test(depth_is_bounded),       cmocka_unit_test(nodes_are_bounded),
        cmocka_unit_test(bytes_are_bounded),      cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
