/* SPDX-License-Identifier: Apache-2.0
 *
 * What kind of client a user agent text claims to be. Versions are dropped, so an update is no
 * change. A class says what a client is, never that it is evil: current attack kits send a plain
 * browser text. Pure functions, any thread; reads at most USER_AGENT_MAX bytes.
 */
#ifndef PARSERS_VALUES_USER_AGENT_H
#define PARSERS_VALUES_USER_AGENT_H

#include "parsers/values/slice.h"

#include <stdint.h>

enum { USER_AGENT_MAX = 512 };

enum agent_kind {
    AGENT_UNKNOWN, /* absent or not recognised */
    AGENT_BROWSER,
    AGENT_NATIVE, /* Microsoft's own desktop and mobile programs */
    AGENT_BROKER, /* the operating system's sign-in broker: background chatter */
    AGENT_API,    /* a library or command-line tool */
    AGENT_LEGACY  /* sends passwords itself: BAV2ROPC, CBAInPROD */
};

enum agent_os { OS_UNKNOWN, OS_WINDOWS, OS_MACOS, OS_LINUX, OS_IOS, OS_ANDROID, OS_CHROMEOS };

struct agent {
    enum agent_kind kind;
    enum agent_os os;
    uint8_t family; /* which row of the list it matched, from 1; 0: none */
};

struct agent user_agent_of(struct slice text);

/* The family's name ("Chrome", "python-requests"); "" for 0. */
const char *user_agent_family(uint8_t family);

/* All of it as one number, for hashing: equal classes, equal numbers. */
uint32_t user_agent_class(struct agent agent);
enum agent_kind user_agent_kind(uint32_t agent_class);

#endif
