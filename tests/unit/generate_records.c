/* SPDX-License-Identifier: Apache-2.0
 *
 * Every kind of record of `spoor generate`, with every code it can say, read back by spoor's own
 * parsers: each field must be what the act meant.
 */
#include "plugin/records/records.h"
#include "reading.h"

#include "parsers/values/timestamp.h"
#include "plugin/records/dice.h"

enum { AT_MS_PART = 437 };
static const int64_t at_ms = INT64_C(1772445600000) + AT_MS_PART; /* 2026-03-02 10:00 UTC */

static const struct org org = {.key = 77,
                               .domain = "north-harbour.example",
                               .name = "North Harbour",
                               .policies = 9,
                               .second_factor = true};
static const struct person anna = {
    .key = 1001, .org = &org, .upn = "anna.keller@north-harbour.example", .name = "Anna Keller"};
static const struct person bert = {
    .key = 1002, .org = &org, .upn = "bert.vogel@north-harbour.example", .name = "Bert Vogel"};
static const struct device laptop = {.key = 5001,
                                     .name = "NH-LAP-0417",
                                     .os = "Windows10",
                                     .trust = "Azure AD joined",
                                     .managed = true,
                                     .compliant = true};
static const struct agent edge = {
    .text = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/145.0.0.0 Safari/537.36 Edg/145.0.0.0",
    .browser = "Edge 145.0.0",
    .os = "Windows10"};
