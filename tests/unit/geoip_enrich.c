/* SPDX-License-Identifier: Apache-2.0
 *
 * Enrichment: from an event's address to place, system, class and sets; which addresses say
 * nothing; what the built-in tables hold; bad sources.
 */
#include "geoip/enrich.h"
#include "geoip/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define DATA "tests/data/geoip/"

static struct networks *networks;
static struct diag *diag;
static struct enricher *enricher;

static struct ip ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(slice_of(text), &ip));
    return ip;
}

static void add(int set, const char *text)
{
    struct prefix prefix;
    const char *error;
    assert_true(prefix_parse(slice_of(text), &prefix, &error));
    assert_int_equal(networks_add(networks, set, &prefix), 0);
}

static int setup(void **state)
{
    (void)state;
    static const char *const city[] = {DATA "city-flat-v6.mmdb", DATA "city-maxmind.mmdb"};
    static const char *const as[] = {DATA "asn.mmdb"};
    struct enricher_sources sources = {.city = city, .city_n = 2, .asn = as, .asn_n = 1};
    diag = diag_new();
    networks = networks_new();
    assert_int_equal(networks_add_set(networks, "trusted"), NETWORKS_TRUSTED);
    assert_int_equal(networks_add_set(networks, "lshiy"), 1);
    add(0, "103.90.1.0/24");
    add(0, "10.0.0.0/8");
    add(1, "103.100.64.0/20");
    add(1, "2002:6764:4000::/48"); /* 103.100.64.0 as 6to4 */
    assert_int_equal(networks_freeze(networks), 0);
    enricher = enricher_new(&sources, networks, diag);
    return enricher ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    enricher_free(enricher);
    networks_free(networks);
    diag_free(diag);
    return 0;
}

static struct enriched_event ask(const char *address)
{
    struct ip ip = ip_of(address);
    struct event ev = {.has_ip = true, .ip = ip, .user = SLICE("anna@contoso.com")};
    struct enriched_event out, bare;
    memset(&out, 0xa5, sizeof(out)); /* nothing may stay as it was */
    memset(&bare, 0x5a, sizeof(bare));
    enrich(enricher, &ev, &out);
    enrich_ip(enricher, &ip, &bare);
    assert_true(slice_equal(out.ev.user, ev.user));
    assert_true(bare.ev.has_ip && ip_equal(&bare.ev.ip, &ip));
    assert_int_equal(out.asn, bare.asn);
    assert_int_equal(out.network, bare.network);
    assert_int_equal(out.sets, bare.sets);
    assert_int_equal(out.usable_ip, bare.usable_ip);
    assert_ptr_equal(out.place.city, bare.place.city);
    return out;
}

static void test_place_and_system(void **state)
{
    (void)state;
    struct enriched_event out = ask("81.2.69.142");
    assert_true(out.usable_ip && out.place.known && out.place.city_level);
    assert_string_equal(out.place.country, "GB");
    assert_string_equal(out.place.city, "London");
    assert_string_equal(out.place.region, "England");
    assert_true(out.place.lat == 51.5142 && out.place.lon == -0.0931); /* as in the file */
    assert_true(out.place.radius_km == 10.0f);
    assert_int_equal(out.asn, 20712);
    assert_string_equal(out.as_name, "Andrews & Arnold Ltd");
    assert_int_equal(out.network, NETWORK_UNKNOWN);
    out = ask("2600:1030::1"); /* the first file that knows it: the one without radii */
    assert_string_equal(out.place.city, "New York");
    assert_true(out.place.radius_km == 0.0f);
    assert_int_equal(out.network, NETWORK_ISP);
}

static void test_country_only(void **state)
{
    (void)state;
    struct enriched_event out = ask("103.100.96.1");
    assert_true(out.place.known && !out.place.city_level);
    assert_string_equal(out.place.country, "US");
    assert_true(out.place.lat == 39.83 && out.place.lon == -98.58 && out.place.radius_km > 1700.0f);
    assert_int_equal(out.network, NETWORK_SATELLITE);
    out = ask("67.43.156.1");
    assert_true(out.place.known && !out.place.city_level && out.place.radius_km == 534.0f);
}

static void test_classes(void **state)
{
    (void)state;
    assert_int_equal(ask("101.11.0.1").network, NETWORK_MOBILE);
    assert_int_equal(ask("103.100.0.1").network, NETWORK_HOSTING);
    assert_int_equal(ask("103.100.80.1").network, NETWORK_RELAY);
    assert_int_equal(ask("103.100.112.1").network, NETWORK_SASE);
    assert_int_equal(ask("103.100.128.1").network, NETWORK_VPN);
    assert_int_equal(ask("103.90.0.255").network, NETWORK_ISP);
    struct enriched_event out = ask("103.90.1.0"); /* trusted */
    assert_int_equal(out.network, NETWORK_OFFICE);
    assert_int_equal(out.sets, 1);
    assert_true(out.usable_ip);
    assert_string_equal(out.place.city, "London");
    out = ask("103.100.32.1"); /* Microsoft's servers */
    assert_int_equal(out.network, NETWORK_BACKEND);
    assert_false(out.usable_ip);
}

