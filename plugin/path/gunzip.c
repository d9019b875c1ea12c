/* SPDX-License-Identifier: Apache-2.0
 *
 * zlib over memory of ours: it asks for its state at the start and for its window when it first
 * needs one, which would be in the middle of the event path.
 */
#include "plugin/path/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

/* State and window of inflate are 7 KiB and 32 KiB (zlib 1.2 and 1.3, zconf.h). */
enum { POOL_BYTES = 64 << 10, ALIGN = 16 };

struct gunzip {
    z_stream z;
    size_t used;
    _Alignas(ALIGN) unsigned char pool[POOL_BYTES];
};

static voidpf take(voidpf ctx, uInt items, uInt size)
{
    struct gunzip *gunzip = ctx;
    size_t bytes = ((size_t)items * size + ALIGN - 1) / ALIGN * ALIGN;
    if (bytes > POOL_BYTES - gunzip->used)
        return NULL;
    gunzip->used += bytes;
    return gunzip->pool + gunzip->used - bytes;
}

static void give_back(voidpf ctx, voidpf at)
{
    (void)ctx; /* inflateEnd only, and then all of it goes */
    (void)at;
}

struct gunzip *gunzip_new(void)
{
    struct gunzip *gunzip = calloc(1, sizeof *gunzip);
    if (gunzip == NULL)
        return NULL;
    gunzip->z.zalloc = take;
    gunzip->z.zfree = give_back;
    gunzip->z.opaque = gunzip;
    if (inflateInit2(&gunzip->z, 15 + 16) != Z_OK) {
        free(gunzip);
        return NULL;
    }
    return gunzip;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (gunzip == NULL)
        return;
    inflateEnd(&gunzip->z);
    free(gunzip);
}

/* One member; the stream stands behind it afterwards. BAD_N: it was whole. */
static enum bad_reason inflate_member(z_stream *z)
{
    unsigned char more;
    int result = inflateReset(z) == Z_OK ? inflate(z, Z_FINISH) : Z_STREAM_ERROR;
    if (result == Z_STREAM_END)
        return BAD_N;
    if (result != Z_BUF_ERROR && result != Z_OK)
        return BAD_COMPRESSION;
    if (z->avail_out > 0)
        return BAD_TRUNCATED;
    /* The room is full: more text, or only the checksum, may follow. */
    z->next_out = &more;
    z->avail_out = 1;
    result = inflate(z, Z_FINISH);
    bool fits = z->avail_out == 1;
    z->avail_out = 0;
    if (!fits)
        return BAD_TOO_LARGE;
    return result == Z_STREAM_END ? BAD_N : result == Z_BUF_ERROR ? BAD_TRUNCATED : BAD_COMPRESSION;
}

/* Zeros may fill a message up behind its last member; anything else there is broken. */
static bool is_padding(const z_stream *z)
{
    for (uInt i = 0; i < z->avail_in; i++)
        if (z->next_in[i] != 0)
            return false;
    return true;
}

static bool inflate_all(void *ctx, struct slice packed, char *to, size_t cap, size_t *ret_len,
                        enum bad_reason *ret_reason)
{
    z_stream *z = &((struct gunzip *)ctx)->z;
    z->next_in = (Bytef *)(uintptr_t)packed.ptr;
    z->avail_in = (uInt)packed.len;
    size_t len = 0, whole = 0;
    enum bad_reason reason = BAD_N;
    do {
        z->next_out = (Bytef *)to + len;
        z->avail_out = (uInt)(cap - len);
        reason = inflate_member(z);
        whole = len;
        len = cap - z->avail_out;
    } while (reason == BAD_N && z->avail_in > 0 && !is_padding(z));
    *ret_len = reason == BAD_COMPRESSION ? whole : len;
    *ret_reason = reason;
    return reason == BAD_N;
}

struct inflater gunzip_inflater(struct gunzip *gunzip)
{
    return (struct inflater){gunzip, inflate_all};
}
