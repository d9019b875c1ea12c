/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, "SigninLogs" table reference and "signIn resource type" (Graph beta),
 * read 2025. Which protocols are legacy: "Sign-in log activity details", client app.
 */
#include "parsers/microsoft/entra_sign_in.h"

#include "parsers/codes/microsoft.h"
#include "parsers/codes/reason.h"

#define EVENT(name) offsetof(struct event, name)

/* Names in quotes are the columns of the sign-ins that one downloads from the portal. */
#define DOWNLOADED "'Date (UTC)'"

const struct parser_path entra_paths[ENTRA_PATHS_N] = {
    [ENTRA_CATEGORY] = {"^category / ^Type", 0},
    [ENTRA_PROPERTIES] = {"^properties", 0},
    /* Not the outer `time` first: that is when the record left the pipeline, minutes later. */
    [ENTRA_TIME] = {"createdDateTime / ^time / ^TimeGenerated / " DOWNLOADED, 0},
    [ENTRA_TENANT] = {"^tenantId", 0},
    [ENTRA_TENANT_ROW] = {"^AADTenantId / ^ResourceTenantId", 0}, /* TenantId is the workspace */
    [ENTRA_TENANT_GRAPH] =
        {"resourceTenantId / homeTenantId / 'Resource tenant ID' / 'Home tenant ID'", 0},
    [ENTRA_RESOURCE_PATH] = {"^resourceId / ^_ResourceId", 0},
    [ENTRA_TENANT_INNER] = {"tenantId / resourceTenantId", 0},
    [ENTRA_USER] = {"userPrincipalName / signInIdentifier / alternateSignInName / userId", 0},
    [ENTRA_USER_GRAPH] = {"userPrincipalName / Username / userId / 'User ID'", 0},
    [ENTRA_IP] = {"ipAddress / ^callerIpAddress / 'IP address'", 0},
    [ENTRA_ERROR_CODE] = {"status.errorCode", 0},
    [ENTRA_RESULT_TYPE] = {"^resultType / 'Sign-in error code'", 0},
    [ENTRA_CORRELATION] = {"correlationId / ^correlationId / 'Correlation ID'",
                           EVENT(correlation_id)},
    [ENTRA_OPERATION] = {"^operationName", EVENT(operation)},
    [ENTRA_RESOURCE] = {"resourceId / 'Resource ID'", EVENT(resource_id)},
    [ENTRA_RESOURCE_ROW] = {"resourceIdentity", EVENT(resource_id)},
    [ENTRA_APP_SERVICE] = {"servicePrincipalName", EVENT(app)},
    [ENTRA_DEVICE] = {"deviceDetail.deviceId / deviceDetail.displayName", EVENT(device)},
    [ENTRA_DEVICE_GRAPH] = {"deviceDetail.deviceId / 'Device ID'", EVENT(device)},
    [ENTRA_REQUIREMENT] = {"authenticationRequirement / 'Authentication requirement'", 0},
    [ENTRA_INTERACTIVE] = {"isInteractive", 0},
    [ENTRA_EVENT_TYPES] = {"signInEventTypes[0]", 0},
    [ENTRA_ACCESS] = {"conditionalAccessStatus / 'Conditional Access'", 0},
    [ENTRA_MANAGED] = {"deviceDetail.isManaged / Managed", 0},
    [ENTRA_COMPLIANT] = {"deviceDetail.isCompliant / Compliant", 0},
    [ENTRA_TRUST] = {"deviceDetail.trustType / 'Join Type'", 0},
    [ENTRA_STEPS] = {"authenticationDetails", 0},
    [ENTRA_STEP_METHOD] = {"authenticationMethod", 0},
    [ENTRA_STEP_SUCCEEDED] = {"succeeded", 0},
    [ENTRA_STEP_DETAIL] = {"authenticationStepResultDetail", 0},
    [ENTRA_ODATA_TYPE] = {"@odata.type", 0},
    [ENTRA_STATUS] = {"status", 0},
    [ENTRA_DENIAL] = {"status.additionalDetails / 'Multifactor authentication result'", 0},
    [ENTRA_DOWNLOADED] = {DOWNLOADED, 0},
    [ENTRA_FACTOR_METHOD] = {"'Multifactor authentication auth method'", 0},
    [ENTRA_ACTIVITY] = {"activityDisplayName", 0},
    [ENTRA_TABLE] = {"^Type", 0},
    [ENTRA_AUDIT_TIME] = {"activityDateTime / ^time / ^TimeGenerated", 0},
    [ENTRA_AUDIT_NAME] = {"activityDisplayName / ^operationName", EVENT(operation)},
    [ENTRA_AUDIT_APP_ID] = {"initiatedBy.app.appId", EVENT(app_id)},
    [ENTRA_AUDIT_APP] = {"initiatedBy.app.displayName", EVENT(app)},
    [ENTRA_AUDIT_AGENT] = {"additionalDetails[User-Agent]", EVENT(user_agent)},
    [ENTRA_AUDIT_BY_USER] = {"initiatedBy.user.userPrincipalName", 0},
    [ENTRA_AUDIT_BY_USER_ID] = {"initiatedBy.user.id", 0},
    [ENTRA_AUDIT_BY_APP] = {"initiatedBy.app", 0},
    [ENTRA_AUDIT_TARGET] = {"targetResources[0].userPrincipalName", 0},
    [ENTRA_AUDIT_IP] = {"initiatedBy.user.ipAddress / ^callerIpAddress", 0},
    [ENTRA_AUDIT_RESULT] = {"result", 0},
    [ENTRA_TARGETS] = {"targetResources", 0},
    [ENTRA_MODIFIED] = {"modifiedProperties", 0},
    [ENTRA_MODIFIED_NAME] = {"displayName", 0},
    [ENTRA_MODIFIED_OLD] = {"oldValue", 0},
    [ENTRA_MODIFIED_NEW] = {"newValue", 0},
    [ENTRA_RISK_TIME] = {"activityDateTime / detectedDateTime / ^time / ^TimeGenerated", 0},
    [ENTRA_RISK_TYPE] = {"riskEventType", EVENT(code)},
    [ENTRA_RISK_AGENT] = {"additionalInfo[userAgent]", EVENT(user_agent)},
    [ENTRA_API_TIME] = {"timeGenerated / ^time", 0},
    [ENTRA_API_USER] = {"userId", 0},
    [ENTRA_API_STATUS] = {"responseStatusCode", EVENT(code)},
    [ENTRA_API_METHOD] = {"requestMethod", EVENT(operation)},
    [ENTRA_API_SESSION] = {"C_Sid / SessionId", EVENT(session)},
    [ENTRA_API_TOKEN] = {"signInActivityId / UniqueTokenId", EVENT(token_id)},
    [ENTRA_API_DEVICE] = {"C_DeviceId / DeviceId", EVENT(device)},
    [ENTRA_API_ID] = {"requestId / operationId", EVENT(event_id)},
    [ENTRA_APP_ID] = {"appId / 'Application ID'", EVENT(app_id)},
    [ENTRA_APP] = {"appDisplayName / Application", EVENT(app)},
    [ENTRA_CLIENT] = {"clientAppUsed / 'Client app'", EVENT(client)},
    [ENTRA_PROTOCOL] = {"authenticationProtocol / 'Authentication Protocol'", EVENT(protocol)},
    [ENTRA_USER_AGENT] = {"userAgent / 'User agent'", EVENT(user_agent)},
    [ENTRA_SESSION] = {"sessionId / 'Session ID'", EVENT(session)},
    [ENTRA_TOKEN] = {"uniqueTokenIdentifier / 'Unique token identifier'", EVENT(token_id)},
    [ENTRA_EVENT_ID] = {"id / 'Request ID'", EVENT(event_id)},
};

