/* SPDX-License-Identifier: Apache-2.0
 *
 * What finding_read.c and finding_read_parts.c share; nobody else includes this. Each structure
 * that is filled from a finding's record has a shape: a table of rows, each a path of
 * parsers/reader/paths.h and the place its value goes to.
 */
#ifndef PLUGIN_PAGES_FINDING_READ_INSIDE_H
#define PLUGIN_PAGES_FINDING_READ_INSIDE_H

#include "parsers/reader/record.h"
#include "plugin/pages/finding_read.h"

enum {
    ROOT = 1, /* the record's node; node 0 is kept empty and means "none" */
    ROWS_MAX = 40
};

enum shape_id {
    SHAPE_HEAD,
    SHAPE_FINDING,
    SHAPE_MEASURES,
    SHAPE_EVIDENCE,
    SHAPE_ATTACK,
    SHAPE_RELATED,
    SHAPE_STEP,
    SHAPE_POINT,
    SHAPE_PROTOCOL,
    SHAPES_N
};

/* What a value becomes; of another type than expected it is absent, which is zero. */
enum row_kind {
    ROW_TEXT,   /* struct slice: a string or a number as it is written */
    ROW_NUMBER, /* int64_t: a whole number of at most 15 digits */
    ROW_COUNT,  /* unsigned, and what is more is the greatest */
    ROW_TRUE,   /* bool */
    ROW_STATE,  /* enum point_state */
    ROW_NODE,   /* uint32_t: the node itself */
    ROW_TEXTS,  /* struct slice[] of an array's strings and numbers */
    ROW_OBJECTS /* structures of a shape, of an array's elements */
};

/* An array in the structure. The places of the two unsigned; total is 0 where nobody counts. */
struct row_list {
    uint32_t n, total, max;
    uint32_t size; /* of an element */
    enum shape_id shape;
    bool (*keep)(const void *element); /* false: it is left out. NULL: all are kept */
};

struct row {
    const char *path;
    enum row_kind kind;
    uint32_t at;
    struct row_list list;
};

struct shape {
    const struct row *rows;
    unsigned n; /* at most ROWS_MAX */
};

extern const struct shape finding_shapes[SHAPES_N];

struct read_head {
    int64_t class_uid;
    struct slice detector;
};

/* Objects of "measure": value, and the array of those whose value is an estimate. */
struct read_measures {
    uint32_t counts, thresholds, units, estimates;
};

struct finding_reader {
    struct paths paths;
    struct parser parsers[SHAPES_N]; /* the shapes as the compiler of paths wants them */
    struct parser_path rows[SHAPES_N][ROWS_MAX];
    const struct paths_parser *shapes[SHAPES_N];
    struct json doc;
    struct record record;
    struct arena *arena;
    char why[160];
};

/* The text of a string or a number; absent for any other node, and for 0. */
struct slice read_node_text(struct finding_reader *r, uint32_t node);

/* The measures of the objects that were found, and how many users they say there were. */
void read_measures(struct finding_reader *r, const struct read_measures *from,
                   struct read_finding *f);
void read_user_total(struct read_finding *f);

#endif
