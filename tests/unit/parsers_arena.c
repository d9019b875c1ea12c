/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena: alignment, the exact end of its capacity, and that a refusal changes nothing.
 */
#include "parsers/values/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_pieces_are_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    assert_non_null(arena);
    char *text = arena_text(arena, 3);
    memset(text, 'a', 3);
    char *first = arena_alloc(arena, 5), *second = arena_alloc(arena, 1);
    assert_int_equal((uintptr_t)first % _Alignof(max_align_t), 0);
    assert_int_equal((uintptr_t)second % _Alignof(max_align_t), 0);
    assert_true(first >= text + 3 && second >= first + 5);
    memset(first, 'b', 5);
    assert_memory_equal(text, "aaa", 3);
    arena_free(arena);
}

static void test_full_says_no_and_stays(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    assert_int_equal(arena_left(arena), 64);
    assert_null(arena_alloc(arena, 65));
    assert_int_equal(arena_left(arena), 64);
    assert_non_null(arena_alloc(arena, 64));
    assert_int_equal(arena_left(arena), 0);
    assert_null(arena_alloc(arena, 1));
    assert_null(arena_text(arena, 1));
    assert_non_null(arena_text(arena, 0));
    arena_reset(arena);
    assert_non_null(arena_text(arena, 63));
    assert_int_equal(arena_left(arena), 0);
    assert_null(arena_alloc(arena, 1));
    assert_non_null(arena_text(arena, 1));
    arena_free(arena);
}

static void test_huge_requests(void **state)
{
    (void)state;
    assert_null(arena_new(SIZE_MAX));
    struct arena *arena = arena_new(100);
    (void)arena_text(arena, 1);
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_text(arena, SIZE_MAX));
    assert_int_equal(arena_left(arena), 84);
    assert_non_null(arena_alloc(arena, 84));
    arena_free(arena);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_aligned_and_apart),
        cmocka_unit_test(test_full_says_no_and_stays),
        cmocka_unit_test(test_huge_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
