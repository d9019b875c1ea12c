/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, "Sign-in log activity details" (client app), "Verify first-party
 * Microsoft applications" (ids) and "Microsoft Entra audit log activity reference", read 2025;
 * BAV2ROPC, CBAInPROD and CBAinTAR are seen in real logs.
 */
#include "parsers/codes/microsoft.h"

#include "parsers/codes/control.h"
#include "parsers/values/text.h"

void microsoft_judge(struct reason reason, struct event *ev)
{
    ev->reason = reason.reason;
    ev->outcome = reason.outcome;
    ev->password_valid = reason.password_valid;
    ev->control = control_of_event(ev);
}

enum event_legacy microsoft_legacy_client(struct slice client)
{
    static const struct {
        const char *name;
        enum event_legacy legacy;
    } clients[] = {{"Authenticated SMTP", LEGACY_SMTP},
                   {"SMTP", LEGACY_SMTP},
                   {"Autodiscover", LEGACY_AUTODISCOVER},
                   {"Exchange ActiveSync", LEGACY_ACTIVESYNC},
                   {"Exchange Online PowerShell", LEGACY_POWERSHELL},
                   {"Exchange Web Services", LEGACY_EWS},
                   {"IMAP4", LEGACY_IMAP},
                   {"IMAP", LEGACY_IMAP},
                   {"POP3", LEGACY_POP},
                   {"POP", LEGACY_POP},
                   {"MAPI Over HTTP", LEGACY_MAPI},
                   {"Offline Address Book", LEGACY_OTHER},
                   {"Outlook Anywhere (RPC over HTTP)", LEGACY_OUTLOOK},
                   {"Outlook Service", LEGACY_OUTLOOK},
                   {"Universal Outlook", LEGACY_OUTLOOK},
                   {"Reporting Web Services", LEGACY_OTHER},
                   {"Other clients", LEGACY_OTHER}};
    for (size_t i = 0; client.len > 0 && i < sizeof(clients) / sizeof(clients[0]); i++)
        if (slice_equal_nocase(client, slice_of(clients[i].name)))
            return clients[i].legacy;
    return LEGACY_NOT;
}

bool microsoft_is_command_line(struct slice app_id, struct slice app)
{
    static const struct {
        const char *id, *name;
    } apps[] = {{"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"},
                {"1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell"},
                {"14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools"}};
    for (size_t i = 0; i < sizeof(apps) / sizeof(apps[0]); i++)
        if (slice_equal_nocase(app_id, slice_of(apps[i].id)) ||
            slice_equal_nocase(app, slice_of(apps[i].name)))
            return true;
    return false;
}

static bool contains(struct slice text, struct slice part)
{
    return text.len >= part.len && memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

bool microsoft_is_ropc_agent(struct slice user_agent)
{
    return contains(user_agent, SLICE("BAV2ROPC"));
}

enum event_legacy microsoft_legacy(struct slice client, struct slice user_agent)
{
    enum event_legacy legacy = microsoft_legacy_client(client);
    bool agent = microsoft_is_ropc_agent(user_agent) || contains(user_agent, SLICE("CBAInPROD")) ||
                 contains(user_agent, SLICE("CBAinTAR"));
    return legacy == LEGACY_NOT && agent ? LEGACY_UNNAMED : legacy;
}

bool microsoft_is_program(struct slice user)
{
    return slice_starts_nocase(user, SLICE("ServicePrincipal_"));
}

bool microsoft_is_password_check(enum event_reason reason)
{
    return reason == REASON_WRONG_PASSWORD || reason == REASON_UNKNOWN_USER ||
           reason == REASON_LOCKED || reason == REASON_DISABLED || reason == REASON_PASSWORD_OK;
}

enum event_factor microsoft_factor(struct slice requirement)
{
    if (slice_equal_nocase(requirement, SLICE("singleFactorAuthentication")) ||
        slice_equal_nocase(requirement, SLICE("Single-factor authentication")))
        return FACTOR_SINGLE;
    if (slice_equal_nocase(requirement, SLICE("multiFactorAuthentication")) ||
        slice_equal_nocase(requirement, SLICE("Multifactor authentication")) ||
        slice_equal_nocase(requirement, SLICE("Multi-factor authentication")))
        return FACTOR_MULTI;
    return FACTOR_UNKNOWN;
}

bool microsoft_is_time_column(struct slice name)
{
    return slice_equal_nocase(name, SLICE("TimeGenerated")) ||
           slice_equal_nocase(name, SLICE("Timestamp")) ||
           slice_equal_nocase(name, SLICE("Date (UTC)"));
}

struct slice microsoft_tenant_of_path(struct slice path)
{
    const size_t guid = 36;
    struct slice mark = SLICE("/tenants/");
    for (size_t i = 0; i + mark.len + guid <= path.len; i++) {
        struct slice rest = {path.ptr + i, path.len - i};
        if (!slice_starts_nocase(rest, mark))
            continue;
        struct slice id = {rest.ptr + mark.len, guid};
        bool ends = rest.len == mark.len + guid || rest.ptr[mark.len + guid] == '/';
        if (ends && id.ptr[8] == '-' && id.ptr[23] == '-' && !text_is_null(id))
            return id;
    }
    return (struct slice){NULL, 0};
}

/* Begins with `name`, where a hyphen of the name also stands for U+2013. */
static bool begins(struct slice text, struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        size_t n = 1;
        if (name.ptr[i] == '-' && text.len >= 3 && memcmp(text.ptr, "\xE2\x80\x93", 3) == 0)
            n = 3;
        else if (text.len == 0 || slice_lower(text.ptr[0]) != slice_lower(name.ptr[i]))
            return false;
        text.ptr += n;
        text.len -= n;
    }
    return true;
}

