/* SPDX-License-Identifier: Apache-2.0
 *
 * User agent texts by plain substrings, first match wins: more particular names stand before those
 * that others also claim to be (every browser says "Safari" and "Mozilla").
 * Sources: the products' own default texts; Entra sign-in logs for the legacy markers BAV2ROPC and
 * CBAInPROD (Exchange Online basic authentication proxies).
 */
#include "parsers/values/user_agent.h"

struct agent_row {
    const char *needle, *family;
    enum agent_kind kind;
};

static const struct agent_row rows[] = {
    {"BAV2ROPC", "BAV2ROPC", AGENT_LEGACY},
    {"CBAInPROD", "CBAInPROD", AGENT_LEGACY},
    {"CBAinTAR", "CBAinTAR", AGENT_LEGACY},
    {"PKeyAuth", "PKeyAuth", AGENT_BROKER},
    {"Windows-AzureAD-Authentication-Provider", "Windows broker", AGENT_BROKER},
    {"python-requests", "python-requests", AGENT_API},
    {"aiohttp", "aiohttp", AGENT_API},
    {"httpx", "httpx", AGENT_API},
    {"AZURECLI", "Azure CLI", AGENT_API},
    {"azure-cli", "Azure CLI", AGENT_API},
    {"PowerShell", "PowerShell", AGENT_API},
    {"PostmanRuntime", "Postman", AGENT_API},
    {"azurehound", "AzureHound", AGENT_API},
    {"ROADtools", "ROADtools", AGENT_API},
    {"HeadlessChrome", "HeadlessChrome", AGENT_API},
    {"curl/", "curl", AGENT_API},
    {"Wget", "Wget", AGENT_API},
    {"Go-http-client", "Go-http-client", AGENT_API},
    {"fasthttp", "fasthttp", AGENT_API},
    {"okhttp", "okhttp", AGENT_API},
    {"axios", "axios", AGENT_API},
    {"undici", "undici", AGENT_API},
    {"node-fetch", "node-fetch", AGENT_API},
    {"node", "node", AGENT_API},
    {"libwww-perl", "libwww-perl", AGENT_API},
    {"Apache-HttpClient", "Apache HttpClient", AGENT_API},
    {"Java/", "Java", AGENT_API},
    {"Python", "Python", AGENT_API},
    {"Teams/", "Teams", AGENT_NATIVE},
    {"Outlook", "Outlook", AGENT_NATIVE},
    {"OneDrive", "OneDrive", AGENT_NATIVE},
    {"Microsoft Office", "Office", AGENT_NATIVE},
    {"MSAL", "MSAL", AGENT_NATIVE},
    {"Edg", "Edge", AGENT_BROWSER},
    {"OPR/", "Opera", AGENT_BROWSER},
    {"Firefox", "Firefox", AGENT_BROWSER},
    {"FxiOS", "Firefox", AGENT_BROWSER},
    {"CriOS", "Chrome", AGENT_BROWSER},
    {"Chrome", "Chrome", AGENT_BROWSER},
    {"Safari", "Safari", AGENT_BROWSER},
};

/* Systems that contain another's name first: Android says Linux, iPhone says Mac OS X. */
static const struct {
    const char *needle;
    enum agent_os os;
} systems[] = {
    {"Windows", OS_WINDOWS}, {"Android", OS_ANDROID}, {"iPhone", OS_IOS},   {"iPad", OS_IOS},
    {"CrOS", OS_CHROMEOS},   {"Mac OS X", OS_MACOS},  {"Darwin", OS_MACOS}, {"Linux", OS_LINUX},
};

static bool contains(struct slice text, const char *needle)
{
    return memmem(text.ptr, text.len, needle, strlen(needle)) != NULL;
}

struct agent user_agent_of(struct slice text)
{
    struct agent agent = {AGENT_UNKNOWN, OS_UNKNOWN, 0};
    if (text.len == 0)
        return agent;
    if (text.len > USER_AGENT_MAX)
        text.len = USER_AGENT_MAX;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (contains(text, rows[i].needle)) {
            agent.kind = rows[i].kind;
            agent.family = (uint8_t)(i + 1);
            break;
        }
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        if (contains(text, systems[i].needle)) {
            agent.os = systems[i].os;
            break;
        }
    return agent;
}

const char *user_agent_family(uint8_t family)
{
    return family && family <= sizeof rows / sizeof rows[0] ? rows[family - 1].family : "";
}

uint32_t user_agent_class(struct agent agent)
{
    /* By the first row of that family, so that two texts of one program are one class. */
    uint32_t row = agent.family;
    for (uint32_t i = 0; row && i + 1 < row; i++)
        if (strcmp(rows[i].family, rows[row - 1].family) == 0)
            row = i + 1;
    return (uint32_t)agent.kind << 16 | (uint32_t)agent.os << 8 | row;
}

enum agent_kind user_agent_kind(uint32_t agent_class)
{
    return (enum agent_kind)(agent_class >> 16);
}
