/* SPDX-License-Identifier: Apache-2.0
 *
 * session_user_agent: a session that goes on in an operating system, browser or program the user
 * does not use.
 *
 * Over all unordered pairs of the session's contexts: the system differs, or one end is a library
 * or command line, or two browsers differ; on another network; and that end's agent is not one the
 * user is known for. Versions are no part of a class, and one session spans browser, Teams and
 * Outlook of one machine: programs that differ on one network are normal. Critical where a script
 * without a managed device goes on with an administrator's session on another network.
 */
#include "detectors/session/context.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"
#include "parsers/values/user_agent.h"

#include <stdio.h>

enum { OWN_MACHINE_OFF };

struct agent_options {
    bool enabled;
    struct shared_options shared;
    int own_machine;
};

static const char *const own_names[] = {"off", "low", NULL};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct agent_options, enabled),
     .fallback = "true",
     .help = "report sessions that go on in an unfamiliar agent"},
    {.name = "own_machine",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct agent_options, own_machine),
     .fallback = "low",
     .choices = own_names,
     .help = "an unfamiliar library or command line on the same network: mostly the user's own "
             "script, hence Low, or not reported"},
    OPTION_LEARNING(
        agent_options, "full", shared_learning,
        "a tenant or user known for less than 7 days: full makes it Medium for the user, "
        "all of whose agents are unfamiliar; low lowers only confidence"),
    OPTIONS_SHARED(agent_options),
    {.name = NULL},
};

static enum agent_os os_of(const struct context *c)
{
    return (enum agent_os)(c->agent >> 8 & 7);
}

/* Browsers that ask for the desktop page name another system: Safari on iOS says macOS, Chrome on
 * Android says Linux. */
static bool is_desktop_mode(const struct context *x, const struct context *y)
{
    unsigned both = 1u << os_of(x) | 1u << os_of(y);
    return (x->agent & 0xff) == (y->agent & 0xff) && user_agent_kind(x->agent) == AGENT_BROWSER &&
           (both == (1u << OS_IOS | 1u << OS_MACOS) || both == (1u << OS_ANDROID | 1u << OS_LINUX));
}

static bool is_changed(const struct context *x, const struct context *y)
{
    enum agent_kind from = user_agent_kind(x->agent), to = user_agent_kind(y->agent);
    if (x->agent == y->agent || x->agent == 0 || to == AGENT_BROKER || is_desktop_mode(x, y))
        return false;
    if (y->agent == 0)
        return context_is_hosting(y); /* an absent text is no change on ordinary networks */
    bool other_os = os_of(x) != OS_UNKNOWN && os_of(y) != OS_UNKNOWN && os_of(x) != os_of(y);
    return other_os || to == AGENT_API || (from == AGENT_BROWSER && to == AGENT_BROWSER);
}

static bool same_network(const struct context *x, const struct context *y)
{
    return x->asn == y->asn && x->has_place == y->has_place &&
           (!x->has_place || context_km_min(x, y) <= 0);
}

/* y as what the session went on in. */
static struct verdict judge_role(const struct detection *d, uint32_t row, const struct context *x,
                                 const struct context *y)
{
    const struct agent_options *o = d->options;
    struct verdict v = {.confidence = 2, .severity = SEVERITY_HIGH, .rank = 1};
    bool same = same_network(x, y), script = user_agent_kind(y->agent) == AGENT_API;
    v.fires = is_changed(x, y) && (!same || script);
    if (!v.fires)
        return v;
    if (same) {
        v.severity = SEVERITY_LOW;
        v.rank = 0;
    }
    if (x->net == CONTEXT_TRUSTED && y->net == CONTEXT_TRUSTED)
        v.suppressed = SUPPRESSED_TRUSTED;
    else if (x->device != 0 && x->device == y->device)
        v.suppressed = SUPPRESSED_SAME_DEVICE;
    else if (context_familiar(d->windows, row, BASELINE_AGENT, y->agent, y->first_ms))
        v.suppressed = SUPPRESSED_FAMILIAR;
    else if (same && o->own_machine == OWN_MACHINE_OFF)
        v.suppressed = SUPPRESSED_MUTED;
    bool admin = context_flags(d->windows, row) & SESSION_ADMIN;
    if (!same && admin && script && y->device == 0)
        v.severity = SEVERITY_CRITICAL;
    verdict_measure(&v, MEASURE_ANOTHER_NETWORK, !same);
    verdict_measure(&v, MEASURE_ADMINISTRATOR, admin);
    verdict_measure(&v, MEASURE_SCRIPT, script);
    return v;
}

