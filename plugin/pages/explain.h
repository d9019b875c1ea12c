/* SPDX-License-Identifier: Apache-2.0
 *
 * One finding for an analyst's terminal: what happened, how sure and why, the evidence, what to do.
 */
#ifndef PLUGIN_PAGES_EXPLAIN_H
#define PLUGIN_PAGES_EXPLAIN_H

#include "plugin/pages/finding_read.h"

#include <stdbool.h>
#include <stdio.h>

enum { EXPLAIN_COLUMNS = 100 };

void explain(FILE *to, bool colour, const struct read_finding *f);

#endif
