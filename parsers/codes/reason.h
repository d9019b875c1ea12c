/* SPDX-License-Identifier: Apache-2.0
 *
 * What Microsoft's result codes mean: Entra resultType and errorCode, O365 ErrorNumber and
 * LogonError, Defender ErrorCode. One table serves all of them; other vendors' parsers have small
 * tables of their own. Sources: Microsoft Learn, "Microsoft Entra authentication and authorization
 * error codes" (reference-error-codes), and the LogonError names seen in unified audit logs, read
 * 2025. Order of checks behind 530031, 530032, 53011 and 50142 is not documented: they are taken to
 * come after the password.
 */
#ifndef PARSERS_CODES_REASON_H
#define PARSERS_CODES_REASON_H

#include "parsers/values/event.h"
#include "parsers/values/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reason {
    enum event_reason reason;
    enum event_outcome outcome;
    bool password_valid; /* the code implies that the password was right */
};

/* By number, as text ("50126"). A code that the table does not hold is REASON_UNKNOWN and
 * OUTCOME_FAILURE; absent or blank text is REASON_NONE and OUTCOME_UNKNOWN, never a success. */
struct reason reason_of_microsoft_code(struct slice code);

/* By LogonError name: the longest name of the table that the text begins with, in any case, because
 * recorders add suffixes. False leaves *ret unchanged. */
bool reason_of_logon_error(struct slice name, struct reason *ret);

/* The tables, for the tests and the docs. Codes ascend strictly; so do names (byte order). */
struct reason_code {
    uint32_t code;
    struct reason reason;
};
struct reason_name {
    const char *name;
    struct reason reason;
};
/* The same search in a table of another vendor's names. */
bool reason_of_name(const struct reason_name *names, size_t n, struct slice name,
                    struct reason *ret);

extern const struct reason_code reason_codes[];
extern const size_t reason_codes_n;
extern const struct reason_name reason_names[];
extern const size_t reason_names_n;

#endif
