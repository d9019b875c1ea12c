/* SPDX-License-Identifier: Apache-2.0
 *
 * THE LIST. Order is the order of recognition: the first parser whose signs a record has, and that
 * claims it, gets it. A new format is a file, a line here and its declaration in formats.h.
 */
#include "config/diag.h"
#include "parsers/reader/formats.h"

const struct parser *const parsers_all[] = {
    &parser_ocsf, &parser_cloudtrail, &parser_google, &parser_defender, &parser_entra, &parser_o365,
    &parser_okta, &parser_entra_graph, &parser_onelogin, &parser_duo, &parser_auth0,
    &parser_windows, &parser_ecs,
    /* Lines of text. */
    &parser_cef, &parser_leef, &parser_sshd, NULL};

const struct parser *parsers_find(struct slice name)
{
    for (const struct parser *const *parser = parsers_all; *parser != NULL; parser++)
        if (slice_equal(name, slice_of((*parser)->name)))
            return *parser;
    return NULL;
}

bool parsers_choose(const char *name, const struct parser **ret, const char **ret_near)
{
    enum { NAMES_MAX = 64 };
    const char *names[NAMES_MAX] = {"auto"};
    size_t n = 1;
    *ret = parsers_find(slice_of(name));
    if (*ret != NULL || strcmp(name, names[0]) == 0)
        return true;
    for (const struct parser *const *p = parsers_all; *p != NULL && n < NAMES_MAX; p++)
        names[n++] = (*p)->name;
    *ret_near = diag_nearest(name, names, n);
    return false;
}
