/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, "4625(F): An account failed to log on" (Status, Sub Status) and
 * "[MS-ERREF] NTSTATUS values"; OCSF schema, class Authentication, attribute status_detail; read
 * 2025. An expired or restricted account was checked after its password.
 */
#include "parsers/logon_status.h"

#define FAILED(class)  REASON_##class, OUTCOME_FAILURE, false
#define STOPPED(class) REASON_##class, OUTCOME_FAILURE, true

const struct reason_name logon_statuses[] = {
    {"0xC0000064", {FAILED(UNKNOWN_USER)}},   /* no such user */
    {"0xC000006A", {FAILED(WRONG_PASSWORD)}}, /* wrong password */
    {"0xC000006D", {FAILED(WRONG_PASSWORD)}}, /* bad user name or password */
    {"0xC000006E", {STOPPED(PASSWORD_OK)}},   /* account restriction */
    {"0xC000006F", {STOPPED(PASSWORD_OK)}},   /* outside logon hours */
    {"0xC0000070", {STOPPED(PASSWORD_OK)}},   /* not from this workstation */
    {"0xC0000071", {STOPPED(PASSWORD_OK)}},   /* password expired */
    {"0xC0000072", {FAILED(DISABLED)}},       /* account disabled */
    {"0xC0000193", {FAILED(DISABLED)}},       /* account expired */
    {"0xC0000224", {STOPPED(PASSWORD_OK)}},   /* password must change */
    {"0xC0000234", {FAILED(LOCKED)}},         /* locked out */
    {"ACCOUNT_DISABLED", {FAILED(DISABLED)}},
    {"ACCOUNT_LOCKED_OUT", {FAILED(LOCKED)}},
    {"INVALID_CREDENTIALS", {FAILED(WRONG_PASSWORD)}},
    {"PASSWORD_EXPIRED", {STOPPED(PASSWORD_OK)}},
    {"USER_DOES_NOT_EXIST", {FAILED(UNKNOWN_USER)}},
};
const size_t logon_statuses_n = sizeof logon_statuses / sizeof *logon_statuses;

bool reason_of_logon_status(struct slice status, struct reason *ret)
{
    return reason_of_name(logon_statuses, logon_statuses_n, status, ret);
}
