/* SPDX-License-Identifier: Apache-2.0
 *
 * Config -> parts, in the order in which they need each other. Every step runs that can, so that
 * check-config and a failing start tell all mistakes in one go.
 */
#include "plugin/path/setup.h"

#include "geoip/enrich.h"
#include "plugin/base/exit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The key of the hashes where no secret is configured: the same everywhere, so that two people who
 * replay one file see the same finding ids. Whoever knows it can make keys collide, so `run` warns.
 */
static const unsigned char development_key[16] = "spoor-dev-secret";

static void read_key(struct setup *setup, struct diag *diag)
{
    unsigned char key[16];
    setup->development_key = !config_secret(setup->config, key, diag);
    setup->key = hash_key_of(setup->development_key ? development_key : key);
}

/* The parser of a name; NULL for auto and, with an error, for a name that nobody has. */
static const struct parser *parser_of(const char *name, struct diag_place at, struct diag *diag)
{
    const struct parser *parser = NULL;
    const char *near = NULL;
    if (parsers_choose(name, &parser, &near))
        return parser;
    diag_error(diag, at, "format \"%.80s\" is not known%s%s%s", name,
               near ? "; did you mean \"" : "; `spoor list parsers` names them", near ? near : "",
               near ? "\"?" : "");
    return NULL;
}

/* A topic that is bound but not read is a slip of the pen; of a pattern one cannot know. */
static void check_topic(const struct config *config, const struct config_text *topic,
                        struct diag *diag)
{
    enum { NAMES_MAX = 64 };
    const struct config_list *topics = &config->input.topics;
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < topics->n; i++) {
        if (topics->items[i].text[0] == '^' || strcmp(topics->items[i].text, topic->text) == 0)
            return;
        if (n < NAMES_MAX)
            names[n++] = topics->items[i].text;
    }
    const char *near = diag_nearest(topic->text, names, n);
    diag_error(diag, topic->at, "topic \"%.80s\" is not among input.topics%s%s%s", topic->text,
               near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static bool find_formats(struct setup *setup, struct diag *diag)
{
    const struct config *config = setup->config;
    setup->format = parser_of(config->input.format, config->input.format_at, diag);
    setup->formats = calloc(config->input.formats_n + 1, sizeof *setup->formats);
    for (size_t i = 0; setup->formats && i < config->input.formats_n; i++) {
        const struct config_pair *pair = &config->input.formats[i];
        check_topic(config, &pair->name, diag);
        setup->formats[setup->formats_n++] = (struct setup_format){
            pair->name.text, parser_of(pair->value.text, pair->value.at, diag)};
    }
    for (size_t i = 0; i < config->input.zones_n; i++)
        if (strcmp(config->input.zones[i].topic.text, "*") != 0)
            check_topic(config, &config->input.zones[i].topic, diag);
    return setup->formats != NULL;
}

const struct parser *setup_format(const struct setup *setup, const char *topic)
{
    for (size_t i = 0; i < setup->formats_n; i++)
        if (strcmp(setup->formats[i].topic, topic) == 0)
            return setup->formats[i].parser;
    return setup->format;
}

struct paths {
    const char **items;
    size_t n;
};

/* The files of a list that can be opened at all; each of the others is an error where the config
 * names it. items NULL: out of memory. */
static struct paths paths_of(const struct config_list *list, struct diag *diag)
{
    struct paths paths = {calloc(list->n + 1, sizeof *paths.items), 0};
    for (size_t i = 0; paths.items && i < list->n; i++) {
        const struct config_text *file = &list->items[i];
        if (access(file->text, R_OK) == 0)
            paths.items[paths.n++] = file->text;
        else
            diag_error(diag, file->at, "cannot read \"%s\": %s", file->text, strerror(errno));
    }
    return paths;
}

static struct enricher *open_enricher(const struct setup *setup, struct diag *diag)
{
    struct enricher *enricher = NULL;
    struct paths city = paths_of(&setup->config->geoip.city, diag);
    struct paths asn = paths_of(&setup->config->geoip.asn, diag);
    if (city.items && asn.items) {
        struct enricher_sources sources = {
            .city = city.items, .city_n = city.n, .asn = asn.items, .asn_n = asn.n};
        enricher = enricher_new(&sources, setup->networks, diag);
    }
    free(city.items);
    free(asn.items);
    return enricher;
}

static struct windows_sizes sizes_of(const struct config *config)
{
    return (struct windows_sizes){
        .users = (size_t)config->windows.users,
        .sources = (size_t)config->windows.sources,
        .networks = (size_t)config->windows.networks,
        .feeds = (size_t)config->windows.feeds,
        /* One name for each user that a list may have to tell. */
        .names = (size_t)config->windows.users,
        .dense = (size_t)config->windows.dense,
        .sessions = (size_t)config->windows.sessions,
        .crowds = (size_t)config->windows.crowds,
    };
}

/* Stands in for a database that could not be opened, so that the rest can still be checked. */
static struct enricher *bare_enricher(const struct setup *setup, struct diag *diag)
{
    struct enricher_sources none = {0};
    return enricher_new(&none, setup->networks, diag);
}

/* All parts; false: out of memory, told to diag. After an error the windows are as small as can be:
 * they will not be used, but the detectors' own mistakes are still to be found. */
static bool build(struct setup *setup, struct diag *diag)
{
    static const struct windows_sizes least = {1, 1, 1, 1, 1, 1, 1, 1};
    setup->networks = detectors_networks(setup->config, diag);
    if (!setup->networks)
        return false;
    setup->enricher = open_enricher(setup, diag);
    if (!setup->enricher)
        setup->enricher = bare_enricher(setup, diag);
    read_key(setup, diag);
    setup->zones = topic_zones_new(setup->config, diag);
    if (!setup->zones || !find_formats(setup, diag))
        return false;
    setup->sizes = diag_errors(diag) > 0 ? least : sizes_of(setup->config);
    setup->windows = setup->enricher ? windows_new(&setup->sizes, setup->key) : NULL;
    if (!setup->windows) {
        diag_error(diag, (struct diag_place){0},
                   "the windows need %zu bytes, which this machine does not give",
                   windows_bytes(&setup->sizes));
        return false;
    }
    setup->detectors =
        detectors_new(setup->config, setup->windows, setup->enricher, setup->networks, diag);
    return setup->detectors || diag_errors(diag) > 0;
}

int setup_init(struct setup *setup, const char *config_file, struct diag *diag)
{
    *setup = (struct setup){0};
    const struct option_table *tables = detectors_tables();
    setup->config = config_file ? config_read(config_file, tables, detectors_n(), diag)
                                : config_default(tables, detectors_n());
    if (!setup->config && diag_errors(diag) > 0)
        return -EINVAL;
    if (!setup->config || !build(setup, diag)) {
        if (diag_errors(diag) == 0)
            diag_error(diag, (struct diag_place){0}, "out of memory");
        return -ENOMEM;
    }
    return diag_errors(diag) == 0 ? 0 : -EINVAL;
}

void setup_done(struct setup *setup)
{
    detectors_free(setup->detectors);
    windows_free(setup->windows);
    enricher_free(setup->enricher);
    networks_free(setup->networks);
    free(setup->formats);
    topic_zones_free(setup->zones);
    config_free(setup->config);
    *setup = (struct setup){0};
}

void setup_tell(const struct diag *diag)
{
    char *text = diag_render(diag);
    if (text)
        fputs(text, stderr);
    free(text);
}

int setup_exit_code(int result)
{
    return result == 0 ? CLI_OK : result == -EINVAL ? CLI_CONFIG : CLI_FAILED;
}
