/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts without a person behind them: a service with the password grant, a printer that sends
 * mail, and a mail client whose password is long out of date.
 */
#include "plugin/calibrated/town.h"

static struct act robot_act(struct town *town, struct soul *soul, int64_t now_ms,
                            const struct spot *spot)
{
    struct act act = soul_act(town, soul, ACT_REFRESH, now_ms, spot);

    act.device = NULL;
    act.multi = act.claimed = false;
    act.access = ACT_NOT_APPLIED;
    act.session = 0;
    return act;
}

/* Asks every half hour, from one address. */
static int64_t service(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct house *house = &town->houses[soul->house];
    const struct spot spot = spot_on(house->server, dice_mix(house->org.key, soul->person.key));
    struct act act = robot_act(town, soul, now_ms, &spot);

    act.protocol = "ropc";
    act.client = "Mobile Apps and Desktop clients";
    act.agent = &agent_python;
    act.app = &app_cli;
    act.resource = &app_graph;
    stage_say(stage, &act);
    return now_ms + 30 * MINUTE_MS + dice_between(&soul->dice, -20000, 20000);
}

/* Scans of the working day. */
static int64_t printer(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct house *house = &town->houses[soul->house];
    const int64_t hour = (now_ms + house->zone_ms) / HOUR_MS % 24;
    const struct spot spot = spot_on(house->office, house->org.key);
    struct act act = robot_act(town, soul, now_ms, &spot);

    act.client = "Authenticated SMTP";
    act.agent = &agent_imap;
    act.app = act.resource = &app_exchange;
    if (hour >= 7 && hour < 19)
        stage_say(stage, &act);
    return now_ms + dice_gap(&soul->dice, 40 * MINUTE_MS) + MINUTE_MS;
}

/* Fails every ten minutes, day and night; after some it is locked for a while. */
static int64_t forgotten(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_on(soul->home, soul->person.key);
    struct act act = robot_act(town, soul, now_ms, &spot);

    act.client = "IMAP4";
    act.agent = &agent_imap;
    act.app = act.resource = &app_exchange;
    act.code = dice_per_mille(&soul->dice, 250) ? CODE_LOCKED : CODE_WRONG;
    stage_say(stage, &act);
    return now_ms + 10 * MINUTE_MS + dice_between(&soul->dice, -5000, 5000);
}

int64_t robot_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage)
{
    struct soul *soul = &town->souls[i];

    switch (soul->kind) {
    case SOUL_SERVICE:
        return service(town, soul, now_ms, stage);
    case SOUL_PRINTER:
        return printer(town, soul, now_ms, stage);
    default:
        return forgotten(town, soul, now_ms, stage);
    }
}
