/* SPDX-License-Identifier: Apache-2.0
 *
 * The points of a tenant: what each state rests on, who is listed, and how many never used a second
 * factor. Which findings there are, in any order of events, is told in tests/scenario/exposure_*.
 */
#include "detectors/exposure/exposure.h"

#include "parsers/codes/microsoft.h"
#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR INT64_C(3600000)
#define CLI  SLICE("04b07795-8ddb-461a-bbee-02f9e1bf7b46")

static struct parts parts;
static struct finding finding;
static unsigned events;

static int set_up(void **state)
{
    (void)state;
    parts_open(&parts, "{}");
    events = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    parts_close(&parts);
    return 0;
}

static void take(struct event ev)
{
    static struct enriched_event e;
    static struct sighting s;
    ev.time_ms += events++ * 1000;
    parts_take(&parts, &ev, &e, &s);
}

static struct event success(const char *user, enum event_factor factor)
{
    struct event ev = parts_event(user, "81.2.69.1", PARTS_NOW, REASON_OK);
    ev.factor = factor;
    ev.app = SLICE("Mail");
    return ev;
}

static struct event failure(const char *user, enum event_reason reason, const char *code)
{
    struct event ev = parts_event(user, "81.2.69.1", PARTS_NOW, reason);
    ev.code = slice_of(code);
    return ev;
}

/* The finding as of now; false: there is none. */
static bool describe(void)
{
    static struct report report;
    struct detection d = parts_detection(&parts, "exposure");
    report = (struct report){.detector = d.detector,
                             .subject = hash_slice(&parts.windows->key, SLICE("contoso")),
                             .bucket = detector_bucket(d.detector, PARTS_NOW),
                             .witness = {.tenant = "contoso"}};
    finding = (struct finding){.detector = d.detector, .tenant = "contoso"};
    if (!d.detector->recheck(&d, &report, &report.verdict) || !report.verdict.fires)
        return false;
    d.detector->describe(&d, &report, &finding);
    assert_int_equal(finding.points_n, POINTS_MAX);
    return true;
}

static const struct finding_point *point(const char *name)
{
    for (unsigned i = 0; i < finding.points_n; i++)
        if (strcmp(finding.points[i].name, name) == 0)
            return &finding.points[i];
    fail_msg("no point %s", name);
    return NULL;
}

static void enough(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        take(success("anna@contoso.com", FACTOR_MULTI));
}

static void test_nothing_seen(void **state)
{
    (void)state;
    enough(19);
    assert_false(describe());
    enough(1);
    assert_true(describe());
    assert_int_equal(point("azure_cli")->state, POINT_NO);
    assert_int_equal(point("single_factor")->state, POINT_NO);
    assert_int_equal(point("ropc")->state, POINT_UNKNOWN);
    assert_int_equal(point("passwords")->state, POINT_UNKNOWN);
    assert_int_equal(point("legacy")->state, POINT_UNKNOWN); /* no record named a client */
    assert_int_equal(point("report_only")->state, POINT_UNKNOWN);
    assert_non_null(strstr(finding.title, "none of the points"));
    assert_string_equal(finding.remediation, "None of the points applies: watch only.");
    assert_int_equal(finding.users_n, 0);
}

static void test_what_is_no_yes(void **state)
{
    (void)state;
    enough(20);
    struct event tried = failure("bert@contoso.com", REASON_WRONG_PASSWORD, "50126");
    tried.ropc = true;
    tried.app_id = CLI;
    take(tried);
    assert_true(describe());
    assert_int_equal(point("azure_cli")->state, POINT_ATTACKED);
    assert_int_equal(point("ropc")->state, POINT_NOT_SHOWN_BLOCKED);
    assert_int_equal(point("azure_cli")->users, 0);

    struct event stopped = failure("bert@contoso.com", REASON_PASSWORD_OK, "50055");
    stopped.ropc = true;
    stopped.legacy = LEGACY_IMAP;
    take(stopped); /* an expired password stops nobody who knows it */
    assert_true(describe());
    assert_int_equal(point("ropc")->state, POINT_NOT_SHOWN_BLOCKED);
    stopped.control = CONTROL_POLICY;
    take(stopped);
    assert_true(describe());
    assert_int_equal(point("ropc")->state, POINT_BLOCKED);
    assert_int_equal(point("legacy")->state, POINT_BLOCKED);

    struct event through = success("bert@contoso.com", FACTOR_ABSENT);
    through.ropc = true;
    take(through);
    assert_true(describe());
    assert_int_equal(point("ropc")->state, POINT_YES);
    assert_int_equal(point("single_factor")->state, POINT_YES); /* ROPC has no step for a second */
    assert_null(finding.remediation);
}

static void test_users_are_listed(void **state)
{
    (void)state;
    char name[32];
    for (unsigned i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "user%u@contoso.com", i);
        struct event ev = success(name, FACTOR_MULTI);
        ev.app_id = CLI;
        take(ev);
        take(ev);
    }
    assert_true(describe());
    const struct finding_point *p = point("azure_cli");
    assert_int_equal(p->users, 10);
    assert_int_equal(p->names_n, POINT_USERS_MAX);
    assert_int_equal(p->first_ms, PARTS_NOW);
    assert_int_equal(p->last_ms, PARTS_NOW + 19000);
    assert_int_equal(finding.users_n, POINT_USERS_MAX);
}

