/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks of this world: one actor each. A script makes one (whom, from where) and takes its steps.
 * An attack draws from dice of its own and never from its victim's, so that everybody's days are
 * the same with and without it.
 */
#ifndef PLUGIN_CALIBRATED_ATTACKS_H
#define PLUGIN_CALIBRATED_ATTACKS_H

#include "plugin/calibrated/town.h"

struct attack {
    uint32_t kind, id; /* index of attack_kinds; number in the truth */
    struct dice dice;
    int64_t begin_ms;
    uint32_t stage;  /* steps taken */
    uint32_t wanted; /* steps to take, or of --attacks KIND:N what N means to the kind */
    uint32_t right;  /* the step that has the right password; UINT32_MAX: none */
    struct house *house;
    struct soul *victim;
    const struct network *net, *second;
    const struct agent *agent; /* what tries passwords */
    uint64_t which;            /* the attacker's address in `net` */
    uint64_t session;
};

struct attack_script {
    const char *story;
    bool (*begin)(struct town *town, struct attack *a,
                  struct stage *stage); /* false: no place for it */
    int64_t (*step)(struct town *town, struct attack *a, int64_t now_ms, struct stage *stage);
};

/* In the order of attack_kinds. */
extern const struct attack_script script_campaign, script_single, script_rotating, script_gateway,
    script_residential, script_stuffing, script_brute, script_fatigue, script_aitm_cookie,
    script_aitm_proxy, script_token, script_stealer, script_device_code, script_far,
    script_same_second, script_late, script_rule, script_forward, script_bulk, script_takeover;

/* What both halves use. A victim is of the staff, at home in its ways, and attacked once. */
bool attack_pick_house(struct town *town, struct attack *a, uint32_t least);
bool attack_pick_victim(struct town *town, struct attack *a, uint16_t trait);
const struct network *attack_hosting(struct town *town, struct attack *a);
const struct network *attack_abroad(struct town *town, struct attack *a,
                                    const struct network *from);
struct act attack_act(struct attack *a, const struct soul *on, enum act_kind kind, int64_t at_ms,
                      const struct spot *spot);
int64_t attack_gap(struct attack *a, int64_t least_s, int64_t most_s);

/* Says an act and counts it; with `got_in` its account is the attack's. */
void attack_say(struct attack *a, struct act *act, struct stage *stage, bool got_in);

#endif
