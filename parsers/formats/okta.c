/* SPDX-License-Identifier: Apache-2.0
 *
 * The Okta System Log: sign-ins, factor steps, account changes, Okta's own detections. One sign-in
 * is several records; each says what it says, and the detectors count users, not records.
 *
 * Sources: Okta developer documentation, "System Log API" and "Event Types"; Okta support, "How to
 * Locate Factor Information in Okta System Log", read 2025. Which texts stand in outcome.reason is
 * not documented as a list; the table holds those seen in public samples.
 */
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"

#define EVENT(name) offsetof(struct event, name)

enum okta_path {
    OKTA_TIME,
    OKTA_ACTOR_TYPE,
    OKTA_ACTOR,
    OKTA_TARGETS,
    OKTA_TYPE,
    OKTA_ALTERNATE,
    OKTA_DISPLAY,
    OKTA_IP,
    OKTA_RESULT,
    OKTA_SESSION,
    OKTA_ROOT_SESSION,
    OKTA_GRANT,
    OKTA_URI,
    OKTA_FACTOR,
    OKTA_CLIENT_ID,
    OKTA_METHOD,
    OKTA_FILL, /* from here on straight into struct event */
    OKTA_OPERATION = OKTA_FILL,
    OKTA_REASON,
    OKTA_APP,
    OKTA_APP_ID,
    OKTA_CLIENT,
    OKTA_USER_AGENT,
    OKTA_TOKEN,
    OKTA_DEVICE,
    OKTA_EVENT_ID,
    OKTA_TRANSACTION,
    OKTA_PATHS_N
};

#define DEBUG_DATA "debugContext.debugData."

static const struct parser_path paths[OKTA_PATHS_N] = {
    [OKTA_TIME] = {"published", 0},
    [OKTA_ACTOR_TYPE] = {"actor.type", 0},
    [OKTA_ACTOR] = {"actor.alternateId", 0},
    [OKTA_TARGETS] = {"target", 0},
    [OKTA_TYPE] = {"type", 0},
    [OKTA_ALTERNATE] = {"alternateId", 0},
    [OKTA_DISPLAY] = {"displayName", 0},
    /* The first of the chain is the client, the others are proxies. */
    [OKTA_IP] = {"client.ipAddress / request.ipChain[0].ip", 0},
    [OKTA_RESULT] = {"outcome.result", 0},
    [OKTA_SESSION] = {"authenticationContext.externalSessionId", 0},
    [OKTA_ROOT_SESSION] = {"authenticationContext.rootSessionId", 0},
    [OKTA_GRANT] = {DEBUG_DATA "grantType", 0},
    [OKTA_URI] = {DEBUG_DATA "requestUri", 0},
    /* Identity Engine says it of the authenticator, Classic in the debug data. */
    [OKTA_METHOD] = {"target[type=AuthenticatorEnrollment].detailEntry.methodTypeUsed / " DEBUG_DATA
                     "factor / " DEBUG_DATA "factorType",
                     0},
    [OKTA_FACTOR] = {DEBUG_DATA "factor", 0},
    [OKTA_CLIENT_ID] = {"client.id", EVENT(app_id)},
    [OKTA_OPERATION] = {"eventType", EVENT(operation)},
    [OKTA_REASON] = {"outcome.reason", EVENT(code)},
    [OKTA_APP] = {"target[type=AppInstance].displayName", EVENT(app)},
    [OKTA_APP_ID] = {"target[type=AppInstance].id", EVENT(app_id)},
    [OKTA_CLIENT] = {"client.userAgent.browser", EVENT(client)},
    [OKTA_USER_AGENT] = {"client.userAgent.rawUserAgent", EVENT(user_agent)},
    [OKTA_TOKEN] = {"transaction.detail.requestApiTokenId", EVENT(token_id)},
    /* client.device is only "Computer" or "Mobile". */
    [OKTA_DEVICE] = {"device.id / " DEBUG_DATA "dtHash", EVENT(device)},
    [OKTA_EVENT_ID] = {"uuid", EVENT(event_id)},
    [OKTA_TRANSACTION] = {"transaction.id", EVENT(correlation_id)},
};

/* An act whose row names a reason ended that way whatever outcome.result says: "SUCCESS" on a
 * refused push means that refusing worked, on a sent push that it was sent. The others are judged
 * by result and reason. */
