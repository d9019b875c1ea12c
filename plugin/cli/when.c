/* SPDX-License-Identifier: Apache-2.0
 *
 * Two options and what follows from them. No clock: a time comes from the command line or the file.
 */
#include "plugin/cli/when.h"

#include "parsers/values/timestamp.h"
#include "plugin/cli/cli.h"
#include "plugin/path/zone_load.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int read_zone(struct when *when, const char *command, const char *name)
{
    const char *why = "it needs one";
    struct zone *zone = name ? zone_load(name, &why) : NULL;
    if (!zone)
        return cli_usage_error(command, "--zone %s: %s", name ? name : "", why);
    zone_free(when->zone);
    when->zone = zone;
    when->zones = (struct zones){.other = zone};
    return CLI_OK;
}

static int read_received(struct when *when, const char *command, const char *value)
{
    when->is_mtime = value && strcmp(value, "mtime") == 0;
    when->received_ms = 0;
    if (when->is_mtime || (value && timestamp_parse(slice_of(value), &when->received_ms)))
        return CLI_OK;
    return cli_usage_error(command, "--received %s: expected mtime, or a time such as %s",
                           value ? value : "", "2025-03-04T05:06:07Z");
}

int when_option(struct when *when, int argc, char **argv, int *i, bool *ret_taken)
{
    bool zone = strcmp(argv[*i], "--zone") == 0, received = strcmp(argv[*i], "--received") == 0;
    *ret_taken = zone || received;
    if (!*ret_taken)
        return CLI_OK;
    const char *value = *i + 1 < argc ? argv[++*i] : NULL;
    return zone ? read_zone(when, argv[0], value) : read_received(when, argv[0], value);
}

void when_done(struct when *when)
{
    zone_free(when->zone);
}

int64_t when_received_ms(const struct when *when, const char *path)
{
    struct stat st;
    if (!when->is_mtime)
        return when->received_ms;
    int result = strcmp(path, "-") == 0 ? fstat(0, &st) : stat(path, &st);
    if (result != 0 || !S_ISREG(st.st_mode))
        return 0;
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

void when_tell_yearless(const char *command, uint64_t yearless)
{
    if (yearless > 0)
        fprintf(stderr,
                "spoor %s: bad_time for want of a year: %llu; --received TIME or --received mtime "
                "tells it, and --zone their zone\n",
                command, (unsigned long long)yearless);
}
