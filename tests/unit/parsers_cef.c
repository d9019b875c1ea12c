/* SPDX-License-Identifier: Apache-2.0
 *
 * CEF: golden input, the header, pairs and their escapes, which events are ours, words for how it
 * ended. Header and extension forms as in the ArcSight implementation standard, version 26.
 */
#include "tests/unit/reading.h"

#define HEAD "CEF:0|Example|IdP|1|9|"
#define TIME "start=1741064767123 "

static struct reading *in;

static int set_up(void **state)
{
    (void)state;
    in = reading_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_done(in);
    return 0;
}

static const struct event *event_of(const char *text)
{
    reading_read(in, slice_of(text));
    if (in->bads_n > 0)
        fail_msg("%s: %s", text, bad_reason_name(in->bads[0].reason));
    assert_int_equal(in->events_n, 1);
    return &in->events[0];
}

static void test_golden(void **state)
{
    (void)state;
    expect_golden("cef/sign_ins");
}

static void test_sturdy(void **state)
{
    (void)state;
    expect_sturdy_lines("cef/sign_ins");
}

static void test_header(void **state)
{
    (void)state;
    static const char *const broken[] = {"CEF:0", "CEF:0|", "CEF:0|a|b|c|d|e|f",
                                         "CEF:0|a|b|c|d|e\\|f|g", "CEF:1 CEF:1"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        reading_expect_bad(in, broken[i], BAD_HEADER, 0);
    reading_expect_bad(in, "<13>Mar  4 05:06:07 h CEF:0|a", BAD_HEADER, 22);
    reading_json(in, "CEF:0|a|b|c|d|e|f|");
    assert_int_equal(in->ignored_n, 1);
    const struct event *ev = event_of("cef:0|A\\|B|P\\\\Q|1|7\\|8|login|x|" TIME);
    expect_text(ev->app, "P\\Q");
    expect_text(ev->code, "7|8");
}

static void test_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *pairs, *user;
    } rows[] = {
        {"suser=anna", "anna"},
        {"suser=Anna Maria src=::1", "anna maria"},
        {"suser=a\\=b msg=x", "a=b"},
        {"suser=a=b msg=x", "a=b"},
        {"suser=a\\\\b", "a\\b"},
        {"suser=CONTOSO\\anna", "contoso\\anna"},
        {"suser=a\\nb", "a\nb"},
        {"suser=\"anna\" act=\"x\"", "anna"},
        {"suser=\"a b=c\" act=x", "a b=c"},
        {"suser=\"open act=x", "\"open"},
        {"suser= duser=bob", "bob"},
        {"suser=N/A duser=bob", "bob"},
        {"duser=bob usrName=eve suser=anna", "anna"},
        {"sourceUserName=anna", "anna"},
        {"suser=a suser=b", "a"},
        {"SUSER=anna", "anna"},
        {"msg= =x suser=anna =", "anna ="},
        {"msg=look: suser=anna", "anna"},
        {"suser=anna\\", "anna\\"},
        {"ad.suser=x suser=anna cs1[0]=y", "anna"},
        {"xsuser=anna", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "login|1|" TIME "%s", rows[i].pairs);
        const struct event *ev = event_of(text);
        if (rows[i].user != NULL)
            expect_text(ev->user, rows[i].user);
        else
            expect_absent(ev->user);
    }
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *pairs, *ip;
        uint16_t port;
    } rows[] = {
        {"src=203.0.113.7 spt=51234", "203.0.113.7", 51234},
        {"src=host.example.com sourceAddress=203.0.113.7", "203.0.113.7", 0},
        {"c6a2=2001:db8::7 c6a2Label=Source IPv6 Address", "2001:db8::7", 0},
        {"shost=203.0.113.7 srcPort=5", "203.0.113.7", 5},
        {"shost=laptop", NULL, 0},
        {"dvc=203.0.113.7 dst=203.0.113.8", NULL, 0},
        {"src=203.0.113.7:443 spt=5", "203.0.113.7", 443},
        {"src=203.0.113.7 spt=65536", "203.0.113.7", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "login|1|" TIME "%s", rows[i].pairs);
        const struct event *ev = event_of(text);
        expect_ip(ev, rows[i].ip);
        assert_int_equal(ev->port, rows[i].port);
    }
}

