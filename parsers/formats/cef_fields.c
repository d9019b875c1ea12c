/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs, words, judgement. Products' own codes are not known here, but for Fortinet's two reasons
 * and its time: outcome and reason come from words, and where there is none the outcome is unknown.
 *
 * Sources: ArcSight "Common Event Format" implementation standard (header, escapes, extension
 * dictionary; in short also Microsoft Learn, "CEF and CommonSecurityLog field mapping"); IBM "Log
 * Event Extended Format" (LEEF) 1.0 and 2.0, "Predefined LEEF event attributes"; Fortinet, "FortiOS
 * Log Message Reference", CEF support.
 */
#include "parsers/formats/cef_fields.h"

#include "parsers/codes/failure.h"
#include "parsers/values/text.h"

#define EVENT(name) offsetof(struct event, name)

/* Fortinet's own keys, under both of its prefixes; its lines have none of the common times. */
#define FORTINET_TIME " / FTNTFGTeventtime / FortinetFortiGateeventtime"

/* Columns of Log Analytics' CommonSecurityLog, where they are not the long names of CEF's keys; the
 * time of a row is that of its arrival. */
#define ROW_TIME  " / StartTime / ReceiptTime / EndTime / TimeGenerated"
#define NAME      "header:name / Activity"
#define SIGNATURE "header:signature / DeviceEventClassID"

const struct parser_path cef_paths[CEF_PATHS_N] = {
    [CEF_TIME] = {"start / rt / end / devTime" FORTINET_TIME ROW_TIME, 0},
    [CEF_TIME_SAFE] = {"start / rt / end" FORTINET_TIME ROW_TIME, 0},
    [CEF_ZONE] = {"dtz", 0},
    [CEF_TIME_FORMAT] = {"devTimeFormat", 0},
    [CEF_USER] = {"suser / duser / usrName / sourceUserName / accountName / "
                  "destinationUserName",
                  0},
    /* Not dvc: that is the device that logs. */
    [CEF_IP] = {"src / SourceIP", 0},
    [CEF_IP + 1] = {"sourceAddress", 0},
    [CEF_IP + 2] = {"c6a2", 0},
    [CEF_IP + 3] = {"sourceTranslatedAddress", 0},
    [CEF_IP + 4] = {"shost", 0},
    [CEF_PORT] = {"spt / srcPort / SourcePort", 0},
    [CEF_OUTCOME] = {"outcome / EventOutcome", 0},
    [CEF_OUTCOME + 1] = {"categoryOutcome", 0},
    [CEF_OUTCOME + 2] = {"act / action / DeviceAction", 0},
    [CEF_OUTCOME + 3] = {NAME, 0},
    [CEF_OUTCOME + 4] = {SIGNATURE, 0},
    [CEF_REASON] = {"reason / " NAME " / " SIGNATURE, 0},
    [CEF_BEHAVIOUR] = {"categoryBehavior", 0},
    [CEF_SIGNATURE] = {SIGNATURE, 0},
    [CEF_EVENT_ID] = {"eventId", 0},
    [CEF_EVENT_ID + 1] = {"externalId", 0},
    [CEF_TOPIC] = {NAME, 0},
    [CEF_TOPIC + 1] = {"act / action / DeviceAction", 0},
    [CEF_TOPIC + 2] = {"cat / DeviceEventCategory", 0},
    [CEF_TOPIC + 3] = {SIGNATURE, 0},
    [CEF_LOGIN] = {"isLoginEvent", 0},
    [CEF_LOGOUT] = {"isLogoutEvent", 0},
    [CEF_FILL] = {SIGNATURE, EVENT(code)},
    /* Not app, which the dictionary calls the application protocol: https, SSHv2. */
    [CEF_FILL + 1] = {"destinationServiceName / header:product / DeviceProduct", EVENT(app)},
    [CEF_FILL + 2] = {"requestClientApplication", EVENT(user_agent)},
    [CEF_FILL + 3] = {"sourceHostName / identHostName", EVENT(device)},
    [CEF_FILL + 4] = {NAME " / " SIGNATURE, EVENT(operation)},
    [CEF_FILL + 5] = {"app / ApplicationProtocol", EVENT(protocol)},
    /* Signed in to another machine, or to the one that logs. */
    [CEF_FILL + 6] = {"dhost / destinationHostName / dvchost / deviceHostName / DeviceName",
                      EVENT(host)},
};

/* ---- cutting ---- */

/* Without the backslash of \\ \= \| \n \r and, in a header, without any other change: names such as
 * CONTOSO\anna are often written with a bare one. */
