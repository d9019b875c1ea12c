/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes: the record inside prints the same whatever is around it; what looks like an envelope
 * and is none; how deep they may stand; their time, which comes last.
 */
#include "tests/unit/reading.h"

#define BODY(time)                                                                                 \
    "{'category':'SignInLogs','properties':{" time "'userPrincipalName':'Anna','id':'1'}}"
#define RECORD   BODY("'createdDateTime':'2025-03-04T05:06:07Z',")
#define TIMELESS BODY("")
#define QUOTED                                                                                     \
    "{\\'category\\':\\'SignInLogs\\',\\'properties\\':{\\'createdDateTime\\':"                    \
    "\\'2025-03-04T05:06:07Z\\',\\'userPrincipalName\\':\\'Anna\\',\\'id\\':\\'1\\'}}"

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

static void test_the_record_prints_the_same(void **state)
{
    (void)state;
    static const char *const forms[] = {
        RECORD,
        "[" RECORD "]",
        "['" QUOTED "']",
        "{'records':[" RECORD "]}",
        "{'time':1741064767.123,'host':'h','sourcetype':'x','event':" RECORD ",'fields':{'a':1}}",
        "{'event':'" QUOTED "','time':'1'}",
        "{'_raw':'" QUOTED "','_time':'2025-01-01T00:00:00Z','category':'other'}",
        "{'preview':false,'offset':0,'result':{'_raw':'" QUOTED "'}}",
        "{'version':'0','id':'x','detail-type':'t','source':'s','time':'x','detail':" RECORD "}",
        "{'CloudTrailEvent':'" QUOTED "','EventId':1}",
        "{'CreationDate':'x','UserIds':'a','Operations':'o','AuditData':'" QUOTED "'}",
        "{'messageType':'DATA_MESSAGE','logEvents':[{'id':1,'timestamp':2,'message':'" QUOTED
        "'}]}",
        "{'message':" RECORD "}",
        "{'message':'plain','log':'" QUOTED "'}",
        "{'body':[" RECORD "]}",
        "{'schema':{'type':'struct'},'payload':" RECORD "}",
        "{'data':{'records':[" RECORD "]},'source':'x'}",
        "{'event':{'original':'" QUOTED "'},'@timestamp':'2025-01-01T00:00:00Z'}",
        "{'jsonPayload':" RECORD ",'insertId':1}",
    };
    char *first = NULL;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        reading_event(in, forms[i]);
        char *got = reading_print(in);
        if (first == NULL)
            first = got;
        assert_string_equal(got, first);
        if (got != first)
            free(got);
    }
    free(first);
}

static void test_several_in_one_line(void **state)
{
    (void)state;
    reading_json(in, "{'event':" RECORD "}{'event':" RECORD "} {'event':'" QUOTED "'}");
    assert_int_equal(in->events_n, 3);
    assert_int_equal(in->bads_n, 0);
}

static void test_time_of_the_envelope_comes_last(void **state)
{
    (void)state;
    const int64_t inner = 1741064767000;
    assert_int_equal(reading_event(in, "{'time':5,'event':" RECORD "}")->time_ms, inner);
    assert_int_equal(reading_event(in, "{'event':" TIMELESS ",'time':1741064767.5}")->time_ms,
                     inner + 500);
    assert_int_equal(
        reading_event(in, "{'_raw':" TIMELESS ",'_time':'2025-03-04 05:06:07'}")->time_ms, inner);
    assert_int_equal(reading_event(in, "{'time':1600000000,'event':{'message':" TIMELESS
                                       ",'@timestamp':1741064767}}")
                         ->time_ms,
                     inner);
    /* It does not outlive its envelope. */
    reading_json(in, "{'event':" TIMELESS ",'time':1741064767}\n" TIMELESS);
    assert_int_equal(in->events_n, 1);
    assert_int_equal(in->bads[0].reason, BAD_NO_TIME);
    reading_expect_bad(in, "{'event':" TIMELESS ",'time':'silly'}", BAD_TIME, 9);
}

/* A line of syslog without a year, in a file: it was shipped soon after. */
static void test_the_year_of_a_line(void **state)
{
    (void)state;
    const char *line = "{'@timestamp':'2024-12-10T06:55:49Z','message':'Dec 10 06:55:48 h sshd[1]: "
                       "Accepted password for a from 192.0.2.4 port 2 ssh2'}";
    assert_int_equal(reading_event(in, line)->time_ms, 1733813748000);
    reading_expect_bad(in,
                       "Dec 10 06:55:48 h sshd[1]: Accepted password for a from 192.0.2.4 port "
                       "2 ssh2",
                       BAD_TIME, 0);
}

static void test_what_is_no_envelope(void **state)
{
    (void)state;
    /* Keys that the collector does not define. */
    reading_expect_bad(in, "{'event':'" QUOTED "','more':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'event':'" QUOTED "','@timestamp':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'message':'hello'}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'message':5}", BAD_UNKNOWN_FORMAT, 0);
    /* A record that is recognised is never torn open. */
    reading_event(in, "{'Operation':'Send','RecordType':2,'CreationTime':'2025-03-04T05:06:07',"
                      "'message':" RECORD "}");
    assert_string_equal(in->events[0].source, "o365");
}

static void test_broken_json_in_a_string(void **state)
{
    (void)state;
    reading_expect_bad(in, "{'message':'{broken'}", BAD_NOT_JSON, 11);
    reading_expect_bad(in, "['{\\'a\\':1']", BAD_NOT_JSON, 1);
    reading_expect_bad(in, "{'event':'{\\'a\\':1}'}", BAD_UNKNOWN_FORMAT, 9);
    reading_json(in, "[" RECORD ",{'message':'{broken'}," RECORD "]");
    assert_int_equal(in->events_n, 2);
    assert_int_equal(in->bads_n, 1);
}

static void test_depth(void **state)
{
    (void)state;
    for (size_t depth = 7; depth <= 10; depth++) {
        char text[1024] = "";
        for (size_t i = 0; i < depth; i++)
            strcat(text, "{'message':");
        strcat(text, RECORD);
        for (size_t i = 0; i < depth; i++)
            strcat(text, "}");
        reading_json(in, text);
        assert_int_equal(in->events_n, depth <= READER_ENVELOPES_MAX);
        assert_int_equal(in->bads_n, depth > READER_ENVELOPES_MAX);
        if (in->bads_n > 0) {
            assert_int_equal(in->bads[0].reason, BAD_TOO_DEEP);
            assert_int_equal(in->bads[0].offset, 9 * strlen("{'message':"));
        }
    }
    /* Arrays in arrays are envelopes, too. */
    reading_expect_bad(in, "[[[[[[[[[[" RECORD "]]]]]]]]]]", BAD_TOO_DEEP, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_record_prints_the_same),
        cmocka_unit_test(test_several_in_one_line),
        cmocka_unit_test(test_time_of_the_envelope_comes_last),
        cmocka_unit_test(test_the_year_of_a_line),
        cmocka_unit_test(test_what_is_no_envelope),
        cmocka_unit_test(test_broken_json_in_a_string),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
