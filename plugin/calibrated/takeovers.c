/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords used from afar, and what is done to mail. Rules and forwardings are of the kinds that
 * public incident reports show: names of a dot, words about money, folders nobody opens.
 */
#include "plugin/calibrated/attacks.h"

static const struct mail_change steals[] = {
    {.name = ".",
     .to = "collect@mailbox-7.example",
     .words = "invoice;payment;wire",
     .deletes = true},
    {.name = "..", .folder = "RSS Feeds", .words = "invoice;iban;bank", .marks_read = true},
    {.name = "a",
     .folder = "Conversation History",
     .words = "password;phish;security",
     .stops = true,
     .marks_read = true},
    {.name = ",", .to = "archive@backup-mail.example"},
};
enum { STEALS = sizeof steals / sizeof steals[0] };
static const struct mail_change forwards_out = {.to = "copy@mailbox-9.example"};

static bool far_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    a->wanted = 6;
    if (!attack_pick_victim(town, a, 0))
        return false;
    a->net = attack_abroad(town, a, a->victim->home);
    return true;
}

/* A password alone where that is enough; else the second factor was taken from its owner, too. */
static struct act far_sign_in(struct attack *a, int64_t now_ms)
{
    const struct spot spot = spot_on(a->net, a->which);
    struct act act = attack_act(a, a->victim, ACT_SIGN_IN, now_ms, &spot);

    act.session = a->session;
    act.multi = a->house->org.second_factor && dice_per_mille(&a->dice, 300);
    act.access = act.multi ? ACT_PASSED : ACT_NOT_APPLIED;
    return act;
}

static struct act far_refresh(struct attack *a, int64_t now_ms)
{
    struct act act = far_sign_in(a, now_ms);

    act.kind = ACT_REFRESH;
    act.claimed = true;
    act.token = "refreshToken";
    act.resource = &app_exchange;
    return act;
}

static int64_t go_on(const struct attack *a, int64_t next_ms)
{
    return a->stage + 1 < a->wanted ? next_ms : STAGE_NEVER;
}

/* The owner at home, in an act that belongs to nobody's attack and to no plan of his. */
static struct act owner_act(struct attack *a, int64_t now_ms)
{
    const struct spot spot = spot_on(a->victim->home, a->victim->person.key);
    struct act act = attack_act(a, a->victim, ACT_SIGN_IN, now_ms, &spot);

    act.session = a->victim->desk_session;
    act.device = &a->victim->desk;
    act.agent = a->victim->desk_agent;
    act.multi = a->house->org.second_factor;
    act.claimed = true;
    return act;
}

static int64_t far(struct attack *a, int64_t now_ms, struct stage *stage, int64_t late_ms)
{
    struct act act = a->stage == 0 ? far_sign_in(a, now_ms) : far_refresh(a, now_ms);

    act.late_ms = a->stage == 0 ? late_ms : 0;
    attack_say(a, &act, stage, true);
    truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 200, 4000));
}

static int64_t far_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    (void)town;
    return far(a, now_ms, stage, 0);
}

const struct attack_script script_far = {"a password used from another country", far_begin,
                                         far_step};

static int64_t same_second_step(struct town *town, struct attack *a, int64_t now_ms,
                                struct stage *stage)
{
    (void)town;
    if (a->stage == 0 && a->victim->desk_session) {
        const struct act owner = owner_act(a, now_ms + 300);
        stage_say(stage, &owner);
    }
    return far(a, now_ms, stage, 0);
}

const struct attack_script script_same_second = {
    "a password used from another country in the second in which its owner signs in", far_begin,
    same_second_step};

static int64_t late_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    (void)town;
    return far(a, now_ms, stage, attack_gap(a, 6 * 3600, 20 * 3600));
}

const struct attack_script script_late = {
    "a password used from another country, whose record comes hours late", far_begin, late_step};

/* --- mail --- */

