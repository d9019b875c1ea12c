/* SPDX-License-Identifier: Apache-2.0
 *
 * The finding writer: a golden record, hostile text, the worst finding that can be, and commands
 * that nobody can break out of. Whether records keep the published schema is tested in tests/cli.
 */
#include "plugin/findings/finding_json.h"

#include "detectors/detectors.h"
#include "plugin/base/version.h"
#include "plugin/findings/finding_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct attack attacks[] = {
    {"T1110.003", "Password Spraying", "TA0006", "Credential Access"}, {NULL, NULL, NULL, NULL}};
static const char *const types[] = {"Credential access", NULL};
static const char *const commands[] = {
    "POST https://graph.microsoft.com/v1.0/users/{user}/revokeSignInSessions",
    "Revoke-MgUserSignInSession -UserId '{user}'", NULL};
static const struct detector detector = {
    .name = "ropc",
    .summary = "a password sent by the client itself",
    .version = 3,
    .bucket_days = 7,
    .attacks = attacks,
    .types = types,
    .remediation = "Revoke sessions.",
    .remediation_ja = "セッションを無効化してください。",
    .commands = commands,
};

static void set(char *to, size_t cap, const char *text)
{
    snprintf(to, cap, "%s", text);
}

/* A finding with every field filled once. Times are of 2025-03-04. */
static void fill(struct finding *f)
{
    *f = (struct finding){.detector = &detector,
                          .uid = "000102030405060708090a0b0c0d0e0f",
                          .activity = ACTIVITY_UPDATE,
                          .status = STATUS_NEW,
                          .bucket = 2873,
                          .created_ms = 1741064767123,
                          .modified_ms = 1741064768000,
                          .sequence = 1,
                          .tenant = "8a4de8b5-095c-47d0-a96f-a75130c61d53",
                          .subject = "alice@contoso.com",
                          .subject_type = "user",
                          .title = "ROPC sign-in of alice@contoso.com",
                          .title_ja = "ROPC",
                          .desc = "What happened.",
                          .users_n = 1,
                          .networks_n = 1,
                          .addresses_n = 2,
                          .witnesses_n = 1};
    f->verdict = (struct verdict){.fires = true,
                                  .severity = SEVERITY_HIGH,
                                  .confidence = 2,
                                  .first_ms = 1741064767123,
                                  .last_ms = 1741064768000,
                                  .measures_n = 2};
    f->verdict.measures[0] = (struct measure){MEASURE_ATTEMPTS, 12, 10, true, true};
    f->verdict.measures[1] = (struct measure){MEASURE_DISTANCE, 9558.12345, 0, false, false};
    set(f->users[0], sizeof f->users[0], "alice@contoso.com");
    set(f->networks[0], sizeof f->networks[0], "203.0.113.0/24");
    struct finding_address *a = &f->addresses[0];
    assert_true(ip_parse(SLICE("203.0.113.7"), &a->ip));
    a->prefix_bits = 128;
    a->lat = 35.6895;
    a->lon = 139.69171;
    a->radius_km = 20;
    a->has_place = true;
    memcpy(a->country, "JP", 3);
    set(a->city, sizeof a->city, "Tokyo");
    set(a->as_name, sizeof a->as_name, "Example Net");
    a->asn = 64500;
    a->network = NETWORK_HOSTING;
    assert_true(ip_parse(SLICE("2001:db8:5::1"), &f->addresses[1].ip));
    f->addresses[1].prefix_bits = 48;
    f->addresses[1].time_ms = 1741064767000;
    struct witness *w = &f->witnesses[0];
    w->time_ms = 1741064767123;
    w->ref = (struct event_ref){"signins", 3, 4711, 2};
    w->ip = f->addresses[0].ip;
    w->has_ip = true;
    w->port = 50123;
    w->reason = REASON_OK;
    w->factor = FACTOR_SINGLE;
    w->source = "entra";
    set(w->user, sizeof w->user, "alice@contoso.com");
    set(w->app, sizeof w->app, "Azure CLI");
    set(w->user_agent, sizeof w->user_agent, "python-requests/2.31");
    set(w->device, sizeof w->device, "d1");
    set(w->operation, sizeof w->operation, "Sign-in activity");
    set(w->event_id, sizeof w->event_id, "e1");
    set(w->code, sizeof w->code, "0");
}