static struct slice unescape(struct line *line, struct slice text)
{
    if (text.len == 0 || memchr(text.ptr, '\\', text.len) == NULL)
        return text;
    char *to = line_text(line, text.len);
    if (to == NULL)
        return (struct slice){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        if (c == '\\' && next != '\0' && strchr("\\=|nr", next) != NULL) {
            c = next == 'n' ? '\n' : next == 'r' ? '\r' : next;
            i++;
        }
        to[n++] = c;
    }
    return (struct slice){to, n};
}

bool cef_take_field(struct line *line, struct slice *rest, struct slice *ret_field)
{
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != '|')
        n += rest->ptr[n] == '\\' && n + 1 < rest->len ? 2 : 1;
    if (n >= rest->len)
        return false;
    *ret_field = unescape(line, text_trim((struct slice){rest->ptr, n}));
    *rest = (struct slice){rest->ptr + n + 1, rest->len - n - 1};
    return true;
}

static bool is_key_char(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
           c == '.' || c == '[' || c == ']';
}

static void add_pair(struct line *line, struct slice key, struct slice value)
{
    value = text_trim(value);
    if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
        value = (struct slice){value.ptr + 1, value.len - 2};
    static const struct slice date = {"#arcsightDate(", 14}; /* ArcSight's collectors read it */
    if (value.len > date.len && *value.ptr == '#' && slice_starts_nocase(value, date) &&
        value.ptr[value.len - 1] == ')')
        value = (struct slice){value.ptr + date.len, value.len - date.len - 1};
    if (keys_find(line->doc->keys, key.ptr, key.len) != 0)
        line_add(line, key, unescape(line, value));
}

static void add_one(struct line *line, struct slice pair)
{
    pair = text_trim(pair);
    const char *equals = pair.len > 0 ? memchr(pair.ptr, '=', pair.len) : NULL;
    if (equals == NULL)
        return;
    size_t n = (size_t)(equals - pair.ptr);
    add_pair(line, (struct slice){pair.ptr, n}, (struct slice){equals + 1, pair.len - n - 1});
}

/* Where the next " key=" begins at or behind `from`, and its length; the end of the text if there
 * is none. A quoted value that begins at `from` is passed over. */
static size_t next_key(struct slice text, size_t from, size_t *ret_len)
{
    size_t i = from;
    if (i < text.len && text.ptr[i] == '"')
        for (size_t q = i + 1; q < text.len && q - i < READER_TEXT_MAX; q++)
            if (text.ptr[q] == '"' && (q + 1 == text.len || text.ptr[q + 1] == ' ')) {
                i = q + 1;
                break;
            }
    for (; i < text.len; i++) {
        if (text.ptr[i] == '\\') {
            i++;
            continue;
        }
        if (text.ptr[i] != '=')
            continue;
        size_t key = i;
        while (key > from && is_key_char(text.ptr[key - 1]))
            key--;
        bool apart = key == 0 || text.ptr[key - 1] == ' ' || text.ptr[key - 1] == '\t';
        if (key < i && apart) {
            *ret_len = i - key;
            return key;
        }
    }
    *ret_len = 0;
    return text.len;
}

void cef_add_pairs(struct line *line, struct slice text, char delimiter)
{
    if (delimiter != '\0' && text.len > 0 && memchr(text.ptr, delimiter, text.len) != NULL) {
        while (text.len > 0) {
            const char *end = memchr(text.ptr, delimiter, text.len);
            size_t n = end != NULL ? (size_t)(end - text.ptr) : text.len;
            add_one(line, (struct slice){text.ptr, n});
            n += end != NULL;
            text = (struct slice){text.ptr + n, text.len - n};
        }
        return;
    }
    size_t len, next_len;
    for (size_t key = next_key(text, 0, &len), next; key < text.len; key = next, len = next_len) {
        size_t value = key + len + 1;
        next = next_key(text, value, &next_len);
        add_pair(line, (struct slice){text.ptr + key, len},
                 (struct slice){text.ptr + value, next - value});
    }
}

/* ---- words ---- */

/* What somebody has done: "User Signed In", "An account was successfully logged on". */
#define SIGNED_IN TEXT_WORDS("signed in", "signed on", "logged in", "logged on")

/* Short for authentication, but not for author or authority. */
#define AUTHENTICATED                                                                              \
    TEXT_WORDS("auth-fail", "auth fail", "auth_fail", "auth.fail", "authfail", "auth-success",     \
               "auth success", "auth_success", "auth.success", "authsuccess")

