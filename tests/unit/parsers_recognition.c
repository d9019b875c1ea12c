/* SPDX-License-Identifier: Apache-2.0
 *
 * Which parser takes which record: each sign, what is missing one key of it, and that exactly one
 * parser claims each golden file, lines as well; what the parsers say of themselves is what comes
 * out of those.
 */
#include "tests/unit/reading.h"

#include <dirent.h>

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

/* Recognised is whatever does not end as unknown_format. */
static bool is_recognised(struct reading *by, const char *text)
{
    reading_json(by, text);
    assert_int_equal(by->next_index, 1);
    return by->bads_n == 0 || by->bads[0].reason != BAD_UNKNOWN_FORMAT;
}

static void test_signs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *parser; /* NULL: nobody's */
    } rows[] = {
        {"{'category':'Any','properties':{}}", "entra"},
        {"{'category':'Any','properties':'{}'}", "entra"},
        {"{'CATEGORY':'Any','Properties':{}}", "entra"},
        {"{'category':'Any'}", NULL},
        {"{'properties':{}}", NULL},
        {"{'category':'Any','properties':'text'}", NULL},
        {"{'category':'Any','properties':[]}", NULL},
        {"{'category':{},'properties':{}}", NULL},
        {"{'Type':'SigninLogs','TimeGenerated':1}", "entra"},
        {"{'Type':'AuditLogs','Category':'UserManagement','OperationName':1}", "entra"},
        {"{'Type':'AADUserRiskEvents','TimeGenerated':1}", "entra"},
        {"{'Type':'MicrosoftGraphActivityLogs','TimeGenerated':1}", "entra"},
        {"{'category':'AdvancedHunting-X','properties':{}}", "defender"},
        {"{'Timestamp':1,'AccountUpn':'x','ErrorCode':0}", "defender"},
        {"{'Timestamp':1,'AccountObjectId':'x','ActionType':'y'}", "defender"},
        {"{'Timestamp':1,'AccountObjectId':'x'}", NULL},
        {"{'Timestamp':1,'ActionType':'x'}", NULL},
        {"{'class_uid':3002,'category_uid':3}", "ocsf"},
        {"{'class_uid':3002,'type_uid':300201}", "ocsf"},
        {"{'class_uid':3002,'metadata':{}}", "ocsf"},
        {"{'class_uid':3002}", NULL},
        {"{'category_uid':3,'metadata':{}}", NULL},
        {"{'eventVersion':'1','eventSource':'x','awsRegion':'y'}", "cloudtrail"},
        {"{'eventVersion':'1','eventName':'x','userIdentity':{}}", "cloudtrail"},
        {"{'eventSource':'x','eventName':'y','eventID':'z'}", "cloudtrail"},
        {"{'EVENTSOURCE':'x','EVENTNAME':'y','EVENTID':'z'}", "cloudtrail"},
        {"{'eventSource':'x','eventName':'y'}", NULL},
        {"{'eventName':'y','awsRegion':'z'}", NULL},
        {"{'EventID':1,'Channel':'x','Computer':'y'}", "windows"},
        {"{'EventID':1,'TargetUserName':'x','LogonType':3}", "windows"},
        {"{'@timestamp':1,'event':{},'ecs':{},'winlog':{'event_id':1}}", "windows"},
        {"{'@timestamp':1,'event':{'category':'x'},'ecs':{},'winlog':{'event_id':1}}", "ecs"},
        {"{'event_id':1,'event_data':{},'computer_name':'x'}", "windows"},
        {"{'System':{'EventID':1},'EventData':{}}", "windows"},
        {"{'@timestamp':1,'event':{},'ecs':{}}", "ecs"},
        {"{'@timestamp':1,'event':{},'user':{}}", "ecs"},
        {"{'@timestamp':1,'event.category':'x','source.ip':'y'}", "ecs"},
        {"{'@timestamp':1,'event.action':'x','user.name':'y'}", "ecs"},
        {"{'@timestamp':1,'event':{}}", NULL},
        {"{'@timestamp':1,'event':'text','user':{}}", NULL},
        {"{'event':{},'user':{}}", NULL},
        {"{'Category':'SignInLogs','CreatedDateTime':1}", "entra"},
        {"{'Type':'Heartbeat','OperationName':1}", "entra"},
        {"{'Type':'SigninLogs'}", NULL},
        {"{'Type':'Unheard','TimeGenerated':1}", NULL},
        {"{'Operation':'x','RecordType':1,'CreationTime':1}", "o365"},
        {"{'Operation':'x','OfficeWorkload':1,'TimeGenerated':1}", "o365"},
        {"{'Operation':'x','UserKey':1,'CreationTime':1}", "o365"},
        {"{'Operation':'x','CreationTime':1}", NULL},
        {"{'Operation':'x','RecordType':1}", NULL},
        {"{'Operation':'x','RecordType':1,'x':{'CreationTime':1}}", NULL},
        {"{'createdDateTime':1,'status':{},'appId':1}", "entra_graph"},
        {"{'createdDateTime':1,'status':{},'servicePrincipalId':1}", "entra_graph"},
        {"{'createdDateTime':1,'status':'text','appId':1}", NULL},
        {"{'createdDateTime':1,'status':{},'appId':1,'category':1}", NULL},
        {"{'createdDateTime':1,'status':{}}", NULL},
        {"{'@odata.type':'#microsoft.graph.signIn','createdDateTime':1}", "entra_graph"},
        {"{'@odata.type':'#microsoft.graph.user','createdDateTime':1}", NULL},
        {"{'activityDateTime':1,'activityDisplayName':'x','initiatedBy':{}}", "entra_graph"},
        {"{'activityDateTime':1,'activityDisplayName':'x'}", NULL},
        {"{'eventType':'x','published':1}", "okta"},
        {"{'eventtype':'x','outcome':{}}", "okta"},
        {"{'eventType':'x','displayMessage':1}", "okta"},
        {"{'eventType':'x'}", NULL},
        {"{'published':1,'outcome':{}}", NULL},
        {"{'event_type_id':5,'account_id':1}", "onelogin"},
        {"{'event_type_id':'5','actor_user_id':1}", "onelogin"},
        {"{'event_type_id':5}", NULL},
        {"{'account_id':1,'user_id':2}", NULL},
        {"{'access_device':{},'auth_device':{},'result':1}", "duo"},
        {"{'txid':1,'factor':2,'result':1}", "duo"},
        {"{'integration':1,'factor':2,'result':'x'}", "duo"},
        {"{'access_device':{},'result':1}", NULL},
        {"{'txid':1,'factor':2}", NULL},
        {"{'action':1,'description':2,'isotimestamp':3}", "duo"},
        {"{'action':1,'description':2}", NULL},
        {"{'log_id':1,'data':{'type':'s'}}", "auth0"},
        {"{'log_id':1,'data':{'x':'s'}}", NULL},
        {"{'log_id':1,'data':'text','type':'s'}", NULL},
        {"{'_id':1,'type':'s','client_id':1,'date':1}", "auth0"},
        {"{'log_id':1,'type':'s','tenant_name':1,'date':1}", "auth0"},
        {"{'log_id':1,'type':'s','tenant_name':1}", NULL},
        {"{'type':'s','client_id':1,'date':1}", NULL},
        {"{'kind':'admin#reports#activity'}", "google"},
        {"{'kind':'audit#activity'}", "google"},
        {"{'kind':'admin#reports#activities'}", NULL},
        {"{'kind':'Pod'}", NULL},
        {"{'id':{'applicationName':'login'},'name':'x'}", "google"},
        {"{'id':{'applicationName':'login'},'events':[]}", "google"},
        {"{'id':{'applicationName':'login'}}", NULL},
        {"{'id':1,'name':'x'}", NULL},
        {"{'protoPayload':{'x':1},'insertId':1}", "google"},
        {"{'protoPayload':{'serviceName':'x'}}", "google"},
        {"{'protoPayload':{'x':1}}", NULL},
        /* Lines of text. */
        {"CEF:0|a|b|1|2|login|3|x=y", "cef"},
        {"<13>1 - host app - - - CEF:0|a|b|1|2|c|3|", "cef"},
        {"LEEF:1.0|a|b|1|login|x=y", "leef"},
        {"<13>1 - host app - - - LEEF:2.0|a|b|1|2|^|", "leef"},
        {"<38>1 - host sshd 1 - - Invalid user x from 203.0.113.7 port 1", "sshd"},
        {"<38>1 - host sshd-session 1 - - anything", "sshd"},
        {"<38>1 - host nginx 1 - - Invalid user x from 203.0.113.7 port 1", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(is_recognised(in, rows[i].text), rows[i].parser != NULL);
        for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
            struct reading *one = reading_new(*p);
            bool his = rows[i].parser != NULL && strcmp(rows[i].parser, (*p)->name) == 0;
            assert_int_equal(is_recognised(one, rows[i].text), his);
            reading_done(one);
        }
    }
}

