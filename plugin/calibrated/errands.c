/* SPDX-License-Identifier: Apache-2.0
 *
 * Rare things that honest people do and that look like something: rules and forwardings, a new
 * telephone, a move, command lines, expired passwords with the errors that follow.
 */
#include "plugin/calibrated/town.h"

const char *const accepted_forwarders[] = {"tickets.example", NULL};

/* Rules as people make them; none hides or sends anything away. */
static const struct mail_change rules[] = {
    {.name = "Newsletters", .from = "news@shop.example", .folder = "Newsletters"},
    {.name = "Project Atlas", .words = "atlas;milestone", .folder = "Atlas"},
    {.name = "Build mails", .from = "ci@build.example", .folder = "CI", .marks_read = true},
    {.name = "Out of office replies", .words = "automatic reply", .deletes = true},
    {.name = "From my manager", .from = "boss@work.example", .stops = true},
    {.name = "Invoices to folder", .words = "invoice", .folder = "Invoices"},
};
enum { RULES = sizeof rules / sizeof rules[0] };
static const struct mail_change to_tickets = {.to = "help@tickets.example"};

static uint16_t client_port(struct soul *soul)
{
    return (uint16_t)dice_between(&soul->dice, 49152, 65535);
}

static void rule(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_desk(town, soul, now_ms);
    const bool outlook = dice_per_mille(&soul->dice, 500);
    struct act act =
        soul_act(town, soul, outlook ? ACT_MAIL_OUTLOOK : ACT_MAIL_RULE, now_ms, &spot);

    act.mail = &rules[dice_below(&soul->dice, RULES)];
    act.port = client_port(soul);
    if (act.mail->name[0] == 'O') /* "automatic reply" is deleted: looks like hiding */
        truth_oddity(stage_truth(stage), &soul->person, "rule", now_ms, now_ms, act.mail->name);
    stage_say(stage, &act);
}

/* Mail goes to a colleague; an administrator sends a shared mailbox to the ticket system. */
static void forwarding(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    struct house *house = &town->houses[soul->house];
    const bool admin = soul->traits & SOUL_ADMIN;
    const struct spot spot = spot_desk(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_MAIL_FORWARD, now_ms, &spot);

    act.port = client_port(soul);
    act.mail = admin ? &to_tickets : &house->to_colleague;
    if (admin)
        act.other = &town->souls[house->first + dice_below(&soul->dice, house->n)].person;
    truth_oddity(stage_truth(stage), &soul->person, "forwarding", now_ms, now_ms,
                 admin ? "to the ticket system" : "to a colleague");
    stage_say(stage, &act);
}

static void new_phone(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_desk(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_AUDIT, now_ms, &spot);

    if (soul->phone == &soul->phones[1])
        return;
    act.what = "User registered security info";
    stage_say(stage, &act);
    truth_oddity(stage_truth(stage), &soul->person, "new_device", now_ms, now_ms, "a telephone");
    soul->phone = &soul->phones[1];
    soul->phone_until_ms = 0;
    soul->phone_next_ms = now_ms + dice_between(&soul->dice, 2, 20) * MINUTE_MS;
}

static void move_home(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct house *house = &town->houses[soul->house];

    if (soul->traits & SOUL_REMOTE)
        return; /* would need a journey */
    soul->home = house->near[dice_below(&soul->dice, (uint32_t)house->near_n)];
    soul->home6 = NULL;
    truth_oddity(stage_truth(stage), &soul->person, "moved", now_ms, 0, soul->home->holder);
}

/* A developer's Azure CLI: by the browser, or by a code that is typed there. */
static void command_line(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_desk(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_SIGN_IN, now_ms, &spot);

    act.app = &app_cli;
    act.resource = &app_arm;
    if (dice_per_mille(&soul->dice, 150)) {
        act.protocol = "deviceCode";
        act.device = NULL;
    }
    stage_say(stage, &act);
    act.kind = ACT_REFRESH;
    act.protocol = "none";
    act.agent = &agent_cli;
    act.client = "Mobile Apps and Desktop clients";
    act.token = "refreshToken";
    for (int i = 0; i < 3; i++) {
        act.at_ms += dice_between(&soul->dice, 20, 200) * 1000;
        act.id = dice_next(&soul->dice);
        stage_say(stage, &act);
    }
}

