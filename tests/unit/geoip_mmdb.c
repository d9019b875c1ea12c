/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases: both schemas, one file for each family, every network compared with the library's own
 * answer, and damaged files, which must be refused with the file's name and a reason.
 */
#include "geoip/facts.h"
#include "geoip/flat.h"
#include "geoip/mmdb.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DATA   "tests/data/geoip/"
#define CORPUS "../shared/corpus/maxmind-db/"

/* libmaxminddb 1.7.1 keeps some kilobytes when the metadata's lists are damaged; seen once per
 * refused file, at start or reload. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb";
}

static struct ip ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(slice_of(text), &ip));
    return ip;
}

static struct flat *load(const char *file, enum flat_kind kind, struct facts **ret_facts)
{
    struct diag *diag = diag_new();
    *ret_facts = facts_new(NULL, diag);
    assert_non_null(*ret_facts);
    struct flat *flat = flat_load(file, kind, *ret_facts, diag);
    char *text = diag_render(diag);
    if (!flat)
        print_message("%s", text);
    free(text);
    diag_free(diag);
    assert_non_null(flat);
    return flat;
}

/* Refused, with the file named and `why` in the text ("" for any reason). */
static void refuse(const char *file, enum flat_kind kind, const char *why)
{
    struct diag *diag = diag_new();
    struct facts *facts = facts_new(NULL, diag);
    struct flat *flat = flat_load(file, kind, facts, diag);
    char *text = diag_render(diag);
    assert_non_null(text);
    if (flat || diag_errors(diag) != 1 || !strstr(text, file) || !strstr(text, why)) {
        print_message("%s: expected \"%s\", got:\n%s", file, why, text);
        fail();
    }
    free(text);
    facts_free(facts);
    diag_free(diag);
}

static void expect_city(const struct flat *flat, const char *address, const char *country,
                        const char *city, int32_t lat_e6, int32_t lon_e6, unsigned radius_km)
{
    struct ip ip = ip_of(address);
    const struct flat_city *found = flat_city(flat, &ip);
    assert_non_null(found);
    assert_memory_equal(found->country, country, 2);
    assert_string_equal(flat_text(flat, found->city), city);
    assert_true(found->known);
    assert_int_equal(found->city_level, city[0] != '\0');
    assert_int_equal(found->lat_e6, lat_e6);
    assert_int_equal(found->lon_e6, lon_e6);
    assert_int_equal(found->radius_km, radius_km);
}

static void expect_nothing(const struct flat *flat, const char *address)
{
    struct ip ip = ip_of(address);
    assert_null(flat_city(flat, &ip));
}

static void test_maxmind_schema(void **state)
{
    (void)state;
    struct facts *facts;
    struct flat *flat = load(DATA "city-maxmind.mmdb", FLAT_CITY, &facts);
    expect_city(flat, "81.2.69.0", "GB", "London", 51514200, -93100, 10);
    expect_city(flat, "81.2.69.255", "GB", "London", 51514200, -93100, 10);
    expect_city(flat, "89.160.20.112", "SE", "Linköping", 58416700, 15616700, 76);
    expect_city(flat, "67.43.156.1", "BT", "", 27500000, 90500000, 534);
    expect_city(flat, "2a02:ffc0::1", "GI", "", 36133300, -5350000, 250); /* given 100: a country */
    expect_city(flat, "2400:1010:ffff::", "JP", "Tokyo", 35689500, 139691700, 20);
    expect_city(flat, "103.100.96.7", "US", "", 39830000, -98580000, 1769); /* country only */
    expect_nothing(flat, "81.2.68.255");
    expect_nothing(flat, "81.2.70.0");
    expect_nothing(flat, "2400:1011::");
    expect_nothing(flat, "2002:5102:4500::"); /* the alias is not a place of its own */
    struct ip ip = ip_of("81.2.69.1");
    assert_string_equal(flat_text(flat, flat_city(flat, &ip)->region), "England");
    assert_true(flat_bytes(flat) > 0);
    flat_free(flat);
    facts_free(facts);
}

static void test_flat_schema(void **state)
{
    (void)state;
    struct facts *facts;
    struct flat *flat = load(DATA "city-flat-v4.mmdb", FLAT_CITY, &facts); /* single precision */
    expect_city(flat, "81.2.69.7", "GB", "London", 51514200, -93100, 0);
    expect_city(flat, "103.60.255.255", "BR", "São Paulo", -23547500, -46636100, 0);
    expect_city(flat, "67.43.156.1", "BT", "", 27500000, 90500000,
                250); /* no radius: the country */
    expect_nothing(flat, "2400:1010::1");
    flat_free(flat);
    facts_free(facts);
    flat = load(DATA "city-flat-v6.mmdb", FLAT_CITY, &facts); /* coordinates as text */
    expect_city(flat, "2600:1030::1", "US", "New York", 40714300, -74006000, 0);
    expect_nothing(flat, "81.2.69.7");
    flat_free(flat);
    facts_free(facts);
}

