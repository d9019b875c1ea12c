/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSH server lines, as syslog carries them:
 *
 *   Accepted publickey for anna from 203.0.113.7 port 51234 ssh2: RSA SHA256:...
 *   Failed password for invalid user admin from 203.0.113.7 port 51234 ssh2
 *   Invalid user admin from 203.0.113.7 port 51234
 *   error: PAM: Authentication failure for illegal user admin from 203.0.113.7
 *   message repeated 2 times: [ Failed password for root from 203.0.113.7 port 51234 ssh2]
 *
 * "Failed" and "Accepted" are the ends of a try. At its usual level of logging sshd writes "Failed
 * keyboard-interactive/pam" for a user that exists only from the third failure of a connection on
 * (auth_log: half of MaxAuthTries), so for whoever guesses once a connection PAM's line is the only
 * one; a guess that has both lines is one user tried, and two failures for brute_force. All other
 * lines tell again what these have told (Invalid user behind AllowUsers, maximum authentication
 * attempts exceeded, Connection closed by authenticating user, pam_unix) or no result (Postponed,
 * Partial), so they are not ours. A repeated line is one event, for nothing here counts attempts.
 *
 * Sources: OpenSSH auth.c (auth_log, auth2 user checks), auth-pam.c, releases 5 to 9; Linux-PAM's
 * pam_strerror and OpenPAM's, which FreeBSD has.
 */
#include "parsers/formats/sshd.h"

#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"

enum path {
    SSHD_TIME, /* never there: the time is the syslog header's */
    SSHD_ACT,
    SSHD_SAID,
    SSHD_METHOD,
    SSHD_WHY,
    SSHD_INVALID,
    SSHD_USER,
    SSHD_IP,
    SSHD_PORT,
    SSHD_FILL,
    SSHD_PATHS_N = SSHD_FILL + 3
};

static const struct parser_path paths[SSHD_PATHS_N] = {
    [SSHD_TIME] = {"sshd:time", 0},
    [SSHD_ACT] = {"sshd:act", 0},
    [SSHD_SAID] = {"sshd:said", 0},
    [SSHD_METHOD] = {"sshd:method", 0},
    [SSHD_WHY] = {"sshd:why", 0},
    [SSHD_INVALID] = {"sshd:invalid", 0},
    [SSHD_USER] = {"sshd:user", 0},
    [SSHD_IP] = {"sshd:ip", 0},
    [SSHD_PORT] = {"sshd:port", 0},
    [SSHD_FILL] = {"sshd:protocol", offsetof(struct event, protocol)},
    [SSHD_FILL + 1] = {"sshd:host", offsetof(struct event, host)},
    [SSHD_FILL + 2] = {"sshd:operation", offsetof(struct event, operation)},
};

/* What PAM said; the first sentences are Linux-PAM's, those in small letters OpenPAM's. Others
 * (Permission denied, System error, Conversation error) do not tell of the password. */
static const struct reason_name pam_words[] = {
    {"authentication fail*", VENDOR_FAILED(WRONG_PASSWORD)}, /* failure, failed: any case */
    {"authentication error", VENDOR_FAILED(WRONG_PASSWORD)},
    {"have exhausted maximum number of retries*", VENDOR_FAILED(WRONG_PASSWORD)},
    {"maximum number of tries exceeded", VENDOR_FAILED(WRONG_PASSWORD)},
    {"user not known*", VENDOR_FAILED(UNKNOWN_USER)},
    {"unknown user", VENDOR_FAILED(UNKNOWN_USER)},
    {"user account has expired", VENDOR_FAILED(DISABLED)},
    {"*", VENDOR_FAILED(UNKNOWN)},
};

static struct reason pam_reason(const struct record *record)
{
    struct reason reason = VENDOR_FAILED(UNKNOWN);
    (void)vendor_reason_of(pam_words, sizeof(pam_words) / sizeof(pam_words[0]),
                           record_text(record, SSHD_WHY), &reason);
    bool invalid = record_text(record, SSHD_INVALID).ptr != NULL;
    if (invalid && reason.reason == REASON_WRONG_PASSWORD)
        reason.reason = REASON_UNKNOWN_USER;
    return reason;
}

static struct reason reason_of(const struct record *record, struct slice act, struct slice method,
                               bool password)
{
    if (slice_equal(act, SLICE("accepted")))
        return (struct reason){REASON_OK, OUTCOME_SUCCESS, password};
    if (slice_equal(act, SLICE("pam")))
        return pam_reason(record);
    if (record_text(record, SSHD_INVALID).ptr != NULL)
        return (struct reason)VENDOR_FAILED(UNKNOWN_USER);
    if (password || slice_starts_nocase(method, SLICE("keyboard-interactive")))
        return (struct reason)VENDOR_FAILED(WRONG_PASSWORD);
    return (struct reason)VENDOR_FAILED(CLIENT); /* a key or ticket: clients try several */
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    struct slice act = record_text(record, SSHD_ACT);
    if (act.ptr == NULL)
        return PARSE_IGNORED;
    enum parse_answer answer = record_time(record, SSHD_TIME, ev);
    if (answer != PARSE_EVENT)
        return answer;
    ev->kind = KIND_SIGN_IN;
    struct slice method = record_text(record, SSHD_METHOD);
    bool password = slice_equal(method, SLICE("password"));
    vendor_judge(reason_of(record, act, method, password), ev);
    ev->factor = password ? FACTOR_SINGLE : FACTOR_ABSENT;
    ev->user = record_lower(record, SSHD_USER);
    record_ip(record, SSHD_IP, ev);
    if (ev->has_ip)
        ev->port = record_port(record, SSHD_PORT);
    record_fill(record, SSHD_FILL, SSHD_PATHS_N, ev);
    return PARSE_EVENT;
}

const struct parser parser_sshd = {
    .name = "sshd",
    .summary = "OpenSSH server lines: accepted and failed sign-ins",
    .signs = (const char *const[]){NULL},
    .paths = paths,
    .paths_n = SSHD_PATHS_N,
    .line = sshd_open_line,
    .tells = {SSHD_SAID},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN,
    .fields = "user ip port host outcome reason protocol factor operation",
    .example = "2025-03-04T05:06:07Z bastion sshd[4711]: Failed password for anna from 203.0.113.7 "
               "port 51234 ssh2",
    .page = "https://man.openbsd.org/sshd",
};
