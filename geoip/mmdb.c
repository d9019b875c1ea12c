/* SPDX-License-Identifier: Apache-2.0
 *
 * The only file that knows libmaxminddb. The library checks most offsets, but a look-up visits only
 * its own path; here every path is followed once, with a limit on steps, because in a damaged tree
 * nodes may have many parents, and then there are exponentially many paths. Longer than most files
 * here, because everything that touches the library's types must be in it.
 */
#include "geoip/mmdb.h"

#include "geoip/mmdb_text.h"
#include "parsers/values/text.h"

#include <errno.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct mmdb {
    MMDB_s db;
    const char *file;
};

static struct diag_place in(const struct mmdb *mmdb)
{
    return (struct diag_place){.file = mmdb->file};
}

/* --- opening ------------------------------------------------------------------------------------
 */

/* What the library does not check itself; NULL if all is well. */
static const char *metadata_fault(const MMDB_s *db)
{
    const MMDB_metadata_s *meta = &db->metadata;
    if (meta->binary_format_major_version != 2)
        return "is in an unknown version of the MaxMind DB format";
    if (meta->record_size != 24 && meta->record_size != 28 && meta->record_size != 32)
        return "has an impossible record size in its metadata";
    if (meta->ip_version != 4 && meta->ip_version != 6)
        return "has an impossible IP version in its metadata";
    uint64_t tree = (uint64_t)meta->node_count * (meta->record_size / 4u);
    if (meta->node_count == 0 || tree + 16 > (uint64_t)db->file_size)
        return "is damaged: the search tree does not fit into the file";
    return NULL;
}

