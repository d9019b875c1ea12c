/* SPDX-License-Identifier: Apache-2.0
 *
 * The layouts of all rows fit together, names and addresses come back as they went in, and the
 * bytes promised are about the bytes taken.
 */
#include "detectors/windows/windows.h"

#include "tests/unit/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct windows *windows;

static int set_up(void **state)
{
    (void)state;
    const struct windows_sizes sizes = {64, 64, 64, 8, 256, 8, 64, 64};
    windows = windows_new(&sizes, (struct hash_key){1, 2});
    return windows ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    windows_free(windows);
    return 0;
}

/* No two fields share a word, none leaves the row, and ids are their own. */
static void test_layouts(void **state)
{
    (void)state;
    for (unsigned t = 0; t < WINDOWS_N; t++) {
        const struct layout *layout = windows_layout(t);
        bool taken[256] = {false};
        assert_int_equal(layout->words_n % 8, 0);
        for (size_t i = 0; i < layout->fields_n; i++)
            for (unsigned k = 0; k < layout->fields[i].words; k++) {
                unsigned word = layout->fields[i].first + k;
                assert_in_range(word, 0, layout->words_n - 1u);
                assert_false(taken[word]);
                taken[word] = true;
            }
        for (unsigned other = 0; other < t; other++)
            assert_int_not_equal(windows_layout(other)->id, layout->id);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    struct windows_sizes sizes = {1000, 1000, 1000, 100, 1000, 16, 100, 100};
    size_t all = windows_bytes(&sizes), least = 0;
    for (unsigned t = 0; t < WINDOWS_N; t++)
        least += windows_rows(&sizes, t) * 8 * windows_layout(t)->words_n;
    assert_in_range(all, least, 3 * least);
    sizes.users += 1000000;
    assert_true(windows_bytes(&sizes) - all >= 1000000ull * (80 * 8 + 16));
}

static void test_names(void **state)
{
    (void)state;
    char text[64], exact[64];
    windows_name(windows, 77ull << 50, SLICE("anna@contoso.com"), 1000);
    assert_int_equal(windows_name_find(windows, 77ull << 50, text), 16);
    assert_string_equal(text, "anna@contoso.com");
    assert_int_equal(windows_name_find(windows, 78ull << 50, text), 0);
    assert_string_equal(text, "");
    windows_name(windows, 77ull << 50, SLICE("another"), 1000); /* the first stays */
    windows_name_find(windows, 77ull << 50, text);
    assert_string_equal(text, "anna@contoso.com");
    windows_name(windows, 0, SLICE("nobody"), 1000);
    assert_int_equal(windows_name_find(windows, 0, text), 0);
    for (size_t len = 62; len < 66; len++) {
        char name[70];
        memset(name, 'n', sizeof name);
        memset(exact, 'n', 63);
        exact[len < 63 ? len : 63] = '\0';
        windows_name(windows, (100ull + len) << 50, (struct slice){name, len}, 1000);
        assert_int_equal(windows_name_find(windows, (100ull + len) << 50, text),
                         len < 63 ? len : 63);
        assert_string_equal(text, exact);
    }
}

static void test_addresses(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < 2000; i++) {
        struct ip ip = {{0}};
        bool v4 = i % 2;
        for (unsigned k = 0; k < 16; k++)
            ip.bytes[k] = (uint8_t)random_next(&seed);
        ip.bytes[0] = (uint8_t)(0x20 | (ip.bytes[0] & 0x1F)); /* 2000::/3 */
        if (v4) {
            memset(ip.bytes, 0, 10);
            ip.bytes[10] = ip.bytes[11] = 0xFF;
        }
        int64_t day = 20000 + (int64_t)random_below(&seed, 2000);
        uint64_t word = windows_ip_word(day * 86400000 + 5, &ip);
        struct prefix prefix = windows_ip_of(word);
        assert_int_equal(prefix.bits, v4 ? 128 : 48);
        assert_true(prefix_contains(&prefix, &ip));
        assert_int_equal(word >> 48, (uint64_t)day & 0xFFFF);
    }
}

/* Each set of each table that has one counts, on its own. */
static void test_sets(void **state)
{
    (void)state;
    int64_t now = INT64_C(1781258400000);
    for (unsigned t = WINDOWS_SOURCE; t <= WINDOWS_FEED; t++) {
        uint32_t row = table_row(windows->table[t], 9ull << 50, (uint32_t)(now / 60000), false);
        for (unsigned set = 0; set < SETS_N; set++) {
            if (!windows->pool[t][set])
                continue;
            for (uint64_t i = 0; i <= 20 + set; i++)
                windows_add(windows, t, row, set, hash_words(&windows->key, &i, 1), now);
            struct distinct_count n = windows_count(windows, t, row, set, 0, 1, now);
            assert_in_range(n.n, 18 + set, 24 + set);
            assert_int_equal(windows_count(windows, t, row, set, 0, 1, now + 86400000 * 2).n, 0);
        }
        assert_non_null(windows->pool[t][SET_TRIED]);
        assert_non_null(windows->pool[t][SET_OK]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_layouts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
