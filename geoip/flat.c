/* SPDX-License-Identifier: Apache-2.0
 *
 * From the walk over a database to records that need no further thought on the event path: places
 * without a city already have the country's middle and radius, autonomous systems their class.
 */
#include "geoip/flat.h"

#include "geoip/intern.h"
#include "geoip/intervals.h"
#include "geoip/mmdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Country-level answers are at least this vague: the middle of a small country is no better known.
 */
enum { COUNTRY_RADIUS_MIN_KM = 250, SAMPLES_MAX = 4096 };

struct flat {
    enum flat_kind kind;
    size_t networks;
    struct intervals *ranges; /* value: number of a record + 1 */
    struct intern records;    /* struct flat_city or struct flat_as */
    struct intern names;
};

/* While loading. */
struct loading {
    struct flat *flat;
    const struct mmdb *mmdb;
    const struct facts *facts;
    struct diag *diag;
    struct intern offsets; /* records of the file met so far ... */
    uint32_t *values;      /* ... and our value of each */
    size_t values_cap;
    struct ip samples[SAMPLES_MAX];
    size_t samples_n, stride;
    bool useful; /* some record said something */
};

static int put_name(struct flat *flat, struct slice name, uint32_t *ret_name)
{
    char text[MMDB_TEXT_MAX + 1];
    memcpy(text, name.len ? name.ptr : "", name.len);
    text[name.len] = '\0';
    *ret_name = intern_put(&flat->names, text, name.len + 1);
    return *ret_name == UINT32_MAX ? -ENOMEM : 0;
}

/* A city has the file's own position. Without one, or at 0,0 where no city is, only the country is
 * known: its middle, unless the file gives a position and says how vague it is. */
static void locate(const struct loading *load, const struct mmdb_city *from, struct flat_city *to)
{
    bool position = from->has_position && (from->city.len || from->lat_e6 || from->lon_e6);
    to->city_level = position && from->city.len;
    to->known = to->city_level || (position && from->radius_km);
    if (to->known) {
        to->lat_e6 = from->lat_e6;
        to->lon_e6 = from->lon_e6;
        to->radius_km = from->radius_km;
    }
    if (to->city_level)
        return;
    const struct country *country =
        from->country[0] ? facts_country(load->facts, from->country) : NULL;
    if (!to->known && country) {
        to->known = true;
        to->lat_e6 = country->lat_e6;
        to->lon_e6 = country->lon_e6;
        to->radius_km = country->radius_km;
    }
    if (to->known && to->radius_km < COUNTRY_RADIUS_MIN_KM)
        to->radius_km = COUNTRY_RADIUS_MIN_KM;
}

static int read_city(struct loading *load, uint32_t record, struct flat_city *ret_city)
{
    struct mmdb_city from;
    struct flat_city to;
    memset(&to, 0, sizeof(to)); /* compared as bytes */
    int err = mmdb_city(load->mmdb, record, load->diag, &from);
    if (!err)
        err = put_name(load->flat, from.city, &to.city);
    if (!err)
        err = put_name(load->flat, from.region, &to.region);
    if (err)
        return err;
    memcpy(to.country, from.country, 2);
    locate(load, &from, &to);
    load->useful |= to.known || to.country[0];
    *ret_city = to;
    return 0;
}

static int read_as(struct loading *load, uint32_t record, struct flat_as *ret_as)
{
    struct mmdb_as from;
    struct flat_as to = {0};
    int err = mmdb_as(load->mmdb, record, load->diag, &from);
    if (!err)
        err = put_name(load->flat, from.name, &to.name);
    if (err)
        return err;
    to.asn = from.asn;
    to.network = facts_class(load->facts, from.asn);
    load->useful |= from.asn != 0;
    *ret_as = to;
    return 0;
}

/* The value of a record of the file: read on the first meeting, remembered after. */
static int record_value(struct loading *load, uint32_t record, uint32_t *ret_value)
{
    size_t known = load->offsets.used / sizeof(record);
    uint32_t at = intern_put(&load->offsets, &record, sizeof(record));
    if (at == UINT32_MAX)
        return -ENOMEM;
    at /= (uint32_t)sizeof(record);
    if (at < known) {
        *ret_value = load->values[at];
        return 0;
    }
    if (at >= load->values_cap) {
        size_t cap = load->values_cap ? load->values_cap * 2 : 1024;
        uint32_t *values = reallocarray(load->values, cap, sizeof(*values));
        if (!values)
            return -ENOMEM;
        load->values = values;
        load->values_cap = cap;
    }
    union {
        struct flat_city city;
        struct flat_as as;
    } item;
    bool city = load->flat->kind == FLAT_CITY;
    size_t len = city ? sizeof(item.city) : sizeof(item.as);
    int err = city ? read_city(load, record, &item.city) : read_as(load, record, &item.as);
    uint32_t offset = err ? 0 : intern_put(&load->flat->records, &item, len);
    if (err || offset == UINT32_MAX)
        return err ? err : -ENOMEM;
    load->values[at] = *ret_value = offset / (uint32_t)len + 1;
    return 0;
}

