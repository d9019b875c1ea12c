/* SPDX-License-Identifier: Apache-2.0
 *
 * Cisco Duo: authentication logs of the Admin API, v2 (nested) and v1 (flat), the administrator log
 * and the activity log that follows it. Duo sees second factors only: whatever stopped a sign-in
 * there, the password was right before. The address of auth_device is the phone's, never the
 * client's.
 *
 * Sources: Duo documentation, "Admin API", sections Authentication, Administrator and Activity
 * Logs, read 2025.
 */
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"

#define EVENT(name) offsetof(struct event, name)

enum duo_path {
    DUO_TIME,
    DUO_USER,
    DUO_IP,
    DUO_IP_ADMIN,
    DUO_RESULT,
    DUO_REASON,
    DUO_FACTOR,
    DUO_FACTOR_ADMIN,
    DUO_USER_ADMIN,
    DUO_ERROR_ADMIN,
    DUO_RESULT_ADMIN,
    DUO_CODE,
    DUO_FILL, /* from here on straight into struct event */
    DUO_ACTION = DUO_FILL,
    DUO_FILL_LOGIN,
    DUO_EVENT_TYPE = DUO_FILL_LOGIN,
    DUO_APP_ID,
    DUO_APP,
    DUO_DEVICE,
    DUO_EVENT_ID,
    DUO_PATHS_N
};

static const struct parser_path paths[DUO_PATHS_N] = {
    [DUO_TIME] = {"isotimestamp / ts / timestamp", 0},
    [DUO_USER] = {"user.name / username / actor.name / email", 0},
    [DUO_IP] = {"access_device.ip / ip", 0},
    [DUO_IP_ADMIN] = {"description.ip_address / access_device.ip.address", 0},
    [DUO_RESULT] = {"result", 0},
    [DUO_REASON] = {"reason", 0},
    [DUO_FACTOR] = {"factor", 0},
    [DUO_FACTOR_ADMIN] = {"description.factor", 0},
    /* Who signed in; `username` is a full name, not the one that is typed. */
    [DUO_USER_ADMIN] = {"description.email / username / actor.name", 0},
    [DUO_ERROR_ADMIN] = {"description.error", EVENT(code)},
    [DUO_RESULT_ADMIN] = {"outcome.result", 0},
    [DUO_CODE] = {"reason / result", EVENT(code)},
    [DUO_ACTION] = {"action.name / action", EVENT(operation)},
    [DUO_EVENT_TYPE] = {"event_type / eventtype", EVENT(operation)},
    [DUO_APP_ID] = {"application.key", EVENT(app_id)},
    [DUO_APP] = {"application.name / integration", EVENT(app)},
    [DUO_DEVICE] = {"auth_device.key / auth_device.name / device", EVENT(device)},
    [DUO_EVENT_ID] = {"txid / activity_id", EVENT(event_id)},
};

/* The administrator log; it records what was done, so changes are successes. The activity log, its
 * successor, has the same words in action.name, and a result. */
