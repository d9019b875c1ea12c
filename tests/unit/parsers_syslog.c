/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands before a message: each part of RFC 5424 and RFC 3164, the forms that break them, and
 * RFC 6587 counts. Examples of the RFCs are theirs (5424 section 6.5, 3164 section 5.4).
 */
#include "parsers/syslog/syslog.h"

#include "tests/unit/reading.h"

struct row {
    const char *text, *time, *host, *tag, *payload;
    enum syslog_payload kind;
};

static void expect_part(const char *text, const char *what, struct slice got, const char *want)
{
    bool same = want == NULL ? got.len == 0 : slice_equal(got, slice_of(want));
    if (!same)
        fail_msg("%s: %s is \"%.*s\"", text, what, (int)got.len, got.len > 0 ? got.ptr : "");
}

static void expect_rows(const struct row *rows, size_t n, bool header)
{
    for (size_t i = 0; i < n; i++) {
        struct syslog s;
        assert_true(syslog_read(slice_of(rows[i].text), NULL, &s));
        expect_part(rows[i].text, "time", s.time, rows[i].time);
        expect_part(rows[i].text, "host", s.host, rows[i].host);
        expect_part(rows[i].text, "tag", s.tag, rows[i].tag);
        expect_part(rows[i].text, "payload", s.payload, rows[i].payload);
        assert_int_equal(s.kind, rows[i].kind);
        assert_int_equal(s.header, header);
    }
}

#define EXPECT(rows, header) expect_rows(rows, sizeof(rows) / sizeof(rows[0]), header)

static void test_rfc_5424(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' "
         "failed for lonvick on /dev/pts/8",
         "2003-10-11T22:14:15.003Z", "mymachine.example.com", "su",
         "'su root' failed for lonvick on /dev/pts/8", SYSLOG_TEXT},
        {"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time.",
         "2003-08-24T05:14:15.000003-07:00", "192.0.2.1", "myproc", "%% It's time.", SYSLOG_TEXT},
        {"<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [exampleSDID@32473 iut=\"3\" "
         "eventSource=\"Application\"][examplePriority@32473 class=\"high\"]",
         "2003-10-11T22:14:15.003Z", "h", "evntslog", NULL, SYSLOG_TEXT},
        {"<0>1 - - - - - -", NULL, NULL, NULL, NULL, SYSLOG_TEXT},
        {"<191>1 - h a - - [x a=\"]\\\"] {\\\\\"] {\"b\":1}", NULL, "h", "a", "{\"b\":1}",
         SYSLOG_JSON},
        {"<1>1 - h a - - - CEF:0|x", NULL, "h", "a", "CEF:0|x", SYSLOG_CEF},
        {"<1>1 - h a - - - text LEEF:2.0|x", NULL, "h", "a", "text LEEF:2.0|x", SYSLOG_TEXT},
        /* Without the other fields. */
        {"<5>1 2020-01-24T22:53:03Z h CEF:0|x", "2020-01-24T22:53:03Z", "h", NULL, "CEF:0|x",
         SYSLOG_CEF},
        {"<5>1 2020-01-24T22:53:03Z h {\"a\":1}", "2020-01-24T22:53:03Z", "h", NULL, "{\"a\":1}",
         SYSLOG_JSON},
        {"<5>1 2020-01-24T22:53:03Z h app: x {\"a\":1}", "2020-01-24T22:53:03Z", "h", NULL,
         "{\"a\":1}", SYSLOG_JSON},
        /* Structured data that does not end. */
        {"<5>1 - h a - - [x a=\"1\" {\"a\":1}", NULL, "h", NULL, "{\"a\":1}", SYSLOG_JSON},
    };
    EXPECT(rows, true);
}

