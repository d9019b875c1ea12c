/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening messages: batches, lines, pages; what is refused, with which offset, and that a bad
 * record takes no neighbour along.
 */
#include "tests/unit/reading.h"

#include <malloc.h>

/* A record that is ours, by user and the shortest other fields. */
#define SIGN_IN(user)                                                                              \
    "{'category':'SignInLogs','properties':{'createdDateTime':'2025-03-04T05:06:07Z',"             \
    "'userPrincipalName':'" user "'}}"
#define NO_TIME "{'category':'SignInLogs','properties':{'userPrincipalName':'x'}}"

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

static void expect_users(const char *users)
{
    char got[256] = "";
    for (size_t i = 0; i < in->events_n; i++) {
        strncat(got, in->events[i].user.ptr, in->events[i].user.len);
        strcat(got, " ");
    }
    assert_string_equal(got, users);
}

static void test_shapes_of_a_message(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'records':[" SIGN_IN("a") "," SIGN_IN("b") "]}",
        "{'Records':[" SIGN_IN("a") "," SIGN_IN("b") "],'more':{'x':[1]}}",
        "{'more':{'x':[1]},'records':[" SIGN_IN("a") "," SIGN_IN("b") "]}",
        "[" SIGN_IN("a") "," SIGN_IN("b") "]",
        "[[" SIGN_IN("a") "],{'records':[" SIGN_IN("b") "]}]",
        SIGN_IN("a") "\n" SIGN_IN("b") "\n",
        SIGN_IN("a") "\r\n\r\n \t\n" SIGN_IN("b"),
        SIGN_IN("a") SIGN_IN("b"),
        SIGN_IN("a") " " SIGN_IN("b"),
        "\xEF\xBB\xBF \n[" SIGN_IN("a") "]\n[" SIGN_IN("b") "]",
        "{'@odata.context':'x','value':[" SIGN_IN("a") "," SIGN_IN("b") "]}",
        "{'value':[" SIGN_IN("a") "," SIGN_IN("b") "],'@odata.nextLink':'x'}",
        "{'value':[" SIGN_IN("a") "," SIGN_IN("b") "]}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        reading_json(in, texts[i]);
        assert_int_equal(in->bads_n, 0);
        expect_users("a b ");
    }
}

static void test_nothing_to_do(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " \r\n\t",
                                        "\xEF\xBB\xBF",
                                        "[]",
                                        "{'records':[]}",
                                        "[{'records':[]}]",
                                        "{'@odata.context':'x','value':[]}"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        reading_json(in, texts[i]);
        assert_int_equal(in->next_index, 0);
    }
    reading_read(in, (struct slice){NULL, 0});
    assert_int_equal(in->next_index, 0);
}

