/* SPDX-License-Identifier: Apache-2.0
 *
 * diag: order, place, quoted line and caret, escaping, limits, and the nearest name.
 */
#include "config/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct diag_place at(const char *file, unsigned line, unsigned column)
{
    return (struct diag_place){file, line, column};
}

static void expect(struct diag *diag, const char *expected)
{
    char *text = diag_render(diag);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    diag_free(diag);
}

static void renders_in_order(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    diag_error(diag, at("b", 2, 1), "third");
    diag_error(diag, at("a", 9, 1), "sixth");
    diag_error(diag, at("b", 7, 1), "fourth");
    diag_warn(diag, at("a", 1, 5), "fifth");
    diag_error(diag, at(NULL, 0, 0), "first %d", 1);
    diag_error(diag, at("b", 0, 0), "second");
    assert_int_equal(diag_errors(diag), 5);
    expect(diag, "error: first 1\n"
                 "b: error: second\n"
                 "b:2:1: error: third\n"
                 "b:7:1: error: fourth\n"
                 "a:1:5: warning: fifth\n"
                 "a:9:1: error: sixth\n");
}

static void keeps_order_of_equal_places(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    diag_error(diag, at("a", 1, 1), "one");
    diag_error(diag, at("a", 1, 1), "two");
    diag_error(diag, at("a", 1, 0), "zero");
    expect(diag, "a:1: error: zero\na:1:1: error: one\na:1:1: error: two\n");
}

static void quotes_line_with_caret(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    const char text[] = "first\n\tkey: bad\r\n\xe6\x97\xa5\xc3\xa9x\nlast";
    diag_source(diag, "f", text, sizeof text - 1);
    diag_error(diag, at("f", 2, 7), "tab is one cell");
    diag_error(diag, at("f", 3, 3), "wide is two cells");
    diag_error(diag, at("f", 4, 5), "end of text");
    diag_error(diag, at("f", 5, 1), "no such line");
    diag_error(diag, at("f", 1, 0), "no column");
    expect(diag, "f:1: error: no column\n  first\n"
                 "f:2:7: error: tab is one cell\n   key: bad\n        ^\n"
                 "f:3:3: error: wide is two cells\n  \xe6\x97\xa5\xc3\xa9x\n     ^\n"
                 "f:4:5: error: end of text\n  last\n      ^\n"
                 "f:5:1: error: no such line\n");
}

static void quotes_window_of_long_line(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    char text[3000];
    memset(text, 'a', sizeof text);
    text[1999] = 'X';
    diag_source(diag, "f", text, sizeof text);
    diag_error(diag, at("f", 1, 2000), "far");
    char *rendered = diag_render(diag);
    assert_true(strlen(rendered) < 300);
    const char *x = strchr(rendered, 'X'), *caret = strchr(rendered, '^');
    const char *line = strstr(rendered, "  ...") - 1;
    assert_int_equal(line[0], '\n');
    const char *second = strchr(line + 1, '\n');
    assert_int_equal(x - line, caret - second);
    free(rendered);
    diag_free(diag);
}

static void escapes_what_moves_a_terminal(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    diag_source(diag, "f", "\x1b[31m\xff\xe2\x80\xae", 9);
    diag_error(diag, at("f", 1, 6), "%s", "a\x1b[2J\n\t\xff \xe2\x80\xae \xc2\x9b \xe2\x82\xac");
    expect(diag,
           "f:1:6: error: a\\x1b[2J\\n\\t\\xff \\u202e \\x9b \xe2\x82\xac\n  ?[31m??\n       ^\n");
}

static void hides_lines_with_secrets(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    const char text[] = "  SASL.Password: hunter2\n"
                        "{\"sasl.pasword\":hunter2}\n"
                        "password_spray: {users: 1} # 1.5\n"
                        "kafka: {a.b: c, ssl.key.pem: hunter2}\n";
    diag_source(diag, "f", text, sizeof text - 1);
    for (unsigned line = 1; line <= 4; line++)
        diag_error(diag, at("f", line, 3), "bad");
    expect(diag, "f:1:3: error: bad\n  (line not shown: it may hold a secret)\n"
                 "f:2:3: error: bad\n  (line not shown: it may hold a secret)\n"
                 "f:3:3: error: bad\n  password_spray: {users: 1} # 1.5\n    ^\n"
                 "f:4:3: error: bad\n  (line not shown: it may hold a secret)\n");
}

static void counts_beyond_the_limit(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    for (unsigned i = 1; i <= 200; i++)
        diag_warn(diag, at("f", i, 1), "warning");
    for (unsigned i = 1; i <= 70; i++)
        diag_error(diag, at("f", 1000 + i, 1), "error");
    assert_int_equal(diag_errors(diag), 70);
    char *text = diag_render(diag);
    assert_non_null(strstr(text, "f:1064:1: error")); /* warnings push no error out */
    assert_null(strstr(text, "f:1065:1: error"));
    assert_null(strstr(text, "f:65:1: warning"));
    assert_non_null(strstr(text, "and 142 more, not shown\n"));
    free(text);
    diag_free(diag);
}

static void cuts_long_messages(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[100000] = '\0';
    diag_error(diag, at(NULL, 0, 0), "%s", text);
    char *rendered = diag_render(diag);
    assert_in_range(strlen(rendered), 500, 1100);
    free(rendered);
    free(text);
    diag_free(diag);
}

static void empty_renders_empty(void **state)
{
    (void)state;
    expect(diag_new(), "");
    diag_free(NULL);
}

static void finds_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"topics", "format", "start", "min_distance", "asn"};
    const size_t n = sizeof names / sizeof *names;
    assert_string_equal(diag_nearest("topcis", names, n), "topics");
    assert_string_equal(diag_nearest("Topic", names, n), "topics");
    assert_string_equal(diag_nearest("mindistance", names, n), "min_distance");
    assert_string_equal(diag_nearest("START", names, n), "start");
    assert_string_equal(diag_nearest("ans", names, n), "asn"); /* a swap is one mistake */
    assert_string_equal(diag_nearest("fromat", names, n), "format");
    assert_null(diag_nearest("xy", names, n)); /* a third of 2 is 0 */
    assert_null(diag_nearest("", names, n));
    assert_null(diag_nearest("stxyz", names, n));
    assert_null(diag_nearest("topics", names, 0));
    char long_name[1000];
    memset(long_name, 't', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_null(diag_nearest(long_name, names, n));
    const char *const long_names[] = {long_name};
    assert_null(diag_nearest("ttt", long_names, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renders_in_order),
        cmocka_unit_test(keeps_order_of_equal_places),
        cmocka_unit_test(quotes_line_with_caret),
        cmocka_unit_test(quotes_window_of_long_line),
        cmocka_unit_test(escapes_what_moves_a_terminal),
        cmocka_unit_test(hides_lines_with_secrets),
        cmocka_unit_test(counts_beyond_the_limit),
        cmocka_unit_test(cuts_long_messages),
        cmocka_unit_test(empty_renders_empty),
        cmocka_unit_test(finds_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
