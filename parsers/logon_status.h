/* SPDX-License-Identifier: Apache-2.0
 *
 * What failed Windows logons say: NTSTATUS values as the events 4625, 4771 and 4776 print them and
 * shippers pass them on, and the words that OCSF has for the same.
 */
#ifndef PARSERS_LOGON_STATUS_H
#define PARSERS_LOGON_STATUS_H

#include "parsers/reason.h"

/* "0xC000006A" in any case, or "INVALID_CREDENTIALS". False leaves *ret unchanged. */
bool reason_of_logon_status(struct slice status, struct reason *ret);

/* The table, for the tests. */
extern const struct reason_name logon_statuses[];
extern const size_t logon_statuses_n;

#endif
