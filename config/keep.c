/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that lives as long as one config: a chain of blocks, filled from the front. A request
 * larger than a block gets a block of its own.
 */
#include "config/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 16384 };

struct keep_block {
    struct keep_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

static struct keep_block *block_new(struct keep *keep, size_t size)
{
    struct keep_block *block = NULL;
    if (size <= SIZE_MAX - sizeof *block)
        block = calloc(1, sizeof *block + size);
    if (!block) {
        keep->failed = true;
        return NULL;
    }
    block->size = size;
    block->next = keep->blocks;
    keep->blocks = block;
    return block;
}

void *keep_alloc(struct keep *keep, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX - unit) {
        keep->failed = true;
        return NULL;
    }
    size = (size + unit - 1) / unit * unit;
    struct keep_block *block = keep->blocks;
    if (!block || block->size - block->used < size)
        block = block_new(keep, size > BLOCK ? size : BLOCK);
    if (!block)
        return NULL;
    void *memory = block->bytes + block->used;
    block->used += size;
    return memory;
}

char *keep_text(struct keep *keep, const char *text, size_t len)
{
    char *copy = keep_alloc(keep, len + 1); /* zeroed, so already terminated */
    if (copy && len > 0)
        memcpy(copy, text, len);
    return copy;
}

/* Reads until the end or until the buffer is full. The number of bytes, or a negative errno. */
static ssize_t read_all(int fd, char *buffer, size_t size)
{
    size_t len = 0;
    while (len < size) {
        const ssize_t n = read(fd, buffer + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

int keep_file(struct keep *keep, const char *path, size_t max, char **ret_text, size_t *ret_len)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    /* One byte more than allowed tells "too large"; one more is the NUL. The size is not asked for
     * first, since pipes do not know it and files may grow. */
    int error = -ENOMEM;
    char *buffer = malloc(max + 2);
    if (!buffer)
        goto out;
    const ssize_t len = read_all(fd, buffer, max + 1);
    error = len < 0 ? (int)len : (size_t)len > max ? -EFBIG : 0;
    if (error)
        goto out;
    char *text = keep_text(keep, buffer, (size_t)len);
    if (text) {
        *ret_text = text;
        *ret_len = (size_t)len;
    } else {
        error = -ENOMEM;
    }
out:
    if (buffer)
        explicit_bzero(buffer, max + 2);
    free(buffer);
    close(fd);
    return error;
}

void keep_done(struct keep *keep)
{
    while (keep->blocks) {
        struct keep_block *block = keep->blocks;
        keep->blocks = block->next;
        explicit_bzero(block->bytes, block->used);
        free(block);
    }
}
