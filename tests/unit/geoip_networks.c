/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of prefixes: every covering set and the most specific prefix, feed files with errors,
 * limits.
 */
#include "geoip/networks.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct ip ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(slice_of(text), &ip));
    return ip;
}

static void add(struct networks *networks, int set, const char *text)
{
    struct prefix prefix;
    const char *error;
    assert_true(prefix_parse(slice_of(text), &prefix, &error));
    assert_int_equal(networks_add(networks, set, &prefix), 0);
}

static void expect(const struct networks *networks, const char *address, uint64_t sets,
                   const char *prefix)
{
    struct ip ip = ip_of(address);
    struct prefix found;
    char text[PREFIX_TEXT_MAX] = "";
    uint64_t answer = networks_find(networks, &ip, &found);
    if (answer)
        prefix_format(&found, text);
    assert_int_equal(answer, sets);
    assert_string_equal(text, prefix);
    assert_int_equal(networks_find(networks, &ip, NULL), sets);
}

static void test_every_covering_set(void **state)
{
    (void)state;
    struct networks *networks = networks_new();
    assert_int_equal(networks_add_set(networks, "trusted"), NETWORKS_TRUSTED);
    assert_int_equal(networks_add_set(networks, "lshiy"), 1);
    assert_int_equal(networks_add_set(networks, "other"), 2);
    add(networks, 1, "2a0a:d683::/32");
    add(networks, 2, "2a0a:d683:1::/48");
    add(networks, 0, "2a0a:d683:1:2::8/125");
    add(networks, 0, "10.0.0.0/8");
    add(networks, 1, "10.1.2.0/24");
    add(networks, 2, "10.1.2.0/24"); /* the same prefix in two sets */
    add(networks, 1, "10.1.2.0/24"); /* and twice in one */
    assert_int_equal(networks_freeze(networks), 0);
    assert_int_equal(networks_prefixes(networks), 7);
    assert_int_equal(networks_sets(networks), 3);
    assert_string_equal(networks_name(networks, 1), "lshiy");
    assert_null(networks_name(networks, 3));
    assert_true(networks_bytes(networks) > 0);

    expect(networks, "2a0a:d683::1", 2, "2a0a:d683::/32");
    expect(networks, "2a0a:d683:1::1", 6, "2a0a:d683:1::/48");
    expect(networks, "2a0a:d683:1:2::9", 7, "2a0a:d683:1:2::8/125");
    expect(networks, "2a0a:d683:1:2::10", 6, "2a0a:d683:1::/48");
    expect(networks, "2a0a:d684::", 0, "");
    expect(networks, "10.1.1.255", 1, "10.0.0.0/8");
    expect(networks, "10.1.2.0", 7, "10.1.2.0/24");
    expect(networks, "10.1.3.0", 1, "10.0.0.0/8");
    expect(networks, "::ffff:10.1.2.3", 7, "10.1.2.0/24");
    expect(networks, "11.0.0.0", 0, "");
    networks_free(networks);
    networks_free(NULL);
}

static void test_64_sets(void **state)
{
    (void)state;
    struct networks *networks = networks_new();
    for (int set = 0; set < NETWORKS_SETS_MAX; set++) {
        assert_int_equal(networks_add_set(networks, "set"), set);
        add(networks, set, "192.0.2.0/24");
    }
    assert_int_equal(networks_add_set(networks, "one too many"), -1);
    assert_int_equal(networks_freeze(networks), 0);
    expect(networks, "192.0.2.1", UINT64_MAX, "192.0.2.0/24");
    networks_free(networks);
}

static void test_file_with_errors(void **state)
{
    (void)state;
    static const char text[] = "# a feed\n"
                               "192.0.2.0/24   # documentation\r\n"
                               "\n"
                               "   \t2001:db8::/32\n"
                               "  192.0.2.1/24\n"
                               "nonsense\n"
                               "198.51.100.7\n"
                               "2001:db8::/129\n"
                               "203.0.113.0/24 203.0.114.0/24\n"
                               "203.0.113.0/25"; /* no newline at the end */
    char file[] = "/tmp/spoor-feed-XXXXXX", expected[128];
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);
    struct diag *diag = diag_new();
    struct networks *networks = networks_new();
    int set = networks_add_set(networks, "feed");
    assert_int_equal(networks_add_file(networks, set, file, diag), 4);
    assert_int_equal(diag_errors(diag), 4);
    char *out = diag_render(diag);
    assert_non_null(out);
    snprintf(expected, sizeof(expected), "%s:5:3: error: ", file);
    assert_non_null(strstr(out, expected));
    for (int line = 6; line <= 9; line++) {
        snprintf(expected, sizeof(expected), "%s:%d:1: error: ", file, line);
        assert_true((strstr(out, expected) != NULL) == (line != 7));
    }
    free(out);
    assert_int_equal(networks_freeze(networks), 0);
    expect(networks, "192.0.2.200", 1, "192.0.2.0/24");
    expect(networks, "198.51.100.7", 1, "198.51.100.7/32");
    expect(networks, "2001:db8::1", 1, "2001:db8::/32");
    expect(networks, "203.0.113.1", 1, "203.0.113.0/25");
    expect(networks, "203.0.113.129", 0, "");
    networks_free(networks);
    diag_free(diag);
    unlink(file);
}

static void test_file_that_cannot_be_read(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct networks *networks = networks_new();
    int set = networks_add_set(networks, "feed");
    assert_int_equal(networks_add_file(networks, set, "/nonexistent/feed.txt", diag), -ENOENT);
    assert_int_equal(networks_add_file(networks, set, "/tmp", diag), -EINVAL);
    assert_int_equal(diag_errors(diag), 2);
    char *out = diag_render(diag);
    assert_non_null(strstr(out, "/nonexistent/feed.txt: error: cannot be read"));
    free(out);
    networks_free(networks);
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_covering_set),
        cmocka_unit_test(test_64_sets),
        cmocka_unit_test(test_file_with_errors),
        cmocka_unit_test(test_file_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