/* A record that has the signs of two formats is the earlier one's, whatever was read before it:
 * what a record is must be the same in every worker and after every restart. */
static void test_nothing_is_remembered(void **state)
{
    (void)state;
    static const char both[] = "{'@timestamp':'2025-03-04T05:06:07Z','ecs':{},'event':{},"
                               "'eventType':'user.session.start','published':"
                               "'2025-03-04T05:06:07Z'}";
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        for (int i = 0; i < 3; i++)
            reading_read(in, slice_of((*p)->example));
        assert_string_equal(reading_event(in, both)->source, "okta");
    }
}

enum { SAMPLES_MAX = 256 };

struct samples {
    struct sample {
        const struct parser *parser; /* whose folder it stands in */
        char path[192];
        struct slice message;
    } of[SAMPLES_MAX];
    size_t n;
};

static bool is_input(const char *name)
{
    static const char *const not [] = {".expected", ".deleted", ".md"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
        size_t n = strlen(not [i]);
        if (*name == '.' || (len > n && strcmp(name + len - n, not [i]) == 0))
            return false;
    }
    return true;
}

/* Every golden input: what stands in tests/data/NAME/ for each parser. */
static struct samples *samples_new(void)
{
    struct samples *all = calloc(1, sizeof(*all));
    assert_non_null(all);
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        char folder[96];
        snprintf(folder, sizeof(folder), "tests/data/%s", (*p)->name);
        struct dirent **entries = NULL;
        int n = scandir(folder, &entries, NULL, alphasort);
        assert_true(n > 2); /* no parser without a golden input */
        for (int i = 0; i < n; i++) {
            if (is_input(entries[i]->d_name)) {
                assert_true(all->n < SAMPLES_MAX);
                struct sample *sample = &all->of[all->n++];
                sample->parser = *p;
                snprintf(sample->path, sizeof(sample->path), "%s/%.80s", folder,
                         entries[i]->d_name);
                sample->message = reading_file(sample->path);
                assert_non_null(sample->message.ptr);
            }
            free(entries[i]);
        }
        free(entries);
    }
    return all;
}

