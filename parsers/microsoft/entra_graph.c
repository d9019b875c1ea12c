/* SPDX-License-Identifier: Apache-2.0
 *
 * Microsoft Entra sign-ins and directory audits as Microsoft Graph answers them: the resources
 * signIn and directoryAudit, v1.0 and beta; and the rows of sign-ins downloaded from the portal,
 * which do not say which of its lists they are of, so `interactive` is absent.
 *
 * Sources: Microsoft Learn, "signIn resource type" and "directoryAudit resource type", v1.0 and
 * beta, read 2025; of the portal's file its header, as scripts that read such files have it.
 */
#include "parsers/codes/microsoft.h"
#include "parsers/microsoft/entra_context.h"
#include "parsers/microsoft/entra_sign_in.h"
#include "parsers/reader/formats.h"

static bool is_audit(const struct record *record)
{
    return record_find(record, ENTRA_ACTIVITY) != 0;
}

static bool claims(const struct record *record)
{
    struct slice type = record_text(record, ENTRA_ODATA_TYPE);
    uint32_t status = record_find(record, ENTRA_STATUS);
    return slice_equal_nocase(type, SLICE("#microsoft.graph.signIn")) || is_audit(record) ||
           record_find(record, ENTRA_DOWNLOADED) != 0 ||
           (status != 0 && record->doc->nodes[status].type == JSON_OBJECT);
}

static enum event_tri interactive_of(const struct record *record)
{
    struct slice type = record_text(record, ENTRA_EVENT_TYPES);
    if (type.ptr == NULL)
        return record_bool(record, ENTRA_INTERACTIVE);
    return slice_equal_nocase(type, SLICE("interactiveUser")) ? TRI_TRUE : TRI_FALSE;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    if (is_audit(record))
        return entra_audit(record, ev);
    enum parse_answer answer = record_time(record, ENTRA_TIME, ev);
    if (answer != PARSE_EVENT)
        return answer;
    entra_sign_in(record, ev);
    ev->tenant = record_lower(record, ENTRA_TENANT_GRAPH);
    ev->user = record_lower(record, ENTRA_USER_GRAPH);
    ev->program = microsoft_is_program(ev->user);
    record_fill(record, ENTRA_DEVICE_GRAPH, ENTRA_DEVICE_GRAPH + 1, ev);
    record_fill(record, ENTRA_RESOURCE, ENTRA_RESOURCE + 1, ev);
    entra_factor(record, false, ev);
    ev->interactive = interactive_of(record);
    return PARSE_EVENT;
}

const struct parser parser_entra_graph = {
    .name = "entra_graph",
    .summary = "Microsoft Entra sign-ins and audits as Microsoft Graph answers, portal downloads",
    .signs = (const char *const[]){"createdDateTime status "
                                   "userPrincipalName|servicePrincipalId|appId !category",
                                   "@odata.type createdDateTime !category",
                                   "'Date (UTC)' 'Request ID' Status",
                                   "activityDateTime activityDisplayName initiatedBy "
                                   "!properties !operationName",
                                   NULL},
    .paths = entra_paths,
    .paths_n = ENTRA_PATHS_N,
    .claims = claims,
    .tells = {ENTRA_ODATA_TYPE, ENTRA_AUDIT_NAME},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_ACCOUNT_CHANGE,
    .fields =
        "tenant user ip port outcome reason code app_id app client protocol user_agent session "
        "token_id device factor interactive operation event_id",
    .example = "{\"id\":\"s1\",\"createdDateTime\":\"2025-03-04T05:06:07Z\","
               "\"userPrincipalName\":\"anna@contoso.com\",\"ipAddress\":\"203.0.113.7\","
               "\"status\":{\"errorCode\":50126}}",
    .page = "https://learn.microsoft.com/graph/api/resources/signin",
};
