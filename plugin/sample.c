/* SPDX-License-Identifier: Apache-2.0
 *
 * The day's script. Ordinary life first, hour by hour; what is planted is told in `plant`. Record
 * shapes follow Microsoft's documentation of Entra diagnostic settings and of the unified audit
 * log.
 */
#include "plugin/sample.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    USERS = 30,
    MESSAGE_MAX = 32 * 1024,
    BATCH = 6,
    MINUTE_MS = 60000,
    HOUR_MS = 60 * MINUTE_MS
};

const char *const sample_expected[] = {"password_spray", "cidr_match", "ropc", "legacy_auth", NULL};
const char *const sample_expected_with_places[] = {"impossible_travel", NULL};

static const struct company {
    const char *tenant, *domain;
    const char *home, *second; /* networks: the first two numbers of an address */
} companies[] = {
    {"8a4de8b5-095c-47d0-a96f-a75130c61d53", "contoso.com", "103.10", "103.20"}, /* Berlin, Paris */
    {"0f3c5a8e-6d1b-4b7a-9a52-4a5f8f0f7c11", "fabrikam.com", "101.10", "101.20"}, /* Tokyo, Osaka */
};
enum { COMPANIES = sizeof companies / sizeof companies[0] };

static const char *const names[USERS] = {
    "anna.keller",  "bert.vogel",   "carla.simon",  "david.otto", "emma.frank",   "felix.graf",
    "greta.lorenz", "hugo.peters",  "ida.brandt",   "jan.kaiser", "klara.haas",   "leo.schreiber",
    "mara.dietz",   "nils.engel",   "olga.busch",   "paul.horn",  "quirin.arndt", "rosa.winter",
    "sven.sauer",   "tilda.marx",   "ulf.beck",     "vera.jahn",  "willi.roth",   "xenia.moll",
    "yann.thiel",   "zoe.hartmann", "akira.tanaka", "yuki.sato",  "kenji.mori",   "hana.ito"};

static const char azure_cli[] = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
static const char outlook[] = "d3590ed6-52b3-4102-aeff-aad2292ab01c";
static const char browser[] =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0";

struct writer {
    const struct sample_sink *sink;
    uint64_t random;
    int64_t base_ms;
    char text[MESSAGE_MAX];
    size_t len;
};

static uint32_t draw(struct writer *w, uint32_t below)
{
    w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->random >> 33) % below;
}

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(w->text + w->len, MESSAGE_MAX - w->len, format, args);
    va_end(args);
    if (n > 0)
        w->len += (size_t)n < MESSAGE_MAX - w->len ? (size_t)n : MESSAGE_MAX - w->len - 1;
}

static void put_time(struct writer *w, int64_t ms, const char *zone)
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    char text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    put(w, "%s.%03d%s", text, (int)(ms % 1000), zone);
}

static void put_guid(struct writer *w)
{
    put(w, "%08x-%04x-4%03x-8%03x-%04x%08x", draw(w, 1u << 31), draw(w, 1 << 16), draw(w, 1 << 12),
        draw(w, 1 << 12), draw(w, 1 << 16), draw(w, 1u << 31));
}

static void send(struct writer *w, const char *key)
{
    w->sink->message(w->sink->ctx, slice_of(key), (struct slice){w->text, w->len});
    w->len = 0;
}

/* --- an Entra sign-in --- */

struct sign_in {
    const struct company *company;
    const char *user, *ip; /* user: the part before the @ */
    int64_t at_ms;
    int code; /* 0: success */
    bool interactive, managed, ropc;
    const char *app_id, *app, *client, *agent;
};

static struct sign_in ordinary(const struct company *company, const char *user, const char *ip,
                               int64_t at_ms)
{
    return (struct sign_in){.company = company,
                            .user = user,
                            .ip = ip,
                            .at_ms = at_ms,
                            .interactive = true,
                            .managed = true,
                            .app_id = outlook,
                            .app = "Microsoft Office",
                            .client = "Browser",
                            .agent = browser};
}

static const char *reason_of(int code)
{
    return code == 0       ? "Other."
           : code == 50126 ? "Error validating credentials due to invalid username or password."
                           : "Strong authentication is required.";
}

