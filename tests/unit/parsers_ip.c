/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses: the table of forms found in logs, strict texts, canonical writing, and 10,000 random
 * addresses each way against inet_ntop and inet_pton.
 */
#include "parsers/values/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

/* What a recorded text gives: the canonical address ("" for none) and the port. */
static const struct {
    const char *recorded, *ip;
    uint16_t port;
} logged[] = {
    {"203.0.113.7", "203.0.113.7", 0},
    {"203.0.113.7:51234", "203.0.113.7", 51234},
    {"[203.0.113.7]:51234", "203.0.113.7", 51234},
    {"[203.0.113.7]", "203.0.113.7", 0},
    {"[2001:db8::7]", "2001:db8::7", 0},
    {"2001:db8::7", "2001:db8::7", 0},
    {"2001:0DB8:0:0:0:0:0:0007", "2001:db8::7", 0},
    {"[2001:db8::7]:51234", "2001:db8::7", 51234},
    {"2001:db8::7:51234", "", 0},
    {"2001:db8::7:5123", "2001:db8::7:5123", 0},
    {"::ffff:203.0.113.7", "203.0.113.7", 0},
    {"::ffff:cb00:7107", "203.0.113.7", 0},
    {"[::ffff:203.0.113.7]:443", "203.0.113.7", 443},
    {"fe80::1%eth0", "fe80::1", 0},
    {"fe80::1%25eth0", "fe80::1", 0},
    {"[fe80::1%eth0]:443", "fe80::1", 443},
    {"203.0.113.7, 198.51.100.4", "203.0.113.7", 0},
    {"203.0.113.7:80,198.51.100.4:90", "203.0.113.7", 80},
    {" 203.0.113.7\r\n", "203.0.113.7", 0},
    {"10.0.0.1", "10.0.0.1", 0},
    {"::1", "::1", 0},
    {"203.0.113.7:0", "203.0.113.7", 0},
    {"203.0.113.7:65535", "203.0.113.7", 65535},
    {"203.0.113.7:65536", "203.0.113.7", 0},
    {"203.0.113.7:99999999999999999999", "203.0.113.7", 0},
    {"0.0.0.0", "", 0},
    {"0.0.0.0:443", "", 0},
    {"::", "", 0},
    {"[::]:443", "", 0},
    {"::ffff:0.0.0.0", "", 0},
    {"255.255.255.255", "", 0},
    {"localhost", "", 0},
    {"host.contoso.com", "", 0},
    {"host:8443", "", 0},
    {"72f988bf-86f1-41af-91ab-2d7cd011db47", "", 0},
    {"proxy (203.0.113.7)", "", 0},
    {"203.0.113.999", "", 0},
    {"203.0.113", "", 0},
    {"203.0.113.07", "", 0},
    {"3405803783", "", 0},
    {"\xE2\x80\xA6", "", 0},
    {"AWS Internal", "", 0},
    {"", "", 0},
    {"   ", "", 0},
    {",203.0.113.7", "", 0},
    {"203.0.113.7:", "", 0},
    {"203.0.113.7:x", "", 0},
    {"203.0.113.7:-1", "", 0},
    {"[203.0.113.7", "", 0},
    {"[203.0.113.7]x", "", 0},
    {"[203.0.113.7]:", "", 0},
    {"[]", "", 0},
    {"[", "", 0},
    {"]", "", 0},
    {":", "", 0},
    {":80", "", 0},
    {"%", "", 0},
    {"fe80::1%", "", 0},
    {"203.0.113.7%eth0", "", 0},
    {"::ffff:203.0.113.7:443", "", 0},
    {"203.0.113.7 198.51.100.4", "", 0},
};

static void test_forms_of_logs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logged / sizeof *logged; i++) {
        struct ip ip;
        uint16_t port = 7;
        memset(&ip, 0x55, sizeof ip);
        char text[IP_TEXT_MAX] = "";
        if (ip_parse_logged(slice_of(logged[i].recorded), &ip, &port)) {
            size_t n = ip_format(&ip, text);
            assert_int_equal(n, strlen(text));
        } else {
            assert_int_equal(port, 7);
            assert_int_equal(ip.bytes[0], 0x55);
            port = 0;
        }
        if (strcmp(text, logged[i].ip) != 0 || port != logged[i].port)
            fail_msg("'%s' gives '%s' port %d", logged[i].recorded, text, port);
    }
}