static void test_never_a_second_factor(void **state)
{
    (void)state;
    take(success("anna@contoso.com", FACTOR_SINGLE));
    take(success("bert@contoso.com", FACTOR_SINGLE));
    take(success("anna@contoso.com", FACTOR_MULTI));
    take(success("cora@contoso.com", FACTOR_MULTI));
    assert_true(describe());
    assert_int_equal(point("single_factor")->users, 2);
    assert_string_equal(point("single_factor")->note, "1 never used a second factor");
    take(success("dora@contoso.com", FACTOR_ABSENT));
    assert_true(describe());
    assert_int_equal(point("single_factor")->users, 2);
    assert_non_null(strstr(point("single_factor")->note, "unknown"));
}

/* One in five may be untold; more, and nothing is known. */
static void test_factor_untold(void **state)
{
    (void)state;
    enough(20);
    take(success("bert@contoso.com", FACTOR_MULTI));
    take(success("cora@contoso.com", FACTOR_MULTI));
    take(success("dora@contoso.com", FACTOR_MULTI));
    take(success("emil@contoso.com", FACTOR_UNKNOWN));
    assert_true(describe());
    assert_int_equal(point("single_factor")->state, POINT_NO);
    take(success("fred@contoso.com", FACTOR_ABSENT));
    assert_true(describe());
    assert_int_equal(point("single_factor")->state, POINT_UNKNOWN);
}

static void test_protocols(void **state)
{
    (void)state;
    static const enum event_legacy legacy[] = {LEGACY_IMAP, LEGACY_SMTP, LEGACY_SMTP, LEGACY_SMTP,
                                               LEGACY_UNNAMED};
    for (unsigned i = 0; i < 5; i++) {
        struct event ev = success(i < 3 ? "anna@contoso.com" : "bert@contoso.com", FACTOR_MULTI);
        ev.legacy = legacy[i];
        take(ev);
    }
    assert_true(describe());
    const struct finding_point *p = point("legacy");
    assert_int_equal(p->users, 2);
    assert_int_equal(p->protocols_n, 3);
    assert_string_equal(p->protocols[0].name, "IMAP");
    assert_string_equal(p->protocols[1].name, "SMTP");
    assert_string_equal(p->protocols[2].name, "unnamed");
    assert_int_equal(p->protocols[1].users, 2);
}

static void test_provider_leaks_and_policies(void **state)
{
    (void)state;
    struct event leak = failure("anna@contoso.com", REASON_NONE, "leakedCredentials");
    leak.kind = KIND_RISK;
    leak.leaked = true;
    take(leak);
    struct event looked_on = success("anna@contoso.com", FACTOR_MULTI);
    looked_on.access = ACCESS_REPORT_ONLY;
    take(looked_on);
    assert_true(describe());
    assert_int_equal(point("passwords")->state, POINT_YES);
    assert_int_equal(point("report_only")->state, POINT_YES);
    assert_non_null(strstr(finding.title, "leaked passwords, report-only policies"));
    assert_non_null(strstr(finding.title_ja, "漏えいパスワード・レポート専用ポリシー"));
}

/* What was tried in the bucket before counts as far as the window reaches back. */
static void test_window(void **state)
{
    for (int days = 14; days >= 7; days -= 7) {
        struct event tried = failure("bert@contoso.com", REASON_WRONG_PASSWORD, "50126");
        tried.ropc = true;
        tried.time_ms -= 72 * HOUR; /* Tuesday; buckets begin on Thursday */
        take(tried);
        enough(20);
        assert_true(describe());
        assert_int_equal(point("ropc")->state,
                         days == 14 ? POINT_NOT_SHOWN_BLOCKED : POINT_UNKNOWN);
        tear_down(state);
        parts_open(&parts, "detectors: {exposure: {window: 7d}}\n");
    }
}

/* By id, whatever its case, or by name; the id that one report misprints is none. */
static void test_command_lines(void **state)
{
    (void)state;
    struct slice none = {NULL, 0};
    assert_true(microsoft_is_command_line(CLI, none));
    assert_true(microsoft_is_command_line(SLICE("1950A258-227B-4E31-A9CF-717495945FC2"), none));
    assert_true(microsoft_is_command_line(SLICE("14d82eec-204b-4c2f-b7e8-296a70dab67e"), none));
    assert_true(microsoft_is_command_line(none, SLICE("microsoft azure cli")));
    assert_false(microsoft_is_command_line(SLICE("04b07795-4dff-4272-b355-80d759a32172"), none));
    assert_false(microsoft_is_command_line(none, none));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_seen),
        TEST(test_what_is_no_yes),
        TEST(test_users_are_listed),
        TEST(test_never_a_second_factor),
        TEST(test_factor_untold),
        TEST(test_protocols),
        TEST(test_provider_leaks_and_policies),
        TEST(test_command_lines),
        TEST(test_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