/* The library would wait for ever on a FIFO and reads sizes into narrower types. */
static bool file_fits(const char *file, struct diag *diag)
{
    struct diag_place at = {.file = file};
    struct stat st;
    if (stat(file, &st) < 0)
        diag_error(diag, at, "cannot be opened: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        diag_error(diag, at, "is not a regular file");
    else if (st.st_size == 0)
        diag_error(diag, at, "is empty; expected a MaxMind DB file");
    else if (st.st_size > MMDB_FILE_MAX)
        diag_error(diag, at, "is longer than 2 GiB");
    else
        return true;
    return false;
}

struct mmdb *mmdb_open(const char *file, struct diag *diag)
{
    struct diag_place at = {.file = file};
    if (!file_fits(file, diag))
        return NULL;
    struct mmdb *mmdb = calloc(1, sizeof(*mmdb));
    if (!mmdb) {
        diag_error(diag, at, "out of memory");
        return NULL;
    }
    mmdb->file = file;
    int status = MMDB_open(file, MMDB_MODE_MMAP, &mmdb->db);
    if (status != MMDB_SUCCESS) {
        diag_error(diag, at, "cannot be read as a MaxMind DB file: %s", MMDB_strerror(status));
        free(mmdb);
        return NULL;
    }
    const char *fault = metadata_fault(&mmdb->db);
    if (fault) {
        diag_error(diag, at, "%s", fault);
        mmdb_close(mmdb);
        return NULL;
    }
    return mmdb;
}

void mmdb_close(struct mmdb *mmdb)
{
    if (!mmdb)
        return;
    MMDB_close(&mmdb->db);
    free(mmdb);
}

uint32_t mmdb_nodes(const struct mmdb *mmdb)
{
    return mmdb->db.metadata.node_count;
}

const char *mmdb_type(const struct mmdb *mmdb)
{
    const char *type = mmdb->db.metadata.database_type;
    return type ? type : "";
}

/* --- walking ------------------------------------------------------------------------------------
 */

/* One record of a node, with the path to it. */
struct branch {
    uint8_t type; /* MMDB_RECORD_TYPE_... */
    uint8_t depth;
    uint32_t at; /* node number, or offset in the data section */
    struct ip path;
};

struct walk {
    const struct mmdb *mmdb;
    struct diag *diag;
    int (*visit)(void *ctx, const struct prefix *prefix, uint32_t record);
    void *ctx;
    uint64_t steps_left;
    uint32_t alias; /* node that is not entered: the IPv4 tree inside an IPv6 one */
};

static int damaged(const struct walk *walk, const char *how)
{
    diag_error(walk->diag, in(walk->mmdb), "is damaged: %s", how);
    return -EBADMSG;
}

/* Reads both branches of a node. */
static int read_node(struct walk *walk, const struct branch *node,
                     struct branch ret_branches[static 2])
{
    const MMDB_s *db = &walk->mmdb->db;
    MMDB_search_node_s found;
    if (walk->steps_left-- == 0)
        return damaged(walk, "the search tree has a loop or joins");
    if (node->depth >= 128)
        return damaged(walk, "the search tree is deeper than an address");
    if (node->at >= db->metadata.node_count || MMDB_read_node(db, node->at, &found) != MMDB_SUCCESS)
        return damaged(walk, "a search tree node cannot be read");
    for (int side = 0; side < 2; side++) {
        uint8_t type = side ? found.right_record_type : found.left_record_type;
        uint64_t record = side ? found.right_record : found.left_record;
        uint32_t offset = (side ? found.right_record_entry : found.left_record_entry).offset;
        if (type == MMDB_RECORD_TYPE_INVALID ||
            (type == MMDB_RECORD_TYPE_DATA && offset >= db->data_section_size))
            return damaged(walk, "the search tree points outside the data section");
        struct branch *branch = &ret_branches[side];
        *branch = *node;
        branch->type = type;
        branch->depth = (uint8_t)(node->depth + 1);
        branch->at = type == MMDB_RECORD_TYPE_DATA ? offset : (uint32_t)record;
        if (side)
            branch->path.bytes[node->depth / 8] |= (uint8_t)(0x80 >> node->depth % 8);
    }
    return 0;
}

/* Everything below one branch, in order; each node on the way leaves one branch to come back to. */
static int walk_below(struct walk *walk, struct branch top)
{
    struct branch stack[130];
    size_t n = 0;
    stack[n++] = top;
    while (n > 0) {
        struct branch branch = stack[--n];
        int err = 0;
        if (branch.type == MMDB_RECORD_TYPE_DATA) {
            struct prefix prefix = {.ip = branch.path, .bits = branch.depth};
            err = walk->visit(walk->ctx, &prefix, branch.at);
        } else if (branch.type == MMDB_RECORD_TYPE_SEARCH_NODE && branch.at != walk->alias) {
            struct branch next[2];
            err = read_node(walk, &branch, next);
            stack[n] = next[1];
            stack[n + 1] = next[0];
            n += 2;
        }
        if (err)
            return err;
    }
    return 0;
}

/* In an IPv6 tree the IPv4 networks are at ::/96, where the library looks for them. */
static int find_v4(struct walk *walk, struct branch *ret_top)
{
    struct branch branch = *ret_top;
    while (branch.depth < 96 && branch.type == MMDB_RECORD_TYPE_SEARCH_NODE) {
        struct branch next[2];
        int err = read_node(walk, &branch, next);
        if (err)
            return err;
        branch = next[0];
    }
    *ret_top = branch;
    return 0;
}

int mmdb_walk(const struct mmdb *mmdb, struct diag *diag,
              int (*visit)(void *ctx, const struct prefix *prefix, uint32_t record), void *ctx)
{
    /* A sound tree has every node once; twice leaves room for writers that share some. */
    struct walk walk = {.mmdb = mmdb,
                        .diag = diag,
                        .visit = visit,
                        .ctx = ctx,
                        .alias = UINT32_MAX,
                        .steps_left = (uint64_t)mmdb_nodes(mmdb) * 2 + 96};
    bool v6 = mmdb->db.metadata.ip_version == 6;
    struct branch root = {.type = MMDB_RECORD_TYPE_SEARCH_NODE}, v4 = root;
    int err = v6 ? find_v4(&walk, &v4) : 0;
    if (err)
        return err;
    uint32_t alias = v4.type == MMDB_RECORD_TYPE_SEARCH_NODE ? v4.at : UINT32_MAX;
    v4.depth = 96;
    v4.path = (struct ip){.bytes = {[10] = 0xff, [11] = 0xff}};
    err = walk_below(&walk, v4);
    walk.alias = alias;
    return err || !v6 ? err : walk_below(&walk, root);
}

bool mmdb_find(const struct mmdb *mmdb, const struct ip *ip, uint32_t *ret_record)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const struct sockaddr *address = (const struct sockaddr *)&v6;
    if (ip_is_v4(ip)) {
        memcpy(&v4.sin_addr, ip->bytes + 12, 4);
        address = (const struct sockaddr *)&v4;
    }
    memcpy(&v6.sin6_addr, ip->bytes, 16);
    int status;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&mmdb->db, address, &status);
    if (status != MMDB_SUCCESS || !found.found_entry)
        return false;
    *ret_record = found.entry.offset;
    return true;
}

/* --- fields -------------------------------------------------------------------------------------
 */

/* One record being read. After the first fault the rest is not looked at. */
struct fields {
    MMDB_entry_s entry;
    const char *fault;
};

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool get(struct fields *fields, const char *const *path, MMDB_entry_data_s *ret_data)
{
    if (fields->fault)
        return false;
    int status = MMDB_aget_value(&fields->entry, ret_data, path);
    if (status != MMDB_SUCCESS && status != MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR)
        fields->fault = MMDB_strerror(status);
    return status == MMDB_SUCCESS && ret_data->has_data;
}