enum event_change microsoft_change_of(struct slice operation, bool *ret_only_factors)
{
    static const struct {
        const char *begins;
        enum event_change change;
    } names[] = {
        {"User registered security info", CHANGE_FACTOR_ADDED},
        {"User deleted security info", CHANGE_FACTOR_REMOVED},
        {"User changed default security info", CHANGE_FACTOR_CHANGED},
        {"Admin registered security info", CHANGE_FACTOR_ADDED},
        {"Reset password", CHANGE_PASSWORD},
        {"Reset user password", CHANGE_PASSWORD},
        {"Change password", CHANGE_PASSWORD},
        {"Change user password", CHANGE_PASSWORD},
        {"Disable Strong Authentication", CHANGE_FACTOR_OFF},
        {"Update StsRefreshTokenValidFrom", CHANGE_SESSIONS},
        {"Consent to application", CHANGE_CONSENT},
        {"Add delegated permission grant", CHANGE_GRANT},
        {"Add app role assignment", CHANGE_GRANT},
        {"Add service principal credentials", CHANGE_CREDENTIAL},
        {"Update application - Certificates and secrets management", CHANGE_CREDENTIAL},
        {"Add member to role", CHANGE_ROLE},
        {"Add owner to", CHANGE_ROLE},
        {"Add device", CHANGE_DEVICE},
        {"Add registered owner to device", CHANGE_DEVICE},
    };
    operation = text_trim(operation);
    while (operation.len > 0 && operation.ptr[operation.len - 1] == '.')
        operation.len--;
    *ret_only_factors = slice_equal_nocase(operation, SLICE("Update user"));
    if (*ret_only_factors)
        return CHANGE_FACTOR_CHANGED;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (begins(operation, slice_of(names[i].begins)))
            return names[i].change;
    return CHANGE_ABSENT;
}

enum event_denial microsoft_denial(struct slice detail)
{
    static const struct {
        const char *word;
        enum event_denial denial;
    } words[] = {{"fraud", DENIAL_FRAUD},
                 {"Fraud", DENIAL_FRAUD},
                 {"suspicious", DENIAL_FRAUD},
                 {"code", DENIAL_CODE},
                 {"did not respond", DENIAL_TIMEOUT},
                 {"timed out", DENIAL_TIMEOUT},
                 {"timeout", DENIAL_TIMEOUT},
                 {"declined", DENIAL_REFUSED},
                 {"denied", DENIAL_REFUSED}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (contains(detail, slice_of(words[i].word)))
            return words[i].denial;
    return DENIAL_ABSENT;
}

enum event_denial microsoft_denial_by(struct slice method)
{
    static const char *const prompts[] = {"notification", "Phone call", "phone call"};
    static const char *const typed[] = {"code",     "Text message", "OATH",
                                        "passcode", "FIDO2",        "security key"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
        if (contains(method, slice_of(typed[i])))
            return DENIAL_CODE;
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++)
        if (contains(method, slice_of(prompts[i])))
            return DENIAL_REFUSED;
    return DENIAL_ABSENT;
}