static const char golden[] =
    "{\"activity_id\":2,\"activity_name\":\"Update\",\"category_uid\":2,\"category_name\":"
    "\"Findings\","
    "\"class_uid\":2004,\"class_name\":\"Detection Finding\",\"type_uid\":200402,\"severity_id\":4,"
    "\"severity\":\"High\",\"status_id\":1,\"status\":\"New\",\"confidence_id\":2,"
    "\"confidence\":\"Medium\",\"is_alert\":true,\"time\":1741064767123,"
    "\"start_time\":1741064767123,\"end_time\":1741064768000,"
    "\"message\":\"ROPC sign-in of alice@contoso.com (attempts about 12)\","
    "\"metadata\":{\"version\":\"" OCSF_VERSION "\",\"product\":{\"name\":\"spoor\","
    "\"vendor_name\":\"spoor\",\"version\":\"%s\"},\"uid\":\"000102030405060708090a0b0c0d0e0f.1\","
    "\"sequence\":1,\"tenant_uid\":\"8a4de8b5-095c-47d0-a96f-a75130c61d53\","
    "\"labels\":[\"lang:en\",\"lang:ja\"]},"
    "\"finding_info\":{\"uid\":\"000102030405060708090a0b0c0d0e0f\","
    "\"title\":\"ROPC sign-in of alice@contoso.com\",\"desc\":\"What happened.\","
    "\"types\":[\"Credential access\"],\"analytic\":{\"uid\":\"ropc\",\"name\":\"ropc\","
    "\"desc\":\"a password sent by the client itself\",\"type_id\":1,\"type\":\"Rule\","
    "\"version\":\"3\"},\"attacks\":[{\"technique\":{\"uid\":\"T1110.003\","
    "\"name\":\"Password Spraying\"},\"tactic\":{\"uid\":\"TA0006\",\"name\":\"Credential "
    "Access\"},"
    "\"version\":\"16.1\"}],\"created_time\":1741064767123,\"modified_time\":1741064768000,"
    "\"first_seen_time\":1741064767123,\"last_seen_time\":1741064768000,"
    "\"data_sources\":[\"entra\"],\"related_events\":[{\"uid\":\"e1\",\"type\":\"entra\"}]},"
    "\"evidences\":[{\"actor\":{\"user\":{\"name\":\"alice@contoso.com\"}},"
    "\"src_endpoint\":{\"ip\":\"203.0.113.7\",\"port\":50123,\"location\":{\"city\":\"Tokyo\","
    "\"country\":\"JP\",\"lat\":35.6895,\"long\":139.6917},"
    "\"autonomous_system\":{\"number\":64500,\"name\":\"Example Net\"}},"
    "\"device\":{\"uid\":\"d1\",\"type_id\":0},"
    "\"http_request\":{\"user_agent\":\"python-requests/2.31\"},"
    "\"api\":{\"operation\":\"Sign-in activity\"},"
    "\"data\":{\"event_id\":\"e1\",\"time\":1741064767123,\"source\":\"entra\",\"reason\":\"ok\","
    "\"code\":\"0\",\"app\":\"Azure CLI\",\"factor\":\"single\",\"network_class\":\"hosting\","
    "\"radius_km\":20,\"kafka\":{\"topic\":\"signins\",\"partition\":3,\"offset\":4711,"
    "\"index\":2}}},"
    "{\"src_endpoint\":{\"name\":\"2001:db8:5::/48\"},"
    "\"data\":{\"network\":\"2001:db8:5::/48\",\"time\":1741064767000}}],"
    "\"resources\":[{\"type\":\"user\",\"uid\":\"alice@contoso.com\","
    "\"name\":\"alice@contoso.com\"}],"
    "\"observables\":[{\"name\":\"evidences.src_endpoint.ip\",\"type_id\":2,"
    "\"type\":\"IP Address\",\"value\":\"203.0.113.7\"},{\"name\":\"evidences.data.network\","
    "\"type_id\":12,\"type\":\"Subnet\",\"value\":\"2001:db8:5::/48\"},"
    "{\"name\":\"unmapped.spoor.users\",\"type_id\":4,\"type\":\"User Name\","
    "\"value\":\"alice@contoso.com\"},{\"name\":\"unmapped.spoor.networks\",\"type_id\":12,"
    "\"type\":\"Subnet\",\"value\":\"203.0.113.0/24\"},"
    "{\"name\":\"evidences.http_request.user_agent\",\"type_id\":16,"
    "\"type\":\"HTTP User-Agent\",\"value\":\"python-requests/2.31\"}],"
    "\"remediation\":{\"desc\":\"Revoke sessions.\\n\\nセッションを無効化してください。\","
    "\"references\":[\"POST "
    "https://graph.microsoft.com/v1.0/users/alice@contoso.com/revokeSignInSessions\","
    "\"Revoke-MgUserSignInSession -UserId 'alice@contoso.com'\"]},"
    "\"unmapped\":{\"spoor\":{\"title_ja\":\"ROPC\",\"subject\":\"alice@contoso.com\","
    "\"subject_type\":\"user\",\"bucket\":2873,\"bucket_days\":7,\"detector_version\":3,"
    "\"counts\":{\"attempts\":12,\"distance\":9558.123},\"thresholds\":{\"attempts\":10},"
    "\"units\":{\"distance\":\"km\"},\"estimates\":[\"attempts\"],\"provisional\":false,\"users\":["
    "\"alice@contoso.com\"],"
    "\"networks\":[\"203.0.113.0/24\"],\"commands\":[\"POST "
    "https://graph.microsoft.com/v1.0/users/alice@contoso.com/revokeSignInSessions\","
    "\"Revoke-MgUserSignInSession -UserId 'alice@contoso.com'\"]}}}";