static void put_properties(struct writer *w, const struct sign_in *s)
{
    put(w, "\"properties\":{\"id\":\"");
    put_guid(w);
    put(w, "\",\"createdDateTime\":\"");
    put_time(w, s->at_ms, "+00:00");
    put(w,
        "\",\"userPrincipalName\":\"%s@%s\",\"appId\":\"%s\",\"appDisplayName\":\"%s\","
        "\"ipAddress\":\"%s\",\"status\":{\"errorCode\":%d,\"failureReason\":\"%s\"},"
        "\"clientAppUsed\":\"%s\",\"userAgent\":\"%s\",",
        s->user, s->company->domain, s->app_id, s->app, s->ip, s->code, reason_of(s->code),
        s->client, s->agent);
    put(w, "\"deviceDetail\":{\"deviceId\":\"%s%s\",\"operatingSystem\":\"Windows\",",
        s->managed ? "device-of-" : "", s->managed ? s->user : "");
    put(w, "\"isCompliant\":%s,\"isManaged\":%s},", s->managed ? "true" : "false",
        s->managed ? "true" : "false");
    put(w, "\"conditionalAccessStatus\":\"notApplied\",\"isInteractive\":%s,",
        s->interactive ? "true" : "false");
    put(w, "\"authenticationRequirement\":\"%s\",\"authenticationProtocol\":\"%s\"}",
        s->managed ? "multiFactorAuthentication" : "singleFactorAuthentication",
        s->ropc ? "ropc" : "none");
}

/* Records leave Microsoft's pipeline a minute or two after the sign-in. */
static void put_sign_in(struct writer *w, const struct sign_in *s)
{
    put(w, "{\"time\":\"");
    put_time(w, s->at_ms + MINUTE_MS + draw(w, MINUTE_MS), "0000Z");
    put(w,
        "\",\"resourceId\":\"/tenants/%s/providers/Microsoft.aadiam\",\"operationName\":\"Sign-in "
        "activity\",\"operationVersion\":\"1.0\",\"category\":\"%s\",\"tenantId\":\"%s\","
        "\"resultType\":\"%d\",\"callerIpAddress\":\"%s\",\"Level\":4,",
        s->company->tenant, s->interactive ? "SignInLogs" : "NonInteractiveUserSignInLogs",
        s->company->tenant, s->code, s->ip);
    put_properties(w, s);
    put(w, "}");
}

static void send_sign_in(struct writer *w, const struct sign_in *s)
{
    put_sign_in(w, s);
    send(w, s->user);
}

/* --- ordinary life --- */

static void home_of(const struct company *company, unsigned user, char ip[static 32])
{
    snprintf(ip, 32, "%s.%u.%u", user % 5 == 4 ? company->second : company->home, 10 + user / 8,
             20 + user);
}

/* The morning: everybody signs in, some need a second try. */
static void morning(struct writer *w, const struct company *company)
{
    for (unsigned user = 0; user < USERS; user++) {
        char ip[32];
        home_of(company, user, ip);
        struct sign_in s =
            ordinary(company, names[user], ip, w->base_ms + 7 * HOUR_MS + draw(w, 90 * MINUTE_MS));
        if (draw(w, 6) == 0) {
            s.code = 50126;
            send_sign_in(w, &s);
            s.code = 0;
            s.at_ms += 20000 + draw(w, 20000);
        }
        send_sign_in(w, &s);
    }
}

/* Tokens are refreshed all day; such records come in batches. */
static void refreshes(struct writer *w, const struct company *company, int hour)
{
    for (unsigned first = 0; first < USERS; first += BATCH) {
        put(w, "{\"records\":[");
        for (unsigned user = first; user < first + BATCH && user < USERS; user++) {
            char ip[32];
            home_of(company, user, ip);
            struct sign_in s =
                ordinary(company, names[user], ip, w->base_ms + hour * HOUR_MS + draw(w, HOUR_MS));
            s.interactive = false;
            s.client = "Mobile Apps and Desktop clients";
            put(w, "%s", user == first ? "" : ",");
            put_sign_in(w, &s);
        }
        put(w, "]}");
        send(w, names[first]);
    }
}

/* Now and then somebody opens another application. */
static void visits(struct writer *w, const struct company *company, int hour)
{
    static const char *const apps[] = {"SharePoint Online", "Microsoft Teams", "Azure Portal"};

    for (unsigned i = 0; i < USERS / 2; i++) {
        const unsigned user = draw(w, USERS);
        char ip[32];
        home_of(company, user, ip);
        struct sign_in s =
            ordinary(company, names[user], ip, w->base_ms + hour * HOUR_MS + draw(w, HOUR_MS));
        s.app = apps[draw(w, 3)];
        send_sign_in(w, &s);
    }
}

/* A mail rule as Exchange records it. */
static void rule(struct writer *w, const struct company *company, const char *user, const char *ip,
                 int64_t at_ms, const char *parameters)
{
    put(w, "{\"CreationTime\":\"");
    put_time(w, at_ms, "");
    put(w, "\",\"Id\":\"");
    put_guid(w);
    put(w,
        "\",\"Operation\":\"New-InboxRule\",\"OrganizationId\":\"%s\",\"RecordType\":1,"
        "\"ResultStatus\":\"True\",\"UserType\":0,\"Version\":1,\"Workload\":\"Exchange\","
        "\"UserId\":\"%s@%s\",\"ClientIP\":\"%s:51234\",\"Parameters\":[%s]}",
        company->tenant, user, company->domain, ip, parameters);
    send(w, user);
}