static const struct vendor_act actions[] = {
    {"admin_login", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"admin_lockout", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"admin_login_error", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false},
    {"admin_2fa_error", KIND_SIGN_IN, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"admin_activate_duo_push", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"admin_reset_password", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"activation_set_password", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"bypass_create", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"phone_*", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"hardtoken_*", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"webauthncredential_*", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
};

static const struct reason_name results[] = {
    {"success", VENDOR_PASSED(OK)},        {"denied", VENDOR_FAILED(UNKNOWN)},
    {"failure", VENDOR_FAILED(UNKNOWN)},   {"error", VENDOR_FAILED(UNKNOWN)},
    {"fraud", VENDOR_STOPPED(MFA_DENIED)},
};

/* Why it was denied. A fraud that the user reported weighs most: the code tells it. */
static const struct reason_name reasons[] = {
    {"user_marked_fraud", VENDOR_STOPPED(MFA_DENIED)},
    {"user_mistake", VENDOR_STOPPED(MFA_DENIED)},
    {"no_response", VENDOR_STOPPED(MFA_DENIED)},
    {"user_cancelled", VENDOR_STOPPED(MFA_DENIED)},
    {"invalid_passcode", VENDOR_STOPPED(MFA_DENIED)},
    {"call_timed_out", VENDOR_STOPPED(MFA_DENIED)},
    {"no_keys_pressed", VENDOR_STOPPED(MFA_DENIED)},
    {"anomalous_push", VENDOR_STOPPED(MFA_DENIED)},
    {"verification_code_*", VENDOR_STOPPED(MFA_DENIED)},
    {"deny_unenrolled_user", VENDOR_FAILED(UNKNOWN_USER)},
    {"locked_out", VENDOR_FAILED(LOCKED)},
    {"user_disabled", VENDOR_FAILED(DISABLED)},
    {"location_restricted", VENDOR_STOPPED(PASSWORD_OK)},
    {"factor_restricted", VENDOR_STOPPED(PASSWORD_OK)},
    {"platform_restricted", VENDOR_STOPPED(PASSWORD_OK)},
    {"version_restricted", VENDOR_STOPPED(PASSWORD_OK)},
    {"software_restricted", VENDOR_STOPPED(PASSWORD_OK)},
    {"rooted_device", VENDOR_STOPPED(PASSWORD_OK)},
    {"no_screen_lock", VENDOR_STOPPED(PASSWORD_OK)},
    {"no_disk_encryption", VENDOR_STOPPED(PASSWORD_OK)},
    {"touch_id_disabled", VENDOR_STOPPED(PASSWORD_OK)},
    {"no_duo_certificate_present", VENDOR_STOPPED(PASSWORD_OK)},
    {"anonymous_ip", VENDOR_STOPPED(PASSWORD_OK)},
    {"invalid_device", VENDOR_STOPPED(PASSWORD_OK)},
    {"out_of_date", VENDOR_STOPPED(PASSWORD_OK)},
    {"endpoint_*", VENDOR_STOPPED(PASSWORD_OK)},
    {"denied_by_policy", VENDOR_STOPPED(PASSWORD_OK)},
    {"could_not_determine_if_endpoint*", VENDOR_STOPPED(PASSWORD_OK)},
    {"user_not_in_permitted_group", VENDOR_STOPPED(PASSWORD_OK)},
};

/* Which of Duo's policies stopped it. */
static const struct control_name controls[] = {
    {"location_restricted", CONTROL_LOCATION},
    {"anonymous_ip", CONTROL_LOCATION},
    {"factor_restricted", CONTROL_POLICY},
    {"denied_by_policy", CONTROL_POLICY},
    {"user_not_in_permitted_group", CONTROL_ASSIGNMENT},
    {"*", CONTROL_DEVICE},
};

static const struct change_name changes[] = {
    {"bypass_create", CHANGE_FACTOR_ADDED}, /* codes to be typed in place of a factor */
    {"admin_activate_duo_push", CHANGE_FACTOR_ADDED},
    {"admin_reset_password", CHANGE_PASSWORD},
    {"activation_set_password", CHANGE_PASSWORD},
    {"phone_delete", CHANGE_FACTOR_REMOVED},
    {"phone_disassociate", CHANGE_FACTOR_REMOVED},
    {"phone_create", CHANGE_FACTOR_ADDED},
    {"phone_*", CHANGE_FACTOR_CHANGED},
    {"hardtoken_create", CHANGE_FACTOR_ADDED},
    {"hardtoken_delete", CHANGE_FACTOR_REMOVED},
    {"webauthncredential_create", CHANGE_FACTOR_ADDED},
    {"webauthncredential_delete", CHANGE_FACTOR_REMOVED},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { WORD_MAX = 48 };

/* v2 writes user_marked_fraud, v1 "User marked fraud". */
static struct slice word_of(struct slice reason, char to[WORD_MAX])
{
    if (reason.len > WORD_MAX)
        return reason;
    for (size_t i = 0; i < reason.len; i++)
        to[i] = reason.ptr[i] == ' ' ? '_' : reason.ptr[i];
    return (struct slice){reason.ptr != NULL ? to : NULL, reason.len};
}

/* reason: a code, or the sentence of the administrator log. Of duo_push and phone_call the user is
 * asked; passcodes, tokens and codes of any maker are typed or touched by who signs in. v1 writes
 * "Duo Push", "Hardware Token". */
static enum event_denial denial_of(struct slice result, struct slice reason, struct slice factor)
{
    if (slice_equal_nocase(result, SLICE("fraud")) || vendor_has_word(reason, SLICE("fraud")))
        return DENIAL_FRAUD;
    if (vendor_has_word(reason, SLICE("code")) || vendor_has_word(factor, SLICE("code")) ||
        vendor_has_word(factor, SLICE("token")))
        return DENIAL_CODE;
    if (slice_equal_nocase(reason, SLICE("no_response")) ||
        vendor_has_word(reason, SLICE("timed_out")) ||
        vendor_has_word(reason, SLICE("timed out")) ||
        slice_equal_nocase(reason, SLICE("no_keys_pressed")))
        return DENIAL_TIMEOUT;
    return DENIAL_REFUSED;
}

/* Let in without being asked for the second factor. */
static bool was_spared(struct slice reason)
{
    return slice_equal_nocase(reason, SLICE("bypass_user")) ||
           slice_equal_nocase(reason, SLICE("trusted_network")) ||
           slice_equal_nocase(reason, SLICE("allow_unenrolled_user"));
}

static enum event_factor factor_of(struct slice factor, struct slice reason)
{
    if (was_spared(reason))
        return FACTOR_SINGLE;
    bool used = factor.ptr != NULL && !slice_equal_nocase(factor, SLICE("not_available"));
    return used ? FACTOR_MULTI : FACTOR_UNKNOWN;
}

static enum parse_answer administrator(const struct record *record, struct event *ev)
{
    const struct vendor_act *act = vendor_act_of(actions, COUNT(actions), ev->operation);
    if (act == NULL)
        return PARSE_IGNORED;
    ev->kind = act->kind;
    vendor_judge(act->reason, ev);
    ev->change = vendor_change_of(changes, COUNT(changes), ev->operation);
    record_ip(record, DUO_IP_ADMIN, ev);
    record_fill(record, DUO_EVENT_ID, DUO_EVENT_ID + 1, ev);
    bool failed = slice_equal_nocase(record_text(record, DUO_RESULT_ADMIN), SLICE("failure"));
    if (failed && ev->kind != KIND_SIGN_IN)
        ev->outcome = OUTCOME_FAILURE;
    else if (failed && ev->outcome == OUTCOME_SUCCESS)
        vendor_judge((struct reason)VENDOR_FAILED(UNKNOWN), ev);
    if (ev->kind == KIND_SIGN_IN) {
        ev->user = record_lower(record, DUO_USER_ADMIN);
        record_fill(record, DUO_ERROR_ADMIN, DUO_ERROR_ADMIN + 1, ev);
    }
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial = denial_of(SLICE(""), ev->code, SLICE(""));
    if (ev->kind == KIND_SIGN_IN && ev->outcome == OUTCOME_SUCCESS)
        ev->factor = factor_of(record_text(record, DUO_FACTOR_ADMIN), (struct slice){NULL, 0});
    return record_time(record, DUO_TIME, ev);
}

static enum parse_answer authentication(const struct record *record, struct event *ev)
{
    record_fill(record, DUO_FILL_LOGIN, DUO_PATHS_N, ev);
    record_fill(record, DUO_CODE, DUO_CODE + 1, ev);
    bool enrolled = slice_equal_nocase(ev->operation, SLICE("enrollment"));
    if (!enrolled && ev->operation.ptr != NULL &&
        !slice_equal_nocase(ev->operation, SLICE("authentication")))
        return PARSE_IGNORED;
    ev->kind = enrolled ? KIND_ACCOUNT_CHANGE : KIND_SIGN_IN;
    char word[WORD_MAX];
    struct slice why = word_of(record_text(record, DUO_REASON), word);
    struct reason reason = VENDOR_SILENT;
    (void)vendor_reason_of(results, COUNT(results), record_text(record, DUO_RESULT), &reason);
    if (reason.reason == REASON_UNKNOWN)
        (void)vendor_reason_of(reasons, COUNT(reasons), why, &reason);
    vendor_judge(reason, ev);
    if (ev->reason == REASON_PASSWORD_OK)
        ev->control = vendor_control_of(controls, COUNT(controls), why);
    if (enrolled)
        ev->change = CHANGE_FACTOR_ADDED;
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial =
            denial_of(record_text(record, DUO_RESULT), why, record_text(record, DUO_FACTOR));
    record_ip(record, DUO_IP, ev);
    if (!enrolled && ev->outcome == OUTCOME_SUCCESS)
        ev->factor = factor_of(record_text(record, DUO_FACTOR), why);
    return record_time(record, DUO_TIME, ev);
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, DUO_ACTION, DUO_ACTION + 1, ev);
    ev->user = record_lower(record, DUO_USER);
    bool login = record_find(record, DUO_RESULT) != 0;
    return login ? authentication(record, ev) : administrator(record, ev);
}

const struct parser parser_duo = {
    .name = "duo",
    .summary = "Cisco Duo authentication logs, v1 and v2, administrator and activity logs",
    .signs = (const char *const[]){"result access_device auth_device|txid|factor|integration",
                                   "result auth_device txid|factor|integration",
                                   "result txid factor|integration", "result factor integration",
                                   "action description|username isotimestamp",
                                   "action activity_id actor ts", NULL},
    .paths = paths,
    .paths_n = DUO_PATHS_N,
    .tells = {DUO_EVENT_TYPE, DUO_ACTION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "user ip port outcome reason code app_id app device factor operation event_id",
    .example = "{\"event_type\":\"authentication\",\"isotimestamp\":\"2025-03-04T05:06:07.123Z\","
               "\"result\":\"denied\",\"reason\":\"user_marked_fraud\",\"factor\":\"duo_push\","
               "\"user\":{\"name\":\"anna@contoso.com\"},\"access_device\":{\"ip\":"
               "\"203.0.113.7\"},\"auth_device\":{\"ip\":\"198.51.100.4\"},\"txid\":\"t1\"}",
    .page = "https://duo.com/docs/adminapi#logs",
};
