/* SPDX-License-Identifier: Apache-2.0
 *
 * The fixed sections: their option tables, and the keys that hold lists. Ranges keep out typing
 * mistakes (a unit forgotten, a zero too many) rather than bold choices.
 */
#include "config/bind.h"

#include <string.h>

/* Tables are filled relative to their section's struct. */
#define AT(section, field) offsetof(struct config, section.field) - offsetof(struct config, section)
#define SIZE(section)      sizeof(((struct config *)NULL)->section)

static const char *const deliveries[] = {[DELIVERY_AUTO] = "auto",
                                         [DELIVERY_AT_LEAST_ONCE] = "at_least_once",
                                         [DELIVERY_EXACTLY_ONCE] = "exactly_once",
                                         NULL};
static const char *const starts[] = {
    [START_EARLIEST] = "earliest", [START_LATEST] = "latest", NULL};
static const char *const unknowns[] = {
    [UNKNOWN_COUNT] = "count", [UNKNOWN_DEAD_LETTER] = "dead_letter", NULL};

static const struct option top[] = {
    {"delivery", OPTION_CHOICE, offsetof(struct config, delivery), "auto", .choices = deliveries,
     .help =
         "How findings are written; auto is at_least_once, under stable ids, as this version has "
         "no transactions: exactly_once is refused rather than promised in vain"},
    {"workers", OPTION_COUNT, offsetof(struct config, workers), "0", 0, 256,
     .help = "Threads that parse and detect; 0 starts one a processor, as they never wait"},
    {"publish_interval", OPTION_DURATION, offsetof(struct config, publish_interval_ms), "100ms", 10,
     60000,
     .help = "How often windows, findings and offsets go out; 100ms keeps findings prompt and the "
             "records written per second few"},
    {0}};

static const struct option input[] = {
    {"format", OPTION_TEXT, AT(input, format), "auto",
     .help = "A parser's name for all messages that `formats` does not name; auto looks at each "
             "record, so that topics may be mixed"},
    {"start", OPTION_CHOICE, AT(input, start), "earliest", .choices = starts,
     .help = "Where a group without offsets begins; earliest, so that nothing already logged is "
             "missed"},
    {0}};

static const struct option output[] = {
    {"findings", OPTION_TEXT, AT(output, findings), "spoor.findings",
     .help =
         "Topic for findings; a name of its own, since each record is also the mark that it was "
         "said"},
    {"windows", OPTION_TEXT, AT(output, windows), "spoor.windows",
     .help = "Compacted topic that holds the state; a restart and other instances recover from it"},
    {"dead_letters", OPTION_TEXT, AT(output, dead_letters), "spoor.dead-letters",
     .help = "Topic for messages that could not be read, with the reason; nothing is dropped in "
             "silence"},
    {"unknown", OPTION_CHOICE, AT(output, unknown), "count", .choices = unknowns,
     .help = "What becomes of records that are of no known format: count tells their shapes in the "
             "log, dead_letter writes them as well; count, as a mixed topic would be copied there"},
    {"suppressed", OPTION_BOOL, AT(output, suppressed), "false",
     .help =
         "Also write what something excuses, as Suppressed with the reason; off, as on a normal "
         "day that is most of what detectors look at"},
    {0}};

static const struct option windows[] = {
    {"users", OPTION_COUNT, AT(windows, users), "1M", 64, 256e6,
     .help = "Accounts remembered; the largest table by far, so sized to fit a small server"},
    {"sources", OPTION_COUNT, AT(windows, sources), "64k", 64, 64e6,
     .help =
         "Source addresses remembered; more would help little, as outsiders can use any number"},
    {"networks", OPTION_COUNT, AT(windows, networks), "64k", 64, 64e6,
     .help = "Source networks remembered over all tenants; far fewer than addresses are in use"},
    {"feeds", OPTION_COUNT, AT(windows, feeds), "1k", 16, 1e6,
     .help = "Pairs of tenant and feed with a match; few, as matches should be rare"},
    {"sessions", OPTION_COUNT, AT(windows, sessions), "256k", 64, 64e6,
     .help = "Sessions remembered; one a person and browser, so about as many as people at work"},
    {"crowds", OPTION_COUNT, AT(windows, crowds), "64k", 64, 64e6,
     .help = "Networks that users of a tenant succeed from, with the wider ones around them, and a "
             "dozen rows for each tenant; of networks only those of many users matter, and these "
             "are used most"},
    {"dense", OPTION_COUNT, AT(windows, dense), "8k", 16, 4e6,
     .help = "Large counters, shared by the rows that outgrow their small one; most rows never do"},
    {0}};

