/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of reasons; see the header.
 */
#include "parsers/json/limits.h"

#include <stddef.h>

const char *bad_reason_name(enum bad_reason reason)
{
    static const char *const names[BAD_N] = {
        [BAD_NOT_JSON] = "not_json", [BAD_TRUNCATED] = "truncated",
        [BAD_TOO_DEEP] = "too_deep", [BAD_TOO_LARGE] = "too_large",
        [BAD_TOO_MANY] = "too_many", [BAD_COMPRESSION] = "bad_compression",
        [BAD_HEADER] = "bad_header", [BAD_UNKNOWN_FORMAT] = "unknown_format",
        [BAD_NO_TIME] = "no_time",   [BAD_TIME] = "bad_time",
    };
    return (unsigned)reason < BAD_N ? names[reason] : NULL;
}
