/* SPDX-License-Identifier: Apache-2.0
 *
 * keep: pieces are zeroed, aligned and apart from each other; files are read whole or refused.
 */
#include "config/keep.h"

#include <errno.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_NAME "build/test_config_keep"

static void pieces_are_apart(void **state)
{
    (void)state;
    enum { N = 3000 };
    static unsigned char *pieces[N];
    struct keep keep = {0};
    for (size_t i = 0; i < N; i++) {
        const size_t size =
            i % 100 == 99 ? 40000 : i % 77; /* some larger than a block, some empty */
        pieces[i] = keep_alloc(&keep, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 251) + 1, size);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < (i % 100 == 99 ? 40000 : i % 77); j++)
            if (pieces[i][j] != i % 251 + 1)
                fail_msg("piece %zu was overwritten", i);
    assert_false(keep.failed);
    keep_done(&keep);
    assert_null(keep.blocks);
}

static void too_much_fails(void **state)
{
    (void)state;
    struct keep keep = {0};
    assert_null(keep_alloc(&keep, SIZE_MAX));
    assert_true(keep.failed);
    keep_done(&keep);
}

static void copies_text(void **state)
{
    (void)state;
    struct keep keep = {0};
    const char *copy = keep_text(&keep, "abcdef", 3);
    assert_string_equal(copy, "abc");
    assert_string_equal(keep_text(&keep, NULL, 0), "");
    keep_done(&keep);
}

static void reads_files(void **state)
{
    (void)state;
    FILE *file = fopen(FILE_NAME, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("a\0bc\n", 1, 5, file), 5);
    assert_int_equal(fclose(file), 0);
    struct keep keep = {0};
    char *text = NULL;
    size_t len = 77;
    assert_int_equal(keep_file(&keep, FILE_NAME, 4, &text, &len), -EFBIG);
    assert_int_equal(keep_file(&keep, "build/no-such-file", 4, &text, &len), -ENOENT);
    assert_int_equal(keep_file(&keep, "build", 4, &text, &len), -EISDIR);
    assert_null(text);
    assert_int_equal(len, 77);
    assert_int_equal(keep_file(&keep, FILE_NAME, 5, &text, &len), 0);
    assert_int_equal(len, 5);
    assert_memory_equal(text, "a\0bc\n", 6); /* with its NUL */
    keep_done(&keep);
    unlink(FILE_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_apart),
        cmocka_unit_test(too_much_fails),
        cmocka_unit_test(copies_text),
        cmocka_unit_test(reads_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