static char line[FINDING_JSON_MAX], again[FINDING_JSON_MAX];
static struct finding finding, copy;

static void golden_record(void **state)
{
    (void)state;
    char expected[sizeof golden + 256];
    fill(&finding);
    struct json_out out = json_begin(line, sizeof line);
    assert_true(finding_json(&out, &finding));
    snprintf(expected, sizeof expected, golden, version_text());
    line[out.len] = '\0';
    assert_string_equal(line, expected);

    fill(&copy);
    struct json_out second = json_begin(again, sizeof again);
    assert_true(finding_json(&second, &copy));
    assert_int_equal(second.len, out.len);
    assert_memory_equal(line, again, out.len);
}

static void retracted_record(void **state)
{
    (void)state;
    fill(&finding);
    finding.activity = ACTIVITY_CLOSE;
    finding.status = STATUS_SUPPRESSED;
    finding.suppressed = SUPPRESSED_SHARED_EGRESS;
    struct json_out out = json_begin(line, sizeof line - 1);
    assert_true(finding_json(&out, &finding));
    line[out.len] = '\0';
    assert_non_null(strstr(line, "\"type_uid\":200403"));
    assert_non_null(strstr(line, "\"is_alert\":false"));
    assert_non_null(strstr(line, "\"status\":\"Suppressed\""));
    assert_non_null(strstr(line, "\"suppressed\":\"shared_egress\""));
}

/* Held back and never said: an id and a key of its own for each reason. */
static void held_record(void **state)
{
    (void)state;
    char key[FINDING_KEY_MAX];
    fill(&finding);
    assert_int_equal(finding_key(&finding, key), 32);
    assert_string_equal(key, finding.uid);
    finding.activity = ACTIVITY_CLOSE;
    finding.status = STATUS_SUPPRESSED;
    finding.held = true;
    for (int r = SUPPRESSED_NOT + 1; r < SUPPRESSED_N; r++) {
        finding.suppressed = (enum suppression)r;
        size_t len = finding_key(&finding, key);
        assert_int_equal(len, strlen(key));
        assert_string_equal(key + 33, suppression_name(finding.suppressed));
    }
    finding.suppressed = SUPPRESSED_FAMILIAR;
    struct json_out out = json_begin(line, sizeof line - 1);
    assert_true(finding_json(&out, &finding));
    line[out.len] = '\0';
    assert_non_null(strstr(line, "\"is_alert\":false"));
    assert_non_null(strstr(line, "\"uid\":\"000102030405060708090a0b0c0d0e0f.familiar\""));
    assert_non_null(strstr(line, "\"suppressed\":\"familiar\",\"held_back\":true"));
}

