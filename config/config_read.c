/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole config: file -> nodes -> struct config. The top level's keys are listed here; what each
 * section may hold stands in sections.c, properties.c and tenants.c.
 */
#include "config/config.h"

#include "config/bind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What config_free has to find again. The public struct is first, so that both have one address. */
struct whole {
    struct config config;
    struct keep keep;
};

static void keep_tenants(struct bind *b, const struct yaml_node *node, void *config)
{
    (void)config;
    b->tenants = node;
}

static const struct bind_key sections[] = {
    {"kafka", 0, properties_read},     {"input", 0, section_input},
    {"output", 0, section_output},     {"geoip", 0, section_geoip},
    {"networks", 0, section_networks}, {"tenants", 0, keep_tenants},
    {"detectors", 0, detectors_read},  {"windows", 0, section_windows},
    {"secret", 0, section_secret},     {0}};

/* A config with its defaults and `bind` ready to change them. NULL: out of memory. */
static struct whole *whole_new(const struct option_table *tables, size_t n, struct diag *diag,
                               struct bind *ret_bind)
{
    struct whole *whole = calloc(1, sizeof *whole);
    if (!whole)
        return NULL;
    section_defaults(&whole->config);
    *ret_bind = (struct bind){.keep = &whole->keep,
                              .diag = diag,
                              .config = &whole->config,
                              .tables = tables,
                              .tables_n = n};
    if (detectors_defaults(ret_bind))
        return whole;
    config_free(&whole->config);
    return NULL;
}

struct config *config_default(const struct option_table *tables, size_t n)
{
    struct bind bind;
    struct whole *whole = whole_new(tables, n, NULL, &bind);
    return whole ? &whole->config : NULL;
}

struct config *config_read_text(const char *file, const char *text, size_t len,
                                const struct option_table *tables, size_t n, struct diag *diag)
{
    struct bind bind;
    const struct diag_place nowhere = {.file = file};
    struct whole *whole = whole_new(tables, n, diag, &bind);
    const struct yaml_node *root = NULL;
    if (whole && len <= YAML_BYTES_MAX)
        diag_source(diag, file, text, len);
    const char *name = whole ? keep_text(&whole->keep, file, strlen(file)) : NULL;
    if (name)
        root = yaml_read(name, text, len, &whole->keep, diag);
    if (root) {
        bind_map(&bind, root, "", sections, &config_tables[0], &whole->config);
        if (bind.tenants)
            tenants_read(&bind, bind.tenants);
    }
    if (whole && root && !whole->keep.failed)
        return &whole->config;
    if (!whole || whole->keep.failed)
        diag_error(diag, nowhere, "out of memory");
    if (whole)
        config_free(&whole->config);
    return NULL;
}

struct config *config_read(const char *file, const struct option_table *tables, size_t n,
                           struct diag *diag)
{
    struct keep keep = {0};
    struct config *config = NULL;
    char *text;
    size_t len;
    const int error = keep_file(&keep, file, YAML_BYTES_MAX, &text, &len);
    if (error == -EFBIG)
        diag_error(diag, (struct diag_place){.file = file}, "larger than 1 MiB");
    else if (error)
        diag_error(diag, (struct diag_place){.file = file}, "cannot be read: %s", strerror(-error));
    else
        config = config_read_text(file, text, len, tables, n, diag);
    keep_done(&keep);
    return config;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    struct whole *whole = (struct whole *)config;
    keep_done(&whole->keep);
    free(whole);
}
