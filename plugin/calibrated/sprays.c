/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks that try passwords. The campaign as it was published: 2.7 failures an hour in a mean
 * tenant, each try from another address of a /32, a hop to a second prefix, Azure CLI and the
 * password grant, a success in a million. Not published, so guesses: the agent, the mix of codes.
 */
#include "plugin/calibrated/attacks.h"

enum { CLEAR_AFTER = 10, CAMPAIGN_CLEAR_AFTER = 100 };

/* Failures of a try that did not have the password: of 1,000. */
static int32_t failure(struct attack *a)
{
    static const uint16_t shares[] = {640, 250, 20, 4, 3, 3};
    static const int32_t codes[] = {CODE_WRONG,      CODE_LOCKED,  CODE_DISABLED,
                                    CODE_MFA_POLICY, CODE_EXPIRED, CODE_BLOCKED};

    return codes[dice_weighted(&a->dice, shares, 6)];
}

/* Says a try; a tenth of the names does not exist. */
static void try_password(struct attack *a, struct act *act, struct stage *stage,
                         struct house *house, bool right)
{
    const bool ghost = !right && dice_per_mille(&a->dice, 100);

    if (a->kind) /* the campaign is Azure CLI */
        act->agent = a->agent;
    act->code = ghost ? CODE_NO_USER : failure(a);
    if (ghost)
        act->person = &house->ghosts[dice_below(&a->dice, GHOSTS)];
    if (right)
        act->code = act->protocol[0] != 'r' && house->org.second_factor ? CODE_MFA_WANTED : CODE_OK;
    attack_say(a, act, stage, right);
    if (!right)
        truth_tried(stage_truth(stage), a->id, 1);
    if (a->stage == CLEAR_AFTER || act->code == CODE_OK)
        truth_complete(stage_truth(stage), a->id, act);
}

static struct soul *staff_of(struct town *town, const struct house *house, uint32_t k)
{
    return &town->souls[house->first + k % house->n];
}

/* A person, and of one attack only, so that a finding can be told to belong to it. */
static bool can_give_way(const struct soul *soul)
{
    return soul->kind == SOUL_STAFF && !soul->attacked;
}

/* What the thief does with a token: asks for another one, from where he is. */
static void use(struct attack *a, struct act act, struct stage *stage, int times)
{
    act.kind = ACT_REFRESH;
    act.protocol = "none";
    act.token = "refreshToken";
    for (int i = 0; i < times && act.code == CODE_OK; i++) {
        act.at_ms += attack_gap(a, 60, 900);
        act.id = dice_next(&a->dice);
        attack_say(a, &act, stage, true);
    }
}

/* --- the campaign --- */

static bool campaign_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->net = atlas_named(town->plan.atlas, "2a0a:d683::/32");
    a->second = atlas_named(town->plan.atlas, "2605:6400::/32");
    return a->net && a->second;
}

/* A success in 1.04 million, but three in any set. */
static bool gives_way(struct attack *a)
{
    const uint32_t per_million = a->wanted > 3000000 ? 1 : 3000000 / (a->wanted + 1);

    return dice_per_million(&a->dice, per_million);
}

static int64_t campaign_step(struct town *town, struct attack *a, int64_t now_ms,
                             struct stage *stage)
{
    struct house *house = &town->houses[dice_below(&a->dice, town->plan.tenants)];
    const struct network *net = a->stage > a->wanted / 10 * 6 ? a->second : a->net;
    struct soul *soul = staff_of(town, house, dice_below(&a->dice, house->n));
    const struct spot spot = spot_on(net, dice_next(&a->dice));
    struct act act = attack_act(a, soul, ACT_REFRESH, now_ms, &spot);
    const bool right = can_give_way(soul) && gives_way(a);

