/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the tables: tab-separated fields, `#` begins a comment line. Rows may be in any order;
 * they are sorted for the look-up. A row that is not understood is an error with its line, never
 * skipped: a class that silently does not apply would look like a quiet night.
 */
#include "geoip/facts.h"

#include "geoip/intervals.h"
#include "geoip/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct as_class {
    uint32_t asn;
    uint32_t network; /* enum network_class */
};

struct facts {
    struct country *countries;
    size_t countries_n;
    struct as_class *classes;
    size_t classes_n;
    struct intervals *prefixes; /* to 1 + enum network_class */
};

/* One row being read: its fields are cut off the front one by one. */
struct row {
    struct slice rest;
    struct diag_place at;
    struct diag *diag;
};

static struct slice next_field(struct row *row)
{
    const char *tab = row->rest.len ? memchr(row->rest.ptr, '\t', row->rest.len) : NULL;
    struct slice field = row->rest;
    if (tab)
        field.len = (size_t)(tab - field.ptr);
    size_t taken = tab ? field.len + 1 : field.len;
    row->rest.ptr += taken;
    row->rest.len -= taken;
    row->at.column += (unsigned)taken;
    return field;
}

/* A whole number between the limits, told to diag if it is not. */
static bool next_number(struct row *row, const char *what, long min, long max, long *ret_n)
{
    struct diag_place at = row->at;
    struct slice field = next_field(row);
    bool negative = field.len && field.ptr[0] == '-';
    long n = 0;
    bool good = field.len > negative && field.len <= 11;
    for (size_t i = negative; good && i < field.len; i++) {
        good = field.ptr[i] >= '0' && field.ptr[i] <= '9';
        n = n * 10 + (field.ptr[i] - '0');
    }
    n = negative ? -n : n;
    if (!good || n < min || n > max) {
        diag_error(row->diag, at, "bad %s; expected a whole number from %ld to %ld", what, min,
                   max);
        return false;
    }
    *ret_n = n;
    return true;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool read_country(struct row *row, void *ret_item)
{
    struct diag_place at = row->at;
    struct slice code = next_field(row);
    long lat, lon, radius;
    if (code.len != 2 || !is_upper(code.ptr[0]) || !is_upper(code.ptr[1])) {
        diag_error(row->diag, at, "bad country; expected two capital letters");
        return false;
    }
    if (!next_number(row, "latitude", -9000, 9000, &lat) ||
        !next_number(row, "longitude", -18000, 18000, &lon) ||
        !next_number(row, "radius", 0, 20000, &radius))
        return false;
    struct country country = {.code = {code.ptr[0], code.ptr[1]},
                              .lat_e6 = (int32_t)lat * 10000,
                              .lon_e6 = (int32_t)lon * 10000,
                              .radius_km = (uint16_t)radius};
    memcpy(ret_item, &country, sizeof(country));
    return true;
}

static bool next_class(struct row *row, uint32_t *ret_network)
{
    struct diag_place at = row->at;
    struct slice name = next_field(row);
    for (uint32_t i = 0; i < NETWORK_N; i++)
        if (i != NETWORK_OFFICE && slice_equal(name, slice_of(network_class_name(i)))) {
            *ret_network = i;
            return true;
        }
    diag_error(row->diag, at,
               "unknown network class; expected isp, mobile, hosting, vpn, relay, sase, "
               "satellite, backend or unknown");
    return false;
}

static bool read_class(struct row *row, void *ret_item)
{
    long asn;
    uint32_t network;
    if (!next_number(row, "AS number", 1, UINT32_MAX, &asn) || !next_class(row, &network))
        return false;
    memcpy(ret_item, &(struct as_class){(uint32_t)asn, network}, sizeof(struct as_class));
    return true;
}

struct prefix_class {
    struct prefix prefix;
    uint32_t network;
};

static bool read_prefix(struct row *row, void *ret_item)
{
    struct diag_place at = row->at;
    struct prefix_class item;
    const char *error;
    if (!prefix_parse(next_field(row), &item.prefix, &error)) {
        diag_error(row->diag, at, "bad prefix; %s", error);
        return false;
    }
    if (!next_class(row, &item.network))
        return false;
    memcpy(ret_item, &item, sizeof(item));
    return true;
}

/* Reads all rows into an array; what cannot be read is in diag. */
static void *read_rows(const char *file, struct slice text, size_t item_bytes,
                       bool (*read)(struct row *, void *), struct diag *diag, size_t *ret_n)
{
    size_t n = 0, cap = 0;
    char *items = NULL;
    struct slice line;
    for (unsigned number = 1; lines_next(&text, &line); number++) {
        struct row row = {.rest = line, .at = {file, number, 1}, .diag = diag};
        if (lines_trim(line, NULL).len == 0 || line.ptr[0] == '#')
            continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 256;
            char *more = cap <= FACTS_ROWS_MAX ? reallocarray(items, cap, item_bytes) : NULL;
            if (!more) {
                diag_error(diag, row.at, "too many rows");
                break;
            }
            items = more;
        }
        n += read(&row, items + n * item_bytes);
    }
    *ret_n = n;
    return items;
}

