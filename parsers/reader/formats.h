/* SPDX-License-Identifier: Apache-2.0
 *
 * The formats, each the last thing in a file of its name.
 */
#ifndef PARSERS_READER_FORMATS_H
#define PARSERS_READER_FORMATS_H

#include "parsers/reader/parser.h"

extern const struct parser parser_ocsf;
extern const struct parser parser_cloudtrail;
extern const struct parser parser_defender;
extern const struct parser parser_entra;
extern const struct parser parser_o365;
extern const struct parser parser_entra_graph;
extern const struct parser parser_cef;
extern const struct parser parser_leef;
extern const struct parser parser_sshd;
extern const struct parser parser_google;
extern const struct parser parser_okta;
extern const struct parser parser_onelogin;
extern const struct parser parser_duo;
extern const struct parser parser_auth0;
extern const struct parser parser_windows;
extern const struct parser parser_ecs;

#endif
