/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: Microsoft Learn, "Sign-in log activity details" (client app), "Verify first-party
 * Microsoft applications" (ids) and "Microsoft Entra audit log activity reference", read 2025;
 * BAV2ROPC, CBAInPROD and CBAinTAR are seen in real logs.
 */
#include "parsers/microsoft.h"

#include "parsers/text.h"

void microsoft_judge(struct reason reason, struct event *ev)
{
    ev->reason = reason.reason;
    ev->outcome = reason.outcome;
    ev->password_valid = reason.password_valid;
}

bool microsoft_is_legacy_client(struct slice client)
{
    static const char *const clients[] = {"Authenticated SMTP",
                                          "SMTP",
                                          "Autodiscover",
                                          "Exchange ActiveSync",
                                          "Exchange Online PowerShell",
                                          "Exchange Web Services",
                                          "IMAP4",
                                          "IMAP",
                                          "POP3",
                                          "POP",
                                          "MAPI Over HTTP",
                                          "Offline Address Book",
                                          "Outlook Anywhere (RPC over HTTP)",
                                          "Outlook Service",
                                          "Universal Outlook",
                                          "Reporting Web Services",
                                          "Other clients"};
    for (size_t i = 0; client.len > 0 && i < sizeof(clients) / sizeof(clients[0]); i++)
        if (slice_equal_nocase(client, slice_of(clients[i])))
            return true;
    return false;
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

bool microsoft_is_legacy_agent(struct slice user_agent)
{
    return microsoft_is_ropc_agent(user_agent) || contains(user_agent, SLICE("CBAInPROD")) ||
           contains(user_agent, SLICE("CBAinTAR"));
}

bool microsoft_is_password_check(enum event_reason reason)
{
    return reason == REASON_WRONG_PASSWORD || reason == REASON_UNKNOWN_USER ||
           reason == REASON_LOCKED || reason == REASON_DISABLED || reason == REASON_PASSWORD_OK;
}

enum event_factor microsoft_factor(struct slice requirement)
{
    if (slice_equal_nocase(requirement, SLICE("singleFactorAuthentication")))
        return FACTOR_SINGLE;
    if (slice_equal_nocase(requirement, SLICE("multiFactorAuthentication")))
        return FACTOR_MULTI;
    return FACTOR_UNKNOWN;
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

bool microsoft_is_account_change(struct slice operation, bool *ret_only_factors)
{
    static const char *const names[] = {"User registered security info",
                                        "User deleted security info",
                                        "User changed default security info",
                                        "Admin registered security info",
                                        "Reset password",
                                        "Reset user password",
                                        "Change password",
                                        "Change user password",
                                        "Disable Strong Authentication",
                                        "Update StsRefreshTokenValidFrom",
                                        "Consent to application",
                                        "Add delegated permission grant",
                                        "Add app role assignment",
                                        "Add service principal credentials",
                                        "Update application - Certificates and secrets management",
                                        "Add member to role",
                                        "Add owner to",
                                        "Add device",
                                        "Add registered owner to device"};
    operation = text_trim(operation);
    while (operation.len > 0 && operation.ptr[operation.len - 1] == '.')
        operation.len--;
    *ret_only_factors = slice_equal_nocase(operation, SLICE("Update user"));
    if (*ret_only_factors)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (begins(operation, slice_of(names[i])))
            return true;
    return false;
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
