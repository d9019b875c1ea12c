/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of data/ as bytes of the binary, so that an installed spoor needs none.
 */
#ifndef PLUGIN_RECORDS_DATAFILE_H
#define PLUGIN_RECORDS_DATAFILE_H

#include "parsers/values/slice.h"

/* The text of data/NAME, followed by a NUL; absent if there is no such file. */
struct slice datafile_find(const char *name);

#endif
