/* SPDX-License-Identifier: Apache-2.0
 *
 * Which attacks there are, how many, and what they have in common. How often each happens to a
 * thousand people in a week is a guess that favours measuring: real tenants see fewer.
 */
#include "plugin/calibrated/attacks.h"

#include <stdlib.h>

enum { OF_ATTACK = 0x400 };

/* So many of a kind for a thousand people and week, at least one. */
static unsigned weekly(unsigned people, unsigned days, unsigned times)
{
    const unsigned n = (unsigned)((uint64_t)people * days * times / 7000);

    return n > 0 ? n : 1;
}

#define USUAL(name, times)                                                                         \
    static unsigned name(unsigned tenants, unsigned people, unsigned days)                         \
    {                                                                                              \
        (void)tenants;                                                                             \
        return weekly(people, days, times);                                                        \
    }
USUAL(usual_spray, 1)
USUAL(usual_takeover, 2)

/* The campaign's figure: 2.7 failures an hour in a mean tenant. */
static unsigned usual_campaign(unsigned tenants, unsigned people, unsigned days)
{
    (void)people;
    return (unsigned)((uint64_t)tenants * days * 24 * 27 / 10);
}

const struct attack_kind attack_kinds[] = {
    {"campaign", "Azure CLI and ROPC from one /32, then another; of it, N attempts", usual_campaign,
     true},
    {"spray_single", "one rented machine tries one password on everybody", usual_spray, false},
    {"spray_rotating", "a /48, few tries a day, success three days later", usual_spray, false},
    {"spray_gateway", "a cloud's gateways, another address each try, pauses", usual_spray, false},
    {"spray_residential", "home lines all over the world, one try an account and day", usual_spray,
     false},
    {"stuffing", "leaked pairs over all tenants from two machines", usual_spray, false},
    {"brute_force", "guesses at one account", usual_spray, false},
    {"mfa_fatigue", "a right password, prompts until one is approved", usual_takeover, false},
    {"aitm_cookie", "sign-in at a phishing proxy, the cookie used elsewhere", usual_takeover,
     false},
    {"aitm_proxy", "sign-in at a phishing proxy that goes on, a factor registered", usual_takeover,
     false},
    {"token_theft", "a refresh token used abroad, with the device's id", usual_takeover, false},
    {"infostealer", "a session used near its owner by another machine", usual_takeover, false},
    {"device_code", "a device code that the victim was made to type", usual_takeover, false},
    {"far_success", "a password used from another country", usual_takeover, false},
    {"same_second", "the same while its owner is at work", usual_takeover, false},
    {"late_arrival", "the same, whose record comes hours late", usual_takeover, false},
    {"hostile_rule", "a rule that steals or hides mail", usual_takeover, false},
    {"hostile_forwarding", "a mailbox forwarded out", usual_takeover, false},
    {"bulk_forwarding", "an administrator's account forwards many mailboxes", usual_spray, false},
    {"takeover", "far sign-in, factor, rule, mail; the rule's record comes first", usual_takeover,
     false},
    {NULL, NULL, NULL, false},
};

static const struct attack_script *const scripts[] = {
    &script_campaign,    &script_single,     &script_rotating,    &script_gateway,
    &script_residential, &script_stuffing,   &script_brute,       &script_fatigue,
    &script_aitm_cookie, &script_aitm_proxy, &script_token,       &script_stealer,
    &script_device_code, &script_far,        &script_same_second, &script_late,
    &script_rule,        &script_forward,    &script_bulk,        &script_takeover};
enum { KINDS = sizeof scripts / sizeof scripts[0] };

/* --- what scripts use --- */

bool attack_pick_house(struct town *town, struct attack *a, uint32_t least)
{
    for (int i = 0; i < 200; i++) {
        a->house = &town->houses[dice_below(&a->dice, town->plan.tenants)];
        if (a->house->n >= least)
            return true;
    }
    a->house = &town->houses[0];
    return a->house->n >= least;
}

bool attack_pick_victim(struct town *town, struct attack *a, uint16_t trait)
{
    const uint16_t never = SOUL_TRAVELS | SOUL_VPN | SOUL_DEVELOPER;

    for (int i = 0; i < 20000; i++) { /* in a small set, whoever is left in the end */
        struct soul *soul = &town->souls[dice_below(&a->dice, town->souls_n)];
        if (soul->kind != SOUL_STAFF || (i < 10000 && soul->traits & never) || soul->attacked ||
            (trait && !(soul->traits & trait)) || soul->first_day_ms > town->plan.start_ms)
            continue;
        soul->attacked = true;
        a->victim = soul;
        a->house = &town->houses[soul->house];
        return true;
    }
    return false;
}

