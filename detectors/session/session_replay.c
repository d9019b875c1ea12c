/* SPDX-License-Identifier: Apache-2.0
 *
 * session_replay: one session used from a second place: a cookie or refresh token stolen by a
 * phishing proxy.
 *
 * Over all unordered pairs of the session's contexts:
 *
 *   moved    another autonomous system, and not two carriers near each other with one agent
 *   far      moved, further than anybody travels between the two first uses
 *   foreign  moved, one end in a hosting, vpn or unknown network where the user is not known
 *   fires    far, or foreign and something else changed: the agent, the device, the kind of token
 *
 * Either end may be the foreign one: through a phishing proxy the first use is the proxy's.
 */
#include "detectors/session/context.h"
#include "detectors/words/commands.h"
#include "detectors/words/wording.h"
#include "parsers/values/timestamp.h"
#include "parsers/values/user_agent.h"

#include <stdio.h>

enum { CLASS_HOSTING = 1 << 0, CLASS_VPN = 1 << 1, CLASS_UNKNOWN = 1 << 2 };

struct replay_options {
    bool enabled;
    struct shared_options shared;
    double min_distance_km, max_speed_kmh;
    unsigned classes;
};

static const char *const class_names[] = {"hosting", "vpn", "unknown", NULL};

static const struct option options[] = {
    {.name = "enabled",
     .type = OPTION_BOOL,
     .offset = offsetof(struct replay_options, enabled),
     .fallback = "true",
     .help = "report sessions used from a second place"},
    {.name = "min_distance",
     .type = OPTION_DISTANCE,
     .offset = offsetof(struct replay_options, min_distance_km),
     .fallback = "500km",
     .min = 50,
     .max = 20000,
     .help = "nearer places alone are never a replay; as for impossible_travel"},
    {.name = "max_speed",
     .type = OPTION_SPEED,
     .offset = offsetof(struct replay_options, max_speed_kmh),
     .fallback = "1000km/h",
     .min = 100,
     .max = 20000,
     .help = "an airliner with the wind behind it, between the first uses of two places"},
    {.name = "classes",
     .type = OPTION_SET,
     .offset = offsetof(struct replay_options, classes),
     .fallback = "[hosting, vpn, unknown]",
     .choices = class_names,
     .help = "networks where a session must not turn up unfamiliar; unknown too, as attackers rent "
             "from small providers"},
    OPTION_LEARNING(
        replay_options, "low", shared_doubt,
        "a tenant or user known for less than 7 days: low lowers confidence, as all his "
        "networks are unfamiliar"),
    OPTIONS_SHARED(replay_options),
    {.name = NULL},
};

static bool is_carrier(const struct context *c)
{
    return c->net == CONTEXT_ISP || c->net == CONTEXT_MOBILE;
}

/* An absent agent is no change. */
static bool agent_changed(const struct context *x, const struct context *y)
{
    return (x->agent != y->agent && x->agent != 0 && y->agent != 0) ||
           user_agent_kind(y->agent) == AGENT_API;
}

static bool is_unfamiliar(const struct detection *d, uint32_t row, const struct context *c)
{
    return !context_familiar(d->windows, row, BASELINE_ASN, c->asn, c->first_ms);
}

/* y is where the user is not known, and something more than the network is different there. */
static bool is_foreign(const struct detection *d, uint32_t row, const struct context *x,
                       const struct context *y)
{
    const struct replay_options *o = d->options;
    static const unsigned classes[] = {[CONTEXT_HOSTING] = CLASS_HOSTING,
                                       [CONTEXT_VPN] = CLASS_VPN,
                                       [CONTEXT_UNKNOWN] = CLASS_UNKNOWN,
                                       [CONTEXT_TRUSTED] = 0};
    bool elsewhere = o->classes & classes[y->net];
    bool changed =
        agent_changed(x, y) || (x->device != 0 && y->device == 0) || (!x->refresh && y->refresh);
    return elsewhere && changed && is_unfamiliar(d, row, y);
}

static enum suppression excuse(const struct detection *d, uint32_t row, const struct context *x,
                               const struct context *y)
{
    if (x->net == CONTEXT_TRUSTED && y->net == CONTEXT_TRUSTED)
        return SUPPRESSED_TRUSTED;
    if (x->device != 0 && x->device == y->device && !context_is_hosting(x) &&
        !context_is_hosting(y))
        return SUPPRESSED_SAME_DEVICE;
    bool proxy = !is_carrier(x) && x->net != CONTEXT_TRUSTED && is_unfamiliar(d, row, x);
    return proxy || is_unfamiliar(d, row, y) ? SUPPRESSED_NOT : SUPPRESSED_FAMILIAR;
}

