/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree of nodes with two records of 32 bits each, 16 zero bytes, one map for each network, and
 * the map that tells about the file. IPv4 networks hang below ::/96.
 */
#include "plugin/generate/mmdb_write.h"

#include "plugin/records/pen.h"

#include <stdlib.h>

enum {
    NODES_PER_NETWORK = 129,
    BYTES_PER_NETWORK = 512,
    TEXT_TYPE = 2,
    DOUBLE_TYPE = 3,
    UINT16_TYPE = 5,
    UINT32_TYPE = 6,
    MAP_TYPE = 7,
    UINT64_TYPE = 9,
    ARRAY_TYPE = 11
};
#define EMPTY UINT32_MAX
#define DATA  UINT32_C(0x80000000) /* a record that is the offset of a map */

struct file {
    uint32_t (*nodes)[2];
    uint32_t nodes_n;
    struct pen data;
};

/* --- values --- */

static void control(struct pen *to, unsigned type, size_t size)
{
    const char bytes[3] = {(char)((type <= 7 ? type : 0) << 5 | (size < 29 ? size : 29)),
                           (char)(type > 7 ? type - 7 : size - 29), (char)(size - 29)};

    pen_put(to, bytes, 1);
    if (type > 7)
        pen_put(to, bytes + 1, 1);
    if (size >= 29)
        pen_put(to, bytes + 2, 1);
}

/* At most 284 bytes; the names of the atlas are shorter. */
static void put_text(struct pen *to, const char *text)
{
    size_t len = strlen(text);

    len = len < 284 ? len : 284;
    control(to, TEXT_TYPE, len);
    pen_put(to, text, len);
}

static void put_big_endian(struct pen *to, uint64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i > 0; i--) {
        const char byte = (char)(value >> 8 * (i - 1));
        pen_put(to, &byte, 1);
    }
}

static void put_uint(struct pen *to, unsigned type, uint64_t value, unsigned bytes)
{
    control(to, type, bytes);
    put_big_endian(to, value, bytes);
}

static void put_double(struct pen *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    control(to, DOUBLE_TYPE, sizeof bits);
    put_big_endian(to, bits, sizeof bits);
}

static void put_city(struct pen *to, const struct network *network)
{
    control(to, MAP_TYPE, 5);
    put_text(to, "country_code");
    put_text(to, network->country);
    put_text(to, "state1");
    put_text(to, network->region);
    put_text(to, "city");
    put_text(to, network->city);
    put_text(to, "latitude");
    put_double(to, network->lat_e6 / 1e6);
    put_text(to, "longitude");
    put_double(to, network->lon_e6 / 1e6);
}

static void put_asn(struct pen *to, const struct network *network)
{
    control(to, MAP_TYPE, 2);
    put_text(to, "autonomous_system_number");
    put_uint(to, UINT32_TYPE, network->asn, 4);
    put_text(to, "autonomous_system_organization");
    put_text(to, network->holder);
}

/* --- the tree --- */

static uint32_t node_new(struct file *file, uint32_t both)
{
    file->nodes[file->nodes_n][0] = file->nodes[file->nodes_n][1] = both;
    return file->nodes_n++;
}

static unsigned bit_of(const struct prefix *prefix, unsigned depth)
{
    /* ::ffff:a.b.c.d stands at ::a.b.c.d */
    if (ip_is_v4(&prefix->ip) && depth < 96)
        return 0;
    return prefix->ip.bytes[depth / 8] >> (7 - depth % 8) & 1;
}

/* A network inside another one takes its part of it, so the wider ones go first. */
static void insert(struct file *file, const struct prefix *prefix, uint32_t record)
{
    uint32_t node = 0;

    for (unsigned depth = 0; depth + 1 < prefix->bits; depth++) {
        uint32_t *next = &file->nodes[node][bit_of(prefix, depth)];
        if (*next == EMPTY || *next & DATA) {
            const uint32_t made = node_new(file, *next);
            file->nodes[node][bit_of(prefix, depth)] = made;
        }
        node = file->nodes[node][bit_of(prefix, depth)];
    }
    file->nodes[node][bit_of(prefix, prefix->bits - 1u)] = record;
}

