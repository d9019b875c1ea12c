/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal items once: the offset of every item ever put stays, equal items share one, different ones
 * do not, also after freezing.
 */
#include "geoip/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_strings(void **state)
{
    (void)state;
    struct intern intern = {0};
    uint32_t empty = intern_put(&intern, "", 1), a = intern_put(&intern, "London", 7);
    assert_int_not_equal(a, empty);
    assert_int_equal(intern_put(&intern, "London", 7), a);
    assert_int_not_equal(intern_put(&intern, "Lond", 5), a); /* a beginning is another item */
    uint32_t tail = intern_put(&intern, "don", 4);
    assert_string_equal(intern_at(&intern, tail), "don");
    assert_string_equal(intern_at(&intern, a), "London");
    intern_freeze(&intern);
    assert_string_equal(intern_at(&intern, a), "London");
    assert_int_equal(intern_bytes(&intern), intern.used);
    intern_done(&intern);
    intern_done(&intern);
}

static void test_many_items(void **state)
{
    (void)state;
    enum { N = 400000 }; /* past the size from which blocks move to huge pages */
    struct intern intern = {0};
    uint64_t item[2];
    for (uint64_t round = 0; round < 2; round++)
        for (uint64_t i = 0; i < N; i++) {
            item[0] = i * i;
            item[1] = i;
            assert_int_equal(intern_put(&intern, item, sizeof(item)), i * sizeof(item));
        }
    assert_int_equal(intern.used, N * sizeof(item));
    intern_freeze(&intern);
    for (uint64_t i = 0; i < N; i++) {
        memcpy(item, intern_at(&intern, (uint32_t)(i * sizeof(item))), sizeof(item));
        assert_true(item[0] == i * i && item[1] == i);
    }
    intern_done(&intern);
}

static void test_full(void **state)
{
    (void)state;
    struct intern intern = {0};
    char *block = calloc(1, 16);
    assert_non_null(block);
    assert_int_equal(intern_put(&intern, block, (size_t)INTERN_BYTES_MAX + 1), UINT32_MAX);
    assert_int_equal(intern_put(&intern, block, 16), 0);
    intern.used = INTERN_BYTES_MAX - 8; /* as if it were nearly full */
    assert_int_equal(intern_put(&intern, "sixteen bytes...", 16), UINT32_MAX);
    intern_done(&intern);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_many_items),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
