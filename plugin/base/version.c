/* SPDX-License-Identifier: Apache-2.0
 *
 * The one file that is compiled again when the version changes. VERSION comes from the Makefile.
 */
#include "plugin/base/version.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

const char *version_text(void)
{
    return VERSION;
}
