/* SPDX-License-Identifier: Apache-2.0
 *
 * Where people are on the net, and what a sign-in at a prompt looks like in the logs: typing
 * errors, the interrupt before a second factor, "stay signed in?", the prompt on the telephone.
 */
#include "plugin/calibrated/town.h"

enum { CARRIER_ADDRESSES = 48, OF_FLIP = 0x300 };

struct spot spot_on(const struct network *network, uint64_t which)
{
    return (struct spot){network, atlas_address(network, which)};
}

static bool is_between(int64_t ms, int64_t from, int64_t to)
{
    return from <= ms && ms < to;
}

/* A line with both versions: the machine takes either, its interface id changes daily. */
static struct spot at_home(struct soul *soul, int64_t now_ms)
{
    if (!soul->home6 || dice_per_mille(&soul->dice, 500))
        return spot_on(soul->home, soul->person.key);
    return (struct spot){soul->home6,
                         atlas_neighbour(soul->home6, soul->person.key,
                                         dice_mix(soul->desk.key, (uint64_t)(now_ms / DAY_MS)))};
}

struct spot spot_desk(struct town *town, struct soul *soul, int64_t now_ms)
{
    const struct house *house = &town->houses[soul->house];
    const bool away = is_between(now_ms, soul->trip.arrives_ms, soul->trip.returns_ms);

    if (is_between(now_ms, soul->vpn_from_ms, soul->vpn_to_ms))
        return spot_on(soul->vpn, dice_below(&soul->dice, 6)); /* an exit has some addresses */
    if (house->traits & HOUSE_SASE) {
        const bool second = dice_per_mille(&soul->dice, 30);
        return spot_on(house->gateways[second], dice_below(&soul->dice, 20));
    }
    if (away)
        return spot_on(soul->trip.there, soul->person.key ^ (uint64_t)soul->trip.arrives_ms);
    if (soul->at_office)
        return spot_on(house->office, house->org.key);
    if (house->traits & HOUSE_VPN && soul->traits & SOUL_REMOTE)
        return spot_on(house->server, house->org.key);
    return at_home(soul, now_ms);
}

/* At home on the line there, else on the carrier, whose few addresses many share and change. A
 * telephone that roams comes out at its carrier's gateway at home, wherever its owner is. */
struct spot spot_phone(struct town *town, struct soul *soul, int64_t now_ms)
{
    const struct house *house = &town->houses[soul->house];
    const bool away = is_between(now_ms, soul->trip.leaves_ms, soul->trip.back_ms);

    if (!away && soul->traits & SOUL_RELAY && dice_per_mille(&soul->dice, 300)) {
        const struct atlas_wish wish = {.kind = ATLAS_RELAY, .version = 4};
        return spot_on(atlas_pick(town->plan.atlas, &wish, soul->person.key % 4),
                       dice_below(&soul->dice, 500));
    }
    if (!away && !soul->at_office && dice_per_mille(&soul->dice, 600))
        return at_home(soul, now_ms);
    if (house->mobile6 && dice_per_mille(&soul->dice, 500))
        return spot_on(house->mobile6, dice_mix(soul->person.key, (uint64_t)(now_ms / DAY_MS)));
    return spot_on(house->mobile, dice_below(&soul->dice, CARRIER_ADDRESSES));
}

struct act soul_act(struct town *town, struct soul *soul, enum act_kind kind, int64_t at_ms,
                    const struct spot *spot)
{
    const struct house *house = &town->houses[soul->house];
    const bool multi = house->org.second_factor && soul->kind == SOUL_STAFF;

    return (struct act){.kind = kind,
                        .at_ms = at_ms,
                        .id = dice_next(&soul->dice),
                        .person = &soul->person,
                        .agent = program_next(soul->desk_agent, soul->version),
                        .device = &soul->desk,
                        .app = &apps_work[0],
                        .resource = &app_graph,
                        .network = spot->network,
                        .ip = spot->ip,
                        .session = soul->desk_session,
                        .multi = multi,
                        .claimed = true,
                        .access = multi ? ACT_PASSED : ACT_NOT_APPLIED,
                        .client = "Browser",
                        .protocol = "none",
                        .token = "none"};
}

uint64_t soul_session(struct soul *soul)
{
    return dice_mix(soul->person.key, OF_FLIP + ++soul->sessions);
}

/* --- what other logs say of it --- */

static void tell(const struct act *act, enum act_kind kind, int64_t later_ms, struct stage *stage)
{
    struct act copy = *act;

    copy.kind = kind;
    copy.at_ms += later_ms;
    copy.id = dice_mix(act->id, (uint64_t)kind);
    stage_say(stage, &copy);
}