static void points_of_a_tenant(void **state)
{
    (void)state;
    fill(&finding);
    finding.points_n = 2;
    finding.points[0] = (struct finding_point){.name = "legacy",
                                               .state = POINT_YES,
                                               .users = 3,
                                               .first_ms = 1741064767123,
                                               .last_ms = 1741064768000,
                                               .names = {"a", "b"},
                                               .names_n = 2,
                                               .protocols = {{.name = "IMAP", .users = 3}},
                                               .protocols_n = 1};
    finding.points[1] = (struct finding_point){
        .name = "ropc", .state = POINT_NOT_SHOWN_BLOCKED, .note = "nothing shows it"};
    finding.remediation = "Watch only.";
    finding.remediation_ja = "静観。";
    struct json_out out = json_begin(line, sizeof line - 1);
    assert_true(finding_json(&out, &finding));
    line[out.len] = '\0';
    assert_non_null(
        strstr(line, "\"exposure\":[{\"name\":\"legacy\",\"state\":\"yes\",\"users\":3,"
                     "\"names\":[\"a\",\"b\"],\"protocols\":[{\"name\":\"IMAP\",\"users\":3}],"
                     "\"first_time\":1741064767123,\"last_time\":1741064768000},"
                     "{\"name\":\"ropc\",\"state\":\"not_shown_blocked\","
                     "\"note\":\"nothing shows it\"}]"));
    assert_non_null(strstr(line, "\"remediation\":{\"desc\":\"Watch only.\\n\\n静観。\"}"));
    assert_null(strstr(line, "\"commands\"")); /* it asks for nothing */
}

/* The fewest fields a detector could fill. */
static void bare_record(void **state)
{
    (void)state;
    static const struct detector bare = {.name = "ropc", .version = 1, .bucket_days = 1};
    finding = (struct finding){
        .detector = &bare, .activity = ACTIVITY_CREATE, .status = STATUS_NEW, .title = "t"};
    struct json_out out = json_begin(line, sizeof line - 1);
    assert_true(finding_json(&out, &finding));
    line[out.len] = '\0';
    assert_null(strstr(line, "null"));
    assert_null(strstr(line, "\"evidences\""));
    assert_null(strstr(line, "\"remediation\""));
}

/* Every text as long as it can be, of bytes that need six characters each: it must still fit, or an
 * attacker could make a finding that is never written. */
