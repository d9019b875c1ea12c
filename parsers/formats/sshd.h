/* SPDX-License-Identifier: Apache-2.0
 *
 * A line of the OpenSSH server, cut into members:
 *
 *   sshd:act        accepted, failed, pam or invalid; a line without one is not ours
 *   sshd:method     of accepted and failed: password, publickey, keyboard-interactive/pam, ...
 *   sshd:why        of pam: what PAM said
 *   sshd:invalid    there if the server knows no such user
 *   sshd:user, sshd:ip, sshd:port, sshd:protocol, sshd:host, sshd:operation
 */
#ifndef PARSERS_FORMATS_SSHD_H
#define PARSERS_FORMATS_SSHD_H

#include "parsers/reader/line.h"
#include "parsers/reader/parser.h"

/* With a tag of sshd any line is its; without one only those that can be nothing else. */
enum line_answer sshd_open_line(struct line *line);

#endif
