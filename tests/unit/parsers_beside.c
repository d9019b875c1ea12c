/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines whose header a shipper took off: the program, host, time and process stand beside them
 * under whatever names. Each shape is one event, the same but for its host; with another program,
 * or none, it is nobody's.
 */
#include "tests/unit/reading.h"

#define TEXT  "Failed password for anna from 203.0.113.7 port 51234 ssh2"
#define STAMP "2025-03-04T05:06:07Z"
#define LINE  STAMP " bastion sshd[4711]: " TEXT

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

/* With one % each where the program stands. */
static const char *const shapes[] = {
    "{'__REALTIME_TIMESTAMP':'1741064767000000','_COMM':'%','_HOSTNAME':'bastion','MESSAGE':'" TEXT
    "'}",
    "{'_EXE':'/usr/sbin/%','SYSLOG_IDENTIFIER':'x','_HOSTNAME':'bastion','MESSAGE':'" TEXT
    "','date':1741064767}",
    "{'SYSLOG_IDENTIFIER':'%','host':'bastion','message':'" TEXT "','timestamp':'" STAMP "'}",
    "{'msg':' " TEXT "','timereported':'" STAMP "','hostname':'bastion','programname':'%',"
    "'procid':'-'}",
    "{'@timestamp':'" STAMP "','host':'bastion','syslogtag':'%[4711]:','message':' " TEXT "'}",
    "{'PROGRAM':'%','HOST':'bastion','ISODATE':'" STAMP "','PID':'4711','MESSAGE':'" TEXT "'}",
    "<38>1 " STAMP " bastion @syslog-ng - - - {'PROGRAM':'%','MESSAGE':'" TEXT "'}",
    "{'appname':'%','hostname':'bastion','timestamp':'" STAMP "','message':'" TEXT "'}",
    "{'ident':'%','host':'bastion','time':'" STAMP "','pid':'4711','message':'" TEXT "'}",
    "{'version':'1.1','host':'bastion','timestamp':1741064767,'_program':'%','short_message':'" TEXT
    "'}",
    "{'host':'bastion','timestamp':1741064767,'_application_name':'%','full_message':'" TEXT "'}",
    "{'EventTime':'2025-03-04 05:06:07','Hostname':'bastion','SourceName':'%','Message':'" TEXT
    "'}",
    "{'fields':{'message':'" TEXT "','timestamp':1741064767000000000},'name':'syslog',"
    "'tags':{'appname':'%','hostname':'bastion'},'timestamp':5}",
    "{'type':'RFC3164','message':'" TEXT "','host':'bastion','tag':'%[4711]','timestamp':"
    "1741064767000}",
    "{'TimeGenerated':'" STAMP "','Computer':'bastion','ProcessName':'%','SyslogMessage':'" TEXT
    "','Type':'Syslog'}",
    "{'@timestamp':'" STAMP "','ecs':{'version':'8.0.0'},'host':{'name':'bastion'},'event':"
    "{'kind':'event'},'log':{'syslog':{'appname':'%'}},'message':'" TEXT "'}",
    "{'@timestamp':'" STAMP "','host.name':'bastion','process.name':'%','message':'" TEXT "'}",
    "{'body':{'stringValue':'" TEXT "'},'timeUnixNano':'1741064767000000000','attributes':["
    "{'key':'hostname','value':{'stringValue':'bastion'}},"
    "{'key':'appname','value':{'stringValue':'%'}}]}",
    "{'timeUnixNano':'1741064767000000000','body':{'kvlistValue':{'values':["
    "{'key':'MESSAGE','value':{'stringValue':'" TEXT "'}},"
    "{'key':'_HOSTNAME','value':{'stringValue':'bastion'}},"
    "{'key':'_COMM','value':{'stringValue':'%'}}]}}}",
    "{'predecoder':{'program_name':'%','hostname':'bastion'},'timestamp':'" STAMP
    "','full_log':'" TEXT "'}",
};
enum { SHAPES_N = sizeof(shapes) / sizeof(shapes[0]) };