static void test_refused_leaves_output(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..2.3",
        "01.2.3.4",
        "1.2.3.00",
        "256.1.1.1",
        "1.2.3.1000",
        " 1.2.3.4",
        "1.2.3.4 ",
        "0x1.2.3.4",
        "1.2.3.-4",
        "::1%lo",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "12345::",
        "g::",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::ffff:1.2.3.04",
        "1:2:3:4:5:6:7:",
        "[::1]",
        "00001::",
        "1.2.3.4/24",
        "::/0",
        "0000:0000:0000:0000:0000:0000:255.255.255.2550",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ip ip = {{1, 2, 3}};
        if (ip_parse(slice_of(bad[i]), &ip))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(ip.bytes[2], 3);
    }
    struct ip ip;
    assert_false(ip_parse((struct slice){"1.2.3.4\0", 8}, &ip));
    assert_false(ip_parse((struct slice){0}, &ip));
    assert_true(ip_parse(SLICE("0000:0000:0000:0000:0000:ffff:255.255.255.255"), &ip));
}

static void test_canonical_text(void **state)
{
    (void)state;
    /* RFC 5952, section 4; the last rows also stand where inet_ntop writes dotted IPv4. */
    static const char *const pairs[][2] = {
        {"2001:0db8::0001", "2001:db8::1"},
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:DB8:AAAA::", "2001:db8:aaaa::"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"::1.2.3.4", "::102:304"},
        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"100.20.3.255", "100.20.3.255"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ip ip;
        char text[IP_TEXT_MAX];
        assert_true(ip_parse(slice_of(pairs[i][0]), &ip));
        ip_format(&ip, text);
        assert_string_equal(text, pairs[i][1]);
    }
}

/* xorshift64: the same addresses in every run. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static void test_random_v4_against_libc(void **state)
{
    (void)state;
    uint64_t seed = 0x5170072;
    for (int i = 0; i < 10000; i++) {
        struct ip ip = {{[10] = 0xFF, [11] = 0xFF}}, back;
        for (int k = 12; k < 16; k++)
            ip.bytes[k] = (uint8_t)(next(&seed) >> 32 & (next(&seed) >> 32 | next(&seed) >> 32));
        char ours[IP_TEXT_MAX], theirs[INET6_ADDRSTRLEN];
        ip_format(&ip, ours);
        assert_non_null(inet_ntop(AF_INET, ip.bytes + 12, theirs, sizeof theirs));
        assert_string_equal(ours, theirs);
        assert_true(ip_parse(slice_of(theirs), &back));
        assert_true(ip_equal(&ip, &back));
        assert_true(ip_is_v4(&back));
    }
}

static void test_random_v6_against_libc(void **state)
{
    (void)state;
    uint64_t seed = 20250304;
    for (int i = 0; i < 10000; i++) {
        struct ip ip, back;
        uint64_t zero_groups = next(&seed) >> 40; /* many zeros, so that every shape of :: comes */
        for (int k = 0; k < 16; k++)
            ip.bytes[k] = zero_groups >> (k / 2) & 1 ? 0 : (uint8_t)(next(&seed) >> 32);
        if (next(&seed) >> 63)
            ip.bytes[2 * (i % 8)] = 0;
        bool dotted = memcmp(ip.bytes, (uint8_t[10]){0}, 10) == 0 &&
                      (ip_is_v4(&ip) || (ip.bytes[10] == 0 && ip.bytes[11] == 0));
        if (dotted) /* where libc writes IPv4 at the end and we do not */
            continue;
        char ours[IP_TEXT_MAX], theirs[INET6_ADDRSTRLEN];
        ip_format(&ip, ours);
        assert_non_null(inet_ntop(AF_INET6, ip.bytes, theirs, sizeof theirs));
        assert_string_equal(ours, theirs);
        assert_true(ip_parse(slice_of(ours), &back));
        assert_true(ip_equal(&ip, &back));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_logs),
        cmocka_unit_test(test_refused_leaves_output),
        cmocka_unit_test(test_canonical_text),
        cmocka_unit_test(test_random_v4_against_libc),
        cmocka_unit_test(test_random_v6_against_libc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
