/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as logs write them <-> milliseconds since 1970 UTC. Integers only: no locale, no zone of
 * this machine, no clock. Fractions are cut to the millisecond. A time before 2000 or after 2100
 * (year 1, 1601, epoch 0: "never" in some system) is unreadable, as is anything out of range.
 * False leaves *ret_ms unchanged.
 */
#ifndef PARSERS_VALUES_TIMESTAMP_H
#define PARSERS_VALUES_TIMESTAMP_H

#include "parsers/values/slice.h"
#include "parsers/values/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MINUTE_MS (60ll * 1000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

enum { TIMESTAMP_TEXT_MAX = 25 }; /* with the closing NUL */

/* Reads, blanks around it aside:
 *   2025-03-04T05:06:07.123456789+02:00   t, z, a blank for T, +0200, " UTC", " GMT", " +02:00"
 *   3/4/2025 5:06:07 AM +02:00            month first; AM/PM and zone optional
 *   Mar 04 2025 05:06:07.123 UTC          CEF; zone optional
 *   Tue Mar  4 05:06:07 2025              CEF and LEEF; a zone may precede the year
 *   Tue, 4 Mar 2025, 05:06:07 UTC         mail; day name, comma behind the year and zone optional
 *   1741064767.123                        what timestamp_parse_epoch reads
 * No zone means UTC. Unknown zone names are unreadable: local time is never guessed. */
bool timestamp_parse(struct slice text, int64_t *ret_ms);

/* The same, but a time without a zone is in `zone`: "+02:00", "-0530", "UTC", "GMT", "Z"; absent or
 * blank means UTC. For formats that record the zone in a field of its own (CEF dtz). */
bool timestamp_parse_in(struct slice text, struct slice zone, int64_t *ret_ms);

/* The same, but a time that names no zone, where `zone` is absent too, is in `local`; then
 * *ret_zoneless is true. */
bool timestamp_parse_local(struct slice text, struct slice zone, const struct zone *local,
                           bool *ret_zoneless, int64_t *ret_ms);

/* Reads a JSON number or a string of digits by its size: below 1e11 seconds, 1e14 milliseconds,
 * 1e17 microseconds, else nanoseconds. Decimals count for seconds. 1.741064767E9 is read as well.
 */
bool timestamp_parse_epoch(struct slice digits, int64_t *ret_ms);

/* True for "Mar  4 05:06:07": a time without a year. */
bool timestamp_is_syslog(struct slice text);

/* Reads RFC 3164 "Mar  4 05:06:07". Its zone is what zone_text names, as above, else `local` (NULL:
 * UTC). The year is the one that puts it nearest to the reference (the time of the Kafka record) and
 * at most 24 h after it. */
bool timestamp_parse_syslog(struct slice text, struct slice zone_text, const struct zone *local,
                            int64_t reference_ms, int64_t *ret_ms);

/* Writes 2025-03-04T05:06:07.123Z and the NUL; returns the length, always 24. A time outside the
 * years 0 to 9999 is written as the nearest one inside. */
size_t timestamp_format(int64_t ms, char text[static TIMESTAMP_TEXT_MAX]);

#endif