static struct verdict judge_pair(const struct detection *d, uint32_t row, const struct context *x,
                                 const struct context *y)
{
    const struct replay_options *o = d->options;
    struct verdict v = {.confidence = 2};
    double km = context_km_min(x, y);
    double hours = (double)(y->first_ms - x->first_ms) / HOUR_MS;
    bool distant = km > o->min_distance_km;
    if (x->asn == 0 || y->asn == 0 || x->asn == y->asn ||
        (is_carrier(x) && is_carrier(y) && !distant && x->agent == y->agent))
        return v;
    double speed = km / (hours < 1 ? 1 : hours);
    bool far = distant && speed > o->max_speed_kmh;
    bool proxy = is_foreign(d, row, y, x), foreign = is_foreign(d, row, x, y) || proxy;
    v.fires = far || foreign;
    if (!v.fires)
        return v;
    if (proxy)
        v.since_ms = x->first_ms;
    v.suppressed = excuse(d, row, x, y);
    v.severity = distant ? SEVERITY_CRITICAL : SEVERITY_HIGH;
    v.rank = km;
    verdict_threshold(&v, MEASURE_LEAST_DISTANCE, km, o->min_distance_km);
    verdict_threshold(&v, MEASURE_SPEED, speed, o->max_speed_kmh);
    verdict_measure(&v, MEASURE_AGENT_CHANGED, agent_changed(x, y) || agent_changed(y, x));
    verdict_measure(&v, MEASURE_DEVICE_LOST, (x->device != 0) != (y->device != 0));
    verdict_measure(&v, MEASURE_REFRESH_ELSEWHERE, x->refresh != y->refresh);
    return v;
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
    const struct verdict *v = &report->verdict;
    const char *user = report->witness.user[0] ? report->witness.user : "a user";
    struct context x = context_of_word(d->windows, v->words[0]);
    struct context y = context_of_word(d->windows, v->words[1]);
    char from[CONTEXT_TEXT_MAX], to[CONTEXT_TEXT_MAX], was[CONTEXT_TEXT_MAX], is[CONTEXT_TEXT_MAX];
    char both[CONTEXT_USERS_MAX], why[128];
    context_describe(d, report, f);
    context_where(&x, f, from);
    context_where(&y, f, to);
    context_agent(&x, was);
    context_agent(&y, is);
    context_users(f, both);
    double km = context_km_min(&x, &y);
    bool distant = km > ((const struct replay_options *)d->options)->min_distance_km;
    snprintf(why, sizeof why, "The places are at least %.0f km apart.", km);
    if (!distant)
        snprintf(why, sizeof why,
                 "One end is a network the user is not known for, and the program, device or token "
                 "changed.");
    snprintf(f->title, sizeof f->title, "%.60s: session reused from %.90s after %.90s", user, to,
             from);
    snprintf(f->title_ja, sizeof f->title_ja, "%.60s: セッション Cookie の再利用（%.70s → %.70s）",
             wording_ja(user), wording_ja(from), wording_ja(to));
    snprintf(f->desc, sizeof f->desc,
             "One session of %.80s was used from %.90s (%.60s) and from %.90s (%.60s). %s A stolen "
             "session cookie or refresh token does this%s.%s",
             user, from, was, to, is, why, distant ? "; a person does not" : "", both);
}

static const struct attack attacks[] = {
    {"T1557", "Adversary-in-the-Middle", "TA0006", "Credential Access"},
    {"T1539", "Steal Web Session Cookie", "TA0006", "Credential Access"},
    {"T1550.004", "Web Session Cookie", "TA0008", "Lateral Movement"},
    {.technique = NULL},
};
static const char *const types[] = {"Session hijacking", "BEC", NULL};
static const char *const commands[] = {
    COMMAND_REVOKE(""), COMMAND_DISABLE("{user}"), COMMAND_RESET,
    COMMAND_LIST_RULES, COMMAND_LIST_FORWARDING,   NULL,
};

const struct detector detector_session_replay = {
    .name = "session_replay",
    .summary = "a session used from a second place: a stolen cookie or token",
    .version = 2,
    .bucket_days = WEEK_DAYS,
    .silence_ms = DAY_MS,
    .attacks = attacks,
    .types = types,
    .remediation =
        "Revoke all sessions at once (a new password alone does not end a stolen cookie), then "
        "reset the password, check inbox rules and forwarding; move to FIDO2/passkeys or Windows "
        "Hello for Business.",
    .remediation_ja =
        "直ちに全セッションを無効化してください（パスワード変更だけでは窃取された Cookie "
        "は失効しません）。その後パスワード再設定、ルール・転送を確認し、FIDO2／パスキーまたは "
        "Windows Hello for Business へ移行してください。",
    .commands = commands,
    .advisory = &advisory_session_theft,
    .options = {"session_replay", options, sizeof(struct replay_options)},
    .shared_at = offsetof(struct replay_options, shared),
    .chain = {STAGE_SESSION, 8, WINDOWS_SESSION, CONTEXT_SLOT_MS,
              "session used from a second place"},
    .judge = judge,
    .recheck = recheck,
    .describe = describe,
};
