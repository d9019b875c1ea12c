/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands before a message that syslog carried: RFC 5424, RFC 3164 and the many things that
 * senders write in their place. Finds the payload and keeps what a record may lack (time, tag,
 * host); never insists on a form that the payload does not need. Pure functions over borrowed text.
 */
#ifndef PARSERS_SYSLOG_H
#define PARSERS_SYSLOG_H

#include "parsers/slice.h"

#include <stdint.h>

enum { SYSLOG_HEADER_MAX = 512 }; /* bytes in which a payload is looked for */

enum syslog_payload { SYSLOG_TEXT, SYSLOG_JSON, SYSLOG_CEF };

struct syslog {
    bool header; /* there is a PRI, a time or a header before CEF */
    enum syslog_payload kind;
    struct slice payload; /* of SYSLOG_TEXT what follows the tag */
    struct slice time;    /* as written; absent if there is none */
    struct slice host, tag;
};

/* Reads one message. False: it begins with < and that is no PRI of 0 to 191. */
bool syslog_read(struct slice frame, struct syslog *ret);

/* True where CEF or LEEF begins. */
bool syslog_is_cef(struct slice text);

/* RFC 6587 octet counting: "157 <134>1 ...". True if a text begins with a count and a PRI;
 * *ret_len is the count, *ret_head the bytes of the count and its blank. */
bool syslog_count(struct slice text, size_t *ret_head, size_t *ret_len);

#endif
