/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose an address is, in all the forms logs write it; what a domain looks like; the words file;
 * and rows of mail acts that say the same in any order.
 */
#include "detectors/mail/mail.h"
#include "detectors/mail/mail_words.h"

#include "parsers/values/timestamp.h"
#include "tests/unit/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct config_text own[] = {{.text = "contoso.com"}, {.text = "fabrikam.org"}};
static struct config_text fine[] = {
    {.text = "tickets@desk.example"}, {.text = "archive.example"}, {.text = "@at.example"}};
static const struct config_list domains = {own, 2}, accepted = {fine, 3};

static void test_targets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum mail_where where;
        bool lookalike;
        const char *address;
    } rows[] = {
        {"x@evil.net", MAIL_EXTERNAL, false, "x@evil.net"},
        {"SMTP:x@evil.net", MAIL_EXTERNAL, false, "x@evil.net"},
        {"x@CONTOSO.com", MAIL_INTERNAL, false, "x@CONTOSO.com"},
        {"x@sub.contoso.com.", MAIL_INTERNAL, false, "x@sub.contoso.com."},
        {"x@contoso.com.evil.net", MAIL_EXTERNAL, true, "x@contoso.com.evil.net"},
        {"x@evil-contoso.com", MAIL_EXTERNAL, true, "x@evil-contoso.com"},
        {"x@evilcontoso.com", MAIL_EXTERNAL, false, "x@evilcontoso.com"},
        {"x@\xD1\x81\xD0\xBEntoso.com", MAIL_EXTERNAL, true, "x@\xD1\x81\xD0\xBEntoso.com"},
        {"x@xn--ntoso-iyeu.com", MAIL_EXTERNAL, true, "x@xn--ntoso-iyeu.com"},
        {"x@c0ntoso.com", MAIL_EXTERNAL, true, "x@c0ntoso.com"},
        {"\"Anna\" [SMTP:x@evil.net]", MAIL_EXTERNAL, false, "x@evil.net"},
        {"\"boss@contoso.com\" [SMTP:x@evil.net]", MAIL_EXTERNAL, false, "x@evil.net"},
        {"\"x@evil.net\" <boss@contoso.com>", MAIL_INTERNAL, false, "boss@contoso.com"},
        {"Anna <x@evil.net>", MAIL_EXTERNAL, false, "x@evil.net"},
        {"a@contoso.com, x@evil.net", MAIL_EXTERNAL, false, "x@evil.net"},
        {"\"Anna\" [EX:/o=ExchangeLabs/cn=anna@evil.net]", MAIL_NOWHERE, false, ""},
        {"Anna Example", MAIL_NOWHERE, false, ""},
        {"x@", MAIL_NOWHERE, false, ""},
        {"@", MAIL_NOWHERE, false, ""},
        {"]", MAIL_NOWHERE, false, ""},
        {"", MAIL_NOWHERE, false, ""},
        {"Tickets@DESK.example", MAIL_ACCEPTED, false, "Tickets@DESK.example"},
        {"other@desk.example", MAIL_EXTERNAL, false, "other@desk.example"},
        {"a@eu.archive.example", MAIL_ACCEPTED, false, "a@eu.archive.example"},
        {"a@notarchive.example", MAIL_EXTERNAL, false, "a@notarchive.example"},
        {"a@at.example", MAIL_ACCEPTED, false, "a@at.example"},
    };
    const struct mail_home home = {.domains = &domains, .accepted = &accepted};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_target t = mail_target_of(&home, slice_of(rows[i].text));
        if (t.where != rows[i].where || t.lookalike != rows[i].lookalike ||
            !slice_equal(t.address, slice_of(rows[i].address)))
            fail_msg("%s: where %d, look-alike %d, address %.*s", rows[i].text, (int)t.where,
                     t.lookalike, (int)t.address.len, t.address.ptr);
    }
}

