/* SPDX-License-Identifier: Apache-2.0
 *
 * When two events are one act that was delivered twice: sighting.id_hash.
 */
#include "tests/unit/parts.h"
#include "tests/unit/reading.h"

static struct parts parts;

static uint64_t id_of(const struct event *ev)
{
    struct enriched_event e;
    struct sighting s;
    parts_take(&parts, ev, &e, &s);
    return s.id_hash;
}

static void test_an_id_with_time_and_operation(void **state)
{
    (void)state;
    struct event ev = parts_event("anna", "203.0.113.7", PARTS_NOW, REASON_OK);
    ev.event_id = SLICE("id-1");
    ev.operation = SLICE("Sign-in activity");
    ev.record = SLICE("{one delivery}");
    uint64_t id = id_of(&ev);
    struct event same = ev;
    same.record = SLICE("{the same, with risk added}");
    same.user = SLICE("other");
    assert_true(id_of(&same) == id);
    struct event other = ev;
    other.operation = SLICE("UserLoggedIn");
    assert_true(id_of(&other) != id);
    other = ev;
    other.time_ms++;
    assert_true(id_of(&other) != id);
    other = ev;
    other.event_id = SLICE("ID-1");
    assert_true(id_of(&other) != id);
    other = ev;
    other.source = "okta";
    assert_true(id_of(&other) != id);
    other = ev;
    other.tenant = SLICE("fabrikam");
    assert_true(id_of(&other) != id);
}

static void test_without_an_id_the_bytes_of_the_record(void **state)
{
    (void)state;
    struct event ev = parts_event("anna", "203.0.113.7", PARTS_NOW, REASON_OK);
    uint64_t bare = id_of(&ev);
    ev.record = SLICE("Failed password for anna from 203.0.113.7 port 5 ssh2");
    uint64_t id = id_of(&ev);
    assert_true(id != bare);
    assert_true(id_of(&ev) == id);
    ev.record = SLICE("Failed password for anna from 203.0.113.7 port 6 ssh2");
    assert_true(id_of(&ev) != id);
}

/* The same record in two envelopes has the same bytes. */
static void test_envelopes_do_not_count(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'category':'SignInLogs','time':'2025-03-04T05:06:07Z','properties':{'a':1}}",
        "{'event':{'category':'SignInLogs','time':'2025-03-04T05:06:07Z','properties':{'a':1}}}",
        "<13>1 2025-03-05T01:00:00Z h a - - - "
        "{'category':'SignInLogs','time':'2025-03-04T05:06:07Z','properties':{'a':1}}",
        "{'_raw':'{\\'category\\':\\'SignInLogs\\',\\'time\\':\\'2025-03-04T05:06:07Z\\',"
        "\\'properties\\':{\\'a\\':1}}'}",
    };
    struct reading *in = reading_new(NULL);
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint64_t id = id_of(reading_event(in, texts[i]));
        first = i == 0 ? id : first;
        assert_true(id == first);
    }
    reading_done(in);
}

int main(void)
{
    parts_open(&parts, "");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_id_with_time_and_operation),
        cmocka_unit_test(test_without_an_id_the_bytes_of_the_record),
        cmocka_unit_test(test_envelopes_do_not_count),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parts_close(&parts);
    return failed;
}
