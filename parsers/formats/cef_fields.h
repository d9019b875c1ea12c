/* SPDX-License-Identifier: Apache-2.0
 *
 * What CEF and LEEF have in common: pairs of key and value behind a header of bars, and that any
 * product may write anything in them. Only events that speak of authentication are ours.
 */
#ifndef PARSERS_FORMATS_CEF_FIELDS_H
#define PARSERS_FORMATS_CEF_FIELDS_H

#include "parsers/reader/line.h"
#include "parsers/reader/record.h"

enum cef_path {
    CEF_TIME,
    CEF_TIME_SAFE, /* those whose form leaves no doubt */
    CEF_ZONE,
    CEF_TIME_FORMAT,
    CEF_USER,
    CEF_IP, /* .. CEF_IP_END: the first that is an address */
    CEF_IP_END = CEF_IP + 5,
    CEF_PORT = CEF_IP_END,
    CEF_OUTCOME, /* .. CEF_OUTCOME_END: the first that has a word for it */
    CEF_OUTCOME_END = CEF_OUTCOME + 5,
    CEF_REASON = CEF_OUTCOME_END,
    CEF_BEHAVIOUR,
    CEF_SIGNATURE,
    CEF_EVENT_ID, /* .. CEF_EVENT_ID_END: the first that is no number of a kind of event */
    CEF_EVENT_ID_END = CEF_EVENT_ID + 2,
    CEF_TOPIC = CEF_EVENT_ID_END, /* .. CEF_TOPIC_END: where authentication may be spoken of */
    CEF_TOPIC_END = CEF_TOPIC + 4,
    CEF_LOGIN = CEF_TOPIC_END, /* LEEF says outright what it is */
    CEF_LOGOUT,
    CEF_FILL,
    CEF_FILL_END = CEF_FILL + 7,
    CEF_PATHS_N = CEF_FILL_END
};

extern const struct parser_path cef_paths[CEF_PATHS_N];

/* Takes one header field off *rest, up to a bar that has no backslash before it. False: no bar. */
bool cef_take_field(struct line *line, struct slice *rest, struct slice *ret_field);

/* Adds the pairs of an extension. `delimiter` stands between them; 0: a blank, and a value reaches
 * to the next " key=". */
void cef_add_pairs(struct line *line, struct slice extension, char delimiter);

enum parse_answer cef_parse(const struct record *record, struct event *ev);

#endif
