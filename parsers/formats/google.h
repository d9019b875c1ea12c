/* SPDX-License-Identifier: Apache-2.0
 *
 * One event of a Google activity: its parameters, and what its name means. The names of the table
 * of paths serve both files of the format.
 */
#ifndef PARSERS_FORMATS_GOOGLE_H
#define PARSERS_FORMATS_GOOGLE_H

#include "parsers/codes/vendor.h"
#include "parsers/reader/record.h"
#include "parsers/values/text.h"

enum google_path {
    GOOGLE_KIND,
    GOOGLE_ID_NAME,
    GOOGLE_NAME_OR_EVENTS,
    GOOGLE_PAYLOAD,
    GOOGLE_BESIDE,
    GOOGLE_SERVICE,
    GOOGLE_ACTS,
    GOOGLE_TIME,
    GOOGLE_TENANT,
    GOOGLE_RESOURCE,
    GOOGLE_USER,
    GOOGLE_PROFILE,
    GOOGLE_IP,
    GOOGLE_METHOD,
    GOOGLE_QUALIFIER,
    GOOGLE_INSERT_ID,
    GOOGLE_PARAMETERS, /* from here on of one event */
    GOOGLE_VALUE,
    GOOGLE_BOOL,
    GOOGLE_INT,
    GOOGLE_MULTI,
    GOOGLE_OPERATION,
    GOOGLE_PATHS_N
};

extern const struct parser_path google_paths[GOOGLE_PATHS_N];

/* A parameter of the event as text: value, boolValue or intValue; absent if it has none. */
struct slice google_parameter(const struct record *record, struct slice name);

/* Kind, outcome, reason and what the parameters say, by application and ev->operation; false if the
 * event is not ours. */
bool google_judge(const struct record *record, struct event *ev);

#endif
