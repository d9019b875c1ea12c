/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications, browsers and programs. Shares of browsers are about those of public statistics of
 * 2025 for desks at work; ids of applications are Microsoft's own.
 */
#include "plugin/calibrated/town.h"

const struct app apps_work[APPS_WORK] = {
    {"4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"},
    {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"},
    {"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"},
    {"ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine"},
    {"00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online"},
    {"9199bf20-a13f-4107-85dc-02114787ef48", "One Outlook Web"},
    {"5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Microsoft Teams Web Client"},
    {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"},
};
const struct app app_exchange = {"00000002-0000-0ff1-ce00-000000000000",
                                 "Office 365 Exchange Online"};
const struct app app_graph = {"00000003-0000-0000-c000-000000000000", "Microsoft Graph"};
const struct app app_cli = {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"};
const struct app app_arm = {"797f4846-ba00-4fd7-ba43-dac1f8f63013",
                            "Windows Azure Service Management API"};
const struct app app_portal = {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"};
const struct app app_outlook = {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"};
const struct app app_home = {"4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"};
const struct app app_vpn = {"7c1ad2f0-3a2e-4d57-9f0b-6c1e5b8a4d31", "Company VPN"};
const struct app app_broker = {"29d9ed98-a469-4536-ade2-f981bc1d605e",
                               "Microsoft Authentication Broker"};

#define KHTML "AppleWebKit/537.36 (KHTML, like Gecko) "
#define WIN   "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " KHTML
#define MAC   "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " KHTML
#define LIN   "Mozilla/5.0 (X11; Linux x86_64) " KHTML

/* Browsers of desks, three versions each: they update every four weeks. */
enum { VERSIONS = 3, BROWSERS = 7 };
#define CHROMIUM(system, v) system "Chrome/" v ".0.0.0 Safari/537.36"
#define EDGE(system, v)     CHROMIUM(system, v) " Edg/" v ".0.0.0"
static const struct agent browsers[BROWSERS][VERSIONS] = {
    {{EDGE(WIN, "144"), "Edge 144.0.0", "Windows10"},
     {EDGE(WIN, "145"), "Edge 145.0.0", "Windows10"},
     {EDGE(WIN, "146"), "Edge 146.0.0", "Windows10"}},
    {{CHROMIUM(WIN, "144"), "Chrome 144.0.0", "Windows10"},
     {CHROMIUM(WIN, "145"), "Chrome 145.0.0", "Windows10"},
     {CHROMIUM(WIN, "146"), "Chrome 146.0.0", "Windows10"}},
    {{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0",
      "Firefox 147.0", "Windows10"},
     {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0",
      "Firefox 148.0", "Windows10"},
     {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0",
      "Firefox 149.0", "Windows10"}},
    {{CHROMIUM(MAC, "144"), "Chrome 144.0.0", "MacOs"},
     {CHROMIUM(MAC, "145"), "Chrome 145.0.0", "MacOs"},
     {CHROMIUM(MAC, "146"), "Chrome 146.0.0", "MacOs"}},
    {{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/26.1 Safari/605.1.15",
      "Safari 26.1", "MacOs"},
     {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/26.2 Safari/605.1.15",
      "Safari 26.2", "MacOs"},
     {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/26.3 Safari/605.1.15",
      "Safari 26.3", "MacOs"}},
    {{CHROMIUM(LIN, "144"), "Chrome 144.0.0", "Linux"},
     {CHROMIUM(LIN, "145"), "Chrome 145.0.0", "Linux"},
     {CHROMIUM(LIN, "146"), "Chrome 146.0.0", "Linux"}},
    {{EDGE(MAC, "144"), "Edge 144.0.0", "MacOs"},
     {EDGE(MAC, "145"), "Edge 145.0.0", "MacOs"},
     {EDGE(MAC, "146"), "Edge 146.0.0", "MacOs"}},
};
static const uint16_t browser_shares[BROWSERS] = {50, 24, 4, 8, 6, 4, 4};

const struct agent *program_desk(struct dice *dice, const char **ret_os)
{
    const struct agent *agent = browsers[dice_weighted(dice, browser_shares, BROWSERS)];

    *ret_os = agent->os;
    return agent;
}

const struct agent *program_next(const struct agent *agent, unsigned version)
{
    return agent + (version < VERSIONS ? version : VERSIONS - 1);
}

static const struct agent windows_native = {"Windows-AzureAD-Authentication-Provider/1.0", "",
                                            "Windows10"};
static const struct agent mac_native = {
    "Microsoft Office/16.94 (Macintosh; Intel Mac OS X 15.3; Outlook 16.94)", "", "MacOs"};
static const struct agent linux_native = {CHROMIUM(LIN, "145"), "Chrome 145.0.0", "Linux"};

const struct agent *program_native(const char *os)
{
    return strcmp(os, "MacOs") == 0   ? &mac_native
           : strcmp(os, "Linux") == 0 ? &linux_native
                                      : &windows_native;
}

static const struct agent iphone = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
    "Mobile Safari", "Ios 18.3"};
static const struct agent android = {
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/145.0.0.0 Mobile Safari/537.36",
    "Chrome Mobile 145.0.0", "Android 15"};
static const struct agent iphone_native = {"Outlook-iOS/2.0 (iPhone; iOS 18.3)", "", "Ios 18.3"};
static const struct agent android_native = {
    "Dalvik/2.1.0 (Linux; U; Android 15; Pixel 8 Build/AP4A.250205.002)", "", "Android 15"};

const struct agent *program_phone(struct dice *dice, const char **ret_os)
{
    const struct agent *agent = dice_per_mille(dice, 550) ? &iphone : &android;

    *ret_os = agent->os;
    return agent;
}

const struct agent *program_phone_native(const char *os)
{
    return os[0] == 'I' ? &iphone_native : &android_native;
}

const struct agent agent_python = {"python-requests/2.32.3", "Python Requests 2.32", ""};
const struct agent agent_axios = {"axios/1.7.9", "", ""};
const struct agent agent_go = {"Go-http-client/2.0", "", ""};
const struct agent agent_cli = {"azsdk-python-identity/1.19.0 Python/3.11.2 (Linux-6.1.0-x86_64)",
                                "", "Linux"};
const struct agent agent_imap = {"BAV2ROPC", "", ""};
const struct agent agent_none = {"", "", ""};
/* What honest people use as well: an agent must not give an attack away. */
const struct agent agent_chrome = {CHROMIUM(WIN, "145"), "Chrome 145.0.0", "Windows10"};
const struct agent agent_linux = {CHROMIUM(LIN, "145"), "Chrome 145.0.0", "Linux"};
const struct agent agent_saas = {"Meeting-Notes/4.2 (+https://notes.example)", "", ""};
