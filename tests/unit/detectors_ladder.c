/* SPDX-License-Identifier: Apache-2.0
 *
 * The networks around an address, and labels that come back from a row as they went in.
 */
#include "detectors/frame/ladder.h"

#include "tests/unit/parts.h"
#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect_rungs(const struct parts *p, const char *address, const char *const *texts,
                         unsigned n)
{
    struct event ev = parts_event("anna", address, PARTS_NOW, REASON_OK);
    struct enriched_event e;
    struct rung rungs[LADDER_MAX];
    enrich(p->enricher, &ev, &e);
    assert_int_equal(ladder_of(&e, rungs), n);
    for (unsigned i = 0; i < n; i++) {
        char text[LADDER_TEXT_MAX];
        ladder_text(&rungs[i], "", text);
        assert_string_equal(text, texts[i]);
    }
}

static void test_rungs(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    static const char *const v4[] = {"103.10.7.9/32", "103.10.7.0/24", "103.10.0.0/16", "AS3320"};
    expect_rungs(&p, "103.10.7.9", v4, 4);
    expect_rungs(&p, "::ffff:103.10.7.9", v4, 4);
    expect_rungs(&p, "2002:670a:0709::1", v4, 4); /* 6to4 */
    static const char *const v6[] = {"2a0a:d683:1:2::/64", "2a0a:d683:1::/48", "2a0a:d683::/32",
                                     "AS32167"};
    expect_rungs(&p, "2a0a:d683:1:2:3:4:5:6", v6, 4);
    static const char *const no_as[] = {"2a02:ffc0:1:2::/64", "2a02:ffc0:1::/48", "2a02:ffc0::/32"};
    expect_rungs(&p, "2a02:ffc0:1:2::9", no_as, 3);
    expect_rungs(&p, "10.1.2.3", NULL, 0);     /* private */
    expect_rungs(&p, "103.100.32.1", NULL, 0); /* Microsoft's own */
    parts_close(&p);
}

static struct enriched_event enriched(const struct parts *p, const char *address)
{
    struct event ev = parts_event("anna", address, PARTS_NOW, REASON_OK);
    struct enriched_event e;
    enrich(p->enricher, &ev, &e);
    return e;
}

static void test_elements(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    struct enriched_event a = enriched(&p, "103.10.7.9"), b = enriched(&p, "103.10.7.10");
    struct enriched_event c = enriched(&p, "2002:670a:0709::1");
    assert_true(ladder_address(p.windows, &a) != ladder_address(p.windows, &b));
    assert_true(ladder_address(p.windows, &a) == ladder_address(p.windows, &c));
    assert_true(ladder_net(p.windows, &a) == ladder_net(p.windows, &b));
    /* A host part of a /64 costs an attacker nothing. */
    a = enriched(&p, "2a0a:d683:1:2::1");
    b = enriched(&p, "2a0a:d683:1:2:ffff::");
    c = enriched(&p, "2a0a:d683:1:3::1");
    assert_true(ladder_address(p.windows, &a) == ladder_address(p.windows, &b));
    assert_true(ladder_address(p.windows, &a) != ladder_address(p.windows, &c));
    assert_true(ladder_net(p.windows, &a) == ladder_net(p.windows, &c));
    parts_close(&p);
}

/* Every part of a row's name makes another key. */
static void test_keys(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    struct rung a = {.prefix = ip_network(&(struct ip){{1, 2, 3}}, 48)}, b = a, as = {.asn = 7};
    b.prefix.bits = 32;
    uint64_t keys[] = {ladder_key(p.windows, WINDOWS_SOURCE, 1, &a, 0),
                       ladder_key(p.windows, WINDOWS_NETWORK, 1, &a, 0),
                       ladder_key(p.windows, WINDOWS_SOURCE, 2, &a, 0),
                       ladder_key(p.windows, WINDOWS_SOURCE, 1, &b, 0),
                       ladder_key(p.windows, WINDOWS_SOURCE, 1, &as, 0),
                       ladder_key(p.windows, WINDOWS_SOURCE, 1, &a, 5)};
    for (unsigned i = 0; i < 6; i++)
        for (unsigned k = 0; k < i; k++)
            assert_true(keys[i] != keys[k]);
    assert_true(keys[0] == ladder_key(p.windows, WINDOWS_SOURCE, 1, &a, 0));
    parts_close(&p);
}

static void test_labels(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    uint64_t seed = 1;
    for (uint64_t i = 0; i < 100; i++) {
        struct rung rung = {.asn = i % 2 ? (uint32_t)random_next(&seed) : 0,
                            .network = (enum network_class)random_below(&seed, NETWORK_N)};
        for (unsigned k = 0; k < 16; k++)
            rung.prefix.ip.bytes[k] = (uint8_t)random_next(&seed);
        rung.prefix.bits = (uint8_t)random_below(&seed, 129);
        uint32_t row = table_row(p.windows->table[WINDOWS_SOURCE], random_next(&seed), 1, false);
        ladder_label(p.windows, WINDOWS_SOURCE, row, &rung, 9);
        struct rung back = ladder_labelled(p.windows, WINDOWS_SOURCE, row);
        assert_true(ip_equal(&back.prefix.ip, &rung.prefix.ip));
        assert_true(back.prefix.bits == rung.prefix.bits && back.asn == rung.asn);
        assert_int_equal(back.network, rung.network);
    }
    parts_close(&p);
}

/* Two classes in one prefix: the quiet one, whichever is written first. */
static void test_class_of_a_mixture(void **state)
{
    (void)state;
    struct parts p;
    parts_open(&p, "{}");
    static const enum network_class others[] = {NETWORK_OFFICE, NETWORK_ISP,  NETWORK_MOBILE,
                                                NETWORK_RELAY,  NETWORK_SASE, NETWORK_SATELLITE};
    static const enum network_class quiet[] = {NETWORK_UNKNOWN, NETWORK_HOSTING, NETWORK_VPN};
    uint64_t key = UINT64_C(1) << 60;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned k = 0; k < 12; k++) {
            struct rung first = {.network = quiet[i]}, second = {.network = others[k / 2]};
            uint32_t row =
                table_row(p.windows->table[WINDOWS_SOURCE], key += UINT64_C(7) << 50, 1, false);
            ladder_label(p.windows, WINDOWS_SOURCE, row, k % 2 ? &first : &second, 0);
            ladder_label(p.windows, WINDOWS_SOURCE, row, k % 2 ? &second : &first, 0);
            assert_int_equal(ladder_labelled(p.windows, WINDOWS_SOURCE, row).network, quiet[i]);
        }
    parts_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rungs),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_class_of_a_mixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
