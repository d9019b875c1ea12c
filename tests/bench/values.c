/* SPDX-License-Identifier: Apache-2.0
 *
 * Cost of reading values: our address and time readers beside libc's on the same texts in the same
 * run, best of several rounds each. Compare the ratios; the nanoseconds belong to this machine.
 */
#include "parsers/values/ip.h"
#include "parsers/values/timestamp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

enum { TEXTS = 1024, ROUNDS = 200, TEXT_MAX = 64 };

struct set {
    char text[TEXTS][TEXT_MAX];
    size_t len[TEXTS];
};

static volatile uint64_t sink; /* keeps the results alive */

static uint64_t ours_ip(const struct set *set, int i)
{
    struct ip ip = {{0}};
    ip_parse((struct slice){set->text[i], set->len[i]}, &ip);
    return ip.bytes[15];
}

static uint64_t libc_v4(const struct set *set, int i)
{
    uint8_t bytes[4] = {0};
    inet_pton(AF_INET, set->text[i], bytes);
    return bytes[3];
}

static uint64_t libc_v6(const struct set *set, int i)
{
    uint8_t bytes[16] = {0};
    inet_pton(AF_INET6, set->text[i], bytes);
    return bytes[15];
}

static uint64_t ours_time(const struct set *set, int i)
{
    int64_t ms = 0;
    timestamp_parse((struct slice){set->text[i], set->len[i]}, &ms);
    return (uint64_t)ms;
}

static uint64_t libc_time(const struct set *set, int i)
{
    struct tm tm = {0};
    return strptime(set->text[i], "%Y-%m-%dT%H:%M:%S", &tm) ? (uint64_t)timegm(&tm) : 0;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double best_ns(const struct set *set, uint64_t (*read)(const struct set *, int))
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t sum = 0;
        double start = now_ns();
        for (int i = 0; i < TEXTS; i++)
            sum += read(set, i);
        double ns = (now_ns() - start) / TEXTS;
        sink += sum;
        best = ns < best ? ns : best;
    }
    return best;
}

static void report(const char *what, const char *other, double ours, double libc)
{
    printf("%-22s %7.1f ns   %-16s %7.1f ns   %5.2f times as fast\n", what, ours, other, libc,
           libc / ours);
}

int main(void)
{
    static struct set v4, v6, times;
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < TEXTS; i++) {
        struct ip ip = {{[10] = 0xFF, [11] = 0xFF}};
        for (int k = 12; k < 16; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            ip.bytes[k] = (uint8_t)(seed >> 33);
        }
        v4.len[i] = ip_format(&ip, v4.text[i]);
        ip.bytes[0] = 0x20;
        ip.bytes[1] = 1;
        for (int k = 8; k < 12; k++)
            ip.bytes[k] = (uint8_t)(seed >> (k + 20));
        v6.len[i] = ip_format(&ip, v6.text[i]);
        times.len[i] =
            timestamp_format((int64_t)(946684800000 + seed % 3000000000000), times.text[i]);
    }
    report("ip_parse IPv4", "inet_pton", best_ns(&v4, ours_ip), best_ns(&v4, libc_v4));
    report("ip_parse IPv6", "inet_pton", best_ns(&v6, ours_ip), best_ns(&v6, libc_v6));
    report("timestamp_parse", "strptime+timegm", best_ns(&times, ours_time),
           best_ns(&times, libc_time));
    return 0;
}
