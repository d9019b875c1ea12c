/* SPDX-License-Identifier: Apache-2.0
 *
 * The detectors' options, for all and for one tenant. A tenant's struct starts as a copy of the one
 * for all, whatever the order in the file, so tenants are read last. They are kept sorted by id.
 */
#include "config/bind.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TABLES_MAX = 64, ITEMS_MAX = 256 }; /* a name is compared with all of a list */

bool detectors_defaults(struct bind *b)
{
    struct config *c = b->config;
    c->detectors = keep_alloc(b->keep, (b->tables_n + 1) * sizeof *c->detectors);
    for (size_t i = 0; i < b->tables_n && c->detectors; i++) {
        c->detectors[i] = keep_alloc(b->keep, b->tables[i].size);
        if (c->detectors[i])
            option_defaults(&b->tables[i], c->detectors[i]);
    }
    return !b->keep->failed;
}

static void unknown_detector(struct bind *b, const struct yaml_node *node)
{
    const char *names[TABLES_MAX];
    size_t n = 0;
    for (; n < b->tables_n && n < TABLES_MAX; n++)
        names[n] = b->tables[n].name;
    bind_unknown(b, node, "detectors", names, n);
}

/* The struct that a tenant's overrides go to: a copy of the one for all. */
static void *override_new(struct bind *b, size_t table)
{
    void *copy = keep_alloc(b->keep, b->tables[table].size);
    if (copy)
        memcpy(copy, b->config->detectors[table], b->tables[table].size);
    return copy;
}

/* Reads {detector: {option: value}} into the structs for all, or into a tenant's overrides. */
static void read_detectors(struct bind *b, const struct yaml_node *node, void **overrides)
{
    if (!bind_is_map(b, node, "detectors"))
        return;
    for (const struct yaml_node *child = node->first; child; child = child->next) {
        size_t i = 0;
        while (i < b->tables_n && strcmp(b->tables[i].name, child->key) != 0)
            i++;
        if (i == b->tables_n) {
            unknown_detector(b, child);
            continue;
        }
        if (child->kind != YAML_MAP) {
            bind_is_map(b, child, b->tables[i].name);
            continue;
        }
        if (overrides) /* once a detector: a second key of that name is YAML_BAD */
            overrides[i] = override_new(b, i);
        void *into = overrides ? overrides[i] : b->config->detectors[i];
        if (into)
            bind_map(b, child, b->tables[i].name, NULL, &b->tables[i], into);
    }
}

void detectors_read(struct bind *b, const struct yaml_node *node, void *config)
{
    (void)config;
    read_detectors(b, node, NULL);
}

static void tenant_detectors(struct bind *b, const struct yaml_node *node, void *field)
{
    struct config_tenant *tenant = field;
    read_detectors(b, node, tenant->detectors);
}

static void tenant_networks(struct bind *b, const struct yaml_node *node, void *field)
{
    static const struct bind_key keys[] = {
        {"trusted", offsetof(struct config_tenant, trusted), bind_key_list}, {0}};
    bind_map(b, node, "networks of a tenant", keys, NULL, field);
}

/* Makes room for the items of a list of mappings; NULL: there is nothing to read. */
static void *items_new(struct bind *b, const struct yaml_node *node, const char *form, size_t size)
{
    if (node->kind == YAML_NULL)
        return NULL;
    if (node->kind == YAML_LIST && node->n <= ITEMS_MAX)
        return keep_alloc(b->keep, (node->n + 1) * size);
    diag_error(b->diag, node->at, "%s must be a list of %s, at most %d", node->key, form,
               (int)ITEMS_MAX);
    return NULL;
}

static void tenant_services(struct bind *b, const struct yaml_node *node, void *field)
{
    static const struct bind_key keys[] = {
        {"name", offsetof(struct config_service, name), bind_key_text},
        {"networks", offsetof(struct config_service, networks), bind_key_list},
        {0}};
    struct config_tenant *tenant = field;
    tenant->services = items_new(b, node, "{name: ..., networks: [...]}", sizeof *tenant->services);
    for (const struct yaml_node *i = node->first; i && tenant->services; i = i->next) {
        struct config_service *service = &tenant->services[tenant->services_n];
        const size_t errors = diag_errors(b->diag);
        bind_map(b, i, "a service account", keys, NULL, service);
        if (!service->name.text && diag_errors(b->diag) == errors)
            diag_error(b->diag, i->at, "a service account needs a name");
        tenant->services_n += service->name.text != NULL;
    }
}