static bool is_sign_in(const struct record *record)
{
    if (slice_starts_nocase(record_text(record, CEF_BEHAVIOUR), SLICE("/Authentication/Verify")))
        return true;
    struct slice signature = record_text(record, CEF_SIGNATURE);
    if (slice_equal_nocase(signature, SLICE("EVENT_CATEGORY_LOGIN")) ||
        slice_equal_nocase(signature, SLICE("EVENT_CATEGORY_FAILED_LOGIN")))
        return true;
    bool in = record_bool(record, CEF_LOGIN) == TRI_TRUE;
    bool out = record_bool(record, CEF_LOGOUT) == TRI_TRUE;
    for (unsigned path = CEF_TOPIC; path < CEF_TOPIC_END; path++) {
        struct slice text = record_text(record, path);
        in |= text_has_word(text, TEXT_WORDS("login", "logon", "log on", "log in", "sign-in",
                                             "signin", "sign in", "sign on", "authentication")) ||
              text_has_word(text, SIGNED_IN) || text_has_word(text, AUTHENTICATED);
        out |= text_has_word(text, TEXT_WORDS("logout", "logoff", "log off", "log out", "sign-out",
                                              "signout", "sign out"));
    }
    return in && !out;
}

/* Failures first: "not allowed", "logon failed for the account logged on last". */
static enum event_outcome outcome_in(struct slice text)
{
    if (text_has_word(text,
                      TEXT_WORDS("fail", "denied", "deny", "reject", "invalid", "bad ", "unsuccess",
                                 "incorrect", "wrong", "not success", "not allow", "disallow")) ||
        slice_equal_nocase(text, SLICE("bad")))
        return OUTCOME_FAILURE;
    bool success = text_has_word(text, TEXT_WORDS("success", "succeeded", "allow", "passed"));
    return success && !text_has_word(text, TEXT_WORDS("successive")) ? OUTCOME_SUCCESS
                                                                     : OUTCOME_UNKNOWN;
}

static enum event_outcome outcome_of(const struct record *record)
{
    for (unsigned path = CEF_OUTCOME; path < CEF_OUTCOME_END; path++) {
        enum event_outcome outcome = outcome_in(record_text(record, path));
        if (outcome != OUTCOME_UNKNOWN)
            return outcome;
    }
    struct slice name = record_text(record, CEF_TOPIC);
    bool negated =
        text_has_word(name, TEXT_WORDS("not ", "never ", "already ", "cannot ", "unable "));
    return text_has_word(name, SIGNED_IN) && !negated ? OUTCOME_SUCCESS : OUTCOME_UNKNOWN;
}

/* ---- the event ---- */

/* Connectors for Windows write the number of the kind of event where its own id belongs: 4624
 * beside the signature "Microsoft-Windows-Security-Auditing:4624". */
static bool is_kind(struct slice id, struct slice signature)
{
    if (id.len > signature.len)
        return false;
    size_t at = signature.len - id.len;
    return memcmp(signature.ptr + at, id.ptr, id.len) == 0 &&
           (at == 0 || signature.ptr[at - 1] == ':');
}

static struct slice event_id_of(const struct record *record)
{
    struct slice signature = record_text(record, CEF_SIGNATURE);
    for (unsigned path = CEF_EVENT_ID; path < CEF_EVENT_ID_END; path++) {
        struct slice id = record_text(record, path);
        if (id.len > 0 && !is_kind(id, signature))
            return id;
    }
    return (struct slice){NULL, 0};
}

/* A format that puts the day first would be read month first: then better the envelope's time. */
static enum parse_answer read_time(const struct record *record, struct event *ev)
{
    struct slice format = record_text(record, CEF_TIME_FORMAT);
    bool day_first =
        slice_starts_nocase(format, SLICE("d/")) || slice_starts_nocase(format, SLICE("dd/"));
    return record_time_in(record, day_first ? CEF_TIME_SAFE : CEF_TIME,
                          record_text(record, CEF_ZONE), ev);
}

enum parse_answer cef_parse(const struct record *record, struct event *ev)
{
    if (!is_sign_in(record))
        return PARSE_IGNORED;
    enum parse_answer answer = read_time(record, ev);
    if (answer != PARSE_EVENT)
        return answer;
    ev->kind = KIND_SIGN_IN;
    ev->user = record_lower(record, CEF_USER);
    for (unsigned path = CEF_IP; path < CEF_IP_END && !ev->has_ip; path++)
        record_ip(record, path, ev);
    if (ev->port == 0)
        ev->port = record_port(record, CEF_PORT);
    ev->outcome = outcome_of(record);
    if (ev->outcome == OUTCOME_SUCCESS)
        ev->reason = REASON_OK;
    else if (ev->outcome == OUTCOME_FAILURE)
        ev->reason = failure_of_text(record_text(record, CEF_REASON)).reason;
    ev->password_valid = ev->reason == REASON_PASSWORD_OK;
    ev->control = ev->password_valid ? CONTROL_PASSWORD : CONTROL_ABSENT; /* it is expired */
    record_fill(record, CEF_FILL, CEF_FILL_END, ev);
    ev->event_id = event_id_of(record);
    return PARSE_EVENT;
}
