/* SPDX-License-Identifier: Apache-2.0
 *
 * Indicators that no program makes a link of: 81[.]2[.]69[.]0/26, 2a0a[:]d683::/32, evil[.]net.
 */
#ifndef PLUGIN_PAGES_DEFANG_H
#define PLUGIN_PAGES_DEFANG_H

#include "parsers/values/slice.h"

/* Calls put for the pieces of the text with the marks added. Addresses lose their dots or first
 * colon, dotted names their dots, http its t's; versions, times and ends of sentences stay. */
void defang(struct slice text, void (*put)(void *ctx, struct slice piece), void *ctx);

#endif