static int visit(void *ctx, const struct prefix *prefix, uint32_t record)
{
    struct loading *load = ctx;
    uint32_t value;
    int err = record_value(load, record, &value);
    if (!err)
        err = intervals_add(load->flat->ranges, prefix, value);
    if (!err && load->flat->networks++ % load->stride == 0 && load->samples_n < SAMPLES_MAX)
        load->samples[load->samples_n++] = prefix->ip;
    return err;
}

/* What we flattened must be what the library finds. */
static int compare_samples(struct loading *load)
{
    for (size_t i = 0; i < load->samples_n; i++) {
        uint32_t record, value;
        const struct ip *ip = &load->samples[i];
        if (!mmdb_find(load->mmdb, ip, &record) || record_value(load, record, &value) ||
            intervals_find(load->flat->ranges, ip) != value)
            return -EBADMSG;
    }
    return 0;
}

static int fill(struct loading *load, const char *file)
{
    struct diag_place at = {.file = file};
    size_t errors = diag_errors(load->diag);
    int err = mmdb_walk(load->mmdb, load->diag, visit, load);
    if (!err)
        err = intervals_freeze(load->flat->ranges, NULL, NULL);
    if (!err && !load->useful) {
        err = -EINVAL;
        diag_error(load->diag, at, "holds no %s; it says it is of the type \"%.64s\"",
                   load->flat->kind == FLAT_CITY ? "places" : "autonomous systems",
                   mmdb_type(load->mmdb));
    }
    if (!err && (err = compare_samples(load)))
        diag_error(load->diag, at, "is damaged: walking it and looking addresses up disagree");
    if (err && diag_errors(load->diag) == errors)
        diag_error(load->diag, at, err == -ENOMEM ? "out of memory" : "has too many networks");
    return err;
}

struct flat *flat_load(const char *file, enum flat_kind kind, const struct facts *facts,
                       struct diag *diag)
{
    struct mmdb *mmdb = mmdb_open(file, diag);
    if (!mmdb)
        return NULL;
    int err = -ENOMEM;
    struct flat *flat = calloc(1, sizeof(*flat));
    struct loading *load = calloc(1, sizeof(*load));
    if (flat && load && (flat->ranges = intervals_new())) {
        flat->kind = kind;
        load->flat = flat;
        load->mmdb = mmdb;
        load->facts = facts;
        load->diag = diag;
        load->stride = mmdb_nodes(mmdb) / SAMPLES_MAX + 1;
        err = fill(load, file);
        intern_done(&load->offsets);
        free(load->values);
    } else {
        diag_error(diag, (struct diag_place){.file = file}, "out of memory");
    }
    free(load);
    mmdb_close(mmdb);
    if (err) {
        flat_free(flat);
        return NULL;
    }
    intern_freeze(&flat->records);
    intern_freeze(&flat->names);
    return flat;
}

void flat_free(struct flat *flat)
{
    if (!flat)
        return;
    intervals_free(flat->ranges);
    intern_done(&flat->records);
    intern_done(&flat->names);
    free(flat);
}

size_t flat_bytes(const struct flat *flat)
{
    return sizeof(*flat) + intervals_bytes(flat->ranges) + intern_bytes(&flat->records) +
           intern_bytes(&flat->names);
}

size_t flat_networks(const struct flat *flat)
{
    return flat->networks;
}

static const void *find(const struct flat *flat, const struct ip *ip, size_t len)
{
    uint32_t value = intervals_find(flat->ranges, ip);
    return value ? flat->records.block + (size_t)(value - 1) * len : NULL;
}

const struct flat_city *flat_city(const struct flat *flat, const struct ip *ip)
{
    return find(flat, ip, sizeof(struct flat_city));
}

const struct flat_as *flat_as(const struct flat *flat, const struct ip *ip)
{
    return find(flat, ip, sizeof(struct flat_as));
}

const char *flat_text(const struct flat *flat, uint32_t name)
{
    return intern_at(&flat->names, name);
}
