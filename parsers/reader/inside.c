/* SPDX-License-Identifier: Apache-2.0
 *
 * One level only: the record inside is recognised by the signs and claims of formats, none of which
 * looks inside again for a record of its own kind.
 */
#include "parsers/reader/inside.h"

bool record_inside(const struct record *record, unsigned path, const struct parser *of,
                   struct record *ret)
{
    const struct paths *paths = record->paths;
    const struct paths_parser *p = of != NULL ? paths->parsers : record->parsers;
    const struct paths_parser *end =
        of != NULL ? paths->parsers + paths->parsers_n : record->parsers_end;
    uint32_t node = record_node(record, path);
    if (node == 0 || record->doc->nodes[node].type != JSON_OBJECT)
        return false;
    *ret = (struct record){.doc = record->doc,
                           .paths = paths,
                           .parsers = record->parsers,
                           .parsers_end = record->parsers_end,
                           .counts = record->counts,
                           .origin = record->origin,
                           .zones = record->zones};
    record_open(ret, node);
    for (; p < end; p++) {
        bool meant = of != NULL ? p->parser == of : p != record->parser;
        if (!meant || !record_has_sign(ret, p))
            continue;
        record_use(ret, p);
        if (p->parser->claims == NULL || p->parser->claims(ret))
            return true;
    }
    return false;
}
