/* SPDX-License-Identifier: Apache-2.0
 *
 * A million random prefixes, half IPv4, half IPv6, nested ones among them: bytes a prefix and ns a
 * look-up, beside the naive way in the same run: for each length in use, from the longest, a binary
 * search among the sorted prefixes of that length.
 */
#include "geoip/networks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EACH = 500000, ADDRESSES = 1 << 20, ROUNDS = 5, SETS = 16, BYTES_MAX = 32 };

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

static struct ip random_ip(bool v4)
{
    struct ip ip = {{0}};
    uint64_t r[2] = {next(), next()};
    memcpy(ip.bytes, r, 16);
    if (v4)
        memcpy(ip.bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    else
        ip.bytes[0] = 0x20 | (ip.bytes[0] & 0x1f);
    return ip;
}

/* /12 to /32 and /16 to /64, a tenth of the IPv6 ones longer; the longer, the more. Every fourth
 * lies in an earlier one. */
static struct prefix random_prefix(bool v4, const struct prefix *earlier, size_t n)
{
    unsigned a = (unsigned)(next() % 25), b = (unsigned)(next() % 25), deep = a > b ? a : b;
    unsigned bits = v4            ? 108 + deep * 5 / 6
                    : next() % 10 ? 16 + deep * 2
                                  : 64 + (unsigned)(next() % 65);
    struct ip ip = random_ip(v4);
    if (n && next() % 4 == 0) {
        const struct prefix *outer = &earlier[next() % n];
        for (unsigned bit = 0; bit < outer->bits; bit++) {
            uint8_t mask = (uint8_t)(0x80 >> bit % 8);
            ip.bytes[bit / 8] =
                (uint8_t)((ip.bytes[bit / 8] & ~mask) | (outer->ip.bytes[bit / 8] & mask));
        }
    }
    return ip_network(&ip, bits);
}

/* --- the naive way ------------------------------------------------------------------------------
 */

struct naive {
    struct ip *ips;
    size_t n;
} naive[129];

static int ip_compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct ip));
}

static void naive_add(const struct prefix *prefix)
{
    struct naive *of = &naive[prefix->bits];
    if ((of->n & (of->n - 1)) == 0)
        of->ips = realloc(of->ips, (of->n ? of->n * 2 : 1) * sizeof(struct ip));
    if (!of->ips)
        abort();
    of->ips[of->n++] = prefix->ip;
}

static unsigned naive_find(const struct ip *ip)
{
    for (unsigned bits = 128; bits > 0; bits--) {
        struct ip key = ip_network(ip, bits).ip;
        if (naive[bits].n && bsearch(&key, naive[bits].ips, naive[bits].n, sizeof(key), ip_compare))
            return bits;
    }
    return 0;
}

int main(void)
{
    struct networks *networks = networks_new();
    struct prefix *prefixes = malloc(2 * EACH * sizeof(*prefixes));
    struct ip *ips = malloc(ADDRESSES * sizeof(*ips));
    if (!networks || !prefixes || !ips)
        return 1;
    for (int set = 0; set < SETS; set++)
        networks_add_set(networks, "bench");
    for (size_t i = 0; i < 2 * EACH; i++) {
        bool v4 = i < EACH;
        size_t start = v4 ? 0 : EACH;
        prefixes[i] = random_prefix(v4, prefixes + start, i - start);
        if (networks_add(networks, (int)(next() % SETS), &prefixes[i]))
            return 1;
        naive_add(&prefixes[i]);
    }
    for (unsigned bits = 0; bits <= 128; bits++)
        if (naive[bits].n)
            qsort(naive[bits].ips, naive[bits].n, sizeof(struct ip), ip_compare);
    double start = now_ns();
    if (networks_freeze(networks))
        return 1;
    double bytes = (double)networks_bytes(networks) / (2.0 * EACH);
    printf("networks: %d prefixes built in %.0f ms, %.1f bytes a prefix\n", 2 * EACH,
           (now_ns() - start) / 1e6, bytes);

    for (int v4 = 1; v4 >= 0; v4--) {
        /* half random, half from a random prefix, so that half of the answers are not "none" */
        for (size_t i = 0; i < ADDRESSES; i++)
            ips[i] = i % 2 ? random_ip(v4) : prefixes[next() % EACH + (v4 ? 0 : EACH)].ip;
        uint64_t sum = 0, slow_sum = 0, dependent = 0;
        double fast = 1e9;
        for (int round = 0; round < ROUNDS; round++) { /* the best: they use the caches too */
            start = now_ns();
            for (size_t i = 0; i < ADDRESSES; i++)
                sum += networks_find(networks, &ips[i], NULL) != 0;
            double ns = (now_ns() - start) / ADDRESSES;
            fast = ns < fast ? ns : fast;
        }
        start = now_ns();
        for (size_t i = 0, at = 0; i < ADDRESSES; i++) {
            uint64_t found = networks_find(networks, &ips[at], NULL);
            dependent += found;
            at = (i * UINT64_C(0x9e3779b1) + (found & 1)) %
                 ADDRESSES; /* the next waits for this one */
        }
        double chain = (now_ns() - start) / ADDRESSES;
        start = now_ns();
        for (size_t i = 0; i < ADDRESSES / 16; i++)
            slow_sum += naive_find(&ips[i]) != 0;
        double slow = (now_ns() - start) / (ADDRESSES / 16);
        printf(
            "networks: IPv%d %.0f ns a look-up (%.0f when each waits for the last), naive %.0f ns: "
            "%.0f times (%llu %llu %llu)\n",
            v4 ? 4 : 6, fast, chain, slow, slow / fast, (unsigned long long)sum,
            (unsigned long long)slow_sum, (unsigned long long)(dependent & 1));
    }
    networks_free(networks);
    free(prefixes);
    free(ips);
    if (bytes > BYTES_MAX) /* memory is no matter of the machine's mood, time is */
        printf("networks: above the limit of %d bytes\n", BYTES_MAX);
    return bytes > BYTES_MAX;
}