static struct act mail_act(struct attack *a, int64_t now_ms, enum act_kind kind,
                           const struct mail_change *mail)
{
    const struct spot spot = spot_on(a->net, a->which);
    struct act act = attack_act(a, a->victim, kind, now_ms, &spot);

    act.session = a->session;
    act.mail = mail;
    act.app = &app_exchange;
    return act;
}

/* First the sign-in, by whatever way; a few minutes later the rule. */
static int64_t rule_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    struct act act = a->stage == 0 ? far_sign_in(a, now_ms) : far_refresh(a, now_ms);

    (void)town;
    if (a->stage == 1) {
        act = mail_act(a, now_ms, ACT_MAIL_RULE, &steals[dice_below(&a->dice, STEALS)]);
        truth_complete(stage_truth(stage), a->id, &act);
    }
    attack_say(a, &act, stage, true);
    return go_on(a, now_ms + attack_gap(a, 5, 600));
}

const struct attack_script script_rule = {"a sign-in, then a rule that steals or hides mail",
                                          far_begin, rule_step};

static int64_t forward_step(struct town *town, struct attack *a, int64_t now_ms,
                            struct stage *stage)
{
    struct act act = a->stage == 0 ? far_sign_in(a, now_ms) : far_refresh(a, now_ms);

    (void)town;
    if (a->stage == 1) {
        act = mail_act(a, now_ms, ACT_MAIL_FORWARD, &forwards_out);
        truth_complete(stage_truth(stage), a->id, &act);
    }
    attack_say(a, &act, stage, true);
    return go_on(a, now_ms + attack_gap(a, 5, 600));
}

const struct attack_script script_forward = {"a sign-in, then a mailbox forwarded out", far_begin,
                                             forward_step};

static bool bulk_begin(struct town *town, struct attack *a, struct stage *stage)
{
    (void)stage;
    if (!attack_pick_victim(town, a, SOUL_ADMIN))
        return false;
    a->net = attack_hosting(town, a);
    a->wanted = a->house->n < 14 ? a->house->n : 14;
    return true;
}

static int64_t bulk_step(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage)
{
    struct act act = far_sign_in(a, now_ms);

    if (a->stage > 0) {
        act = mail_act(a, now_ms, ACT_MAIL_FORWARD, &forwards_out);
        act.other = &town->souls[a->house->first + a->stage % a->house->n].person;
    }
    attack_say(a, &act, stage, true);
    if (a->stage == 3)
        truth_complete(stage_truth(stage), a->id, &act);
    return go_on(a, now_ms + attack_gap(a, 20, 120));
}

const struct attack_script script_bulk = {
    "an administrator's account forwards many mailboxes to one address", bulk_begin, bulk_step};

/* --- the whole story, and its first record comes last --- */

static int64_t takeover_step(struct town *town, struct attack *a, int64_t now_ms,
                             struct stage *stage)
{
    struct act act = a->stage == 0 ? far_sign_in(a, now_ms) : far_refresh(a, now_ms);

    (void)town;
    switch (a->stage) {
    case 0:
        act.late_ms = attack_gap(a, 3 * 3600, 5 * 3600);
        break;
    case 1:
        act = mail_act(a, now_ms, ACT_AUDIT, NULL);
        act.what = "User registered security info";
        break;
    case 2:
        act = mail_act(a, now_ms, ACT_MAIL_RULE, &steals[dice_below(&a->dice, STEALS)]);
        truth_complete(stage_truth(stage), a->id, &act);
        break;
    case 3:
        act = mail_act(a, now_ms, ACT_MAIL_READ, NULL);
        break;
    default:
        break;
    }
    attack_say(a, &act, stage, true);
    return go_on(a, now_ms + attack_gap(a, 20, 900));
}

const struct attack_script script_takeover = {
    "far sign-in, a factor registered, a rule, mail read; the sign-in's record comes last",
    far_begin, takeover_step};
