/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions and tokens in strange hands. After public descriptions of phishing kits: the sign-in
 * comes from the proxy's hosting network, the cookie is used from another one minutes later, by a
 * script or another browser; device codes are redeemed where the thief is; stolen tokens keep the
 * session's number and the device's id.
 */
#include "plugin/calibrated/attacks.h"

static bool proxy_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->net = attack_hosting(town, a);
    a->second = attack_hosting(town, a);
    a->wanted = 8;
    return attack_pick_victim(town, a, 0);
}

/* The victim types everything; the proxy passes it on, with a browser's name. */
static struct act at_proxy(struct attack *a, int64_t now_ms)
{
    const struct spot spot = spot_on(a->net, a->which);
    struct act act = attack_act(a, a->victim, ACT_SIGN_IN, now_ms, &spot);

    act.agent = a->victim->desk_agent;
    act.session = a->session;
    act.multi = a->house->org.second_factor;
    act.access = act.multi ? ACT_PASSED : ACT_NOT_APPLIED;
    return act;
}

static struct act with_token(struct attack *a, int64_t now_ms, const struct network *net,
                             const struct agent *agent)
{
    const struct spot spot = spot_on(net, a->which + 1);
    struct act act = attack_act(a, a->victim, ACT_REFRESH, now_ms, &spot);

    act.agent = agent;
    act.session = a->session;
    act.multi = a->house->org.second_factor;
    act.claimed = true;
    act.token = "refreshToken";
    act.resource = &app_exchange;
    return act;
}

static int64_t go_on(const struct attack *a, int64_t next_ms)
{
    return a->stage + 1 < a->wanted ? next_ms : STAGE_NEVER;
}

static int64_t cookie_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    (void)town;
    if (a->stage == 0) {
        struct act act = at_proxy(a, now_ms);
        attack_say(a, &act, stage, true);
        return now_ms + attack_gap(a, 60, 400);
    }
    struct act act = with_token(a, now_ms, a->second, &agent_axios);
    attack_say(a, &act, stage, true);
    if (a->stage == 1)
        truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 120, 3000));
}

const struct attack_script script_aitm_cookie = {
    "sign-in at a phishing proxy in hosting, the cookie used by a script from other hosting",
    proxy_begin, cookie_step};

static int64_t proxy_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    struct act act =
        a->stage == 0 ? at_proxy(a, now_ms) : with_token(a, now_ms, a->net, a->victim->desk_agent);

    (void)town;
    if (a->stage == 2) {
        const struct spot spot = spot_on(a->net, a->which);
        act = attack_act(a, a->victim, ACT_AUDIT, now_ms, &spot);
        act.what = "User registered security info";
        truth_complete(stage_truth(stage), a->id, &act);
    }
    attack_say(a, &act, stage, true);
    return go_on(a, now_ms + attack_gap(a, 60, 1200));
}

const struct attack_script script_aitm_proxy = {
    "sign-in at a phishing proxy that goes on using it, and registers a factor", proxy_begin,
    proxy_step};

/* --- stolen from the machine --- */

static bool token_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->wanted = 10;
    if (!attack_pick_victim(town, a, 0))
        return false;
    a->net = dice_per_mille(&a->dice, 500) ? attack_hosting(town, a)
                                           : attack_abroad(town, a, a->victim->home);
    return true;
}

static int64_t token_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    (void)town;
    if (a->victim->desk_session == 0) /* nothing to steal yet */
        return now_ms + 6 * HOUR_MS;
    struct act act = with_token(a, now_ms, a->net, a->victim->desk_agent);
    act.session = a->victim->desk_session;
    act.device = &a->victim->desk;
    attack_say(a, &act, stage, true);
    truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 300, 4000));
}

const struct attack_script script_token = {
    "a refresh token used from abroad or hosting, with the session and the device's id",
    token_begin, token_step};

/* Near its owner, by another machine: a home line of the same city, or through the robbed machine
 * itself. What nobody can tell by place. */
static bool stealer_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->wanted = 8;
    if (!attack_pick_victim(town, a, 0))
        return false;
    a->net = a->house->near[dice_below(&a->dice, (uint32_t)a->house->near_n)];
    if (dice_per_mille(&a->dice, 500)) {
        a->net = a->victim->home;
        a->which = a->victim->person.key - 1; /* with_token comes from the next one */
    }
    return true;
}

static int64_t stealer_step(struct town *town, struct attack *a, int64_t now_ms,
                            struct stage *stage)
{
    (void)town;
    if (a->victim->desk_session == 0)
        return now_ms + 6 * HOUR_MS;
    struct act act = with_token(a, now_ms, a->net, a->stage % 2 ? &agent_python : &agent_linux);
    act.session = a->victim->desk_session;
    attack_say(a, &act, stage, true);
    if (a->stage == 1)
        truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 100, 2000));
}

const struct attack_script script_stealer = {
    "a session of a robbed browser used near its owner, by another system and a script",
    stealer_begin, stealer_step};

static int64_t device_code_step(struct town *town, struct attack *a, int64_t now_ms,
                                struct stage *stage)
{
    const struct spot spot = spot_on(a->net, a->which);
    struct act act = attack_act(a, a->victim, ACT_SIGN_IN, now_ms, &spot);

    (void)town;
    act.session = a->session;
    act.app = &app_broker;
    act.protocol = "deviceCode";
    act.multi = a->house->org.second_factor;
    act.claimed = true;
    act.agent = &agent_python;
    if (a->stage < 3) /* the thief's program asks until the victim has typed the code */
        act.code = CODE_DEVICE_CODE;
    if (a->stage > 3)
        act = with_token(a, now_ms, a->net, &agent_python);
    attack_say(a, &act, stage, true);
    if (a->stage == 3)
        truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 20, a->stage > 3 ? 3000 : 90));
}

const struct attack_script script_device_code = {
    "a device code that the victim was made to type, redeemed from hosting", proxy_begin,
    device_code_step};

/* --- the second factor, asked until it is given --- */

static bool fatigue_begin(struct town *town, struct attack *a, struct stage *stage)
{
    for (int i = 0; i < 50; i++) {
        if (!proxy_begin(town, a, stage))
            return false;
        if (a->house->org.second_factor)
            break;
        a->victim->attacked = false;
    }
    a->right = (uint32_t)dice_between(&a->dice, 6, 15);
    a->wanted = a->right + 5;
    return a->house->org.second_factor;
}

static int64_t fatigue_step(struct town *town, struct attack *a, int64_t now_ms,
                            struct stage *stage)
{
    struct act act = at_proxy(a, now_ms);

    (void)town;
    act.agent = &agent_chrome;
    act.ignored = dice_per_mille(&a->dice, 500);
    act.code = a->stage < a->right ? CODE_DENIED : CODE_OK;
    act.access = ACT_PASSED;
    if (a->stage > a->right)
        act = with_token(a, now_ms, a->net, &agent_chrome);
    attack_say(a, &act, stage, true);
    if (a->stage == 4)
        truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 40, 150));
}

const struct attack_script script_fatigue = {
    "a right password from hosting, prompts every minute or two until one is approved",
    fatigue_begin, fatigue_step};