    act.protocol = "ropc";
    act.client = "Mobile Apps and Desktop clients";
    act.app = &app_cli;
    act.resource = &app_arm;
    act.agent = &agent_cli;
    try_password(a, &act, stage, house, right);
    if (right)
        use(a, act, stage, 3);
    soul->attacked |= right;
    if (a->stage == CAMPAIGN_CLEAR_AFTER)
        truth_complete(stage_truth(stage), a->id, &act);
    const int64_t left_ms = town->plan.start_ms + town->plan.days * DAY_MS - a->begin_ms;
    return now_ms + dice_gap(&a->dice, left_ms / (a->wanted + 1));
}

const struct attack_script script_campaign = {
    "Azure CLI with the password grant, a new address of one /32 each try, then of a second one",
    campaign_begin, campaign_step};

/* --- one tenant --- */

static bool spray_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    if (!attack_pick_house(town, a, 12))
        return false;
    a->net = attack_hosting(town, a);
    a->wanted = a->house->n < 60 ? a->house->n : 60;
    a->right = dice_per_mille(&a->dice, 500) ? a->wanted - 2 : UINT32_MAX;
    a->begin_ms -= DAY_MS / 2;
    return true;
}

/* The next try on a->house from a spot; the whole first pass goes over everybody once. */
static struct act next_try(struct town *town, struct attack *a, int64_t now_ms,
                           const struct spot *spot)
{
    struct soul *soul = staff_of(town, a->house, (uint32_t)(a->which % 1000) + a->stage);

    if (a->stage == a->right) /* the account must be a person's */
        for (uint32_t k = 0; k < a->house->n && !can_give_way(soul); k++)
            soul = staff_of(town, a->house, (uint32_t)(a->which % 1000) + a->stage + k);
    soul->attacked |= a->stage == a->right;
    return attack_act(a, soul, ACT_SIGN_IN, now_ms, spot);
}

static int64_t over(const struct attack *a, int64_t next_ms)
{
    return a->stage + 1 < a->wanted ? next_ms : STAGE_NEVER;
}

static int64_t single_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_on(a->net, a->which);
    struct act act = next_try(town, a, now_ms, &spot);
    const bool right = a->stage == a->right;

    act.app = &app_outlook;
    act.resource = &app_exchange;
    try_password(a, &act, stage, a->house, right);
    if (right)
        use(a, act, stage, 4);
    return over(a, now_ms + attack_gap(a, 4, 45));
}

const struct attack_script script_single = {
    "one rented machine tries one password on everybody of a tenant within an hour", spray_begin,
    single_step};

/* A /48 of a hosting network's IPv6, another address each time; the account that gave way is used
 * three days later. */
static bool rotating_begin(struct town *town, struct attack *a, struct stage *stage)
{
    const struct atlas_wish wish = {.kind = ATLAS_HOSTING, .version = 6};
    const size_t n = atlas_count(town->plan.atlas, &wish);

    if (!spray_begin(town, a, stage))
        return false;
    a->net = atlas_pick(town->plan.atlas, &wish, dice_below(&a->dice, (uint32_t)n));
    a->wanted = 25;
    a->right = 24;
    a->begin_ms = town->plan.start_ms + (a->begin_ms - town->plan.start_ms) / 3;
    return true;
}

static int64_t rotating_step(struct town *town, struct attack *a, int64_t now_ms,
                             struct stage *stage)
{
    struct spot spot = spot_on(a->net, a->which);
    const bool right = a->stage == a->right;

    for (int i = 6; i < 16; i++)
        spot.ip.bytes[i] = (uint8_t)dice_next(&a->dice);
    struct act act = next_try(town, a, now_ms, &spot);
    try_password(a, &act, stage, a->house, right);
    if (right)
        use(a, act, stage, 4);
    return over(a,
                now_ms + (a->stage + 2 == a->wanted ? 3 * DAY_MS : attack_gap(a, 3600, 3 * 3600)));
}

const struct attack_script script_rotating = {
    "a /48 of a hosting network, a new address each try, a success three days later",
    rotating_begin, rotating_step};

/* Five tries, then an hour or more of silence; another gateway and another of Microsoft's own
 * applications each time. */
