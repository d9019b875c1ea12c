/* SPDX-License-Identifier: Apache-2.0
 *
 * The tape: which nodes are kept, borrowed and decoded text, offsets of what is refused, depth,
 * capacity, strings opened as JSON, and that reading takes no memory from the system.
 */
#include "parsers/json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static struct keys keys;
static struct arena *arena;
static struct json doc;
static uint16_t key_a, key_b, key_list;

static int set_up(void **state)
{
    (void)state;
    key_a = keys_add(&keys, SLICE("alpha"));
    key_b = keys_add(&keys, SLICE("b"));
    key_list = keys_add(&keys, SLICE("Parameters"));
    keys.list[key_list] = true;
    arena = arena_new(1 << 20);
    return arena != NULL && json_init(&doc, &keys, arena) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    json_done(&doc);
    arena_free(arena);
    return 0;
}

static struct json_value read_text(const char *text)
{
    doc.n = 0;
    doc.starved = false;
    arena_reset(arena);
    return json_read(&doc, slice_of(text), NULL);
}

static void expect_node(uint32_t i, enum json_type type, uint16_t key, const char *text)
{
    assert_int_equal(doc.nodes[i].type, type);
    assert_int_equal(doc.nodes[i].key, key);
    struct slice got = json_node_text(&doc, i);
    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.ptr, text, got.len);
}

static void test_layout_is_flat(void **state)
{
    (void)state;
    const char *text = "{\"alpha\":{\"b\":1},\"b\":[2,true,null]} ";
    struct json_value value = read_text(text);
    assert_int_equal(value.fault.reason, BAD_N);
    assert_true(value.complete);
    assert_ptr_equal(value.end, text + strlen(text) - 1);
    assert_int_equal(doc.n, 7);
    expect_node(1, JSON_OBJECT, key_a, "{\"b\":1}");
    expect_node(2, JSON_NUMBER, key_b, "1");
    expect_node(3, JSON_ARRAY, key_b, "[2,true,null]");
    expect_node(5, JSON_TRUE, 0, "true");
    expect_node(6, JSON_NULL, 0, "null");
    assert_int_equal(doc.nodes[0].next, 7);
    assert_int_equal(doc.nodes[1].next, 3);
    assert_int_equal(doc.nodes[3].next, 7);
    assert_ptr_equal(doc.nodes[2].text, text + 14); /* borrowed, not copied */
}

static void test_unknown_members_are_skipped(void **state)
{
    (void)state;
    /* Of the outermost object the names stay, without their children; deeper nothing does. */
    read_text("{\"x\":{\"alpha\":1,\"y\":[[{}]]},\"alpha\":{\"x\":\"s\",\"y\":{\"b\":1},\"b\":"
              "\"t\"},\"z\":5}");
    assert_int_equal(doc.n, 5);
    expect_node(1, JSON_OBJECT, 0, "{\"alpha\":1,\"y\":[[{}]]}");
    assert_int_equal(doc.nodes[1].next, 2);
    expect_node(2, JSON_OBJECT, key_a, "{\"x\":\"s\",\"y\":{\"b\":1},\"b\":\"t\"}");
    expect_node(3, JSON_STRING, key_b, "t");
    expect_node(4, JSON_NUMBER, 0, "5");
}

static void test_an_object_in_place_of_a_list_keeps_all_names(void **state)
{
    (void)state;
    read_text("{\"parameters\":{\"ForwardTo\":\"x\",\"N\\u0061me\":\".\"}}");
    assert_int_equal(doc.n, 4);
    expect_node(2, JSON_STRING, 0, "x");
    assert_int_equal(doc.nodes[3].name_len, 4);
    assert_memory_equal(doc.nodes[3].name, "Name", 4);
}

static void test_keys_in_any_case_and_with_escapes(void **state)
{
    (void)state;
    read_text("{\"ALPHA\":1,\"alph\\u0061\":2,\"aLpHa\":3,\"alpha\\u0000\":4,\"alph\":5}");
    assert_int_equal(doc.n, 6);
    for (uint32_t i = 1; i <= 5; i++)
        assert_int_equal(doc.nodes[i].key, i <= 3 ? key_a : 0);
}

