/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks: "203.0.113.0/24" to an address and a length and back, and the networks every program
 * knows by heart (IANA special-purpose registries, RFC 6890 and its successors). Declared in
 * parsers/values/ip.h with the addresses.
 */
#include "parsers/values/ip.h"

#include <assert.h>

enum { V4_BITS = 96 }; /* where the IPv4 address begins in the 128-bit form */

struct prefix ip_network(const struct ip *ip, unsigned bits)
{
    assert(bits <= 128);
    struct prefix network = {.bits = (uint8_t)bits};
    memcpy(network.ip.bytes, ip->bytes, bits / 8);
    if (bits % 8 != 0)
        network.ip.bytes[bits / 8] = (uint8_t)(ip->bytes[bits / 8] & 0xFF00 >> bits % 8);
    return network;
}

bool prefix_contains(const struct prefix *prefix, const struct ip *ip)
{
    unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;
    if (memcmp(prefix->ip.bytes, ip->bytes, whole) != 0)
        return false;
    return rest == 0 || ((prefix->ip.bytes[whole] ^ ip->bytes[whole]) & 0xFF00 >> rest) == 0;
}

/* The number after the slash: digits without leading zeros, at most `max`. */
static bool read_bits(struct slice text, unsigned max, unsigned *ret_bits)
{
    unsigned value = 0;
    if (text.len == 0 || text.len > 3 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)(text.ptr[i] - '0');
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *ret_bits = value;
    return value <= max;
}

bool prefix_parse(struct slice text, struct prefix *ret_prefix, const char **ret_error)
{
    const char *slash = text.len > 0 ? memchr(text.ptr, '/', text.len) : NULL;
    size_t address_n = slash ? (size_t)(slash - text.ptr) : text.len;
    struct ip ip;
    *ret_error = NULL;
    if (!ip_parse((struct slice){text.ptr, address_n}, &ip)) {
        *ret_error = "not an IPv4 or IPv6 address";
        return false;
    }
    /* ::ffff:203.0.113.0/120 counts its bits as IPv6 does, though it means IPv4. */
    bool v4 = address_n > 0 && !memchr(text.ptr, ':', address_n);
    unsigned bits = v4 ? 32 : 128;
    if (slash && !read_bits((struct slice){slash + 1, text.len - address_n - 1}, bits, &bits)) {
        *ret_error = v4 ? "the prefix length of an IPv4 network is a number from 0 to 32"
                        : "the prefix length of an IPv6 network is a number from 0 to 128";
        return false;
    }
    struct prefix network = ip_network(&ip, v4 ? V4_BITS + bits : bits);
    if (!ip_equal(&network.ip, &ip)) {
        *ret_error = "the address has bits set after the prefix";
        return false;
    }
    *ret_prefix = network;
    return true;
}

size_t prefix_format(const struct prefix *prefix, char text[static PREFIX_TEXT_MAX])
{
    size_t n = ip_format(&prefix->ip, text);
    unsigned bits = prefix->bits;
    if (ip_is_v4(&prefix->ip) && bits >= V4_BITS)
        bits -= V4_BITS;
    text[n++] = '/';
    if (bits >= 100)
        text[n++] = (char)('0' + bits / 100);
    if (bits >= 10)
        text[n++] = (char)('0' + bits / 10 % 10);
    text[n++] = (char)('0' + bits % 10);
    text[n] = '\0';
    return n;
}

static uint32_t v4_of(const struct ip *ip)
{
    const uint8_t *b = ip->bytes + 12;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool v4_is_special(uint32_t address)
{
    static const struct {
        uint32_t network;
        unsigned bits;
    } special[] = {
        {0x00000000, 8},  /* this network */
        {0x0A000000, 8},  /* private */
        {0x64400000, 10}, /* shared between carrier and customers */
        {0x7F000000, 8},  /* loopback */
        {0xA9FE0000, 16}, /* link-local */
        {0xAC100000, 12}, /* private */
        {0xC0000000, 24}, /* protocol assignments */
        {0xC0000200, 24}, /* documentation */
        {0xC0A80000, 16}, /* private */
        {0xC6120000, 15}, /* benchmarking */
        {0xC6336400, 24}, /* documentation */
        {0xCB007100, 24}, /* documentation */
        {0xE0000000, 3},  /* multicast, reserved, broadcast */
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if ((address ^ special[i].network) >> (32 - special[i].bits) == 0)
            return true;
    return false;
}

static bool v6_is_special(const struct ip *ip)
{
    static const struct {
        uint64_t network; /* the upper 64 bits */
        unsigned bits;
    } special[] = {
        {0x0000000000000000, 64}, /* unspecified, loopback, IPv4-compatible */
        {0x0100000000000000, 64}, /* discard */
        {0x2001001000000000, 28}, /* ORCHID */
        {0x2001002000000000, 28}, /* ORCHIDv2 */
        {0x20010db800000000, 32}, /* documentation */
        {0x3fff000000000000, 20}, /* documentation */
        {0xfc00000000000000, 7},  /* unique local */
        {0xfe80000000000000, 9},  /* link-local, and the site-local of old */
        {0xff00000000000000, 8},  /* multicast */
    };
    uint64_t upper = 0;
    for (int i = 0; i < 8; i++)
        upper = upper << 8 | ip->bytes[i];
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if ((upper ^ special[i].network) >> (64 - special[i].bits) == 0)
            return true;
    return false;
}

bool ip_is_special(const struct ip *ip)
{
    return ip_is_v4(ip) ? v4_is_special(v4_of(ip)) : v6_is_special(ip);
}

struct ip ip_embedded(const struct ip *ip)
{
    static const struct prefix six_to_four = {{{0x20, 0x02}}, 16};       /* RFC 3056 */
    static const struct prefix teredo = {{{0x20, 0x01}}, 32};            /* RFC 4380 */
    static const struct prefix nat64 = {{{0x00, 0x64, 0xFF, 0x9B}}, 96}; /* RFC 6052 */
    struct ip v4 = {{[10] = 0xFF, [11] = 0xFF}};
    if (prefix_contains(&six_to_four, ip)) {
        memcpy(v4.bytes + 12, ip->bytes + 2, 4);
        return v4;
    }
    if (prefix_contains(&nat64, ip)) {
        memcpy(v4.bytes + 12, ip->bytes + 12, 4);
        return v4;
    }
    if (!prefix_contains(&teredo, ip))
        return *ip;
    for (int i = 12; i < 16; i++) /* the client's address, written inverted */
        v4.bytes[i] = (uint8_t)~ip->bytes[i];
    return v4;
}
