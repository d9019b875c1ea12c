/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of accounts and what the config says about them; mistakes are told where they stand.
 */
#include "detectors/known/accounts.h"

#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *user;
        bool matches;
    } rows[] = {
        {"svc-*", "svc-backup", true},
        {"svc-*", "svc-backup@contoso.com", true},
        {"svc-*", "svc-", true},
        {"svc-*", "svc", false},
        {"svc-*", "my-svc-backup", false},
        {"SVC-*", "svc-backup", true},
        {"svc-backup", "svc-backup@contoso.com", true},
        {"svc-backup", "svc-backup2@contoso.com", false},
        {"svc-*@contoso.com", "svc-backup@contoso.com", true},
        {"svc-*@contoso.com", "svc-backup@evil.example", false},
        {"svc-*@contoso.com", "svc-backup", false},
        {"*", "anybody@contoso.com", true},
        {"*", "", false},
        {"", "anna", false},
        {"*backup", "svc-backup-backup", true},
        {"*backup", "svc-backup-backups", false},
        {"a*b*c", "aXXbYYbc", true},
        {"a*b*c", "aXXbYYb", false},
        {"**a**", "a", true},
        {"*@*.contoso.com", "x@y.z.contoso.com", true},
        {"*@*.contoso.com", "x@contoso.com", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (accounts_match(rows[i].pattern, slice_of(rows[i].user)) != rows[i].matches)
            fail_msg("%s and %s", rows[i].pattern, rows[i].user);
}

/* Without a bound on going back this would take longer than anybody waits. */
static void test_stars_cost_no_more_than_their_product(void **state)
{
    (void)state;
    char pattern[128], user[320];
    memset(user, 'a', sizeof user);
    for (size_t i = 0; i < sizeof pattern - 2; i += 2)
        memcpy(pattern + i, "*a", 2);
    memcpy(pattern + sizeof pattern - 2, "b", 2);
    for (int i = 0; i < 1000; i++)
        assert_false(accounts_match(pattern, (struct slice){user, sizeof user}));
    assert_false(accounts_match("*", (struct slice){pattern, 321})); /* no name is so long */
}

static const char tenants[] = "tenants:\n"
                              "  contoso:\n"
                              "    users: 250\n"
                              "    admins: [root, \"adm-*\"]\n"
                              "    service_accounts:\n"
                              "      - {name: \"svc-*\", networks: [103.10.1.0/24]}\n"
                              "      - {name: roaming}\n"
                              "    maintenance:\n"
                              "      - {from: 2026-06-12T20:00:00Z, to: 2026-06-12T22:00:00Z, "
                              "actor: migration}\n";

static void test_accounts_of_a_tenant(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, tenants);
    const struct tenant *contoso = detectors_tenant(p.detectors, SLICE("Contoso"));
    const struct accounts *a = contoso->accounts;
    assert_int_equal(contoso->users, 250);
    assert_true(accounts_is_admin(a, SLICE("adm-1")) && !accounts_is_admin(a, SLICE("anna")));
    struct event in = parts_event("svc-1", "103.10.1.5", PARTS_NOW, REASON_OK);
    struct event out = parts_event("svc-1", "103.10.2.5", PARTS_NOW, REASON_OK);
    struct event roaming = parts_event("roaming", "103.10.2.5", PARTS_NOW, REASON_OK);
    struct event nowhere = in;
    nowhere.has_ip = false;
    assert_true(accounts_is_within(a, &in) && accounts_is_within(a, &roaming));
    assert_false(accounts_is_within(a, &out) || accounts_is_within(a, &nowhere));
    assert_true(accounts_is_service(a, out.user));
    const int64_t eight = PARTS_NOW + 10 * 3600 * 1000; /* in the evening */
    assert_true(accounts_in_maintenance(a, SLICE("migration@contoso.com"), eight));
    assert_false(accounts_in_maintenance(a, SLICE("migration"), eight - 1));
    assert_false(accounts_in_maintenance(a, SLICE("migration"), eight + 2 * 3600 * 1000));
    assert_false(accounts_in_maintenance(a, SLICE("anna"), eight));
    const struct tenant *other = detectors_tenant(p.detectors, SLICE("other"));
    assert_null(other->accounts);
    assert_false(accounts_is_within(other->accounts, &in));
    parts_close(&p);
}

static void expect_error(const char *text, const char *error)
{
    struct parts p = {.diag = diag_new()};
    char config[512];
    snprintf(config, sizeof config, "tenants: {contoso: {%s}}", text);
    p.config =
        config_read_text("f", config, strlen(config), detectors_tables(), detectors_n(), p.diag);
    p.networks = detectors_networks(p.config, p.diag);
    const struct windows_sizes sizes = {8, 8, 8, 8, 8, 1, 8, 8};
    const struct enricher_sources none = {0};
    p.enricher = enricher_new(&none, p.networks, p.diag);
    p.windows = windows_new(&sizes, (struct hash_key){3, 4});
    if (diag_errors(p.diag) == 0)
        assert_null(detectors_new(p.config, p.windows, p.enricher, p.networks, p.diag));
    char *rendered = diag_render(p.diag);
    if (!strstr(rendered, error))
        fail_msg("%s\n%s", text, rendered);
    assert_int_equal(diag_errors(p.diag), 1);
    free(rendered);
    parts_close(&p);
}

static void test_mistakes(void **state)
{
    (void)state;
    expect_error("users: many", "expected a count such as 12, 64k or 1M");
    expect_error("service_accounts: svc", "must be a list of {name: ..., networks: [...]}");
    expect_error("service_accounts: [{networks: [10.0.0.0/8]}]", "needs a name");
    expect_error("service_accounts: [{name: a, networks: [10.0.0.0/33]}]", "is no network");
    expect_error("service_accounts: [{nam: a}]", "did you mean \"name\"?");
    expect_error("maintenance: [{from: \"2026-06-12T20:00:00Z\", actor: x}]",
                 "needs from, to and actor");
    expect_error("maintenance: [{from: today, to: \"2026-06-12T20:00:00Z\", actor: x}]",
                 "`today` is no time such as");
    expect_error("maintenance: [{from: \"2026-06-12T20:00:00Z\", to: \"2026-06-12T20:00:00Z\", "
                 "actor: x}]",
                 "ends before it begins");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_stars_cost_no_more_than_their_product),
        cmocka_unit_test(test_accounts_of_a_tenant),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
