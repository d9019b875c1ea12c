/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks: reading with reasons for refusal, writing, containing at every length, and which
 * addresses are special or stand for another one.
 */
#include "parsers/values/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ip ip_of(const char *text)
{
    struct ip ip;
    if (!ip_parse(slice_of(text), &ip))
        fail_msg("test error: %s", text);
    return ip;
}

static void test_read_and_write(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
        unsigned bits;
    } good[] = {
        {"203.0.113.0/24", "203.0.113.0/24", 120},
        {"0.0.0.0/0", "0.0.0.0/0", 96},
        {"203.0.113.7", "203.0.113.7/32", 128},
        {"203.0.113.7/32", "203.0.113.7/32", 128},
        {"128.0.0.0/1", "128.0.0.0/1", 97},
        {"2001:db8::/32", "2001:db8::/32", 32},
        {"2001:DB8:8000::/33", "2001:db8:8000::/33", 33},
        {"::/0", "::/0", 0},
        {"::1", "::1/128", 128},
        {"::ffff:203.0.113.0/120", "203.0.113.0/24", 120},
        {"::ffff:0:0/96", "0.0.0.0/0", 96},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct prefix prefix;
        const char *error = "x";
        char text[PREFIX_TEXT_MAX];
        if (!prefix_parse(slice_of(good[i].text), &prefix, &error))
            fail_msg("%s: %s", good[i].text, error);
        assert_null(error);
        assert_int_equal(prefix.bits, good[i].bits);
        size_t n = prefix_format(&prefix, text);
        assert_int_equal(n, strlen(good[i].canonical));
        assert_string_equal(text, good[i].canonical);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"", "address"},
        {"/24", "address"},
        {"host/24", "address"},
        {"1.2.3/24", "address"},
        {"203.0.113.0/33", "0 to 32"},
        {"203.0.113.0/", "0 to 32"},
        {"203.0.113.0/024", "0 to 32"},
        {"203.0.113.0/-1", "0 to 32"},
        {"203.0.113.0/24x", "0 to 32"},
        {"203.0.113.0/24/24", "0 to 32"},
        {"2001:db8::/129", "0 to 128"},
        {"::/4294967296", "0 to 128"},
        {"203.0.113.1/24", "bits set"},
        {"2001:db8::1/64", "bits set"},
        {"1.0.0.0/0", "bits set"},
        {"203.0.113.0 /24", "address"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct prefix prefix = {.bits = 77};
        const char *error = NULL;
        if (prefix_parse(slice_of(bad[i][0]), &prefix, &error))
            fail_msg("accepted: %s", bad[i][0]);
        assert_int_equal(prefix.bits, 77);
        assert_non_null(error);
        if (!strstr(error, bad[i][1]))
            fail_msg("%s: %s", bad[i][0], error);
    }
}

static void test_contains_at_every_length(void **state)
{
    (void)state;
    struct ip all = {{0}};
    memset(all.bytes, 0xFF, sizeof all.bytes);
    for (unsigned bits = 0; bits <= 128; bits++) {
        struct prefix network = ip_network(&all, bits);
        unsigned ones = 0;
        for (unsigned i = 0; i < 128; i++)
            ones += (unsigned)network.ip.bytes[i / 8] >> (7 - i % 8) & 1u;
        assert_int_equal(ones, bits);
        assert_true(prefix_contains(&network, &all));
        for (unsigned flip = 0; flip < 128; flip++) {
            struct ip other = all;
            other.bytes[flip / 8] = (uint8_t)(other.bytes[flip / 8] ^ 0x80u >> flip % 8);
            assert_int_equal(prefix_contains(&network, &other), flip >= bits);
        }
    }
}

static void test_special(void **state)
{
    (void)state;
    static const char *const special[] = {
        "0.1.2.3",        "10.255.255.255",  "100.64.0.0",  "100.127.255.255",
        "127.0.0.1",      "169.254.1.1",     "172.16.0.0",  "172.31.255.255",
        "192.0.0.8",      "192.0.2.1",       "192.168.0.1", "198.18.0.0",
        "198.19.255.255", "198.51.100.4",    "203.0.113.7", "224.0.0.1",
        "240.0.0.1",      "255.255.255.255", "::",          "::1",
        "::102:304",      "100::1",          "2001:10::1",  "2001:2f::1",
        "2001:db8::7",    "3fff::1",         "3fff:fff::1", "fc00::1",
        "fdff::1",        "fe80::1",         "febf::1",     "fec0::1",
        "ff02::1",
    };
    static const char *const plain[] = {
        "1.1.1.1",           "9.255.255.255", "11.0.0.0",        "100.63.255.255", "100.128.0.0",
        "126.255.255.255",   "128.0.0.1",     "169.253.1.1",     "172.15.255.255", "172.32.0.0",
        "192.0.1.1",         "192.0.3.1",     "192.169.0.0",     "198.17.255.255", "198.20.0.0",
        "198.51.101.1",      "203.0.114.1",   "223.255.255.255", "0:0:0:1::1",     "100:0:0:1::",
        "2001:0:1::1",       "2001:30::1",    "2001:db9::1",     "2001:db7::1",    "3fff:1000::",
        "2a00:1450:4001::1", "fbff::1",       "fe00::1",         "64:ff9b::1",
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (!ip_is_special((struct ip[]){ip_of(special[i])}))
            fail_msg("not special: %s", special[i]);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (ip_is_special((struct ip[]){ip_of(plain[i])}))
            fail_msg("special: %s", plain[i]);
}

static void test_embedded(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"2002:c000:204::1", "192.0.2.4"},
        {"64:ff9b::192.0.2.33", "192.0.2.33"},
        /* RFC 4380: client 192.0.2.45, port 40000, both inverted */
        {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"},
        {"2001:1::1", "2001:1::1"},
        {"64:ff9b:1::1", "64:ff9b:1::1"},
        {"2003:c000:204::1", "2003:c000:204::1"},
        {"192.0.2.4", "192.0.2.4"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ip from = ip_of(pairs[i][0]), to = ip_embedded(&from);
        char text[IP_TEXT_MAX];
        ip_format(&to, text);
        assert_string_equal(text, pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_write),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_contains_at_every_length),
        cmocka_unit_test(test_special),
        cmocka_unit_test(test_embedded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