static void tenant_maintenance(struct bind *b, const struct yaml_node *node, void *field)
{
    static const struct bind_key keys[] = {
        {"from", offsetof(struct config_maintenance, from), bind_key_text},
        {"to", offsetof(struct config_maintenance, to), bind_key_text},
        {"actor", offsetof(struct config_maintenance, actor), bind_key_text},
        {0}};
    struct config_tenant *tenant = field;
    tenant->maintenance =
        items_new(b, node, "{from: ..., to: ..., actor: ...}", sizeof *tenant->maintenance);
    for (const struct yaml_node *i = node->first; i && tenant->maintenance; i = i->next) {
        struct config_maintenance *m = &tenant->maintenance[tenant->maintenance_n];
        const size_t errors = diag_errors(b->diag);
        bind_map(b, i, "a maintenance", keys, NULL, m);
        const bool whole = m->from.text && m->to.text && m->actor.text;
        if (!whole && diag_errors(b->diag) == errors)
            diag_error(b->diag, i->at, "a maintenance needs from, to and actor");
        tenant->maintenance_n += whole;
    }
}

static const struct option tenant_options[] = {
    {"users", OPTION_COUNT, offsetof(struct config_tenant, users), "0", 0, 1e9,
     .help = "How many users sign in; 0 learns it from the fortnight before"},
    {0}};
static const struct option_table tenant_table = {"a tenant", tenant_options,
                                                 sizeof(struct config_tenant)};

static void read_tenant(struct bind *b, const struct yaml_node *node, struct config_tenant *tenant)
{
    static const struct bind_key keys[] = {
        {"domains", offsetof(struct config_tenant, domains), bind_key_list},
        {"accepted_forwarders", offsetof(struct config_tenant, accepted_forwarders), bind_key_list},
        {"admins", offsetof(struct config_tenant, admins), bind_key_list},
        {"service_accounts", 0, tenant_services},
        {"maintenance", 0, tenant_maintenance},
        {"networks", 0, tenant_networks},
        {"detectors", 0, tenant_detectors},
        {0}};
    tenant->id = (struct config_text){node->key, node->key_at};
    tenant->detectors = keep_alloc(b->keep, (b->tables_n + 1) * sizeof *tenant->detectors);
    if (!*node->key)
        diag_error(b->diag, node->key_at, "a tenant needs an id");
    if (tenant->detectors)
        bind_map(b, node, "a tenant", keys, &tenant_table, tenant);
}

static int compare_tenants(const void *a, const void *b)
{
    const struct config_tenant *x = a, *y = b;
    const int order = strcasecmp(x->id.text, y->id.text);
    if (order != 0)
        return order;
    if (x->id.at.line != y->id.at.line)
        return x->id.at.line < y->id.at.line ? -1 : 1;
    return x->id.at.column < y->id.at.column ? -1 : x->id.at.column > y->id.at.column;
}

void tenants_read(struct bind *b, const struct yaml_node *node)
{
    struct config *c = b->config;
    if (!bind_is_map(b, node, "tenants"))
        return;
    c->tenants = keep_alloc(b->keep, (node->n + 1) * sizeof *c->tenants);
    for (const struct yaml_node *child = node->first; child && c->tenants; child = child->next)
        if (child->kind != YAML_BAD)
            read_tenant(b, child, &c->tenants[c->tenants_n++]);
    if (c->tenants_n < 2)
        return;
    qsort(c->tenants, c->tenants_n, sizeof *c->tenants, compare_tenants);
    for (size_t i = 1; i < c->tenants_n; i++) /* the same spelling is a duplicate key already */
        if (strcasecmp(c->tenants[i - 1].id.text, c->tenants[i].id.text) == 0)
            diag_error(b->diag, c->tenants[i].id.at,
                       "tenant \"%.80s\" is given twice (upper and lower case are the same), first "
                       "in line %u",
                       c->tenants[i].id.text, c->tenants[i - 1].id.at.line);
}

const struct config_tenant *config_tenant_find(const struct config *config, const char *id,
                                               size_t len)
{
    size_t low = 0, high = config->tenants_n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct config_tenant *tenant = &config->tenants[middle];
        int order = strncasecmp(id, tenant->id.text, len);
        if (order == 0 && tenant->id.text[len] != '\0')
            order = -1; /* the id looked for is a true prefix of this one */
        if (order == 0)
            return tenant;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
