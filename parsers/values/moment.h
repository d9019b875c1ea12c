/* SPDX-License-Identifier: Apache-2.0
 *
 * A time as it is written: the numbers of a text, not yet checked against the calendar. Serves
 * parsers/values/timestamp.c alone. Each reader takes the whole text or says no; after a no, *m may be
 * half filled and is read again from the start by the next one.
 */
#ifndef PARSERS_VALUES_MOMENT_H
#define PARSERS_VALUES_MOMENT_H

#include "parsers/values/slice.h"

#include <stdbool.h>

struct cursor {
    const char *at, *end;
};

struct moment {
    int year, month, day, hour, minute, second, millisecond;
    int offset_minutes; /* east of UTC */
    bool has_offset;    /* the text names its zone */
};

bool moment_read_iso(struct cursor in, struct moment *m);     /* 2025-03-04T05:06:07.123+02:00 */
bool moment_read_us(struct cursor in, struct moment *m);      /* 3/4/2025 5:06:07 AM */
bool moment_read_cef(struct cursor in, struct moment *m);     /* Mar 04 2025 05:06:07 */
bool moment_read_asctime(struct cursor in, struct moment *m); /* Tue Mar  4 05:06:07 2025 */
bool moment_read_mail(struct cursor in, struct moment *m);    /* Tue, 4 Mar 2025, 05:06:07 UTC */
bool moment_read_syslog(struct cursor in, struct moment *m);  /* Mar  4 05:06:07, no year */
bool moment_read_zone(struct cursor in, struct moment *m);    /* Z, UTC, GMT, +02:00, +0200 */

#endif
