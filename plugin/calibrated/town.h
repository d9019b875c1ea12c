/* SPDX-License-Identifier: Apache-2.0
 *
 * The first world, on which detectors are calibrated: offices, people, robots and attackers. Inside
 * this room only; the rest knows `world_calibrated`.
 *
 * Every rate is said where it is used. Most are guesses of what a person does in a day, held to
 * what public descriptions of such logs say: refreshes five to ten times as many as sign-ins, two
 * to four of a hundred interactive sign-ins failing, telephones on carriers that change their
 * address, eight of a hundred people with a commercial VPN, three who travel.
 */
#ifndef PLUGIN_CALIBRATED_TOWN_H
#define PLUGIN_CALIBRATED_TOWN_H

#include "parsers/values/timestamp.h"
#include "plugin/generate/stage.h"
#include "plugin/generate/world.h"
#include "plugin/records/dice.h"

enum { NEAR_MAX = 24, TOLD_MAX = 8, PREFIX_BYTES = 64, GHOSTS = 6, FAR_GATEWAY_KM = 100 };

/* Which other products an organisation has. Each of the first organisations has others, so that
 * small sets have all of them; a quarter of all has each (a guess). */
enum {
    HOUSE_AUDIT = 1, /* the Microsoft 365 audit log is collected, too */
    HOUSE_AWS = 2,
    HOUSE_SSH = 4,
    HOUSE_OKTA = 8,
    HOUSE_GOOGLE = 16,
    HOUSE_DUO = 32,
    HOUSE_VPN = 64,  /* people at home come through the company's VPN */
    HOUSE_SASE = 128 /* all desks leave through a security service's gateways */
};

/* An organisation and its place. */
struct house {
    struct org org;
    unsigned traits;
    const struct network *office;
    const struct network *near[NEAR_MAX]; /* fixed lines that its people live on */
    size_t near_n;
    const struct network *mobile, *mobile6;
    const struct network *gateways[3]; /* SASE; the first is the nearest */
    const struct network *server;      /* hosting, where its robots run */
    int64_t zone_ms;   /* local time, by the longitude: real zones differ by an hour or two */
    uint32_t first, n; /* its people in town.souls */
    struct person ghosts[GHOSTS];    /* names that attackers try and nobody has */
    struct mail_change to_colleague; /* a forwarding within the house */
    char trusted_text[TOLD_MAX][PREFIX_BYTES];
    const char *trusted[TOLD_MAX + 1];
};

enum soul_kind {
    SOUL_STAFF,
    SOUL_GUEST,    /* of another organisation, seen a few times a day at most */
    SOUL_KIOSK,    /* an account that a shop floor shares */
    SOUL_SERVICE,  /* a robot with the password grant */
    SOUL_PRINTER,  /* mail by SMTP with a password */
    SOUL_FORGOTTEN /* an account whose mail client has an old password */
};

enum {
    SOUL_REMOTE = 1,
    SOUL_NIGHT = 2,
    SOUL_VPN = 4,   /* a commercial VPN, some hours a day */
    SOUL_RELAY = 8, /* iCloud Private Relay in Safari on the telephone */
    SOUL_TRAVELS = 16,
    SOUL_ADMIN = 32,
    SOUL_DEVELOPER = 64,
    SOUL_V6 = 128, /* the line at home has IPv6, and machines choose */
    SOUL_UNMANAGED = 256,
    SOUL_CLOUD = 512, /* works on a rented machine, too */
    SOUL_SAAS = 1024  /* lets a service of somebody else read on his behalf */
};

/* Where a trip leads and when its owner is where. All 0: no trip. */
struct trip {
    const struct network *there;
    int64_t leaves_ms, arrives_ms, returns_ms, back_ms;
};

/* An account with what its owner does. */
struct soul {
    struct person person;
    struct device desk, phones[2]; /* a telephone and the one that may follow it */
    const struct device *phone;
    const struct agent *desk_agent, *native, *phone_agent;
    const struct network *home, *home6, *vpn;
    struct dice dice;
    uint32_t house;
    uint16_t traits;
    uint8_t kind, typing; /* typing errors of 1,000 passwords */
    uint8_t office_days;  /* of a week's five */
    uint8_t version;      /* of the desk's browser, counted from the first day */
    uint16_t start_minute, work_minutes;

    int64_t first_day_ms; /* a new employee starts later */
    int64_t day_end_ms, work_from_ms, work_to_ms, vpn_from_ms, vpn_to_ms;
    int64_t desk_next_ms, phone_next_ms;
    bool at_office, attacked;
    struct trip trip;
    uint32_t sessions; /* begun so far */
    uint64_t desk_session, phone_session;
    int64_t desk_until_ms, phone_until_ms; /* when the owner must sign in again */
};

struct attack;

struct town {
    struct world_plan plan;
    struct house *houses;
    struct soul *souls;
    uint32_t souls_n;
    struct attack *attacks;
    uint32_t attacks_n;
    const struct network *vpns[64], *hostings[96], *backends[24], *isps[512];
    size_t vpns_n, hostings_n, backends_n, isps_n;
};

/* --- people.c, houses.c --- */
bool houses_make(struct town *town, struct stage *stage);
bool people_make(struct town *town, struct stage *stage);

/* --- programs.c: what people use --- */
extern const char *const accepted_forwarders[]; /* what all houses know of; errands.c */
extern const struct app apps_work[], app_exchange, app_graph, app_cli, app_arm, app_portal,
    app_outlook, app_home, app_vpn, app_broker;
enum { APPS_WORK = 8 };
const struct agent *program_desk(struct dice *dice, const char **ret_os); /* a browser of a desk */
const struct agent *program_next(const struct agent *agent, unsigned version); /* updated */
const struct agent *program_native(const char *os);
const struct agent *program_phone(struct dice *dice, const char **ret_os);
const struct agent *program_phone_native(const char *os);
extern const struct agent agent_python, agent_axios, agent_cli, agent_imap, agent_none,
    agent_chrome, agent_linux, agent_go, agent_saas;

/* --- days.c: one person's next moment --- */
int64_t soul_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage);

/* --- robots.c: accounts without a person --- */
int64_t robot_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage);

/* --- acts.c: acts of people --- */

/* Where somebody is on the net. */
struct spot {
    const struct network *network;
    struct ip ip;
};

struct act soul_act(struct town *town, struct soul *soul, enum act_kind kind, int64_t at_ms,
                    const struct spot *spot);
struct spot spot_desk(struct town *town, struct soul *soul, int64_t now_ms);
struct spot spot_phone(struct town *town, struct soul *soul, int64_t now_ms);
struct spot spot_on(const struct network *network, uint64_t which);

/* Signs in at a prompt, with what goes before it, from now on; returns when that is over, 0 if the
 * password would not come to mind. */
int64_t soul_sign_in(struct town *town, struct soul *soul, bool by_phone, int64_t now_ms,
                     struct stage *stage);
/* Tells other products and the audit log of a sign-in, where the house has them. */
void soul_echo(struct town *town, const struct soul *soul, const struct act *act,
               struct stage *stage);
uint64_t soul_session(struct soul *soul); /* a new one */

/* --- errands.c: rare things people do --- */
void soul_errand(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage);
void soul_monday(struct town *town, struct soul *soul, int64_t now_ms, struct stage *stage);

/* --- attacks.c --- */
extern const struct attack_kind attack_kinds[];
bool attacks_make(struct town *town, struct stage *stage);
int64_t attack_step(struct town *town, uint32_t i, int64_t now_ms, struct stage *stage);

#endif
