/* SPDX-License-Identifier: Apache-2.0
 *
 * Auth0 tenant logs, bare or as log streams wrap them ({"log_id":...,"data":{...}}): a short code
 * says what happened. sepft and fepft are the resource owner password grant: the client itself sent
 * the password.
 *
 * Sources: Auth0 documentation, "Log Event Type Codes" and "Log Streams", read 2025; the texts of
 * failures as seen in public samples.
 */
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"

#define EVENT(name) offsetof(struct event, name)

enum auth0_path {
    AUTH0_TIME,
    AUTH0_TENANT,
    AUTH0_USER,
    AUTH0_IP,
    AUTH0_DESCRIPTION,
    AUTH0_FILL, /* from here on straight into struct event */
    AUTH0_TYPE = AUTH0_FILL,
    AUTH0_OPERATION,
    AUTH0_APP_ID,
    AUTH0_APP,
    AUTH0_USER_AGENT,
    AUTH0_SESSION,
    AUTH0_EVENT_ID,
    AUTH0_PATHS_N
};

static const struct parser_path paths[AUTH0_PATHS_N] = {
    [AUTH0_TIME] = {"date", 0},
    [AUTH0_TENANT] = {"tenant_name / hostname", 0},
    [AUTH0_USER] = {"user_name / user_id / details.body.email", 0},
    [AUTH0_IP] = {"ip", 0}, /* never the one in `description` */
    [AUTH0_DESCRIPTION] = {"description", 0},
    [AUTH0_TYPE] = {"type", EVENT(code)},
    [AUTH0_OPERATION] = {"type", EVENT(operation)},
    [AUTH0_APP_ID] = {"client_id", EVENT(app_id)},
    [AUTH0_APP] = {"client_name", EVENT(app)},
    [AUTH0_USER_AGENT] = {"user_agent", EVENT(user_agent)},
    [AUTH0_SESSION] = {"session_id / details.session_id", EVENT(session)},
    [AUTH0_EVENT_ID] = {"log_id / ^log_id / _id", EVENT(event_id)},
};

static const struct vendor_act acts[] = {
    {"s", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"ssa", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_FALSE, false},        /* silently, by the session */
    {"sepft", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_FALSE, true},     /* password for token */
    {"seacft", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_FALSE, false},     /* code for token */
    {"sertft", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_FALSE, false},     /* refresh token */
    {"seccft", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_FALSE, false},     /* client credentials */
    {"sede", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_ABSENT, false},      /* device code */
    {"sens", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_ABSENT, false},      /* native social login */
    {"scoa", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},    /* a form of another origin */
    {"seoobft", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false}, /* password and a push, */
    {"seotpft", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false}, /* a code, */
    {"sercft", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false},  /* a recovery code */
    {"sepk*", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_ABSENT, false},     /* a passkey and those */
    {"fp", KIND_SIGN_IN, VENDOR_FAILED(WRONG_PASSWORD), TRI_ABSENT, false},
    {"f", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false}, /* for any cause */
    {"fu", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN_USER), TRI_ABSENT, false},
    {"fepft", KIND_SIGN_IN, VENDOR_FAILED(WRONG_PASSWORD), TRI_FALSE, true},
    {"limit_wc", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},  /* the account */
    {"limit_sul", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false}, /* the account */
    {"limit_mu", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},  /* the address */
    {"fsa", KIND_SIGN_IN, VENDOR_FAILED(TOKEN), TRI_FALSE, false},
    {"fertft", KIND_SIGN_IN, VENDOR_FAILED(TOKEN), TRI_FALSE, false},
    {"feacft", KIND_SIGN_IN, VENDOR_FAILED(CLIENT), TRI_FALSE, false},
    {"feccft", KIND_SIGN_IN, VENDOR_FAILED(CLIENT), TRI_FALSE, false},
    {"fco", KIND_SIGN_IN, VENDOR_FAILED(CLIENT), TRI_ABSENT, false},
    {"fcoa", KIND_SIGN_IN, VENDOR_FAILED(CLIENT), TRI_ABSENT, false},
    {"fc", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false},
    {"fede", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false},
    {"fens", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false},
    {"feoobft", KIND_SIGN_IN, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"feotpft", KIND_SIGN_IN, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"fercft", KIND_SIGN_IN, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"gd_auth_succeed", KIND_MFA, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"gd_auth_failed", KIND_MFA, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"gd_auth_rejected", KIND_MFA, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"gd_otp_rate_limit_exceed", KIND_MFA, VENDOR_FAILED(THROTTLED), TRI_ABSENT, false},
    {"gd_recovery_succeed", KIND_MFA, VENDOR_PASSED(OK), TRI_ABSENT, false},
    {"gd_recovery_failed", KIND_MFA, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"gd_webauthn_challenge_failed", KIND_MFA, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"gd_send_pn", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"gd_send_push", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"mfar", KIND_MFA, VENDOR_ASKED(PASSWORD_OK), TRI_ABSENT, false}, /* a factor is required */
    {"pwd_leak", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"signup_pwd_leak", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"reset_pwd_leak", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"scp", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false}, /* password changed */
    {"gd_unenroll", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"gd_enrollment_complete", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
    {"gd_update_device_account", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},
};

