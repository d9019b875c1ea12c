/* SPDX-License-Identifier: Apache-2.0
 *
 * LEEF: golden input, delimiters of 1.0 and 2.0, copies that lost their tabs, devTimeFormat. What a
 * field means is tested with CEF, which has the same table. Forms as in IBM's "LEEF event
 * components".
 */
#include "tests/unit/reading.h"

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

static void test_golden(void **state)
{
    (void)state;
    expect_golden("leef/sign_ins");
}

static void test_sturdy(void **state)
{
    (void)state;
    expect_sturdy_lines("leef/sign_ins");
}

static void test_delimiters(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "LEEF:1.0|V|P|1|login|devTime=1741064767\tusrName=Anna B\tsrc=203.0.113.7",
        "LEEF:1.0|V|P|1|login|devTime=1741064767 usrName=Anna B src=203.0.113.7",
        "LEEF:2.0|V|P|1|login|^|devTime=1741064767^usrName=Anna B^src=203.0.113.7",
        "LEEF:2.0|V|P|1|login|x7c|devTime=1741064767|usrName=Anna B|src=203.0.113.7",
        "LEEF:2.0|V|P|1|login|0x5E|devTime=1741064767^usrName=Anna B^src=203.0.113.7",
        "LEEF:2.0|V|P|1|login||devTime=1741064767\tusrName=Anna B\tsrc=203.0.113.7",
        "LEEF:2.0|V|P|1|login|devTime=1741064767\tusrName=Anna B\tsrc=203.0.113.7",
        "LEEF:2.0|V|P|1|login|devTime=1741064767\tusrName=Anna B\tsrc=203.0.113.7\tmsg=a|b",
        "LEEF:2.0|V|P|1|login|^|devTime=1741064767 usrName=Anna B src=203.0.113.7",
        "LEEF:2.0|V|P|1|login|^|^^devTime=1741064767^junk^usrName= Anna B ^^src=203.0.113.7^",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        reading_read(in, slice_of(texts[i]));
        if (in->events_n != 1)
            fail_msg("%s", texts[i]);
        expect_text(in->events[0].user, "anna b");
        expect_ip(&in->events[0], "203.0.113.7");
        expect_text(in->events[0].app, "P");
    }
}

static void test_header(void **state)
{
    (void)state;
    reading_expect_bad(in, "LEEF:1.0|V|P|1|E", BAD_HEADER, 0);
    reading_expect_bad(in, "LEEF:2.0|", BAD_HEADER, 0);
    reading_expect_bad(in, "<13>LEEF:2.0|V", BAD_HEADER, 4);
    reading_json(in, "LEEF:1.0|V|P|1|E|");
    assert_int_equal(in->ignored_n, 1);
}

static void test_a_day_that_comes_first_is_not_read_as_a_month(void **state)
{
    (void)state;
#define DAY "LEEF:1.0|V|P|1|login|devTime=04/03/2025 05:06:07\tdevTimeFormat="
    reading_read(in, slice_of(DAY "MM/dd/yyyy HH:mm:ss"));
    assert_int_equal(in->events[0].time_ms, INT64_C(1743656767000)); /* 3 April */
    reading_read(in, slice_of(DAY "dd/MM/yyyy HH:mm:ss"));
    assert_int_equal(in->events_n, 0);
    reading_read(in, slice_of("<13>1 2025-03-04T05:06:07Z h - - - - " DAY "dd/MM/yyyy HH:mm:ss"));
    assert_int_equal(in->events[0].time_ms, INT64_C(1741064767000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_sturdy),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_a_day_that_comes_first_is_not_read_as_a_month),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