/* Without configured domains those of the people concerned stand in. */
static void test_guessing(void **state)
{
    (void)state;
    const struct mail_home home = {
        .people = {SLICE("info@shop.example"), SLICE("anna@corp.example")}};
    assert_int_equal(mail_target_of(&home, SLICE("x@shop.example")).where, MAIL_INTERNAL);
    assert_int_equal(mail_target_of(&home, SLICE("x@eu.corp.example")).where, MAIL_INTERNAL);
    assert_int_equal(mail_target_of(&home, SLICE("x@contoso.com")).where, MAIL_EXTERNAL);
    const struct mail_home nobody = {0};
    assert_int_equal(mail_target_of(&nobody, SLICE("x@contoso.com")).where, MAIL_EXTERNAL);
}

static void expect_skeleton(const char *domain, const char *text)
{
    char out[MAIL_SKELETON_MAX + 1];
    out[mail_skeleton(slice_of(domain), out)] = '\0';
    assert_string_equal(out, text);
}

static void test_skeletons(void **state)
{
    (void)state;
    expect_skeleton("Contoso.COM", "contoso.com");
    expect_skeleton("c\xD0\xBEnt0so.com", "contoso.com");
    expect_skeleton("exarnple.vveb", "example.web");
    expect_skeleton("xn--bcher-kva.example", "bucher.example"); /* bücher */
    expect_skeleton("xn--e1awd7f.com", "eplc.com"); /* all of it Cyrillic; i and l are one */
    expect_skeleton("xn--99999999999.com", "xn--99999999999.com"); /* broken: as it stands */
    expect_skeleton("", "");
    char lengthy[600];
    memset(lengthy, 'a', sizeof lengthy);
    char out[MAIL_SKELETON_MAX];
    assert_int_equal(mail_skeleton((struct slice){lengthy, sizeof lengthy}, out),
                     MAIL_SKELETON_MAX);
}

static void test_words_file(void **state)
{
    (void)state;
    struct slice rest = mail_words_text();
    struct mail_word word;
    unsigned n[3] = {0};
    while (mail_words_next(&rest, &word)) {
        bool letter = slice_equal(word.kind, SLICE("letter"));
        assert_true(word.text.len > 0);
        assert_int_equal(word.more.len, letter ? 1 : 0);
        if (slice_equal(word.kind, SLICE("keyword")))
            n[0]++;
        else if (slice_equal(word.kind, SLICE("folder")))
            n[1]++;
        else if (letter)
            n[2]++;
        else
            fail_msg("unknown kind %.*s", (int)word.kind.len, word.kind.ptr);
    }
    assert_true(n[0] > 20 && n[1] > 10 && n[2] > 40);
    assert_true(mail_words_keyword(SLICE("your INVOICE is due")));
    assert_true(mail_words_keyword(SLICE("\xE3\x80\x90\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8")));
    assert_false(mail_words_keyword(SLICE("newsletter")));
    assert_false(mail_words_keyword(SLICE("")));
    assert_true(mail_words_hides(SLICE("anna:\\RSS Feeds")));
    assert_true(mail_words_hides(SLICE("Inbox/archive ")));
    assert_false(mail_words_hides(SLICE("Archive 2020")));
    assert_int_equal(mail_words_letter(0x43E), 'o');
    assert_int_equal(mail_words_letter(0x4E00), 0);
}

static void take(const struct parts *p, const struct event *ev)
{
    struct enriched_event e;
    struct sighting s;
    parts_take(p, ev, &e, &s);
}

static struct event mail_event(enum event_kind kind, int64_t time_ms)
{
    struct event ev = parts_event("anna@contoso.com", "103.10.7.9", time_ms, REASON_OK);
    ev.kind = kind;
    return ev;
}