static void test_rfc_3164(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "Oct 11 22:14:15", "mymachine", "su",
         "'su root' failed", SYSLOG_TEXT},
        {"<13>Mar  4 05:06:07 h tag[12]: {\"a\":1}\r\n", "Mar  4 05:06:07", "h", "tag", "{\"a\":1}",
         SYSLOG_JSON},
        {"<13>Mar 04 05:06:07 h [{\"a\":1}]", "Mar 04 05:06:07", "h", NULL, "[{\"a\":1}]",
         SYSLOG_JSON},
        {"<13>Mar 4 05:06:07 {\"a\":1}", "Mar 4 05:06:07", NULL, NULL, "{\"a\":1}", SYSLOG_JSON},
        {"<13>Mar 04 2025 05:06:07.123 h %ASA-6-1: text", "Mar 04 2025 05:06:07.123", "h",
         "%ASA-6-1", "text", SYSLOG_TEXT},
        {"<13>Mar 04 05:06:07: h a: text", "Mar 04 05:06:07", "h", "a", "text", SYSLOG_TEXT},
        {"<13>Mar 04 05:06:07 tag: text", "Mar 04 05:06:07", NULL, "tag", "text", SYSLOG_TEXT},
        {"<13>2025-03-04T05:06:07+02:00 h a: text", "2025-03-04T05:06:07+02:00", "h", "a", "text",
         SYSLOG_TEXT},
        {"<13>2025-03-04 05:06:07 h a: text", "2025-03-04 05:06:07", "h", "a", "text", SYSLOG_TEXT},
        {"<13>hello world", NULL, NULL, NULL, "hello world", SYSLOG_TEXT},
        {"<13>a {{ host }} {x} [1] {\"a\":1}", NULL, NULL, NULL, "{\"a\":1}", SYSLOG_JSON},
        /* Chosen by whom the program speaks of. */
        {"<13>a: user {\"a\":1}", NULL, NULL, "a", "user {\"a\":1}", SYSLOG_TEXT},
        {"<13>a: user CEF:0|x", NULL, NULL, "a", "user CEF:0|x", SYSLOG_TEXT},
        {"<13>a user {\"a\":1} from", NULL, NULL, NULL, "a user {\"a\":1} from", SYSLOG_TEXT},
        {"<13>Mar 25 15:09:33 {{ host }} {{ host }}.net", "Mar 25 15:09:33", "{{", NULL,
         "host }} {{ host }}.net", SYSLOG_TEXT},
        {"<13>", NULL, NULL, NULL, NULL, SYSLOG_TEXT},
    };
    EXPECT(rows, true);
}

static void test_without_pri(void **state)
{
    (void)state;
    static const struct row headed[] = {
        {"Mar  4 05:06:07 h sshd[1]: text", "Mar  4 05:06:07", "h", "sshd", "text", SYSLOG_TEXT},
        {"2025-03-04T05:06:07Z h a: {\"a\":1}", "2025-03-04T05:06:07Z", "h", "a", "{\"a\":1}",
         SYSLOG_JSON},
        {"Jan 18 11:07:53 h LEEF:1.0|M", "Jan 18 11:07:53", "h", NULL, "LEEF:1.0|M", SYSLOG_CEF},
        {"gateway-7 CEF:0|x", NULL, NULL, NULL, "CEF:0|x", SYSLOG_CEF},
    };
    EXPECT(headed, true);
    static const struct row bare[] = {
        {"CEF:0|x", NULL, NULL, NULL, "CEF:0|x", SYSLOG_CEF},
        {"leef:1.0|x", NULL, NULL, NULL, "leef:1.0|x", SYSLOG_CEF},
        {"CEF:x|", NULL, NULL, NULL, "CEF:x|", SYSLOG_TEXT},
        {"March on", NULL, NULL, NULL, "March on", SYSLOG_TEXT},
        {"2025-13-04T05:06:07Z h a: x", NULL, NULL, NULL, "2025-13-04T05:06:07Z h a: x",
         SYSLOG_TEXT},
        {"note: {\"a\":1}", NULL, NULL, NULL, "note: {\"a\":1}", SYSLOG_TEXT},
        {"", NULL, NULL, NULL, NULL, SYSLOG_TEXT},
    };
    EXPECT(bare, false);
}