/* A password step that failed says "wrong password" where the outer code is one nobody knows. What
 * was "previously satisfied" was not typed now. */
static bool password_step_failed(const struct record *record)
{
    uint32_t steps = record_node(record, ENTRA_STEPS);
    for (uint32_t pos = 0, i; (i = record_entry(record, steps, &pos)) != 0;)
        if (slice_starts_nocase(record_member(record, i, ENTRA_STEP_METHOD), SLICE("Password")) &&
            slice_equal_nocase(record_member(record, i, ENTRA_STEP_SUCCEEDED), SLICE("false")) &&
            !slice_starts_nocase(record_member(record, i, ENTRA_STEP_DETAIL), SLICE("Previously")))
            return true;
    return false;
}

/* By the status, else by the step that failed: its detail, else its method, of which codes are
 * typed by who signs in and notifications and calls are answered by the user. */
static enum event_denial denial_of(const struct record *record)
{
    enum event_denial denial = microsoft_denial(record_text(record, ENTRA_DENIAL));
    if (denial == DENIAL_ABSENT)
        denial = microsoft_denial_by(record_text(record, ENTRA_FACTOR_METHOD));
    uint32_t steps = record_node(record, ENTRA_STEPS);
    for (uint32_t pos = 0, i;
         denial == DENIAL_ABSENT && (i = record_entry(record, steps, &pos)) != 0;) {
        if (!slice_equal_nocase(record_member(record, i, ENTRA_STEP_SUCCEEDED), SLICE("false")))
            continue;
        denial = microsoft_denial(record_member(record, i, ENTRA_STEP_DETAIL));
        if (denial == DENIAL_ABSENT)
            denial = microsoft_denial_by(record_member(record, i, ENTRA_STEP_METHOD));
    }
    return denial;
}