static void test_addresses_that_say_nothing(void **state)
{
    (void)state;
    static const char *const special[] = {"192.168.1.1", "127.0.0.1", "100.64.0.1", "169.254.1.1",
                                          "::1",         "fe80::1",   "fd00::1",    "192.0.2.1"};
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        struct enriched_event out = ask(special[i]);
        assert_false(out.usable_ip || out.place.known);
        assert_int_equal(out.asn, 0);
        assert_string_equal(out.place.city, "");
    }
    struct enriched_event out = ask("10.1.2.3"); /* private, yet the operator's own */
    assert_int_equal(out.network, NETWORK_OFFICE);
    assert_false(out.usable_ip);

    struct event ev = {.kind = KIND_SIGN_IN};
    memset(&out, 0xa5, sizeof(out));
    enrich(enricher, &ev, &out);
    assert_false(out.usable_ip || out.place.known);
    assert_int_equal(out.sets, 0);
    assert_string_equal(out.as_name, "");
    assert_string_equal(out.place.country, "");
    assert_string_equal(out.place.region, "");

    out = ask("9.9.9.9"); /* an address like any other, of which no file knows */
    assert_true(out.usable_ip);
    assert_false(out.place.known);
}

static void test_transition_addresses(void **state)
{
    (void)state;
    struct enriched_event out = ask("2002:6764:4001::1"); /* 6to4 of 103.100.64.1 */
    assert_string_equal(out.place.city, "Los Angeles");
    assert_int_equal(out.asn, 32167);
    assert_int_equal(out.sets, 2);
    assert_string_equal(ask("64:ff9b::6764:4001").place.city, "Los Angeles"); /* NAT64 */
    assert_string_equal(ask("::ffff:103.100.64.1").place.city, "Los Angeles");
    assert_string_equal(ask("2001:0:4136:e378:8000:63bf:989b:bffe").place.city,
                        "Los Angeles"); /* Teredo */
    assert_int_equal(ask("2002:6764:4000::1").sets, 2);
}

static void test_bad_sources(void **state)
{
    (void)state;
    static const char *const files[] = {DATA "asn.mmdb", "/nonexistent/city.mmdb"};
    struct enricher_sources sources = {.city = files, .city_n = 2};
    struct diag *told = diag_new();
    assert_null(enricher_new(&sources, networks, told));
    assert_int_equal(diag_errors(told), 2); /* both are told in one run */
    diag_free(told);

    char file[] = "/tmp/spoor-classes-XXXXXX";
    int fd = mkstemp(file);
    static const char text[] =
        "# ours\n2856\thosting\tBT\n12\tcloud\tX\nAS12\tisp\n0\tisp\n13\toffice\n";
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    sources = (struct enricher_sources){.asn_classes = file};
    told = diag_new();
    assert_null(enricher_new(&sources, networks, told));
    assert_int_equal(diag_errors(told), 4);
    char *out = diag_render(told);
    char expected[64];
    snprintf(expected, sizeof(expected), "%s:3:4: error: unknown network class", file);
    assert_non_null(strstr(out, expected));
    snprintf(expected, sizeof(expected), "%s:4:1: error: bad AS number", file);
    assert_non_null(strstr(out, expected));
    free(out);
    diag_free(told);

    assert_int_equal(ftruncate(fd, 23), 0); /* only the good row stays */
    told = diag_new();
    struct facts *facts = facts_new(file, told);
    assert_non_null(facts);
    assert_int_equal(facts_class(facts, 2856), NETWORK_HOSTING);
    assert_int_equal(facts_class(facts, 8075), NETWORK_UNKNOWN); /* in place of the built-in list */
    facts_free(facts);
    diag_free(told);
    close(fd);
    unlink(file);
}

static void test_without_databases(void **state)
{
    (void)state;
    struct enricher_sources none = {0};
    struct enricher *empty = enricher_new(&none, networks, diag);
    struct ip ip = ip_of("103.90.1.1");
    struct enriched_event out;
    enrich_ip(empty, &ip, &out);
    assert_int_equal(out.network, NETWORK_OFFICE);
    assert_true(out.usable_ip && !out.place.known);
    assert_true(enricher_bytes(enricher) > enricher_bytes(empty));
    enricher_free(empty);
    enricher_free(NULL);
}

/* The built-in tables: known rows, nothing twice, every code of the right form. */
static void test_tables(void **state)
{
    (void)state;
    struct facts *facts = facts_new(NULL, diag);
    assert_non_null(facts);
    const struct country *japan = facts_country(facts, "JP");
    assert_int_equal(japan->lat_e6, 36000000);
    assert_int_equal(japan->lon_e6, 138000000);
    assert_int_equal(japan->radius_km, 347); /* sqrt(377915 / pi) */
    assert_null(facts_country(facts, "ZZ"));
    static const uint32_t backend[] = {8068, 8069, 8070, 8075, 12076};
    for (size_t i = 0; i < sizeof(backend) / sizeof(backend[0]); i++)
        assert_int_equal(facts_class(facts, backend[i]), NETWORK_BACKEND);
    assert_int_equal(facts_class(facts, 32167), NETWORK_HOSTING);
    assert_int_equal(facts_class(facts, 64512), NETWORK_UNKNOWN);

    struct slice text = facts_countries_text();
    size_t countries = 0;
    for (size_t i = 0; i < text.len; i++)
        countries += text.ptr[i] == '\n' && i + 1 < text.len && text.ptr[i + 1] != '#';
    assert_int_equal(countries, 250); /* ISO 3166 has 249; and Kosovo */
    assert_int_equal(text.ptr[text.len - 1], '\n');
    facts_free(facts);
    for (int i = 0; i < NETWORK_N; i++)
        assert_true(network_class_name((enum network_class)i)[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place_and_system),
        cmocka_unit_test(test_country_only),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_addresses_that_say_nothing),
        cmocka_unit_test(test_transition_addresses),
        cmocka_unit_test(test_bad_sources),
        cmocka_unit_test(test_without_databases),
        cmocka_unit_test(test_tables),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