static void test_strings_are_decoded_when_asked(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
        size_t len;
    } rows[] = {
        {"a\\/b\\\\c\\\"d", "a/b\\c\"d", 7},
        {"\\b\\f\\n\\r\\t", "\b\f\n\r\t", 5},
        {"\\u0041\\u00e9\\u20AC", "A\xC3\xA9\xE2\x82\xAC", 6},
        {"\\ud83d\\ude00!", "\xF0\x9F\x98\x80!", 5},
        {"\\ud83d!", "\xEF\xBF\xBD!", 4},                  /* lone high surrogate */
        {"\\ude00\\ud83d", "\xEF\xBF\xBD\xEF\xBF\xBD", 6}, /* the wrong way round */
        {"\\ud83d\\u0041",
         "\xEF\xBF\xBD"
         "A",
         4},
        {"\\ud83d\\n", "\xEF\xBF\xBD\n", 4},
        {"a\\u0000b", "a\0b", 3},
        {"\\\\", "\\", 1},
        {"\\\"\\\"", "\"\"", 2},
        {"\xFF\xC0\\n", "\xFF\xC0\n", 3}, /* broken UTF-8 is no reason to refuse */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "{\"alpha\":\"%s\"}", rows[i].json);
        assert_int_equal(read_text(text).fault.reason, BAD_N);
        struct slice got = json_node_text(&doc, 1);
        assert_int_equal(got.len, rows[i].len);
        assert_memory_equal(got.ptr, rows[i].text, got.len);
        assert_ptr_equal(json_node_text(&doc, 1).ptr, got.ptr); /* decoded once */
    }
}

static void test_broken_text_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum bad_reason reason;
        size_t offset;
    } rows[] = {
        {"{\"alpha\" 1}", BAD_NOT_JSON, 9},
        {"{\"alpha\":tru}", BAD_NOT_JSON, 12},
        {"{\"alpha\":1,}", BAD_NOT_JSON, 11},
        {"{\"alpha\":[1,2,]}", BAD_NOT_JSON, 14},
        {"{\"alpha\":'x'}", BAD_NOT_JSON, 9},
        {"{\"alpha\":1 \"b\":2}", BAD_NOT_JSON, 11},
        {"{\"alpha\":1 \"a\\\"b\":2}", BAD_NOT_JSON, 11},
        {"{\"alpha\":1 234}", BAD_NOT_JSON, 11},
        {"{\"alpha\":\"a\x01\"}", BAD_NOT_JSON, 11},
        {"{\"alpha\":\"a\\q\"}", BAD_NOT_JSON, 12},
        {"{\"alpha\":\"\\u00g0\"}", BAD_NOT_JSON, 14},
        {"{\"alpha\":-}", BAD_NOT_JSON, 10},
        {"{\"alpha\":1.}", BAD_NOT_JSON, 11},
        {"[1}", BAD_NOT_JSON, 2},
        {"{\"alpha\":1", BAD_TRUNCATED, 10},
        {"{\"alpha\":\"abc", BAD_TRUNCATED, 13},
        {"{\"alpha\":\"abc\\", BAD_TRUNCATED, 14},
        {"[{\"b\":[", BAD_TRUNCATED, 7},
        {"{", BAD_TRUNCATED, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json_value value = read_text(rows[i].text);
        assert_string_equal(bad_reason_name(value.fault.reason), bad_reason_name(rows[i].reason));
        assert_int_equal(value.fault.at - rows[i].text, rows[i].offset);
        assert_false(value.complete);
    }
}

static void test_depth(void **state)
{
    (void)state;
    static char text[40000];
    static const size_t depths[] = {1, 63, 64, 65, 200, 8192, 8193, 10000};
    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        size_t n = depths[i];
        memset(text, '[', n);
        memset(text + n, ']', n);
        text[2 * n] = '\0';
        struct json_value value = read_text(text);
        if (n <= READER_DEPTH_MAX) {
            assert_int_equal(value.fault.reason, BAD_N);
            continue;
        }
        assert_int_equal(value.fault.reason, BAD_TOO_DEEP);
        assert_int_equal(value.fault.at - text, READER_DEPTH_MAX);
        assert_int_equal(value.complete, n <= JSON_GIVE_UP_DEPTH);
    }
}

