/* SPDX-License-Identifier: Apache-2.0
 *
 * Files to messages: cuts, offsets, gzip, what is too large. Whatever the file, the messages laid
 * end to end must be its text, apart from what was reported bad.
 */
#include "plugin/files/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { SEEN_MAX = 256 };

struct seen {
    char *text;
    size_t len, cap;
    struct {
        uint64_t offset;
        size_t len;
        char first;
    } messages[SEEN_MAX];
    unsigned messages_n;
    struct {
        enum bad_reason reason;
        uint64_t offset;
    } bad[8];
    unsigned bad_n;
};

static void on_message(void *ctx, struct slice bytes, uint64_t offset)
{
    struct seen *seen = ctx;
    assert_true(seen->len + bytes.len <= seen->cap);
    memcpy(seen->text + seen->len, bytes.ptr, bytes.len);
    seen->len += bytes.len;
    assert_true(seen->messages_n < SEEN_MAX);
    seen->messages[seen->messages_n].offset = offset;
    seen->messages[seen->messages_n].len = bytes.len;
    seen->messages[seen->messages_n++].first = bytes.ptr[0];
}

static void on_bad(void *ctx, enum bad_reason reason, uint64_t offset)
{
    struct seen *seen = ctx;
    seen->bad[seen->bad_n].reason = reason;
    seen->bad[seen->bad_n++].offset = offset;
}

static char path[] = "/tmp/spoor-files-XXXXXX";

static void write_file(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static int read_file(struct seen *seen, size_t cap)
{
    const struct files_sink sink = {seen, on_message, on_bad};
    *seen = (struct seen){.text = malloc(cap + 1), .cap = cap};
    struct files *files = files_new();
    int result = files_read(files, path, &sink);
    files_free(files);
    return result;
}

/* One gzip member of the text. */
static size_t deflate_member(const char *text, size_t n, char *to, size_t cap)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    n = cap - z.avail_out;
    deflateEnd(&z);
    return n;
}

static void small_file_is_one_message(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1}\n{\"b\":2}\n\n{\n  \"c\": [\n1\n]}\n";
    struct seen seen;
    write_file(text, sizeof text - 1);
    assert_int_equal(read_file(&seen, sizeof text), 0);
    assert_int_equal(seen.messages_n, 1);
    assert_int_equal(seen.len, sizeof text - 1);
    assert_memory_equal(seen.text, text, seen.len);
    free(seen.text);
}

static void empty_file_is_nothing(void **state)
{
    (void)state;
    struct seen seen;
    write_file("", 0);
    assert_int_equal(read_file(&seen, 1), 0);
    assert_int_equal(seen.messages_n + seen.bad_n, 0);
    free(seen.text);
}

static void missing_file_is_an_error(void **state)
{
    (void)state;
    struct seen seen = {0};
    const struct files_sink sink = {&seen, on_message, on_bad};
    struct files *files = files_new();
    assert_int_equal(files_read(files, "/nonexistent/file", &sink), -ENOENT);
    assert_int_equal(files_read(files, "/", &sink), -EISDIR);
    files_free(files);
}

/* Lines of differing length, some far longer than others. */
static char *make_lines(size_t bytes, size_t *ret_len)
{
    char *text = malloc(bytes + 4096);
    size_t len = 0;
    for (unsigned i = 0; len < bytes; i++) {
        size_t fill = (i * 7919) % 1500;
        len += (size_t)sprintf(text + len, "{\"i\":%u,\"s\":\"", i);
        memset(text + len, 'x', fill);
        len += fill;
        memcpy(text + len, "\"}\n", 3);
        len += 3;
    }
    *ret_len = len;
    return text;
}

static void check_lines(const struct seen *seen, const char *text, size_t len)
{
    uint64_t offset = 0;
    assert_int_equal(seen->len, len);
    assert_memory_equal(seen->text, text, len);
    assert_true(seen->messages_n > len / FILES_CUT);
    for (unsigned i = 0; i < seen->messages_n; i++) {
        assert_int_equal(seen->messages[i].offset, offset);
        assert_int_equal(seen->messages[i].first, '{');
        assert_true(seen->messages[i].len <= FILES_CUT);
        offset += seen->messages[i].len;
        assert_int_equal(text[offset - 1], '\n');
    }
}

