/* SPDX-License-Identifier: Apache-2.0
 *
 * The laws of joining verdicts, names of severities and reasons, and texts copied from events.
 */
#include "detectors/frame/detector.h"
#include "detectors/words/finding.h"

#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct verdict random_verdict(uint64_t *seed)
{
    static const enum measure_id ids[] = {MEASURE_USERS, MEASURE_ADDRESSES, MEASURE_SPEED,
                                          MEASURE_WINDOW};
    struct verdict v = {.fires = random_below(seed, 8) != 0,
                        .provisional = random_below(seed, 2),
                        .settle_ms = (int64_t)random_below(seed, 5),
                        .severity = (enum severity)random_below(seed, SEVERITY_N),
                        .confidence = 1 + (int)random_below(seed, 3),
                        .first_ms = (int64_t)random_below(seed, 9),
                        .last_ms = 9 + (int64_t)random_below(seed, 9),
                        .rank = (double)random_below(seed, 3)};
    for (unsigned i = 0; i < VERDICT_WORDS_MAX; i++)
        v.words[i] = random_below(seed, 3);
    for (unsigned i = 0; i < 4; i++)
        if (random_below(seed, 2)) {
            verdict_threshold(&v, ids[i], (double)random_below(seed, 4),
                              (double)random_below(seed, 3));
            verdict_estimate(&v, ids[i], random_below(seed, 2));
        }
    return v;
}

static double threshold(const struct verdict *v, enum measure_id id)
{
    for (unsigned i = 0; i < v->measures_n; i++)
        if (v->measures[i].id == id)
            return v->measures[i].threshold;
    return -1;
}

static void assert_same(const struct verdict *a, const struct verdict *b)
{
    assert_int_equal(a->fires, b->fires);
    if (!a->fires)
        return;
    assert_int_equal(a->provisional, b->provisional);
    assert_true(a->settle_ms == b->settle_ms && a->first_ms == b->first_ms &&
                a->last_ms == b->last_ms);
    assert_true(a->severity == b->severity && a->confidence == b->confidence);
    assert_true(a->rank >= b->rank && a->rank <= b->rank);
    assert_memory_equal(a->words, b->words, sizeof a->words);
    assert_int_equal(a->measures_n, b->measures_n);
    for (unsigned i = 0; i < a->measures_n; i++) {
        enum measure_id id = a->measures[i].id;
        assert_true(a->measures[i].value >= verdict_measured(b, id) &&
                    a->measures[i].value <= verdict_measured(b, id));
        assert_true(a->measures[i].threshold >= threshold(b, id) &&
                    a->measures[i].threshold <= threshold(b, id));
        assert_int_equal(a->measures[i].estimated, verdict_estimated(b, id));
    }
}

static struct verdict joined(struct verdict a, const struct verdict *b)
{
    verdict_join(&a, b);
    return a;
}

static void test_laws(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int i = 0; i < 20000; i++) {
        struct verdict a = random_verdict(&seed), b = random_verdict(&seed),
                       c = random_verdict(&seed);
        struct verdict ab = joined(a, &b), ba = joined(b, &a), bc = joined(b, &c);
        struct verdict left = joined(ab, &c), right = joined(a, &bc), twice = joined(ab, &b);
        struct verdict self = joined(a, &a);
        assert_same(&ab, &ba);
        assert_same(&left, &right);
        assert_same(&self, &a);
        assert_same(&twice, &ab);
    }
}

/* A list that is full takes no more measures, but still the greater values. */
static void test_full(void **state)
{
    (void)state;
    struct verdict a = {.fires = true}, b = {.fires = true};
    for (unsigned i = 0; i < MEASURES_MAX; i++)
        verdict_measure(&a, (enum measure_id)i, 1);
    verdict_measure(&b, (enum measure_id)MEASURES_MAX, 1);
    verdict_measure(&b, (enum measure_id)1, 7);
    verdict_join(&a, &b);
    assert_int_equal(a.measures_n, MEASURES_MAX);
    assert_true(verdict_measured(&a, (enum measure_id)1) > 6.9 &&
                verdict_measured(&a, (enum measure_id)MEASURES_MAX) < 0.1);
}

static void test_names(void **state)
{
    (void)state;
    for (int i = SEVERITY_INFORMATIONAL; i < SEVERITY_N; i++)
        assert_int_equal(severity_of_name(severity_name((enum severity)i)), i);
    assert_int_equal(severity_of_name("cRITICAL"), SEVERITY_CRITICAL);
    assert_int_equal(severity_of_name("Unknown"), SEVERITY_NONE);
    assert_int_equal(severity_of_name(""), SEVERITY_NONE);
    for (int i = 1; i < SUPPRESSED_N; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(suppression_name((enum suppression)i),
                                    suppression_name((enum suppression)k));
}

/* A record names a measure, and is read back by that name; both languages call it something, or
 * neither does. */
static void test_measures(void **state)
{
    (void)state;
    for (int i = 0; i < MEASURES_N; i++) {
        const struct measure_row *row = &measure_rows[i];
        int first = i == MEASURE_ADMINISTRATOR_BIT ? MEASURE_ADMINISTRATOR : i;
        assert_int_equal(measure_of_name(slice_of(row->name)), first);
        assert_int_equal(row->english != NULL, row->japanese != NULL);
    }
    assert_int_equal(measure_of_name(SLICE("user")), MEASURES_N);
}

/* What a command asks for ("[if approved]") is a measure. */
static void test_commands(void **state)
{
    unsigned asked = 0;
    (void)state;
    for (const struct detector *const *d = detectors_all; *d; d++)
        for (const char *const *command = (*d)->commands; command && *command; command++)
            for (const char *tag = *command; (tag = strstr(tag, "[if ")); asked++) {
                tag += strlen("[if ");
                struct slice name = {tag, strcspn(tag, "]")};
                assert_int_not_equal(measure_of_name(name), MEASURES_N);
            }
    assert_int_not_equal(asked, 0);
}

/* Text from outside is cut to its field, at a code point. */
static void test_witness(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'x', sizeof text);
    memcpy(text + 126, "\xE3\x81\x82", 3); /* would end one byte too late */
    struct enriched_event e = {
        .ev = {.time_ms = 5, .user = {text, 300}, .user_agent = {text, 300}}};
    const struct event_ref ref = {.offset = 9, .index = 2};
    struct witness w;
    memset(&w, 0xAA, sizeof w);
    witness_of(&e, &ref, &w);
    assert_int_equal(strlen(w.user), 126);
    assert_int_equal(strlen(w.user_agent), 255);
    assert_string_equal(w.app, "");
    assert_true(w.time_ms == 5 && w.ref.offset == 9 && w.ref.index == 2 && !w.has_ip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_laws),     cmocka_unit_test(test_full),
        cmocka_unit_test(test_names),    cmocka_unit_test(test_measures),
        cmocka_unit_test(test_commands), cmocka_unit_test(test_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