/* The verdict of a detector on the only row that its events made. */
static struct verdict verdict_of(const struct parts *p, const char *name, int64_t time_ms)
{
    struct detection d = parts_detection(p, name);
    struct table *t = p->windows->table[WINDOWS_MAIL];
    for (uint32_t row = 0; row < table_rows(t); row++) {
        struct report report = {.subject = table_key(t, row), .bucket = time_ms / DAY_MS};
        struct verdict v = {0};
        if (report.subject != 0 && d.detector->recheck(&d, &report, &v) && v.fires)
            return v;
    }
    return (struct verdict){0};
}

static void test_removal_is_added_in_both_orders(void **state)
{
    (void)state;
    struct event set = mail_event(KIND_MAILBOX_FORWARDING, PARTS_NOW),
                 gone = mail_event(KIND_MAILBOX_FORWARDING, PARTS_NOW + 3600000);
    set.mail.destinations[set.mail.destinations_n++] = SLICE("x@evil.net");
    gone.mail.removed = true;
    for (int reversed = 0; reversed < 2; reversed++) {
        struct parts p;
        parts_open(&p, "tenants: {contoso: {domains: [contoso.com], "
                       "detectors: {bulk_forwarding: {enabled: false}}}}");
        take(&p, reversed ? &gone : &set);
        take(&p, reversed ? &set : &gone);
        struct verdict v = verdict_of(&p, "mailbox_forwarding", PARTS_NOW);
        assert_true(v.fires);
        assert_int_equal(v.severity, SEVERITY_CRITICAL);
        assert_int_equal(v.confidence, 3);
        assert_true(verdict_measured(&v, MEASURE_REMOVED_AT) == (double)(PARTS_NOW / 1000 + 3600));
        parts_close(&p);
    }
}

/* Not configured domains cost confidence; a failed act is none. */
static void test_confidence_and_failure(void **state)
{
    (void)state;
    struct event ev = mail_event(KIND_MAILBOX_RULE, PARTS_NOW);
    ev.mail.destinations[ev.mail.destinations_n++] = SLICE("x@evil.net");
    ev.mail.rule = SLICE("r");
    struct parts p;
    parts_open(&p, "detectors: {bulk_forwarding: {enabled: false}}");
    ev.outcome = OUTCOME_FAILURE;
    take(&p, &ev);
    assert_false(verdict_of(&p, "inbox_rule", PARTS_NOW).fires);
    ev.outcome = OUTCOME_UNKNOWN;
    take(&p, &ev);
    struct verdict v = verdict_of(&p, "inbox_rule", PARTS_NOW);
    assert_true(v.fires);
    assert_int_equal(v.confidence, 1);
    parts_close(&p);
}

/* Domains that cannot be one are told with their place. */
static void test_bad_domains_are_errors(void **state)
{
    (void)state;
    const char *text = "tenants: {a: {domains: ['@x.com', nodot, '*.x.com', good.example], "
                       "accepted_forwarders: [a@x.com, x.com, a@b]}}";
    struct diag *diag = diag_new();
    struct config *config =
        config_read_text("t.yaml", text, strlen(text), detectors_tables(), detectors_n(), diag);
    struct networks *networks = detectors_networks(config, diag);
    const struct enricher_sources none = {0};
    struct enricher *enricher = enricher_new(&none, networks, diag);
    const struct windows_sizes sizes = {8, 8, 8, 8, 8, 1, 8, 8};
    struct windows *windows = windows_new(&sizes, (struct hash_key){1, 2});
    assert_int_equal(diag_errors(diag), 0);
    assert_null(detectors_new(config, windows, enricher, networks, diag));
    assert_int_equal(diag_errors(diag), 4);
    windows_free(windows);
    enricher_free(enricher);
    networks_free(networks);
    config_free(config);
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_guessing),
        cmocka_unit_test(test_skeletons),
        cmocka_unit_test(test_words_file),
        cmocka_unit_test(test_removal_is_added_in_both_orders),
        cmocka_unit_test(test_confidence_and_failure),
        cmocka_unit_test(test_bad_domains_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
