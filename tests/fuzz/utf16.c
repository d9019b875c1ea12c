/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as UTF-16 behind a byte order mark: what comes is UTF-8, no longer than it may be, and
 * the same in pieces of any size, taken and given.
 */
#include "plugin/files/utf16.h"
#include "parsers/values/text.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1 << 16 };

struct input {
    const uint8_t *data;
    size_t n, piece;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t give(void *ctx, char *to, size_t cap)
{
    struct input *input = ctx;
    size_t n = input->n < input->piece ? input->n : input->piece;
    n = n < cap ? n : cap;
    memcpy(to, input->data, n);
    input->data += n;
    input->n -= n;
    return n;
}

static size_t read_all(const uint8_t *data, size_t size, size_t piece, char *to)
{
    static struct utf16 utf16;
    struct input input = {data + 2, size - 2, piece};
    const char mark[2] = {(char)data[0], (char)data[1]};
    utf16.ctx = &input;
    utf16.read = give;
    if (!utf16_begins(&utf16, mark))
        return 0;
    size_t n = 0;
    for (size_t got = piece; got == piece; n += got)
        got = utf16_read(&utf16, to + n, piece);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char whole[BYTES_MAX * 2], pieces[BYTES_MAX * 2];
    if (size < 3 || size > BYTES_MAX)
        return 0;
    size_t n = read_all(data, size, BYTES_MAX, whole), units = (size - 1) / 2;
    if (n > units * 3)
        abort();
    if (read_all(data, size, 1 + data[2] % 7, pieces) != n || memcmp(whole, pieces, n) != 0)
        abort();
    uint32_t point;
    for (size_t at = 0, len; at < n; at += len) {
        len = text_utf8_next((struct slice){whole + at, n - at}, &point);
        if (len == 0 || (point == TEXT_BAD && len == 1))
            abort();
    }
    return 0;
}
