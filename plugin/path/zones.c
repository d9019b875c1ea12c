/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of the config, one entry a topic and host, as a table a topic. Zones are loaded anew for
 * each entry: there are as many as somebody wrote by hand.
 */
#include "plugin/path/zones.h"

#include "plugin/path/zone_load.h"

#include <stdlib.h>
#include <string.h>

struct topic_zones {
    struct {
        const char *topic;
        struct zones zones;
        struct zone_host *hosts;
    } * topics;
    size_t topics_n;
    struct zone **loaded;
    size_t loaded_n;
};

/* The place of a topic, made where it is new. */
static size_t place_of(struct topic_zones *zones, const char *topic, size_t hosts_most)
{
    size_t i = 0;
    while (i < zones->topics_n && strcmp(zones->topics[i].topic, topic) != 0)
        i++;
    if (i == zones->topics_n) {
        zones->topics[i].topic = topic;
        zones->topics[i].hosts = calloc(hosts_most, sizeof *zones->topics[i].hosts);
        zones->topics[i].zones.hosts = zones->topics[i].hosts;
        zones->topics_n++;
    }
    return i;
}

static bool add(struct topic_zones *zones, const struct config_zone *entry, size_t most,
                struct diag *diag)
{
    const char *why;
    struct zone *zone = zone_load(entry->zone.text, &why);
    if (!zone) {
        diag_error(diag, entry->zone.at, "zone \"%.80s\" is not known: %s", entry->zone.text, why);
        return true;
    }
    zones->loaded[zones->loaded_n++] = zone;
    size_t i = place_of(zones, entry->topic.text, most);
    if (!zones->topics[i].hosts)
        return false;
    if (strcmp(entry->host, "*") == 0)
        zones->topics[i].zones.other = zone;
    else
        zones->topics[i].hosts[zones->topics[i].zones.hosts_n++] =
            (struct zone_host){entry->host, zone};
    return true;
}

struct topic_zones *topic_zones_new(const struct config *config, struct diag *diag)
{
    struct topic_zones *zones = calloc(1, sizeof *zones);
    size_t most = config->input.zones_n + 1;
    if (!zones)
        return NULL;
    zones->topics = calloc(most, sizeof *zones->topics);
    zones->loaded = calloc(most, sizeof *zones->loaded);
    bool ok = zones->topics && zones->loaded;
    for (size_t i = 0; ok && i < config->input.zones_n; i++)
        ok = add(zones, &config->input.zones[i], most, diag);
    if (ok)
        return zones;
    topic_zones_free(zones);
    return NULL;
}

void topic_zones_free(struct topic_zones *zones)
{
    if (!zones)
        return;
    for (size_t i = 0; i < zones->loaded_n; i++)
        zone_free(zones->loaded[i]);
    for (size_t i = 0; i < zones->topics_n; i++)
        free(zones->topics[i].hosts);
    free(zones->topics);
    free(zones->loaded);
    free(zones);
}

const struct zones *topic_zones_of(const struct topic_zones *zones, const char *topic)
{
    const struct zones *others = NULL;
    for (size_t i = 0; zones && i < zones->topics_n; i++) {
        if (topic && strcmp(zones->topics[i].topic, topic) == 0)
            return &zones->topics[i].zones;
        if (strcmp(zones->topics[i].topic, "*") == 0)
            others = &zones->topics[i].zones;
    }
    return others;
}