static struct verdict judge_pair(const struct detection *d, uint32_t row, const struct context *x,
                                 const struct context *y)
{
    struct verdict v = judge_role(d, row, x, y), turned = judge_role(d, row, y, x);
    if (v.fires && turned.fires && (v.suppressed != 0) == (turned.suppressed != 0)) {
        verdict_join(&v, &turned);
        return v;
    }
    bool take = turned.fires && (!v.fires || v.suppressed != SUPPRESSED_NOT);
    return take ? turned : v;
}

static void judge(const struct detection *d, const struct sighting *s)
{
    context_judge(d, s, judge_pair);
}

static bool recheck(const struct detection *d, const struct report *report,
                    struct verdict *ret_verdict)
{
    return context_recheck(d, report, judge_pair, ret_verdict);
}

static void describe(const struct detection *d, const struct report *report, struct finding *f)
{
    const char *user = report->witness.user[0] ? report->witness.user : "a user";
    struct context x = context_of_word(d->windows, report->verdict.words[0]);
    struct context y = context_of_word(d->windows, report->verdict.words[1]);
    char from[CONTEXT_TEXT_MAX], to[CONTEXT_TEXT_MAX], was[CONTEXT_TEXT_MAX], is[CONTEXT_TEXT_MAX];
    char both[CONTEXT_USERS_MAX];
    context_describe(d, report, f);
    context_where(&x, f, from);
    context_where(&y, f, to);
    context_agent(&x, was);
    context_agent(&y, is);
    context_users(f, both);
    snprintf(f->title, sizeof f->title, "%.80s: session continued in %.60s (was %.60s)", user, is,
             was);
    snprintf(f->title_ja, sizeof f->title_ja,
             "%.80s: 通常と異なる環境でのセッション再利用（%.50s → %.50s）", wording_ja(user),
             wording_ja(was), wording_ja(is));
    snprintf(
        f->desc, sizeof f->desc,
        "One session of %.80s was used by %.60s from %.90s and by %.60s from %.90s. The user is "
        "not known for one of them on three of the thirty days before.%s",
        user, was, from, is, to, both);
}

static const struct attack attacks[] = {
    {"T1550.004", "Web Session Cookie", "TA0008", "Lateral Movement"},
    {"T1078.004", "Cloud Accounts", "TA0001", "Initial Access"},
    {.technique = NULL},
};
static const char *const types[] = {"Session hijacking", NULL};
static const char *const commands[] = {
    COMMAND_REVOKE(""),
    COMMAND_DISABLE("{user}"),
    COMMAND_RESET,
    NULL,
};

const struct detector detector_session_user_agent = {
    .name = "session_user_agent",
    .summary = "a session that goes on in an agent the user does not use",
    .version = 2,
    .bucket_days = WEEK_DAYS,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation = "Verify the device with the user; revoke sessions if unknown.",
    .remediation_ja = "端末を本人に確認し、不明ならセッションを無効化してください。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"session_user_agent", options, sizeof(struct agent_options)},
    .shared_at = offsetof(struct agent_options, shared),
    .chain = {STAGE_SESSION, 9, WINDOWS_SESSION, CONTEXT_SLOT_MS, "session in an unfamiliar agent"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