static struct slice get_text(struct fields *fields, const char *const *path)
{
    MMDB_entry_data_s data;
    if (!get(fields, path, &data) || data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0)
        return (struct slice){0};
    struct slice text = {data.utf8_string, data.data_size};
    if (!mmdb_text_is_clean(text)) {
        fields->fault = "a name is not UTF-8 text";
        return (struct slice){0};
    }
    return text_cut(text, MMDB_TEXT_MAX);
}

/* A coordinate in millionths of a degree: double, text, or single precision, which holds only four
 * decimals at 180 degrees. */
static bool get_e6(struct fields *fields, const char *const *path, double limit, int32_t *ret_e6)
{
    MMDB_entry_data_s data;
    double degrees, unit = 1.0;
    if (!get(fields, path, &data))
        return false;
    if (data.type == MMDB_DATA_TYPE_DOUBLE) {
        degrees = data.double_value;
    } else if (data.type == MMDB_DATA_TYPE_FLOAT) {
        degrees = (double)data.float_value;
        unit = 100.0;
    } else if (data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0) {
        return false;
    } else if (!mmdb_text_degrees((struct slice){data.utf8_string, data.data_size}, &degrees)) {
        fields->fault = "a coordinate is not a number";
        return false;
    }
    if (!(degrees >= -limit && degrees <= limit)) {
        fields->fault = "a coordinate is not on the globe";
        return false;
    }
    double steps = degrees * 1e6 / unit;
    *ret_e6 = (int32_t)((double)(int32_t)(steps < 0 ? steps - 0.5 : steps + 0.5) * unit);
    return true;
}

static bool get_uint(struct fields *fields, const char *const *path, uint64_t *ret_n)
{
    MMDB_entry_data_s data;
    if (!get(fields, path, &data))
        return false;
    switch (data.type) {
    case MMDB_DATA_TYPE_UINT16:
        *ret_n = data.uint16;
        return true;
    case MMDB_DATA_TYPE_UINT32:
        *ret_n = data.uint32;
        return true;
    case MMDB_DATA_TYPE_UINT64:
        *ret_n = data.uint64;
        return true;
    default:
        return false;
    }
}

static void set_country(struct mmdb_city *city, struct slice code)
{
    if (code.len != 2)
        return;
    for (int i = 0; i < 2; i++) {
        char lower = slice_lower(code.ptr[i]);
        if (lower < 'a' || lower > 'z')
            return;
        city->country[i] = (char)(lower - 'a' + 'A');
    }
}

static int finish(const struct mmdb *mmdb, uint32_t record, const struct fields *fields,
                  struct diag *diag)
{
    if (!fields->fault)
        return 0;
    diag_error(diag, in(mmdb), "is damaged: %s, in the record at byte %u of the data section",
               fields->fault, record);
    return -EBADMSG;
}

int mmdb_city(const struct mmdb *mmdb, uint32_t record, struct diag *diag,
              struct mmdb_city *ret_city)
{
    struct fields fields = {.entry = {.mmdb = &mmdb->db, .offset = record}};
    struct mmdb_city city = {0};
    struct slice code = get_text(&fields, PATH("country_code"));
    uint64_t radius = 0;
    bool flat = code.ptr;
    if (flat) {
        city.city = get_text(&fields, PATH("city"));
        city.region = get_text(&fields, PATH("state1"));
    } else {
        code = get_text(&fields, PATH("country", "iso_code"));
        city.city = get_text(&fields, PATH("city", "names", "en"));
        city.region = get_text(&fields, PATH("subdivisions", "0", "names", "en"));
        if (!city.region.ptr)
            city.region = get_text(&fields, PATH("subdivisions", "0", "iso_code"));
        get_uint(&fields, PATH("location", "accuracy_radius"), &radius);
    }
    city.has_position =
        get_e6(&fields, flat ? PATH("latitude") : PATH("location", "latitude"), 90, &city.lat_e6) &&
        get_e6(&fields, flat ? PATH("longitude") : PATH("location", "longitude"), 180,
               &city.lon_e6);
    set_country(&city, code);
    city.radius_km = (uint16_t)(radius < UINT16_MAX ? radius : UINT16_MAX);
    if (!fields.fault)
        *ret_city = city;
    return finish(mmdb, record, &fields, diag);
}

int mmdb_as(const struct mmdb *mmdb, uint32_t record, struct diag *diag, struct mmdb_as *ret_as)
{
    struct fields fields = {.entry = {.mmdb = &mmdb->db, .offset = record}};
    uint64_t asn = 0;
    get_uint(&fields, PATH("autonomous_system_number"), &asn);
    struct slice name = get_text(&fields, PATH("autonomous_system_organization"));
    if (!fields.fault)
        *ret_as = (struct mmdb_as){.asn = asn <= UINT32_MAX ? (uint32_t)asn : 0, .name = name};
    return finish(mmdb, record, &fields, diag);
}
