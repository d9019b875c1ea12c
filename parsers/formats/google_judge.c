/* SPDX-License-Identifier: Apache-2.0
 *
 * What the events of Google's applications mean. The name decides; a status of the record itself
 * ("success": true on a warning) says only that it was logged.
 *
 * Sources: as google.c. Passed and failed challenges are worded differently over the years
 * ("passed", "Challenge Passed."), hence the search for words.
 */
#include "parsers/formats/google.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { METHOD_MAX = 64, LESS_SECURE = 0 };

static const struct vendor_act logins[] = {
    [LESS_SECURE] = {"suspicious_login_less_secure_app", KIND_RISK, VENDOR_SILENT, TRI_ABSENT,
                     false},
    {"login_success", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"login_failure", KIND_SIGN_IN, VENDOR_FAILED(WRONG_PASSWORD), TRI_ABSENT, false},
    {"login_challenge", KIND_SIGN_IN, VENDOR_ASKED(PASSWORD_OK), TRI_ABSENT, false},
    {"login_verification", KIND_SIGN_IN, VENDOR_ASKED(PASSWORD_OK), TRI_ABSENT, false},
    {"login_*", KIND_SIGN_IN, VENDOR_SILENT, TRI_ABSENT, false},
    {"risky_sensitive_action_allowed", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"risky_sensitive_action_*", KIND_SIGN_IN, VENDOR_STOPPED(PASSWORD_OK), TRI_ABSENT, false},
    {"suspicious_login*", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"suspicious_programmatic_login", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"gov_attack_warning", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"account_disabled_password_leak", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"account_disabled_*", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"2sv_*", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"titanium_*", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"password_edit", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"recovery_email_edit", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"recovery_phone_edit", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"recovery_secret_qa_edit", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"email_forwarding_out_of_domain", KIND_MAILBOX_FORWARDING, VENDOR_DONE(NONE), TRI_ABSENT,
     false},
};

/* Somebody else checked the password. */
static const struct vendor_act saml[] = {
    {"login_success", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_ABSENT, false},
    {"login_failure", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false},
};

