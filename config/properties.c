/* SPDX-License-Identifier: Apache-2.0
 *
 * The kafka section: pairs of text in file order, passed on without being understood. A value may
 * also be {file: PATH} or {env: NAME}; it is then read here, while loading, and marked as a secret.
 */
#include "config/bind.h"
#include "config/secret.h"

#include <string.h>
#include <strings.h>

/* Properties whose value must not be shown even when it stands in the file itself. */
static bool is_secret_name(const char *name)
{
    static const char *const words[] = {"password", "secret", "token", "jaas", "key", "userinfo"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

/* {file: PATH} or {env: NAME}. False after an error. */
static bool read_elsewhere(struct bind *b, const struct yaml_node *node, struct config_pair *pair)
{
    static const struct bind_key keys[] = {
        {"file", 0, bind_key_text}, {"env", sizeof(struct config_text), bind_key_text}, {0}};
    struct config_text from[2] = {0};
    const size_t errors = diag_errors(b->diag);
    bind_map(b, node, pair->name.text, keys, NULL, from);
    if (diag_errors(b->diag) > errors)
        return false;
    if (!from[0].text == !from[1].text) {
        diag_error(b->diag, node->at, "%.80s must have either file or env", pair->name.text);
        return false;
    }
    size_t len;
    char *text = from[0].text ? secret_file(&from[0], b->keep, b->diag, &len)
                              : secret_env(&from[1], b->keep, b->diag, &len);
    if (!text)
        return false;
    if (strlen(text) != len) {
        diag_error(b->diag, node->at, "the value of %.80s contains a NUL byte", pair->name.text);
        return false;
    }
    pair->value = (struct config_text){text, node->at};
    pair->secret = true;
    return true;
}

void properties_read(struct bind *b, const struct yaml_node *node, void *config)
{
    struct config *c = config;
    if (!bind_is_map(b, node, "kafka"))
        return;
    c->kafka = keep_alloc(b->keep, (node->n + 1) * sizeof *c->kafka);
    for (const struct yaml_node *child = node->first; child && c->kafka; child = child->next) {
        struct config_pair pair = {.name = {child->key, child->key_at},
                                   .secret = is_secret_name(child->key)};
        if (child->kind == YAML_LIST)
            diag_error(b->diag, child->at,
                       "%.80s is a list; expected a single value, {file: PATH} or {env: NAME}",
                       child->key);
        else if (child->kind == YAML_MAP ? read_elsewhere(b, child, &pair)
                                         : bind_text(b, child, &pair.value))
            c->kafka[c->kafka_n++] = pair;
    }
}
