/* SPDX-License-Identifier: Apache-2.0
 *
 * What was held back is counted by detector, reason and tenant; a tenant has one name in any case;
 * tenants beyond the table share one number and nothing is lost.
 */
#include "plugin/path/held.h"

#include "detectors/detectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static void add(struct held *held, const char *tenant, const char *detector, enum suppression why)
{
    struct report r = {.detector = detectors_find(detector), .verdict = {.suppressed = why}};
    snprintf(r.witness.tenant, sizeof r.witness.tenant, "%s", tenant);
    held_add(held, &r);
}

static void test_counts(void **state)
{
    (void)state;
    struct held *held = held_new();
    unsigned ropc = detector_index(detectors_find("ropc"));
    unsigned rule = detector_index(detectors_find("inbox_rule"));
    add(held, "contoso", "ropc", SUPPRESSED_FAMILIAR);
    add(held, "Contoso", "ropc", SUPPRESSED_FAMILIAR);
    add(held, "contoso", "inbox_rule", SUPPRESSED_INTERNAL);
    add(held, "fabrikam", "ropc", SUPPRESSED_TRUSTED);
    assert_int_equal(held_tenants(held), 2);
    assert_string_equal(held_tenant(held, 0), "contoso");
    assert_int_equal(held_count(held, 0, ropc, SUPPRESSED_FAMILIAR), 2);
    assert_int_equal(held_count(held, 0, rule, SUPPRESSED_INTERNAL), 1);
    assert_int_equal(held_count(held, 0, ropc, SUPPRESSED_TRUSTED), 0);
    assert_int_equal(held_of_tenant(held, 0), 3);
    assert_int_equal(held_of_tenant(held, 1), 1);
    assert_int_equal(held_total(held, ropc, SUPPRESSED_TRUSTED), 1);
    held_free(held);
}

static void test_full(void **state)
{
    (void)state;
    enum { MORE = 20 };
    struct held *held = held_new();
    unsigned ropc = detector_index(detectors_find("ropc"));
    char name[32];
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < HELD_TENANTS + MORE; i++) {
            snprintf(name, sizeof name, "tenant-%u", i);
            add(held, name, "ropc", SUPPRESSED_FAMILIAR);
        }
    assert_int_equal(held_tenants(held), HELD_TENANTS);
    assert_int_equal(held_of_tenant(held, 7), 2);
    assert_int_equal(held_of_tenant(held, HELD_OTHERS), 2 * MORE);
    assert_string_equal(held_tenant(held, HELD_OTHERS), "others");
    assert_int_equal(held_total(held, ropc, SUPPRESSED_FAMILIAR), 2 * (HELD_TENANTS + MORE));
    held_free(held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts), cmocka_unit_test(test_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