static const struct app outlook = {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"};
static const struct app exchange = {"00000002-0000-0ff1-ce00-000000000000",
                                    "Office 365 Exchange Online"};
static const struct mail_change rule = {.name = "Invoices",
                                        .to = "box@collect.example",
                                        .words = "invoice;payment",
                                        .folder = "RSS Feeds",
                                        .deletes = true,
                                        .marks_read = true,
                                        .stops = true};

struct table {
    struct records *records;
    struct atlas *atlas;
    struct reading *reading;
    struct pen text;
    char guid[5][40];
};

/* --- what is expected --- */

struct meaning {
    const char *source;
    enum event_kind kind;
};

static const struct meaning meanings[ACT_KINDS] = {
    [ACT_SIGN_IN] = {"entra", KIND_SIGN_IN},
    [ACT_REFRESH] = {"entra", KIND_SIGN_IN},
    [ACT_AUDIT] = {"entra", KIND_ACCOUNT_CHANGE},
    [ACT_M365_LOGIN] = {"o365", KIND_SIGN_IN},
    [ACT_MAIL_RULE] = {"o365", KIND_MAILBOX_RULE},
    [ACT_MAIL_OUTLOOK] = {"o365", KIND_MAILBOX_RULE},
    [ACT_MAIL_FORWARD] = {"o365", KIND_MAILBOX_FORWARDING},
    [ACT_MAIL_READ] = {"o365", KIND_MAIL_ACCESS},
    [ACT_OKTA_SESSION] = {"okta", KIND_SIGN_IN},
    [ACT_OKTA_FACTOR] = {"okta", KIND_MFA},
    [ACT_OKTA_APP] = {"okta", KIND_SIGN_IN},
    [ACT_GOOGLE_LOGIN] = {"google", KIND_SIGN_IN},
    [ACT_AWS_CONSOLE] = {"cloudtrail", KIND_SIGN_IN},
    [ACT_AWS_ROLE] = {"cloudtrail", KIND_SIGN_IN},
    [ACT_DUO] = {"duo", KIND_SIGN_IN},
    [ACT_SSH] = {"sshd", KIND_SIGN_IN},
};

static const struct {
    int32_t code;
    enum event_outcome outcome;
    enum event_reason reason;
} results[] = {
    {CODE_OK, OUTCOME_SUCCESS, REASON_OK},
    {CODE_LOCKED, OUTCOME_FAILURE, REASON_LOCKED},
    {CODE_EXPIRED, OUTCOME_FAILURE, REASON_PASSWORD_OK},
    {CODE_DISABLED, OUTCOME_FAILURE, REASON_DISABLED},
    {CODE_NO_SESSION, OUTCOME_INTERRUPTED, REASON_INTERRUPT},
    {CODE_MFA_WANTED, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
    {CODE_MFA_POLICY, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
    {CODE_ENROL, OUTCOME_INTERRUPTED, REASON_PASSWORD_OK},
    {CODE_KNOWN_DEVICE, OUTCOME_INTERRUPTED, REASON_INTERRUPT},
    {CODE_WRONG, OUTCOME_FAILURE, REASON_WRONG_PASSWORD},
    {CODE_NO_USER, OUTCOME_FAILURE, REASON_UNKNOWN_USER},
    {CODE_TOKEN_OLD, OUTCOME_FAILURE, REASON_TOKEN},
    {CODE_KEEP, OUTCOME_INTERRUPTED, REASON_INTERRUPT},
    {CODE_CONSENT, OUTCOME_INTERRUPTED, REASON_INTERRUPT},
    {CODE_BLOCKED, OUTCOME_FAILURE, REASON_PASSWORD_OK},
    {CODE_DENIED, OUTCOME_FAILURE, REASON_MFA_DENIED},
    {CODE_TOKEN_EXPIRED, OUTCOME_FAILURE, REASON_TOKEN},
    {CODE_DEVICE_CODE, OUTCOME_INTERRUPTED, REASON_DEVICE_CODE},
};

static bool is_entra(enum act_kind kind)
{
    return kind == ACT_SIGN_IN || kind == ACT_REFRESH;
}

static bool is_microsoft(enum act_kind kind)
{
    return kind <= ACT_MAIL_READ;
}

static const char *guid_of(struct table *t, int place, uint64_t key)
{
    struct pen to = {.ptr = t->guid[place], .max = sizeof t->guid[place] - 1};

    pen_guid(&to, key);
    t->guid[place][to.len] = '\0';
    return t->guid[place];
}

static void expect_result(const struct act *act, const struct event *ev)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (results[i].code != act->code)
            continue;
        assert_int_equal(ev->outcome, results[i].outcome);
        if (ev->kind == KIND_SIGN_IN || ev->kind == KIND_MFA)
            assert_int_equal(ev->reason, results[i].reason);
        return;
    }
    fail_msg("code %d is not in the test's table", (int)act->code);
}

static void expect_who(struct table *t, const struct act *act, const struct event *ev)
{
    const bool to_whole_seconds = act->kind >= ACT_M365_LOGIN && act->kind <= ACT_MAIL_READ;
    const bool aws = act->kind == ACT_AWS_CONSOLE || act->kind == ACT_AWS_ROLE;
    char id[RECORD_ID_MAX];

    assert_int_equal(ev->kind, meanings[act->kind].kind);
    assert_string_equal(ev->source, meanings[act->kind].source);
    assert_int_equal(ev->time_ms, to_whole_seconds || aws ? at_ms - AT_MS_PART : at_ms);
    expect_text(ev->user, act->person->upn);
    assert_true(ev->has_ip && ip_equal(&ev->ip, &act->ip));
    if (is_microsoft(act->kind))
        expect_text(ev->tenant, guid_of(t, 0, org.key));
    records_id(act, id);
    if (*id)
        expect_text(ev->event_id, id);
    else
        expect_absent(ev->event_id);
}

static void expect_entra(struct table *t, const struct act *act, const struct event *ev)
{
    const bool interactive = act->kind == ACT_SIGN_IN;

    expect_text(ev->session, guid_of(t, 1, act->session));
    expect_text(ev->device, guid_of(t, 2, laptop.key));
    assert_true(ev->managed_device);
    expect_text(ev->user_agent, edge.text);
    expect_text(ev->app_id, outlook.id);
    expect_text(ev->app, outlook.name);
    expect_text(ev->resource_id, exchange.id);
    expect_text(ev->client, act->client);
    assert_int_equal(ev->interactive, interactive ? TRI_TRUE : TRI_FALSE);
    assert_int_equal(ev->factor, act->multi ? FACTOR_MULTI : FACTOR_SINGLE);
    assert_int_equal(ev->ropc, strcmp(act->protocol, "ropc") == 0);
    if (act->code == CODE_DENIED)
        assert_int_equal(ev->denial, act->ignored ? DENIAL_TIMEOUT : DENIAL_REFUSED);
}

static void expect_mail(const struct act *act, const struct event *ev)
{
    if (act->kind < ACT_MAIL_RULE || act->kind > ACT_MAIL_FORWARD)
        return;
    assert_int_equal(ev->mail.destinations_n, 1);
    expect_text(ev->mail.destinations[0], rule.to);
    if (act->kind == ACT_MAIL_FORWARD)
        return;
    expect_text(ev->mail.rule, rule.name);
    assert_true(ev->mail.deletes && ev->mail.marks_read && ev->mail.forwards);
    if (act->kind != ACT_MAIL_RULE)
        return;
    assert_int_equal(ev->mail.words_n, 2);
    expect_text(ev->mail.folder, rule.folder);
    assert_true(ev->mail.stops);
}

/* --- the acts --- */

static struct act plain(struct table *t, enum act_kind kind, int32_t code)
{
    const struct network *network =
        atlas_pick(t->atlas, &(struct atlas_wish){.country = "DE", .city = "Berlin"}, 0);

    assert_non_null(network);
    return (struct act){.kind = kind,
                        .at_ms = at_ms,
                        .id = dice_mix((uint64_t)kind, (uint64_t)code),
                        .person = &anna,
                        .device = &laptop,
                        .agent = &edge,
                        .app = &outlook,
                        .resource = &exchange,
                        .network = network,
                        .ip = atlas_address(network, 17),
                        .port = 50123,
                        .session = 4711,
                        .code = code,
                        .client = "Browser",
                        .protocol = "none",
                        .token = "none",
                        .mail = &rule,
                        .what = kind == ACT_AUDIT      ? "User registered security info"
                                : kind == ACT_AWS_ROLE ? "Reader"
                                                       : NULL};
}

static const struct event *read_back(struct table *t, const struct act *act)
{
    static const char *const open[] = {"", "{\"records\":[", "{\"Records\":["};
    const enum batch_form form = record_kinds[act->kind].delivery.form;

    t->text.len = 0;
    pen_string(&t->text, open[form]);
    assert_true(records_write(t->records, act, at_ms + 90000, &t->text));
    pen_string(&t->text, form == BATCH_NONE ? "" : "]}");
    reading_read(t->reading, (struct slice){t->text.ptr, t->text.len});
    assert_int_equal(t->reading->bads_n, 0);
    assert_int_equal(t->reading->events_n, 1);
    return &t->reading->events[0];
}

static void test_every_kind_and_code(void **state)
{
    struct table *t = *state;

    for (int kind = 0; kind < ACT_KINDS; kind++)
        for (size_t c = 0; c < record_kinds[kind].codes_n; c++)
            for (unsigned flags = 0; flags < 8; flags++) {
                struct act act = plain(t, (enum act_kind)kind, record_kinds[kind].codes[c]);
                act.multi = flags & 1;
                act.claimed = (flags & 2) && act.code == CODE_OK;
                act.ignored = flags & 4;
                const struct event *ev = read_back(t, &act);
                expect_who(t, &act, ev);
                expect_result(&act, ev);
                if (is_entra(act.kind))
                    expect_entra(t, &act, ev);
                expect_mail(&act, ev);
            }
}

static void test_password_grant_and_old_protocols(void **state)
{
    struct table *t = *state;
    struct act act = plain(t, ACT_REFRESH, CODE_WRONG);

    act.protocol = "ropc";
    assert_true(read_back(t, &act)->ropc);
    act = plain(t, ACT_SIGN_IN, CODE_OK);
    act.client = "IMAP4";
    assert_int_equal(read_back(t, &act)->legacy, LEGACY_IMAP);
    act.client = "Mobile Apps and Desktop clients";
    assert_int_equal(read_back(t, &act)->legacy, LEGACY_NOT);
}

static void test_an_administrator_acts_on_another_mailbox(void **state)
{
    struct table *t = *state;
    static const enum act_kind kinds[] = {ACT_MAIL_RULE, ACT_MAIL_FORWARD};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct act act = plain(t, kinds[i], CODE_OK);
        act.other = &bert;
        const struct event *ev = read_back(t, &act);
        expect_text(ev->user, anna.upn);
        expect_text(ev->mail.mailbox, bert.upn);
        assert_true(ev->mail.by_admin);
    }
}

