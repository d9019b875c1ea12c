/* SPDX-License-Identifier: Apache-2.0
 *
 * A Microsoft Entra sign-in, in whichever of its forms: a diagnostic record (fields in
 * `properties`), a Log Analytics row and a Graph signIn (fields at the top), whose property names
 * are the same, and a row of the portal's download, which has a name of its own for each. They
 * share the table of paths and the judgement.
 */
#ifndef PARSERS_MICROSOFT_ENTRA_SIGN_IN_H
#define PARSERS_MICROSOFT_ENTRA_SIGN_IN_H

#include "parsers/reader/record.h"

enum entra_path {
    ENTRA_CATEGORY,
    ENTRA_PROPERTIES,
    ENTRA_TIME,
    ENTRA_TENANT,
    ENTRA_TENANT_ROW,
    ENTRA_TENANT_GRAPH,
    ENTRA_RESOURCE_PATH,
    ENTRA_TENANT_INNER,
    ENTRA_USER,
    ENTRA_USER_GRAPH,
    ENTRA_IP,
    ENTRA_ERROR_CODE,
    ENTRA_RESULT_TYPE,
    ENTRA_CORRELATION,
    ENTRA_OPERATION,
    ENTRA_RESOURCE,
    ENTRA_RESOURCE_ROW,
    ENTRA_APP_SERVICE,
    ENTRA_DEVICE,
    ENTRA_DEVICE_GRAPH,
    ENTRA_REQUIREMENT,
    ENTRA_INTERACTIVE,
    ENTRA_EVENT_TYPES,
    ENTRA_ACCESS,
    ENTRA_MANAGED,
    ENTRA_COMPLIANT,
    ENTRA_TRUST,
    ENTRA_STEPS,
    ENTRA_STEP_METHOD,
    ENTRA_STEP_SUCCEEDED,
    ENTRA_STEP_DETAIL,
    ENTRA_ODATA_TYPE,
    ENTRA_STATUS,
    ENTRA_DENIAL,
    ENTRA_DOWNLOADED,
    ENTRA_FACTOR_METHOD,
    ENTRA_ACTIVITY,
    ENTRA_TABLE,
    ENTRA_AUDIT_TIME, /* AuditLogs; Graph's directory audits */
    ENTRA_AUDIT_NAME, /* from here to ENTRA_AUDIT_AGENT: filled */
    ENTRA_AUDIT_APP_ID,
    ENTRA_AUDIT_APP,
    ENTRA_AUDIT_AGENT,
    ENTRA_AUDIT_BY_USER,
    ENTRA_AUDIT_BY_USER_ID,
    ENTRA_AUDIT_BY_APP,
    ENTRA_AUDIT_TARGET,
    ENTRA_AUDIT_IP,
    ENTRA_AUDIT_RESULT,
    ENTRA_TARGETS,
    ENTRA_MODIFIED,
    ENTRA_MODIFIED_NAME,
    ENTRA_MODIFIED_OLD,
    ENTRA_MODIFIED_NEW,
    ENTRA_RISK_TIME, /* UserRiskEvents */
    ENTRA_RISK_TYPE, /* from here to ENTRA_RISK_AGENT: filled */
    ENTRA_RISK_AGENT,
    ENTRA_API_TIME, /* MicrosoftGraphActivityLogs */
    ENTRA_API_USER,
    ENTRA_API_STATUS, /* from here to ENTRA_API_ID: filled */
    ENTRA_API_METHOD,
    ENTRA_API_SESSION,
    ENTRA_API_TOKEN,
    ENTRA_API_DEVICE,
    ENTRA_API_ID,
    ENTRA_FILL, /* from here on straight into struct event */
    ENTRA_APP_ID = ENTRA_FILL,
    ENTRA_APP,
    ENTRA_CLIENT,
    ENTRA_PROTOCOL,
    ENTRA_USER_AGENT,
    ENTRA_SESSION,
    ENTRA_TOKEN,
    ENTRA_EVENT_ID,
    ENTRA_FILL_END,
    ENTRA_PATHS_N = ENTRA_FILL_END
};

extern const struct parser_path entra_paths[ENTRA_PATHS_N];

/* Everything but time, tenant, user, interactive, device, operation and resource, which the forms
 * keep in different places. */
void entra_sign_in(const struct record *record, struct event *ev);

/* factor, where the form has the field: `required` says that its absence means "unknown". */
void entra_factor(const struct record *record, bool required, struct event *ev);

#endif