static void test_which_are_ours(void **state)
{
    (void)state;
    static const struct {
        const char *name, *pairs;
        bool ours;
    } rows[] = {
        {"Login", "", true},
        {"User logon", "", true},
        {"UserLogOn", "", true},
        {"Sign-in blocked", "", true},
        {"WebAuthentication", "", true},
        {"x", "categoryBehavior=/Authentication/Verify", true},
        {"x", "categoryBehavior=/Access", false},
        {"x", "cat=Authentication", true},
        {"x", "act=log on", true},
        {"Logout", "", false},
        {"User logoff", "cat=authentication", false},
        {"Blogin", "", false},
        {"Connection denied", "msg=login", false},
        {"User Signed In", "", true},
        {"Administrator logged in", "", true},
        {"An account was logged on", "", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "%s|1|" TIME "%s", rows[i].name, rows[i].pairs);
        reading_read(in, slice_of(text));
        if (in->events_n != rows[i].ours || in->ignored_n != !rows[i].ours)
            fail_msg("%s %s", rows[i].name, rows[i].pairs);
    }
    event_of("CEF:0|Okta|Okta|1|EVENT_CATEGORY_LOGIN|x|1|" TIME);
    const struct event *ev = event_of("CEF:0|Example|Wall|1|auth-fail|SYSTEM|1|" TIME);
    assert_int_equal(ev->outcome, OUTCOME_FAILURE);
    expect_text(ev->code, "auth-fail");
    reading_read(in, SLICE("CEF:0|Example|Wall|1|author-success|SYSTEM|1|" TIME));
    assert_int_equal(in->ignored_n, 1);
}

static void test_how_it_ended(void **state)
{
    (void)state;
    static const struct {
        const char *name, *pairs;
        enum event_outcome outcome;
        enum event_reason reason;
    } rows[] = {
        {"Login", "", OUTCOME_UNKNOWN, REASON_NONE},
        {"Login", "outcome=maybe act=Succeeded", OUTCOME_SUCCESS, REASON_OK},
        {"Login failed", "outcome=success", OUTCOME_SUCCESS, REASON_OK},
        {"Login successful", "", OUTCOME_SUCCESS, REASON_OK},
        {"Login unsuccessful", "", OUTCOME_FAILURE, REASON_UNSAID},
        {"LOGIN_FAILED", "", OUTCOME_FAILURE, REASON_UNSAID},
        {"Login", "categoryOutcome=/Failure", OUTCOME_FAILURE, REASON_UNSAID},
        {"Login", "act=rejected", OUTCOME_FAILURE, REASON_UNSAID},
        {"Login", "act=reset password", OUTCOME_UNKNOWN, REASON_NONE},
        {"Login", "outcome=failure reason=Bad password", OUTCOME_FAILURE, REASON_WRONG_PASSWORD},
        {"Login", "outcome=failure reason=No such user", OUTCOME_FAILURE, REASON_UNKNOWN_USER},
        {"Login", "outcome=failure reason=account locked", OUTCOME_FAILURE, REASON_LOCKED},
        {"Login", "outcome=failure reason=user disabled", OUTCOME_FAILURE, REASON_DISABLED},
        {"Login", "outcome=failure reason=Password expired", OUTCOME_FAILURE, REASON_PASSWORD_OK},
        {"Login", "outcome=failure reason=other", OUTCOME_FAILURE, REASON_UNSAID},
        {"Login", "outcome=failure reason=Unknown user name or bad password", OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD},
        {"Login failed: Invalid username or password", "", OUTCOME_FAILURE, REASON_WRONG_PASSWORD},
        {"Login", "outcome=failure reason=Invalid user name", OUTCOME_FAILURE, REASON_UNKNOWN_USER},
        {"Login", "outcome=failed reason=name_invalid", OUTCOME_FAILURE, REASON_UNKNOWN_USER},
        {"Login", "outcome=failed reason=passwd_invalid", OUTCOME_FAILURE, REASON_WRONG_PASSWORD},
        {"User Signed In", "", OUTCOME_SUCCESS, REASON_OK},
        {"User signed in", "outcome=failure", OUTCOME_FAILURE, REASON_UNSAID},
        {"User not signed in", "", OUTCOME_UNKNOWN, REASON_NONE},
        {"Logon not allowed", "", OUTCOME_FAILURE, REASON_UNKNOWN},
        {"Login", "outcome=failure reason=Account expired", OUTCOME_FAILURE, REASON_UNKNOWN},
        {"Login", "outcome=failure reason=blocked by policy", OUTCOME_FAILURE, REASON_UNKNOWN},
        {"Login", "outcome=failure reason=-", OUTCOME_FAILURE, REASON_UNSAID},
        {"Login", "outcome=failure reason=login_failure_invalid_password", OUTCOME_FAILURE,
         REASON_WRONG_PASSWORD},
        {"Login not successful", "", OUTCOME_FAILURE, REASON_UNSAID},
        {"Successive logins", "", OUTCOME_UNKNOWN, REASON_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "%s|1|" TIME "%s", rows[i].name, rows[i].pairs);
        const struct event *ev = event_of(text);
        if (ev->outcome != rows[i].outcome || ev->reason != rows[i].reason)
            fail_msg("%s %s: %d %d", rows[i].name, rows[i].pairs, (int)ev->outcome,
                     (int)ev->reason);
        assert_int_equal(ev->password_valid, rows[i].reason == REASON_PASSWORD_OK);
    }
}

