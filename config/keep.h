/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that lives as long as one config: texts, nodes and structs are taken piece by piece and
 * given back all at once, wiped, since some of them are passwords. Set-up only, never per event.
 * Thread: whoever owns the keep.
 */
#ifndef CONFIG_KEEP_H
#define CONFIG_KEEP_H

#include <stdbool.h>
#include <stddef.h>

struct keep_block;

/* Zeroed is empty. */
struct keep {
    struct keep_block *blocks;
    bool failed; /* some allocation failed: what was built is incomplete and must be thrown away */
};

/* Zeroed memory, aligned for any type. NULL: out of memory, and `failed` is set. */
void *keep_alloc(struct keep *keep, size_t size);

/* A NUL-terminated copy of len bytes. NULL as above. */
char *keep_text(struct keep *keep, const char *text, size_t len);

/* Reads a whole file of at most max bytes, NUL-terminated. 0, or a negative errno: -EFBIG when it
 * is larger, -EISDIR, -ENOENT and so on. Reads pipes too. */
int keep_file(struct keep *keep, const char *path, size_t max, char **ret_text, size_t *ret_len);

/* Wipes and frees everything. */
void keep_done(struct keep *keep);

#endif