/* What relays and other systems' syslogs make of a header. */
static void test_forms_of_relays(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"2025-03-04T05:06:07Z h sshd[4711] text", "2025-03-04T05:06:07Z", "h", "sshd", "text",
         SYSLOG_TEXT},
        {"2025-03-04T05:06:07Z h sshd[x] text", "2025-03-04T05:06:07Z", "h", NULL, "sshd[x] text",
         SYSLOG_TEXT},
        {"sshd[4711]: text", NULL, NULL, "sshd", "text", SYSLOG_TEXT},
        {"<38>/usr/sbin/sshd[4711]: text", NULL, NULL, "sshd", "text", SYSLOG_TEXT},
        {"Mar  4 05:06:07 <4.6> h sshd[1]: text", "Mar  4 05:06:07", "h", "sshd", "text",
         SYSLOG_TEXT},
        {"Mar  4 05:06:07 <auth.info> h sshd[1]: text", "Mar  4 05:06:07", "h", "sshd", "text",
         SYSLOG_TEXT},
        {"Mar  4 05:06:07 h auth|security:info sshd[1]: text", "Mar  4 05:06:07", "h", "sshd",
         "text", SYSLOG_TEXT},
        {"Mar  4 05:06:07 r Message forwarded from h: sshd[1]: text", "Mar  4 05:06:07", "h",
         "sshd", "text", SYSLOG_TEXT},
        {"<38>Mar  4 05:06:07 h sshd[1]: [ID 800047 auth.info] text", "Mar  4 05:06:07", "h",
         "sshd", "text", SYSLOG_TEXT},
        {"<13>Mar  4 05:06:07 h CEF: 0|x", "Mar  4 05:06:07", "h", NULL, "CEF: 0|x", SYSLOG_CEF},
        {"<13>1 2025-03-04T05:06:07Z h CEF - - - 0|x", "2025-03-04T05:06:07Z", "h", "CEF", "0|x",
         SYSLOG_CEF},
        {"<13>1 2025-03-04T05:06:07Z h LEEF - - - 2.0|x", "2025-03-04T05:06:07Z", "h", "LEEF",
         "2.0|x", SYSLOG_CEF},
        {"<13>Mar  4 05:06:07 h a: CEF:0|x#015#012#000", "Mar  4 05:06:07", "h", "a", "CEF:0|x",
         SYSLOG_CEF},
        /* A header in a header: the whole line stands behind the name of a file or of nobody. */
        {"<13>1 2025-03-04T05:06:07Z r authlog - - - Mar  4 05:06:06 h sshd[1]: text",
         "2025-03-04T05:06:07Z", "r", "authlog", "Mar  4 05:06:06 h sshd[1]: text", SYSLOG_LINE},
        {"2025-03-04T05:06:07Z r authlog Mar  4 05:06:06 h sshd[1]: text", "2025-03-04T05:06:07Z",
         "r", "authlog", "Mar  4 05:06:06 h sshd[1]: text", SYSLOG_LINE},
        {"<13>Mar  4 05:06:07 r <38>Mar  4 05:06:06 h sshd[1]: text", "Mar  4 05:06:07", "r", NULL,
         "<38>Mar  4 05:06:06 h sshd[1]: text", SYSLOG_LINE},
        {"<13>Mar  4 05:06:07 r 9 <38>a: b9 <38>a: b", "Mar  4 05:06:07", "r", NULL,
         "9 <38>a: b9 <38>a: b", SYSLOG_COUNTED},
        {"2025-03-04T05:06:07Z r 2025-03-04T05:06:06Z h sshd[1]: text", "2025-03-04T05:06:07Z", "r",
         NULL, "2025-03-04T05:06:06Z h sshd[1]: text", SYSLOG_LINE},
        {"2025-03-04T05:06:07Z 2025-03-04T05:06:06Z h sshd[1]: text", "2025-03-04T05:06:07Z", NULL,
         NULL, "2025-03-04T05:06:06Z h sshd[1]: text", SYSLOG_LINE},
        /* RFC 5424 without priority and version, and behind a header that has the latter for tag. */
        {"2025-03-04T05:06:07Z h sshd 9 - - text", "2025-03-04T05:06:07Z", "h", "sshd", "text",
         SYSLOG_TEXT},
        {"1 2025-03-04T05:06:07Z h a - ID [x y=\"z\"] text", "2025-03-04T05:06:07Z", "h", "a",
         "text", SYSLOG_TEXT},
        {"2025-03-04T05:06:07Z r 1 2025-03-04T05:06:06Z h sshd 9 - - text", "2025-03-04T05:06:07Z",
         "r", NULL, "1 2025-03-04T05:06:06Z h sshd 9 - - text", SYSLOG_LINE},
        {"2025-03-04T05:06:07Z h sshd nine - - text", "2025-03-04T05:06:07Z", "h", NULL,
         "sshd nine - - text", SYSLOG_TEXT},
        {"2025-03-04T05:06:07Z h a: 9 - - text", "2025-03-04T05:06:07Z", "h", "a", "9 - - text",
         SYSLOG_TEXT},
        /* Not behind a process, a program that speaks for others, or half a header. */
        {"<13>Mar  4 05:06:07 r app[7]: Mar  4 05:06:06 h sshd[1]: text", "Mar  4 05:06:07", "r",
         "app", "Mar  4 05:06:06 h sshd[1]: text", SYSLOG_TEXT},
        {"<13>Mar  4 05:06:07 r nginx: Mar  4 05:06:06 h sshd[1]: text", "Mar  4 05:06:07", "r",
         "nginx", "Mar  4 05:06:06 h sshd[1]: text", SYSLOG_TEXT},
        {"<13>Mar  4 05:06:07 r authlog: h sshd[1]: text", "Mar  4 05:06:07", "r", "authlog",
         "h sshd[1]: text", SYSLOG_TEXT},
        {"<13>Mar  4 05:06:07 r authlog: Mar  4 05:06:06 h sshd: text", "Mar  4 05:06:07", "r",
         "authlog", "Mar  4 05:06:06 h sshd: text", SYSLOG_TEXT},
    };
    EXPECT(rows, true);
}

