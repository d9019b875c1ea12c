/* SPDX-License-Identifier: Apache-2.0
 *
 * Text in UTF-16 as UTF-8: what Out-File, `>` and Export-Csv of Windows PowerShell write, and
 * programs that save as "Unicode". Taken in pieces of any size; told by its byte order mark, of
 * which nothing is left. Half a pair, or half a unit at the end, becomes U+FFFD. Thread: one.
 */
#ifndef PLUGIN_FILES_UTF16_H
#define PLUGIN_FILES_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct utf16 {
    void *ctx;
    size_t (*read)(void *ctx, char *to, size_t cap); /* the bytes; 0: no more */
    bool big_endian;
    uint8_t in[4096];
    size_t in_at, in_n;
    char out[4]; /* one code point, and what of it is still to be given */
    size_t out_at, out_n;
};

/* True if two bytes are a mark; *u then reads what stands behind it. */
bool utf16_begins(struct utf16 *u, const char mark[static 2]);

/* At most cap bytes of UTF-8; fewer only at the end. */
size_t utf16_read(struct utf16 *u, char *to, size_t cap);

#endif