static void test_as(void **state)
{
    (void)state;
    struct facts *facts;
    struct flat *flat = load(DATA "asn.mmdb", FLAT_AS, &facts);
    struct ip aws = ip_of("103.100.0.1"), lshiy = ip_of("2a0a:d683::1"), none = ip_of("9.9.9.9");
    assert_int_equal(flat_as(flat, &aws)->asn, 16509);
    assert_int_equal(flat_as(flat, &aws)->network, NETWORK_HOSTING);
    assert_string_equal(flat_text(flat, flat_as(flat, &lshiy)->name), "LSHIY LLC");
    assert_null(flat_as(flat, &none));
    flat_free(flat);
    facts_free(facts);
}

/* --- every network against the library ----------------------------------------------------------
 */

struct checking {
    struct mmdb *mmdb;
    struct flat *flat;
    struct diag *diag;
    enum flat_kind kind;
    size_t n;
};

static int check(void *ctx, const struct prefix *prefix, uint32_t record)
{
    struct checking *in = ctx;
    uint32_t found = 0;
    assert_true(mmdb_find(in->mmdb, &prefix->ip, &found));
    assert_int_equal(found, record);
    if (in->kind == FLAT_AS) {
        struct mmdb_as as;
        assert_int_equal(mmdb_as(in->mmdb, record, in->diag, &as), 0);
        assert_int_equal(flat_as(in->flat, &prefix->ip)->asn, as.asn);
    } else {
        struct mmdb_city city;
        const struct flat_city *ours = flat_city(in->flat, &prefix->ip);
        assert_int_equal(mmdb_city(in->mmdb, record, in->diag, &city), 0);
        assert_true(slice_equal(slice_of(flat_text(in->flat, ours->city)), city.city));
        assert_memory_equal(ours->country, city.country, 2);
        if (ours->city_level)
            assert_int_equal(ours->lat_e6, city.lat_e6);
    }
    in->n++;
    return 0;
}

static void check_all(const char *file, enum flat_kind kind, size_t at_least)
{
    struct facts *facts;
    struct checking in = {.kind = kind, .diag = diag_new()};
    in.flat = load(file, kind, &facts);
    in.mmdb = mmdb_open(file, in.diag);
    assert_non_null(in.mmdb);
    assert_int_equal(mmdb_walk(in.mmdb, in.diag, check, &in), 0);
    assert_true(in.n >= at_least);
    assert_int_equal(in.n, flat_networks(in.flat));
    mmdb_close(in.mmdb);
    flat_free(in.flat);
    facts_free(facts);
    diag_free(in.diag);
}

static void test_every_network(void **state)
{
    (void)state;
    check_all(DATA "city-maxmind.mmdb", FLAT_CITY, 31);
    check_all(DATA "city-flat-v4.mmdb", FLAT_CITY, 25);
    check_all(DATA "city-flat-v6.mmdb", FLAT_CITY, 5);
    check_all(DATA "asn.mmdb", FLAT_AS, 31);
}

/* Third-party databases, read where they are present. */
static void test_published_databases(void **state)
{
    (void)state;
    if (access(CORPUS "test-data", R_OK) != 0)
        skip();
    check_all(CORPUS "test-data/GeoLite2-City-Test.mmdb", FLAT_CITY, 200);
    check_all(CORPUS "test-data/GeoLite2-Country-Test.mmdb", FLAT_CITY, 200);
    check_all(CORPUS "test-data/GeoLite2-ASN-Test.mmdb", FLAT_AS, 200);
    struct facts *facts;
    struct flat *flat = load(CORPUS "test-data/GeoLite2-City-Test.mmdb", FLAT_CITY, &facts);
    expect_city(flat, "81.2.69.160", "GB", "London", 51514200, -93100, 100);
    flat_free(flat);
    facts_free(facts);
    refuse(CORPUS "test-data/GeoIP2-City-Test-Broken-Double-Format.mmdb", FLAT_CITY, "is damaged");
    refuse(CORPUS "test-data/GeoLite2-ASN-Test.mmdb", FLAT_CITY, "holds no places");
    refuse(CORPUS "test-data/GeoLite2-City-Test.mmdb", FLAT_AS, "holds no autonomous systems");
    refuse(CORPUS "test-data/GeoIP2-Connection-Type-Test.mmdb", FLAT_CITY, "Connection-Type");
    refuse(CORPUS "bad-data/libmaxminddb-corrupt-search-tree.mmdb", FLAT_CITY, "");
    refuse(CORPUS "bad-data/cyclic-data-structure.mmdb", FLAT_CITY, "");
    refuse(CORPUS "bad-data/invalid-string-length.mmdb", FLAT_CITY, "");
    refuse(CORPUS "test-data/MaxMind-DB-test-broken-pointers-24.mmdb", FLAT_CITY, "");
}

