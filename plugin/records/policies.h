/* SPDX-License-Identifier: Apache-2.0
 *
 * The Conditional Access policies that an Entra record lists, which are most of its bytes: one text
 * for each count and verdict, made once. Immutable then.
 */
#ifndef PLUGIN_RECORDS_POLICIES_H
#define PLUGIN_RECORDS_POLICIES_H

#include "parsers/values/slice.h"
#include "plugin/records/act.h"

enum { POLICIES_MAX = 55 }; /* the longest list seen in a public record; it was 18.7 KB */

struct policies;

struct policies *policies_new(void); /* NULL: out of memory */
void policies_free(struct policies *policies);

/* The JSON list of the first `count` policies, the first of which decided for `access`. */
struct slice policies_text(const struct policies *policies, unsigned count, enum act_access access);

#endif