void soul_echo(struct town *town, const struct soul *soul, const struct act *act,
               struct stage *stage)
{
    const unsigned traits = town->houses[soul->house].traits;
    const bool good = act->code == CODE_OK;

    if (traits & HOUSE_AUDIT)
        tell(act, ACT_M365_LOGIN, 0, stage);
    if (traits & HOUSE_OKTA && (good || act->code == CODE_WRONG || act->code == CODE_LOCKED))
        tell(act, ACT_OKTA_SESSION, 0, stage);
    if (traits & HOUSE_OKTA && good && act->multi)
        tell(act, ACT_OKTA_FACTOR, 400, stage);
    if (traits & HOUSE_OKTA && good)
        tell(act, ACT_OKTA_APP, 900, stage);
    if (traits & HOUSE_GOOGLE && (good || act->code == CODE_WRONG))
        tell(act, ACT_GOOGLE_LOGIN, 0, stage);
    if (traits & HOUSE_DUO && act->multi && (good || act->code == CODE_DENIED))
        tell(act, ACT_DUO, 0, stage);
}

/* --- a sign-in at a prompt --- */

struct prompt {
    struct town *town;
    struct soul *soul;
    struct stage *stage;
    struct act act; /* what all its acts share */
};

static void say(struct prompt *p, int32_t code, bool echo)
{
    p->act.code = code;
    p->act.id = dice_next(&p->soul->dice);
    stage_say(p->stage, &p->act);
    if (echo)
        soul_echo(p->town, p->soul, &p->act, p->stage);
}

static void pass_time(struct prompt *p, int64_t least_s, int64_t most_s)
{
    p->act.at_ms += dice_between(&p->soul->dice, least_s * 1000, most_s * 1000);
}

/* False: gave up, and will come back later. */
static bool type_password(struct prompt *p)
{
    struct dice *dice = &p->soul->dice;

    p->act.multi = false;
    p->act.access = ACT_NOT_APPLIED;
    for (int i = 0; i < 4 && dice_per_mille(dice, i ? 250 : p->soul->typing); i++) {
        say(p, CODE_WRONG, true);
        pass_time(p, 6, 25);
        if (dice_per_mille(dice, 120))
            return false;
    }
    return true;
}

/* The interrupt comes first; 1 of 100 taps the wrong button or lets the prompt pass by. */
static void give_factor(struct prompt *p)
{
    struct dice *dice = &p->soul->dice;

    say(p, dice_per_mille(dice, 700) ? CODE_MFA_WANTED : CODE_MFA_POLICY, false);
    p->act.multi = true;
    pass_time(p, 8, 40);
    if (dice_per_mille(dice, 10)) {
        p->act.ignored = dice_per_mille(dice, 500);
        say(p, CODE_DENIED, true);
        pass_time(p, 10, 60);
        p->act.ignored = false;
    }
}

int64_t soul_sign_in(struct town *town, struct soul *soul, bool by_phone, int64_t now_ms,
                     struct stage *stage)
{
    const struct spot spot =
        by_phone ? spot_phone(town, soul, now_ms) : spot_desk(town, soul, now_ms);
    struct prompt p = {town, soul, stage, soul_act(town, soul, ACT_SIGN_IN, now_ms, &spot)};
    const bool multi = p.act.multi;

    if (by_phone) {
        soul->phone_session = soul_session(soul);
        p.act.session = soul->phone_session;
        p.act.agent = soul->phone_agent;
        p.act.device = soul->phone;
        p.act.app = &app_outlook;
    } else {
        soul->desk_session = soul_session(soul);
        p.act.session = soul->desk_session;
        p.act.app = &apps_work[dice_below(&soul->dice, 3)];
        if (dice_per_mille(&soul->dice, 200)) { /* asked silently first, without a session */
            p.act.multi = false;
            p.act.claimed = false;
            say(&p, CODE_NO_SESSION, false);
            pass_time(&p, 1, 4);
        }
    }
    p.act.claimed = false;
    if (!type_password(&p))
        return 0;
    if (multi)
        give_factor(&p);
    p.act.access = multi ? ACT_PASSED : ACT_NOT_APPLIED;
    if (dice_per_mille(&soul->dice, 300)) {
        say(&p, CODE_KEEP, false);
        pass_time(&p, 2, 8);
    } else if (dice_per_mille(&soul->dice, 15)) {
        say(&p, CODE_CONSENT, false);
        pass_time(&p, 5, 20);
    }
    say(&p, CODE_OK, true);
    return p.act.at_ms;
}
