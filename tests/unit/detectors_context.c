/* SPDX-License-Identifier: Apache-2.0
 *
 * Contexts of sessions: what a word gives back, that the two fields keep the same contexts whatever
 * the order, weeks, distances, and which events say anything.
 */
#include "detectors/session/context.h"

#include "parsers/values/user_agent.h"
#include "tests/unit/parts.h"
#include "tests/unit/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY  INT64_C(86400000)
#define SLOT ((int64_t)CONTEXT_SLOT_MS)

static struct context random_context(uint64_t *seed)
{
    return (struct context){.asn = (uint32_t)random_below(seed, 1 << 22),
                            .has_place = random_below(seed, 8) != 0,
                            .lat = (double)random_below(seed, 18000) / 100 - 90,
                            .lon = (double)random_below(seed, 36000) / 100 - 180,
                            .radius_km = (double)(1 + random_below(seed, 200)),
                            .agent =
                                (uint32_t)(random_below(seed, 6) << 16 |
                                           random_below(seed, 7) << 8 | random_below(seed, 128)),
                            .net = (enum context_class)random_below(seed, CONTEXT_TRUSTED + 1),
                            .device = (uint8_t)random_below(seed, 64),
                            .refresh = random_below(seed, 2)};
}

static void test_words(void **state)
{
    (void)state;
    struct parts p;
    uint64_t seed = 7;
    parts_open(&p, "{}");
    for (int i = 0; i < 20000; i++) {
        struct context c = random_context(&seed);
        uint64_t word = context_word(p.windows, &c);
        struct context r = context_of_word(p.windows, word);
        assert_int_equal(r.asn, c.asn);
        assert_int_equal(r.has_place, c.has_place);
        assert_int_equal(r.agent, c.agent);
        assert_int_equal(r.net, c.net);
        assert_int_equal(r.device, c.device);
        assert_int_equal(r.refresh, c.refresh);
        assert_true(context_word(p.windows, &r) == word); /* a cell's centre is in the cell */
        if (!c.has_place)
            continue;
        double turn = fabs(r.lon - c.lon);
        assert_true(fabs(r.lat - c.lat) <= 0.36 && (turn <= 0.36 || turn >= 359.64));
        assert_true(r.radius_km >= c.radius_km &&
                    (r.radius_km <= 50 || r.radius_km < 2 * c.radius_km));
    }
    parts_close(&p);
}

/* Everything that names an agent fits the word's bits. */
static void test_agents_fit(void **state)
{
    (void)state;
    unsigned n = 0;
    for (unsigned family = 1; family < 256; family++) {
        if (user_agent_family((uint8_t)family)[0] == '\0')
            continue;
        assert_in_range(family, 1, 127);
        n++;
    }
    assert_true(n > 20);
    assert_true((int)OS_CHROMEOS < 8 && (int)AGENT_LEGACY < 8 && (int)CONTEXT_TRUSTED < 8);
}

/* Who stays is chance: not the greatest systems, as it would be without mixing. */
static void test_rank(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    uint64_t great = 0;
    unsigned better = 0;
    for (uint32_t asn = 1; asn <= 1000; asn++) {
        uint64_t word = context_word(p.windows, &(struct context){.asn = asn});
        better += word > great;
        great = word > great ? word : great;
    }
    assert_in_range(better, 2, 20); /* records of 1000 random numbers: 7.5 */
    parts_close(&p);
}

enum { MANY = 40 };

static void check_kept(const struct parts *p, uint32_t row, const uint64_t *words,
                       const int64_t *first, const int64_t *last)
{
    struct context kept[CONTEXTS_MAX];
    assert_int_equal(context_read(p->windows, row, kept), CONTEXTS_MAX);
    for (unsigned i = 0; i < MANY; i++) {
        unsigned above = 0, found = 0;
        for (unsigned k = 0; k < MANY; k++)
            above += words[k] > words[i];
        for (unsigned k = 0; k < CONTEXTS_MAX; k++)
            if (kept[k].word == words[i]) {
                assert_int_equal(kept[k].first_ms, first[i] / SLOT * SLOT);
                assert_int_equal(kept[k].last_ms, last[i] / SLOT * SLOT);
                found++;
            }
        assert_int_equal(found, above < CONTEXTS_MAX);
    }
}

/* Forty contexts at three times each, in random order: the twelve greatest, with their spans. */
static void test_two_fields(void **state)
{
    (void)state;
    struct parts p;
    uint64_t seed = 11, words[MANY];
    int64_t first[MANY], last[MANY];
    parts_open(&p, "{}");
    struct table *t = p.windows->table[WINDOWS_SESSION];
    for (unsigned round = 0; round < 50; round++) {
        uint32_t row =
            table_row(t, (round + 1ull) << 50 | round, (uint32_t)(PARTS_NOW / 60000), true);
        for (unsigned i = 0; i < MANY; i++) {
            struct context c = random_context(&seed);
            words[i] = context_word(p.windows, &c);
            first[i] = INT64_MAX;
            last[i] = 0;
        }
        for (unsigned n = 0; n < 3 * MANY; n++) {
            unsigned i = n % 3 == 2 ? n / 3 : (unsigned)random_below(&seed, MANY);
            int64_t at = PARTS_NOW + (int64_t)random_below(&seed, 90) * 7 * SLOT / 3;
            first[i] = at < first[i] ? at : first[i];
            last[i] = at > last[i] ? at : last[i];
            row_merge(t, row, &session_fields[SESSION_SPANS], 0, context_span(words[i], at));
            row_merge(t, row, &session_fields[SESSION_CONTEXTS], 0, words[i]);
        }
        check_kept(&p, row, words, first, last);
    }
    parts_close(&p);
}