/* NULL: out of memory, or a bad row, told to diag. */
static struct intervals *read_prefixes(struct diag *diag)
{
    size_t n = 0;
    struct prefix_class *items =
        read_rows("geoip/data/network-prefixes.tsv (built in)", facts_prefixes_text(),
                  sizeof(struct prefix_class), read_prefix, diag, &n);
    struct intervals *prefixes = intervals_new();
    int rc = prefixes ? 0 : -ENOMEM;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = intervals_add(prefixes, &items[i].prefix, items[i].network + 1);
    free(items);
    if (rc == 0)
        rc = intervals_freeze(prefixes, NULL, NULL);
    if (rc == 0)
        return prefixes;
    diag_error(diag, (struct diag_place){0}, "out of memory");
    intervals_free(prefixes);
    return NULL;
}

static int country_compare(const void *a, const void *b)
{
    return memcmp(((const struct country *)a)->code, ((const struct country *)b)->code, 2);
}

static int class_compare(const void *a, const void *b)
{
    uint32_t x = ((const struct as_class *)a)->asn, y = ((const struct as_class *)b)->asn;
    return (x > y) - (x < y);
}

struct facts *facts_new(const char *asn_classes, struct diag *diag)
{
    static const char countries_name[] = "geoip/data/countries.tsv (built in)";
    static const char classes_name[] = "geoip/data/asn-classes.tsv (built in)";
    size_t errors = diag_errors(diag);
    struct slice text = facts_asn_classes_text();
    if (asn_classes && lines_load(asn_classes, diag, &text))
        return NULL;
    struct facts *facts = calloc(1, sizeof(*facts));
    if (facts) {
        facts->countries = read_rows(countries_name, facts_countries_text(), sizeof(struct country),
                                     read_country, diag, &facts->countries_n);
        if (asn_classes)
            diag_source(diag, asn_classes, text.ptr, text.len);
        facts->classes = read_rows(asn_classes ? asn_classes : classes_name, text,
                                   sizeof(struct as_class), read_class, diag, &facts->classes_n);
        facts->prefixes = read_prefixes(diag);
    } else {
        diag_error(diag, (struct diag_place){0}, "out of memory");
    }
    if (asn_classes)
        free((void *)(uintptr_t)text.ptr);
    if (diag_errors(diag) > errors) {
        facts_free(facts);
        return NULL;
    }
    if (facts->countries_n)
        qsort(facts->countries, facts->countries_n, sizeof(struct country), country_compare);
    if (facts->classes_n)
        qsort(facts->classes, facts->classes_n, sizeof(struct as_class), class_compare);
    return facts;
}

void facts_free(struct facts *facts)
{
    if (!facts)
        return;
    free(facts->countries);
    free(facts->classes);
    intervals_free(facts->prefixes);
    free(facts);
}

const struct country *facts_country(const struct facts *facts, const char code[static 2])
{
    struct country key = {.code = {code[0], code[1]}};
    return bsearch(&key, facts->countries, facts->countries_n, sizeof(key), country_compare);
}

enum network_class facts_class(const struct facts *facts, uint32_t asn)
{
    struct as_class key = {.asn = asn};
    const struct as_class *found =
        facts->classes_n
            ? bsearch(&key, facts->classes, facts->classes_n, sizeof(key), class_compare)
            : NULL;
    return found ? (enum network_class)found->network : NETWORK_UNKNOWN;
}

enum network_class facts_prefix_class(const struct facts *facts, const struct ip *ip)
{
    uint32_t value = intervals_find(facts->prefixes, ip);
    return value ? (enum network_class)(value - 1) : NETWORK_UNKNOWN;
}

size_t facts_bytes(const struct facts *facts)
{
    return sizeof(*facts) + facts->countries_n * sizeof(struct country) +
           facts->classes_n * sizeof(struct as_class) + intervals_bytes(facts->prefixes);
}