static void test_what_is_no_record(void **state)
{
    (void)state;
    reading_expect_bad(in, "hello", BAD_NOT_JSON, 0);
    reading_expect_bad(in, "  5", BAD_NOT_JSON, 2);
    reading_expect_bad(in, "\xFF\xFE{", BAD_NOT_JSON, 0);
    reading_expect_bad(in, "{}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, " {'a':1}", BAD_UNKNOWN_FORMAT, 1);
    reading_expect_bad(in, "{'records':{'a':1}}", BAD_UNKNOWN_FORMAT, 11);
    reading_expect_bad(in, "{'records':null}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'value':[" SIGN_IN("a") "],'b':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "[12]", BAD_UNKNOWN_FORMAT, 1);
    reading_expect_bad(in, "[ null]", BAD_UNKNOWN_FORMAT, 2);
    reading_expect_bad(in, "[ 'text']", BAD_UNKNOWN_FORMAT, 2);
    reading_expect_bad(in, "[ 'te\\nxt']", BAD_UNKNOWN_FORMAT, 2);
    reading_json(in, "[1,true,'x',{'a':[]}]");
    assert_int_equal(in->bads_n, 4);
    assert_int_equal(in->bads[3].offset, 12);
}

static void test_an_event_with_a_key_records_is_not_torn_open(void **state)
{
    (void)state;
    reading_json(in,
                 "{'category':'SignInLogs','properties':{'createdDateTime':'2025-03-04T05:06:07Z',"
                 "'userPrincipalName':'a'},'records':[" SIGN_IN("b") "]}");
    expect_users("a ");
}

static void test_offsets_and_indexes(void **state)
{
    (void)state;
    reading_json(in, "{'records':[" SIGN_IN("a") ", " SIGN_IN("b") "]}\n" SIGN_IN("c"));
    size_t one = strlen(SIGN_IN("a"));
    assert_int_equal(in->events_n, 3);
    assert_int_equal(in->events[0].offset, 12);
    assert_int_equal(in->events[1].offset, 12 + one + 2);
    assert_int_equal(in->events[2].offset, 12 + one + 2 + one + 3);
    assert_int_equal(in->events[2].index, 2);
}

static void test_a_bad_record_spoils_only_itself(void **state)
{
    (void)state;
    static const struct {
        const char *bad;
        enum bad_reason reason;
        size_t offset; /* in the record */
    } rows[] = {
        {NO_TIME, BAD_NO_TIME, 0},
        {"{'category':'SignInLogs','time':'yesterday','properties':{}}", BAD_TIME, 0},
        {"{'x':1}", BAD_UNKNOWN_FORMAT, 0},
        {"7", BAD_UNKNOWN_FORMAT, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[1024];
        snprintf(text, sizeof(text), "{'records':[%s,%s,%s]}", SIGN_IN("a"), rows[i].bad,
                 SIGN_IN("c"));
        reading_expect_bad(in, text, rows[i].reason,
                           12 + strlen(SIGN_IN("a")) + 1 + rows[i].offset);
        expect_users("a c ");
        assert_int_equal(in->bads[0].index, 1);
    }
}

static void test_an_unreadable_outer_time_does_not_matter(void **state)
{
    (void)state;
    uint64_t before = reader_counts(in->reader)->unreadable_times;
    reading_json(
        in, "{'records':[" SIGN_IN("a") ",{'category':'SignInLogs','time':'silly',"
                                        "'properties':{'createdDateTime':'2025-03-04T05:06:07Z'}},"
                                        "{'category':'SignInLogs','time':'2025-03-04T05:06:07Z',"
                                        "'properties':{'createdDateTime':'silly'}}]}");
    assert_int_equal(in->events_n, 3);
    assert_int_equal(reader_counts(in->reader)->unreadable_times, before + 1);
}

/* A record with `depth` levels of its own, in the middle of a batch. */
static void read_deep(size_t depth, bool batch)
{
    static char text[65536];
    size_t len = (size_t)snprintf(text, 512, "%s%s", batch ? "{'records':[" : "",
                                  batch ? SIGN_IN("a") "," : "");
    len += (size_t)snprintf(text + len, 128, "{'category':'SignInLogs','x':");
    memset(text + len, '[', depth - 1);
    len += depth - 1;
    memset(text + len, ']', depth - 1);
    len += depth - 1;
    snprintf(text + len, 512, ",'properties':{'createdDateTime':'2025-03-04T05:06:07Z'}}%s",
             batch ? "," SIGN_IN("c") "]}" : "");
    reading_json(in, text);
}

static void test_depth(void **state)
{
    (void)state;
    size_t inside = strlen("{'category':'SignInLogs','x':");
    for (size_t depth = 63; depth <= 65; depth++) {
        read_deep(depth, false);
        assert_int_equal(in->events_n, depth <= 64);
        assert_int_equal(in->bads_n, depth > 64);
    }
    assert_int_equal(in->bads[0].reason, BAD_TOO_DEEP);
    assert_int_equal(in->bads[0].offset, inside + 63);

    static const size_t depths[] = {62, 63, 64, 5000};
    for (size_t i = 0; i < 4; i++) { /* two levels are the batch's */
        read_deep(depths[i], true);
        assert_int_equal(in->events_n, depths[i] + 2 <= 64 ? 3 : 2);
        assert_int_equal(in->bads_n, depths[i] + 2 > 64);
    }
    read_deep(10000, true); /* given up: it costs itself only */
    assert_int_equal(in->events_n, 2);
    assert_int_equal(in->bads_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_TOO_DEEP);
}

static void test_records_that_are_too_large(void **state)
{
    (void)state;
    const char *const fills[] = {"x", "\\/"};
    for (size_t f = 0; f < 2; f++) {
        for (size_t i = 0; i < 2; i++) {
            size_t step = strlen(fills[f]), cap = READER_RECORD_MAX + 4096;
            char *text = calloc(1, cap);
            size_t len = (size_t)snprintf(text, 512, "[%s,", SIGN_IN("a"));
            size_t begin = len, end = begin + READER_RECORD_MAX + i;
            len += (size_t)snprintf(text + len, 512,
                                    "{'category':'SignInLogs','properties':{"
                                    "'createdDateTime':'2025-03-04T05:06:07Z',"
                                    "'userPrincipalName':'b','userAgent':'");
            for (; len + step + 3 <= end; len += step)
                memcpy(text + len, fills[f], step);
            while (len + 3 < end)
                text[len++] = 'y';
            len += (size_t)snprintf(text + len, 512, "'}},%s]", SIGN_IN("c"));
            reading_json(in, text);
            expect_users(i == 0 ? "a b c " : "a c ");
            assert_int_equal(in->bads_n, i);
            if (i == 0)
                assert_in_range(in->events[1].user_agent.len, READER_TEXT_MAX - 3, READER_TEXT_MAX);
            else
                assert_int_equal(in->bads[0].offset, begin);
            free(text);
        }
    }
}

static void test_a_record_with_too_many_nodes(void **state)
{
    (void)state;
    size_t cap = 200000, len = 0;
    char *text = calloc(1, cap);
    len += (size_t)snprintf(text, 512,
                            "[%s,{'Operation':'x','RecordType':1,'CreationTime':1,"
                            "'Parameters':[",
                            SIGN_IN("a"));
    for (size_t i = 0; i < 40000; i++)
        len += (size_t)snprintf(text + len, 8, "{},");
    snprintf(text + len, 512, "1]},%s]", SIGN_IN("c"));
    reading_json(in, text);
    expect_users("a c ");
    assert_int_equal(in->bads[0].reason, BAD_TOO_LARGE);
    assert_int_equal(in->bads[0].offset, 1 + strlen(SIGN_IN("a")) + 1);
    free(text);
}

static void test_a_message_that_is_too_large(void **state)
{
    (void)state;
    char *text = malloc(READER_MESSAGE_MAX + 1);
    memset(text, ' ', READER_MESSAGE_MAX + 1);
    reading_read(in, (struct slice){text, READER_MESSAGE_MAX + 1});
    assert_int_equal(in->bads_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_TOO_LARGE);
    reading_read(in, (struct slice){text, READER_MESSAGE_MAX});
    assert_int_equal(in->next_index, 0);
    free(text);
}

static void test_a_large_batch_needs_the_nodes_of_one_record(void **state)
{
    (void)state;
    const size_t n = 10000;
    const char *one = SIGN_IN("somebody") ",";
    char *text = malloc(n * strlen(one) + 64);
    size_t len = (size_t)snprintf(text, 32, "{'records':[");
    for (size_t i = 0; i < n; i++, len += strlen(one))
        memcpy(text + len, one, strlen(one));
    snprintf(text + len - 1, 8, "]}");
    reading_json(in, text);
    assert_int_equal(in->events_n, n);
    assert_int_equal(in->bads_n, 0);
    free(text);
}

static void test_too_many_records(void **state)
{
    (void)state;
    const size_t n = READER_EVENTS_MAX + 5;
    for (int array = 0; array < 2; array++) {
        char *text = malloc(3 * n + 8);
        size_t len = 0;
        text[len++] = array ? '[' : ' ';
        for (size_t i = 0; i < n; i++) {
            memcpy(text + len, array ? "{}," : "{}\n", 3);
            len += 3;
        }
        text[len - 1] = array ? ']' : '\n';
        reading_read(in, (struct slice){text, len});
        assert_int_equal(in->bads_n, READER_EVENTS_MAX + 1);
        assert_int_equal(in->next_index, READER_EVENTS_MAX + 1);
        assert_int_equal(reader_counts(in->reader)->bad[BAD_TOO_MANY], array + 1);
        free(text);
    }
}

static void test_a_break_in_lines(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "{'a':1",    "{'a':",   "{'a':'x",          "{",  "}", "{'a':[1,2", "{'a' 1}",
        "{'a':nul}", "garbage", "{'a':{'b':{'c':1", "{]", ",", "{'a':1}}",
    };
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char text[1024];
        snprintf(text, sizeof(text), "%s\n%s\n%s\n%s\n", SIGN_IN("a"), broken[i], SIGN_IN("c"),
                 SIGN_IN("d"));
        reading_json(in, text);
        expect_users("a c d ");
        assert_true(in->bads_n >= 1);
        assert_true(in->bads[in->bads_n - 1].reason == BAD_NOT_JSON);
    }
}

static void test_a_break_in_a_batch(void **state)
{
    (void)state;
    reading_expect_bad(in, "{'records':[" SIGN_IN("a") ",{'x' 1}," SIGN_IN("c") "]}", BAD_NOT_JSON,
                       12 + strlen(SIGN_IN("a")) + 1 + 5);
    expect_users("a c ");
    /* Later lines are tried; what is left of the broken batch around them is not reported again. */
    reading_expect_bad(in,
                       "[\n" SIGN_IN("a") ",\n{'x' 1},\n" SIGN_IN("c") ",\n" SIGN_IN("d") "\n]\n",
                       BAD_NOT_JSON, 2 + strlen(SIGN_IN("a")) + 2 + 5);
    expect_users("a c d ");
    reading_expect_bad(in, "[" SIGN_IN("a") ",]", BAD_NOT_JSON, 1 + strlen(SIGN_IN("a")) + 1);
}

static void test_truncation(void **state)
{
    (void)state;
    const char *text = "{'records':[" SIGN_IN("a") "," SIGN_IN("b") "]}";
    size_t len = strlen(text);
    for (size_t cut = 1; cut < len; cut++) {
        char part[512];
        memcpy(part, text, cut);
        part[cut] = '\0';
        reading_expect_bad(in, part, BAD_TRUNCATED, cut);
        assert_true(in->events_n <= 2);
    }
}

static void test_reading_again_after_breaks_is_bounded(void **state)
{
    (void)state;
    /* 60 objects open one in the other, a line each, around a long list that breaks at its end:
     * each line could be a beginning. */
    size_t cap = 4 << 20, len = 0;
    char *text = calloc(1, cap + 1024);
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(text + len, 16, "{'a':[\n");
    while (len < cap)
        len += (size_t)snprintf(text + len, 8, "{},");
    snprintf(text + len, 16, "!\n");
    reading_json(in, text);
    assert_in_range(in->bads_n, 1, 4);
    free(text);
}

static void test_the_sink_is_told_when_memory_runs_out(void **state)
{
    (void)state;
    /* Each record needs 4 KiB of decoded text; 16 MiB last for fewer than 5000 of them. */
    const size_t n = 3000;
    char *text = malloc(n * 4400 + 64);
    size_t len = 0;
    text[len++] = '[';
    for (size_t i = 0; i < n; i++) {
        len += (size_t)snprintf(text + len, 256,
                                "{'category':'SignInLogs','properties':{"
                                "'createdDateTime':'2025-03-04T05:06:07Z',"
                                "'userAgent':'\\n");
        memset(text + len, 'u', 4000);
        len += 4000;
        len += (size_t)snprintf(text + len, 32, "'}}%s", i + 1 < n ? "," : "]");
    }
    reading_json(in, text);
    assert_int_equal(in->events_n, n);
    assert_int_equal(in->flushes_n, 1);
    free(text);
}

static void test_reading_takes_no_memory(void **state)
{
    (void)state;
    reading_json(
        in,
        "[" SIGN_IN(
            "A\\u0042C") ",{'Operation':'UpdateInboxRules','RecordType':2,"
                         "'CreationTime':1741064767,'OperationProperties':[{'Name':'RuleActions',"
                         "'Value':'[{\\\"ActionType\\\":\\\"Delete\\\"}]'}]},{'x':1},[" SIGN_IN(
                             "b"));
    struct slice text = {in->text, in->text_len};
    struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < 100; i++)
        reading_read(in, text);
    struct mallinfo2 after = mallinfo2();
    assert_true(in->events_n == 2 && in->bads_n == 2);
    assert_int_equal(before.uordblks, after.uordblks);
    assert_int_equal(before.hblks, after.hblks);
}