static void worst_record_fits(void **state)
{
    (void)state;
    fill(&finding);
    const struct finding sound = finding;
#define FLOOD(field) (memset(field, 1, sizeof field - 1), (field)[sizeof field - 1] = '\0')
    FLOOD(finding.tenant), FLOOD(finding.subject), FLOOD(finding.title), FLOOD(finding.title_ja);
    FLOOD(finding.desc), FLOOD(finding.feed.name), FLOOD(finding.feed.cidr);
    FLOOD(finding.rule), FLOOD(finding.destination);
    for (int i = 0; i < FINDING_RELATED_MAX; i++) {
        finding.related[i] = (struct finding_related){.detector = &detector, .why = "a cause"};
        FLOOD(finding.related[i].uid);
    }
    finding.related_n = FINDING_RELATED_MAX;
    for (int i = 0; i < FINDING_LIST_MAX; i++)
        FLOOD(finding.users[i]), FLOOD(finding.networks[i]), finding.networks[i][0] = '/';
    for (int i = 0; i < FINDING_ADDRESSES_MAX; i++) {
        finding.addresses[i] = sound.addresses[0];
        finding.addresses[i].ip.bytes[15] = (uint8_t)(100 + i);
        FLOOD(finding.addresses[i].city), FLOOD(finding.addresses[i].as_name);
    }
    for (int i = 0; i < FINDING_WITNESSES_MAX; i++) {
        struct witness *w = &finding.witnesses[i];
        *w = sound.witnesses[0];
        FLOOD(w->tenant), FLOOD(w->user), FLOOD(w->app), FLOOD(w->app_id), FLOOD(w->client);
        FLOOD(w->protocol), FLOOD(w->user_agent), FLOOD(w->session), FLOOD(w->token_id);
        FLOOD(w->device), FLOOD(w->operation), FLOOD(w->event_id), FLOOD(w->code);
        w->user_agent[0] = (char)('a' + i);
    }
    finding.points_n = POINTS_MAX;
    for (unsigned i = 0; i < POINTS_MAX; i++) {
        struct finding_point *p = &finding.points[i];
        *p =
            (struct finding_point){.name = "single_factor", .users = 9, .names_n = POINT_USERS_MAX};
        for (unsigned k = 0; k < POINT_USERS_MAX; k++)
            FLOOD(p->names[k]);
        FLOOD(p->note);
        p->protocols_n = POINT_PROTOCOLS_MAX;
        for (unsigned k = 0; k < POINT_PROTOCOLS_MAX; k++)
            p->protocols[k].name = "Exchange Web Services";
    }
    finding.users_n = finding.networks_n = FINDING_LIST_MAX;
    finding.addresses_n = FINDING_ADDRESSES_MAX;
    finding.witnesses_n = FINDING_WITNESSES_MAX;
    for (int i = 0; i < FINDING_STEPS_MAX; i++) {
        struct finding_step *step = &finding.steps[i];
        *step = (struct finding_step){STAGE_PERSISTENCE,
                                      INT64_MAX,
                                      INT64_MAX,
                                      INT64_MAX / 2,
                                      "sign-in from an unfamiliar hosting or VPN network",
                                      detectors_find("success_after_spray"),
                                      ""};
        memset(step->uid, 'f', sizeof step->uid - 1);
    }
    finding.steps_n = FINDING_STEPS_MAX;
    struct json_out out = json_begin(line, sizeof line);
    assert_true(finding_json(&out, &finding));
    assert_true(out.len > FINDING_JSON_MAX / 2);
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)line[i] >= 0x20);
}

static void too_small_is_refused(void **state)
{
    (void)state;
    fill(&finding);
    struct json_out out = json_begin(line, sizeof line);
    assert_true(finding_json(&out, &finding));
    for (size_t cap = 0; cap < out.len; cap += 61) {
        struct json_out small = json_begin(again, cap);
        assert_false(finding_json(&small, &finding));
    }
    struct json_out exact = json_begin(again, out.len);
    assert_true(finding_json(&exact, &finding));
}

