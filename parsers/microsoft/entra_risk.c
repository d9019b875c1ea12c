/* SPDX-License-Identifier: Apache-2.0
 *
 * Entra ID Protection's own detections about a user. They say that something was risky, never how
 * it ended, so the outcome is unknown.
 *
 * Sources: Microsoft Learn, "AADUserRiskEvents" table reference, "riskDetection resource type"
 * (Graph), read 2025.
 */
#include "parsers/microsoft/entra_context.h"
#include "parsers/microsoft/entra_sign_in.h"

enum parse_answer entra_risk(const struct record *record, struct event *ev)
{
    ev->kind = KIND_RISK;
    record_fill(record, ENTRA_RISK_TYPE, ENTRA_RISK_AGENT + 1, ev);
    record_fill(record, ENTRA_OPERATION, ENTRA_OPERATION + 1, ev);
    record_fill(record, ENTRA_EVENT_ID, ENTRA_EVENT_ID + 1, ev);
    record_fill(record, ENTRA_CORRELATION, ENTRA_CORRELATION + 1, ev);
    ev->leaked = slice_equal_nocase(ev->code, SLICE("leakedCredentials"));
    ev->user = record_lower(record, ENTRA_USER_GRAPH);
    record_ip(record, ENTRA_IP, ev);
    return record_time(record, ENTRA_RISK_TIME, ev);
}