static const char *with(const char *shape, const char *program)
{
    static char text[1024];
    const char *mark = strchr(shape, '%');
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - shape), shape, program, mark + 1);
    return text;
}

static void expect_the_sign_in(const char *text)
{
    reading_json(in, text);
    if (in->events_n != 1 || in->bads_n != 0)
        fail_msg("%s: %zu events, %zu bad", text, in->events_n, in->bads_n);
    const struct event *ev = &in->events[0];
    assert_string_equal(ev->source, "sshd");
    assert_int_equal(ev->time_ms, INT64_C(1741064767000));
    expect_text(ev->user, "anna");
    expect_ip(ev, "203.0.113.7");
    assert_int_equal(ev->port, 51234);
    expect_text(ev->host, "bastion");
}

static void test_every_shipper(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES_N; i++)
        expect_the_sign_in(with(shapes[i], "sshd"));
}

static void test_other_programs_and_none(void **state)
{
    (void)state;
    static const char *const programs[] = {"su", "nginx", "xsshd", "", "-"};
    for (size_t i = 0; i < SHAPES_N; i++)
        for (size_t k = 0; k < sizeof(programs) / sizeof(programs[0]); k++) {
            reading_json(in, with(shapes[i], programs[k]));
            if (in->events_n != 0 || in->bads_n + in->ignored_n != 1)
                fail_msg("%s", with(shapes[i], programs[k]));
        }
}

/* What the line says of itself comes first, but for its program if another one wrote it. */
static void test_headers_left_in(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'message':'" LINE "','host':'collector','@timestamp':'2025-03-04T09:00:00Z'}",
        "{'appname':'authlog','host':'collector','message':'" LINE "'}",
        "{'program':'sshd','pid':4711,'message':'" LINE "'}",
        "{'rawmsg':'<38>" LINE "','programname':'sshd'}",
        "{'event':'sshd[4711]: " TEXT "','time':1741064767,'host':'bastion'}",
        "{'short_message':'sshd[4711]: " TEXT "','_application_name':'sshd','host':'bastion',"
        "'timestamp':1741064767}",
        "{'schema':{'type':'struct'},'payload':{'line':'" LINE "'}}",
        "{'line':'" LINE "'}",
        "'" LINE "'\n",
        "{'message':'\\ufeff" LINE "\\u0000'}",
        "{'resourceLogs':[{'resource':{},'scopeLogs':[{'logRecords':[{'timeUnixNano':'1',"
        "'body':{'stringValue':'" LINE "'}}]}]}]}",
        "{'message':'sshd[4711]: " TEXT "','tag':'syslog.auth','time':'" STAMP
        "','host':'bastion'}",
        "<38>1 " STAMP " bastion - - - - sshd[4711]: " TEXT,
        "<13>1 2025-03-04T06:00:00Z relay authlog - - - " LINE,
        "2025-03-04T06:00:00Z relay authlog " LINE,
        "2025-03-04T06:00:00Z relay authlog: Mar  4 05:06:07 bastion sshd[4711]: " TEXT,
        "2025-03-04T06:00:00Z relay " LINE,
        "2025-03-04T06:00:00Z " LINE,
        "{'event':'" TEXT "','time':1741064767,'host':'bastion','source':'sshd'}",
        "{'event':'" TEXT "','time':1741064767,'host':'bastion','source':'/var/log/secure',"
        "'sourcetype':'sshd'}",
        "{'event':'sshd[4711]: " TEXT "','time':1741064767,'host':'bastion','source':'sshd',"
        "'sourcetype':'linux_secure'}",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        expect_the_sign_in(good[i]);
    static const char *const bad[] = {
        "{'appname':'app','procid':7,'message':'" LINE "'}",
        "{'appname':'su','message':'" LINE "'}",
        "{'appname':'app','message':'sshd[4711]: " TEXT "'}",
        "{'_COMM':'logger','SYSLOG_IDENTIFIER':'sshd','MESSAGE':'" TEXT "'}",
        "{'appname':'app','message':'words\\n" LINE "'}",
        "<13>1 2025-03-04T06:00:00Z relay app 7 - - " LINE,
        "2025-03-04T06:00:00Z relay su: " LINE,
        "{'event':'" TEXT "','time':1741064767,'sourcetype':'linux_secure'}",
        "{'event':'" TEXT "','time':1741064767,'source':'/var/log/sshd.log','sourcetype':'any'}",
        "{'event':'" LINE "','time':1741064767,'source':'nginx'}",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        reading_json(in, bad[i]);
        if (in->events_n != 0 || in->bads_n != 1)
            fail_msg("%s: %zu events, %zu bad", bad[i], in->events_n, in->bads_n);
    }
}

