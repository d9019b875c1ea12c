/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz: the strict address reader against inet_pton (same verdict, same bytes), text written and
 * read back, and the lenient and prefix readers for crashes and for what they promise on refusal.
 */
#include "parsers/values/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What libc makes of the same text, in our form. */
static bool reference(struct slice text, struct ip *ret_ip)
{
    char copy[64];
    if (text.len >= sizeof copy || (text.len > 0 && memchr(text.ptr, '\0', text.len)))
        return false;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *ret_ip = (struct ip){{[10] = 0xFF, [11] = 0xFF}};
    return inet_pton(AF_INET, copy, ret_ip->bytes + 12) == 1 ||
           inet_pton(AF_INET6, copy, ret_ip->bytes) == 1;
}

static void check_round_trip(const struct ip *ip)
{
    char text[IP_TEXT_MAX];
    struct ip back;
    size_t n = ip_format(ip, text);
    require(n == strlen(text) && ip_parse((struct slice){text, n}, &back) && ip_equal(ip, &back));
}

static void check_logged(struct slice text)
{
    struct ip ip = {{9}};
    uint16_t port = 9;
    if (ip_parse_logged(text, &ip, &port)) {
        check_round_trip(&ip);
        struct ip same = ip_embedded(&ip);
        check_round_trip(&same);
        (void)ip_is_special(&ip);
    } else {
        require(port == 9 && ip.bytes[0] == 9 && ip.bytes[15] == 0);
    }
}

static void check_prefix(struct slice text)
{
    struct prefix prefix, back;
    const char *error;
    bool read = prefix_parse(text, &prefix, &error);
    require(read == (error == NULL));
    if (!read)
        return;
    char written[PREFIX_TEXT_MAX];
    size_t n = prefix_format(&prefix, written);
    require(n == strlen(written) && prefix_contains(&prefix, &prefix.ip));
    require(prefix_parse((struct slice){written, n}, &back, &error));
    require(back.bits == prefix.bits && ip_equal(&back.ip, &prefix.ip));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct ip ours, theirs;
    bool read = ip_parse(text, &ours);
    require(read == reference(text, &theirs));
    if (read) {
        require(ip_equal(&ours, &theirs));
        check_round_trip(&ours);
    }
    check_logged(text);
    check_prefix(text);
    return 0;
}
