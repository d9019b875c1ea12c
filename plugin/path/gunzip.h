/* SPDX-License-Identifier: Apache-2.0
 *
 * gzip in one piece: a message value, any number of members, into memory of a fixed size. Gives the
 * reader its inflater, for zlib is not for parsers. Takes all memory in gunzip_new. Thread: one.
 */
#ifndef PLUGIN_PATH_GUNZIP_H
#define PLUGIN_PATH_GUNZIP_H

#include "parsers/reader/parser.h"

struct gunzip;

struct gunzip *gunzip_new(void); /* NULL: out of memory */
void gunzip_free(struct gunzip *gunzip);

/* For reader_use_inflater; valid as long as the gunzip. */
struct inflater gunzip_inflater(struct gunzip *gunzip);

#endif