static void build(struct file *file, const struct atlas *atlas,
                  void (*put)(struct pen *to, const struct network *network))
{
    node_new(file, EMPTY);
    for (unsigned bits = 1; bits <= 128; bits++)
        for (size_t i = 0; i < atlas_size(atlas); i++) {
            const struct network *network = atlas_at(atlas, i);
            if (network->prefix.bits != bits)
                continue;
            const uint32_t at = (uint32_t)file->data.len;
            put(&file->data, network);
            insert(file, &network->prefix, DATA | at);
        }
}

/* --- the file --- */

static bool write_tree(const struct file *file, FILE *to)
{
    static const char separator[16];
    char bytes[8];

    for (uint32_t i = 0; i < file->nodes_n; i++) {
        struct pen node = {.ptr = bytes, .max = sizeof bytes};
        for (int side = 0; side < 2; side++) {
            const uint32_t record = file->nodes[i][side];
            put_big_endian(&node,
                           record == EMPTY ? file->nodes_n
                           : record & DATA ? file->nodes_n + 16 + (record & ~DATA)
                                           : record,
                           4);
        }
        fwrite(bytes, 1, sizeof bytes, to);
    }
    fwrite(separator, 1, sizeof separator, to);
    fwrite(file->data.ptr, 1, file->data.len, to);
    return !ferror(to) && !file->data.full;
}

static bool write_about(const struct file *file, const char *type, FILE *to)
{
    char bytes[512];
    struct pen about = {.ptr = bytes, .max = sizeof bytes};

    pen_lit(&about, "\xab\xcd\xefMaxMind.com");
    control(&about, MAP_TYPE, 9);
    put_text(&about, "node_count");
    put_uint(&about, UINT32_TYPE, file->nodes_n, 4);
    put_text(&about, "record_size");
    put_uint(&about, UINT16_TYPE, 32, 2);
    put_text(&about, "ip_version");
    put_uint(&about, UINT16_TYPE, 6, 2);
    put_text(&about, "database_type");
    put_text(&about, type);
    put_text(&about, "binary_format_major_version");
    put_uint(&about, UINT16_TYPE, 2, 2);
    put_text(&about, "binary_format_minor_version");
    put_uint(&about, UINT16_TYPE, 0, 2);
    put_text(&about, "build_epoch");
    put_uint(&about, UINT64_TYPE, 1, 1); /* fixed, so that the same atlas gives the same bytes */
    put_text(&about, "languages");
    control(&about, ARRAY_TYPE, 1);
    put_text(&about, "en");
    put_text(&about, "description");
    control(&about, MAP_TYPE, 1);
    put_text(&about, "en");
    put_text(&about, "networks of a generated set; places by DB-IP (db-ip.com), CC BY 4.0");
    fwrite(bytes, 1, about.len, to);
    return !ferror(to) && !about.full;
}

static bool write_all(const struct atlas *atlas, const char *type, FILE *to,
                      void (*put)(struct pen *to, const struct network *network))
{
    const size_t n = atlas_size(atlas);
    struct file file = {
        .nodes = malloc((n * NODES_PER_NETWORK + 1) * sizeof *file.nodes),
        .data = {.ptr = malloc(n * BYTES_PER_NETWORK), .max = n * BYTES_PER_NETWORK}};
    bool good = file.nodes && file.data.ptr;

    if (good) {
        build(&file, atlas, put);
        good = write_tree(&file, to) && write_about(&file, type, to);
    }
    free(file.nodes);
    free(file.data.ptr);
    return good;
}

bool mmdb_write_city(const struct atlas *atlas, FILE *to)
{
    return write_all(atlas, "spoor-generated-City", to, put_city);
}

bool mmdb_write_asn(const struct atlas *atlas, FILE *to)
{
    return write_all(atlas, "spoor-generated-ASN", to, put_asn);
}
