/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes -> fields of struct config. A mapping is described by the keys it may have: each either a
 * row of an option table or a bind_key, which names the function that reads its value. Whatever is
 * not described is an unknown key. Every mistake is an error in diag, and reading goes on.
 */
#ifndef CONFIG_BIND_H
#define CONFIG_BIND_H

#include "config/config.h"
#include "config/keep.h"
#include "config/yaml.h"

/* What all readers of one config share. */
struct bind {
    struct keep *keep;
    struct diag *diag;
    struct config *config;
    const struct option_table *tables; /* the detectors' */
    size_t tables_n;
    const struct yaml_node *tenants; /* read last: they start from the finished detectors */
};

/* A key whose value is no option. `read` gets the field at `offset` of the struct being filled. */
struct bind_key {
    const char *name;
    size_t offset;
    void (*read)(struct bind *b, const struct yaml_node *node, void *field);
};

/* Reads a mapping called `where` ("" for the top) into `into`, by keys (ends with a NULL name;
 * NULL: none) and an option table (NULL: none). YAML_NULL is an empty mapping. */
void bind_map(struct bind *b, const struct yaml_node *node, const char *where,
              const struct bind_key *keys, const struct option_table *table, void *into);

/* True for a mapping that has something to read; else false, with an error if it is none. */
bool bind_is_map(struct bind *b, const struct yaml_node *node, const char *where);

/* The error for a key that nobody knows, with the nearest of n names or all of them. */
void bind_unknown(struct bind *b, const struct yaml_node *node, const char *where,
                  const char *const names[], size_t n);

/* A scalar that is not empty, into a struct config_text. False: there is none. */
bool bind_text(struct bind *b, const struct yaml_node *node, struct config_text *text);

/* The same, and a scalar or a list of them into a struct config_list, as functions of a bind_key.
 */
void bind_key_text(struct bind *b, const struct yaml_node *node, void *field);
void bind_key_list(struct bind *b, const struct yaml_node *node, void *field);

/* The sections, each in its own place: sections.c, properties.c and tenants.c. `config` is the
 * struct config that is filled. */
void section_input(struct bind *b, const struct yaml_node *node, void *config);
void section_output(struct bind *b, const struct yaml_node *node, void *config);
void section_windows(struct bind *b, const struct yaml_node *node, void *config);
void section_geoip(struct bind *b, const struct yaml_node *node, void *config);
void section_networks(struct bind *b, const struct yaml_node *node, void *config);
void section_secret(struct bind *b, const struct yaml_node *node, void *config);
void section_defaults(struct config *config);
void properties_read(struct bind *b, const struct yaml_node *node, void *config);
bool detectors_defaults(struct bind *b); /* false: out of memory */
void detectors_read(struct bind *b, const struct yaml_node *node, void *config);
void tenants_read(struct bind *b, const struct yaml_node *node);

#endif