/* Bound, let go, bound to another: as if the reader had been made for it each time. */
static void test_a_reader_is_bound_anew(void **state)
{
    (void)state;
    static const char okta[] =
        "{'eventType':'user.session.start','published':'2025-03-04T05:06:07Z'}";
    struct reading *any = reading_new(NULL);
    const struct parser *const to[] = {parsers_find(SLICE("okta")), NULL,
                                       parsers_find(SLICE("o365")), parsers_find(SLICE("okta"))};
    for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
        reader_bind(any->reader, to[i]);
        reading_json(any, okta);
        assert_int_equal(any->events_n, to[i] == NULL || to[i] == parsers_find(SLICE("okta")));
    }
    reading_done(any);
}

static void test_one_format_only(void **state)
{
    (void)state;
    struct reading *graph = reading_new(parsers_find(SLICE("entra_graph")));
    reading_expect_bad(graph, "[" SIGN_IN("a") "]", BAD_UNKNOWN_FORMAT, 1);
    reading_json(graph,
                 "{'value':[{'createdDateTime':'2025-03-04T05:06:07Z','status':{},'appId':'a'}]}");
    assert_int_equal(graph->events_n, 1);
    reading_done(graph);
    assert_null(parsers_find(SLICE("Entra")));
    assert_null(parsers_find(SLICE("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes_of_a_message),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_what_is_no_record),
        cmocka_unit_test(test_an_event_with_a_key_records_is_not_torn_open),
        cmocka_unit_test(test_offsets_and_indexes),
        cmocka_unit_test(test_a_bad_record_spoils_only_itself),
        cmocka_unit_test(test_an_unreadable_outer_time_does_not_matter),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_records_that_are_too_large),
        cmocka_unit_test(test_a_record_with_too_many_nodes),
        cmocka_unit_test(test_a_message_that_is_too_large),
        cmocka_unit_test(test_a_large_batch_needs_the_nodes_of_one_record),
        cmocka_unit_test(test_too_many_records),
        cmocka_unit_test(test_a_break_in_lines),
        cmocka_unit_test(test_a_break_in_a_batch),
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_reading_again_after_breaks_is_bounded),
        cmocka_unit_test(test_the_sink_is_told_when_memory_runs_out),
        cmocka_unit_test(test_reading_takes_no_memory),
        cmocka_unit_test(test_a_reader_is_bound_anew),
        cmocka_unit_test(test_one_format_only),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
