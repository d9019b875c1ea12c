/* SPDX-License-Identifier: Apache-2.0
 *
 * OneLogin events, from the events API and from webhooks: a number says what happened. Webhooks
 * name every field and leave most of them null.
 *
 * Sources: OneLogin developer documentation, "Events" and "Event Types", read 2025. Types that are
 * not in the table are not ours.
 */
#include "parsers/codes/vendor.h"
#include "parsers/reader/formats.h"
#include "parsers/reader/record.h"

#define EVENT(name) offsetof(struct event, name)

enum onelogin_path {
    ONELOGIN_TIME,
    ONELOGIN_TENANT,
    ONELOGIN_USER,
    ONELOGIN_IP,
    ONELOGIN_FACTOR,
    ONELOGIN_FILL, /* from here on straight into struct event */
    ONELOGIN_TYPE = ONELOGIN_FILL,
    ONELOGIN_APP_ID,
    ONELOGIN_APP,
    ONELOGIN_USER_AGENT,
    ONELOGIN_EVENT_ID,
    ONELOGIN_PATHS_N
};

static const struct parser_path paths[ONELOGIN_PATHS_N] = {
    [ONELOGIN_TIME] = {"event_timestamp / created_at", 0},
    [ONELOGIN_TENANT] = {"account_id", 0},
    [ONELOGIN_USER] = {"login_name / user_name / user_id", 0}, /* user_name is a display name */
    [ONELOGIN_IP] = {"ipaddr", 0},
    /* What the second factor was, where one was used. */
    [ONELOGIN_FACTOR] = {"authentication_factor_type / authentication_factor_description / "
                         "otp_device_name",
                         0},
    [ONELOGIN_TYPE] = {"event_type_id", EVENT(code)},
    [ONELOGIN_APP_ID] = {"app_id", EVENT(app_id)},
    [ONELOGIN_APP] = {"app_name", EVENT(app)},
    [ONELOGIN_USER_AGENT] = {"user_agent", EVENT(user_agent)},
    [ONELOGIN_EVENT_ID] = {"uuid / id / create._id", EVENT(event_id)},
};

static const struct vendor_act acts[] = {
    {"3", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_ABSENT, false},   /* assumed another user */
    {"5", KIND_SIGN_IN, VENDOR_PASSED(OK), TRI_ABSENT, false}, /* signed in */
    {"6", KIND_SIGN_IN, VENDOR_FAILED(WRONG_PASSWORD), TRI_ABSENT, false},
    {"8", KIND_SIGN_IN, VENDOR_DONE(OK), TRI_FALSE, false},         /* signed in to an app */
    {"9", KIND_SIGN_IN, VENDOR_FAILED(UNKNOWN), TRI_ABSENT, false}, /* failed to, for any cause */
    {"11", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false}, /* password changed */
    {"19", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"24", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false},  /* OTP device removed */
    {"69", KIND_SIGN_IN, VENDOR_FAILED(UNSAID), TRI_ABSENT, false},     /* RADIUS rejected */
    {"172", KIND_ACCOUNT_CHANGE, VENDOR_DONE(NONE), TRI_ABSENT, false}, /* factor removed */
    {"531", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"532", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
    {"551", KIND_SIGN_IN, VENDOR_FAILED(DISABLED), TRI_ABSENT, false}, /* suspended */
    {"553", KIND_SIGN_IN, VENDOR_FAILED(LOCKED), TRI_ABSENT, false},
};

static const struct change_name changes[] = {
    {"11", CHANGE_PASSWORD},
    {"24", CHANGE_FACTOR_REMOVED},
    {"172", CHANGE_FACTOR_REMOVED},
};

/* An event of signing in, or of failing to, that names a factor is about that: the password was
 * right. Of OneLogin Protect and other pushes the user is asked. */
static void judge_factor(struct slice factor, struct event *ev)
{
    bool in = slice_equal(ev->code, SLICE("5")), failed = slice_equal(ev->code, SLICE("6"));
    if (factor.ptr == NULL || (!in && !failed))
        return;
    if (in) {
        ev->factor = FACTOR_MULTI;
        return;
    }
    vendor_judge((struct reason)VENDOR_STOPPED(MFA_DENIED), ev);
    bool asked =
        vendor_has_word(factor, SLICE("push")) || vendor_has_word(factor, SLICE("protect"));
    ev->denial = asked ? DENIAL_REFUSED : DENIAL_CODE;
}

static enum parse_answer parse(const struct record *record, struct event *ev)
{
    record_fill(record, ONELOGIN_FILL, ONELOGIN_PATHS_N, ev);
    const struct vendor_act *act = vendor_act_of(acts, sizeof(acts) / sizeof(acts[0]), ev->code);
    if (act == NULL)
        return PARSE_IGNORED;
    ev->kind = act->kind;
    ev->interactive = act->interactive;
    vendor_judge(act->reason, ev);
    ev->change = vendor_change_of(changes, sizeof(changes) / sizeof(changes[0]), ev->code);
    if (ev->kind == KIND_SIGN_IN)
        judge_factor(record_text(record, ONELOGIN_FACTOR), ev);
    if (slice_equal(ev->code, SLICE("3")))
        ev->operation = SLICE("assume");
    ev->tenant = record_text(record, ONELOGIN_TENANT);
    ev->user = record_lower(record, ONELOGIN_USER);
    record_ip(record, ONELOGIN_IP, ev);
    return record_time(record, ONELOGIN_TIME, ev);
}

const struct parser parser_onelogin = {
    .name = "onelogin",
    .summary = "OneLogin events: sign-ins, lock-outs, passwords and factors changed",
    .signs = (const char *const[]){"event_type_id account_id|user_id|actor_user_id", NULL},
    .paths = paths,
    .paths_n = ONELOGIN_PATHS_N,
    .tells = {ONELOGIN_TYPE},
    .parse = parse,
    .kinds = 1 << KIND_SIGN_IN | 1 << KIND_ACCOUNT_CHANGE,
    .fields = "tenant user ip port outcome reason code app_id app user_agent factor interactive "
              "operation event_id",
    .example = "{\"event_type_id\":5,\"account_id\":4711,\"event_timestamp\":"
               "\"2025-03-04 05:06:07 UTC\",\"login_name\":\"anna@contoso.com\","
               "\"ipaddr\":\"203.0.113.7\",\"uuid\":\"u1\"}",
    .page = "https://developers.onelogin.com/api-docs/1/events/event-resource",
};
