/* SPDX-License-Identifier: Apache-2.0
 *
 * Microsoft Entra sign-in logs as Azure diagnostic settings write them (everything of value in
 * `properties`) and as Log Analytics rows (the same, flat). Other categories are not ours.
 *
 * Sources: Microsoft Learn, "Stream activity logs to an event hub", "Sign-in logs schema" and the
 * table references of SigninLogs and AADNonInteractiveUserSignInLogs, read 2025.
 */
#include "parsers/entra_sign_in.h"
#include "parsers/formats.h"
#include "parsers/microsoft.h"
#include "parsers/text.h"

struct category {
    const char *name;
    bool ours, has_user, interactive;
};

static const struct category categories[] = {
    {"SignInLogs", true, true, true},
    {"NonInteractiveUserSignInLogs", true, true, false},
    {"AADNonInteractiveUserSignInLogs", true, true, false},
    {"ServicePrincipalSignInLogs", true, false, false},
    {"AADServicePrincipalSignInLogs", true, false, false},
    {"ManagedIdentitySignInLogs", true, false, false},
    {"AADManagedIdentitySignInLogs", true, false, false},
    {"ADFSSignInLogs", true, true, true},
    /* Tables a Log Analytics row may name that hold no sign-ins. */
    {"AuditLogs", false, false, false},
    {"AADUserRiskEvents", false, false, false},
    {"AADRiskyUsers", false, false, false},
    {"AADProvisioningLogs", false, false, false},
    {"MicrosoftGraphActivityLogs", false, false, false},
    {"Heartbeat", false, false, false},
    {"AzureActivity", false, false, false},
};

static const struct category *category_of(const struct record *record)
{
    struct slice name = record_text(record, ENTRA_CATEGORY);
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
        if (slice_equal_nocase(name, slice_of(categories[i].name)))
            return &categories[i];
    return NULL;
}

static bool is_row(const struct record *record)
{
    return record->body == record->root;
}

/* A diagnostic record may have any category; a row must name a table we know. */
static bool claims(const struct record *record)
{
    if (!is_row(record))
        return record_text(record, ENTRA_CATEGORY).ptr != NULL;
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

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    const struct category *category = category_of(record);
    if (category == NULL || !category->ours)
        return PARSE_IGNORED;
    enum parse_answer answer = record_time(record, ENTRA_TIME, ev);
    if (answer != PARSE_EVENT)
        return answer;
    entra_sign_in(record, ev);
    ev->tenant = tenant_of(record);
    record_fill(record, ENTRA_OPERATION, ENTRA_OPERATION + 1, ev);
    unsigned resource = is_row(record) ? ENTRA_RESOURCE_ROW : ENTRA_RESOURCE;
    record_fill(record, resource, resource + 1, ev);
    if (category->has_user)
        fill_user(record, category, ev);
    else
        fill_principal(record, ev);
    return PARSE_EVENT;
}

const struct parser parser_entra = {
    .name = "entra",
    .summary = "Microsoft Entra sign-ins: diagnostic settings, Log Analytics rows",
    .signs =
        (const char *const[]){"category properties",
                              "Type|Category TimeGenerated|CreatedDateTime|OperationName", NULL},
    .paths = entra_paths,
    .paths_n = ENTRA_PATHS_N,
    .body = "properties",
    .claims = claims,
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields =
        "tenant user ip port outcome reason code app_id app client protocol user_agent session "
        "token_id device factor interactive operation event_id",
    .example = "{\"category\":\"SignInLogs\",\"tenantId\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\","
               "\"properties\":{\"createdDateTime\":\"2025-03-04T05:06:07.123Z\","
               "\"userPrincipalName\":\"anna@contoso.com\",\"ipAddress\":\"203.0.113.7\","
               "\"status\":{\"errorCode\":50126},\"id\":\"s1\"}}",
    .page = "https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs",
};