const struct option_table config_tables[] = {
    {"", top, sizeof(struct config)},
    {"input", input, SIZE(input)},
    {"output", output, SIZE(output)},
    {"windows", windows, SIZE(windows)},
};
const size_t config_tables_n = sizeof config_tables / sizeof *config_tables;

void section_defaults(struct config *config)
{
    option_defaults(&config_tables[0], config); /* clears everything: first */
    option_defaults(&config_tables[1], &config->input);
    option_defaults(&config_tables[2], &config->output);
    option_defaults(&config_tables[3], &config->windows);
}

/* Topic: format. Which formats there are is the parsers' affair, so the names stay as they are. */
static void read_formats(struct bind *b, const struct yaml_node *node, void *field)
{
    (void)field;
    struct config *c = b->config;
    if (node->kind == YAML_NULL || !bind_is_map(b, node, "input.formats"))
        return;
    c->input.formats = keep_alloc(b->keep, (node->n + 1) * sizeof *c->input.formats);
    for (const struct yaml_node *child = node->first; child && c->input.formats;
         child = child->next) {
        struct config_pair pair = {.name = {child->key, child->key_at}};
        if (bind_text(b, child, &pair.value))
            c->input.formats[c->input.formats_n++] = pair;
    }
}

/* One entry of input.zones: of a topic, or of a host of it. */
static void add_zone(struct bind *b, const struct yaml_node *topic, const char *host,
                     const struct yaml_node *node)
{
    struct config *c = b->config;
    struct config_zone zone = {.topic = {topic->key, topic->key_at}, .host = host};
    if (bind_text(b, node, &zone.zone))
        c->input.zones[c->input.zones_n++] = zone;
}

static bool is_hosts(const struct yaml_node *node)
{
    return node->kind == YAML_MAP;
}

/* Topic: zone, or topic: {host: zone}; "*" for all others. What zones there are the machine knows,
 * so the names stay as they are. */
static void read_zones(struct bind *b, const struct yaml_node *node, void *field)
{
    (void)field;
    struct config *c = b->config;
    size_t n = 1;
    if (node->kind == YAML_NULL || !bind_is_map(b, node, "input.zones"))
        return;
    for (const struct yaml_node *topic = node->first; topic; topic = topic->next)
        n += is_hosts(topic) ? topic->n : 1;
    c->input.zones = keep_alloc(b->keep, n * sizeof *c->input.zones);
    for (const struct yaml_node *topic = node->first; topic && c->input.zones;
         topic = topic->next) {
        if (!is_hosts(topic)) {
            add_zone(b, topic, "*", topic);
            continue;
        }
        for (const struct yaml_node *host = topic->first; host; host = host->next)
            add_zone(b, topic, host->key, host);
    }
}

void section_input(struct bind *b, const struct yaml_node *node, void *config)
{
    static const struct bind_key keys[] = {{"topics", AT(input, topics), bind_key_list},
                                           {"formats", 0, read_formats},
                                           {"zones", 0, read_zones},
                                           {0}};
    struct config *c = config;
    bind_map(b, node, "input", keys, &config_tables[1], &c->input);
    for (const struct yaml_node *child = node->first; child; child = child->next)
        if (child->kind == YAML_SCALAR && child->key && strcmp(child->key, "format") == 0)
            c->input.format_at = child->at;
    const struct config_list *topics = &c->input.topics;
    for (size_t i = 0; topics->n > 1 && i < topics->n; i++)
        if (topics->items[i].text[0] == '^')
            diag_error(b->diag, topics->items[i].at,
                       "a pattern must be the only topic; write one that matches them all");
}

