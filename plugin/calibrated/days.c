/* SPDX-License-Identifier: Apache-2.0
 *
 * A person's days: planned each midnight of his own, lived moment by moment. The desk's programs
 * ask for tokens some six times an hour while somebody works, the telephone's all day; sessions
 * live for days and begin with a prompt.
 */
#include "plugin/calibrated/town.h"

enum {
    DESK_GAP_MIN = 11,     /* mean minutes between what a desk's programs do */
    PHONE_GAP_MIN = 70,    /* and a telephone's */
    SESSION_DAYS_MAX = 14, /* a desk's session lives 1 to 14 days, */
    PHONE_DAYS_MAX = 60,   /* a telephone's 10 to 60 (guesses; the limit is 90) */
    OF_CLOUD = 0x500
};

static bool works(struct soul *soul, int64_t local_day)
{
    const int weekday = (int)((local_day + 3) % 7); /* 1 January 1970 was a Thursday; 0: Monday */

    if (weekday >= 5)
        return dice_per_mille(&soul->dice, 60);
    return !dice_per_mille(&soul->dice, 80); /* holidays and illness */
}

/* --- trips: people who travel leave every twelve days or so --- */

static void plan_trip(struct town *town, struct soul *soul, int64_t day_ms, struct stage *stage)
{
    struct dice *dice = &soul->dice;
    const struct network *there = town->isps[dice_below(dice, (uint32_t)town->isps_n)];
    const double km = atlas_km(soul->home, there);

    if (km < 300)
        return;
    /* 780 km/h in the air and three hours for the airports. */
    const int64_t way_ms = (int64_t)(km / 780 * 3600000) + 3 * HOUR_MS;
    struct trip *trip = &soul->trip;
    trip->there = there;
    trip->leaves_ms = day_ms + dice_between(dice, 5 * 60, 11 * 60) * MINUTE_MS;
    trip->arrives_ms = trip->leaves_ms + way_ms;
    trip->returns_ms = trip->arrives_ms + dice_between(dice, 8, 120) * HOUR_MS;
    trip->back_ms = trip->returns_ms + way_ms;
    truth_oddity(stage_truth(stage), &soul->person, "travel", trip->leaves_ms, trip->back_ms,
                 there->city);
    truth_oddity(stage_truth(stage), &soul->person, "roaming", trip->leaves_ms, trip->back_ms,
                 "the telephone comes out at home, the laptop abroad");
}

static bool in_the_air(const struct soul *soul, int64_t ms)
{
    const struct trip *t = &soul->trip;

    return (t->leaves_ms <= ms && ms < t->arrives_ms) || (t->returns_ms <= ms && ms < t->back_ms);
}

/* --- a day --- */

static void plan_day(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const int64_t zone_ms = town->houses[soul->house].zone_ms;
    const int64_t local_day = (now_ms + zone_ms) / DAY_MS;
    const int64_t day_ms = local_day * DAY_MS - zone_ms;
    struct dice *dice = &soul->dice;

    soul->day_end_ms = day_ms + DAY_MS;
    /* A version every four weeks, each person's on a day of its own. */
    const int64_t days = (day_ms - town->plan.start_ms) / DAY_MS + 1;
    soul->version = (uint8_t)((days + (int64_t)(soul->person.key % 28)) / 28);
    if (soul->trip.back_ms < now_ms)
        soul->at_office = soul->kind == SOUL_KIOSK || dice_below(dice, 5) < soul->office_days;
    soul->work_from_ms = soul->work_to_ms = 0;
    if (works(soul, local_day)) {
        soul->work_from_ms =
            day_ms + (soul->start_minute + dice_between(dice, -20, 40)) * MINUTE_MS;
        soul->work_to_ms = soul->work_from_ms + soul->work_minutes * MINUTE_MS;
    }
    soul->vpn_from_ms = soul->vpn_to_ms = 0;
    if (soul->traits & SOUL_VPN && !soul->at_office && dice_per_mille(dice, 600)) {
        soul->vpn_from_ms = soul->work_from_ms + dice_between(dice, 0, 6 * 60) * MINUTE_MS;
        soul->vpn_to_ms = soul->vpn_from_ms + dice_between(dice, 30, 240) * MINUTE_MS;
    }
    if (soul->traits & SOUL_TRAVELS && soul->trip.back_ms < now_ms && dice_per_mille(dice, 85))
        plan_trip(town, soul, day_ms, stage);
    soul->desk_next_ms = soul->work_from_ms > now_ms ? soul->work_from_ms
                         : soul->work_to_ms > now_ms ? now_ms + 1
                                                     : INT64_MAX;
    if (soul->phone_next_ms == 0)
        soul->phone_next_ms = now_ms + dice_gap(dice, PHONE_GAP_MIN * MINUTE_MS);
}

/* --- what programs do --- */

/* A program's token is refreshed. Of a hundred, one comes from Microsoft's own machines, which act
 * for the program; of two hundred, one record names another place than its address has. */
static void refresh(struct town *town, struct soul *soul, struct act *act, struct stage *stage)
{
    struct dice *dice = &soul->dice;

    act->kind = ACT_REFRESH;
    act->token = dice_per_mille(dice, 700) ? "primaryRefreshToken" : "refreshToken";
    act->client = "Mobile Apps and Desktop clients";
    act->app = &apps_work[1 + dice_below(dice, 3)];
    act->resource = dice_per_mille(dice, 500) ? &app_exchange : &app_graph;
    if (dice_per_mille(dice, 10)) {
        const struct network *net = town->backends[dice_below(dice, (uint32_t)town->backends_n)];
        const struct spot backend = spot_on(net, dice_below(dice, 4000));
        act->network = backend.network;
        act->ip = backend.ip;
    } else if (dice_per_mille(dice, 5)) {
        act->told = town->isps[dice_below(dice, (uint32_t)town->isps_n)];
    }
    stage_say(stage, act);
}

