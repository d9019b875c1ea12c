/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for a library that wants malloc, out of one piece: a stack of blocks, each behind a word
 * that holds its size. Whoever uses it sets `used` back when the library is through.
 */
#ifndef PARSERS_JSON_REGION_H
#define PARSERS_JSON_REGION_H

#include <setjmp.h>
#include <stddef.h>

struct region {
    char *bytes;
    size_t capacity, used;
    jmp_buf *full; /* where to go when used up: the library does not check for NULL */
};

void *region_malloc(void *region, size_t bytes);
void *region_realloc(void *region, void *at, size_t bytes);
void region_free(void *region, void *at);

#endif
