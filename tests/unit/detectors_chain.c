/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stories cannot show of chains: the bits of pointers and facts, which acts count, and
 * that a verdict is asked again and not remembered.
 */
#include "detectors/takeover/chain.h"

#include "detectors/frame/tried.h"
#include "parsers/values/timestamp.h"
#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HOME   "103.30.1.1"
#define FAR    "103.40.1.1"
#define RENTED "103.100.16.5"

static struct parts parts;
static struct sighting s;
static struct enriched_event e;

/* The last report of kill_chain. */
static struct report last;
static unsigned reports_n, others_n;

static bool on_due(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                   enum severity at_least)
{
    (void)ctx, (void)uid, (void)at_ms, (void)at_least;
    return true;
}

static void on_report(void *ctx, const struct report *report)
{
    (void)ctx;
    if (strcmp(report->detector->name, "kill_chain") != 0) {
        others_n += strcmp(report->detector->name, "ropc") == 0;
        return;
    }
    last = *report;
    reports_n++;
}

static bool on_first_held(void *ctx, const uint8_t uid[static FINDING_UID_BYTES], int64_t at_ms,
                          enum suppression reason)
{
    (void)ctx, (void)uid, (void)at_ms, (void)reason;
    return false;
}

static void take(const struct event *ev)
{
    const struct report_sink sink = {NULL, on_due, on_report, on_first_held, NULL};
    parts_take(&parts, ev, &e, &s);
    detectors_judge(parts.detectors, &s, &sink);
}

static struct event ropc(const char *user, int64_t time_ms)
{
    struct event ev = parts_event(user, HOME, time_ms, REASON_OK);
    ev.ropc = true;
    ev.app = SLICE("cli");
    return ev;
}

static struct event change(const char *user, const char *ip, int64_t time_ms,
                           enum event_change what)
{
    struct event ev = parts_event(user, ip, time_ms, REASON_OK);
    ev.kind = KIND_ACCOUNT_CHANGE;
    ev.change = what;
    return ev;
}

static uint32_t chain_row(void)
{
    return table_find(parts.windows->table[WINDOWS_CHAIN],
                      chain_key(parts.windows, tried_user(&s)));
}

static uint64_t first_word(int field)
{
    return word_load(
        row_words(parts.windows->table[WINDOWS_CHAIN], chain_row(), &chain_fields[field]));
}

static int open_parts(void **state)
{
    (void)state;
    reports_n = others_n = 0;
    parts_open(&parts, "tenants: {quiet: {detectors: {kill_chain: {enabled: false}}},"
                       " deaf: {detectors: {ropc: {enabled: false}}}}");
    return 0;
}

static int close_parts(void **state)
{
    (void)state;
    parts_close(&parts);
    return 0;
}

static void test_bits(void **state)
{
    (void)state;
    /* 2026-06-12 is day 4180 since 2015-01-01 (day 16436), 20616 since 1970; its week begins 20615.
     */
    struct event ev = ropc("anna", PARTS_NOW);
    take(&ev);
    uint64_t pointer = first_word(CHAIN_ACCESS);
    assert_int_equal(pointer >> 50, 20615 - 16436);
    assert_int_equal(pointer >> 45 & 31, detectors_find("ropc")->chain.id);
    assert_int_equal(pointer & ((1ull << 45) - 1), s.user_hash & ((1ull << 45) - 1));
    ev = change("anna", FAR, PARTS_NOW + 3723000, CHANGE_DEVICE);
    take(&ev);
    uint64_t fact = first_word(CHAIN_ACTS), second = 11 * 3600 + 2 * 60 + 3;
    assert_int_equal(fact >> 50, 20616 - 16436);
    assert_int_equal(fact >> 45 & 31, CHAIN_FACT_DEVICE);
    assert_int_equal(fact & ((1ull << 34) - 1), second << 17 | second);
    assert_int_equal(reports_n, 1);
    assert_true(last.subject == chain_key(parts.windows, tried_user(&s)));
    assert_int_equal(last.verdict.first_ms, PARTS_NOW);
}

static void test_ids_are_one_detectors(void **state)
{
    (void)state;
    uint32_t seen = 0;
    for (unsigned i = 0; detectors_all[i]; i++) {
        const struct chain_role *role = &detectors_all[i]->chain;
        if (role->stage == STAGE_NONE)
            continue;
        assert_true(role->id > 0 && role->id < 32 && role->grain_ms > 0 && role->what);
        assert_true(windows_layout(role->table)->pointed);
        assert_false(seen >> role->id & 1);
        seen |= 1u << role->id;
    }
    assert_true(seen != 0);
    /* Ids are in state that outlives a release. */
    assert_int_equal(detectors_find("brute_force")->chain.id, 1);
    assert_int_equal(detectors_find("bulk_forwarding")->chain.id, 13);
}

