/* SPDX-License-Identifier: Apache-2.0
 *
 * Windows logons, whoever passes them on: what failed ones say (NTSTATUS values as the event 4625
 * prints them, the words that OCSF has for the same, Kerberos codes of 4768 and 4771), and which
 * are sign-ins from elsewhere.
 */
#ifndef PARSERS_CODES_LOGON_STATUS_H
#define PARSERS_CODES_LOGON_STATUS_H

#include "parsers/codes/reason.h"

/* "0xC000006A" in any case, or "INVALID_CREDENTIALS". False leaves *ret unchanged. */
bool reason_of_logon_status(struct slice status, struct reason *ret);

/* "0x18" in any case. False leaves *ret unchanged. */
bool reason_of_kerberos_code(struct slice code, struct reason *ret);

/* The ways of logging on that come over a network: 3 and 8, Remote Desktop's 10 and 12, and 7, as
 * which a session is taken up again. The rest (2 at the keyboard, 4 and 5 jobs and services, 9 and
 * 11 ...) is a machine's own affair. */
struct logon_type {
    const char *number, *name;
    bool interactive;
};

/* By number or name; NULL: none of these. */
const struct logon_type *logon_type_of(struct slice type);

/* An account of a machine (its name ends in $) or of Windows itself, which no person signs in as.
 */
bool logon_of_a_machine(struct slice name);

/* The event has the address of another machine. */
bool logon_is_remote(const struct event *ev);

/* The table, for the tests. */
extern const struct reason_name logon_statuses[];
extern const size_t logon_statuses_n;

#endif
