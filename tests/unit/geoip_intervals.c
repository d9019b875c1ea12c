/* SPDX-License-Identifier: Apache-2.0
 *
 * Intervals against a naive model: every prefix asked in turn. Random nested prefixes of both
 * families, asked at their edges and in between.
 */
#include "geoip/intervals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint64_t seed;

static uint64_t next(void)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = (seed ^ seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static struct prefix prefix_of(const char *text)
{
    struct prefix prefix;
    const char *error;
    assert_true(prefix_parse(slice_of(text), &prefix, &error));
    return prefix;
}

static struct ip ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(slice_of(text), &ip));
    return ip;
}

static uint32_t find(const struct intervals *intervals, const char *text)
{
    struct ip ip = ip_of(text);
    return intervals_find(intervals, &ip);
}

static void add(struct intervals *intervals, const char *text, uint32_t value)
{
    struct prefix prefix = prefix_of(text);
    assert_int_equal(intervals_add(intervals, &prefix, value), 0);
}

static void test_empty(void **state)
{
    (void)state;
    struct intervals *intervals = intervals_new();
    assert_int_equal(intervals_freeze(intervals, NULL, NULL), 0);
    assert_int_equal(find(intervals, "0.0.0.0"), 0);
    assert_int_equal(find(intervals, "255.255.255.255"), 0);
    assert_int_equal(find(intervals, "::"), 0);
    assert_int_equal(find(intervals, "2001:db8::1"), 0);
    assert_int_equal(find(intervals, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 0);
    intervals_free(intervals);
    intervals_free(NULL);
}

static void test_nested(void **state)
{
    (void)state;
    struct intervals *intervals = intervals_new();
    add(intervals, "10.1.0.0/16", 2); /* given in any order */
    add(intervals, "10.0.0.0/8", 1);
    add(intervals, "10.1.255.255/32", 3);
    add(intervals, "255.255.255.255/32", 4);
    add(intervals, "0.0.0.0/32", 5);
    assert_int_equal(intervals_freeze(intervals, NULL, NULL), 0);
    assert_int_equal(find(intervals, "9.255.255.255"), 0);
    assert_int_equal(find(intervals, "10.0.255.255"), 1);
    assert_int_equal(find(intervals, "10.1.0.0"), 2);
    assert_int_equal(find(intervals, "10.1.255.254"), 2);
    assert_int_equal(find(intervals, "10.1.255.255"), 3);
    assert_int_equal(find(intervals, "10.2.0.0"), 1);
    assert_int_equal(find(intervals, "11.0.0.0"), 0);
    assert_int_equal(find(intervals, "255.255.255.255"), 4);
    assert_int_equal(find(intervals, "0.0.0.0"), 5);
    assert_int_equal(find(intervals, "0.0.0.1"), 0);
    intervals_free(intervals);
}

static void test_longer_than_64(void **state)
{
    (void)state;
    struct intervals *intervals = intervals_new();
    add(intervals, "2001:db8::/32", 1);
    add(intervals, "2001:db8:0:1:8000::/65", 2);
    add(intervals, "2001:db8:0:1:8000::5/128", 3);
    add(intervals, "2001:db8:0:2::/128", 4); /* the /64 next to the one above */
    add(intervals, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 5);
    assert_int_equal(intervals_freeze(intervals, NULL, NULL), 0);
    assert_int_equal(find(intervals, "2001:db8:0:0:ffff:ffff:ffff:ffff"), 1);
    assert_int_equal(find(intervals, "2001:db8:0:1:7fff:ffff:ffff:ffff"), 1);
    assert_int_equal(find(intervals, "2001:db8:0:1:8000::4"), 2);
    assert_int_equal(find(intervals, "2001:db8:0:1:8000::5"), 3);
    assert_int_equal(find(intervals, "2001:db8:0:1:8000::6"), 2);
    assert_int_equal(find(intervals, "2001:db8:0:2::"), 4);
    assert_int_equal(find(intervals, "2001:db8:0:2::1"), 1);
    assert_int_equal(find(intervals, "2001:db8:0:3::"), 1);
    assert_int_equal(find(intervals, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), 0);
    assert_int_equal(find(intervals, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 5);
    intervals_free(intervals);
}

static void test_families_are_apart(void **state)
{
    (void)state;
    struct intervals *intervals = intervals_new();
    add(intervals, "::/0", 1);
    add(intervals, "0.0.0.0/1", 2);
    assert_int_equal(intervals_freeze(intervals, NULL, NULL), 0);
    assert_int_equal(find(intervals, "::"), 1);
    assert_int_equal(find(intervals, "ffff::"), 1);
    assert_int_equal(find(intervals, "127.255.255.255"), 2);
    assert_int_equal(find(intervals, "128.0.0.0"), 0);
    intervals_free(intervals);
}

/* --- the model ----------------------------------------------------------------------------------
 */

enum { PREFIXES = 400, VALUES = 24 };

static uint32_t either(void *ctx, uint32_t outer, uint32_t inner)
{
    (void)ctx;
    return outer | inner;
}

static uint32_t failing(void *ctx, uint32_t outer, uint32_t inner)
{
    (void)ctx, (void)outer, (void)inner;
    return 0;
}

/* Prefixes crowd together so that they nest, touch and repeat. */
static struct prefix random_prefix(bool v4, unsigned spread)
{
    struct ip ip = {{0}};
    uint64_t r = next();
    if (v4) {
        ip.bytes[10] = ip.bytes[11] = 0xff;
        for (int i = 12; i < 16; i++)
            ip.bytes[i] = (uint8_t)(next() % spread * 85);
        return ip_network(&ip, 96 + (unsigned)(r % 33));
    }
    for (int i = 0; i < 16; i++)
        ip.bytes[i] = (uint8_t)(next() % spread * 85);
    return ip_network(&ip, (unsigned)(r % 129));
}

static uint32_t model_find(const struct prefix *prefixes, const uint32_t *values, size_t n,
                           const struct ip *ip)
{
    uint32_t found = 0;
    for (size_t i = 0; i < n; i++) {
        bool v4 = prefixes[i].bits >= 96 && ip_is_v4(&prefixes[i].ip);
        if (v4 == ip_is_v4(ip) && prefix_contains(&prefixes[i], ip))
            found |= values[i];
    }
    return found;
}

static struct ip step(struct ip ip, int by)
{
    for (int i = 15; i >= 0; i--) {
        ip.bytes[i] = (uint8_t)(ip.bytes[i] + by);
        if (ip.bytes[i] != (by > 0 ? 0x00 : 0xff))
            break;
    }
    return ip;
}

static struct ip last_of(const struct prefix *prefix)
{
    struct ip ip = prefix->ip;
    for (unsigned bit = prefix->bits; bit < 128; bit++)
        ip.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    return ip;
}

static void compare(const struct intervals *intervals, const struct prefix *prefixes,
                    const uint32_t *values, struct ip ip)
{
    assert_int_equal(intervals_find(intervals, &ip), model_find(prefixes, values, PREFIXES, &ip));
}

static void test_against_model(void **state)
{
    (void)state;
    static struct prefix prefixes[PREFIXES];
    static uint32_t values[PREFIXES];
    for (unsigned round = 0; round < 60; round++) {
        seed = round;
        struct intervals *intervals = intervals_new();
        for (size_t i = 0; i < PREFIXES; i++) {
            prefixes[i] = random_prefix(next() % 2, 2 + round % 3);
            values[i] = UINT32_C(1) << next() % VALUES;
            assert_int_equal(intervals_add(intervals, &prefixes[i], values[i]), 0);
        }
        assert_int_equal(intervals_freeze(intervals, either, NULL), 0);
        assert_true(intervals_ranges(intervals) <= 4 * PREFIXES + 2);
        for (size_t i = 0; i < PREFIXES; i++) {
            struct ip last = last_of(&prefixes[i]);
            compare(intervals, prefixes, values, prefixes[i].ip);
            compare(intervals, prefixes, values, step(prefixes[i].ip, -1));
            compare(intervals, prefixes, values, last);
            compare(intervals, prefixes, values, step(last, 1));
            compare(intervals, prefixes, values, random_prefix(next() % 2, 3).ip);
        }
        intervals_free(intervals);
    }
}

static void test_combine_failure(void **state)
{
    (void)state;
    struct intervals *intervals = intervals_new();
    add(intervals, "10.0.0.0/8", 1);
    assert_true(intervals_freeze(intervals, failing, NULL) < 0);
    intervals_free(intervals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),          cmocka_unit_test(test_nested),
        cmocka_unit_test(test_longer_than_64), cmocka_unit_test(test_families_are_apart),
        cmocka_unit_test(test_against_model),  cmocka_unit_test(test_combine_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
