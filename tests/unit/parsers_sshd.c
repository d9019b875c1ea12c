/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSH lines: golden input, user names that look like the rest of a line, what is not ours.
 */
#include "tests/unit/reading.h"

#define HEAD "<38>1 2025-03-04T05:06:07Z bastion sshd 1 - - "

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

static void test_golden(void **state)
{
    (void)state;
    expect_golden("sshd/auth");
}

static void test_sturdy(void **state)
{
    (void)state;
    expect_sturdy_lines("sshd/auth");
}

static void test_the_name_is_what_is_left(void **state)
{
    (void)state;
    static const struct {
        const char *name, *user;
    } rows[] = {
        {"root", "root"},
        {"x from 198.51.100.1 port 1 ssh2", "x from 198.51.100.1 port 1 ssh2"},
        {"x from 198.51.100.1 port 1 ssh2: RSA SHA256:y",
         "x from 198.51.100.1 port 1 ssh2: rsa sha256:y"},
        {"invalid user y", "y"},
        {"invalid user  from  from ", "from  from"},
        {" ", NULL},
        {"{\"a\":1}", "{\"a\":1}"},
        {"Accepted password for root", "accepted password for root"},
        {"CONTOSO\\Anna", "contoso\\anna"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        size_t len = (size_t)snprintf(text, sizeof(text),
                                      HEAD "Failed password for %s from 203.0.113.7 port 5 ssh2",
                                      rows[i].name);
        reading_read(in, (struct slice){text, len});
        assert_int_equal(in->events_n, 1);
        const struct event *ev = &in->events[0];
        expect_ip(ev, "203.0.113.7");
        assert_int_equal(ev->port, 5);
        assert_int_equal(ev->outcome, OUTCOME_FAILURE);
        if (rows[i].user != NULL)
            expect_text(ev->user, rows[i].user);
        else
            expect_absent(ev->user);
    }
}

/* What a certificate says of itself stands behind the address, and may look like one. */
static void test_a_certificate_is_not_the_peer(void **state)
{
    (void)state;
    const struct event *ev = reading_event(
        in, HEAD "Accepted publickey for git from 203.0.113.7 port 5 ssh2: ED25519-CERT SHA256:x "
                 "ID anna from 198.51.100.1 port 1 ssh2 (serial 7) CA RSA SHA256:y");
    expect_text(ev->user, "git");
    expect_ip(ev, "203.0.113.7");
    assert_int_equal(ev->port, 5);
}

/* Whoever failed may have chosen both his name and what stands behind the key. */
static void test_the_sender_of_a_failed_key(void **state)
{
    (void)state;
    static const struct {
        const char *line, *user;
    } rows[] = {
        {"root from 203.0.113.7 port 5 ssh2: ED25519-CERT SHA256:x ID a from 198.51.100.1 port 1 "
         "ssh2 (serial 7) CA RSA SHA256:y",
         "root"},
        {"root from 203.0.113.7 port 5 ssh2: RSA SHA256:x from 198.51.100.1 port 1 ssh2", "root"},
        {"invalid user x from 198.51.100.1 port 1 ssh2: RSA SHA256:y from 203.0.113.7 port 5 ssh2: "
         "RSA SHA256:z",
         "x from 198.51.100.1 port 1 ssh2: rsa sha256:y"},
        {"invalid user x from 198.51.100.1 port 1 ssh2 from 203.0.113.7 port 5 ssh2",
         "x from 198.51.100.1 port 1 ssh2"},
        {"invalid user x from 203.0.113.7 port 5 ssh2: RSA-CERT SHA256:x ID a from 198.51.100.1 "
         "port 1 ssh2 (serial 7) CA RSA SHA256:y",
         "x"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "Failed publickey for %s", rows[i].line);
        const struct event *ev = reading_event(in, text);
        expect_ip(ev, "203.0.113.7");
        assert_int_equal(ev->port, 5);
        expect_text(ev->user, rows[i].user);
    }
    const struct event *ev = reading_event(
        in, HEAD "error: PAM: Authentication failure for x from 198.51.100.1 from 203.0.113.7");
    expect_ip(ev, "203.0.113.7");
    expect_text(ev->user, "x from 198.51.100.1");
}

static void test_old_words(void **state)
{
    (void)state;
    const struct event *ev =
        reading_event(in, HEAD "Failed password for illegal user bob from 203.0.113.7 port 5 ssh2");
    expect_text(ev->user, "bob");
    assert_int_equal(ev->reason, REASON_UNKNOWN_USER);
    ev = reading_event(in, HEAD "Illegal user bob from 203.0.113.7");
    expect_text(ev->user, "bob");
    assert_int_equal(ev->reason, REASON_UNKNOWN_USER);
}

static void test_methods(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum event_reason reason;
        enum event_factor factor;
        bool password_valid;
    } rows[] = {
        {"Accepted password for a from ::1 port 5 ssh2", REASON_OK, FACTOR_SINGLE, true},
        {"Accepted publickey for a from ::1 port 5 ssh2: RSA x", REASON_OK, FACTOR_ABSENT, false},
        {"Accepted keyboard-interactive/pam for a from ::1 port 5 ssh2", REASON_OK, FACTOR_ABSENT,
         false},
        {"Failed password for a from ::1 port 5 ssh2", REASON_WRONG_PASSWORD, FACTOR_SINGLE, false},
        {"Failed password for invalid user a from ::1 port 5 ssh2", REASON_UNKNOWN_USER,
         FACTOR_SINGLE, false},
        {"Failed publickey for a from ::1 port 5 ssh2", REASON_CLIENT, FACTOR_ABSENT, false},
        {"Failed none for a from ::1 port 5 ssh2", REASON_CLIENT, FACTOR_ABSENT, false},
        {"Invalid user a from ::1", REASON_UNKNOWN_USER, FACTOR_ABSENT, false},
        {"Failed keyboard-interactive for a from ::1 port 5 ssh2", REASON_WRONG_PASSWORD,
         FACTOR_ABSENT, false},
        {"error: PAM: Authentication failure for a from ::1", REASON_WRONG_PASSWORD, FACTOR_ABSENT,
         false},
        {"error: PAM: authentication error for a from ::1 port 5", REASON_WRONG_PASSWORD,
         FACTOR_ABSENT, false},
        {"error: PAM: Authentication failure for illegal user a from ::1 [preauth]",
         REASON_UNKNOWN_USER, FACTOR_ABSENT, false},
        {"error: PAM: User not known to the underlying authentication module for a from ::1",
         REASON_UNKNOWN_USER, FACTOR_ABSENT, false},
        {"error: PAM: Have exhausted maximum number of retries for service for a from ::1",
         REASON_WRONG_PASSWORD, FACTOR_ABSENT, false},
        {"error: PAM: User account has expired for a from ::1", REASON_DISABLED, FACTOR_ABSENT,
         false},
        {"error: PAM: Permission denied for a from ::1", REASON_UNKNOWN, FACTOR_ABSENT, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "%s", rows[i].line);
        const struct event *ev = reading_event(in, text);
        assert_int_equal(ev->reason, rows[i].reason);
        assert_int_equal(ev->factor, rows[i].factor);
        assert_int_equal(ev->password_valid, rows[i].password_valid);
        assert_int_equal(ev->outcome,
                         rows[i].reason == REASON_OK ? OUTCOME_SUCCESS : OUTCOME_FAILURE);
        expect_absent(ev->tenant);
        expect_text(ev->host, "bastion");
    }
}

