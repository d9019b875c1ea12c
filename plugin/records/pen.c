/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugin/records/pen.h"

#include "parsers/values/timestamp.h"
#include "plugin/records/dice.h"

static const char hex_digits[] = "0123456789abcdef";

void pen_number(struct pen *to, int64_t number)
{
    char digits[20];
    size_t n = 0;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        digits[sizeof digits - ++n] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        pen_lit(to, "-");
    pen_put(to, digits + sizeof digits - n, n);
}

void pen_hex(struct pen *to, uint64_t bits, unsigned digits)
{
    char hex[16];

    for (unsigned i = 0; i < digits; i++)
        hex[i] = hex_digits[bits >> 4 * (digits - 1 - i) & 15];
    pen_put(to, hex, digits);
}

void pen_ip(struct pen *to, const struct ip *ip)
{
    char address[IP_TEXT_MAX];

    pen_put(to, address, ip_format(ip, address));
}

/* The 16 bytes as they are printed. */
static void guid_bytes(uint64_t key, uint8_t bytes[static 16])
{
    struct dice dice = dice_for(key, 0x67756964);

    for (int half = 0; half < 2; half++) {
        uint64_t word = dice_next(&dice);
        for (int i = 0; i < 8; i++, word >>= 8)
            bytes[8 * half + i] = (uint8_t)word;
    }
    bytes[6] = (uint8_t)(0x40 | (bytes[6] & 15));
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 63));
}

void pen_guid(struct pen *to, uint64_t key)
{
    uint8_t bytes[16];
    char guid[36];
    size_t n = 0;

    guid_bytes(key, bytes);
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            guid[n++] = '-';
        guid[n++] = hex_digits[bytes[i] >> 4];
        guid[n++] = hex_digits[bytes[i] & 15];
    }
    pen_put(to, guid, sizeof guid);
}

void pen_token(struct pen *to, uint64_t key)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static const uint8_t order[18] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0};
    uint8_t bytes[16];
    char token[24];

    guid_bytes(key, bytes);
    for (int i = 0; i < 6; i++) {
        uint32_t three = 0;
        for (int k = 0; k < 3; k++)
            three = three << 8 | (3 * i + k < 16 ? bytes[order[3 * i + k]] : 0);
        for (int k = 0; k < 4; k++)
            token[4 * i + k] = letters[three >> 6 * (3 - k) & 63];
    }
    pen_put(to, token, 22);
}

void pen_degrees(struct pen *to, int32_t e6)
{
    const uint32_t size = e6 < 0 ? -(uint32_t)e6 : (uint32_t)e6;
    uint32_t decimals = size % 1000000 / 10;
    unsigned digits = 5;

    if (e6 < 0)
        pen_lit(to, "-");
    pen_number(to, size / 1000000);
    if (decimals == 0)
        return;
    for (; decimals % 10 == 0; decimals /= 10)
        digits--;
    pen_lit(to, ".");
    char out[5];
    for (unsigned i = digits; i > 0; i--, decimals /= 10)
        out[i - 1] = (char)('0' + decimals % 10);
    pen_put(to, out, digits);
}

void pen_seconds(struct pen *to, int64_t ms)
{
    char time[TIMESTAMP_TEXT_MAX];

    timestamp_format(ms, time);
    pen_put(to, time, 19);
}

void pen_millis(struct pen *to, int64_t ms)
{
    char time[TIMESTAMP_TEXT_MAX];

    timestamp_format(ms, time);
    pen_put(to, time, 23);
}

void pen_ticks(struct pen *to, int64_t ms, uint64_t key)
{
    char time[TIMESTAMP_TEXT_MAX + 4];
    uint32_t ticks = (uint32_t)(dice_mix(key, (uint64_t)ms) % 10000);

    timestamp_format(ms, time);
    for (int i = 26; i > 22; i--, ticks /= 10)
        time[i] = (char)('0' + ticks % 10);
    pen_put(to, time, 27);
}
