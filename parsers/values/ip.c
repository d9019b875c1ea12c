/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses: text to 16 bytes and back, in plain integer steps. Strict readers take what inet_pton
 * takes (held together by a fuzz target); the lenient one for logs only takes things off around an
 * address before it calls them. Canonical text is RFC 5952.
 */
#include "parsers/values/ip.h"

#include "parsers/values/text.h"

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/* Four numbers of 0 to 255 without leading zeros; takes all of [at, end). */
static bool read_v4(const char *at, const char *end, uint8_t ret[static 4])
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        const char *first = at, *stop = end - at > 3 ? at + 3 : end;
        unsigned value = 0, digit;
        for (; at < stop && (digit = (unsigned char)(*at - '0')) < 10; at++)
            value = value * 10 + digit;
        if (at == first || value > 255 || (at - first > 1 && *first == '0'))
            return false;
        ret[i] = (uint8_t)value;
    }
    return at == end;
}

/* The value of each hexadecimal digit plus one, 0 for every other byte: a table, because the digits
 * of an address come in no order that a branch could learn. */
static const uint8_t hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* Up to four hexadecimal digits; returns where they end. */
static const char *read_group(const char *at, const char *end, unsigned *ret)
{
    const char *stop = end - at > 4 ? at + 4 : end;
    unsigned value = 0, digit;
    for (; at < stop && (digit = hex_values[(unsigned char)*at]) != 0; at++)
        value = value << 4 | (digit - 1);
    *ret = value;
    return at;
}

/* Groups between colons, one "::" for one group of zeros or more, at the end perhaps dotted IPv4.
 * The bytes before "::" are filled from the left, those after it moved to the right end at last. */
static bool read_v6(const char *at, const char *end, uint8_t ret[static 16])
{
    uint8_t bytes[16] = {0};
    int n = 0, gap = -1;
    if (end - at < 2 || (*at == ':' && at[1] != ':'))
        return false;
    if (*at == ':') {
        gap = 0;
        at += 2;
    }
    while (at < end) {
        unsigned group;
        const char *stop = read_group(at, end, &group);
        if (stop < end && *stop == '.') {
            if (n > 12 || !read_v4(at, end, bytes + n))
                return false;
            n += 4;
            break;
        }
        if (stop == at || n > 14)
            return false;
        bytes[n++] = (uint8_t)(group >> 8);
        bytes[n++] = (uint8_t)group;
        at = stop;
        if (at == end)
            break;
        if (*at++ != ':' || at == end)
            return false;
        if (*at == ':') {
            if (gap >= 0)
                return false;
            gap = n;
            at++;
        }
    }
    if (gap < 0 ? n != 16 : n > 14)
        return false;
    memset(ret, 0, 16);
    int head = gap < 0 ? 16 : gap;
    memcpy(ret, bytes, (size_t)head);
    memcpy(ret + 16 - (n - head), bytes + head, (size_t)(n - head));
    return true;
}

bool ip_parse(struct slice text, struct ip *ret_ip)
{
    if (text.len == 0 || text.len >= IP_TEXT_MAX)
        return false;
    const char *end = text.ptr + text.len;
    /* What ends the first number tells the family. */
    size_t look = 0;
    while (look < text.len && look < 4 && text.ptr[look] != '.' && text.ptr[look] != ':')
        look++;
    struct ip ip;
    bool read;
    if (look < text.len && text.ptr[look] == '.') {
        memcpy(ip.bytes, mapped, sizeof mapped);
        read = read_v4(text.ptr, end, ip.bytes + 12);
    } else {
        read = read_v6(text.ptr, end, ip.bytes);
    }
    if (read)
        *ret_ip = ip;
    return read;
}

/* A port after an address: digits only. Numbers outside 1 to 65535 are as good as not recorded. */
static bool read_port(struct slice text, uint16_t *ret_port)
{
    unsigned value = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)(text.ptr[i] - '0');
        if (digit > 9)
            return false;
        value = value > UINT16_MAX ? value : value * 10 + digit;
    }
    *ret_port = value <= UINT16_MAX ? (uint16_t)value : 0;
    return text.len > 0;
}

static const char *find(struct slice text, char c)
{
    return text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;
}

static struct slice before(struct slice text, const char *at)
{
    return (struct slice){text.ptr, (size_t)(at - text.ptr)};
}

