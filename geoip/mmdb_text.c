/* SPDX-License-Identifier: Apache-2.0
 *
 * What geoip/mmdb.c asks of text before it believes a record.
 */
#include "geoip/mmdb_text.h"

#include "parsers/values/text.h"

bool mmdb_text_is_clean(struct slice text)
{
    uint32_t code_point;
    size_t n;
    while ((n = text_utf8_next(text, &code_point)) > 0) {
        bool broken = code_point == TEXT_BAD && n == 1;
        if (broken || code_point < 0x20 || code_point == 0x7f)
            return false;
        text.ptr += n;
        text.len -= n;
    }
    return true;
}

bool mmdb_text_degrees(struct slice text, double *ret_degrees)
{
    bool negative = text.len && text.ptr[0] == '-';
    long e6 = 0, digits = 0, decimals = -1; /* -1: no point yet */
    for (size_t i = negative; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
        } else if (c < '0' || c > '9' || e6 > 1000000000) {
            return false;
        } else if (decimals < 6) {
            e6 = e6 * 10 + (c - '0');
            decimals += decimals >= 0;
            digits++;
        }
    }
    if (digits == 0)
        return false;
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 6; decimals++)
        e6 *= 10;
    *ret_degrees = (double)(negative ? -e6 : e6) / 1e6;
    return true;
}
