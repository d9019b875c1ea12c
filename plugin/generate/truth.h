/* SPDX-License-Identifier: Apache-2.0
 *
 * What a set is about, beside the set: each attack with what belongs to it, and each honest thing
 * that looks like one. Worlds say it while they make their people and acts; it is written at the
 * end, one JSON object a line:
 *
 *   {"type":"attack","id":3,"kind":"aitm","story":"...","tenants":[GUID...],"users":[UPN...],
 *    "tried":40,"events":57,"event_ids":[ID...],"first":T,"complete":T,"last":T,"findings":1}
 *   {"type":"oddity","kind":"vpn","tenant":GUID,"user":UPN,"from":T,"to":T,"note":"..."}
 *
 * users: the accounts that were got into or held, whom a finding must name. tried: how many others
 * were only tried. complete: the event time of the act after which an attentive analyst who sees
 * all acts so far could know; null: never, by the logs alone. event_ids: at most TRUTH_EVENTS_MAX,
 * those said first, as spoor's parsers give them. Times are ISO 8601, UTC.
 *
 * Bounded: what exceeds a limit is counted, not kept. One thread.
 */
#ifndef PLUGIN_GENERATE_TRUTH_H
#define PLUGIN_GENERATE_TRUTH_H

#include "plugin/records/act.h"

#include <stdio.h>

enum { TRUTH_EVENTS_MAX = 256, TRUTH_NAMES_MAX = 65536 };

struct truth;

struct truth *truth_new(void);
void truth_free(struct truth *truth);

/* A new attack; the number is its id. `kind` is one of the world's attack kinds; `story`, one
 * sentence. Both live as long as the truth. findings: how many an analyst wants, 1 but for attacks
 * that nobody could see (0). */
uint32_t truth_attack(struct truth *truth, const char *kind, const char *story, unsigned findings);

void truth_tenant(struct truth *truth, uint32_t attack, const struct org *org);
void truth_user(struct truth *truth, uint32_t attack, const struct person *person); /* and tenant */
void truth_tried(struct truth *truth, uint32_t attack, uint32_t more);

/* One of its acts, when it is said. */
void truth_event(struct truth *truth, uint32_t attack, const struct act *act);

/* The evidence is complete with this act (the earliest such counts). */
void truth_complete(struct truth *truth, uint32_t attack, const struct act *act);

/* Something honest that a detector might take for an attack: "vpn", "travel", "roaming", "guest",
 * "shared_account", "service_account", "new_device", "moved", "forwarding" ... From, to: 0, 0 for
 * the whole run. Whoever is not tagged so must be unremarkable: a test holds each untagged person
 * to what a body can do. */
void truth_oddity(struct truth *truth, const struct person *person, const char *kind,
                  int64_t from_ms, int64_t to_ms, const char *note);

/* False: could not be written, or memory ran out on the way. */
bool truth_write(const struct truth *truth, FILE *to);

/* Whether a text, such as a finding's JSON, names one of an attack's events or accounts. */
bool truth_names(const struct truth *truth, uint32_t attack, struct slice text);

struct truth_counts {
    size_t attacks, oddities;
};
struct truth_counts truth_counts(const struct truth *truth);

#endif
