/* SPDX-License-Identifier: Apache-2.0
 *
 * The final place of an array that was grown and will only be read from now on.
 */
#ifndef GEOIP_SETTLE_H
#define GEOIP_SETTLE_H

#include <stddef.h>

/* Moves a heap array of `bytes` used bytes to a block of that size; a large one onto huge pages,
 * because a random look-up that misses the TLB as well as the cache costs half as much again, more
 * in a virtual machine. Frees the old block; when there is no memory for a new one the old one
 * stays. Returns what free() takes. */
void *settle(void *items, size_t bytes);

/* What such a block occupies. */
size_t settled_bytes(size_t bytes);

#endif