static const struct vendor_act tokens[] = {
    {"authorize", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
};

/* Of the administrators' acts only those on somebody's password or second step. */
static const struct vendor_act administration[] = {
    {"CHANGE_PASSWORD", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"TURN_OFF_2_STEP_VERIFICATION", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"UNENROLL_USER_FROM_STRONG_AUTH", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"GENERATE_2SV_SCRATCH_CODES", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"ENFORCE_STRONG_AUTHENTICATION", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"ALLOW_STRONG_AUTHENTICATION", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
};

static const struct {
    const char *name; /* applicationName, or the service of Cloud Logging */
    const struct vendor_act *acts;
    size_t n;
} applications[] = {
    {"login", logins, COUNT(logins)},
    {"user_accounts", logins, COUNT(logins)},
    {"saml", saml, COUNT(saml)},
    {"login.googleapis.com", logins, COUNT(logins)},
    {"token", tokens, COUNT(tokens)},
    {"oauth2.googleapis.com", tokens, COUNT(tokens)},
    {"admin", administration, COUNT(administration)},
    {"admin.googleapis.com", administration, COUNT(administration)},
};

static const struct change_name changes[] = {
    {"2sv_disable", CHANGE_FACTOR_OFF},
    {"2sv_*", CHANGE_FACTOR_ADDED},
    {"titanium_unenroll", CHANGE_FACTOR_OFF},
    {"titanium_*", CHANGE_FACTOR_ADDED},
    {"recovery_*", CHANGE_RECOVERY},
    {"password_edit", CHANGE_PASSWORD},
    {"CHANGE_PASSWORD", CHANGE_PASSWORD},
    {"authorize", CHANGE_GRANT},
    {"TURN_OFF_2_STEP_VERIFICATION", CHANGE_FACTOR_OFF},
    {"UNENROLL_USER_FROM_STRONG_AUTH", CHANGE_FACTOR_OFF},
    {"GENERATE_2SV_SCRATCH_CODES", CHANGE_FACTOR_ADDED},
    {"email_forwarding_out_of_domain", CHANGE_MAIL_FORWARDING},
};

/* login_failure_type, and failure_type of SAML. */
static const struct reason_name failures[] = {
    {"login_failure_invalid_password", VENDOR_FAILED(WRONG_PASSWORD)},
    {"login_failure_account_disabled", VENDOR_FAILED(DISABLED)},
    {"login_failure_access_code_disallowed", VENDOR_STOPPED(MFA_DENIED)},
    {"failure_*", VENDOR_FAILED(CLIENT)},
    {"*", VENDOR_FAILED(UNKNOWN)},
};

static const struct reason_name challenges[] = {
    {"*passed*", VENDOR_PASSED(OK)},
    {"*incorrect*", VENDOR_STOPPED(MFA_DENIED)},
    {"*failed*", VENDOR_STOPPED(MFA_DENIED)},
};

struct slice google_parameter(const struct record *record, struct slice name)
{
    static const unsigned values[] = {GOOGLE_VALUE, GOOGLE_BOOL, GOOGLE_INT};
    uint32_t list = record_node(record, GOOGLE_PARAMETERS);
    struct record_item item;
    struct slice text = {NULL, 0};
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        if (!slice_equal_nocase(item.name, name))
            continue;
        if (record->doc->nodes[list].type == JSON_OBJECT)
            return record_value(record, item.value);
        for (size_t i = 0; i < COUNT(values) && text.ptr == NULL; i++)
            text = record_value(record, record_member_node(record, pos, values[i]));
        return text;
    }
    return text;
}

/* "loginFailure" as "login_failure", to be looked up; names are short. */
static struct slice snake(struct slice name, char to[METHOD_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < name.len && n + 2 < METHOD_MAX; i++) {
        bool upper = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
        if (upper && i > 0 && name.ptr[i - 1] >= 'a' && name.ptr[i - 1] <= 'z')
            to[n++] = '_';
        to[n++] = slice_lower(name.ptr[i]);
    }
    return (struct slice){to, n};
}

static const struct vendor_act *act_of(const struct record *record, struct slice name)
{
    char text[METHOD_MAX];
    if (name.ptr == NULL)
        return NULL;
    struct slice application = record_text(record, GOOGLE_ID_NAME);
    if (application.ptr == NULL)
        application = record_text(record, GOOGLE_SERVICE);
    if (application.ptr == NULL)
        application = SLICE("login");
    for (size_t i = 0; i < COUNT(applications); i++)
        if (slice_equal_nocase(application, slice_of(applications[i].name)))
            return vendor_act_of(applications[i].acts, applications[i].n, snake(name, text));
    return NULL;
}

static struct slice either(const struct record *record, struct slice one, struct slice other)
{
    struct slice text = google_parameter(record, one);
    return text.ptr != NULL ? text : google_parameter(record, other);
}

/* google_prompt asks on the user's phone; other challenges are answered by who signs in. The method
 * is a list in the API's form and a text in the flattened one. */
static enum event_denial denial_of(const struct record *record)
{
    const struct slice name = SLICE("login_challenge_method"), prompt = SLICE("google_prompt");
    uint32_t list = record_node(record, GOOGLE_PARAMETERS);
    struct record_item item;
    for (uint32_t pos = 0; record_next(record, list, &pos, &item);) {
        if (!slice_equal_nocase(item.name, name))
            continue;
        bool flat = record->doc->nodes[list].type == JSON_OBJECT;
        uint32_t methods = flat ? item.value : record_member_node(record, pos, GOOGLE_MULTI);
        for (uint32_t at = 0, i; (i = record_entry(record, methods, &at)) != 0;)
            if (slice_equal_nocase(record_value(record, i), prompt))
                return DENIAL_REFUSED;
    }
    bool asked = slice_equal_nocase(google_parameter(record, name), prompt);
    return asked ? DENIAL_REFUSED : DENIAL_CODE;
}

static void judge_sign_in(const struct record *record, struct slice name, struct event *ev)
{
    struct reason reason = {ev->reason, ev->outcome, ev->password_valid};
    if (slice_equal_nocase(name, SLICE("login_failure"))) {
        ev->code = either(record, SLICE("login_failure_type"), SLICE("failure_type"));
        (void)vendor_reason_of(failures, COUNT(failures), ev->code, &reason);
    } else if (slice_equal_nocase(name, SLICE("login_success"))) {
        ev->code = google_parameter(record, SLICE("saml_status_code"));
        if (ev->code.ptr != NULL && !slice_starts_nocase(ev->code, SLICE("SUCCESS")))
            reason = (struct reason)VENDOR_FAILED(UNKNOWN);
    } else if (slice_equal_nocase(name, SLICE("login_challenge")) ||
               slice_equal_nocase(name, SLICE("login_verification"))) {
        struct slice second = google_parameter(record, SLICE("is_second_factor"));
        ev->kind = slice_equal_nocase(second, SLICE("true")) ? KIND_MFA : KIND_SIGN_IN;
        ev->code = google_parameter(record, SLICE("login_challenge_status"));
        (void)vendor_reason_of(challenges, COUNT(challenges), ev->code, &reason);
    }
    ev->protocol = google_parameter(record, SLICE("login_type"));
    ev->device = google_parameter(record, SLICE("dusi")); /* a hint of device and session */
    ev->app = google_parameter(record, SLICE("application_name"));
    vendor_judge(reason, ev);
    if (ev->reason == REASON_PASSWORD_OK)
        ev->control = ev->outcome == OUTCOME_INTERRUPTED ? CONTROL_FACTOR : CONTROL_RISK;
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial = denial_of(record);
    if (ev->kind == KIND_MFA && ev->outcome == OUTCOME_SUCCESS)
        ev->factor = FACTOR_MULTI;
}

static void take_forwarding(const struct record *record, struct event *ev)
{
    struct slice to = google_parameter(record, SLICE("email_forwarding_destination_address"));
    ev->mail.forwards = true;
    if (to.ptr != NULL)
        ev->mail.destinations[ev->mail.destinations_n++] = to;
}

bool google_judge(const struct record *record, struct event *ev)
{
    const struct vendor_act *act = act_of(record, ev->operation);
    if (act == NULL)
        return false;
    char name[METHOD_MAX];
    ev->kind = act->kind;
    vendor_judge(act->reason, ev);
    ev->change = vendor_change_of(changes, COUNT(changes), snake(ev->operation, name));
    ev->leaked = slice_equal(slice_of(act->name), SLICE("account_disabled_password_leak"));
    if (ev->kind == KIND_SIGN_IN)
        judge_sign_in(record, slice_of(act->name), ev);
    if (ev->kind == KIND_MAILBOX_FORWARDING)
        take_forwarding(record, ev);
    if (act == tokens) {
        ev->app = google_parameter(record, SLICE("app_name"));
        ev->app_id = google_parameter(record, SLICE("client_id"));
    }
    ev->legacy = act == &logins[LESS_SECURE] ? LEGACY_UNNAMED : LEGACY_NOT;
    return true;
}
