/* SPDX-License-Identifier: Apache-2.0
 *
 * Who wrote a line, where and when, as far as the line does not say so itself: from its syslog
 * header, or from the members beside it in an envelope (parsers/reader/beside.h). The innermost header or
 * envelope that says something is believed.
 */
#ifndef PARSERS_SYSLOG_ORIGIN_H
#define PARSERS_SYSLOG_ORIGIN_H

#include "parsers/values/slice.h"

struct origin {
    struct slice program; /* its bare name: sshd; absent: nobody says */
    bool process;         /* the program is named with the number of its process */
    struct slice host;
    struct slice time; /* as written; the year may be missing */
    bool dated;        /* by whoever received the line: has the year and zone that it may lack */
    struct slice zone; /* of a time that names none; absent: UTC */
};

#endif