/* Connectors for Windows put the number of the kind of event where an event's own id belongs. */
static void test_ids(void **state)
{
    (void)state;
#define WINDOWS "CEF:0|Microsoft|Microsoft Windows||Auditing:4624|logon|1|" TIME
    expect_text(event_of(WINDOWS "externalId=4624 eventId=77")->event_id, "77");
    expect_absent(event_of(WINDOWS "externalId=4624")->event_id);
    expect_text(event_of(WINDOWS "externalId=24")->event_id, "24");
    expect_text(event_of(HEAD "login|1|" TIME "externalId=42")->event_id, "42");
#undef WINDOWS
}

static void test_times(void **state)
{
    (void)state;
    const int64_t at = 1741064767000;
    assert_int_equal(event_of(HEAD "login|1|rt=Mar 04 2025 05:06:07")->time_ms, at);
    assert_int_equal(event_of(HEAD "login|1|FTNTFGTeventtime=1741064767")->time_ms, at);
    assert_int_equal(event_of(HEAD "login|1|FTNTFGTeventtime=1741064767000000000")->time_ms, at);
    assert_int_equal(event_of(HEAD "login|1|rt=Mar 04 2025 07:06:07 dtz=+02:00")->time_ms, at);
    assert_int_equal(event_of(HEAD "login|1|end=1741064767 rt=x")->time_ms, at);
    assert_int_equal(event_of(HEAD "login|1|rt=Tue Mar  4 05:06:07 2025")->time_ms, at);
    assert_int_equal(event_of("<13>Mar 04 2025 05:06:07 h " HEAD "login|1|rt=x")->time_ms, at);
    reading_expect_bad(in, HEAD "login|1|src=::1", BAD_NO_TIME, 0);
    reading_expect_bad(in, "<13>" HEAD "login|1|rt=x", BAD_TIME, 4);
    reading_expect_bad(in, "<13>Mar  4 05:06:07 h " HEAD "login|1|", BAD_TIME, 22);
    reader_reference(in->reader, at + 1000);
    assert_int_equal(event_of("<13>Mar  4 05:06:07 h " HEAD "login|1|")->time_ms, at);
    reader_reference(in->reader, 0);
}

