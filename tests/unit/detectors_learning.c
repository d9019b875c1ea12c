/* SPDX-License-Identifier: Apache-2.0
 *
 * What a finding says while spoor learns, to whom it applies and until when; and places that are
 * nowhere, which are counted with the reason, if the journey's other end came before.
 */
#include "detectors/known/learning.h"

#include "detectors/known/baseline.h"
#include "detectors/known/crowd.h"
#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)

static struct sighting take(struct parts *p, const char *user, const char *ip, int64_t time_ms)
{
    struct event ev = parts_event(user, ip, time_ms, REASON_OK);
    struct enriched_event e;
    struct sighting s;
    parts_take(p, &ev, &e, &s);
    return s;
}

/* High, last seen at time_ms, lowered to Medium for whoever learns. */
static struct verdict lowered(struct parts *p, const char *detector, const struct sighting *s,
                              int64_t time_ms)
{
    struct detection d = parts_detection(p, detector);
    struct learner l =
        learning_user(p->windows, 0, table_find(p->windows->table[WINDOWS_USER], s->user_hash));
    struct verdict v = {
        .fires = true, .severity = SEVERITY_HIGH, .confidence = 2, .last_ms = time_ms};
    l.lowers = LEARNING_TENANT | LEARNING_USER;
    l.to = SEVERITY_MEDIUM;
    learning_lower(&d, &l, &v);
    return v;
}

static void expect_text(const struct verdict *v, const char *text)
{
    struct finding f = {.verdict = *v, .desc = "What happened."};
    learning_tell(&f);
    assert_string_equal(f.desc, text);
}

static void test_what_it_says(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "detectors: {ropc: {learning: low}, legacy_auth: {learning: off}}");
    int64_t t = PARTS_NOW / DAY * DAY;
    struct sighting s = take(&p, "anna", "103.30.1.1", t);
    struct verdict v = lowered(&p, "impossible_travel", &s, t + 2 * DAY);
    assert_int_equal(v.severity, SEVERITY_MEDIUM);
    assert_int_equal(v.confidence, 1);
    assert_true(verdict_measured(&v, MEASURE_TENANT_KNOWN) == 2);
    expect_text(&v, "What happened. Severity is Medium and not High, as this tenant is known for 2 "
                    "of 7 days: what is usual is still being learnt.");
    v = lowered(&p, "ropc", &s, t + 2 * DAY);
    assert_int_equal(v.severity, SEVERITY_HIGH);
    expect_text(&v, "What happened. Confidence is low, as this tenant is known for 2 of 7 days: "
                    "what is usual is still being learnt.");
    v = lowered(&p, "legacy_auth", &s, t + 2 * DAY);
    assert_int_equal(v.confidence, 2);
    assert_int_equal(v.measures_n, 0);
    expect_text(&v, "What happened.");
    /* A week on, of which three days at work are older than the cut. */
    v = lowered(&p, "impossible_travel", &s, t + 7 * DAY - 1);
    assert_int_equal(v.severity, SEVERITY_MEDIUM);
    v = lowered(&p, "impossible_travel", &s, t + 7 * DAY);
    expect_text(&v,
                "What happened. Severity is Medium and not High, as this user was active on 1 of "
                "3 days needed: what is usual is still being learnt.");
    take(&p, "anna", "103.30.1.1", t + 3 * DAY);
    take(&p, "anna", "103.30.1.1", t + 5 * DAY);
    v = lowered(&p, "impossible_travel", &s, t + 7 * DAY);
    assert_int_equal(v.severity, SEVERITY_MEDIUM); /* that day is not before the cut */
    v = lowered(&p, "impossible_travel", &s, t + 8 * DAY);
    assert_int_equal(v.severity, SEVERITY_HIGH);
    assert_int_equal(v.confidence, 2);
    expect_text(&v, "What happened.");
    s = take(&p, "bert", "103.30.1.1", t + 8 * DAY);
    v = lowered(&p, "impossible_travel", &s, t + 8 * DAY);
    expect_text(&v,
                "What happened. Severity is Medium and not High, as this user is known for 0 of "
                "7 days: what is usual is still being learnt.");
    parts_close(&p);
}

/* However little room is left. */
static void test_long_descriptions(void **state)
{
    (void)state;
    struct finding f = {.verdict = {.severity = SEVERITY_LOW, .unlearned = SEVERITY_HIGH}};
    verdict_threshold(&f.verdict, MEASURE_TENANT_KNOWN, 0, 7);
    for (size_t room = 0; room < 120; room++) {
        memset(f.desc, 'x', sizeof f.desc);
        f.desc[sizeof f.desc - 1 - room] = '\0';
        learning_tell(&f);
        assert_true(strlen(f.desc) < sizeof f.desc);
    }
}

/* A tenant counts as large as it was a fortnight ago, once it has been known for a week. */
static void test_size(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    int64_t t = PARTS_NOW / DAY * DAY;
    uint64_t tenant = take(&p, "anna", "103.30.1.1", t).tenant_hash;
    take(&p, "bert", "103.30.1.1", t);
    take(&p, "cora", "103.30.1.1", t + 7 * DAY);
    assert_int_equal(crowd_tenant_size(p.windows, tenant, 0, t + 7 * DAY - 1), CROWD_UNKNOWN);
    assert_int_equal(crowd_tenant_size(p.windows, tenant, 0, t + 7 * DAY), 2);
    assert_int_equal(crowd_tenant_size(p.windows, tenant, 0, t + 10 * DAY), 3);
    assert_int_equal(crowd_tenant_size(p.windows, tenant, 99, t), 99);
    assert_int_equal(crowd_tenant_size(p.windows, tenant + 1, 0, t + 9 * DAY), CROWD_UNKNOWN);
    parts_close(&p);
}

static enum suppression held[8];
static unsigned held_n, said_n;

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    (void)ctx, (void)uid, (void)at_ms, (void)at_least;
    return true;
}

static void on_report(void *ctx, const struct report *report)
{
    (void)ctx, (void)report;
    said_n++;
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    (void)ctx, (void)uid, (void)at_ms, (void)reason;
    return true;
}

static void on_held(void *ctx, const struct report *report)
{
    (void)ctx;
    assert_string_equal(report->detector->name, "impossible_travel");
    held[held_n++ % 8] = report->verdict.suppressed;
}

static void test_nowhere(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        enum suppression why;
    } rows[] = {{"103.100.33.1", SUPPRESSED_BACKEND}, {"103.100.81.1", SUPPRESSED_RELAY}};
    const struct report_sink sink = {NULL, on_due, on_report, on_first_held, on_held};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct parts p;
        parts_open(&p, "{}");
        take(&p, "anna", "103.60.1.1", PARTS_NOW);
        for (int later = 0; later < 2; later++) {
            struct event ev = parts_event("anna", rows[i].ip, PARTS_NOW + 600000, REASON_OK);
            struct enriched_event e;
            struct sighting s;
            ev.time_ms += later * 2 * DAY; /* by then anybody could be there */
            held_n = said_n = 0;
            parts_take(&p, &ev, &e, &s);
            detectors_judge(p.detectors, &s, &sink);
            assert_int_equal(said_n, 0);
            assert_int_equal(held_n, !later);
            assert_true(later || held[0] == rows[i].why);
        }
        parts_close(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_long_descriptions),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
