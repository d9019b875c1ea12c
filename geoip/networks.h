/* SPDX-License-Identifier: Apache-2.0
 *
 * CIDR sets: which of the operator's networks and feeds cover an address. Built once from the
 * config and feed files, then immutable, so any thread may ask. Every covering set is reported, not
 * only the most specific prefix.
 */
#ifndef GEOIP_NETWORKS_H
#define GEOIP_NETWORKS_H

#include "config/config.h"
#include "parsers/values/ip.h"

#include <stdint.h>

/* Sets are numbered from 0 in the order of adding; an answer is a bit mask of them. Set 0 is the
 * operator's trusted networks. What when full: networks_add refuses with an error. */
enum { NETWORKS_SETS_MAX = 64, NETWORKS_TRUSTED = 0 };

struct networks;

struct networks *networks_new(void); /* NULL: out of memory */
void networks_free(struct networks *networks);

/* A new set; returns its number, or -1 when there are NETWORKS_SETS_MAX already. Copies the name.
 * Before networks_freeze. */
int networks_add_set(struct networks *networks, const char *name);

/* Adds one prefix to a set. 0, -ENOMEM, or -ENOSPC after INTERVALS_PREFIXES_MAX of them. Before
 * networks_freeze. */
int networks_add(struct networks *networks, int set, const struct prefix *prefix);

/* Adds a file of prefixes: one a line, `#` begins a comment, blank lines are skipped. Every bad
 * line is an error at FILE:LINE:COL and is left out. Returns the number of prefixes added, or a
 * negative errno when the file cannot be read (also told to diag). */
long networks_add_file(struct networks *networks, int set, const char *file, struct diag *diag);

/* The same from memory; `file` is only the name in messages. */
long networks_add_text(struct networks *networks, int set, const char *file, struct slice text,
                       struct diag *diag);

/* Adds the networks of a list of the config; each that is none is an error at its place. */
void networks_add_list(struct networks *networks, int set, const struct config_list *list,
                       struct diag *diag);

/* A frozen one of a single set, 0, made of such a list. NULL: out of memory. */
struct networks *networks_of_list(const char *name, const struct config_list *list,
                                  struct diag *diag);

/* Flattens everything for look-up. 0 or -ENOMEM. Nothing can be added afterwards. */
int networks_freeze(struct networks *networks);

/* The mask of sets that cover the address; 0: none. *ret_prefix, if not NULL, is the most specific
 * covering prefix of any set (unchanged on 0). The aim is 100 ns with
 * a million prefixes; geoip/README.md tells what was measured.
 * Thread: any, after freeze. */
uint64_t networks_find(const struct networks *networks, const struct ip *ip,
                       struct prefix *ret_prefix);

const char *networks_name(const struct networks *networks, int set);
int networks_sets(const struct networks *networks);
size_t networks_bytes(const struct networks *networks); /* memory in use */
size_t networks_prefixes(const struct networks *networks);

#endif