static void large_file_is_cut_at_lines(void **state)
{
    (void)state;
    size_t len;
    char *text = make_lines(20 << 20, &len);
    struct seen seen;
    write_file(text, len);
    assert_int_equal(read_file(&seen, len), 0);
    check_lines(&seen, text, len);
    assert_int_equal(seen.bad_n, 0);
    free(seen.text);
    free(text);
}

static void gzip_members_are_one_text(void **state)
{
    (void)state;
    size_t len;
    char *text = make_lines(3 << 20, &len), *packed = malloc(len + 4096);
    struct seen seen;
    size_t half = len / 2, n = deflate_member(text, half, packed, len);
    n += deflate_member(text + half, len - half, packed + n, len - n);
    memset(packed + n, 0, 512); /* the padding of a tape */
    write_file(packed, n + 512);
    assert_int_equal(read_file(&seen, len), 0);
    check_lines(&seen, text, len);
    assert_int_equal(seen.bad_n, 0);
    free(seen.text);
    free(packed);
    free(text);
}

static void document_over_lines_stays_whole(void **state)
{
    (void)state;
    struct seen seen;
    char *text = malloc(4 << 20);
    size_t len = (size_t)sprintf(text, "[\n");
    while (len < 3 << 20)
        len += (size_t)sprintf(text + len, "{\"a\":\n  {\n}},\r\n\r\n{\"b\":[\n]},\n");
    len += (size_t)sprintf(text + len, "{}\n]\n");
    size_t document = len;
    len += (size_t)sprintf(text + len, "{\"next\":1}\n");
    write_file(text, len);
    assert_int_equal(read_file(&seen, len), 0);
    assert_int_equal(seen.len, len);
    assert_int_equal(seen.messages[0].len, document);
    assert_int_equal(seen.messages_n, 2);
    free(seen.text);
    free(text);
}

static void too_large_is_skipped_to_the_next_record(void **state)
{
    (void)state;
    struct seen seen;
    size_t huge = READER_MESSAGE_MAX + 5000;
    char *text = malloc(huge + 64);
    memcpy(text, "{\"a\":1}\n", 8);
    memset(text + 8, 'x', huge);
    memcpy(text + 8 + huge, "\n{\"b\":2}\n", 9);
    write_file(text, huge + 17);
    assert_int_equal(read_file(&seen, 64), 0);
    assert_int_equal(seen.messages_n, 2);
    assert_int_equal(seen.messages[1].offset, huge + 9);
    assert_int_equal(seen.messages[1].len, 8);
    assert_int_equal(seen.bad_n, 1);
    assert_int_equal(seen.bad[0].reason, BAD_TOO_LARGE);
    assert_int_equal(seen.bad[0].offset, 8);
    free(seen.text);
    free(text);
}

static void broken_gzip_is_told_once(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1}\n{\"b\":2}\n{\"c\":3}";
    char packed[256];
    struct seen seen;
    size_t n = deflate_member(text, sizeof text - 1, packed, sizeof packed);
    write_file(packed, n - 4); /* the length is missing */
    assert_int_equal(read_file(&seen, 64), 0);
    assert_int_equal(seen.len, 16); /* whole lines */
    assert_int_equal(seen.bad_n, 1);
    assert_int_equal(seen.bad[0].reason, BAD_TRUNCATED);
    assert_int_equal(seen.bad[0].offset, sizeof text - 1);
    free(seen.text);

    size_t m = deflate_member(text, sizeof text - 1, packed + n, sizeof packed - n);
    packed[n + m - 6] ^= 1; /* checksum of the second member */
    write_file(packed, n + m);
    assert_int_equal(read_file(&seen, 64), 0);
    assert_int_equal(seen.bad_n, 1);
    assert_int_equal(seen.bad[0].reason, BAD_COMPRESSION);
    assert_int_equal(seen.bad[0].offset, sizeof text - 1);
    free(seen.text);

    packed[n] = 'x'; /* no member at all */
    write_file(packed, n + 20);
    assert_int_equal(read_file(&seen, 64), 0);
    assert_int_equal(seen.bad[0].reason, BAD_COMPRESSION);
    assert_int_equal(seen.bad[0].offset, sizeof text - 1);
    free(seen.text);
}