static void cloud_console(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_desk(town, soul, now_ms);
    const bool role = dice_per_mille(&soul->dice, 700);
    struct act act = soul_act(town, soul, role ? ACT_AWS_ROLE : ACT_AWS_CONSOLE, now_ms, &spot);

    act.what = "Developer";
    act.multi = true;
    if (!role && dice_per_mille(&soul->dice, soul->typing)) {
        act.code = CODE_WRONG;
        stage_say(stage, &act);
        act.code = CODE_OK;
        act.at_ms += 15000;
        act.id = dice_next(&soul->dice);
    }
    stage_say(stage, &act);
}

static void shell(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const struct spot spot = spot_desk(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_SSH, now_ms, &spot);

    act.port = client_port(soul);
    if (dice_per_mille(&soul->dice, 2u * soul->typing)) {
        act.code = CODE_WRONG;
        stage_say(stage, &act);
        act.code = CODE_OK;
        act.at_ms += 5000;
        act.id = dice_next(&soul->dice);
    }
    stage_say(stage, &act);
}

static void developer(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const unsigned traits = town->houses[soul->house].traits;

    if (traits & HOUSE_AWS && dice_per_mille(&soul->dice, 400))
        cloud_console(town, soul, now_ms, stage);
    else if (traits & HOUSE_SSH && dice_per_mille(&soul->dice, 600))
        shell(town, soul, now_ms, stage);
    else
        command_line(town, soul, now_ms, stage);
}

/* Comes every other day about: 40 moments a day, 12 of 1,000 with an errand. So a rule every two
 * months, a forwarding every two years (administrators: every fifty days), a telephone every year
 * and a half, a move every six years (guesses). */
void soul_errand(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const uint32_t drawn = dice_below(&soul->dice, 1000);

    if (soul->kind != SOUL_STAFF)
        return;
    if (soul->traits & SOUL_DEVELOPER && drawn >= 200)
        developer(town, soul, now_ms, stage);
    else if (drawn < 33)
        rule(town, soul, now_ms, stage);
    else if (drawn < (soul->traits & SOUL_ADMIN ? 73 : 36))
        forwarding(town, soul, now_ms, stage);
    else if (drawn >= 100 && drawn < 104 &&
             !(soul->trip.leaves_ms <= now_ms && now_ms < soul->trip.back_ms))
        new_phone(town, soul, now_ms, stage);
    else if (drawn == 105)
        move_home(town, soul, now_ms, stage);
}

/* Two of a hundred find on a Monday that their password has expired: the sign-in is stopped, the
 * password is changed, and the telephone's tokens are revoked until its owner signs in there. */
void soul_monday(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const int64_t zone_ms = town->houses[soul->house].zone_ms;
    const bool monday = ((now_ms + zone_ms) / DAY_MS + 3) % 7 == 0;

    if (!monday || soul->work_from_ms <= now_ms || soul->trip.back_ms > now_ms ||
        !dice_per_mille(&soul->dice, 20))
        return;
    const int64_t at_ms = soul->work_from_ms;
    const struct spot desk = spot_desk(town, soul, at_ms), phone = spot_phone(town, soul, at_ms);
    struct act act = soul_act(town, soul, ACT_SIGN_IN, at_ms, &desk);
    act.code = CODE_EXPIRED;
    act.claimed = false;
    act.multi = false;
    stage_say(stage, &act);
    act = soul_act(town, soul, ACT_AUDIT, at_ms + 60000, &desk);
    act.what = "Change password (self-service)";
    stage_say(stage, &act);
    for (int i = 0; i < 5; i++) {
        act = soul_act(town, soul, ACT_REFRESH, at_ms + 70000 + i * 40000, &phone);
        act.code = CODE_TOKEN_OLD;
        act.device = soul->phone;
        act.agent = program_phone_native(soul->phone->os);
        act.session = soul->phone_session;
        act.client = "Mobile Apps and Desktop clients";
        act.token = "refreshToken";
        stage_say(stage, &act);
    }
    soul->desk_until_ms = soul->phone_until_ms = 0;
    soul->desk_next_ms = at_ms + 120000;
    soul->phone_next_ms = at_ms + 20 * MINUTE_MS;
}