static void samples_done(struct samples *all)
{
    for (size_t i = 0; i < all->n; i++)
        free((void *)(uintptr_t)all->of[i].message.ptr);
    free(all);
}

/* How many records of the message the reader's parser takes for its own. */
static size_t claimed(struct reading *by, struct slice message)
{
    reading_read(by, message);
    size_t unknown = 0;
    for (size_t i = 0; i < by->bads_n; i++)
        unknown += by->bads[i].reason == BAD_UNKNOWN_FORMAT;
    return by->events_n + by->ignored_n + by->bads_n - unknown;
}

/* The matrix is printed, for who wants to see it: a row for each sample, a column for each parser
 * in the order of the list. */
static void test_each_sample_has_one_parser(void **state)
{
    (void)state;
    struct samples *all = samples_new();
    size_t parsers_n = 0, (*matrix)[64] = calloc(all->n, sizeof(*matrix));
    for (const struct parser *const *p = parsers_all; *p != NULL; p++, parsers_n++) {
        struct reading *one = reading_new(*p);
        for (size_t i = 0; i < all->n; i++)
            matrix[i][parsers_n] = claimed(one, all->of[i].message);
        reading_done(one);
    }
    print_message("columns:");
    for (size_t k = 0; k < parsers_n; k++)
        print_message(" %s", parsers_all[k]->name);
    print_message("\n");
    for (size_t i = 0; i < all->n; i++) {
        print_message("%-44s", all->of[i].path);
        for (size_t k = 0; k < parsers_n; k++)
            print_message(" %4zu", matrix[i][k]);
        print_message("\n");
    }
    for (size_t i = 0; i < all->n; i++) {
        size_t whole = claimed(in, all->of[i].message);
        assert_true(whole > 0);
        for (size_t k = 0; k < parsers_n; k++)
            if (matrix[i][k] != (parsers_all[k] == all->of[i].parser ? whole : 0))
                fail_msg("%s: %s takes %zu of %zu", all->of[i].path, parsers_all[k]->name,
                         matrix[i][k], whole);
    }
    free(matrix);
    samples_done(all);
}