#define MODERN STAMP " bastion sshd 4711 - - " TEXT /* RFC 5424 but for priority and version */

/* Whoever takes RFC 5424 for RFC 3164 takes the version for the program. */
static void test_the_version_for_a_program(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'PROGRAM':'1','MESSAGE':'" MODERN "','ISODATE':'2025-03-04T06:00:00Z','HOST':'relay'}",
        "{'programname':'1','syslogtag':'1','msg':' " MODERN "','hostname':'relay'}",
        "2025-03-04T06:00:00+00:00 relay 1 " MODERN,
        "2025-03-04T06:00:00+00:00 relay 1: " MODERN,
        "Mar  4 06:00:00 relay 1 " MODERN,
        "<38>Mar  4 06:00:00 relay 1 " MODERN,
        "<38>1 2025-03-04T06:00:00Z relay 1 - - - " MODERN,
        "<38>1 2025-03-04T06:00:00Z relay - - - - 1 " MODERN,
        "{'message':'1 " MODERN "'}",
        "<38>" MODERN,
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        expect_the_sign_in(good[i]);
    static const char *const bad[] = {
        "{'PROGRAM':'2','PID':'7','MESSAGE':'" MODERN "'}",
        "{'PROGRAM':'nginx','MESSAGE':'1 " MODERN "'}",
        "{'PROGRAM':'1','MESSAGE':'" STAMP " bastion su 4711 - - " TEXT "'}",
        "{'PROGRAM':'1','MESSAGE':'" TEXT "'}",
        "2025-03-04T06:00:00Z relay 1 " STAMP " bastion sshd 4711 " TEXT,
        "2025-03-04T06:00:00Z relay nginx: 1 " MODERN,
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        reading_json(in, bad[i]);
        if (in->events_n != 0 || in->bads_n != 1)
            fail_msg("%s: %zu events, %zu bad", bad[i], in->events_n, in->bads_n);
    }
    static const char *const others[] = {
        "{'PROGRAM':'1','ISODATE':'2025-03-04T06:00:00Z','MESSAGE':'" STAMP " fw01 gate - - - %'}",
        "<134>1 2025-03-04T06:00:00Z relay 1 - - - " STAMP " fw01 gate - - - %",
        "2025-03-04T06:00:00Z relay 1 " STAMP " fw01 gate - - - %",
    };
    static const char cef[] = "CEF:0|V|P|1|300|Authentication failed|5|suser=anna src=203.0.113.7";
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        const struct event *ev = reading_event(in, with(others[i], cef));
        assert_string_equal(ev->source, "cef");
        assert_int_equal(ev->time_ms, INT64_C(1741064767000));
    }
    const struct event *ev = reading_event(
        in, "{'PROGRAM':'1','MESSAGE':'" STAMP " fw01 gate - - - {\\'category\\':\\'SignInLogs"
            "\\',\\'properties\\':{\\'createdDateTime\\':\\'" STAMP "\\'}}'}");
    assert_string_equal(ev->source, "entra");
}