/* Either word may stand in place of a code; the portal writes no code for a success. */
static bool is_result(struct slice text)
{
    return slice_equal_nocase(text, SLICE("Success")) || slice_equal_nocase(text, SLICE("Failure"));
}

static void judge(const struct record *record, struct event *ev)
{
    struct slice code = record_text(record, ENTRA_ERROR_CODE);
    if (code.ptr == NULL)
        code = record_text(record, ENTRA_RESULT_TYPE);
    if (code.ptr == NULL && is_result(record_text(record, ENTRA_STATUS)))
        code = record_text(record, ENTRA_STATUS);
    if (is_result(code)) {
        bool success = slice_equal_nocase(code, SLICE("Success"));
        ev->reason = success ? REASON_OK : REASON_UNKNOWN;
        ev->outcome = success ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
        ev->password_valid = success;
        return;
    }
    ev->code = code;
    microsoft_judge(reason_of_microsoft_code(code), ev);
    if (ev->reason == REASON_UNKNOWN && password_step_failed(record))
        ev->reason = REASON_WRONG_PASSWORD;
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial = denial_of(record);
}

static enum event_access access_of(struct slice text)
{
    static const struct {
        const char *word;
        enum event_access access;
    } words[] = {{"success", ACCESS_SUCCESS},        {"failure", ACCESS_FAILURE},
                 {"notApplied", ACCESS_NOT_APPLIED}, {"Not applied", ACCESS_NOT_APPLIED},
                 {"reportOnly", ACCESS_REPORT_ONLY}, {"Report-only", ACCESS_REPORT_ONLY}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_starts_nocase(text, slice_of(words[i].word)))
            return words[i].access;
    return ACCESS_ABSENT;
}

static bool is_managed(const struct record *record)
{
    struct slice trust = record_text(record, ENTRA_TRUST);
    return record_bool(record, ENTRA_MANAGED) == TRI_TRUE ||
           record_bool(record, ENTRA_COMPLIANT) == TRI_TRUE ||
           slice_equal_nocase(trust, SLICE("Hybrid Azure AD joined")) ||
           slice_equal_nocase(trust, SLICE("Azure AD joined")) ||
           slice_equal_nocase(trust, SLICE("Microsoft Entra hybrid joined")) ||
           slice_equal_nocase(trust, SLICE("Microsoft Entra joined"));
}

void entra_factor(const struct record *record, bool required, struct event *ev)
{
    if (required || record_find(record, ENTRA_REQUIREMENT) != 0)
        ev->factor = microsoft_factor(record_text(record, ENTRA_REQUIREMENT));
}

void entra_sign_in(const struct record *record, struct event *ev)
{
    ev->kind = KIND_SIGN_IN;
    record_fill(record, ENTRA_FILL, ENTRA_FILL_END, ev);
    record_fill(record, ENTRA_CORRELATION, ENTRA_CORRELATION + 1, ev);
    record_ip(record, ENTRA_IP, ev);
    judge(record, ev);
    ev->access = access_of(record_text(record, ENTRA_ACCESS));
    ev->managed_device = is_managed(record);
    bool ropc_agent = microsoft_is_ropc_agent(ev->user_agent);
    ev->ropc = ropc_agent || slice_equal_nocase(ev->protocol, SLICE("ropc"));
    ev->legacy = microsoft_legacy(ev->client, ev->user_agent);
}
