/* SPDX-License-Identifier: Apache-2.0
 *
 * An invented Entra sign-in of about 4 KB, as long as real ones, that can be varied in place: who,
 * from where, when and with what result. For benchmarks and for the proof that nothing is
 * allocated.
 */
#ifndef TESTS_BENCH_RECORD_H
#define TESTS_BENCH_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { RECORD_MAX = 8192 };

struct record_text {
    char text[RECORD_MAX];
    size_t len, id, user, ip, hour, minute, second, code;
};

static inline size_t record_find(const struct record_text *r, const char *mark)
{
    return (size_t)(strstr(r->text, mark) - r->text) + strlen(mark);
}

static inline void record_make(struct record_text *r)
{
    static const char head[] =
        "{\"time\":\"2025-03-04T05:06:09.1234567Z\",\"resourceId\":\"/tenants/"
        "8a4de8b5-095c-47d0-a96f-a75130c61d53/providers/Microsoft.aadiam\",\"operationName\":"
        "\"Sign-in activity\",\"operationVersion\":\"1.0\",\"category\":\"SignInLogs\","
        "\"tenantId\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\",\"resultType\":\"000000\","
        "\"resultSignature\":\"None\",\"durationMs\":0,\"correlationId\":"
        "\"5f5d4a3c-1111-4222-8333-444455556666\",\"Level\":4,\"properties\":{\"id\":"
        "\"00000000-aaaa-4bbb-8ccc-dddddddddddd\",\"createdDateTime\":"
        "\"2025-03-04T05:06:07.1234567Z\",\"userDisplayName\":\"A. Person\","
        "\"userPrincipalName\":\"user0000000@contoso.com\",\"userId\":"
        "\"12345678-1234-4234-8234-123456789012\",\"appId\":"
        "\"04b07795-8ddb-461a-bbee-02f9e1bf7b46\",\"appDisplayName\":\"Microsoft Azure CLI\","
        "\"ipAddress\":\"100.100.100.100\",\"clientAppUsed\":\"Mobile Apps and Desktop clients\","
        "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36\","
        "\"conditionalAccessStatus\":\"notApplied\",\"isInteractive\":true,"
        "\"authenticationRequirement\":\"singleFactorAuthentication\",\"status\":{\"errorCode\":"
        "50126,\"failureReason\":\"Error validating credentials due to invalid username or "
        "password.\",\"additionalDetails\":null},\"deviceDetail\":{\"deviceId\":\"\","
        "\"operatingSystem\":\"Windows10\",\"browser\":\"Rich Client 4.61\"},\"location\":{"
        "\"city\":\"Tokyo\",\"state\":\"Tokyo\",\"countryOrRegion\":\"JP\",\"geoCoordinates\":{"
        "\"latitude\":35.69,\"longitude\":139.69}},\"appliedConditionalAccessPolicies\":[";
    static const char policy[] =
        "{\"id\":\"6701123a-b4c6-48af-8565-565c8bf7cabc\",\"displayName\":\"Require MFA for "
        "everyone\",\"enforcedGrantControls\":[\"Mfa\"],\"enforcedSessionControls\":[],\"result\":"
        "\"notApplied\",\"conditionsSatisfied\":3,\"conditionsNotSatisfied\":8}";
    static const char tail[] = "],\"riskState\":\"none\",\"riskLevelAggregated\":\"none\"}}\n";
    size_t n = (size_t)snprintf(r->text, sizeof r->text, "%s", head);
    for (int i = 0; n < 4096 - sizeof policy - sizeof tail; i++)
        n += (size_t)snprintf(r->text + n, sizeof r->text - n, "%s%s", i ? "," : "", policy);
    n += (size_t)snprintf(r->text + n, sizeof r->text - n, "%s", tail);
    r->len = n;
    r->id = record_find(r, "\"properties\":{\"id\":\"");
    r->user = record_find(r, "\"userPrincipalName\":\"user");
    r->ip = record_find(r, "\"ipAddress\":\"");
    r->hour = record_find(r, "\"createdDateTime\":\"2025-03-04T");
    r->minute = r->hour + 3;
    r->second = r->hour + 6;
    r->code = record_find(r, "\"errorCode\":");
}

static inline void record_digits(char *to, unsigned width, uint64_t value)
{
    for (unsigned i = width; i > 0; i--, value /= 10)
        to[i - 1] = (char)('0' + value % 10);
}

/* The i-th of its kind: most people sign in from home, one network in eight guesses passwords. The
 * multiplier spreads neighbours over the tables. Time passes: 100 events a second. */
static inline void record_vary(struct record_text *r, uint64_t i, uint64_t users)
{
    uint64_t mixed = i * 0x9E3779B97F4A7C15u >> 20, second = i / 100;
    int guess = i % 8 == 0;
    record_digits(r->text + r->id, 8, i);
    record_digits(r->text + r->user, 7, mixed % users);
    for (unsigned byte = 0; byte < 4; byte++) {
        uint64_t part = guess && byte < 3 ? i / 65536 % 8 : mixed >> 8 * byte;
        record_digits(r->text + r->ip + 4 * byte, 3, 100 + part % 100);
    }
    record_digits(r->text + r->hour, 2, second / 3600 % 24);
    record_digits(r->text + r->minute, 2, second / 60 % 60);
    record_digits(r->text + r->second, 2, second % 60);
    memcpy(r->text + r->code, guess ? "50126" : "    0", 5);
}

#endif