/* What a failure of no cause of its own says in words. */
static const struct reason_name causes[] = {
    {"*or password*", VENDOR_FAILED(WRONG_PASSWORD)},
    {"*is blocked*", VENDOR_FAILED(DISABLED)},
};

/* A code typed wrong, or the prompt refused. */
static const struct denial_name denials[] = {
    {"gd_auth_failed", DENIAL_CODE},
    {"gd_auth_rejected", DENIAL_REFUSED},
    {"feotpft", DENIAL_CODE},
    {"fercft", DENIAL_CODE},
    {"gd_recovery_failed", DENIAL_CODE},
    {"gd_webauthn_challenge_failed", DENIAL_CODE},
};

static const struct control_name controls[] = {{"mfar", CONTROL_FACTOR}};

static const struct change_name changes[] = {
    {"scp", CHANGE_PASSWORD},
    {"gd_enrollment_complete", CHANGE_FACTOR_ADDED},
    {"gd_update_device_account", CHANGE_FACTOR_CHANGED},
    {"gd_unenroll", CHANGE_FACTOR_REMOVED},
};

/* A push on its way to the user's phone. */
static const char *const prompts[] = {"gd_send_pn", "gd_send_push", NULL};

/* Ended with a second factor. */
static const char *const with_factor[] = {
    "gd_auth_succeed", "gd_recovery_succeed", "seoobft", "seotpft", "sercft", NULL};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A wrapped record is known by the type inside, a bare one needs its time as well. */
static bool claims(const struct record *record)
{
    bool bare = record->body == record->root;
    return record_find(record, AUTH0_TYPE) != 0 && (!bare || record_find(record, AUTH0_TIME) != 0);
}

static struct reason failure_of(struct slice description)
{
    struct reason reason = VENDOR_FAILED(UNKNOWN);
    if (description.ptr == NULL)
        return (struct reason)VENDOR_FAILED(UNSAID);
    (void)vendor_reason_of(causes, sizeof(causes) / sizeof(causes[0]), description, &reason);
    return reason;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, AUTH0_FILL, AUTH0_PATHS_N, ev);
    const struct vendor_act *act = vendor_act_of(acts, sizeof(acts) / sizeof(acts[0]), ev->code);
    if (act == NULL)
        return PARSE_IGNORED;
    ev->kind = act->kind;
    ev->interactive = act->interactive;
    ev->ropc = act->ropc;
    struct reason reason = act->reason;
    if (slice_equal(ev->code, SLICE("f")))
        reason = failure_of(record_text(record, AUTH0_DESCRIPTION));
    vendor_judge(reason, ev);
    if (ev->control == CONTROL_ABSENT)
        ev->control = vendor_control_of(controls, COUNT(controls), ev->code);
    ev->change = vendor_change_of(changes, COUNT(changes), ev->code);
    ev->leaked = slice_equal(ev->code, SLICE("pwd_leak"));
    ev->prompted = vendor_is_one_of(prompts, ev->code);
    if (ev->outcome == OUTCOME_SUCCESS && vendor_is_one_of(with_factor, ev->code))
        ev->factor = FACTOR_MULTI;
    ev->denial = vendor_denial_of(denials, sizeof(denials) / sizeof(denials[0]), ev->code);
    ev->tenant = record_lower(record, AUTH0_TENANT);
    ev->user = record_lower(record, AUTH0_USER);
    record_ip(record, AUTH0_IP, ev);
    return record_time(record, AUTH0_TIME, ev);
}

const struct parser parser_auth0 = {
    .name = "auth0",
    .summary = "Auth0 tenant logs: sign-ins, password grants, factors, leaked passwords",
    .signs = (const char *const[]){"log_id data",
                                   "log_id|_id type client_id|connection|tenant_name|user_id date",
                                   NULL},
    .paths = paths,
    .paths_n = AUTH0_PATHS_N,
    .body = "data",
    .claims = claims,
    .tells = {AUTH0_TYPE},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MFA | 1 << KIND_ACCOUNT_CHANGE | 1 << KIND_RISK,
    .fields = "tenant user ip port outcome reason code app_id app user_agent session factor "
              "interactive operation event_id",
    .example = "{\"log_id\":\"l1\",\"data\":{\"date\":\"2025-03-04T05:06:07.123Z\",\"type\":"
               "\"fepft\",\"ip\":\"203.0.113.7\",\"client_id\":\"c1\",\"user_name\":"
               "\"anna@contoso.com\",\"tenant_name\":\"contoso\"}}",
    .page = "https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes",
};
