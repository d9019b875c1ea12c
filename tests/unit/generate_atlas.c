/* SPDX-License-Identifier: Apache-2.0
 *
 * The atlas of `spoor generate` and the databases made of it: what the world means by an address is
 * what spoor's own enrichment answers.
 */
#include "plugin/records/atlas.h"

#include "geoip/enrich.h"
#include "plugin/generate/mmdb_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct atlas *atlas;
static struct enricher *enricher;
static struct networks *networks;
static struct diag *diag;

static void write_file(char path[static 32], bool (*put)(const struct atlas *atlas, FILE *to))
{
    strcpy(path, "/tmp/spoor-atlas-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *to = fdopen(fd, "w");
    assert_non_null(to);
    assert_true(put(atlas, to));
    assert_int_equal(fclose(to), 0);
}

static int set_up(void **state)
{
    char city[32], asn[32];

    (void)state;
    atlas = atlas_new();
    assert_non_null(atlas);
    write_file(city, mmdb_write_city);
    write_file(asn, mmdb_write_asn);
    const char *const cities[] = {city}, *const asns[] = {asn};
    const struct enricher_sources sources = {cities, 1, asns, 1, NULL};
    diag = diag_new();
    networks = networks_new();
    assert_int_equal(networks_freeze(networks), 0);
    enricher = enricher_new(&sources, networks, diag);
    unlink(city);
    unlink(asn);
    return enricher ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    enricher_free(enricher);
    networks_free(networks);
    diag_free(diag);
    atlas_free(atlas);
    return 0;
}

/* The narrowest network that an address lies in. */
static const struct network *narrowest(const struct ip *ip)
{
    const struct network *found = NULL;

    for (size_t i = 0; i < atlas_size(atlas); i++) {
        const struct network *network = atlas_at(atlas, i);
        if (prefix_contains(&network->prefix, ip) &&
            (!found || network->prefix.bits >= found->prefix.bits))
            found = network;
    }
    return found;
}

static void test_databases_answer_what_the_atlas_means(void **state)
{
    struct enriched_event told;

    (void)state;
    for (size_t i = 0; i < atlas_size(atlas); i++)
        for (uint64_t which = 0; which < 5; which++) {
            const struct network *network = atlas_at(atlas, i);
            const struct ip ip = atlas_address(network, which);
            assert_true(prefix_contains(&network->prefix, &ip));
            network = narrowest(&ip);
            enrich_ip(enricher, &ip, &told);
            assert_true(told.place.known && told.place.city_level);
            assert_string_equal(told.place.city, network->city);
            assert_string_equal(told.place.country, network->country);
            assert_int_equal(told.asn, network->asn);
            assert_string_equal(told.as_name, network->holder);
        }
}

static void test_what_is_outside_has_no_place(void **state)
{
    struct enriched_event told;
    struct ip ip;

    (void)state;
    assert_true(ip_parse(SLICE("192.88.98.1"), &ip));
    enrich_ip(enricher, &ip, &told);
    assert_false(told.place.known);
    assert_int_equal(told.asn, 0);
}

/* A class that the built-in list knows must not contradict the atlas. University and fixed-line
 * systems are in no list. */
static void test_classes_agree(void **state)
{
    static const enum network_class classes[ATLAS_KINDS] = {[ATLAS_ISP] = NETWORK_ISP,
                                                            [ATLAS_MOBILE] = NETWORK_MOBILE,
                                                            [ATLAS_HOSTING] = NETWORK_HOSTING,
                                                            [ATLAS_VPN] = NETWORK_VPN,
                                                            [ATLAS_RELAY] = NETWORK_RELAY,
                                                            [ATLAS_SASE] = NETWORK_SASE,
                                                            [ATLAS_SATELLITE] = NETWORK_SATELLITE,
                                                            [ATLAS_BACKEND] = NETWORK_BACKEND};
    size_t known = 0;
    struct enriched_event told;

    (void)state;
    for (size_t i = 0; i < atlas_size(atlas); i++) {
        const struct network *network = atlas_at(atlas, i);
        const struct ip ip = atlas_address(network, 1);
        enrich_ip(enricher, &ip, &told);
        if (told.network == NETWORK_UNKNOWN)
            continue;
        known++;
        /* M247 and Datacamp are hosting companies whose addresses are mostly VPN egress. */
        if (network->kind == ATLAS_VPN && told.network == NETWORK_HOSTING)
            continue;
        assert_int_equal(told.network, classes[network->kind]);
    }
    assert_true(known > 200);
}

static void test_wishes(void **state)
{
    const struct atlas_wish berlin = {.country = "DE", .city = "Berlin", .kind = ATLAS_ISP};
    const size_t n = atlas_count(atlas, &berlin);

    (void)state;
    assert_true(n >= 2);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(atlas_pick(atlas, &berlin, i)->city, "Berlin");
    assert_null(atlas_pick(atlas, &berlin, n));
    assert_non_null(atlas_named(atlas, "2a0a:d683::/32"));
    assert_null(atlas_named(atlas, "192.0.2.0/24"));
}

static void test_addresses(void **state)
{
    const struct network *wide = atlas_named(atlas, "2a0a:d683::/32");
    struct ip a = atlas_address(wide, 1), b = atlas_address(wide, 2), c = atlas_address(wide, 1);
    struct ip d = atlas_neighbour(wide, 1, 77);

    (void)state;
    assert_true(ip_equal(&a, &c));
    assert_memory_not_equal(a.bytes, b.bytes, 8);
    assert_memory_equal(a.bytes, d.bytes, 8);
    assert_memory_not_equal(a.bytes + 8, d.bytes + 8, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_databases_answer_what_the_atlas_means),
        cmocka_unit_test(test_what_is_outside_has_no_place),
        cmocka_unit_test(test_classes_agree),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
