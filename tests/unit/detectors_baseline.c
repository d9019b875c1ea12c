/* SPDX-License-Identifier: Apache-2.0
 *
 * Habits: who gets a row, what is learnt, and that it is read as of two days before the event.
 */
#include "detectors/known/baseline.h"

#include "detectors/frame/sighting_place.h"
#include "detectors/windows/places.h"
#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY (INT64_C(86400000))

static void test_cut(void **state)
{
    (void)state;
    int64_t day = PARTS_NOW / DAY;
    assert_int_equal(baseline_cut(day * DAY), day - 2);
    assert_int_equal(baseline_cut(day * DAY + DAY - 1), day - 2);
    assert_int_equal(baseline_cut((day + 1) * DAY), day - 1);
}

/* Only a success of a named user makes a row: invented names must not fill the table. */
static void test_rows(void **state)
{
    (void)state;
    struct parts p;
    struct enriched_event e;
    struct sighting s;
    parts_open(&p, "{}");
    struct event ev = parts_event("anna", "103.30.1.1", PARTS_NOW, REASON_WRONG_PASSWORD);
    parts_take(&p, &ev, &e, &s);
    assert_int_equal(baseline_row(&s), TABLE_NONE);
    ev = parts_event("", "103.30.1.1", PARTS_NOW, REASON_OK);
    parts_take(&p, &ev, &e, &s);
    assert_int_equal(baseline_row(&s), TABLE_NONE);
    ev = parts_event("anna", "103.30.1.1", PARTS_NOW, REASON_OK);
    ev.kind = KIND_MAIL_ACCESS;
    parts_take(&p, &ev, &e, &s);
    assert_int_equal(baseline_row(&s), TABLE_NONE);
    ev.kind = KIND_SIGN_IN;
    parts_take(&p, &ev, &e, &s);
    uint32_t row = baseline_row(&s);
    assert_int_not_equal(row, TABLE_NONE);
    ev.time_ms -= DAY; /* the earliest sight stays, whatever comes later */
    parts_take(&p, &ev, &e, &s);
    ev.time_ms += 9 * DAY;
    parts_take(&p, &ev, &e, &s);
    assert_int_equal(baseline_row(&s), row);
    const struct table *users = p.windows->table[WINDOWS_USER];
    assert_int_equal(~word_load(row_words(users, row, &user_fields[USER_FIRST_SEEN])),
                     (PARTS_NOW - DAY) / 60000);
    parts_close(&p);
}

/* Days d to d + 2 of a habit, asked about from every day around. */
static void test_familiar(void **state)
{
    (void)state;
    struct parts p;
    struct enriched_event e;
    struct sighting s;
    parts_open(&p, "{}");
    for (int i = 2; i >= 0; i--) {
        struct event ev = parts_event("anna", "103.30.1.1", PARTS_NOW + i * DAY, REASON_OK);
        ev.ropc = true;
        ev.legacy = LEGACY_IMAP;
        ev.client = SLICE("IMAP4");
        parts_take(&p, &ev, &e, &s);
        parts_take(&p, &ev, &e, &s); /* twice a day is one day */
    }
    uint32_t row = baseline_row(&s);
    uint64_t what[] = {[BASELINE_PLACE] = place_cell(sighting_place(&s)),
                       [BASELINE_COUNTRY] = baseline_country(e.place.country),
                       [BASELINE_ROPC] = baseline_ropc(p.windows, &s),
                       [BASELINE_LEGACY] = baseline_legacy(p.windows, &e),
                       [BASELINE_ASN] = e.asn,
                       [BASELINE_AGENT] = s.agent_class};
    for (int kind = BASELINE_PLACE; kind <= BASELINE_AGENT; kind++)
        for (int i = 0; i < 40; i++) {
            int64_t t = PARTS_NOW + i * DAY;
            bool three =
                baseline_familiar(p.windows, row, (enum baseline_kind)kind, what[kind], t, 3);
            bool two =
                baseline_familiar(p.windows, row, (enum baseline_kind)kind, what[kind], t, 2);
            assert_int_equal(three, i >= 5 && i <= 32);
            assert_int_equal(two, i >= 4 && i <= 33);
            assert_false(
                baseline_familiar(p.windows, row, (enum baseline_kind)kind, what[kind] + 1, t, 1));
        }
    parts_close(&p);
}

static void test_what(void **state)
{
    (void)state;
    struct parts p;
    struct enriched_event a, b;
    struct sighting s, t;
    parts_open(&p, "{}");
    struct event ev = parts_event("anna", "103.30.1.1", PARTS_NOW, REASON_OK);
    ev.app_id = SLICE("04B07795");
    ev.user_agent = SLICE("curl/7.1");
    parts_take(&p, &ev, &a, &s);
    ev.app_id = SLICE("04b07795");
    ev.user_agent = SLICE("curl/8.9"); /* a new version is the same program */
    ev.ip = parts_ip("103.30.200.7");  /* another address of the same system */
    parts_take(&p, &ev, &b, &t);
    assert_true(baseline_ropc(p.windows, &s) == baseline_ropc(p.windows, &t));
    ev.user_agent = SLICE("Wget/1");
    parts_take(&p, &ev, &b, &t);
    assert_true(baseline_ropc(p.windows, &s) != baseline_ropc(p.windows, &t));
    ev.user_agent = SLICE("curl/8.9");
    ev.ip = parts_ip("103.40.1.1");
    parts_take(&p, &ev, &b, &t);
    assert_true(baseline_ropc(p.windows, &s) != baseline_ropc(p.windows, &t));
    assert_true(baseline_legacy(p.windows, &a) != baseline_legacy(p.windows, &b));
    assert_true(baseline_country(a.place.country) == baseline_country(b.place.country));
    parts_close(&p);
}

static bool is_strange(const struct parts *p, const struct sighting *s,
                       const struct enriched_event *e)
{
    return baseline_strange_country(p->windows, baseline_row(s), e->place.country, e->ev.time_ms);
}

/* A country is strange only to who is known for another one. */
static void test_country(void **state)
{
    (void)state;
    struct parts p;
    struct enriched_event e;
    struct sighting s;
    parts_open(&p, "{}");
    for (int i = 0; i < 3; i++) {
        struct event ev = parts_event("anna", "103.30.1.1", PARTS_NOW + i * DAY, REASON_OK);
        parts_take(&p, &ev, &e, &s);
    }
    for (int i = 3; i < 8; i++) {
        struct event ev = parts_event("anna", "103.60.1.1", PARTS_NOW + i * DAY, REASON_OK);
        enrich(p.enricher, &ev, &e);
        assert_int_equal(is_strange(&p, &s, &e), i >= 5);
        ev.ip = parts_ip("103.40.1.1"); /* another coast of the same country */
        enrich(p.enricher, &ev, &e);
        assert_false(is_strange(&p, &s, &e));
        ev.ip = parts_ip("10.0.0.1");
        enrich(p.enricher, &ev, &e);
        assert_false(is_strange(&p, &s, &e));
    }
    parts_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),      cmocka_unit_test(test_rows),
        cmocka_unit_test(test_familiar), cmocka_unit_test(test_what),
        cmocka_unit_test(test_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
