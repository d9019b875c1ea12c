/* SPDX-License-Identifier: Apache-2.0
 *
 * Microsoft Entra logs as Azure diagnostic settings write them (everything of value in
 * `properties`) and as Log Analytics rows (the same, flat): sign-ins here, what stands beside them
 * in entra_audit.c, entra_risk.c and entra_activity.c. Other categories are not ours.
 *
 * Sources: Microsoft Learn, "Stream activity logs to an event hub", "Sign-in logs schema" and the
 * table references of SigninLogs and AADNonInteractiveUserSignInLogs, read 2025.
 */
#include "parsers/codes/microsoft.h"
#include "parsers/microsoft/entra_context.h"
#include "parsers/microsoft/entra_sign_in.h"
#include "parsers/reader/formats.h"
#include "parsers/values/text.h"

enum content { NOT_OURS, SIGN_IN, AUDIT, RISK, ACTIVITY };

/* Categories of diagnostic settings and tables of Log Analytics. */
static const struct category {
    const char *name;
    enum content content;
    bool has_user, interactive; /* of sign-ins */
} categories[] = {
    {"SignInLogs", SIGN_IN, true, true},
    {"NonInteractiveUserSignInLogs", SIGN_IN, true, false},
    {"AADNonInteractiveUserSignInLogs", SIGN_IN, true, false},
    {"ServicePrincipalSignInLogs", SIGN_IN, false, false},
    {"AADServicePrincipalSignInLogs", SIGN_IN, false, false},
    {"ManagedIdentitySignInLogs", SIGN_IN, false, false},
    {"AADManagedIdentitySignInLogs", SIGN_IN, false, false},
    {"ADFSSignInLogs", SIGN_IN, true, true},
    {"AuditLogs", AUDIT, false, false},
    {"Audit", AUDIT, false, false},
    {"UserRiskEvents", RISK, false, false},
    {"AADUserRiskEvents", RISK, false, false},
    {"MicrosoftGraphActivityLogs", ACTIVITY, false, false},
    /* Tables whose rows are known to be none of ours. */
    {"AADRiskyUsers", NOT_OURS, false, false},
    {"AADServicePrincipalRiskEvents", NOT_OURS, false, false},
    {"AADRiskyServicePrincipals", NOT_OURS, false, false},
    {"AADProvisioningLogs", NOT_OURS, false, false},
    {"NetworkAccessTraffic", NOT_OURS, false, false},
    {"Heartbeat", NOT_OURS, false, false},
    {"AzureActivity", NOT_OURS, false, false},
};

/* Some exports put the activity's own category ("UserManagement") in place of AuditLogs. */
static const struct category odd_audit = {"", AUDIT, false, false};

static const struct category *category_named(struct slice name)
{
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
        if (slice_equal_nocase(name, slice_of(categories[i].name)))
            return &categories[i];
    return NULL;
}

static bool is_row(const struct record *record)
{
    return record->body == record->root;
}

/* A row is named by its table before its category: in AuditLogs the latter is the activity's. */
static const struct category *category_of(const struct record *record)
{
    const struct category *table =
        is_row(record) ? category_named(record_text(record, ENTRA_TABLE)) : NULL;
    if (table != NULL)
        return table;
    const struct category *category = category_named(record_text(record, ENTRA_CATEGORY));
    if (category == NULL && !is_row(record) && record_find(record, ENTRA_ACTIVITY) != 0)
        return &odd_audit;
    return category;
}

/* A diagnostic record may have any category but Defender's; a row must name a table we know. */
static bool claims(const struct record *record)
{
    struct slice category = record_text(record, ENTRA_CATEGORY);
    if (!is_row(record))
        return category.ptr != NULL && !slice_starts_nocase(category, SLICE("AdvancedHunting-"));
    return record_find(record, ENTRA_PROPERTIES) == 0 && category_of(record) != NULL;
}

static struct slice tenant_of(const struct record *record)
{
    struct slice tenant = record_lower(record, is_row(record) ? ENTRA_TENANT_ROW : ENTRA_TENANT);
    if (tenant.ptr == NULL)
        tenant = record_lowered(record,
                                microsoft_tenant_of_path(record_text(record, ENTRA_RESOURCE_PATH)));
    if (tenant.ptr == NULL && !is_row(record))
        tenant = record_lower(record, ENTRA_TENANT_INNER);
    return tenant;
}

static void fill_user(const struct record *record, const struct category *category,
                      struct event *ev)
{
    ev->user = record_lower(record, ENTRA_USER);
    ev->program = microsoft_is_program(ev->user);
    record_fill(record, ENTRA_DEVICE, ENTRA_DEVICE + 1, ev);
    entra_factor(record, true, ev);
    ev->interactive = record_bool(record, ENTRA_INTERACTIVE);
    if (ev->interactive == TRI_ABSENT)
        ev->interactive = category->interactive ? TRI_TRUE : TRI_FALSE;
}

static void fill_principal(const struct record *record, struct event *ev)
{
    if (ev->app.ptr == NULL)
        record_fill(record, ENTRA_APP_SERVICE, ENTRA_APP_SERVICE + 1, ev);
    ev->interactive = TRI_FALSE;
}

static enum parse_answer sign_in(const struct record *record, const struct category *category,
                                 struct event *ev)
{
    enum parse_answer answer = record_time(record, ENTRA_TIME, ev);
    if (answer != PARSE_EVENT)
        return answer;
    entra_sign_in(record, ev);
    record_fill(record, ENTRA_OPERATION, ENTRA_OPERATION + 1, ev);
    unsigned resource = is_row(record) ? ENTRA_RESOURCE_ROW : ENTRA_RESOURCE;
    record_fill(record, resource, resource + 1, ev);
    if (category->has_user)
        fill_user(record, category, ev);
    else
        fill_principal(record, ev);
    return PARSE_EVENT;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    const struct category *category = category_of(record);
    enum content content = category != NULL ? category->content : NOT_OURS;
    if (content == NOT_OURS)
        return PARSE_IGNORED;
    ev->tenant = tenant_of(record);
    switch (content) {
    case SIGN_IN:
        return sign_in(record, category, ev);
    case AUDIT:
        return entra_audit(record, ev);
    case RISK:
        return entra_risk(record, ev);
    case ACTIVITY:
        return entra_activity(record, ev);
    default:
        return PARSE_IGNORED;
    }
}

const struct parser parser_entra = {
    .name = "entra",
    .summary = "Microsoft Entra sign-ins, audits, risk, Graph activity: diagnostic settings, rows",
    .signs =
        (const char *const[]){"category properties",
                              "Type|Category TimeGenerated|CreatedDateTime|OperationName", NULL},
    .paths = entra_paths,
    .paths_n = ENTRA_PATHS_N,
    .body = "properties",
    .claims = claims,
    .tells = {ENTRA_CATEGORY, ENTRA_AUDIT_NAME},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_TOKEN_USE | 1 << KIND_ACCOUNT_CHANGE | 1 << KIND_RISK,
    .fields =
        "tenant user ip port outcome reason code app_id app client protocol user_agent session "
        "token_id device factor interactive operation event_id",
    .example = "{\"category\":\"SignInLogs\",\"tenantId\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\","
               "\"properties\":{\"createdDateTime\":\"2025-03-04T05:06:07.123Z\","
               "\"userPrincipalName\":\"anna@contoso.com\",\"ipAddress\":\"203.0.113.7\","
               "\"status\":{\"errorCode\":50126},\"id\":\"s1\"}}",
    .page = "https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs",
};
