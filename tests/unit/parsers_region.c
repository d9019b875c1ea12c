/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for yajl: contents survive growing and moving, all of it can be used, and its end is told.
 */
#include "parsers/json/region.h"

#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static char bytes[1 << 16];
static jmp_buf full;
static struct region region;

static int set_up(void **state)
{
    (void)state;
    region = (struct region){bytes, sizeof(bytes), 0, &full};
    return 0;
}

static void test_the_last_block_grows_in_place(void **state)
{
    (void)state;
    char *first = region_malloc(&region, 10);
    memcpy(first, "contents", 9);
    assert_ptr_equal(region_realloc(&region, first, 20000), first);
    assert_string_equal(first, "contents");
    assert_int_equal((uintptr_t)first % 16, 0);
}

static void test_another_block_moves(void **state)
{
    (void)state;
    char *first = region_realloc(&region, NULL, 16);
    memcpy(first, "contents", 9);
    char *second = region_malloc(&region, 16);
    memset(second, 'x', 16);
    assert_ptr_equal(region_realloc(&region, first, 8), first); /* it has that much already */
    char *moved = region_realloc(&region, first, 17);
    assert_true(moved > second);
    assert_string_equal(moved, "contents");
    assert_int_equal(second[15], 'x');
    size_t used = region.used;
    assert_ptr_equal(region_realloc(&region, moved, 2000), moved); /* room to grow */
    assert_int_equal(region.used, used);
}

static void test_only_the_last_block_is_given_back(void **state)
{
    (void)state;
    char *first = region_malloc(&region, 100);
    size_t used = region.used;
    char *second = region_malloc(&region, 100);
    region_free(&region, first);
    assert_true(region.used > used);
    region_free(&region, second);
    assert_int_equal(region.used, used);
    region_free(&region, NULL);
    assert_int_equal(region.used, used);
}

static void test_the_end_is_told(void **state)
{
    (void)state;
    volatile size_t n = 0;
    if (setjmp(full) == 0) {
        for (;;) {
            char *block = region_malloc(&region, 1000);
            assert_true(block + 1000 <= bytes + sizeof(bytes));
            memset(block, 'x', 1000);
            n = n + 1;
        }
    }
    assert_int_equal(n, sizeof(bytes) / (1008 + 16));
    if (setjmp(full) == 0) {
        region_malloc(&region, SIZE_MAX);
        fail();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_last_block_grows_in_place, set_up),
        cmocka_unit_test_setup(test_another_block_moves, set_up),
        cmocka_unit_test_setup(test_only_the_last_block_is_given_back, set_up),
        cmocka_unit_test_setup(test_the_end_is_told, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