/* Fields in the order in which they are printed; a bit for each. */
static const char *const fields[] = {"tenant",  "user",     "ip",          "port",      "host",
                                     "outcome", "reason",   "code",        "app_id",    "app",
                                     "client",  "protocol", "user_agent",  "session",   "token_id",
                                     "device",  "factor",   "interactive", "operation", "event_id"};

enum { FIELDS_N = sizeof(fields) / sizeof(fields[0]) };

static uint32_t fields_printed(const char *line)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < FIELDS_N; i++) {
        char key[32];
        snprintf(key, sizeof(key), ",\"%s\":", fields[i]);
        bits |= strstr(line, key) != NULL ? 1u << i : 0;
    }
    return bits;
}

static uint32_t fields_said(const char *text)
{
    uint32_t bits = 0;
    size_t last = 0;
    for (; *text != '\0'; text += strcspn(text, " "), text += *text == ' ') {
        size_t len = strcspn(text, " "), i = last;
        while (i < FIELDS_N && (strlen(fields[i]) != len || memcmp(fields[i], text, len) != 0))
            i++;
        if (i == FIELDS_N)
            fail_msg("no field, or out of order: %s", text);
        bits |= 1u << (last = i);
    }
    return bits;
}

/* What `spoor list parsers` says is neither more nor less than what the golden inputs show; only a
 * port need not be shown, for any address may be recorded with one. */
static void test_what_parsers_say_of_themselves(void **state)
{
    (void)state;
    struct samples *all = samples_new();
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        uint32_t kinds = 0, shown = 0, said = fields_said((*p)->fields);
        for (size_t i = 0; i < all->n; i++) {
            if (all->of[i].parser != *p)
                continue;
            reading_read(in, all->of[i].message);
            for (size_t k = 0; k < in->events_n && k < READING_KEPT; k++)
                kinds |= 1u << in->events[k].kind;
            char *lines = reading_print(in);
            shown |= fields_printed(lines);
            free(lines);
        }
        uint32_t port = fields_said("port");
        for (size_t i = 0; i < FIELDS_N; i++)
            if ((shown ^ said) & ~port & 1u << i)
                fail_msg("%s: %s is %s", (*p)->name, fields[i],
                         said & 1u << i ? "in .fields, but in no golden output"
                                        : "in a golden output, but not in .fields");
        for (unsigned k = 0; k < KIND_N; k++)
            if ((kinds ^ (*p)->kinds) & 1u << k)
                fail_msg("%s: %s", (*p)->name, event_kind_name((enum event_kind)k));
    }
    samples_done(all);
}

static void test_examples_are_events(void **state)
{
    (void)state;
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        reading_read(in, slice_of((*p)->example));
        assert_int_equal(in->events_n, 1);
        assert_int_equal(in->next_index, 1);
        assert_string_equal(in->events[0].source, (*p)->name);
        assert_int_equal(in->events[0].time_ms / 1000, 1741064767);
        assert_true((*p)->kinds & 1u << in->events[0].kind);
        assert_int_equal(strncmp((*p)->page, "https://", 8), 0);
    }
}

static void test_names_and_summaries(void **state)
{
    (void)state;
    for (const struct parser *const *p = parsers_all; *p != NULL; p++) {
        assert_ptr_equal(parsers_find(slice_of((*p)->name)), *p);
        assert_true(strlen((*p)->summary) > 0);
    }
    for (int reason = 0; reason < BAD_N; reason++)
        assert_non_null(bad_reason_name((enum bad_reason)reason));
    assert_null(bad_reason_name(BAD_N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_nothing_is_remembered),
        cmocka_unit_test(test_each_sample_has_one_parser),
        cmocka_unit_test(test_what_parsers_say_of_themselves),
        cmocka_unit_test(test_examples_are_events),
        cmocka_unit_test(test_names_and_summaries),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
