/* SPDX-License-Identifier: Apache-2.0
 *
 * The ladder of an address: the networks around it that an attacker may be spread over, from the
 * most specific to the widest. IPv4: /32, /24, /16; IPv6: /64, /48, /32, never /128, which costs an
 * attacker nothing; then the autonomous system. Transition addresses count as their IPv4 address.
 */
#ifndef DETECTORS_FRAME_LADDER_H
#define DETECTORS_FRAME_LADDER_H

#include "detectors/frame/detector.h"

enum { LADDER_MAX = 4, LADDER_TEXT_MAX = 96 };
enum { LADDER_NET = 1, LADDER_SYSTEM = 3 }; /* the rungs of ladder_net, and of the system, if any */
enum { ANY_TOOL = 0 };                      /* in place of a fingerprint */

struct rung {
    struct prefix prefix; /* bits 0 for an autonomous system */
    uint32_t asn;         /* 0 for a prefix */
    enum network_class network;
};

/* Fills the rungs, most specific first; returns their number, 0 without a usable address. */
unsigned ladder_of(const struct enriched_event *e, struct rung rungs[static LADDER_MAX]);

/* The address at its finest rung, as an element of a set of addresses; and its /24 or /48. */
uint64_t ladder_address(const struct windows *w, const struct enriched_event *e);
uint64_t ladder_net(const struct windows *w, const struct enriched_event *e);

/* A class in which no honest crowd lives: hosting, vpn, unknown. */
bool ladder_is_quiet(enum network_class network);

/* The key of the row of a tenant, rung and fingerprint (or ANY_TOOL) in a table. */
uint64_t ladder_key(const struct windows *w, unsigned table, uint64_t tenant_hash,
                    const struct rung *rung, uint64_t fp);

/* Writes what a row is about into its label words, and reads it back. Where the addresses of a
 * prefix are of several classes a quiet one stays, whichever came first. */
void ladder_label(struct windows *w, unsigned table, uint32_t row, const struct rung *rung,
                  uint64_t fp);
struct rung ladder_labelled(const struct windows *w, unsigned table, uint32_t row);

/* "203.0.113.0/24" or "AS64500 Example"; the name from the enricher by an address of the rung. */
void ladder_text(const struct rung *rung, const char *as_name, char text[static LADDER_TEXT_MAX]);

#endif
