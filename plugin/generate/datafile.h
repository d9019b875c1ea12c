/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of data/ as bytes of the binary, so that an installed spoor needs none.
 */
#ifndef PLUGIN_GENERATE_DATAFILE_H
#define PLUGIN_GENERATE_DATAFILE_H

#include "parsers/slice.h"

/* The text of data/NAME, followed by a NUL; absent if there is no such file. */
struct slice datafile_find(const char *name);

#endif