void section_output(struct bind *b, const struct yaml_node *node, void *config)
{
    bind_map(b, node, "output", NULL, &config_tables[2], &((struct config *)config)->output);
}

void section_windows(struct bind *b, const struct yaml_node *node, void *config)
{
    bind_map(b, node, "windows", NULL, &config_tables[3], &((struct config *)config)->windows);
}

void section_geoip(struct bind *b, const struct yaml_node *node, void *config)
{
    static const struct bind_key keys[] = {
        {"city", offsetof(struct config, geoip.city), bind_key_list},
        {"asn", offsetof(struct config, geoip.asn), bind_key_list},
        {0}};
    bind_map(b, node, "geoip", keys, NULL, config);
}

static void read_feed(struct bind *b, const struct yaml_node *node, struct config *config)
{
    static const struct bind_key keys[] = {
        {"name", offsetof(struct config_feed, name), bind_key_text},
        {"file", offsetof(struct config_feed, file), bind_key_text},
        {"severity", offsetof(struct config_feed, severity), bind_key_text},
        {0}};
    struct config_feed feed = {0};
    const size_t errors = diag_errors(b->diag);
    if (node->kind == YAML_NULL)
        diag_error(b->diag, node->at, "an empty feed; expected name and file");
    bind_map(b, node, "a feed", keys, NULL, &feed);
    if (node->kind != YAML_MAP || diag_errors(b->diag) > errors)
        return;
    if (!feed.name.text || !feed.file.text) {
        diag_error(b->diag, node->at, "a feed needs a name and a file; this one has no %s",
                   feed.name.text ? "file" : "name");
        return;
    }
    for (size_t i = 0; i < config->networks.feeds_n; i++)
        if (strcmp(config->networks.feeds[i].name.text, feed.name.text) == 0) {
            diag_error(b->diag, feed.name.at, "feed \"%.80s\" is given twice, first in line %u",
                       feed.name.text, config->networks.feeds[i].name.at.line);
            return;
        }
    config->networks.feeds[config->networks.feeds_n++] = feed;
}

static void read_feeds(struct bind *b, const struct yaml_node *node, void *config)
{
    enum { FEEDS_MAX = 1024 }; /* names are compared pair by pair; networks take far fewer */
    struct config *c = config;
    if (node->kind == YAML_NULL)
        return;
    if (node->kind != YAML_LIST || node->n > FEEDS_MAX) {
        diag_error(b->diag, node->at, "feeds must be a list of {name: ..., file: ...}, at most %d",
                   (int)FEEDS_MAX);
        return;
    }
    c->networks.feeds = keep_alloc(b->keep, (node->n + 1) * sizeof *c->networks.feeds);
    for (const struct yaml_node *item = node->first; item && c->networks.feeds; item = item->next)
        read_feed(b, item, c);
}

void section_networks(struct bind *b, const struct yaml_node *node, void *config)
{
    static const struct bind_key keys[] = {
        {"trusted", offsetof(struct config, networks.trusted), bind_key_list},
        {"feeds", 0, read_feeds},
        {0}};
    bind_map(b, node, "networks", keys, NULL, config);
}

void section_secret(struct bind *b, const struct yaml_node *node, void *config)
{
    static const struct bind_key keys[] = {
        {"file", offsetof(struct config, secret_file), bind_key_text},
        {"env", offsetof(struct config, secret_env), bind_key_text},
        {0}};
    struct config *c = config;
    if (node->kind == YAML_SCALAR || node->kind == YAML_LIST) {
        diag_error(b->diag, node->at,
                   "secret must not stand here; write {file: PATH} or {env: NAME}");
        return;
    }
    bind_map(b, node, "secret", keys, NULL, config);
    if (!c->secret_file.text || !c->secret_env.text)
        return;
    diag_error(b->diag, c->secret_env.at, "secret has both file and env; give one of them");
    c->secret_env = (struct config_text){0};
}
