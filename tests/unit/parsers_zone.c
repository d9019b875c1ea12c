/* SPDX-License-Identifier: Apache-2.0
 *
 * Local time to UTC: fixed offsets, the hour that a clock shows twice and the one it skips, zones
 * by host, and which times of a line they are for.
 */
#include "parsers/values/zone.h"

#include "parsers/values/timestamp.h"
#include "tests/unit/reading.h"

/* Berlin in 2025. */
static const struct zone_step berlin_steps[] = {
    {INT64_MIN, 3600000},
    {INT64_C(1743296400000), 7200000}, /* 2025-03-30T01:00Z */
    {INT64_C(1761440400000), 3600000}, /* 2025-10-26T01:00Z */
};
static const struct zone berlin = {berlin_steps, 3};
static const struct zone_step west_steps[] = {{INT64_MIN, -5400000}};
static const struct zone west = {west_steps, 1};
static const struct zone_host hosts[] = {{"fw01", &west}};
static const struct zones table = {.other = &berlin, .hosts = hosts, .hosts_n = 1};

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    assert_true(timestamp_parse(slice_of(text), &ms));
    return ms;
}

static void test_to_utc(void **state)
{
    (void)state;
    static const struct {
        const char *local, *utc;
    } rows[] = {
        {"2025-01-15T12:00:00Z", "2025-01-15T11:00:00Z"},
        {"2025-07-15T12:00:00Z", "2025-07-15T10:00:00Z"},
        {"2025-03-30T01:59:59Z", "2025-03-30T00:59:59Z"},
        {"2025-03-30T02:30:00Z", "2025-03-30T01:30:00Z"}, /* skipped */
        {"2025-03-30T03:00:00Z", "2025-03-30T01:00:00Z"},
        {"2025-10-26T01:59:59Z", "2025-10-25T23:59:59Z"},
        {"2025-10-26T02:30:00Z", "2025-10-26T00:30:00Z"}, /* twice: the first */
        {"2025-10-26T03:00:00Z", "2025-10-26T02:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(zone_to_utc(&berlin, ms_of(rows[i].local)), ms_of(rows[i].utc));
    assert_int_equal(zone_to_utc(&west, 0), 5400000);
    assert_int_equal(zone_to_utc(NULL, 7), 7);
}

static void test_hosts(void **state)
{
    (void)state;
    assert_ptr_equal(zones_of(&table, SLICE("FW01")), &west);
    assert_ptr_equal(zones_of(&table, SLICE("fw0")), &berlin);
    assert_ptr_equal(zones_of(&table, (struct slice){NULL, 0}), &berlin);
    assert_null(zones_of(NULL, SLICE("fw01")));
}

static void expect_time(struct reading *in, const char *text, const char *utc, bool zoneless)
{
    const struct event *ev = reading_event(in, text);
    assert_int_equal(ev->time_ms, ms_of(utc));
    assert_int_equal(ev->zoneless, zoneless);
}

#define SSHD "sshd[1]: Failed password for a from 203.0.113.7 port 5 ssh2"
#define CEF  "CEF:0|V|P|1|1|login|1|suser=a src=203.0.113.7 outcome=failure "

static void test_which_times(void **state)
{
    (void)state;
    struct reading *in = reading_new(NULL);
    reader_zones(in->reader, &table);
    reader_reference(in->reader, ms_of("2025-07-15T12:00:00Z"));
    expect_time(in, "<38>Jul 15 12:00:00 bastion " SSHD, "2025-07-15T10:00:00Z", true);
    expect_time(in, "<38>Jul 15 12:00:00 fw01 " SSHD, "2025-07-15T13:30:00Z", true);
    expect_time(in, "<38>Jul 15 2025 12:00:00 bastion " SSHD, "2025-07-15T10:00:00Z", true);
    expect_time(in, "2025-07-15T12:00:00Z bastion " SSHD, "2025-07-15T12:00:00Z", false);
    expect_time(in, CEF "rt=Jul 15 2025 12:00:00", "2025-07-15T10:00:00Z", true);
    expect_time(in, CEF "rt=Jul 15 2025 12:00:00 UTC", "2025-07-15T12:00:00Z", false);
    expect_time(in, CEF "rt=Jul 15 2025 12:00:00 dtz=+05:00", "2025-07-15T07:00:00Z", false);
    expect_time(in, CEF "rt=1752580800000", "2025-07-15T12:00:00Z", false);
    /* The vendor says that this is UTC. */
    expect_time(in,
                "{'event_type_id':5,'account_id':1,'event_timestamp':'2025-07-15 12:00:00',"
                "'user_id':1}",
                "2025-07-15T12:00:00Z", false);
    reader_zones(in->reader, NULL);
    expect_time(in, "<38>Jul 15 12:00:00 fw01 " SSHD, "2025-07-15T12:00:00Z", true);
    reading_done(in);
}

/* The year is that of the arrival, in the zone: New Year comes earlier in the east. */
static void test_the_year(void **state)
{
    (void)state;
    struct reading *in = reading_new(NULL);
    reader_zones(in->reader, &table);
    reader_reference(in->reader, ms_of("2025-12-31T23:10:00Z"));
    expect_time(in, "<38>Jan  1 00:05:00 bastion " SSHD, "2025-12-31T23:05:00Z", true);
    expect_time(in, "<38>Dec 31 23:59:00 bastion " SSHD, "2025-12-31T22:59:00Z", true);
    reader_reference(in->reader, 0);
    reading_expect_bad(in, "<38>Jan  1 00:05:00 bastion " SSHD, BAD_TIME, 0);
    assert_int_equal(reader_counts(in->reader)->yearless, 1);
    reading_done(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_to_utc),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_which_times),
        cmocka_unit_test(test_the_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