/* The text of a program that something else has named. */
static void test_texts_of_programs(void **state)
{
    (void)state;
    static const struct {
        const char *program;
        bool process;
        const char *text, *tag, *payload;
        enum syslog_payload kind;
    } rows[] = {
        {"sshd", false, "text", "sshd", "text", SYSLOG_TEXT},
        {"sshd", true, "sshd[1]: text", "sshd", "text", SYSLOG_TEXT},
        {"sshd", true, "sshd: text", "sshd", "text", SYSLOG_TEXT},
        {"sshd", true, "<38>Mar  4 05:06:07 h sshd[1]: text", "sshd", "text", SYSLOG_TEXT},
        {"CEF", false, "0|x", "CEF", "0|x", SYSLOG_CEF},
        {"CEF", false, "<13>Mar  4 05:06:07 h CEF:0|x", NULL, "CEF:0|x", SYSLOG_CEF},
        {"authlog", false, "Mar  4 05:06:07 h sshd[1]: text", "sshd", "text", SYSLOG_TEXT},
        {"a", true, "{\"b\":1}", "a", "{\"b\":1}", SYSLOG_JSON},
        /* What may have been chosen by whom the program speaks of. */
        {"su", false, "sshd[1]: text", "su", "sshd[1]: text", SYSLOG_TEXT},
        {"authlog", false, "sshd[1]: text", "authlog", "sshd[1]: text", SYSLOG_TEXT},
        {"app", true, "Mar  4 05:06:07 h sshd[1]: text", "app", "Mar  4 05:06:07 h sshd[1]: text",
         SYSLOG_TEXT},
        {"app", true, "<999>x", "app", "<999>x", SYSLOG_TEXT},
        {"app", true, "user CEF:0|x", "app", "user CEF:0|x", SYSLOG_TEXT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct origin around = {.program = slice_of(rows[i].program),
                                      .process = rows[i].process};
        struct syslog s;
        assert_true(syslog_read(slice_of(rows[i].text), &around, &s));
        expect_part(rows[i].text, "tag", s.tag, rows[i].tag);
        expect_part(rows[i].text, "payload", s.payload, rows[i].payload);
        assert_int_equal(s.kind, rows[i].kind);
    }
}

static void test_what_is_no_pri(void **state)
{
    (void)state;
    static const char *const texts[] = {"<192>x", "<999>x", "<>x",     "<1",
                                        "<",      "<a>x",   "<0134>x", "<-1>x"};
    struct syslog s;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(syslog_read(slice_of(texts[i]), NULL, &s));
    assert_true(syslog_read(SLICE("<191>x"), NULL, &s));
}

static void test_a_payload_is_looked_for_in_512_bytes(void **state)
{
    (void)state;
    for (size_t before = SYSLOG_HEADER_MAX - 1; before <= SYSLOG_HEADER_MAX; before++) {
        char text[1024] = "<13>";
        memset(text + 4, 'x', before);
        text[3 + before] = ' ';
        strcpy(text + 4 + before, "CEF:0|x");
        struct syslog s;
        assert_true(syslog_read(slice_of(text), NULL, &s));
        assert_int_equal(s.kind, before < SYSLOG_HEADER_MAX ? SYSLOG_CEF : SYSLOG_TEXT);
    }
}

static void test_counts(void **state)
{
    (void)state;
    size_t head = 9, len = 9;
    assert_true(syslog_count(SLICE("157 <134>1"), &head, &len));
    assert_int_equal(head, 4);
    assert_int_equal(len, 157);
    static const char *const texts[] = {"157", "157 ",          "157 x", " 157 <",
                                        "<1>", "123456789 <1>", ""};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(syslog_count(slice_of(texts[i]), &head, &len));
}

/* ---- through the reader ---- */

#define RECORD "{'category':'SignInLogs','properties':{'createdDateTime':'2025-03-04T05:06:07Z'}}"

static void test_frames(void **state)
{
    (void)state;
    struct reading *in = reading_new(NULL);
    reading_json(in, "10 <13>aaa: b10 <13>aaa: b\n");
    assert_int_equal(in->bads_n, 2);
    assert_int_equal(in->bads[0].reason, BAD_UNKNOWN_FORMAT);
    assert_int_equal(in->bads[1].offset, 16);
    /* One too few, one too many, none behind a good one. */
    reading_expect_bad(in, "9 <13>aaa: b10 <13>aaa: b", BAD_HEADER, 0);
    reading_expect_bad(in, "12 <13>aaa: b10 <13>aaa: b", BAD_HEADER, 0);
    reading_expect_bad(in, "11 <13>aaa: b", BAD_TRUNCATED, 13);
    reading_json(in, "10 <13>aaa: b9 <13>aaa: b");
    assert_int_equal(in->bads_n, 2);
    assert_int_equal(in->bads[1].reason, BAD_HEADER);
    reading_expect_bad(in, "0 <13>a: b", BAD_HEADER, 0);
    /* A count only at the start of a message; a line end behind a frame need not be counted. */
    reading_json(in, "{}\n10 <13>aaa: b");
    assert_int_equal(in->bads_n, 2);
    assert_int_equal(in->bads[1].reason, BAD_NOT_JSON);
    reading_json(in, "10 <13>aaa: b\n10 <13>aaa: b\r\n");
    assert_int_equal(in->bads_n, 2);
    assert_int_equal(in->bads[1].reason, BAD_UNKNOWN_FORMAT);
    reading_done(in);
}

static void test_lines(void **state)
{
    (void)state;
    struct reading *in = reading_new(NULL);
    reading_json(in, "<13>1 - h a - - - " RECORD "\n<999>x\n<13>hello\nhello\nhello\n"
                     "<13>1 - h a - - - {'category':'SignInLogs',\n"
                     "  'time':'2025-03-04T05:06:07Z',\n'properties':{}\n}\n"
                     "{'x':1}\n" RECORD "\n<13>1 - h a - - - {'a':]\n<13>1 - h a - - - " RECORD);
    assert_int_equal(in->events_n, 4);
    static const enum bad_reason reasons[] = {BAD_HEADER,   BAD_UNKNOWN_FORMAT, BAD_NOT_JSON,
                                              BAD_NOT_JSON, BAD_UNKNOWN_FORMAT, BAD_NOT_JSON};
    assert_int_equal(in->bads_n, sizeof(reasons) / sizeof(reasons[0]));
    for (size_t i = 0; i < in->bads_n; i++)
        assert_int_equal(in->bads[i].reason, reasons[i]);
    reading_done(in);
}

static void test_offsets(void **state)
{
    (void)state;
    struct reading *in = reading_new(NULL);
    reading_expect_bad(in, "\n<13>1 - h a - - - {'a':1}", BAD_UNKNOWN_FORMAT, 19);
    reading_expect_bad(in, "\n<13>1 - h a - - - {'a':!}", BAD_NOT_JSON, 24);
    reading_expect_bad(in, "\n<13>1 - h a - - - {'a':", BAD_TRUNCATED, 24);
    reading_expect_bad(in, "\n<13>1 - h a - - - text", BAD_UNKNOWN_FORMAT, 1);
    reading_expect_bad(in, "{'event':'<13>1 - h a - - - text'}", BAD_UNKNOWN_FORMAT, 9);
    reading_expect_bad(in, "{'event':'<999>x'}", BAD_HEADER, 9);
    reading_done(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_5424),
        cmocka_unit_test(test_rfc_3164),
        cmocka_unit_test(test_without_pri),
        cmocka_unit_test(test_forms_of_relays),
        cmocka_unit_test(test_texts_of_programs),
        cmocka_unit_test(test_what_is_no_pri),
        cmocka_unit_test(test_a_payload_is_looked_for_in_512_bytes),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_offsets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