const struct network *attack_hosting(struct town *town, struct attack *a)
{
    return town->hostings[dice_below(&a->dice, (uint32_t)town->hostings_n)];
}

const struct network *attack_abroad(struct town *town, struct attack *a, const struct network *from)
{
    const struct network *net = from;

    for (int i = 0;
         i < 1000 && (strcmp(net->country, from->country) == 0 || atlas_km(net, from) < 1500); i++)
        net = town->isps[dice_below(&a->dice, (uint32_t)town->isps_n)];
    return net;
}

int64_t attack_gap(struct attack *a, int64_t least_s, int64_t most_s)
{
    return dice_between(&a->dice, least_s * 1000, most_s * 1000);
}

struct act attack_act(struct attack *a, const struct soul *on, enum act_kind kind, int64_t at_ms,
                      const struct spot *spot)
{
    const uint64_t id = dice_next(&a->dice);
    const uint16_t port = (uint16_t)dice_between(&a->dice, 20000, 60000);

    return (struct act){.kind = kind,
                        .at_ms = at_ms,
                        .id = id,
                        .person = &on->person,
                        .agent = &agent_chrome,
                        .app = &app_home,
                        .resource = &app_graph,
                        .network = spot->network,
                        .ip = spot->ip,
                        .port = port,
                        .client = "Browser",
                        .protocol = "none",
                        .token = "none"};
}

void attack_say(struct attack *a, struct act *act, struct stage *stage, bool got_in)
{
    stage_say_attack(stage, act, a->id);
    if (got_in)
        truth_user(stage_truth(stage), a->id, act->person);
}

/* --- making and stepping --- */

/* What tries passwords: scripts, and what calls itself a browser of today. */
static const struct agent *const tools[] = {&agent_python, &agent_go,   &agent_axios, &agent_chrome,
                                            &agent_linux,  &agent_none, &agent_chrome};
enum { TOOLS = sizeof tools / sizeof tools[0] };

static bool make_attack(struct town *town, uint32_t kind, uint32_t number, struct attack *a,
                        struct stage *stage)
{
    const int64_t days_ms = town->plan.days * DAY_MS;

    *a = (struct attack){.kind = kind, .right = UINT32_MAX};
    a->dice = dice_for(dice_mix(town->plan.seed, OF_ATTACK + kind), number);
    /* After some days of history, where there are some. */
    a->begin_ms = town->plan.start_ms + dice_between(&a->dice, days_ms * 3 / 10, days_ms * 9 / 10);
    a->which = dice_next(&a->dice);
    a->session = dice_next(&a->dice);
    a->agent = tools[dice_below(&a->dice, TOOLS)];
    if (kind == 0) {
        a->begin_ms = town->plan.start_ms + HOUR_MS;
        a->wanted = town->plan.attacks[0];
    }
    if (!scripts[kind]->begin(town, a, stage))
        return false;
    a->id = truth_attack(stage_truth(stage), attack_kinds[kind].name, scripts[kind]->story, 1);
    for (uint32_t h = 0; kind == 0 && h < town->plan.tenants; h++)
        truth_tenant(stage_truth(stage), a->id, &town->houses[h].org);
    if (kind != 0 && a->house)
        truth_tenant(stage_truth(stage), a->id, &a->house->org);
    return true;
}

bool attacks_make(struct town *town, struct stage *stage)
{
    uint32_t most = 0;

    for (uint32_t k = 0; k < KINDS; k++)
        most += k == 0 ? town->plan.attacks[k] > 0 : town->plan.attacks[k];
    town->attacks = calloc(most + 1, sizeof *town->attacks);
    if (!town->attacks)
        return false;
    for (uint32_t k = 0; k < KINDS; k++) {
        const uint32_t n = k == 0 ? town->plan.attacks[k] > 0 : town->plan.attacks[k];
        for (uint32_t i = 0; i < n; i++) {
            struct attack *a = &town->attacks[town->attacks_n];
            if (!make_attack(town, k, i, a, stage))
                continue;
            stage_wake(stage, town->souls_n + town->attacks_n, a->begin_ms);
            town->attacks_n++;
        }
    }
    return true;
}

int64_t attack_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage)
{
    struct attack *a = &town->attacks[i];
    const int64_t next = scripts[a->kind]->step(town, a, now_ms, stage);

    a->stage++;
    return next;
}