/* What came is right; what a daemon made of it may be wrong, but for a time that it completed. */
static void test_the_line_before_what_was_made_of_it(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'PROGRAM':'Message','MESSAGE':'forwarded from bastion: sshd[4711]: " TEXT
        "','rawmsg':'<38>" LINE "'}",
        "{'rawmsg':'<38>" LINE "','PROGRAM':'Message','MESSAGE':'forwarded'}",
        "{'rawmsg':'<38>Mar  4 07:06:07 bastion sshd[4711]: " TEXT
        "','msg':'x','timereported':'2025-03-04T07:06:07+02:00','hostname':'relay'}",
        "{'rawmsg':'" TEXT "','programname':'sshd','timereported':'" STAMP
        "','hostname':'bastion','msg':'" TEXT "'}",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        expect_the_sign_in(good[i]);
    reading_expect_bad(in, "{'rawmsg':'<30>" STAMP " h su[1]: " TEXT "','PROGRAM':'su'}",
                       BAD_UNKNOWN_FORMAT, 10);
    reading_expect_bad(in, "{'programname':'nginx','rawmsg':'<38>" LINE "'}", BAD_UNKNOWN_FORMAT,
                       32);
}

static void test_a_text_of_bytes(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in, "{'_COMM':'sshd','__REALTIME_TIMESTAMP':'1741064767000000','MESSAGE':[73,110,118,97,"
            "108,105,100,32,117,115,101,114,32,27,120,32,102,114,111,109,32,58,58,49]}");
    expect_text(ev->user, "\x1bx");
    expect_ip(ev, "::1");
    /* Numbers that are no text are one record, not one each. */
    reading_expect_bad(in, "{'message':[1,2,300,4,'x',{}],'a':1}", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "{'data':[1,2,3]}", BAD_UNKNOWN_FORMAT, 0);
}

#define ECS "{'@timestamp':'2025-03-04T05:06:09Z','ecs':{'version':'8.0.0'},"

static void test_ecs_that_says_nothing(void **state)
{
    (void)state;
    expect_the_sign_in(ECS "'event':{'dataset':'system.auth'},'message':'" LINE "'}");
    expect_the_sign_in(ECS "'event':{'original':'" LINE "'},'message':'prose'}");
    /* The year of @timestamp, the zone of event.timezone. */
    expect_the_sign_in(ECS "'event':{'timezone':'+02:00'},'message':'Mar  4 07:06:07 bastion "
                           "sshd[4711]: " TEXT "'}");
    const struct event *ev = reading_event(
        in, ECS "'event':{'module':'azure'},'message':'{\\'category\\':\\'SignInLogs\\',"
                "\\'properties\\':{\\'createdDateTime\\':\\'" STAMP "\\'}}'}");
    assert_string_equal(ev->source, "entra");
    reading_event(in, ECS "'event':{'module':'aws'},'message':'{\\'Records\\':[{\\'category\\':"
                          "\\'SignInLogs\\',\\'properties\\':{\\'createdDateTime\\':\\'" STAMP
                          "\\'}}]}'}");
    /* What nobody knows is ignored, as it was; what is broken is not. */
    static const char *const quiet[] = {"prose", "[1]", "{\\'a\\':1}", "<13>hello", ""};
    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), ECS "'event':{'module':'x'},'message':'%s'}", quiet[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
        assert_int_equal(in->next_index, 1);
    }
    reading_json(in, ECS "'event':{'module':'x'},'message':'{\\'a\\':'}");
    assert_int_equal(in->bads[0].reason, BAD_NOT_JSON);
    /* A finished one stays what it is. */
    ev = reading_event(in, ECS "'event':{'category':'authentication','outcome':'success'},"
                               "'message':'" LINE "'}");
    assert_string_equal(ev->source, "ecs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_shipper),
        cmocka_unit_test(test_other_programs_and_none),
        cmocka_unit_test(test_headers_left_in),
        cmocka_unit_test(test_the_version_for_a_program),
        cmocka_unit_test(test_the_line_before_what_was_made_of_it),
        cmocka_unit_test(test_a_text_of_bytes),
        cmocka_unit_test(test_ecs_that_says_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
