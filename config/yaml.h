/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML text -> a tree of nodes that know their line and column. Only what a config needs: one
 * document of mappings, lists and scalars. Anchors, aliases and tags are refused, and so is a key
 * given twice. Scalars stay text; whoever binds them knows their type, so "no" is never a boolean
 * and 1.10 never a number by accident.
 * Bounds: see below; beyond them the file is refused with an error at the place.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include "config/diag.h"
#include "config/keep.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    YAML_BYTES_MAX = 1 << 20,
    YAML_NODES_MAX = 1 << 17, /* 4,000 tenants with 30 nodes each */
    YAML_DEPTH_MAX = 16       /* the config needs 6 */
};

enum yaml_kind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP,
    YAML_NULL, /* nothing, ~ or null, unquoted: also a section whose lines are all commented out */
    YAML_BAD   /* was refused with an error already: pass over it in silence */
};

struct yaml_node {
    enum yaml_kind kind;
    struct diag_place at;
    const char *text; /* scalar: NUL-terminated, without other NULs; else NULL */
    const char *key;  /* in a mapping; else NULL */
    struct diag_place key_at;
    struct yaml_node *first, *next; /* children in order of the file; next sibling */
    size_t n;                       /* children */
};

/* Reads one document. Nodes and texts live in `keep`; `file` must live as long, as every place
 * points to it. Returns NULL with an error in diag when it is no YAML, exceeds a bound or memory
 * runs out; other mistakes are errors in diag and leave a tree (without what was refused). An empty
 * file is a YAML_NULL. */
struct yaml_node *yaml_read(const char *file, const char *text, size_t len, struct keep *keep,
                            struct diag *diag);

#endif