/* gzip in gzip is one message, however many line ends its bytes hold; too much of it is refused. */
static void gzip_in_gzip_is_one_message(void **state)
{
    (void)state;
    size_t len, cap = READER_MESSAGE_MAX + (1 << 20);
    char *text = make_lines(3 << 20, &len), *inner = malloc(cap), *outer = malloc(cap);
    uint64_t x = 1;
    for (size_t i = 0; i < len; i++) { /* or it packs too well to be cut */
        x = x * 6364136223846793005u + 1442695040888963407u;
        text[i] = (char)(x >> 56);
    }
    size_t n = deflate_member(text, len, inner, cap), m = deflate_member(inner, n, outer, cap);
    assert_true(n > FILES_CUT && memchr(inner, '\n', n) != NULL);
    struct seen seen;
    write_file(outer, m);
    assert_int_equal(read_file(&seen, n), 0);
    assert_int_equal(seen.messages_n, 1);
    assert_int_equal(seen.len, n);
    assert_memory_equal(seen.text, inner, n);
    assert_int_equal(seen.bad_n, 0);
    free(seen.text);

    write_file(outer, m - 8);
    assert_int_equal(read_file(&seen, n), 0);
    assert_int_equal(seen.messages_n, 0);
    assert_int_equal(seen.bad[0].reason, BAD_TRUNCATED);
    free(seen.text);

    memcpy(inner, "\x1F\x8B", 2);
    memset(inner + 2, 0, READER_MESSAGE_MAX);
    m = deflate_member(inner, READER_MESSAGE_MAX + 2, outer, cap);
    write_file(outer, m);
    assert_int_equal(read_file(&seen, n), 0);
    assert_int_equal(seen.messages_n, 0);
    assert_int_equal(seen.bad_n, 1);
    assert_int_equal(seen.bad[0].reason, BAD_TOO_LARGE);
    free(seen.text);
    free(outer);
    free(inner);
    free(text);
}

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

/* Both orders of bytes; a pair, half a pair at the end of a line and of the file, half a unit. */
static void utf16_is_read_as_utf8(void **state)
{
    (void)state;
    static const uint16_t units[] = {0xFEFF, 'a',  0xE4, 0x20AC, 0xD83D, 0xDE00,
                                     0xD83D, '\n', 'b',  0xDE00, '\n',   0xD83D};
    static const char wanted[] = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD\n"
                                 "b\xEF\xBF\xBD\n\xEF\xBF\xBD";
    enum { UNITS = sizeof units / sizeof *units };
    for (unsigned form = 0; form < 4; form++) {
        char bytes[2 * UNITS];
        for (size_t i = 0; i < UNITS; i++) {
            bytes[2 * i + (form & 1)] = (char)(units[i] & 0xFF);
            bytes[2 * i + 1 - (form & 1)] = (char)(units[i] >> 8);
        }
        const size_t odd = form / 2;
        write_file(bytes, 2 * UNITS - odd);
        struct seen seen;
        assert_int_equal(read_file(&seen, 64), 0);
        assert_int_equal(seen.len, sizeof wanted - 1);
        assert_memory_equal(seen.text, wanted, seen.len);
        assert_int_equal(seen.bad_n, 0);
        free(seen.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_file_is_one_message),
        cmocka_unit_test(empty_file_is_nothing),
        cmocka_unit_test(utf16_is_read_as_utf8),
        cmocka_unit_test(missing_file_is_an_error),
        cmocka_unit_test(large_file_is_cut_at_lines),
        cmocka_unit_test(gzip_members_are_one_text),
        cmocka_unit_test(document_over_lines_stays_whole),
        cmocka_unit_test(too_large_is_skipped_to_the_next_record),
        cmocka_unit_test(broken_gzip_is_told_once),
        cmocka_unit_test(gzip_in_gzip_is_one_message),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
