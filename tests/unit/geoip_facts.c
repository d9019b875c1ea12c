/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in table of network classes: its form, that no number stands twice, and that the
 * systems are there which the published campaigns and the detectors' stories speak of.
 */
#include "geoip/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 4096, LEAST = 20 };

static uint32_t numbers[ROWS_MAX];
static size_t rows_n, of_class[NETWORK_N];

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void read_row(const struct facts *facts, const char *line)
{
    unsigned asn;
    char class[16], holder[128];
    if (sscanf(line, "%u\t%15[a-z]\t%127[^\t]", &asn, class, holder) != 3)
        fail_msg("no row of three columns: %s", line);
    assert_true(asn > 0 && rows_n < ROWS_MAX);
    assert_true(asn < 64512 || (asn > 65535 && asn < 4200000000u)); /* private ones say nothing */
    assert_true(holder[0] != ' ' && holder[strlen(holder) - 1] != ' ');
    assert_string_equal(network_class_name(facts_class(facts, asn)), class);
    of_class[facts_class(facts, asn)]++;
    numbers[rows_n++] = asn;
}

static void test_every_row_has_its_form(void **state)
{
    const struct facts *facts = *state;
    struct slice text = facts_asn_classes_text();
    char *copy = strndup(text.ptr, text.len), *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (line[0] != '#')
            read_row(facts, line);
    free(copy);
    static const enum network_class grown[] = {NETWORK_HOSTING, NETWORK_VPN, NETWORK_MOBILE,
                                               NETWORK_SASE, NETWORK_SATELLITE};
    for (size_t i = 0; i < sizeof grown / sizeof grown[0]; i++)
        assert_true(of_class[grown[i]] >= LEAST);
}

static void test_no_number_stands_twice(void **state)
{
    (void)state;
    assert_true(rows_n > 0);
    qsort(numbers, rows_n, sizeof numbers[0], by_number);
    for (size_t i = 1; i < rows_n; i++)
        if (numbers[i] == numbers[i - 1])
            fail_msg("AS%u stands twice", numbers[i]);
}

static void test_the_systems_of_the_campaigns(void **state)
{
    static const struct {
        enum network_class class;
        uint32_t numbers[24];
    } named[] = {
        {NETWORK_BACKEND, {8068, 8069, 8070, 8075, 12076}},
        {NETWORK_HOSTING,
         {32167, 955, 53667, 200373, 16509, 14618, 396982, 15169, 14061, 16276, 24940, 20473, 63949,
          31898, 6939, 9009, 212238, 62240}},
        {NETWORK_RELAY, {36183, 54113, 13335}},
        {NETWORK_SATELLITE, {22351, 14593}},
        {NETWORK_SASE, {22616, 53813}},
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        for (const uint32_t *asn = named[i].numbers; *asn; asn++)
            assert_int_equal(facts_class(*state, *asn), named[i].class);
    assert_int_equal(facts_class(*state, 64512), NETWORK_UNKNOWN);
}

/* Whoever reads the table must be able to tell where it is from, and how old it is. */
static void test_sources_and_date(void **state)
{
    (void)state;
    struct slice text = facts_asn_classes_text();
    char *copy = strndup(text.ptr, text.len);
    assert_non_null(strstr(copy, "# Sources, date 20"));
    free(copy);
}

static int set_up(void **state)
{
    struct diag *diag = diag_new();
    *state = facts_new(NULL, diag);
    diag_free(diag);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    facts_free(*state);
    return 0;
}

/* Akamai's IPv6 share of Private Relay; beside it, what is only Akamai's. */
static void test_a_prefix_has_its_own_class(void **state)
{
    static const struct {
        const char *ip;
        enum network_class network;
    } rows[] = {
        {"2a02:26f7:c400:f5ab::1", NETWORK_RELAY}, {"2a02:26f7:b000:4000::1", NETWORK_RELAY},
        {"2a02:26f7:a000::1", NETWORK_UNKNOWN},    {"172.225.69.1", NETWORK_RELAY},
        {"172.228.0.1", NETWORK_UNKNOWN},          {"104.28.66.44", NETWORK_RELAY},
        {"104.28.128.1", NETWORK_UNKNOWN},         {"2606:54c0:25a0::1", NETWORK_RELAY},
        {"2606:54c3:1::1", NETWORK_UNKNOWN},       {"2a04:4e41:1841::1", NETWORK_RELAY},
        {"146.75.132.142", NETWORK_RELAY},         {"140.248.40.70", NETWORK_RELAY},
        {"203.0.113.7", NETWORK_UNKNOWN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ip ip;
        assert_true(ip_parse(slice_of(rows[i].ip), &ip));
        assert_int_equal(facts_prefix_class(*state, &ip), rows[i].network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_prefix_has_its_own_class),
        cmocka_unit_test(test_every_row_has_its_form),
        cmocka_unit_test(test_no_number_stands_twice),
        cmocka_unit_test(test_the_systems_of_the_campaigns),
        cmocka_unit_test(test_sources_and_date),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
