/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of Microsoft Graph: a token at work. The user is an object id, never a name; the token is
 * that of the sign-in whose uniqueTokenIdentifier is the same. `location` is a data centre.
 *
 * Sources: Microsoft Learn, "Access Microsoft Graph activity logs" and "MicrosoftGraphActivityLogs"
 * table reference, read 2025.
 */
#include "parsers/microsoft/entra_context.h"
#include "parsers/microsoft/entra_sign_in.h"
#include "parsers/values/text.h"

static enum event_outcome outcome_of(struct slice status)
{
    uint32_t number = 0;
    if (!text_number(status, 999, &number))
        return OUTCOME_UNKNOWN;
    return number < 400 ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
}

enum parse_answer entra_activity(const struct record *record, struct event *ev)
{
    ev->kind = KIND_TOKEN_USE;
    record_fill(record, ENTRA_API_STATUS, ENTRA_API_ID + 1, ev);
    record_fill(record, ENTRA_APP_ID, ENTRA_APP_ID + 1, ev);
    record_fill(record, ENTRA_USER_AGENT, ENTRA_USER_AGENT + 1, ev);
    ev->outcome = outcome_of(ev->code);
    ev->user = record_lower(record, ENTRA_API_USER);
    record_ip(record, ENTRA_IP, ev);
    return record_time(record, ENTRA_API_TIME, ev);
}