static int64_t gateway_step(struct town *town, struct attack *a, int64_t now_ms,
                            struct stage *stage)
{
    const struct atlas_wish wish = {.kind = ATLAS_HOSTING, .asn = 16509, .version = 4};
    const size_t n = atlas_count(town->plan.atlas, &wish);
    const struct network *net =
        atlas_pick(town->plan.atlas, &wish, dice_below(&a->dice, (uint32_t)n));
    const struct spot spot = spot_on(net, dice_next(&a->dice));
    struct act act = next_try(town, a, now_ms, &spot);
    const bool right = a->stage == a->right;

    act.app = &apps_work[1 + a->stage % 4];
    act.resource = &app_graph;
    try_password(a, &act, stage, a->house, right);
    if (right)
        use(a, act, stage, 2);
    return over(a, now_ms + (a->stage % 5 == 4 ? attack_gap(a, 3600, 6000) : attack_gap(a, 1, 9)));
}

const struct attack_script script_gateway = {
    "gateways of a cloud, another address each try, with pauses of an hour and more", spray_begin,
    gateway_step};

static int64_t residential_step(struct town *town, struct attack *a, int64_t now_ms,
                                struct stage *stage)
{
    const struct network *net = town->isps[dice_below(&a->dice, (uint32_t)town->isps_n)];
    const struct spot spot = spot_on(net, dice_next(&a->dice));
    struct act act = next_try(town, a, now_ms, &spot);
    const bool right = a->stage == a->right;

    try_password(a, &act, stage, a->house, right);
    if (right)
        use(a, act, stage, 2);
    return over(a, now_ms + attack_gap(a, 300, 2400));
}

const struct attack_script script_residential = {
    "home lines all over the world, one try an account", spray_begin, residential_step};

/* --- many tenants, or one account --- */

static bool stuffing_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->net = town->vpns[dice_below(&a->dice, (uint32_t)town->vpns_n)];
    a->wanted = 40;
    a->right = 30;
    return true;
}

static int64_t stuffing_step(struct town *town, struct attack *a, int64_t now_ms,
                             struct stage *stage)
{
    struct soul *soul = &town->souls[dice_below(&a->dice, town->souls_n)];
    const struct spot spot = spot_on(a->net, a->which + a->stage % 2);
    const bool right = a->stage == a->right;

    for (int i = 0; i < 1000 && !can_give_way(soul); i++)
        soul = &town->souls[dice_below(&a->dice, town->souls_n)];
    struct act act = attack_act(a, soul, ACT_SIGN_IN, now_ms, &spot);
    truth_tenant(stage_truth(stage), a->id, soul->person.org);
    soul->attacked |= right;
    try_password(a, &act, stage, &town->houses[soul->house], right);
    if (right)
        use(a, act, stage, 3);
    return over(a, now_ms + attack_gap(a, 20, 400));
}

const struct attack_script script_stuffing = {
    "leaked pairs of names and passwords, each tried once, over all tenants", stuffing_begin,
    stuffing_step};

static bool brute_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->net = attack_hosting(town, a);
    a->wanted = (uint32_t)dice_between(&a->dice, 60, 200);
    return attack_pick_victim(town, a, 0);
}

static int64_t brute_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    (void)town;
    const struct spot spot = spot_on(a->net, a->which + a->stage / 60);
    struct act act = attack_act(a, a->victim, ACT_SIGN_IN, now_ms, &spot);

    act.code = a->stage > 10 && dice_per_mille(&a->dice, 400) ? CODE_LOCKED : CODE_WRONG;
    act.agent = a->agent;
    attack_say(a, &act, stage, true);
    if (a->stage == 30)
        truth_complete(stage_truth(stage), a->id, &act);
    return over(a, now_ms + attack_gap(a, 2, 18));
}

const struct attack_script script_brute = {"a hundred guesses at one account within an hour",
                                           brute_begin, brute_step};