static void test_more_nodes_than_fit(void **state)
{
    (void)state;
    static char text[4 * JSON_NODES_MAX];
    for (size_t extra = 0; extra < 2; extra++) {
        size_t n = JSON_NODES_MAX - 1 + extra, len = 0;
        text[len++] = '[';
        for (size_t i = 0; i < n; i++) {
            text[len++] = '1';
            text[len++] = i + 1 < n ? ',' : ']';
        }
        text[len] = '\0';
        struct json_value value = read_text(text);
        assert_true(value.complete);
        assert_int_equal(value.fault.reason, extra ? BAD_TOO_LARGE : BAD_N);
    }
}

static void test_json_in_a_string_is_opened_once(void **state)
{
    (void)state;
    read_text("{\"alpha\":\" {\\\"b\\\":\\\"{\\\\\\\"b\\\\\\\":1}\\\"} \",\"b\":2}");
    uint32_t opened = json_open(&doc, 1);
    assert_int_equal(opened, 3);
    assert_int_equal(json_open(&doc, 1), opened);
    expect_node(opened + 1, JSON_STRING, key_b, "{\"b\":1}");
    uint32_t again = json_open(&doc, opened + 1);
    expect_node(again + 1, JSON_NUMBER, key_b, "1");
    assert_int_equal(doc.nodes[0].next, 3); /* the outer document does not see them */
    assert_int_equal(json_open(&doc, 0), 0 + doc.nodes[0].child - 1);
    assert_int_equal(json_open(&doc, 2), 0);
}

static void test_strings_that_are_no_json_stay_strings(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "x",       "{New IP=POSITIVE}", "{",
                                        "[1,2", "{} tail", "{(Contains(word))}"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "{\"alpha\":\"%s\"}", texts[i]);
        read_text(text);
        uint32_t nodes_n = doc.n;
        assert_int_equal(json_open(&doc, 1), 0);
        assert_int_equal(json_open(&doc, 1), 0);
        assert_int_equal(doc.n, nodes_n);
    }
}

static void test_a_full_arena_is_said(void **state)
{
    (void)state;
    read_text("{\"alpha\":\"a\\nb\"}");
    while (arena_text(arena, 1) != NULL)
        ;
    assert_int_equal(json_node_text(&doc, 1).len, 0);
    assert_true(doc.starved);
}

static void test_long_escaped_strings(void **state)
{
    (void)state;
    /* yajl's buffer doubles to twice the text; beyond the region the value is refused, not the
     * program's memory overrun. */
    static const size_t sizes[] = {1 << 20, 3 << 20, 15 << 20};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *text = malloc(sizes[i] + 32);
        size_t len = (size_t)snprintf(text, 32, "{\"alpha\":\"\\n");
        memset(text + len, 'x', sizes[i]);
        memcpy(text + len + sizes[i], "\"}", 3);
        struct json_value value = read_text(text);
        assert_int_equal(value.fault.reason, BAD_TOO_LARGE);
        assert_int_equal(value.complete, sizes[i] < 4 << 20);
        assert_int_equal(doc.region.used, 0);
        free(text);
    }
}

static void test_reading_takes_no_memory(void **state)
{
    (void)state;
    const char *texts[] = {"{\"alpha\":\"a\\nb\",\"b\":[{\"b\":\"\\u0041\"}]}",
                           "{\"alpha\":", "[[[[1,}"};
    struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < 1000; i++) {
        struct json_value value = read_text(texts[i % 3]);
        if (value.complete) {
            json_node_text(&doc, 1);
            json_open(&doc, 1);
        }
    }
    struct mallinfo2 after = mallinfo2();
    assert_int_equal(before.uordblks, after.uordblks);
    assert_int_equal(before.hblks, after.hblks);
    assert_int_equal(doc.region.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_is_flat),
        cmocka_unit_test(test_unknown_members_are_skipped),
        cmocka_unit_test(test_an_object_in_place_of_a_list_keeps_all_names),
        cmocka_unit_test(test_keys_in_any_case_and_with_escapes),
        cmocka_unit_test(test_strings_are_decoded_when_asked),
        cmocka_unit_test(test_broken_text_says_where),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_more_nodes_than_fit),
        cmocka_unit_test(test_json_in_a_string_is_opened_once),
        cmocka_unit_test(test_strings_that_are_no_json_stay_strings),
        cmocka_unit_test(test_a_full_arena_is_said),
        cmocka_unit_test(test_long_escaped_strings),
        cmocka_unit_test(test_reading_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
