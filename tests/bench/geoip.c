/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases: time to load, memory, ns to enrich an address; beside the library's own look-up with
 * the reading of the record. On the databases of make geoip, or the small ones of the tests without
 * them.
 */
#include "geoip/enrich.h"
#include "geoip/facts.h"
#include "geoip/flat.h"
#include "geoip/mmdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESSES = 1 << 18, ROUNDS = 5 };

static uint64_t seed = 1;

static uint64_t next(void)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = (seed ^ seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Of this process on a processor: others use the machine too. */
static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* 16 to 191.x.x.x and 2a00::/11: mostly addresses that somebody has. */
static struct ip random_ip(bool v4)
{
    struct ip ip = {.bytes = {[10] = 0xff, [11] = 0xff}};
    uint64_t r = next();
    if (v4) {
        ip.bytes[12] = (uint8_t)(16 + r % 176);
        for (int i = 13; i < 16; i++)
            ip.bytes[i] = (uint8_t)(r >> i * 4);
        return ip;
    }
    ip = (struct ip){
        .bytes = {0x2a, (uint8_t)(r % 17), (uint8_t)(r >> 8), (uint8_t)(r >> 16 & 0xc0)}};
    ip.bytes[5] = (uint8_t)(r >> 24);
    return ip;
}

static int fail(struct diag *diag)
{
    char *text = diag_render(diag);
    fputs(text ? text : "out of memory\n", stderr);
    return 1;
}

static double library_ns(const char *file, const struct ip *ips, struct diag *diag)
{
    struct mmdb *mmdb = mmdb_open(file, diag);
    if (!mmdb)
        return 0;
    double start = now_ns();
    for (size_t i = 0; i < ADDRESSES; i++) {
        uint32_t record;
        struct mmdb_city city;
        if (mmdb_find(mmdb, &ips[i], &record))
            mmdb_city(mmdb, record, diag, &city);
    }
    double ns = (now_ns() - start) / ADDRESSES;
    mmdb_close(mmdb);
    return ns;
}

int main(void)
{
    bool full = access("geoip/data/city-v4.mmdb", R_OK) == 0;
    const char *city[] = {full ? "geoip/data/city-v4.mmdb" : "tests/data/geoip/city-flat-v4.mmdb",
                          full ? "geoip/data/city-v6.mmdb" : "tests/data/geoip/city-flat-v6.mmdb"};
    const char *as[] = {full ? "geoip/data/asn.mmdb" : "tests/data/geoip/asn.mmdb"};
    struct enricher_sources sources = {.city = city, .city_n = 2, .asn = as, .asn_n = 1};
    struct diag *diag = diag_new();
    struct networks *networks = networks_new();
    struct ip *ips = malloc(ADDRESSES * sizeof(*ips));
    if (!diag || !networks || !ips || networks_add_set(networks, "trusted") ||
        networks_freeze(networks))
        return 1;
    double start = now_ns();
    struct enricher *enricher = enricher_new(&sources, networks, diag);
    if (!enricher)
        return fail(diag);
    printf("geoip: %s databases loaded in %.2f s, %.1f MiB\n", full ? "full" : "small",
           (now_ns() - start) / 1e9, (double)enricher_bytes(enricher) / (1 << 20));
    struct facts *facts = facts_new(NULL, diag);
    for (int family = 0; family < 3 && facts; family++) {
        start = now_ns();
        struct flat *flat = flat_load(family < 2 ? city[family] : as[0],
                                      family < 2 ? FLAT_CITY : FLAT_AS, facts, diag);
        if (!flat)
            return fail(diag);
        printf("geoip: %s: %zu networks, %.2f s, %.1f MiB\n", family < 2 ? city[family] : as[0],
               flat_networks(flat), (now_ns() - start) / 1e9, (double)flat_bytes(flat) / (1 << 20));
        flat_free(flat);
    }
    facts_free(facts);
    for (int v4 = 1; v4 >= 0; v4--) {
        struct enriched_event out;
        size_t known = 0, systems = 0;
        for (size_t i = 0; i < ADDRESSES; i++)
            ips[i] = random_ip(v4);
        double ns = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            known = systems = 0;
            start = now_ns();
            for (size_t i = 0; i < ADDRESSES; i++) {
                enrich_ip(enricher, &ips[i], &out);
                known += out.place.known;
                systems += out.asn != 0;
            }
            double each = (now_ns() - start) / ADDRESSES;
            ns = each < ns ? each : ns;
        }
        double slow = library_ns(city[!v4], ips, diag);
        printf("geoip: IPv%d %.0f ns to enrich (place, AS, networks; %zu %% placed, %zu %% with "
               "AS); the "
               "library's place alone %.0f ns: %.0f times\n",
               v4 ? 4 : 6, ns, known * 100 / ADDRESSES, systems * 100 / ADDRESSES, slow, slow / ns);
    }
    enricher_free(enricher);
    networks_free(networks);
    diag_free(diag);
    free(ips);
    return 0;
}