static enum chain_fact fact_of(const char *ip, enum event_change what)
{
    struct event ev = change("bert", ip, PARTS_NOW, what);
    parts_take(&parts, &ev, &e, &s);
    return chain_fact_of(parts.windows, &s);
}

static void test_which_acts_count(void **state)
{
    (void)state;
    static const struct {
        enum event_change change;
        enum chain_fact fact;
    } rows[] = {{CHANGE_ABSENT, CHAIN_FACT_NONE},
                {CHANGE_FACTOR_ADDED, CHAIN_FACT_FACTOR},
                {CHANGE_FACTOR_CHANGED, CHAIN_FACT_FACTOR},
                {CHANGE_FACTOR_REMOVED, CHAIN_FACT_NONE},
                {CHANGE_FACTOR_OFF, CHAIN_FACT_FACTOR},
                {CHANGE_RECOVERY, CHAIN_FACT_FACTOR},
                {CHANGE_PASSWORD, CHAIN_FACT_PASSWORD},
                {CHANGE_SESSIONS, CHAIN_FACT_NONE},
                {CHANGE_DEVICE, CHAIN_FACT_DEVICE},
                {CHANGE_CONSENT, CHAIN_FACT_CONSENT},
                {CHANGE_GRANT, CHAIN_FACT_APP},
                {CHANGE_CREDENTIAL, CHAIN_FACT_CONSENT},
                {CHANGE_ROLE, CHAIN_FACT_ROLE},
                {CHANGE_ROLE_REMOVED, CHAIN_FACT_NONE},
                {CHANGE_ACCOUNT, CHAIN_FACT_ROLE},
                {CHANGE_MAIL_RULE, CHAIN_FACT_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(fact_of(FAR, rows[i].change), rows[i].fact);
    struct event ev = change("bert", FAR, PARTS_NOW, CHANGE_DEVICE);
    ev.outcome = OUTCOME_FAILURE;
    parts_take(&parts, &ev, &e, &s);
    assert_int_equal(chain_fact_of(parts.windows, &s), CHAIN_FACT_NONE);
}

/* Three days before the cut make a network the user's own, and others strange. */
static void test_the_own_place_excuses(void **state)
{
    (void)state;
    struct event in = parts_event("bert", RENTED, PARTS_NOW, REASON_OK);
    parts_take(&parts, &in, &e, &s);
    assert_int_equal(chain_fact_of(parts.windows, &s), CHAIN_FACT_NONE); /* known for nothing */
    assert_int_equal(fact_of(HOME, CHANGE_DEVICE), CHAIN_FACT_DEVICE);
    for (int day = 5; day < 8; day++) {
        struct event ev = parts_event("bert", HOME, PARTS_NOW - day * DAY_MS, REASON_OK);
        take(&ev);
    }
    assert_int_equal(fact_of(HOME, CHANGE_DEVICE), CHAIN_FACT_NONE);
    assert_int_equal(fact_of(FAR, CHANGE_DEVICE), CHAIN_FACT_DEVICE);
    parts_take(&parts, &in, &e, &s);
    assert_int_equal(chain_fact_of(parts.windows, &s), CHAIN_FACT_HOSTING);
    in.managed_device = true;
    parts_take(&parts, &in, &e, &s);
    assert_int_equal(chain_fact_of(parts.windows, &s), CHAIN_FACT_NONE);
}

static bool recheck(struct verdict *ret)
{
    struct detection d = parts_detection(&parts, "kill_chain");
    *ret = (struct verdict){0};
    return d.detector->recheck(&d, &last, ret);
}

static void test_a_verdict_taken_back_leaves(void **state)
{
    (void)state;
    struct event in = ropc("cora", PARTS_NOW);
    struct event act = change("cora", FAR, PARTS_NOW + HOUR_MS, CHANGE_DEVICE);
    struct verdict v;
    take(&act);
    assert_int_equal(reports_n, 0);
    take(&in);
    assert_int_equal(reports_n, 1);
    assert_int_equal(verdict_measured(&last.verdict, MEASURE_STAGES), 2);
    assert_int_equal(verdict_measured(&last.verdict, MEASURE_ACCESS_TO_ACT), 3600);
    assert_true(recheck(&v) && v.fires && v.suppressed == SUPPRESSED_NOT);
    for (int day = 5; day < 8; day++) {
        struct event ev = ropc("cora", PARTS_NOW - day * DAY_MS);
        parts_take(&parts, &ev, &e, &s); /* not judged: their own chains are other weeks' */
    }
    assert_true(recheck(&v) && v.fires);
    assert_int_equal(v.suppressed, SUPPRESSED_SUPERSEDED);
}

/* What cannot be asked any more stands as it was said. */
static void test_what_is_gone_is_unsure(void **state)
{
    (void)state;
    struct event in = ropc("dora", PARTS_NOW);
    struct event act = change("dora", FAR, PARTS_NOW + HOUR_MS, CHANGE_DEVICE);
    struct verdict v;
    take(&in);
    take(&act);
    assert_int_equal(reports_n, 1);
    for (int i = 0; i < 3; i++) { /* three newer facts push it out of the user's row */
        struct event ev = ropc("dora", PARTS_NOW + (20 + i) * DAY_MS);
        take(&ev);
    }
    last.bucket = detector_bucket(last.detector, PARTS_NOW);
    assert_false(recheck(&v));
    last.subject ^= 1ull << 20;
    assert_false(recheck(&v));
}

static void test_switched_off(void **state)
{
    (void)state;
    const char *const tenants[] = {"quiet", "deaf"};
    for (int i = 0; i < 2; i++) {
        struct event in = ropc("emil", PARTS_NOW);
        struct event act = change("emil", FAR, PARTS_NOW + HOUR_MS, CHANGE_DEVICE);
        in.tenant = act.tenant = slice_of(tenants[i]);
        take(&in);
        take(&act);
        assert_int_equal(reports_n, 0);
        assert_int_equal(others_n, 1 - i);                   /* ropc is said without a chain */
        assert_int_equal(chain_row() == TABLE_NONE, i == 0); /* it costs nothing, not even a row */
        others_n = 0;
    }
}

static void test_rows_touched(void **state)
{
    (void)state;
    struct chain_rows touched = {.n = 0};
    for (uint32_t i = 0; i < 2 * CHAIN_ROWS_MAX; i++)
        chain_rows_add(&touched, i / 2);
    assert_int_equal(touched.n, CHAIN_ROWS_MAX);
    chain_rows_add(&touched, 99999); /* full: not noted, and nothing written behind the end */
    assert_int_equal(touched.n, CHAIN_ROWS_MAX);
}

/* Steps come oldest first, however the words lie. */
static void test_timeline(void **state)
{
    (void)state;
    static struct finding f;
    struct event events[] = {change("fred", FAR, PARTS_NOW + 2 * HOUR_MS, CHANGE_ROLE),
                             change("fred", FAR, PARTS_NOW + HOUR_MS, CHANGE_DEVICE),
                             ropc("fred", PARTS_NOW)};
    for (size_t i = 0; i < 3; i++)
        take(&events[i]);
    struct detection d = parts_detection(&parts, "kill_chain");
    memset(&f, 0, sizeof f);
    f.detector = d.detector;
    f.verdict = last.verdict;
    f.witnesses[f.witnesses_n++] = last.witness;
    d.detector->describe(&d, &last, &f);
    assert_string_equal(f.subject, "fred");
    assert_int_equal(f.steps_n, 3);
    assert_int_equal(f.steps[0].stage, STAGE_ACCESS);
    assert_string_equal(f.steps[0].detector->name, "ropc");
    assert_int_equal(strlen(f.steps[0].uid), 32);
    assert_string_equal(f.steps[1].what, "device added");
    assert_null(f.steps[1].detector);
    assert_string_equal(f.steps[2].what, "role or rights given");
    assert_string_equal(f.title, "fred: account takeover in progress: access, persistence");
    assert_string_equal(f.title_ja, "fred: アカウント乗っ取りの進行: 不正アクセス、永続化");
    assert_non_null(strstr(f.desc, FINDING_TIMELINE " 2026-06-12 10:00:00 access: password-only"));
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, open_parts, close_parts)
    const struct CMUnitTest tests[] = {
        CASE(test_bits),
        CASE(test_ids_are_one_detectors),
        CASE(test_which_acts_count),
        CASE(test_the_own_place_excuses),
        CASE(test_a_verdict_taken_back_leaves),
        CASE(test_what_is_gone_is_unsure),
        CASE(test_switched_off),
        CASE(test_rows_touched),
        CASE(test_timeline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
