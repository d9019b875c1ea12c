/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz: every time reader. What is read lies in the years 2000 to 2100, and its text reads back as
 * the same; what is refused leaves the output alone. The syslog year keeps its promise of nearness.
 */
#include "parsers/values/timestamp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { UNTOUCHED = -7 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(bool read, int64_t ms)
{
    if (!read) {
        require(ms == UNTOUCHED);
        return;
    }
    char text[TIMESTAMP_TEXT_MAX];
    int64_t back = 0;
    require(ms >= INT64_C(946684800000) && ms < INT64_C(4133980800000));
    size_t n = timestamp_format(ms, text);
    require(n == TIMESTAMP_TEXT_MAX - 1 && text[n] == '\0');
    require(timestamp_parse((struct slice){text, n}, &back) && back == ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    int64_t ms = UNTOUCHED;
    bool read = timestamp_parse(text, &ms);
    check(read, ms);

    /* The second half as a zone beside the first. */
    size_t half = size / 2;
    ms = UNTOUCHED;
    read = timestamp_parse_in((struct slice){text.ptr, half},
                              (struct slice){half > 0 ? text.ptr + half : NULL, half}, &ms);
    check(read, ms);

    ms = UNTOUCHED;
    read = timestamp_parse_epoch(text, &ms);
    check(read, ms);

    int64_t reference = INT64_C(1741064767123);
    if (size > 4) /* another reference for each length, across years */
        reference += (int64_t)size * INT64_C(7777777777);
    ms = UNTOUCHED;
    read = timestamp_parse_syslog(text, (struct slice){NULL, 0}, NULL, reference, &ms);
    check(read, ms);
    if (read)
        require(ms - reference <= 86400000);

    if (size >= sizeof ms) {
        char any[TIMESTAMP_TEXT_MAX];
        memcpy(&ms, data, sizeof ms);
        require(timestamp_format(ms, any) == TIMESTAMP_TEXT_MAX - 1);
    }
    return 0;
}
