/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of a named zone are found by asking the C library for its offset week by week, and
 * between two weeks that differ by halving. Five thousand questions, once a zone, instead of a
 * reader of the database's files and of the rules behind their ends. The library takes names that
 * it does not know for UTC, so the file is looked for first.
 */
#include "plugin/path/zone_load.h"

#include "parsers/values/moment.h"
#include "parsers/values/timestamp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FROM_S  INT64_C(946684800)  /* 2000-01-01 */
#define UNTIL_S INT64_C(4133980800) /* 2101-01-01 */
#define WEEK_S  INT64_C(604800)

enum { STEPS_MAX = 1024, NAME_MAX_BYTES = 64 };

static struct zone *zone_new(size_t n)
{
    struct zone *zone = malloc(sizeof *zone + n * sizeof(struct zone_step));
    if (!zone)
        return NULL;
    *zone = (struct zone){.steps = (struct zone_step *)(zone + 1), .n = 0};
    return zone;
}

void zone_free(struct zone *zone)
{
    free(zone);
}

static void add_step(struct zone *zone, int64_t from_ms, int64_t offset_s)
{
    struct zone_step *steps = (struct zone_step *)(zone + 1);
    steps[zone->n++] = (struct zone_step){from_ms, offset_s * 1000};
}

static int64_t offset_at(int64_t second)
{
    const time_t when = (time_t)second;
    struct tm tm;
    return localtime_r(&when, &tm) ? (int64_t)tm.tm_gmtoff : 0;
}

/* The first second of the offset that holds at `after` and not yet at `before`. */
static int64_t change_between(int64_t before, int64_t after)
{
    const int64_t offset = offset_at(after);
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        if (offset_at(middle) == offset)
            after = middle;
        else
            before = middle;
    }
    return after;
}

static struct zone *sample(void)
{
    struct zone *zone = zone_new(STEPS_MAX);
    if (!zone)
        return NULL;
    int64_t offset = offset_at(FROM_S);
    add_step(zone, INT64_MIN, offset);
    for (int64_t at = FROM_S + WEEK_S; at < UNTIL_S && zone->n < STEPS_MAX; at += WEEK_S) {
        if (offset_at(at) == offset)
            continue;
        offset = offset_at(at);
        add_step(zone, change_between(at - WEEK_S, at) * 1000, offset);
    }
    return zone;
}

/* Is there a file of that name in the database? Nothing that leads out of it, and no zone of the
 * machine by another name. */
static bool is_known(const char *name)
{
    const char *dir = getenv("TZDIR");
    char path[256];
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_BYTES || name[0] == '/' || strstr(name, "..") ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") != len)
        return false;
    snprintf(path, sizeof path, "%s/%s", dir ? dir : "/usr/share/zoneinfo", name);
    FILE *file = fopen(path, "rb");
    char magic[4] = "";
    bool known = file && fread(magic, 1, 4, file) == 4 && memcmp(magic, "TZif", 4) == 0;
    if (file)
        fclose(file);
    return known;
}

static struct zone *of_database(const char *name)
{
    const char *current = getenv("TZ");
    char *before = current ? strdup(current) : NULL, chosen[NAME_MAX_BYTES + 2];
    snprintf(chosen, sizeof chosen, ":%s", name);
    setenv("TZ", chosen, 1);
    tzset();
    struct zone *zone = sample();
    if (before)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    free(before);
    return zone;
}

struct zone *zone_load(const char *name, const char **ret_why)
{
    struct moment m = {0};
    struct zone *zone = NULL;
    *ret_why = "out of memory";
    if (moment_read_zone((struct cursor){name, name + strlen(name)}, &m)) {
        zone = zone_new(1);
        if (zone)
            add_step(zone, INT64_MIN, (int64_t)m.offset_minutes * 60);
        return zone;
    }
    if (is_known(name))
        return of_database(name);
    *ret_why = access("/usr/share/zoneinfo", X_OK) == 0 || getenv("TZDIR")
                   ? "expected an offset such as +02:00, or a name such as Europe/Berlin"
                   : "this machine has no time zone database (tzdata), so only offsets such as "
                     "+02:00 are known";
    return NULL;
}