static void test_not_ours(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Connection closed by authenticating user root 203.0.113.7 port 5 [preauth]",
        "Connection closed by invalid user x 203.0.113.7 port 5 [preauth]",
        "Disconnected from user anna 203.0.113.7 port 5",
        "pam_unix(sshd:session): session opened for user anna by (uid=0)",
        "error: maximum authentication attempts exceeded for root from 203.0.113.7 port 5 ssh2",
        "Postponed publickey for anna from 203.0.113.7 port 5 ssh2 [preauth]",
        "Postponed keyboard-interactive for anna from 203.0.113.7 port 5 ssh2 [preauth]",
        "Partial publickey for anna from 203.0.113.7 port 5 ssh2",
        "error: PAM: Authentication failure",
        "error: PAM: Authentication failure for x",
        "Failed password for",
        "Failed password",
        "Accepted",
        "Invalid user x",
        "message repeated 2 times: [ Connection closed]",
        "",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD "%s", lines[i]);
        reading_json(in, text);
        assert_int_equal(in->ignored_n, 1);
        assert_int_equal(in->next_index, 1);
    }
}

static void test_other_programs_are_nobodys(void **state)
{
    (void)state;
    const char *line =
        "<38>1 2025-03-04T05:06:07Z h su 1 - - Failed password for root from ::1 port 5 ssh2";
    reading_expect_bad(in, line, BAD_UNKNOWN_FORMAT, 0);
    /* Free text stays unread, whatever it says. */
    reading_expect_bad(in,
                       "{'@timestamp':'2025-03-04T05:06:07Z','message':'<38>Failed password "
                       "for a from ::1 port 5 ssh2'}",
                       BAD_UNKNOWN_FORMAT, 47);
    reading_expect_bad(in, "<38>error: PAM: Authentication failure for a from ::1",
                       BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "<38>Connection closed", BAD_UNKNOWN_FORMAT, 0);
    reading_expect_bad(in, "3 2025-03-04T05:06:07Z h sshd 1 - - Failed password", BAD_NOT_JSON, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_sturdy),
        cmocka_unit_test(test_the_name_is_what_is_left),
        cmocka_unit_test(test_a_certificate_is_not_the_peer),
        cmocka_unit_test(test_the_sender_of_a_failed_key),
        cmocka_unit_test(test_old_words),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_not_ours),
        cmocka_unit_test(test_other_programs_are_nobodys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