static struct slice after(struct slice text, const char *at)
{
    return (struct slice){at + 1, text.len - (size_t)(at + 1 - text.ptr)};
}

/* An address, or IPv6 with a zone id, which names an interface of the machine that wrote the log.
 */
static bool parse_zoned(struct slice text, struct ip *ret_ip)
{
    const char *percent = find(text, '%');
    if (!percent)
        return ip_parse(text, ret_ip);
    struct slice address = before(text, percent);
    return after(text, percent).len > 0 && find(address, ':') && ip_parse(address, ret_ip);
}

/* Takes ":51234" off, where it can only be a port: after a bracket, or when there is one colon. */
static bool parse_with_port(struct slice text, struct ip *ret_ip, uint16_t *ret_port)
{
    struct slice address = text, port = {0};
    const char *colon = find(text, ':');
    if (text.len > 0 && text.ptr[0] == '[') {
        const char *close = find(text, ']');
        if (!close)
            return false;
        address = after(before(text, close), text.ptr);
        port = after(text, close);
        if (port.len > 0 && port.ptr[0] != ':')
            return false;
        colon = port.len > 0 ? port.ptr : NULL;
    } else if (colon && !find(after(text, colon), ':')) {
        address = before(text, colon);
    } else {
        colon = NULL;
    }
    uint16_t number = 0;
    if (colon && !read_port(after(text, colon), &number))
        return false;
    *ret_port = number;
    return parse_zoned(address, ret_ip);
}

/* 0.0.0.0, ::, 255.255.255.255: recorders' way to say that they do not know. */
static bool says_nothing(const struct ip *ip)
{
    static const uint8_t ends[2][4] = {{0, 0, 0, 0}, {255, 255, 255, 255}};
    static const struct ip zero = {{0}};
    if (!ip_is_v4(ip))
        return ip_equal(ip, &zero);
    return memcmp(ip->bytes + 12, ends[0], 4) == 0 || memcmp(ip->bytes + 12, ends[1], 4) == 0;
}

bool ip_parse_logged(struct slice text, struct ip *ret_ip, uint16_t *ret_port)
{
    const char *comma = find(text, ',');
    struct slice one = text_trim(comma ? before(text, comma) : text);
    struct ip ip;
    uint16_t port;
    if (!parse_with_port(one, &ip, &port) || says_nothing(&ip))
        return false;
    *ret_ip = ip;
    *ret_port = port;
    return true;
}

/* One byte as decimal text without leading zeros. */
static char *put_decimal(char *to, unsigned value)
{
    if (value >= 100)
        *to++ = (char)('0' + value / 100);
    if (value >= 10)
        *to++ = (char)('0' + value / 10 % 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

static char *put_group(char *to, unsigned value)
{
    static const char digits[] = "0123456789abcdef";
    for (int shift = 12; shift >= 0; shift -= 4)
        if (value >> shift || shift == 0)
            *to++ = digits[value >> shift & 15];
    return to;
}

static unsigned group_of(const struct ip *ip, int i)
{
    return (unsigned)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

/* The longest run of two zero groups or more, the first of equals; length 0 where there is none. */
static int longest_zeros(const struct ip *ip, int *ret_start)
{
    int best = 1, start = -1;
    for (int i = 0, run = 0; i < 8; i++) {
        run = group_of(ip, i) == 0 ? run + 1 : 0;
        if (run <= best)
            continue;
        best = run;
        start = i - run + 1;
    }
    *ret_start = start;
    return start < 0 ? 0 : best;
}

size_t ip_format(const struct ip *ip, char text[static IP_TEXT_MAX])
{
    char *at = text;
    if (ip_is_v4(ip)) {
        for (int i = 12; i < 16; i++) {
            at = put_decimal(at, ip->bytes[i]);
            *at++ = '.';
        }
        *--at = '\0';
        return (size_t)(at - text);
    }
    int start, length = longest_zeros(ip, &start);
    for (int i = 0; i < 8; i++) {
        if (i == start) {
            *at++ = ':';
            i += length - 1;
            if (i == 7)
                *at++ = ':';
            continue;
        }
        if (i > 0)
            *at++ = ':';
        at = put_group(at, group_of(ip, i));
    }
    *at = '\0';
    return (size_t)(at - text);
}

bool ip_is_v4(const struct ip *ip)
{
    return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