static void expect_command(const char *template, const char *user, const char *cidr,
                           const char *expected)
{
    char text[FINDING_COMMAND_MAX];
    const struct command_values values = {user, cidr, user, user, user, user};
    assert_int_equal(finding_command_fill(template, &values, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void commands_cannot_be_left(void **state)
{
    (void)state;
    expect_command("DELETE /users/{user}/x", "a/../b?c#d e%", NULL,
                   "DELETE /users/a%2F..%2Fb%3Fc%23d%20e%25/x");
    expect_command("GET /users/{user}/x", "..", NULL, "GET /users/%2E%2E/x");
    expect_command("GET /users/{user}", "é", NULL, "GET /users/%C3%A9");
    expect_command("Set -Id '{user}'", "o'brien", NULL, "Set -Id 'o''brien'");
    expect_command("Set -Id '{user}'", "a’; rm ‘", NULL, "Set -Id 'a’’; rm ‘‘'");
    expect_command("{\"id\":\"{user}\"}", "a\"b\\", NULL, "{\"id\":\"a\\\"b\\\\\"}");
    expect_command("-Id '{user}'", "a\nb", NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("-Id '{user}'", "a\xC2\x9B", NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("-Id '{user}'", "a\xE2\x80\xAE", NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("-Id '{user}'", "a\xFF", NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("-Id '{user}'", "", NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("-Id '{user}'", NULL, NULL, "-Id '" FINDING_COMMAND_WITHHELD "'");
    expect_command("block {cidr} {cidr_type}", NULL, "2a0a:d683:0::/32",
                   "block 2a0a:d683::/32 iPv6CidrRange");
    expect_command("block {cidr} {cidr_type}", NULL, "192.0.2.0/24",
                   "block 192.0.2.0/24 iPv4CidrRange");
    expect_command("block {cidr}", NULL, "1.2.3.4/8'; x", "block " FINDING_COMMAND_WITHHELD);
    expect_command("{users} {", "x", NULL, "{users} {");
    expect_command("Set -Mailbox '{mailbox}' -Identity '{rule}' -By '{actor}'", "'; rm -rf / #",
                   NULL,
                   "Set -Mailbox '''; rm -rf / #' -Identity '''; rm -rf / #' -By '''; rm -rf / #'");
    expect_command("-Identity '{rule}'", "$(x)`y`%z\"", NULL, "-Identity '$(x)`y`%z\"'");
    expect_command("POST /users/{user}/x", "'; rm -rf $(x)%\"", NULL,
                   "POST /users/%27%3B%20rm%20-rf%20%24%28x%29%25%22/x");
    expect_command("-Identity '{rule}'", "a\n$(x)", NULL,
                   "-Identity '" FINDING_COMMAND_WITHHELD "'");

    expect_command("{\"displayName\":\"{feed}\"}", "a\"}", NULL, "{\"displayName\":\"a\\\"}\"}");

    char user[300], text[FINDING_COMMAND_MAX];
    const struct command_values values = {.user = user};
    memset(user, 'a', sizeof user);
    user[256] = '\0';
    assert_int_equal(finding_command_fill("{user}", &values, text), 256);
    user[256] = 'a';
    user[257] = '\0';
    expect_command("{user}", user, NULL, FINDING_COMMAND_WITHHELD);
}

static char taken[8][FINDING_COMMAND_MAX];
static unsigned taken_n;

static void take(void *ctx, const char *command)
{
    (void)ctx;
    set(taken[taken_n++], sizeof taken[0], command);
}

static void commands_name_their_target(void **state)
{
    (void)state;
    static const char *const block[] = {"block {cidr}", "revoke '{user}'", NULL};
    static const struct detector d = {.name = "password_spray", .commands = block};
    finding = (struct finding){
        .detector = &d, .networks_n = 3, .subject_type = "network", .witnesses_n = 1};
    finding.witnesses[0].source = "o365";
    set(finding.networks[0], sizeof finding.networks[0], "192.0.2.0/24");
    set(finding.networks[1], sizeof finding.networks[1], "AS64500 Example");
    set(finding.networks[2], sizeof finding.networks[2], "2001:db8::/32");
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    assert_int_equal(taken_n, 3);
    assert_string_equal(taken[0], "block 192.0.2.0/24");
    assert_string_equal(taken[1], "block 2001:db8::/32");
    assert_string_equal(taken[2], "revoke '" FINDING_COMMAND_WITHHELD "'");

    /* A name that may have been cut could be somebody else's. */
    finding.subject_type = "user";
    memset(finding.subject, 'a', sizeof finding.subject - 1);
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    assert_string_equal(taken[2], "revoke '" FINDING_COMMAND_WITHHELD "'");
    finding.subject[5] = '\0';
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    assert_string_equal(taken[2], "revoke 'aaaaa'");
    memset(finding.subject, 'a', 63); /* as the windows cut it */
    finding.subject[63] = '\0';
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    assert_string_equal(taken[2], "revoke '" FINDING_COMMAND_WITHHELD "'");
}

static void expect_taken(const char *const *expected)
{
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    unsigned n = 0;
    for (; expected[n]; n++) {
        assert_true(n < taken_n);
        assert_string_equal(taken[n], expected[n]);
    }
    assert_int_equal(taken_n, n);
}
#define EXPECT_TAKEN(...) expect_taken((const char *const[]){__VA_ARGS__, NULL})

/* By the product of the evidence; for others the sentence has to do. */
static void commands_speak_the_product(void **state)
{
    (void)state;
    static const char *const all[] = {"graph {user}",          "[okta]okta {user}",
                                      "[google]google {user}", "[if successes][okta]lock {user}",
                                      "[about user]look",      NULL};
    static const struct detector d = {.name = "ropc", .commands = all};
    finding = (struct finding){.detector = &d, .subject_type = "user", .witnesses_n = 1};
    set(finding.subject, sizeof finding.subject, "anna");
    finding.witnesses[0].source = "entra";
    EXPECT_TAKEN("graph anna", "look");
    finding.witnesses[0].source = "google";
    EXPECT_TAKEN("google anna");
    finding.witnesses[0].source = "okta";
    EXPECT_TAKEN("okta anna");
    verdict_measure(&finding.verdict, MEASURE_SUCCESSES, 0);
    EXPECT_TAKEN("okta anna");
    finding.verdict.measures[0].value = 2;
    EXPECT_TAKEN("okta anna", "lock anna");
    finding.witnesses[1].source = "defender";
    finding.witnesses_n = 2;
    finding.subject_type = "mailbox";
    EXPECT_TAKEN("graph anna", "okta anna", "lock anna");
    finding.witnesses[0].source = finding.witnesses[1].source = "cef";
    expect_taken((const char *const[]){NULL});
    struct json_out out = json_begin(line, sizeof line - 1);
    assert_true(finding_json(&out, &finding));
    line[out.len] = '\0';
    assert_null(strstr(line, "\"commands\""));
}

/* Each mailbox, but only the one actor; each user of one session. */
static void commands_for_many(void **state)
{
    (void)state;
    static const char *const all[] = {"stop {mailbox}", "suspend {actor}", "revoke {user}", NULL};
    static const struct detector d = {.name = "bulk_forwarding", .commands = all};
    finding =
        (struct finding){.detector = &d, .subject_type = "address", .witnesses_n = 2, .users_n = 2};
    set(finding.users[0], sizeof finding.users[0], "anna");
    set(finding.users[1], sizeof finding.users[1], "bert");
    for (int i = 0; i < 2; i++) {
        finding.witnesses[i].source = "o365";
        set(finding.witnesses[i].user, sizeof finding.witnesses[i].user, "root");
    }
    EXPECT_TAKEN("stop anna", "stop bert", "suspend root", "revoke " FINDING_COMMAND_WITHHELD);
    finding.subject_type = "session";
    EXPECT_TAKEN("stop anna", "stop bert", "suspend root", "revoke anna", "revoke bert");
    set(finding.witnesses[1].user, sizeof finding.witnesses[1].user, "eve");
    finding.subject_type = "address";
    EXPECT_TAKEN("stop anna", "stop bert", "suspend " FINDING_COMMAND_WITHHELD,
                 "revoke " FINDING_COMMAND_WITHHELD);
    finding.users_n = FINDING_LIST_MAX;
    for (int i = 2; i < FINDING_LIST_MAX; i++)
        finding.users[i][0] = (char)('a' + i);
    taken_n = 0;
    finding_commands(&finding, take, NULL);
    assert_int_equal(taken_n, FINDING_COMMAND_TARGETS + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_record),
        cmocka_unit_test(retracted_record),
        cmocka_unit_test(held_record),
        cmocka_unit_test(bare_record),
        cmocka_unit_test(points_of_a_tenant),
        cmocka_unit_test(worst_record_fits),
        cmocka_unit_test(too_small_is_refused),
        cmocka_unit_test(commands_cannot_be_left),
        cmocka_unit_test(commands_name_their_target),
        cmocka_unit_test(commands_speak_the_product),
        cmocka_unit_test(commands_for_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