/* --- what is planted --- */

/* Berlin at 9:12, São Paulo 53 minutes later, from a device nobody manages. */
static void travel(struct writer *w, const struct company *contoso)
{
    const int64_t at = w->base_ms + 9 * HOUR_MS + 12 * MINUTE_MS;
    struct sign_in s = ordinary(contoso, "anna.keller", "103.10.10.20", at);

    send_sign_in(w, &s);
    s = ordinary(contoso, "anna.keller", "103.60.7.44", at + 53 * MINUTE_MS);
    s.managed = false;
    send_sign_in(w, &s);
    rule(w, contoso, "anna.keller", "103.60.7.44", at + 58 * MINUTE_MS,
         "{\"Name\":\"Name\",\"Value\":\".\"},{\"Name\":\"SubjectOrBodyContainsWords\",\"Value\":"
         "\"invoice;payment\"},{\"Name\":\"ForwardTo\",\"Value\":\"billing@example.net\"},"
         "{\"Name\":\"DeleteMessage\",\"Value\":\"True\"}");
}

/* One rented machine tries one password on everybody, twice, with fifteen minutes between. */
static void spray(struct writer *w, const struct company *contoso)
{
    for (unsigned round = 0; round < 2; round++)
        for (unsigned user = 0; user < USERS; user++) {
            struct sign_in s =
                ordinary(contoso, names[user], "103.100.17.81",
                         w->base_ms + 10 * HOUR_MS + round * 15 * MINUTE_MS + user * 9000);
            s.managed = false;
            s.code = 50126;
            s.client = "Other clients";
            s.agent = "python-requests/2.32.3";
            send_sign_in(w, &s);
        }
}

/* The network of the advisory: each attempt from another address, password alone, as Azure CLI. */
static void campaign(struct writer *w, const struct company *fabrikam)
{
    for (unsigned user = 0; user < USERS; user++) {
        char ip[64];
        snprintf(ip, sizeof ip, "2a0a:d683:%x:%x::%x", 1 + draw(w, 65534), draw(w, 65536),
                 1 + draw(w, 65534));
        struct sign_in s =
            ordinary(fabrikam, names[user], ip, w->base_ms + 13 * HOUR_MS + user * 40000);
        s.managed = false;
        s.ropc = true;
        s.code = user == 17 ? 0 : 50126; /* rosa.winter's password was guessed */
        s.app_id = azure_cli;
        s.app = "Microsoft Azure CLI";
        s.client = "Mobile Apps and Desktop clients";
        s.agent = "python-requests/2.31.0";
        send_sign_in(w, &s);
    }
}

/* A mailbox read over IMAP, which asks for no second factor, from a hosting network. */
static void imap(struct writer *w, const struct company *fabrikam)
{
    struct sign_in s = ordinary(fabrikam, "bert.vogel", "103.100.50.9",
                                w->base_ms + 14 * HOUR_MS + 31 * MINUTE_MS);

    s.managed = false;
    s.client = "IMAP4";
    s.agent = "BAV2ROPC";
    s.app = "Office 365 Exchange Online";
    send_sign_in(w, &s);
}

/* A record cut in the middle, as a full disk makes them: it must go to the dead letters. */
static void broken(struct writer *w)
{
    put(w,
        "{\"time\":\"2025-06-17T11:00:00Z\",\"category\":\"SignInLogs\",\"properties\":{\"id\":");
    send(w, "broken");
}

void sample_make(uint64_t seed, int64_t base_ms, const struct sample_sink *sink)
{
    static const char tidy[] = "{\"Name\":\"Name\",\"Value\":\"Newsletters\"},{\"Name\":\"From\","
                               "\"Value\":\"news@contoso.com\"},{\"Name\":\"MoveToFolder\","
                               "\"Value\":\"Newsletters\"}";
    static struct writer writer;

    writer = (struct writer){.sink = sink, .random = seed, .base_ms = base_ms};
    for (int hour = 6; hour < 20; hour++)
        for (int c = 0; c < COMPANIES; c++) {
            if (hour == 7)
                morning(&writer, &companies[c]);
            if (hour == 8)
                rule(&writer, &companies[c], "carla.simon", "103.10.10.22",
                     base_ms + 8 * HOUR_MS + 5 * MINUTE_MS, tidy);
            if (hour > 7) {
                refreshes(&writer, &companies[c], hour);
                visits(&writer, &companies[c], hour);
            }
            if (c == 0 && hour == 9)
                travel(&writer, &companies[0]);
            if (c == 0 && hour == 10)
                spray(&writer, &companies[0]);
            if (c == 0 && hour == 11)
                broken(&writer);
            if (c == 1 && hour == 13)
                campaign(&writer, &companies[1]);
            if (c == 1 && hour == 14)
                imap(&writer, &companies[1]);
        }
}