/* The sizes that public records have: 2 to 18 KB. */
static void test_sizes(void **state)
{
    struct table *t = *state;
    struct org other = org;
    struct person person = anna;
    struct act act = plain(t, ACT_SIGN_IN, CODE_OK);

    person.org = &other;
    act.person = &person;
    other.policies = 0;
    (void)read_back(t, &act);
    assert_in_range(t->text.len, 2000, 5000);
    other.policies = 55;
    (void)read_back(t, &act);
    assert_in_range(t->text.len, 16000, 24000);
}

static void test_ids_differ(void **state)
{
    struct table *t = *state;
    struct act a = plain(t, ACT_SIGN_IN, CODE_OK), b = a;
    char id_a[RECORD_ID_MAX], id_b[RECORD_ID_MAX];

    b.id++;
    records_id(&a, id_a);
    records_id(&b, id_b);
    assert_string_not_equal(id_a, id_b);
}

static void test_degrees(void **state)
{
    static const struct {
        int32_t e6;
        const char *text;
    } cases[] = {{52520008, "52.52"}, {-127600, "-0.1276"},      {13000000, "13"}, {0, "0"},
                 {100010, "0.10001"}, {-179987654, "-179.98765"}};
    char bytes[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pen to = {.ptr = bytes, .max = sizeof bytes - 1};
        pen_degrees(&to, cases[i].e6);
        bytes[to.len] = '\0';
        assert_string_equal(bytes, cases[i].text);
    }
}

static void test_what_does_not_fit_is_not_cut(void **state)
{
    struct table *t = *state;
    char small[64] = "";
    struct pen to = {.ptr = small, .max = sizeof small, .len = 3};
    const struct act act = plain(t, ACT_SIGN_IN, CODE_OK);

    assert_false(records_write(t->records, &act, at_ms, &to));
    assert_int_equal(to.len, 3);
}

static int set_up(void **state)
{
    struct table *t = calloc(1, sizeof *t);

    *state = t;
    t->records = records_new();
    t->atlas = atlas_new();
    t->reading = reading_new(NULL);
    t->text = (struct pen){.ptr = malloc(RECORD_BYTES_MAX), .max = RECORD_BYTES_MAX};
    return !t->records || !t->atlas || !t->text.ptr;
}

static int tear_down(void **state)
{
    struct table *t = *state;

    records_free(t->records);
    atlas_free(t->atlas);
    reading_done(t->reading);
    free(t->text.ptr);
    free(t);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_and_code),
        cmocka_unit_test(test_password_grant_and_old_protocols),
        cmocka_unit_test(test_an_administrator_acts_on_another_mailbox),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_ids_differ),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_what_does_not_fit_is_not_cut),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