/* What is long costs what it is long: no pair is looked at twice. */
static void test_long_extensions(void **state)
{
    (void)state;
    static const char *const parts[] = {"a", "=", " ", "\\", "\"", " a=", "a=\"", "= "};
    char *text = malloc(READER_RECORD_MAX);
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        size_t len = (size_t)snprintf(text, 256, HEAD "login|1|" TIME "suser=");
        while (len + 4 < READER_RECORD_MAX / 2) {
            memcpy(text + len, parts[p], strlen(parts[p]));
            len += strlen(parts[p]);
        }
        reading_read(in, (struct slice){text, len});
        assert_int_equal(in->events_n, 1);
    }
    free(text);
}

/* The same, as Log Analytics keeps it. */
static void test_rows(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in,
        "{'records':[{'TimeGenerated':'2025-03-04T05:06:09Z','StartTime':'2025-03-04T05:06:07Z',"
        "'DeviceVendor':'Example','DeviceProduct':'Gate','DeviceVersion':'1','DeviceEventClassID'"
        ":'300','Activity':'Authentication failed','LogSeverity':'5','SourceUserName':'Anna',"
        "'SourceIP':'203.0.113.9','SourcePort':51234,'EventOutcome':'failure','Reason':"
        "'Invalid password','DestinationIP':'192.0.2.1','Type':'CommonSecurityLog'}]}");
    assert_string_equal(ev->source, "cef");
    assert_int_equal(ev->time_ms, INT64_C(1741064767000));
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.9");
    assert_int_equal(ev->port, 51234);
    assert_int_equal(ev->reason, REASON_WRONG_PASSWORD);
    expect_text(ev->code, "300");
    expect_text(ev->app, "Gate");
    expect_text(ev->operation, "Authentication failed");
    reading_json(in, "{'DeviceVendor':'Example','DeviceProduct':'Wall','Activity':'TRAFFIC'}");
    assert_int_equal(in->ignored_n, 1);
}

/* A value may hold what looks like a pair; what the product wrote stands before it. */
static void test_the_first_of_two_counts(void **state)
{
    (void)state;
    const struct event *ev =
        event_of(HEAD "login|1|" TIME "src=203.0.113.7 suser=anna msg=hello suser=eve "
                      "src=198.51.100.1 outcome=failure");
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.7");
    ev = event_of("LEEF:1.0|Example|IdP|1|login|" TIME "\tsrc=203.0.113.7\tusrName=anna\t"
                  "usrName=eve\tsrc=198.51.100.1");
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.7");
}

static void test_forms_of_relays(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "CEF:0",
        "CEF: 0",
        "<13>Mar 04 2025 05:06:07 h CEF: 0",
        "<13>1 - h CEF - - - 0",
        "<13>1 - h CEF: 0",
        "2025-03-04T05:06:07Z r ceflog: <13>Mar  4 05:06:07 h CEF:0"};
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 "%s|Example|IdP|1|9|login|1|rt=#arcsightDate(Tue, 4 Mar 2025, "
                 "05:06:07 UTC) suser=anna",
                 heads[i]);
        const struct event *ev = event_of(text);
        expect_text(ev->user, "anna");
        assert_int_equal(ev->time_ms, INT64_C(1741064767000));
    }
    const struct event *ev = event_of("<13>1 - h LEEF - - - 1.0|Example|IdP|1|login|devTime="
                                      "1741064767#011usrName=anna#011src=203.0.113.7");
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.7");
    /* A quoted line does not go on with the one before. */
    reading_json(in, HEAD "login|1|" TIME "suser=anna\n'" HEAD "login|1|" TIME "suser=bert'\n");
    assert_int_equal(in->events_n, 2);
    expect_text(in->events[0].user, "anna");
    expect_text(in->events[1].user, "bert");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_sturdy),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_the_first_of_two_counts),
        cmocka_unit_test(test_forms_of_relays),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_which_are_ours),
        cmocka_unit_test(test_how_it_ended),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_long_extensions),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
