/* SPDX-License-Identifier: Apache-2.0
 *
 * What finding_read.c and finding_read_parts.c share; nobody else includes this. A record lies on
 * the tape of a struct json: node 0 is kept empty and means "none", the record is node ROOT.
 */
#ifndef PLUGIN_FINDING_READ_INSIDE_H
#define PLUGIN_FINDING_READ_INSIDE_H

#include "parsers/json.h"
#include "plugin/finding_read.h"

enum { ROOT = 1 };

struct finding_reader {
    struct keys keys;
    struct json doc;
    struct arena *arena;
    char why[160];
};

/* A member of an object, by a name of the vocabulary; 0: none. Its text, the text of a node, its
 * number; empty and 0 for anything else. */
uint32_t read_member(const struct finding_reader *r, uint32_t object, const char *name);
struct slice read_node_text(struct finding_reader *r, uint32_t node);
struct slice read_text(struct finding_reader *r, uint32_t object, const char *name);
int64_t read_number(struct finding_reader *r, uint32_t object, const char *name);

/* The elements of an array, 0 when there is no more; and all its texts, of which max are kept. */
uint32_t read_first(const struct finding_reader *r, uint32_t array);
uint32_t read_next(const struct finding_reader *r, uint32_t array, uint32_t node);
unsigned read_texts(struct finding_reader *r, uint32_t array, struct slice *ret, unsigned max,
                    unsigned *ret_total);

/* finding_read_parts.c: the parts of a record that are lists or tables of their own. */
void read_measures(struct finding_reader *r, uint32_t spoor, struct read_finding *f);
void read_user_total(struct read_finding *f);
void read_related(struct finding_reader *r, uint32_t list, struct read_finding *f);
void read_points(struct finding_reader *r, uint32_t list, struct read_finding *f);
void read_steps(struct finding_reader *r, uint32_t list, struct read_finding *f);

#endif