/* Another application in the browser, by the session that is there. */
static void visit(struct town *town, struct soul *soul, struct act *act, struct stage *stage)
{
    act->app = &apps_work[dice_below(&soul->dice, APPS_WORK)];
    act->token = "none";
    stage_say(stage, act);
    if (town->houses[soul->house].traits & HOUSE_AUDIT)
        soul_echo(town, soul, act, stage);
}

/* Two of five do not outlive the day: nobody said yes to "stay signed in?" (a guess). */
static int64_t session_life(struct dice *dice)
{
    if (dice_per_mille(dice, 400))
        return dice_between(dice, 6, 14) * HOUR_MS;
    return dice_between(dice, 1, SESSION_DAYS_MAX) * DAY_MS;
}

/* What happens on machines that are not the person's: a rented one that he works on, and services
 * to which he gave leave to act for him. Both are in hosting networks and both are honest. */
static void elsewhere(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    const bool own = soul->traits & SOUL_CLOUD;
    const struct network *net = own ? town->houses[soul->house].server
                                    : town->hostings[soul->person.key % town->hostings_n];
    const struct spot spot = spot_on(net, own ? soul->person.key : dice_below(&soul->dice, 40));
    struct act act = soul_act(town, soul, ACT_REFRESH, now_ms, &spot);

    act.device = NULL;
    act.agent = own ? &agent_linux : &agent_saas;
    act.session = own ? dice_mix(soul->person.key, OF_CLOUD) : 0;
    act.token = "refreshToken";
    act.client = own ? "Browser" : "Mobile Apps and Desktop clients";
    stage_say(stage, &act);
}

static void desk_moment(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    struct dice *dice = &soul->dice;

    if (now_ms >= soul->desk_until_ms) {
        if (soul_sign_in(town, soul, false, now_ms, stage))
            soul->desk_until_ms = now_ms + session_life(dice);
        return;
    }
    const struct spot spot = spot_desk(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_SIGN_IN, now_ms, &spot);
    if (soul->traits & (SOUL_CLOUD | SOUL_SAAS) && dice_per_mille(dice, 150)) {
        elsewhere(town, soul, now_ms, stage);
    } else if (dice_per_mille(dice, 150)) {
        visit(town, soul, &act, stage);
    } else {
        if (dice_per_mille(dice, 600))
            act.agent = soul->native;
        refresh(town, soul, &act, stage);
    }
    if (dice_per_mille(dice, 12))
        soul_errand(town, soul, now_ms, stage);
}

static void phone_moment(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage)
{
    if (now_ms >= soul->phone_until_ms) {
        if (soul_sign_in(town, soul, true, now_ms, stage))
            soul->phone_until_ms = now_ms + dice_between(&soul->dice, 10, PHONE_DAYS_MAX) * DAY_MS;
        return;
    }
    const struct spot spot = spot_phone(town, soul, now_ms);
    struct act act = soul_act(town, soul, ACT_REFRESH, now_ms, &spot);
    act.agent = dice_per_mille(&soul->dice, 800) ? program_phone_native(soul->phone->os)
                                                 : soul->phone_agent;
    act.device = soul->phone;
    act.session = soul->phone_session;
    refresh(town, soul, &act, stage);
}

/* The next moment at the desk, which is left at the end of work. Guests come by now and then. */
static int64_t next_desk(struct soul *soul, int64_t now_ms)
{
    const int64_t gap = soul->kind == SOUL_GUEST ? 10 * DESK_GAP_MIN : DESK_GAP_MIN;
    const int64_t next = now_ms + dice_gap(&soul->dice, gap * MINUTE_MS) + MINUTE_MS;

    return next < soul->work_to_ms ? next : INT64_MAX;
}

/* Fewer at night. */
static int64_t next_phone(struct town *town, struct soul *soul, int64_t now_ms)
{
    const int64_t hour = (now_ms + town->houses[soul->house].zone_ms) / HOUR_MS % 24;
    const int64_t gap = hour >= 23 || hour < 6 ? 3 * PHONE_GAP_MIN : PHONE_GAP_MIN;

    return now_ms + dice_gap(&soul->dice, gap * MINUTE_MS) + MINUTE_MS;
}

int64_t soul_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage)
{
    struct soul *soul = &town->souls[i];
    const bool has_phone = soul->kind == SOUL_STAFF;

    if (soul->kind >= SOUL_SERVICE)
        return robot_step(town, i, now_ms, stage);
    if (now_ms >= soul->day_end_ms) {
        plan_day(town, soul, now_ms, stage);
        if (soul->kind == SOUL_STAFF)
            soul_monday(town, soul, now_ms, stage);
    }
    if (now_ms >= soul->desk_next_ms) {
        if (!in_the_air(soul, now_ms))
            desk_moment(town, soul, now_ms, stage);
        soul->desk_next_ms = next_desk(soul, now_ms);
    }
    if (has_phone && now_ms >= soul->phone_next_ms) {
        if (!in_the_air(soul, now_ms))
            phone_moment(town, soul, now_ms, stage);
        soul->phone_next_ms = next_phone(town, soul, now_ms);
    }
    int64_t next = soul->day_end_ms;
    next = soul->desk_next_ms < next ? soul->desk_next_ms : next;
    next = has_phone && soul->phone_next_ms < next ? soul->phone_next_ms : next;
    return next > now_ms ? next : now_ms + 1;
}
