/* SPDX-License-Identifier: Apache-2.0
 *
 * THE LIST. Order is the order of recognition: the first parser whose signs a record has, and that
 * claims it, gets it. A new format is a file, a line here and its declaration in formats.h.
 */
#include "parsers/formats.h"

const struct parser *const parsers_all[] = {
    &parser_ocsf, &parser_cloudtrail, &parser_google, &parser_defender, &parser_entra, &parser_o365,
    &parser_okta, &parser_entra_graph, &parser_onelogin, &parser_duo, &parser_auth0, &parser_ecs,
    /* Lines of text. */
    &parser_cef, &parser_leef, &parser_sshd, NULL};

const struct parser *parsers_find(struct slice name)
{
    for (const struct parser *const *parser = parsers_all; *parser != NULL; parser++)
        if (slice_equal(name, slice_of((*parser)->name)))
            return *parser;
    return NULL;
}

const char *bad_reason_name(enum bad_reason reason)
{
    static const char *const names[BAD_N] = {
        [BAD_NOT_JSON] = "not_json", [BAD_TRUNCATED] = "truncated",
        [BAD_TOO_DEEP] = "too_deep", [BAD_TOO_LARGE] = "too_large",
        [BAD_TOO_MANY] = "too_many", [BAD_COMPRESSION] = "bad_compression",
        [BAD_HEADER] = "bad_header", [BAD_UNKNOWN_FORMAT] = "unknown_format",
        [BAD_NO_TIME] = "no_time",   [BAD_TIME] = "bad_time",
    };
    return (unsigned)reason < BAD_N ? names[reason] : NULL;
}