static void test_weeks(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    struct table *t = p.windows->table[WINDOWS_SESSION];
    const struct field *f = &session_fields[SESSION_USES];
    uint32_t row = table_row(t, 5ull << 50, (uint32_t)(PARTS_NOW / 60000), true);
    int64_t week = PARTS_NOW / (7 * DAY), start = week * 7 * DAY, first, last;
    const int64_t at[] = {start + 7 * DAY - 1, start,     start + 3 * DAY,
                          start + 7 * DAY,     start - 1, start - 8 * DAY};
    assert_false(context_week(p.windows, row, f, week, &first, &last));
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++)
        row_merge(t, row, f, 0, week_word(at[i]));
    assert_true(context_week(p.windows, row, f, week, &first, &last));
    assert_int_equal(first, start);
    assert_int_equal(last, start + 7 * DAY - 1000);
    assert_true(context_week(p.windows, row, f, week + 1, &first, &last));
    assert_true(first == start + 7 * DAY && last == first);
    assert_true(context_week(p.windows, row, f, week - 1, &first, &last));
    assert_int_equal(last, start - 1000);
    assert_false(context_week(p.windows, row, f, week - 2, &first, &last)); /* three are kept */
    assert_int_equal(context_first_ms(p.windows, row, SESSION_FIRST), -1);
    parts_close(&p);
}

static void test_distance(void **state)
{
    (void)state;
    struct context tokyo = {.has_place = true, .lat = 35.7, .lon = 139.7, .radius_km = 50};
    struct context osaka = {.has_place = true, .lat = 34.7, .lon = 135.5, .radius_km = 50};
    struct context berlin = {.has_place = true, .lat = 52.5, .lon = 13.4, .radius_km = 200};
    struct context nowhere = {0};
    assert_in_range((int)context_km_min(&tokyo, &osaka), 100, 140);    /* 397 - 150 - 112 */
    assert_in_range((int)context_km_min(&berlin, &tokyo), 8300, 8400); /* 8,920 * 0.994 - 487 */
    assert_true(context_km_min(&tokyo, &tokyo) <= 0 && context_km_min(&tokyo, &nowhere) <= 0);
}

static bool says(const struct parts *p, struct event ev, struct context *c)
{
    struct enriched_event e;
    struct sighting s;
    ev.session = SLICE("s1");
    parts_take(p, &ev, &e, &s);
    return context_of_event(p->windows, &s, c);
}

/* Successes from where the user can be; relays, proxies and what failed say nothing. */
static void test_events(void **state)
{
    (void)state;
    struct parts p;
    struct context c;
    parts_open(&p, "networks: {trusted: [103.100.112.7/32]}\n");
    struct event ev = parts_event("anna", "101.10.1.1", PARTS_NOW, REASON_OK);
    assert_true(says(&p, ev, &c));
    assert_true(c.net == CONTEXT_ISP && c.asn == 2516 && !c.refresh && c.has_place);
    ev.interactive = TRI_FALSE;
    assert_true(says(&p, ev, &c) && c.refresh);
    ev.kind = KIND_MAIL_ACCESS;
    ev.outcome = OUTCOME_UNKNOWN;
    ev.interactive = TRI_ABSENT;
    assert_true(says(&p, ev, &c) && c.refresh);
    ev.outcome = OUTCOME_FAILURE;
    assert_false(says(&p, ev, &c));
    ev.kind = KIND_MAILBOX_RULE;
    ev.outcome = OUTCOME_SUCCESS;
    assert_false(says(&p, ev, &c));
    assert_false(says(&p, parts_event("anna", "101.10.1.1", PARTS_NOW, REASON_PASSWORD_OK), &c));
    assert_false(says(&p, parts_event("anna", "103.100.80.1", PARTS_NOW, REASON_OK), &c));
    assert_false(says(&p, parts_event("anna", "103.100.112.1", PARTS_NOW, REASON_OK), &c));
    assert_false(says(&p, parts_event("anna", "103.100.32.1", PARTS_NOW, REASON_OK), &c));
    assert_false(says(&p, parts_event("anna", "10.0.0.1", PARTS_NOW, REASON_OK), &c));
    assert_true(says(&p, parts_event("anna", "103.100.112.7", PARTS_NOW, REASON_OK), &c));
    assert_int_equal(c.net, CONTEXT_TRUSTED);
    assert_true(says(&p, parts_event("anna", "103.100.16.1", PARTS_NOW, REASON_OK), &c));
    assert_true(context_is_hosting(&c));
    assert_true(says(&p, parts_event("anna", "67.43.156.1", PARTS_NOW, REASON_OK), &c));
    assert_false(c.has_place); /* only its country is known */
    parts_close(&p);
}

static void test_private_systems(void **state)
{
    (void)state;
    assert_int_equal(baseline_asn(401308), 401308);
    assert_int_equal(baseline_asn((1u << 22) - 1), (1u << 22) - 1);
    assert_in_range(baseline_asn(4200000000u), 1, (1u << 22) - 1);
    assert_int_not_equal(baseline_asn(4200000000u), baseline_asn(4200000001u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),  cmocka_unit_test(test_agents_fit),
        cmocka_unit_test(test_rank),   cmocka_unit_test(test_two_fields),
        cmocka_unit_test(test_weeks),  cmocka_unit_test(test_distance),
        cmocka_unit_test(test_events), cmocka_unit_test(test_private_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
