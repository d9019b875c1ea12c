/* SPDX-License-Identifier: Apache-2.0
 *
 * Internet addresses and prefixes. One form for both families: 16 bytes in network order, an IPv4
 * address as ::ffff:a.b.c.d, so that equal addresses are equal bytes. Pure functions, any thread.
 */
#ifndef PARSERS_VALUES_IP_H
#define PARSERS_VALUES_IP_H

#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ip {
    uint8_t bytes[16];
};

/* A network: `bits` counts in the 128-bit form, so 203.0.113.0/24 has 96 + 24 = 120 bits. The bits
 * after the prefix are zero. */
struct prefix {
    struct ip ip;
    uint8_t bits;
};

enum { IP_TEXT_MAX = 46, PREFIX_TEXT_MAX = 50 }; /* with the closing NUL */

/* Reads exactly one IPv4 or IPv6 address, nothing around it. IPv4-mapped IPv6 becomes IPv4. Refuses
 * leading zeros, short forms and zone ids. False leaves *ret_ip unchanged. */
bool ip_parse(struct slice text, struct ip *ret_ip);

/* Reads an address as logs write it: brackets, :port, zone id, the first of a list, in the forms of
 * the table in parsers/README.md. *ret_port is 0 where none is recorded. False for anything else
 * and for 0.0.0.0, :: and 255.255.255.255, which mean "not known"; both outputs are then unchanged.
 */
bool ip_parse_logged(struct slice text, struct ip *ret_ip, uint16_t *ret_port);

/* Reads "a.b.c.d/n", "x::/n" or a bare address (a full-length prefix). Bits set after the prefix
 * are an error: *ret_error then says what is wrong in words; it is NULL on success. */
bool prefix_parse(struct slice text, struct prefix *ret_prefix, const char **ret_error);

/* Writes canonical text (RFC 5952; IPv4 dotted) and the NUL; returns the length. */
size_t ip_format(const struct ip *ip, char text[static IP_TEXT_MAX]);
size_t prefix_format(const struct prefix *prefix, char text[static PREFIX_TEXT_MAX]);

bool ip_is_v4(const struct ip *ip);
bool ip_equal(const struct ip *a, const struct ip *b);

/* Private, loopback, link-local, CGNAT, documentation, multicast: says nothing about a place. */
bool ip_is_special(const struct ip *ip);

/* The address a transition address stands for: 6to4, Teredo and NAT64 give their IPv4 address,
 * anything else itself. */
struct ip ip_embedded(const struct ip *ip);

/* The network of `bits` leading bits around an address (96 + n for an IPv4 /n). */
struct prefix ip_network(const struct ip *ip, unsigned bits);

bool prefix_contains(const struct prefix *prefix, const struct ip *ip);

#endif
