/* SPDX-License-Identifier: Apache-2.0
 *
 * The general part of binding nodes to fields: mappings, texts, lists, unknown keys. Knows no key
 * by name. Messages call a value by its key as the file has it, with its section.
 */
#include "config/bind.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 64, LISTED_MAX = 500 }; /* known keys compared; bytes of them in a message */

static const char *name_of(const struct yaml_node *node)
{
    return node->key ? node->key : "an item of the list";
}

static const char *kind_of(const struct yaml_node *node)
{
    switch (node->kind) {
    case YAML_LIST:
        return "a list";
    case YAML_MAP:
        return "a mapping";
    case YAML_SCALAR:
        return "a single value";
    default:
        return "empty";
    }
}

bool bind_is_map(struct bind *b, const struct yaml_node *node, const char *where)
{
    if (node->kind == YAML_MAP)
        return true;
    if (node->kind == YAML_LIST || node->kind == YAML_SCALAR)
        diag_error(b->diag, node->at, "%s is %s; expected a mapping of keys to values",
                   *where ? where : "the file", kind_of(node));
    return false;
}

void bind_unknown(struct bind *b, const struct yaml_node *node, const char *where,
                  const char *const names[], size_t n)
{
    const char *in = *where ? " in " : "";
    const char *nearest = diag_nearest(node->key, names, n);
    if (nearest) {
        diag_error(b->diag, node->key_at, "unknown key \"%.80s\"%s%s; did you mean \"%s\"?",
                   node->key, in, where, nearest);
        return;
    }
    char list[LISTED_MAX] = "none";
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    diag_error(b->diag, node->key_at, "unknown key \"%.80s\"%s%s; known are: %s", node->key, in,
               where, list);
}

static void unknown_key(struct bind *b, const struct yaml_node *node, const char *where,
                        const struct bind_key *keys, const struct option_table *table)
{
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (const struct bind_key *key = keys; key && key->name && n < NAMES_MAX; key++)
        names[n++] = key->name;
    for (const struct option *o = table ? table->options : NULL; o && o->name && n < NAMES_MAX; o++)
        names[n++] = o->name;
    bind_unknown(b, node, where, names, n);
}

/* A list of choices; an empty one would be a detector that never speaks. */
static void read_set(struct bind *b, const struct yaml_node *node, const struct option_table *table,
                     const struct option *option, void *into)
{
    struct config_text text;
    bool first = true;
    if (!node->first)
        diag_error(b->diag, node->at, "%.80s is an empty list", name_of(node));
    for (const struct yaml_node *item = node->first; item; item = item->next)
        if (bind_text(b, item, &text) &&
            option_set_item(table, option, into, first, text.text, text.at, b->diag))
            first = false;
}

static void read_option(struct bind *b, const struct yaml_node *node,
                        const struct option_table *table, const struct option *option, void *into)
{
    struct config_text text;
    if (option->type == OPTION_SET && node->kind == YAML_LIST)
        read_set(b, node, table, option, into);
    else if (node->kind == YAML_SCALAR) /* may be empty: option_set says what is expected instead */
        option_set(table, option, into, node->text, node->at, b->diag);
    else
        bind_text(b, node, &text); /* says what is wrong with it */
}

void bind_map(struct bind *b, const struct yaml_node *node, const char *where,
              const struct bind_key *keys, const struct option_table *table, void *into)
{
    if (!bind_is_map(b, node, where))
        return;
    for (const struct yaml_node *child = node->first; child; child = child->next) {
        if (child->kind == YAML_BAD)
            continue;
        const struct bind_key *key = keys;
        while (key && key->name && strcmp(key->name, child->key) != 0)
            key++;
        const struct option *option = table ? option_find(table, child->key) : NULL;
        if (key && key->name)
            key->read(b, child, (char *)into + key->offset);
        else if (option)
            read_option(b, child, table, option, into);
        else
            unknown_key(b, child, where, keys, table);
    }
}

bool bind_text(struct bind *b, const struct yaml_node *node, struct config_text *text)
{
    if (node->kind == YAML_SCALAR && *node->text) {
        *text = (struct config_text){node->text, node->at};
        return true;
    }
    if (node->kind == YAML_NULL || node->kind == YAML_SCALAR)
        diag_error(b->diag, node->key ? node->key_at : node->at,
                   "%.80s has no value; give one or leave it out", name_of(node));
    else if (node->kind != YAML_BAD)
        diag_error(b->diag, node->at, "%.80s is %s; expected a single value", name_of(node),
                   kind_of(node));
    return false;
}

void bind_key_text(struct bind *b, const struct yaml_node *node, void *field)
{
    bind_text(b, node, field);
}

void bind_key_list(struct bind *b, const struct yaml_node *node, void *field)
{
    struct config_list *list = field;
    const struct yaml_node *item = node->kind == YAML_LIST ? node->first : node;
    if (node->kind == YAML_NULL) /* all items commented out */
        return;
    list->items = keep_alloc(b->keep, (node->n + 1) * sizeof *list->items);
    if (!list->items)
        return;
    for (; item; item = node->kind == YAML_LIST ? item->next : NULL)
        if (bind_text(b, item, &list->items[list->n]))
            list->n++;
}