/* --- damage -------------------------------------------------------------------------------------
 */

static size_t read_all(const char *file, unsigned char *to, size_t max)
{
    FILE *in = fopen(file, "rb");
    assert_non_null(in);
    size_t n = fread(to, 1, max, in);
    fclose(in);
    assert_true(n > 0 && n < max);
    return n;
}

static void write_all(int fd, const unsigned char *from, size_t n)
{
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(pwrite(fd, from, n, 0), n);
}

static void test_not_a_database(void **state)
{
    (void)state;
    refuse("/nonexistent/city.mmdb", FLAT_CITY, "cannot be opened");
    refuse("tests/data", FLAT_CITY, "is not a regular file");
    refuse(DATA "networks.json", FLAT_CITY, "cannot be read as a MaxMind DB file");
    int fd = memfd_create("empty", 0);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    refuse(path, FLAT_CITY, "is empty");
    close(fd);
}

/* A file cut anywhere has lost its metadata, which is at the end. */
static void test_truncated(void **state)
{
    (void)state;
    static unsigned char bytes[65536];
    size_t n = read_all(DATA "city-maxmind.mmdb", bytes, sizeof(bytes));
    int fd = memfd_create("truncated", 0);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    for (size_t cut = 1; cut < n; cut += cut + 512 < n ? 61 : 1) {
        write_all(fd, bytes, cut);
        refuse(path, FLAT_CITY, "");
    }
    close(fd);
}

/* One flipped bit may only change a letter; the rest must be refused, and nothing may crash. */
static void test_flipped_bits(void **state)
{
    (void)state;
    static unsigned char bytes[65536];
    size_t n = read_all(DATA "city-maxmind.mmdb", bytes, sizeof(bytes)), refused = 0;
    int fd = memfd_create("flipped", 0);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct diag *none = diag_new();
    struct facts *facts = facts_new(NULL, none);
    for (size_t bit = 0; bit < n * 8; bit += 7) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        write_all(fd, bytes, n);
        struct diag *diag = diag_new();
        struct flat *flat = flat_load(path, FLAT_CITY, facts, diag);
        assert_true((flat == NULL) == (diag_errors(diag) == 1));
        refused += flat == NULL;
        flat_free(flat);
        diag_free(diag);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(refused > n * 8 / 7 / 20);
    facts_free(facts);
    diag_free(none);
    close(fd);
}

/* Both records of every node lead to the next one: 2^64 paths in a few bytes. */
static void test_joined_paths(void **state)
{
    (void)state;
    static unsigned char bytes[65536];
    size_t n = read_all(DATA "city-flat-v6.mmdb", bytes, sizeof(bytes));
    for (unsigned node = 0; node < 64; node++)
        for (unsigned side = 0; side < 2; side++)
            memcpy(bytes + node * 6 + side * 3, (unsigned char[]){0, 0, (unsigned char)(node + 1)},
                   3);
    int fd = memfd_create("joined", 0);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    write_all(fd, bytes, n);
    refuse(path, FLAT_CITY, "has a loop or joins");
    bytes[64 * 6 + 2] = bytes[64 * 6 + 5] = 0; /* and now a true loop */
    bytes[64 * 6] = bytes[64 * 6 + 1] = bytes[64 * 6 + 3] = bytes[64 * 6 + 4] = 0;
    write_all(fd, bytes, n);
    refuse(path, FLAT_CITY, "is damaged: the search tree");
    close(fd);
}

/* --- the writer ---------------------------------------------------------------------------------
 */

static void test_writer_reproduces(void **state)
{
    (void)state;
    char folder[] = "/tmp/spoor-mmdb-XXXXXX", command[512];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof(command),
             "python3 tests/setup/mmdb_write.py test-data " DATA "networks.json %s && "
             "for f in " DATA
             "*.mmdb; do cmp $f %s/${f##*/} || exit 1; done; s=$?; rm -r %s; exit $s",
             folder, folder, folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maxmind_schema),
        cmocka_unit_test(test_flat_schema),
        cmocka_unit_test(test_as),
        cmocka_unit_test(test_every_network),
        cmocka_unit_test(test_published_databases),
        cmocka_unit_test(test_not_a_database),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_joined_paths),
        cmocka_unit_test(test_writer_reproduces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
