/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/generate/folder.h"

#include "plugin/generate/mmdb_write.h"
#include "plugin/records/pen.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_make(const char *dir)
{
    return mkdir(dir, 0777) == 0 || errno == EEXIST;
}

FILE *folder_open(const char *dir, const char *name)
{
    char path[PATH_MAX];
    const int len = snprintf(path, sizeof path, "%s/%s", dir, name);

    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return fopen(path, "w");
}

static void put_list(FILE *to, const char *name, const char *const *items)
{
    if (!items || !*items)
        return;
    fprintf(to, "    %s: [", name);
    for (size_t i = 0; items[i]; i++)
        fprintf(to, "%s\"%s\"", i ? ", " : "", items[i]);
    fputs("]\n", to);
}

static void put_tenant(FILE *to, const struct told *told)
{
    char guid[40];
    struct pen pen = {.ptr = guid, .max = sizeof guid};

    pen_guid(&pen, told->org->key);
    fprintf(to, "  %.*s:\n    domains: [%s]\n", (int)pen.len, guid, told->org->domain);
    if (told->trusted && *told->trusted) {
        fputs("    networks:\n  ", to);
        put_list(to, "  trusted", told->trusted);
    }
    put_list(to, "accepted_forwarders", told->forwarders);
    put_list(to, "admins", told->admins);
    if (!told->service_accounts || !*told->service_accounts)
        return;
    fputs("    service_accounts:\n", to);
    for (size_t i = 0; told->service_accounts[i]; i++)
        fprintf(to, "      - {name: \"%s\"}\n", told->service_accounts[i]);
}

const char folder_head[] =
    "kafka: {bootstrap.servers: \"localhost:9092\"}\ninput: {topics: [signins]}\n";

static void put_config(FILE *to, const char *dir, const char *head, const struct world *world,
                       const void *people)
{
    struct told told = {0};

    fprintf(to,
            "# What the tenants of this generated set would have told spoor; see spoor generate.\n"
            "%s"
            "geoip: {city: [\"%s/city.mmdb\"], asn: [\"%s/asn.mmdb\"]}\n"
            "networks:\n  feeds:\n    - {name: feed, file: \"%s/feed.txt\", severity: high}\n"
            "tenants:\n",
            head, dir, dir, dir);
    for (size_t i = 0; world->tell(people, i, &told); i++)
        put_tenant(to, &told);
}

static bool closed(FILE *file, bool good)
{
    good = good && !ferror(file);
    return fclose(file) == 0 && good;
}

bool folder_write(const char *dir, const char *head, const struct world *world, const void *people,
                  const struct atlas *atlas)
{
    FILE *config = folder_open(dir, "spoor.yaml"), *feed = folder_open(dir, "feed.txt");
    FILE *city = folder_open(dir, "city.mmdb"), *asn = folder_open(dir, "asn.mmdb");
    bool good = config && feed && city && asn;

    if (config) {
        put_config(config, dir, head, world, people);
        good &= closed(config, true);
    }
    if (feed) {
        for (size_t i = 0; world->feed && world->feed[i]; i++)
            fprintf(feed, "%s\n", world->feed[i]);
        good &= closed(feed, true);
    }
    if (city)
        good &= closed(city, mmdb_write_city(atlas, city));
    if (asn)
        good &= closed(asn, mmdb_write_asn(atlas, asn));
    return good;
}

void folder_remove(const char *dir)
{
    static const char *const names[] = {"spoor.yaml", "feed.txt", "city.mmdb", "asn.mmdb"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (snprintf(path, sizeof path, "%s/%s", dir, names[i]) < (int)sizeof path)
            unlink(path);
    rmdir(dir);
}