static const struct vendor_act acts[] = {
    {"user.session.start", KIND_SIGN_IN, VENDOR_SILENT, TRI_TRUE, false},
    {"user.authentication.auth_via_mfa", KIND_MFA, VENDOR_SILENT, TRI_TRUE, false},
    {"user.authentication.auth_via_*", KIND_SIGN_IN, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.authentication.sso", KIND_SIGN_IN, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.authentication.authenticate", KIND_SIGN_IN, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.authentication.verify", KIND_SIGN_IN, VENDOR_SILENT, TRI_ABSENT, false},
    {"app.oauth2.token.grant*", KIND_SIGN_IN, VENDOR_SILENT, TRI_FALSE, false},
    {"app.oauth2.as.token.grant*", KIND_SIGN_IN, VENDOR_SILENT, TRI_FALSE, false},
    {"policy.evaluate_sign_on", KIND_SIGN_IN, VENDOR_STOPPED(PASSWORD_OK), TRI_ABSENT, false},
    {"user.account.lock", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"user.account.lock.limit", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"user.mfa.okta_verify.deny_push*", KIND_MFA, VENDOR_STOPPED(MFA_DENIED), TRI_ABSENT, false},
    {"system.push.send_factor_verify*", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"system.sms.send_factor_verify*", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"system.voice.send_*", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"system.email.send_factor_verify*", KIND_MFA, VENDOR_HALTED(INTERRUPT), TRI_ABSENT, false},
    {"user.account.update_password", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.account.reset_password", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.mfa.factor.*", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"system.api_token.create", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.account.privilege.grant", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"group.privilege.grant", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"app.oauth2.as.consent.grant", KIND_ACCOUNT_CHANGE, VENDOR_SILENT, TRI_ABSENT, false},
    {"security.threat.detected", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
    {"user.account.report_suspicious_activity_by_enduser", KIND_RISK, VENDOR_SILENT, TRI_ABSENT,
     false},
    {"app.oauth2.token.detect_reuse", KIND_RISK, VENDOR_SILENT, TRI_FALSE, false},
    {"app.oauth2.as.token.detect_reuse", KIND_RISK, VENDOR_SILENT, TRI_FALSE, false},
    {"user.risk.*", KIND_RISK, VENDOR_SILENT, TRI_ABSENT, false},
};

static const struct reason_name results[] = {
    {"SUCCESS", VENDOR_PASSED(OK)},           {"ALLOW", VENDOR_PASSED(OK)},
    {"FAILURE", VENDOR_FAILED(UNKNOWN)},      {"DENY", VENDOR_FAILED(UNKNOWN)},
    {"CHALLENGE", VENDOR_ASKED(PASSWORD_OK)}, {"SKIPPED", VENDOR_HALTED(INTERRUPT)},
    {"DEFERRED", VENDOR_HALTED(INTERRUPT)},   {"ABANDONED", VENDOR_HALTED(INTERRUPT)},
};

/* Why a sign-in failed. */
static const struct reason_name reasons[] = {
    {"INVALID_CREDENTIALS", VENDOR_FAILED(WRONG_PASSWORD)},
    {"VERIFICATION_ERROR", VENDOR_FAILED(WRONG_PASSWORD)},
    {"LOCKED_OUT", VENDOR_FAILED(LOCKED)},
    {"PASSWORD_EXPIRED", VENDOR_STOPPED(PASSWORD_OK)},
    {"*sign-on policy*", VENDOR_STOPPED(PASSWORD_OK)},
    {"*suspended*", VENDOR_FAILED(DISABLED)},
    {"*deactivated*", VENDOR_FAILED(DISABLED)},
    {"*unknown user*", VENDOR_FAILED(UNKNOWN_USER)},
    {"*unknown_user*", VENDOR_FAILED(UNKNOWN_USER)},
    {"*not assigned*", VENDOR_FAILED(UNKNOWN_USER)},
    {"invalid_grant", VENDOR_FAILED(TOKEN)},
    {"invalid_client*", VENDOR_FAILED(CLIENT)},
    {"unauthorized_client", VENDOR_FAILED(CLIENT)},
    {"unsupported_grant_type", VENDOR_FAILED(CLIENT)},
    {"invalid_scope", VENDOR_FAILED(CLIENT)},
};

/* What stopped a right password. A challenge is a demand for the next factor. */
static const struct control_name controls[] = {
    {"PASSWORD_EXPIRED", CONTROL_PASSWORD},
    {"*sign-on policy*", CONTROL_POLICY},
};

static const struct change_name changes[] = {
    {"user.mfa.factor.activate", CHANGE_FACTOR_ADDED},
    {"user.mfa.factor.update", CHANGE_FACTOR_CHANGED},
    {"user.mfa.factor.unsuspend", CHANGE_FACTOR_CHANGED},
    {"user.mfa.factor.deactivate", CHANGE_FACTOR_REMOVED},
    {"user.mfa.factor.reset_all", CHANGE_FACTOR_REMOVED},
    {"user.mfa.factor.suspend", CHANGE_FACTOR_REMOVED},
    {"user.account.update_password", CHANGE_PASSWORD},
    {"user.account.reset_password", CHANGE_PASSWORD},
    {"system.api_token.create", CHANGE_CREDENTIAL},
    {"user.account.privilege.grant", CHANGE_ROLE},
    {"group.privilege.grant", CHANGE_ROLE},
    {"app.oauth2.as.consent.grant", CHANGE_GRANT},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The step was about the password itself, which is one authenticator among others. */
static bool is_password_step(const struct record *record)
{
    if (slice_equal_nocase(record_text(record, OKTA_FACTOR), SLICE("PASSWORD_AS_FACTOR")))
        return true;
    uint32_t targets = record_node(record, OKTA_TARGETS);
    for (uint32_t pos = 0, i; (i = record_entry(record, targets, &pos)) != 0;)
        if (slice_starts_nocase(record_member(record, i, OKTA_TYPE), SLICE("Authenticator")) &&
            slice_equal_nocase(record_member(record, i, OKTA_DISPLAY), SLICE("Password")))
            return true;
    return false;
}

/* Not a token exchanged, nor a session carried into an application. */
static bool may_be_guess(const struct event *ev)
{
    return ev->interactive != TRI_FALSE &&
           !slice_starts_nocase(ev->operation, SLICE("user.authentication.sso"));
}

static struct reason judgement(const struct record *record, const struct event *ev)
{
    struct reason reason = VENDOR_SILENT;
    struct slice result = record_text(record, OKTA_RESULT);
    (void)vendor_reason_of(results, COUNT(results), result, &reason);
    if (reason.outcome != OUTCOME_FAILURE || ev->kind > KIND_MFA)
        return reason;
    if (ev->kind == KIND_MFA && !is_password_step(record))
        return (struct reason)VENDOR_STOPPED(MFA_DENIED); /* INVALID_CREDENTIALS: a wrong code */
    if (!vendor_reason_of(reasons, COUNT(reasons), ev->code, &reason) && ev->code.ptr == NULL &&
        may_be_guess(ev))
        reason.reason = REASON_UNSAID;
    return reason;
}

static enum event_control control_of(const struct event *ev)
{
    if (ev->reason != REASON_PASSWORD_OK)
        return ev->control;
    enum event_control control = vendor_control_of(controls, COUNT(controls), ev->code);
    bool asked = ev->outcome == OUTCOME_INTERRUPTED;
    if (control != CONTROL_ABSENT)
        return control;
    return asked ? CONTROL_FACTOR : CONTROL_POLICY;
}

/* "Get a push notification", OKTA_VERIFY_PUSH, push: the user is asked. Everything else, a call
 * that reads a code out included, is given by who signs in. */
static enum event_denial denial_of(const struct record *record, const struct event *ev)
{
    struct slice method = record_text(record, OKTA_METHOD);
    if (slice_starts_nocase(ev->operation, SLICE("user.mfa.okta_verify.deny_push")) ||
        vendor_has_word(method, SLICE("push")))
        return DENIAL_REFUSED;
    bool wrong = method.ptr != NULL || slice_equal_nocase(ev->code, SLICE("INVALID_CREDENTIALS"));
    return wrong ? DENIAL_CODE : DENIAL_ABSENT;
}

/* The actor; of a service or an application that acts, the first user it acted on. A user who acts
 * is never somebody else, even where the log does not know the name. */
static struct slice user_of(const struct record *record)
{
    struct slice type = record_text(record, OKTA_ACTOR_TYPE);
    bool is_user = slice_equal_nocase(type, SLICE("User"));
    struct slice actor = record_lower(record, OKTA_ACTOR);
    if (is_user || (type.ptr == NULL && actor.ptr != NULL))
        return actor;
    uint32_t targets = record_node(record, OKTA_TARGETS);
    for (uint32_t pos = 0, i; (i = record_entry(record, targets, &pos)) != 0;) {
        struct slice kind = record_member(record, i, OKTA_TYPE);
        if (slice_equal_nocase(kind, SLICE("User")) || slice_equal_nocase(kind, SLICE("AppUser")))
            return record_lowered(record, record_member(record, i, OKTA_ALTERNATE));
    }
    return (struct slice){NULL, 0};
}

/* An id that begins with "trs" belongs to one call of the API. */
static struct slice session_of(const struct record *record)
{
    for (unsigned path = OKTA_SESSION; path <= OKTA_ROOT_SESSION; path++) {
        struct slice id = record_text(record, path);
        if (id.ptr != NULL && !slice_starts_nocase(id, SLICE("trs")))
            return id;
    }
    return (struct slice){NULL, 0};
}

/* The endpoint of Office 365 that takes the password in the request. */
static bool is_legacy(const struct record *record)
{
    struct slice uri = record_text(record, OKTA_URI);
    return vendor_has_word(uri, SLICE("/app/office365/")) &&
           vendor_has_word(uri, SLICE("/sso/wsfed/active"));
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, OKTA_FILL, OKTA_PATHS_N, ev);
    const struct vendor_act *act = vendor_act_of(acts, COUNT(acts), ev->operation);
    if (act == NULL)
        return PARSE_IGNORED;
    /* Only a refusal says more than the session event that follows. */
    if (slice_equal_nocase(ev->operation, SLICE("policy.evaluate_sign_on")) &&
        !slice_equal_nocase(record_text(record, OKTA_RESULT), SLICE("DENY")))
        return PARSE_IGNORED;
    ev->kind = act->kind;
    ev->interactive = act->interactive;
    vendor_judge(act->reason.reason != REASON_NONE ? act->reason : judgement(record, ev), ev);
    ev->control = control_of(ev);
    ev->change = vendor_change_of(changes, COUNT(changes), ev->operation);
    if (ev->reason == REASON_MFA_DENIED)
        ev->denial = denial_of(record, ev);
    ev->prompted = slice_starts_nocase(ev->operation, SLICE("system.push.send_factor_verify"));
    if (ev->kind == KIND_MFA && ev->outcome == OUTCOME_SUCCESS && !is_password_step(record))
        ev->factor = FACTOR_MULTI;
    ev->user = user_of(record);
    ev->session = session_of(record);
    if (ev->app_id.ptr == NULL)
        record_fill(record, OKTA_CLIENT_ID, OKTA_CLIENT_ID + 1, ev);
    record_ip(record, OKTA_IP, ev);
    ev->legacy = is_legacy(record) ? LEGACY_UNNAMED : LEGACY_NOT;
    ev->ropc = act->kind == KIND_SIGN_IN &&
               slice_equal_nocase(record_text(record, OKTA_GRANT), SLICE("password"));
    return record_time(record, OKTA_TIME, ev);
}

const struct parser parser_okta = {
    .name = "okta",
    .summary = "Okta System Log: sign-ins, factor steps, account changes, threats",
    .signs = (const char *const[]){"eventType published|legacyEventType|displayMessage|"
                                   "authenticationContext|outcome",
                                   NULL},
    .paths = paths,
    .paths_n = OKTA_PATHS_N,
    .tells = {OKTA_OPERATION},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_MFA | 1 << KIND_ACCOUNT_CHANGE | 1 << KIND_RISK,
    .fields = "user ip port outcome reason code app_id app client user_agent session token_id "
              "device factor interactive operation event_id",
    .example = "{\"eventType\":\"user.session.start\",\"published\":\"2025-03-04T05:06:07.123Z\","
               "\"actor\":{\"type\":\"User\",\"alternateId\":\"anna@contoso.com\"},"
               "\"client\":{\"ipAddress\":\"203.0.113.7\"},\"outcome\":{\"result\":\"SUCCESS\"}}",
    .page = "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/",
};
