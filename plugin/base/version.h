/* SPDX-License-Identifier: Apache-2.0
 *
 * What this program is called and which version of it was built. Any thread.
 */
#ifndef PLUGIN_BASE_VERSION_H
#define PLUGIN_BASE_VERSION_H

const char *version_text(void); /* from git, as the Makefile found it: "v1.2.0-3-gabc1234" */

#endif
