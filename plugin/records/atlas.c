/* SPDX-License-Identifier: Apache-2.0
 *
 * The table read into an array. A damaged table is a fault of the build: a test reads it whole.
 */
#include "plugin/records/atlas.h"

#include "geoip/distance.h"
#include "geoip/lines.h"
#include "plugin/records/datafile.h"
#include "plugin/records/dice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 9 };

struct atlas {
    struct network *networks;
    size_t n;
    char *text; /* a copy of the table, its columns NUL-terminated */
};

static const char *const kinds[ATLAS_KINDS] = {"isp",  "mobile",    "hosting", "vpn",       "relay",
                                               "sase", "satellite", "backend", "university"};

static bool read_kind(const char *word, enum network_kind *ret)
{
    for (int k = 0; k < ATLAS_KINDS; k++)
        if (strcmp(word, kinds[k]) == 0) {
            *ret = (enum network_kind)k;
            return true;
        }
    return false;
}

/* "-0.1276" to -127600. */
static int32_t read_degrees(const char *text)
{
    return (int32_t)(strtod(text, NULL) * 1e6 + (text[0] == '-' ? -0.5 : 0.5));
}

/* Cuts a line at its tabs, in place. */
static bool cut(char *line, char *columns[static COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = line;
        line = strchr(line, '\t');
        if ((line == NULL) != (i == COLUMNS - 1))
            return false;
        if (line)
            *line++ = '\0';
    }
    return true;
}

static bool read_line(char *line, struct network *ret)
{
    char *column[COLUMNS];
    const char *error = NULL;

    if (!cut(line, column) || !prefix_parse(slice_of(column[0]), &ret->prefix, &error) ||
        !read_kind(column[2], &ret->kind) || strlen(column[3]) != 2)
        return false;
    ret->asn = (uint32_t)strtoul(column[1], NULL, 10);
    memcpy(ret->country, column[3], sizeof ret->country);
    ret->lat_e6 = read_degrees(column[4]);
    ret->lon_e6 = read_degrees(column[5]);
    ret->city = column[6];
    ret->region = column[7];
    ret->holder = column[8];
    ret->is_v6 = !ip_is_v4(&ret->prefix.ip);
    return true;
}

static bool read_all(struct atlas *atlas)
{
    for (char *line = atlas->text, *end; line && *line; line = end ? end + 1 : NULL) {
        end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (*line == '#' || *line == '\0')
            continue;
        if (!read_line(line, &atlas->networks[atlas->n++]))
            return false;
    }
    return atlas->n > 0;
}

static size_t count_lines(struct slice text)
{
    size_t n = 1;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n;
}

struct atlas *atlas_new(void)
{
    const struct slice table = datafile_find("atlas.tsv");
    struct atlas *atlas = calloc(1, sizeof *atlas);

    if (!atlas)
        return NULL;
    atlas->text = calloc(1, table.len + 1);
    atlas->networks = calloc(count_lines(table), sizeof *atlas->networks);
    if (atlas->text && atlas->networks) {
        memcpy(atlas->text, table.ptr, table.len);
        if (read_all(atlas))
            return atlas;
    }
    atlas_free(atlas);
    return NULL;
}

void atlas_free(struct atlas *atlas)
{
    if (!atlas)
        return;
    free(atlas->text);
    free(atlas->networks);
    free(atlas);
}

size_t atlas_size(const struct atlas *atlas)
{
    return atlas->n;
}

const struct network *atlas_at(const struct atlas *atlas, size_t i)
{
    return i < atlas->n ? &atlas->networks[i] : NULL;
}

static bool fits(const struct network *network, const struct atlas_wish *wish)
{
    return network->kind == wish->kind && (!wish->asn || network->asn == wish->asn) &&
           (!wish->version || network->is_v6 == (wish->version == 6)) &&
           (!wish->country || strcmp(network->country, wish->country) == 0) &&
           (!wish->city || strcmp(network->city, wish->city) == 0);
}

size_t atlas_count(const struct atlas *atlas, const struct atlas_wish *wish)
{
    size_t n = 0;

    for (size_t i = 0; i < atlas->n; i++)
        n += fits(&atlas->networks[i], wish);
    return n;
}

const struct network *atlas_pick(const struct atlas *atlas, const struct atlas_wish *wish, size_t i)
{
    for (size_t k = 0; k < atlas->n; k++)
        if (fits(&atlas->networks[k], wish) && i-- == 0)
            return &atlas->networks[k];
    return NULL;
}

const struct network *atlas_named(const struct atlas *atlas, const char *prefix)
{
    char text[PREFIX_TEXT_MAX];

    for (size_t i = 0; i < atlas->n; i++) {
        prefix_format(&atlas->networks[i].prefix, text);
        if (strcmp(text, prefix) == 0)
            return &atlas->networks[i];
    }
    return NULL;
}

const struct network *atlas_twin(const struct atlas *atlas, const struct network *network)
{
    for (size_t i = 0; i < atlas->n; i++) {
        const struct network *other = &atlas->networks[i];
        if (other->is_v6 != network->is_v6 && other->asn == network->asn &&
            other->lat_e6 == network->lat_e6 && other->lon_e6 == network->lon_e6)
            return other;
    }
    return NULL;
}

/* --- addresses --- */

/* Sets the bits from `from` to `to` (counted from the left of 128) to the low ones of `value`. */
static void set_bits(struct ip *ip, unsigned from, unsigned to, uint64_t value)
{
    for (unsigned bit = to; bit > from; bit--, value >>= 1) {
        const uint8_t mask = (uint8_t)(0x80 >> (bit - 1) % 8);
        uint8_t *byte = &ip->bytes[(bit - 1) / 8];
        *byte = (uint8_t)(value & 1 ? *byte | mask : *byte & ~mask);
    }
}

struct ip atlas_address(const struct network *network, uint64_t which)
{
    return atlas_neighbour(network, which, which);
}

struct ip atlas_neighbour(const struct network *network, uint64_t which, uint64_t interface)
{
    struct ip ip = network->prefix.ip;
    const uint64_t drawn = dice_mix(which, 0x686f7374);

    if (!network->is_v6) {
        const uint64_t hosts = UINT64_C(1) << (128 - network->prefix.bits);
        set_bits(&ip, network->prefix.bits, 128, 1 + drawn % (hosts > 2 ? hosts - 2 : 1));
        return ip;
    }
    if (network->prefix.bits < 64)
        set_bits(&ip, network->prefix.bits, 64, drawn);
    set_bits(&ip, 64, 128, dice_mix(interface, 0x6966));
    return ip;
}

double atlas_km(const struct network *a, const struct network *b)
{
    return distance_km(a->lat_e6 / 1e6, a->lon_e6 / 1e6, b->lat_e6 / 1e6, b->lon_e6 / 1e6);
}
