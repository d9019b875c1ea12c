/* SPDX-License-Identifier: Apache-2.0
 *
 * Which control stopped a right password, by the codes and names of Microsoft's formats and of
 * Windows, which several shippers carry: beside reason.h, which says how a sign-in ended. Vendors
 * whose codes are their own have small tables of their own (vendor.h).
 */
#ifndef PARSERS_CODES_CONTROL_H
#define PARSERS_CODES_CONTROL_H

#include "parsers/values/event.h"

/* By a number as text ("53003"), a status ("0xC0000071"), or a name, of which recorders add
 * suffixes: the longest that the text begins with, in any case. ABSENT: not known. */
enum event_control control_of_code(struct slice code);

/* The control of an event whose reason, outcome and code are set: only where a right password was
 * stopped. A second factor that was not given is its own control, whatever the code. */
enum event_control control_of_event(const struct event *ev);

#endif
