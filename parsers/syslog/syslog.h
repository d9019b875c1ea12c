/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands before a message that syslog carried: RFC 5424, RFC 3164 and the many things that
 * senders and relays write in their place. Finds the payload and keeps what a record may lack
 * (time, program, host); never insists on a form that the payload does not need. Pure functions
 * over borrowed text.
 */
#ifndef PARSERS_SYSLOG_SYSLOG_H
#define PARSERS_SYSLOG_SYSLOG_H

#include "parsers/syslog/origin.h"

#include <stdint.h>

enum { SYSLOG_HEADER_MAX = 512 }; /* bytes in which a payload is looked for */

enum syslog_payload {
    SYSLOG_TEXT,
    SYSLOG_JSON,
    SYSLOG_CEF,    /* or LEEF, of which the name may be left to the tag */
    SYSLOG_LINE,   /* a line with a header of its own, which a relay or a file's reader took up */
    SYSLOG_COUNTED /* frames of RFC 6587 */
};

struct syslog {
    bool header; /* there is a PRI, a time, a tag with a process id, or a header before CEF */
    enum syslog_payload kind;
    struct slice payload; /* of SYSLOG_TEXT what follows the tag */
    struct slice time;    /* as written; absent if there is none */
    struct slice host, tag;
    bool process; /* the tag names a process by its number */
    bool at_once; /* the header has named a program: a payload follows at once or not at all */
};

/* Reads one message. `around` is who is known to have written it, NULL or without a program if
 * nobody is; a header in the text of a program counts only if the program could not have been
 * talked into writing it. False: it begins with < and that is no PRI of 0 to 191. */
bool syslog_read(struct slice frame, const struct origin *around, struct syslog *ret);

/* A program's name as it is compared: without the path, process id and colon that senders add.
 * Absent where there is none: "-", and "1", the version of RFC 5424 in the place of a program, by
 * whoever took that for RFC 3164. */
struct slice syslog_program(struct slice tag);

/* True of a program that writes what people at the door have said: never a relay. */
bool syslog_speaks(struct slice program);

/* True if a tag has a process id behind its name: sshd[4711]. */
bool syslog_has_process(struct slice tag);

/* True where CEF or LEEF begins. */
bool syslog_is_cef(struct slice text);

/* If a payload is of `name` (CEF or LEEF), by its own beginning or, where a relay took that for the
 * tag, by the tag: leaves *ret_rest behind the name. */
bool syslog_takes_cef(struct slice text, struct slice tag, struct slice name,
                      struct slice *ret_rest);

/* RFC 6587 octet counting: "157 <134>1 ...". True if a text begins with a count and a PRI;
 * *ret_len is the count, *ret_head the bytes of the count and its blank. */
bool syslog_count(struct slice text, size_t *ret_head, size_t *ret_len);

#endif
