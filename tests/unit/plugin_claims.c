/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims: one report of many, again when it is graver, greater or later, and suppressions counted
 * once. Two threads with the same report: at least one of them is to say it.
 */
#include "plugin/findings/claims.h"

#include "detectors/frame/detector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

enum { INTERVAL = 300000 };
#define T0 (INT64_C(5938000) * INTERVAL)

static struct report report_of(uint8_t uid, int64_t at_ms, enum severity severity, double rank)
{
    struct report r = {.at_ms = at_ms, .verdict = {.severity = severity, .rank = rank}};
    memset(r.uid, uid, sizeof r.uid);
    return r;
}

static bool take(struct claims *c, uint8_t uid, int64_t at_ms, enum severity severity, double rank)
{
    struct report r = report_of(uid, at_ms, severity, rank);
    return claims_take(c, &r);
}

static bool due(struct claims *c, uint8_t uid, int64_t at_ms, enum severity at_least)
{
    struct report r = report_of(uid, at_ms, at_least, 0);
    return claims_due(c, r.uid, at_ms, at_least);
}

static void test_due(void **state)
{
    (void)state;
    struct claims *c = claims_new(64, INTERVAL);
    assert_true(due(c, 1, T0, SEVERITY_LOW));
    assert_true(take(c, 1, T0, SEVERITY_MEDIUM, 5));
    assert_false(due(c, 1, T0 + INTERVAL - 1, SEVERITY_MEDIUM));
    assert_true(due(c, 1, T0 + INTERVAL - 1, SEVERITY_HIGH));
    assert_true(due(c, 1, T0 + INTERVAL, SEVERITY_NONE));
    assert_false(due(c, 1, T0 - 10 * INTERVAL, SEVERITY_MEDIUM));
    assert_true(due(c, 2, T0, SEVERITY_NONE)); /* another finding */
    claims_free(c);
}

static void test_take(void **state)
{
    (void)state;
    struct claims *c = claims_new(64, INTERVAL);
    assert_true(take(c, 1, T0, SEVERITY_MEDIUM, 5));
    assert_false(take(c, 1, T0, SEVERITY_MEDIUM, 5));
    assert_false(take(c, 1, T0, SEVERITY_LOW, 7)); /* 5 and 7 have one logarithm */
    assert_true(take(c, 1, T0, SEVERITY_MEDIUM, 8));
    assert_true(take(c, 1, T0, SEVERITY_HIGH, 1));
    assert_true(take(c, 1, T0 + INTERVAL, SEVERITY_LOW, 1));
    assert_false(take(c, 1, T0, SEVERITY_HIGH, 8));
    claims_free(c);
}

/* What is the evidence itself passes once more than what completed it. */
static void test_own(void **state)
{
    (void)state;
    struct claims *c = claims_new(64, INTERVAL);
    struct report r = report_of(1, T0, SEVERITY_HIGH, 3);
    assert_true(claims_take(c, &r));
    detector_own(&r.verdict);
    assert_true(r.verdict.own && claims_take(c, &r));
    assert_false(claims_take(c, &r));
    claims_free(c);
}

static void test_suppressed(void **state)
{
    (void)state;
    struct claims *c = claims_new(64, INTERVAL);
    struct report a = report_of(1, T0, SEVERITY_LOW, 1), b = report_of(2, T0, SEVERITY_LOW, 1);
    assert_true(claims_take_held(c, a.uid, T0, SUPPRESSED_FAMILIAR));
    assert_false(claims_take_held(c, a.uid, T0 + 1, SUPPRESSED_FAMILIAR));
    assert_true(claims_take_held(c, a.uid, T0, SUPPRESSED_TRUSTED));
    assert_true(claims_take_held(c, b.uid, T0, SUPPRESSED_FAMILIAR));
    assert_true(due(c, 1, T0, SEVERITY_NONE)); /* holding back claims nothing */
    claims_free(c);
}

/* A hint that is full forgets, it does not fail: what it forgot is said once more. */
static void test_full(void **state)
{
    (void)state;
    struct claims *c = claims_new(8, INTERVAL);
    unsigned said = 0;
    for (unsigned uid = 1; uid < 250; uid++)
        said += take(c, (uint8_t)uid, T0, SEVERITY_LOW, 1);
    assert_int_equal(said, 249);
    claims_free(c);
}

enum { THREADS = 4, FINDINGS = 200 };
static unsigned long says[FINDINGS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *claim_all(void *ctx)
{
    for (unsigned i = 0; i < FINDINGS; i++)
        if (take(ctx, (uint8_t)i, T0, SEVERITY_HIGH, 5)) {
            pthread_mutex_lock(&lock);
            says[i]++;
            pthread_mutex_unlock(&lock);
        }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    struct claims *c = claims_new(1024, INTERVAL);
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_all, c), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < FINDINGS; i++)
        assert_in_range(says[i], 1, 3); /* three words, each changed by one of them */
    claims_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),  cmocka_unit_test(test_take), cmocka_unit_test(test_suppressed),
        cmocka_unit_test(test_full), cmocka_unit_test(test_own),  cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
